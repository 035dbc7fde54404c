"""Comparing what the cells of a sheet show with what they ought to show."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.checks.causes import causes_first
from xlbackprop.checks.cells import read_numbers
from xlbackprop.checks.report import Comparison, Mismatch
from xlbackprop.judge.equality import TOLERANCE
from xlbackprop.judge.rounding import MOVES, SLACK, Move, flatteners, mover
from xlbackprop.recalc import ENGINES, Book, CellError
from xlbackprop.workbook.address import address, coordinate
from xlbackprop.workbook.escapes import unescape_text
from xlbackprop.workbook.grid import Block, Grid

Place = tuple[int, int]  # row and column
NEARLY_TOO_LARGE = 2.0**1018  # the largest number is below 2 ** 1024
_POINT = re.compile(r"(?<=[0-9])[.,٫](?=[0-9])")
# What the sheets ought to show, all numbers moved; of some sheets only where that is less work.
Rebuild = Callable[[Move, Collection[str]], Sequence[Grid]]


class Tally:
    """Counts what agrees, remembers what doesn't."""

    def __init__(self, engine: str) -> None:
        """Start counting the values of an engine."""
        self.engine = engine
        self.compared = 0
        self.missing: list[Mismatch] = []
        self.absolute = 0.0
        self.relative = 0.0
        self.measure = 0.0  # as the rule has it: |sheet − Python| / (1 + |Python|)
        self.rounded = 0  # cells that are farther apart, by what rounding leaves open
        self.mismatches: list[Mismatch] = []
        self.blind = 0  # cells that the engine's flaw decides
        self.wide = 0  # cells with a number where doubles overflow

    def add(self, grid: Grid, numbers: Array, book: Book) -> None:
        """Compare all formula cells of a sheet with what it shows.

        Args:
            grid: what the sheet ought to show.
            numbers: what it shows, from its first cell on; NaN where that isn't a number.
            book: the same, for texts and errors.
        """
        for block in grid.blocks:
            self._add_block(grid.name, block, numbers, book)
        lost = set[str]()  # array formulas of which the file stores no value
        overflown = {cell.array for cell in grid.cells if cell.array and _is_none(cell.value)}
        for cell in grid.cells:
            place = grid.name, cell.row, cell.column
            if cell.array and cell.formula is not None and self._stores_nothing(book, *place):
                lost.add(cell.array)
            if cell.array in lost:  # what its other cells hold is left from before
                self._miss(*place, cell.value, book)
            elif cell.array in overflown and isinstance(book.value(*place), CellError):
                self._add_cell(*place, math.nan, book)  # some programs have no value for any then
            elif cell.computed:
                self._add_cell(*place, cell.value, book)

    def _add_block(self, sheet: str, block: Block, numbers: Array, book: Book) -> None:
        rows, columns = block.values.shape
        top, left = block.row - 1, block.column - 1
        mask = np.array([formula is not None for formula in block.formulas])
        got = numbers[top : top + rows, left : left + columns][:, mask]
        wanted = block.values[:, mask]
        with np.errstate(all="ignore"):
            difference = np.abs(got - wanted)
            equal = np.isfinite(wanted) & (difference <= TOLERANCE + TOLERANCE * np.abs(wanted))
            relative = difference / np.abs(wanted)
            measure = difference / (1 + np.abs(wanted))
        self.compared += int(np.count_nonzero(equal))
        self.absolute = max(self.absolute, float(difference.max(where=equal, initial=0.0)))
        self.measure = max(self.measure, float(measure.max(where=equal, initial=0.0)))
        large = equal & (np.abs(wanted) > TOLERANCE)
        self.relative = max(self.relative, float(relative.max(where=large, initial=0.0)))
        if not equal.all():
            places = np.flatnonzero(mask)
            for i, j in np.argwhere(~equal).tolist():
                row, column = block.row + i, block.column + int(places[j])
                self._add_cell(sheet, row, column, float(wanted[i, j]), book)

    def _add_cell(self, sheet: str, row: int, column: int, wanted: Any, book: Book) -> None:
        if self._stores_nothing(book, sheet, row, column):
            self._miss(sheet, row, column, wanted, book)
            return
        got = book.value(sheet, row, column)
        self.compared += 1
        if same(got, wanted):
            self._measure(got, wanted)
        else:
            formula = book.formula(sheet, row, column) or ""
            self.mismatches.append(Mismatch(sheet, address(row, column), formula, got, wanted))

    def _stores_nothing(self, book: Book, sheet: str, row: int, column: int) -> bool:
        """Whether a file has a formula without a value."""
        has_value = self.engine != "saved" or book.value(sheet, row, column) is not None
        return not has_value and book.formula(sheet, row, column) is not None

    def _miss(self, sheet: str, row: int, column: int, wanted: Any, book: Book) -> None:
        formula = book.formula(sheet, row, column) or ""
        self.missing.append(Mismatch(sheet, address(row, column), formula, None, wanted))

    def _measure(self, got: Any, wanted: Any) -> None:
        if type(got) is not float or not isinstance(wanted, float | int):
            return
        difference = abs(got - wanted)
        if np.isfinite(difference):
            self.absolute = max(self.absolute, difference)
            self.measure = max(self.measure, difference / (1 + abs(wanted)))
            if abs(wanted) > TOLERANCE:
                self.relative = max(self.relative, difference / abs(wanted))

    def settle(self, rebuilt: Rebuild) -> None:
        """Take back what the last digits of the numbers that a cell reads leave open."""
        left = [m for m in self.mismatches if not _is_at_the_end(m)]
        self.rounded, self.mismatches = len(self.mismatches) - len(left), left
        doubtful = defaultdict[str, dict[Place, float]](dict)
        for m in self.mismatches:
            if type(m.got) is float and isinstance(m.wanted, float) and np.isfinite(m.wanted):
                doubtful[m.sheet][coordinate(m.cell)] = m.wanted
        if not doubtful:
            return
        move, most = (
            mover(stored=self.engine == "saved"),
            defaultdict[tuple[str, Place], float](float),
        )
        for _ in range(MOVES):
            for grid in rebuilt(move, doubtful):
                places = doubtful.get(grid.name, {})
                for place, value in grid.values_at(places):
                    if isinstance(value, float) and np.isfinite(value):
                        key = grid.name, place
                        most[key] = max(most[key], abs(value - places[place]))

        def is_rounding(m: Mismatch) -> bool:
            place = coordinate(m.cell)
            if place not in doubtful.get(m.sheet, {}) or not isinstance(m.got, float):
                return False
            return abs(m.got - doubtful[m.sheet][place]) <= SLACK * most[m.sheet, place]

        left = [m for m in self.mismatches if not is_rounding(m)]
        self.rounded += len(self.mismatches) - len(left)
        self.mismatches = left
        for m in self.mismatches:
            self._measure(m.got, m.wanted)

    def excuse(self, rebuilt: Rebuild, blind: float) -> None:
        """Take back what a program shows that takes the numbers near 0 for 0 where it compares."""
        before = len(self.mismatches)
        for flat in flatteners(blind):
            if not self.mismatches:
                break
            got = defaultdict[str, dict[Place, object]](dict)
            for m in self.mismatches:
                got[m.sheet][coordinate(m.cell)] = m.got
            seen = {
                (grid.name, place)
                for grid in rebuilt(flat, got)
                for place, value in grid.values_at(got.get(grid.name, {}))
                if same(got[grid.name][place], value)
            }
            left = [m for m in self.mismatches if (m.sheet, coordinate(m.cell)) not in seen]
            self.mismatches = left
        self.blind = before - len(self.mismatches)

    def make_room(self) -> None:
        """Take back that a program whose numbers are longer shows some where Python's overflow."""
        left = [m for m in self.mismatches if not _is_none(m.wanted) or m.got is None]
        self.wide, self.mismatches = len(self.mismatches) - len(left), left

    def comparison(self, drift: float, *, unusable: bool = False) -> Comparison:
        """The result.

        Args:
            drift: C_T after the last update minus Python's.
            unusable: whether some input isn't a number, so that what depends on it has no value.
        """
        # A program that doesn't compute stores no value, but where a person typed over a formula.
        lost = self.missing if self.compared > len(self.missing) else []
        found = [*lost, *self.mismatches]
        if self.missing or unusable:
            found = [mismatch for mismatch in found if not _depends_on_nothing(mismatch)]
        return Comparison(
            self.engine,
            self.compared + len(lost),
            self.absolute,
            self.relative,
            causes_first(found),
            len(self.missing) - len(lost),
            drift,
            self.blind,
            self.wide,
            self.measure,
            self.rounded,
        )


