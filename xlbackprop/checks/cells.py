"""Reading cells that a person may have edited: numbers, and a sentence for each that is none."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from xlbackprop.arrays import Array, all_held
from xlbackprop.data.table import Entry
from xlbackprop.page.cells import Input
from xlbackprop.words.bounds import LIMITS
from xlbackprop.workbook.address import address

Shown = float | str | bool | None


class Values(Protocol):
    """What reading back needs of an opened workbook (see ``recalc.book.Book``)."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets."""

    def dimensions(self, sheet: str) -> tuple[int, int]:
        """Last row and last column in use."""

    def value(self, sheet: str, row: int, column: int) -> Shown:
        """What one cell shows."""

    def values(self, sheet: str, top: int, left: int, rows: int, columns: int) -> list[list[Shown]]:
        """What a rectangle of cells shows."""


@dataclass
class Reader:
    """Reads cells by the kind of their sheet and keeps one sentence per cell that can't be used.

    Attributes:
        book: the workbook.
        sheet: the name of the sheet of a kind.
        faults: the sentences so far.
    """

    book: Values
    sheet: Callable[[str], str]
    faults: list[str] = field(default_factory=list)

    def numbers(self, kind: str, top: int, left: int, rows: int = 1, columns: int = 1) -> Array:
        """A rectangle of numbers as a cell holds them; NaN where there is none."""
        lines = self.book.values(self.sheet(kind), top, left, rows, columns)
        for row, line in enumerate(lines, top):
            for column, value in enumerate(line, left):
                if type(value) is not float:
                    self._fault(kind, row, column, value, "a number")
        return all_held(as_numbers(lines))

    def each(
        self, kind: str, cells: Sequence[tuple[int, int]], limits: Sequence[str] = ()
    ) -> Array:
        """The numbers in some cells, within limits as in ``number``; NaN where there is none."""
        limited = zip(cells, limits or [""] * len(cells), strict=True)
        return np.array([self.number(kind, *cell, limit=limit) for cell, limit in limited])

    def number(
        self, kind: str, row: int, column: int, empty: float | None = None, limit: str = ""
    ) -> float:
        """The number in one cell; NaN where there is none.

        Args:
            kind: the kind of the sheet.
            row: row of the cell.
            column: column of the cell.
            empty: what an empty cell counts as; None where it is a fault.
            limit: a name of ``bounds.LIMITS``; a number beyond it is told and taken as it is.
        """
        shown = self.book.value(self.sheet(kind), row, column)
        if empty is not None and shown is None:
            return empty
        if limit == "switch" and type(shown) is bool:  # of a tick box
            return float(shown)
        number = float(self.numbers(kind, row, column)[0, 0])
        if not math.isnan(number) and not LIMITS[limit].takes(number):
            self._fault(kind, row, column, number, LIMITS[limit].wanted)
        return number

    def entries(self, kind: str, top: int, column: int, rows: int, wanted: str) -> list[Entry]:
        """Names and numbers down a column; NaN where there is neither."""
        lines = self.book.values(self.sheet(kind), top, column, rows, 1)
        found: list[Entry] = []
        for row, [value] in enumerate(lines, top):
            if type(value) is float or (type(value) is str and value):
                found.append(value)
            else:
                found.append(math.nan)
                self._fault(kind, row, column, value, wanted)
        return found

    def wholes(
        self, kind: str, rows: Iterable[int], column: int, most: int, wanted: str = ""
    ) -> list[int]:
        """Whole numbers from 1 to ``most`` in some rows of a column; 0 where there is none."""
        rows = list(rows)
        first, last = min(rows), max(rows)
        lines = self.book.values(self.sheet(kind), first, column, last - first + 1, 1)
        numbers = []
        for row in rows:
            [value] = lines[row - first]
            known = type(value) is float and value.is_integer() and 1 <= value <= most
            numbers.append(int(value) if known and type(value) is float else 0)
            if not known:
                what = wanted or "a whole number"
                self._fault(kind, row, column, value, f"{what} from 1 to {most:,}")
        return numbers

    def name(self, place: Input) -> float:
        """The number that the name in a cell stands for; NaN where it is no such name."""
        [[value]] = self.book.values(self.sheet(place.sheet), *place.place, 1, 1)
        if value in place.names:
            return 1.0 + place.names.index(str(value))
        wanted = f"a symbol of its list, such as {place.names[0]}"
        self._fault(place.sheet, *place.place, value, wanted)
        return math.nan

    def _fault(self, kind: str, row: int, column: int, value: Shown, wanted: str) -> None:
        got = "nothing" if value is None else f"{value:g}" if type(value) is float else repr(value)
        cell = f"{self.sheet(kind)}!{address(row, column)}"
        self.faults.append(f"{cell}: got {got}, wanted {wanted}; type one.")


def read_asked(book: Values, place: Input, faults: list[str]) -> float:
    """What a cell that asks something holds, NaN where it can't be used; a sentence if so."""
    read = Reader(book, str, faults)
    if place.names:
        return read.name(place)
    if not place.most:
        return read.number(place.sheet, place.row, place.column, place.empty, place.limit)
    [whole] = read.wholes(place.sheet, [place.row], place.column, place.most)
    return float(whole) if whole else math.nan


def as_numbers(lines: list[list[Shown]]) -> Array:
    """Values as numbers; NaN for everything that isn't one."""
    nan = math.nan
    return np.array([[v if type(v) is float else nan for v in line] for line in lines])


def read_numbers(book: Values, sheet: str, rows: int, columns: int) -> Array:
    """What a sheet shows, from its first cell on, (rows, columns); NaN where it isn't a number."""
    numbers = np.full((rows, columns), math.nan)
    for row in range(rows):  # one at a time: a large sheet is a lot of values
        [line] = book.values(sheet, row + 1, 1, 1, columns)
        only = set(map(type, line))
        numbers[row] = line if only == {float} else as_numbers([line])
    return numbers
