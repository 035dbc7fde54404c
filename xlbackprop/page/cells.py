"""Numbers that know their cells: one, a column, rows and columns; and the cells that take one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.words.bounds import LIMITS
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import address, area, letters


class Live(np.float64):
    """A number that knows its cell: text of it is the cell's address.

    It computes as doubles do: what a file holds may be 0 or too large, and then the result is
    infinite or no number, where Python's own numbers would raise.
    """

    cell: str

    def __new__(cls, number: float, cell: str) -> "Live":
        """``number`` as ``cell`` shows it."""
        live = super().__new__(cls, number)
        live.cell = cell
        return live

    @property
    def fixed(self) -> str:
        """Its cell in a formula that is filled down: $B$5."""
        letter = self.cell.rstrip("0123456789")
        return f"${letter}${self.cell.removeprefix(letter)}"

    def __str__(self) -> str:
        return self.cell

    def __format__(self, how: str) -> str:
        return format(float(self), how) if how else self.cell


@dataclass(frozen=True)
class Column:
    """Numbers below each other; text of it is the cell in the formula's own row.

    Attributes:
        column: from 1.
        top: first row.
        values: what the cells show, (rows,).
    """

    column: int
    top: int
    values: Array

    @property
    def bottom(self) -> int:
        """Last row."""
        return self.top + len(self.values) - 1

    @property
    def range(self) -> str:
        """All of its cells, as formula text: $B$5:$B$85."""
        letter = letters(self.column)
        return f"${letter}${self.top}:${letter}${self.bottom}"

    def __str__(self) -> str:
        return f"{letters(self.column)}{{r}}"

    def __getitem__(self, row: int) -> Live:
        """One of its numbers, from 0."""
        return Live(float(self.values[row]), address(self.top + row, self.column))


@dataclass(frozen=True)
class Area:
    """Numbers in rows and columns; text of it is all of its cells, as formula text: B5:D7.

    Attributes:
        top: first row.
        left: first column.
        values: what the cells show, (rows, columns).
    """

    top: int
    left: int
    values: Array

    def __str__(self) -> str:
        rows, columns = self.values.shape
        return area(self.top, self.left, self.top + rows - 1, self.left + columns - 1)

    @property
    def range(self) -> str:
        """All of its cells, as a chart names them: $B$5:$D$7."""
        rows, columns = self.values.shape
        first, last = letters(self.left), letters(self.left + columns - 1)
        return f"${first}${self.top}:${last}${self.top + rows - 1}"

    @property
    def row(self) -> str:
        """Its cells in the formula's own row, as formula text: B{r}:D{r}."""
        first, last = letters(self.left), letters(self.left + self.values.shape[1] - 1)
        return f"{first}{{r}}:{last}{{r}}"

    def __getitem__(self, place: tuple[int, int]) -> Live:
        """One of its numbers by row and column, from 0."""
        i, j = place
        return Live(float(self.values[place]), address(self.top + i, self.left + j))

    def part(self, i: int, j: int, rows: int, columns: int) -> "Area":
        """Some of its rows and columns, from 0."""
        inside = self.values[i : i + rows, j : j + columns]
        return Area(self.top + i, self.left + j, inside)


@dataclass(frozen=True)
class Input:
    """A cell into which a reader types a number.

    Attributes:
        name: what it is, in the recipe and in messages.
        sheet: name of the sheet.
        row: row of the cell.
        column: column of the cell.
        usual: the number in a new workbook.
        most: where only a whole number from 1 to so many will do; else 0.
        limit: a name of ``LIMITS``, where only such a number will do.
        empty: what an empty cell counts as; None where it is a fault.
        names: texts that stand for the whole numbers from 1 on: the cell holds one of them.
        among: the cells of its sheet that have these texts, as formula text.
    """

    name: str
    sheet: str
    row: int
    column: int
    usual: float
    most: int = 0
    limit: str = ""
    empty: float | None = None
    names: tuple[str, ...] = ()
    among: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Its row and column."""
        return self.row, self.column

    @property
    def fixed(self) -> str:
        """Its address in formulas that are filled down or across: $B$5."""
        return f"${letters(self.column)}${self.row}"

    @property
    def cell(self) -> str:
        """Its address."""
        return address(self.row, self.column)

    @property
    def limited(self) -> bool:
        """Whether it doesn't take every number."""
        return bool(self.most or self.limit)

    def allows(self, number: float) -> bool:
        """Whether it takes a number."""
        if self.most:
            return float(number).is_integer() and 1 <= number <= self.most
        return LIMITS[self.limit].takes(number)

    def shown(self, number: float) -> float | str:
        """What the cell holds for a number that it takes."""
        return self.names[int(number) - 1] if self.names and not isnan(number) else number

    @property
    def formulas(self) -> tuple[str, ...]:
        """The same as formula text."""
        return self.conditions(self.cell)

    def conditions(self, cell: str) -> tuple[str, ...]:
        """The same of a cell that another sheet calls otherwise."""
        if self.names:
            sheet, mark, _ = cell.rpartition("!")
            return (f"ISNUMBER(MATCH({cell},{sheet}{mark}{self.among},0))",)
        if self.most:
            return f"{cell}>=1", f"{cell}<={self.most}", f"{cell}=INT({cell})"
        return LIMITS[self.limit].formulas(cell)

    def wanted(self, text: Catalogue) -> str:
        """The same in words."""
        if self.names:
            return text("limits.name", first=self.names[0])
        if self.most:
            return text("limits.whole", most=f"{self.most:,}")
        return LIMITS[self.limit].words(text)


class Symbols(NamedTuple):
    """What a trace calls the numbers in neighbouring columns.

    Attributes:
        row: first row.
        column: first column.
        rows: how many rows below each other have them.
        labels: one per column; empty for a number without a name.
    """

    row: int
    column: int
    rows: int
    labels: Sequence[str]