def _is_at_the_end(m: Mismatch) -> bool:
    """Whether a sum so large overflows when a program adds its terms in another order."""
    if not isinstance(m.wanted, float) or not isinstance(m.got, CellError):
        return False
    return NEARLY_TOO_LARGE <= abs(m.wanted) < math.inf


def _is_none(value: object) -> bool:
    """Whether Python has no number where one is wanted."""
    return isinstance(value, float) and not math.isfinite(value)


def _depends_on_nothing(mismatch: Mismatch) -> bool:
    """Whether Python has no value for a cell because an input to it is missing."""
    wanted, got = mismatch.wanted, mismatch.got
    return isinstance(wanted, float) and np.isnan(wanted) and not isinstance(got, CellError)


def shown_numbers(book: Book, sheets: Sequence[Grid]) -> dict[str, Array]:
    """What the sheets with formulas show, from their first cell on, by name."""
    return {grid.name: _all_numbers(book, grid) for grid in sheets if grid.formula_count()}


def _all_numbers(book: Book, grid: Grid) -> Array:
    rows = [cell.row for cell in grid.cells] + [b.row + len(b.values) - 1 for b in grid.blocks]
    columns = [cell.column for cell in grid.cells]
    columns += [b.column + b.values.shape[1] - 1 for b in grid.blocks]
    return read_numbers(book, grid.name, max(rows), max(columns))


