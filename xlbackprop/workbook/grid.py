"""One sheet's content as data: what stands in which cell, before any file exists.

A sheet is a list of cells and of fill-down blocks. Nothing here knows about networks, and
nothing here knows about XML.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlbackprop.workbook.logo import Logo


class Run(NamedTuple):
    """A piece of typeset text."""

    text: str
    position: Literal["", "superscript", "subscript"] = ""
    italic: bool = False


Rich = tuple[Run, ...]
_SHIFTED = re.compile(r"\{r([-+]\d+)\}")
_NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*(?:[eE][-+]?\d+)?%?")
Value = float | int | bool | str | Rich | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a constant, or a formula together with the value that Python computed for it.

    Attributes:
        row: from 1.
        column: from 1.
        value: number, truth value, text, typeset text or nothing. NaN or infinity under a
            formula stands for a spreadsheet error.
        formula: Excel text without the leading ``=``; None for a constant.
        style: a name of ``style.STYLES``.
        array: range of the array formula that fills the cell, as ``"B5:C7"``; its formula stands in
            the first cell of the range and in no other.
    """

    row: int
    column: int
    value: Value
    formula: str | None = None
    style: str = "text"
    array: str = ""

    @property
    def computed(self) -> bool:
        """Whether a spreadsheet computes what the cell shows."""
        return self.formula is not None or self.array != ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that a person would make by filling one row down.

    Attributes:
        row: first row, from 1.
        column: first column, from 1.
        formulas: one per column, without ``=``, with ``{r}`` where the cell's own row number
            stands, ``{r-64}`` for the row 64 above; None for a column of constants.
        values: what Python computed, (rows, columns). NaN among constants is an empty cell, NaN
            or infinity under a formula a spreadsheet error.
        styles: one per column, names of ``style.STYLES``.
        outline: depth of the outline group that the rows belong to; 0 for none.
        hidden: whether that group is folded.
    """

    row: int
    column: int
    formulas: tuple[str | None, ...]
    values: NDArray[np.float64]
    styles: tuple[str, ...]
    outline: int = 0
    hidden: bool = False

    def __post_init__(self) -> None:
        columns = self.values.shape[1]
        if not len(self.formulas) == len(self.styles) == columns:
            raise ValueError(
                f"Block at row {self.row}: {len(self.formulas)} formulas and {len(self.styles)} "
                f"styles for {columns} columns."
            )

    def formula_at(self, row: int, column: int) -> str | None:
        """The formula in one cell of the block, its own row number filled in."""
        pattern = self.formulas[column - self.column]
        return None if pattern is None else filled(pattern, row)


class Columns(NamedTuple):
    """Width and outline of neighbouring columns, first to last, both from 1."""

    first: int
    last: int
    width: float
    outline: int = 0
    hidden: bool = False


class Image(NamedTuple):
    """A picture beside the cells, its corner at a cell, in a box of so many pixels."""

    cell: str
    logo: Logo
    width: float
    height: float


class Link(NamedTuple):
    """A cell that leads to another sheet, or to a file beside this one."""

    cell: str
    sheet: str = ""
    file: str = ""


@dataclass(frozen=True)
class Paper:
    """How a sheet prints on A4.

    Attributes:
        landscape: the long side across.
        fit_width: pages across to squeeze the sheet into.
        fit_height: pages down to squeeze the sheet into; 0 for as many as it takes.
        repeat_rows: rows repeated on each page, as ``"1:5"``.
        repeat_columns: columns repeated on each page, as ``"A:B"``.
        area: what is printed, as ``"A1:F20"``; all of the sheet when empty.
        scale: in percent, instead of squeezing; 0 to squeeze.
        column_breaks: columns with which a new page begins; only with a scale.
        row_breaks: rows with which a new page begins; only with a scale.
        across_first: whether pages are counted from left to right, then down.
    """

    landscape: bool = True
    fit_width: int = 1
    fit_height: int = 0
    repeat_rows: str = ""
    repeat_columns: str = ""
    area: str = ""
    scale: int = 0
    column_breaks: tuple[int, ...] = ()
    row_breaks: tuple[int, ...] = ()
    across_first: bool = False


@dataclass
class Grid:
    """One sheet, filled by its builder.

    ``conditional``, ``validations`` and ``charts`` hold openpyxl's own objects (a range with a
    rule, a validation, an anchor cell with a chart); the package writer passes them on.
    ``hidden_names`` are defined names that only this sheet knows and nobody is shown.
    """

    name: str
    cells: list[Cell] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    columns: list[Columns] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    freeze: str = ""
    conditional: list[tuple[str, Any]] = field(default_factory=list)
    validations: list[Any] = field(default_factory=list)
    charts: list[tuple[str, Any]] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    paper: Paper = Paper()
    hidden_names: dict[str, str] = field(default_factory=dict)
    tab_color: str = ""
    zoom: int = 100

    def formula_count(self) -> int:
        """How many cells a formula fills."""
        single = sum(cell.computed for cell in self.cells)
        return single + sum(
            len(block.values) * sum(formula is not None for formula in block.formulas)
            for block in self.blocks
        )

    def formulas(self) -> Iterator[tuple[int, int, str, Value]]:
        """Row, column, formula and Python's value of every cell that holds a formula."""
        for cell in self.cells:
            if cell.formula is not None:
                yield cell.row, cell.column, cell.formula, cell.value
        for block in self.blocks:
            for j, pattern in enumerate(block.formulas):
                if pattern is not None:
                    for i, value in enumerate(block.values[:, j].tolist()):
                        row = block.row + i
                        yield row, block.column + j, filled(pattern, row), value

    def values_at(
        self, places: Collection[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], Value]]:
        """What Python computed for some cells, by row and column."""
        columns = dict[int, list[int]]()
        for row, column in places:
            columns.setdefault(row, []).append(column)
        for cell in self.cells:
            if cell.column in columns.get(cell.row, ()):
                yield (cell.row, cell.column), cell.value
        for block in self.blocks:
            for i in range(len(block.values)):
                for column in columns.get(block.row + i, ()):
                    j = column - block.column
                    if 0 <= j < len(block.formulas):
                        yield (block.row + i, column), float(block.values[i, j])


def filled(pattern: str, row: int) -> str:
    """A formula of a block in one of its rows: ``Data!C{r-64}`` in row 70 → ``Data!C6``."""
    text = pattern.replace("{r}", str(row))
    return _SHIFTED.sub(lambda found: str(row + int(found[1])), text) if "{r" in text else text


def has_numbers_as_text(grid: Grid) -> bool:
    """Whether a text of the sheet could be read as a number, of which Excel warns."""
    return any(isinstance(cell.value, str) and _is_number(cell.value) for cell in grid.cells)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None
