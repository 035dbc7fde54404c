"""Comparing a workbook with Python, cell by cell and stage by stage.

The recipe and the inputs are read from the file as it is now. Every formula cell is then compared
with what Python computes *from the cells that this formula reads*: so rounding does not pile up
along the training, nothing wrong can hide, and nothing right is blamed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlbackprop.data import Entry
from xlbackprop.engine import restage, rule_of, run
from xlbackprop.errors import EngineError, XlbackpropError
from xlbackprop.readback import (
    Found,
    as_numbers,
    check_sheets,
    read_inputs,
    read_python,
    read_recipe,
    read_training,
    recipe_text,
    with_inputs,
)
from xlbackprop.recalc import ENGINES, Book, CellError, recalculate_open
from xlbackprop.report import TOLERANCE, Comparison, Edit, Mismatch, Report
from xlbackprop.sheets.book import grids, names, new_grids
from xlbackprop.sheets.content import Content, Inputs
from xlbackprop.sheets.layout import SHEETS, Layout
from xlbackprop.untouched import is_untouched
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Block, Grid

Array = NDArray[np.float64]
Lines = list[list[float | str | bool | None]]


def check(path: str | Path, engines: Sequence[str] = ("ironcalc",)) -> Report:
    """Compare a workbook with Python.

    Args:
        path: a workbook that xlbackprop wrote and anybody may have changed.
        engines: names of ``recalc.ENGINES``; the values stored in the file are compared, too.

    Raises:
        FileError: the file can't be read.
        BookError: it isn't a workbook, or not one of ours.
        EngineError: a spreadsheet program is missing or failed.
    """
    [report] = check_many([path], engines)
    return report


def check_many(paths: Sequence[str | Path], engines: Sequence[str] = ("ironcalc",)) -> list[Report]:
    """Compare several workbooks with Python, starting each spreadsheet program once.

    Raises:
        FileError, BookError, EngineError: as ``check`` does.
    """
    _check_engines(engines)
    books = [Book.open(path) for path in paths]
    cases = [_Case.of(book) for book in books]
    for engine in engines:
        if engine != "saved":
            for case, book in zip(cases, recalculate_open(engine, books), strict=True):
                case.comparisons.append(_compare(book, engine, case))
    return [case.report(str(path)) for case, path in zip(cases, paths, strict=True)]


@dataclass
class _Case:
    """A workbook on trial: what it was made from, what it holds now, what was found so far.

    Attributes:
        layout: where everything stands.
        text: the recipe's text.
        found: the inputs as they are now.
        python_cost: C_T at the end of Python's own training from these inputs.
        edits: formulas that were changed.
        names: defined names that were changed, one sentence each.
        formulas: number of formula cells that were written.
        comparisons: one per engine; the first is that of the stored values.
    """

    layout: Layout
    text: str
    found: Found
    python_cost: float
    edits: tuple[Edit, ...]
    names: tuple[str, ...]
    formulas: int
    comparisons: list[Comparison]

    @classmethod
    def of(cls, book: Book) -> "_Case":
        """Read a workbook, and judge its formulas and stored values."""
        path = str(book.path)
        recipe = read_recipe(book, path)
        layout = Layout.of(recipe)
        check_sheets(book, layout, path, SHEETS)
        found, names = read_inputs(book, layout), tuple(_changed_names(book, layout))
        case = cls(layout, recipe_text(book, path), found, nan, (), names, 0, [])
        trace = run(recipe)
        written = new_grids(layout, trace)
        case.formulas = sum(grid.formula_count() for grid in written)
        if is_untouched(book, written):
            case.python_cost = float(trace.cost[-1])
            case.comparisons.append(Comparison("saved", case.formulas, 0.0, 0.0, (), 0, 0.0))
        else:
            case.python_cost = _python_cost(layout, case.found.inputs)
            case.comparisons.append(_compare(book, "saved", case))
            case.edits = tuple(_edits(book, written))
        return case

    def report(self, path: str) -> Report:
        """Everything that was found."""
        return Report(
            path=path,
            formulas=self.formulas,
            comparisons=tuple(self.comparisons),
            edits=self.edits,
            faults=(*self.names, *self.found.faults),
            changes=tuple(_changes(self.layout, self.found.inputs)),
        )


def _check_engines(engines: Sequence[str]) -> None:
    for name in engines:
        if name not in ENGINES:
            raise EngineError(f"engine: got {name!r}, wanted one of {', '.join(ENGINES)}.")
        missing = ENGINES[name].why_missing()
        if missing:
            raise EngineError(missing)


def _compare(book: Book, engine: str, case: _Case) -> Comparison:
    """Compare the values that a book has now with what each ought to be given the others."""
    layout, training = case.layout, case.layout.training
    inputs = read_inputs(book, layout).inputs
    name = layout.sheet("training")
    lines = book.values(name, 1, 1, training.last_row, training.last_column)
    numbers = as_numbers(lines)
    content = _content(book, layout, case.text, inputs, numbers)
    tally = _Tally(engine)
    for grid in grids(layout, content):
        if grid.name == name:
            tally.add(grid, lines, numbers, book)
        elif grid.formula_count():
            lines_there = _all_values(book, grid)
            tally.add(grid, lines_there, as_numbers(lines_there), book)
    return tally.comparison(float(content.live.cost[-1]) - case.python_cost)


def _all_values(book: Book, grid: Grid) -> Lines:
    rows = [cell.row for cell in grid.cells] + [b.row + len(b.values) - 1 for b in grid.blocks]
    columns = [cell.column for cell in grid.cells]
    columns += [b.column + b.values.shape[1] - 1 for b in grid.blocks]
    return book.values(grid.name, 1, 1, max(rows), max(columns))


def _content(book: Book, layout: Layout, text: str, inputs: Inputs, numbers: Array) -> Content:
    """The numbers that the sheets ought to show, given the numbers that they do show."""
    sheet = read_training(numbers[layout.training.TOP - 1 :], layout)
    data = layout.data
    width = data.last_column - data.targets + 1
    shown = book.values(layout.sheet("data"), data.TOP, data.targets, layout.examples, width)
    x, t = sheet.looked_up(inputs.x), sheet.looked_up(as_numbers(shown))
    expected = restage(sheet.trace, rule_of(layout.recipe), inputs.eta, inputs.start, x, t)
    return Content(
        text,
        inputs,
        inputs.t(layout.recipe.classes()),
        expected,
        sheet.trace,
        read_python(book, layout, sheet.trace),
    )


def _python_cost(layout: Layout, inputs: Inputs) -> float:
    """C_T at the end of Python's own training from the inputs that a sheet has."""
    try:
        return float(run(with_inputs(layout.recipe, inputs)).cost[-1])
    except XlbackpropError:  # inputs that can't be trained with are reported as faults
        return nan


