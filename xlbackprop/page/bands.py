"""Bands: the coloured headings above groups of columns, the same on every sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell, Grid, Value


@dataclass(frozen=True)
class Band:
    """A title, an equation and column headings over neighbouring columns.

    Attributes:
        role: a name of ``style.ROLES``.
        column: first column.
        headings: one per column.
        title: stands in the first row of the band.
        equation: stands below the title.
        notes: one per column, stand below the title instead of an equation.
    """

    role: str
    column: int
    headings: tuple[Value, ...]
    title: str
    equation: str = ""
    notes: tuple[Value, ...] = ()

    @property
    def last_column(self) -> int:
        """Last column."""
        return self.column + len(self.headings) - 1


def put_bands(
    grid: Grid,
    row: int,
    bands: Iterable[Band],
    *,
    equations: bool = True,
    headings: bool = True,
) -> None:
    """Write bands side by side: titles in ``row``, then equations or notes, then headings."""
    for band in bands:
        _put_wide(grid, row, band, "band", band.title)
        if band.notes:
            _put_narrow(grid, row + 1, band, band.notes)
        elif equations:
            _put_wide(grid, row + 1, band, "equation", band.equation)
        if headings:
            _put_narrow(grid, row + 1 + equations, band, band.headings)


def _put_wide(grid: Grid, row: int, band: Band, kind: str, text: str) -> None:
    style = f"{kind}-{band.role}"
    for column in range(band.column, band.last_column + 1):
        value = text if text and column == band.column else None
        grid.cells.append(Cell(row, column, value, style=style))
    if len(band.headings) > 1:
        grid.merges.append(area(row, band.column, row, band.last_column))


def _put_narrow(grid: Grid, row: int, band: Band, values: tuple[Value, ...]) -> None:
    for column, value in enumerate(values, band.column):
        grid.cells.append(Cell(row, column, value, style=f"heading-{band.role}"))


def put_title(
    grid: Grid, title: str, intro: str, *, column: int = 1, wrap_to: int | None = None
) -> None:
    """Write a sheet's title and the sentence on what to do into rows 1 and 2.

    Args:
        grid: the sheet.
        title: the title.
        intro: the sentence.
        column: where the sentence starts; behind the frozen columns it isn't cut by scrolling.
        wrap_to: the column up to which a long sentence is wrapped on a narrow sheet.
    """
    grid.cells.append(Cell(1, 1, title, style="title"))
    grid.heights[1] = 30
    if wrap_to is None:
        grid.cells.append(Cell(2, column, intro, style="intro"))
        grid.heights[2] = 20
    else:
        grid.cells.append(Cell(2, column, intro, style="intro-wrapped"))
        grid.merges.append(area(2, column, 2, wrap_to))
        grid.heights[2] = 36


def wrapped_height(text: str, width: float) -> float:
    """Height in points of a row whose bold text is wrapped into a width in characters."""
    needed = text_width(text) * 1.15  # a line that is wrapped at a word is not filled
    return 20.0 + 15.0 * (ceil(needed / max(width - 2, 1)) - 1)


def text_width(text: str) -> float:
    """Width of a text in characters: a Chinese letter is two wide."""
    return sum(2.0 if letter > "⺀" else 1.0 for letter in text)
