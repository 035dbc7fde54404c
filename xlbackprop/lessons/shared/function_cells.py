"""The functions on a page: their constants, their equations, and columns of their values."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from xlbackprop.lessons.shared.functions import COMBINATIONS, FUNCTIONS, Constants
from xlbackprop.page.cells import Array, Column, Live
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import Word

SINGLE, MOST = len(FUNCTIONS), 6
EQUATIONS = tuple(function.equation for function in FUNCTIONS)
SLOPES = tuple(function.slope_equation for function in FUNCTIONS)


def typed(
    page: Page,
    row: int,
    columns: tuple[int, int],
    name: str,
    usual: float,
    texts: tuple[str, str] | None = None,
    *,
    most: int = 0,
    limit: str = "",
) -> Live:
    """A yellow cell with its label to the left and a note to the right, if there is one.

    Args:
        page: the page.
        row: its row.
        columns: of the label and of the cell.
        name: of the number.
        usual: the number in a new workbook.
        texts: label and note; those of the lesson under ``inputs`` where none are given.
        most: where only a whole number from 1 to so many will do.
        limit: where only such a number will do, one of ``LIMITS``.
    """
    label, column = columns
    words, note = texts or (page.text(f"inputs.{name}"), page.text(f"inputs.{name}_note"))
    page.write(row, label, words, "label")
    if most:
        number = page.choice(name, row, column, int(usual), most)
    else:
        number = page.number(name, row, column, usual, "plain-input", limit=limit)
    if note:
        put_note(page, row, column + 1, number, words=note)
    return number


def constants(page: Page, row: int, columns: tuple[int, int], *, exponent: int) -> Constants:
    """Three rows for the constants of the functions."""
    cells = []
    given = (("c", 5.0, 0, ""), ("n", exponent, MOST, ""), ("a", 2.0, 0, "base"))
    for i, (name, usual, most, limit) in enumerate(given):
        texts = page.common(f"functions.{name}"), page.common(f"functions.{name}_note")
        cells.append(typed(page, row + i, columns, name, usual, texts, most=most, limit=limit))
    return Constants(*cells)


def word(cells: str, choice: Live, texts: Sequence[str]) -> Word:
    """The text with a number, from 1, of those that stand in some cells."""
    known = np.isfinite(choice)
    return Word(f"INDEX({cells},{choice})", texts[int(choice) - 1] if known else None)


def columns_of_functions(
    page: Page, top: int, left: int, x: Column, k: Constants, choice: tuple[Live, Live]
) -> tuple[list[Column], list[Column]]:
    """All functions and all derivatives, each a column over the places.

    Columns from ``left`` on: u, v, u′, v′, then the functions, then their derivatives; ``choice``
    holds the numbers of u and v.
    """
    first = (
        left + 4,
        left + 4 + SINGLE + len(COMBINATIONS),
    )  # columns of the functions and of their derivatives
    single = [
        [
            page.column(
                top, column + i, f.formula(x, k, slope=is_slope), f.at(x.values, k, slope=is_slope)
            )
            for i, f in enumerate(FUNCTIONS)
        ]
        for is_slope, column in zip((False, True), first, strict=True)
    ]
    parts = [
        page.column(
            top,
            left + i,
            f"INDEX({columns[0]}:{columns[-1]},1,{choice.fixed})",
            picked(columns, choice),
        )
        for i, (columns, choice) in enumerate(product(single, choice))
    ]
    for is_slope, column in zip((False, True), first, strict=True):
        of = parts if is_slope else parts[:2]
        single[is_slope] += [
            page.column(top, column + i, rule.formula(*of), rule.at(*(part.values for part in of)))
            for i, rule in enumerate(COMBINATIONS, SINGLE)
        ]
    return single[0], single[1]


def picked(columns: list[Column], number: float) -> Array:
    """The values of the column with a number, from 1; NaN where there is none."""
    known = np.isfinite(number)
    return columns[int(number) - 1].values if known else np.full_like(columns[0].values, np.nan)


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
    return page.column(
        top,
        left + SINGLE,
        f"INDEX({columns[0]}:{columns[-1]},1,{choice.fixed})",
        picked(columns, choice),
    )
