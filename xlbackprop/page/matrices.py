"""Matrices on a page: one array formula for all of their numbers, as Ctrl+Shift+Enter makes it."""

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Area
from xlbackprop.page.page import Page
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell


def mmult(a: Array, b: Array) -> Array:
    """MMULT: the matrix product. Where one of the numbers is none, some programs have no other."""
    with np.errstate(all="ignore"):
        result: Array = a @ b
    return result


def put_matrix(
    page: Page,
    row: int,
    column: int,
    formula: str,
    values: Array,
    style: str = "fine-figure-forward",
) -> Area:
    """A formula that gives a whole matrix, and what Python makes of it, (rows, columns)."""
    rows, columns = values.shape
    place = area(row, column, row + rows - 1, column + columns - 1)
    for (i, j), value in np.ndenumerate(values):
        text = formula if i == j == 0 else None
        page.grid.cells.append(Cell(row + i, column + j, float(value), text, style, place))
    return Area(row, column, page.seen(row, column, values))


def largest_difference(
    page: Page, row: int, column: int, a: Area, b: Area, decimals: int, style: str
) -> None:
    """The largest difference between two matrices, rounded; 0 where they are equal."""
    formula = f"ROUND(MAX(ABS({a}-{b})),{decimals})"
    size = float(np.round(np.abs(a.values - b.values).max(), decimals))
    put_matrix(page, row, column, formula, np.array([[size]]), style)