def tallied(book: Book, engine: str, rebuilt: Rebuild, shown: Mapping[str, Array]) -> Tally:
    """All formula cells compared with what they ought to show, given what the sheets show."""
    tally = Tally(engine)
    for grid in rebuilt(lambda numbers: numbers, shown):
        if grid.name in shown:
            tally.add(grid, shown[grid.name], book)
    tally.settle(rebuilt)
    if engine in ENGINES and ENGINES[engine].wide:
        tally.make_room()
    blind = ENGINES[engine].blind if engine in ENGINES else 0.0
    if any(((np.abs(seen) < blind) & (seen != 0)).any() for seen in shown.values()):
        tally.excuse(rebuilt, blind)
    return tally


def same(got: object, wanted: object) -> bool:
    """Whether a cell shows what Python computed.

    A number too large for a computer (infinite or NaN) agrees with a spreadsheet's error value;
    everything else must be of the same kind, numbers within 1e-12 + 1e-12·|wanted|. In a text a
    number may have the decimal sign of another country, and programs save `_x0041_` as it is.
    """
    if isinstance(wanted, float | int) and not isinstance(wanted, bool):
        if not np.isfinite(wanted):
            return isinstance(got, CellError)
        return type(got) is float and abs(got - wanted) <= TOLERANCE + TOLERANCE * abs(wanted)
    if isinstance(got, str) and isinstance(wanted, str) and type(got) is str:
        return got == wanted or _plain(got) == _plain(wanted)
    return type(got) is type(wanted) and got == wanted


def _plain(text: str) -> str:
    """A text with decimal points, and without what programs take for escapes of letters."""
    text = _POINT.sub(".", text)
    while (shorter := unescape_text(text)) != text:
        text = shorter
    return text