# Values.


class _Tally:
    """Counts what agrees, remembers what doesn't."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self.compared = 0
        self.missing = 0
        self.absolute = 0.0
        self.relative = 0.0
        self.mismatches: list[Mismatch] = []

    def add(self, grid: Grid, lines: Lines, numbers: Array, book: Book) -> None:
        """Compare all formula cells of a sheet with the values that it shows."""
        for block in grid.blocks:
            self._add_block(grid.name, block, numbers, lines, book)
        for cell in grid.cells:
            if cell.formula is not None:
                got = lines[cell.row - 1][cell.column - 1]
                self._add_cell(grid.name, cell.row, cell.column, got, cell.value, book)

    def _add_block(
        self, sheet: str, block: Block, numbers: Array, lines: Lines, book: Book
    ) -> None:
        rows, columns = block.values.shape
        top, left = block.row - 1, block.column - 1
        mask = np.array([formula is not None for formula in block.formulas])
        got = numbers[top : top + rows, left : left + columns][:, mask]
        wanted = block.values[:, mask]
        with np.errstate(all="ignore"):
            difference = np.abs(got - wanted)
            equal = difference <= TOLERANCE + TOLERANCE * np.abs(wanted)
            relative = difference / np.abs(wanted)
        self.compared += int(np.count_nonzero(equal))
        self.absolute = max(self.absolute, float(difference.max(where=equal, initial=0.0)))
        large = equal & (np.abs(wanted) > TOLERANCE)
        self.relative = max(self.relative, float(relative.max(where=large, initial=0.0)))
        if not equal.all():
            places = np.flatnonzero(mask)
            for i, j in np.argwhere(~equal).tolist():
                row, column = block.row + i, block.column + int(places[j])
                value = lines[row - 1][column - 1]
                self._add_cell(sheet, row, column, value, float(wanted[i, j]), book)

    def _add_cell(
        self, sheet: str, row: int, column: int, got: Any, wanted: Any, book: Book
    ) -> None:
        if got is None and self.engine == "saved" and book.formula(sheet, row, column) is not None:
            self.missing += 1
            return
        self.compared += 1
        if isinstance(wanted, float | int) and type(got) is float:
            self._measure(got, float(wanted))
        if not same(got, wanted):
            formula = book.formula(sheet, row, column) or ""
            self.mismatches.append(Mismatch(sheet, address(row, column), formula, got, wanted))

    def _measure(self, got: float, wanted: float) -> None:
        difference = abs(got - wanted)
        if np.isfinite(difference):
            self.absolute = max(self.absolute, difference)
            if abs(wanted) > TOLERANCE:
                self.relative = max(self.relative, difference / abs(wanted))

    def comparison(self, drift: float) -> Comparison:
        """The result."""
        return Comparison(
            self.engine,
            self.compared,
            self.absolute,
            self.relative,
            tuple(self.mismatches),
            self.missing,
            drift,
        )


def same(got: object, wanted: object) -> bool:
    """Whether a cell shows what Python computed.

    A number too large for a computer (infinite or NaN) agrees with a spreadsheet's error value;
    everything else must be of the same kind, numbers within 1e-12 + 1e-12·|wanted|.
    """
    if isinstance(wanted, float | int) and not isinstance(wanted, bool):
        if not np.isfinite(wanted):
            return isinstance(got, CellError)
        return type(got) is float and abs(got - wanted) <= TOLERANCE + TOLERANCE * abs(wanted)
    return type(got) is type(wanted) and got == wanted


# Formulas and inputs that a person changed.


def _edits(book: Book, sheets: list[Grid]) -> Iterator[Edit]:
    for grid in sheets:
        for row, column, wanted, _ in grid.formulas():
            got = book.formula(grid.name, row, column)
            if got is None or (got != wanted and plain(got) != plain(wanted)):
                yield Edit(grid.name, address(row, column), got, wanted)


def _changed_names(book: Book, layout: Layout) -> Iterator[str]:
    """Defined names that stand for other cells than they were written for."""
    found = book.names
    for name, wanted in names(layout).items():
        got = found.get(name)
        if got is None or plain(got) != plain(wanted):
            yield f"name {name}: got {got or 'no such name'}, wanted {wanted}; define it so again."


def plain(formula: str) -> str:
    """A formula without what programs write in different ways: blanks, capitals, quotes."""
    return formula.replace(" ", "").replace("'", "").upper()


def _changes(layout: Layout, inputs: Inputs) -> Iterator[str]:
    """Inputs that differ from the recipe, one sentence each."""
    first = Inputs.of(layout.recipe)
    data, place = layout.data, layout.parameters
    name = layout.sheet("parameters")
    if inputs.eta != first.eta:
        cell = address(place.ETA_ROW, place.ETA_COLUMN)
        yield f"{name}!{cell}  eta = {inputs.eta:g} (the recipe has {first.eta:g})"
    labels = layout.network.all_parameter_labels
    for label, (row, column), now, then in zip(
        labels, place.cells, inputs.start.tolist(), first.start.tolist(), strict=True
    ):
        if now != then and not abs(now - then) <= TOLERANCE * abs(then):
            yield f"{name}!{address(row, column)}  {label} = {now:g} (the recipe has {then:g})"
    name = layout.sheet("data")
    for i, j in np.argwhere(~np.isclose(inputs.x, first.x, rtol=TOLERANCE, atol=0)).tolist():
        cell = address(data.TOP + i, data.inputs + j)
        label = layout.network.output_labels(1)[j]
        yield f"{name}!{cell}  {label} = {inputs.x[i, j]:g} (the recipe has {first.x[i, j]:g})"
    for i, (now_is, was) in enumerate(_label_pairs(inputs, first)):
        if now_is != was:
            cell = address(data.TOP + i, data.LABEL)
            yield f"{name}!{cell}  label = {now_is} (the recipe has {was})"


def _label_pairs(inputs: Inputs, first: Inputs) -> Iterator[tuple[Entry, Entry]]:
    return zip(inputs.labels, first.labels, strict=True)
