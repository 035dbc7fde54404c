"""A place with a step to both sides of it, and the derivative that values there give."""

from typing import NamedTuple

from xlbackprop.page.cells import Column, Live
from xlbackprop.page.maths import is_zero, is_zero_text, ratio
from xlbackprop.page.page import Page


class Places(NamedTuple):
    """A quantity a step above, in the middle, and a step below."""

    above: Live
    at: Live
    below: Live


def around(page: Page, row: int, column: int, middle: Live, h: Live) -> Places:
    """A variable a step above and below."""
    return Places(
        page.put(row, column, f"{middle}+{h}", middle + h, "number-data"),
        page.put(row + 1, column, f"{middle}", middle, "strong-data"),
        page.put(row + 2, column, f"{middle}-{h}", middle - h, "number-data"),
    )


def numeric(page: Page, row: int, column: int, of: Places, h: Live, exact: Live) -> None:
    """The derivative from values around a place, and how far it is from the exact one."""
    change = page.put(row, column, f"{of.above}-{of.below}", of.above - of.below, "number-gradient")
    slope = ratio(change, 2 * h)
    found = page.put(row + 1, column, f"{change}/(2*{h})", slope, "strong-gradient")
    page.put(row + 2, column, *apart(found, exact), "difference-gradient")


def apart(found: Live, exact: Live) -> tuple[str, float]:
    """How far a number is from the exact one, as a share of it; formula text and value."""
    formula = f"IF({is_zero_text(exact)},{found},{found}/{exact}-1)"
    return formula, float(found) if is_zero(exact) else found / exact - 1


def put_tangent(
    page: Page, row: int, column: int, places: Column, x: Live, line: tuple[Live, Live]
) -> Column:
    """The tangent at x over a column of places; ``line`` holds value and slope there."""
    value, rise = line
    formula = f"{value.fixed}+{rise.fixed}*({places}-{x.fixed})"
    return page.column(row, column, formula, value + rise * (places.values - x))
