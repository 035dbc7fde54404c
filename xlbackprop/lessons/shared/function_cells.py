"""The functions on a page: their constants, their equations, and columns of their values."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.lessons.shared.functions import COMBINATIONS, FUNCTIONS, Constants
from xlbackprop.network.text import number_at, text_at
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows
from xlbackprop.page.sentences import Word

SINGLE, MOST = len(FUNCTIONS), 6
EQUATIONS = tuple(function.value.equation for function in FUNCTIONS)
SLOPES = tuple(function.slope.equation for function in FUNCTIONS)


def ask_constants(page: Page, row: int, *, exponent: int, label: int = 1) -> Constants:
    """Three rows for the constants of the functions, their labels in one column."""
    rows = Rows(page, "functions", row, label, label + 1, page.common)
    return Constants(
        rows.asks("c", 5.0), rows.asks("n", exponent, most=MOST), rows.asks("a", 2.0, limit="base")
    )


def word(cells: str, choice: Live, texts: Sequence[str]) -> Word:
    """The text with a number, from 1, of those that stand in some cells."""
    known = np.isfinite(choice)
    return Word(text_at(cells, choice), texts[int(choice) - 1] if known else None)


def columns_of_functions(
    page: Page, top: int, left: int, x: Column, k: Constants, choice: tuple[Live, Live]
) -> tuple[list[Column], list[Column]]:
    """All functions and all derivatives, each a column over the places.

    Columns from ``left`` on: u, v, u′, v′, then the functions, then their derivatives; ``choice``
    holds the numbers of u and v.
    """
    first = left + 4, left + 4 + SINGLE + len(COMBINATIONS)  # columns of f and of f′
    values, slopes = list[Column](), list[Column]()
    for columns, is_slope in ((values, False), (slopes, True)):
        for i, f in enumerate(FUNCTIONS):
            formula, numbers = f.formula(x, k, slope=is_slope), f.at(x.values, k, slope=is_slope)
            columns.append(page.column(top, first[is_slope] + i, formula, numbers))
    parts = [
        picked(page, top, left + i, columns, number)
        for i, (columns, number) in enumerate(product((values, slopes), choice))
    ]
    for columns, of, column in ((values, parts[:2], first[0]), (slopes, parts, first[1])):
        for i, rule in enumerate(COMBINATIONS, SINGLE):
            numbers = rule.at(*(part.values for part in of))
            columns.append(page.column(top, column + i, rule.formula(*of), numbers))
    return values, slopes


def picked(page: Page, top: int, column: int, columns: list[Column], number: Live) -> Column:
    """The column with a number, from 1, of some neighbours, which have the same rows."""
    known = np.isfinite(number)
    values = columns[int(number) - 1].values if known else np.full_like(columns[0].values, np.nan)
    formula = number_at(f"{columns[0]}:{columns[-1]}", 1, number.fixed)
    return page.column(top, column, formula, values)


def if_chosen(
    i: int, choice: Live, x: Column | Live, k: Constants, *, slope: bool = False
) -> tuple[str, Array]:
    """Formula text and value of function ``i``, from 0, where it is the one with the number.

    Elsewhere 0: a function that nobody asked for can't overflow, and has no ill-placed digits.
    """
    function = FUNCTIONS[i]
    text = f"IF({choice.fixed}={i + 1},{function.formula(x, k, slope=slope)},0)"
    values = x.values if isinstance(x, Column) else np.asarray(float(x))
    asked = choice == float(i + 1)
    return text, function.at(values, k, slope=slope) if asked else np.zeros_like(values)


def column_of_chosen(
    page: Page, top: int, left: int, x: Column, k: Constants, choice: Live
) -> Column:
    """The function with a number over many places, right of a column for each function."""
    columns = [page.column(top, left + i, *if_chosen(i, choice, x, k)) for i in range(SINGLE)]
    return picked(page, top, left + SINGLE, columns, choice)
