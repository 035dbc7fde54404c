"""All functions over many places, column beside column."""

from itertools import product

import numpy as np

from xlbackprop.lessons.functions import COMBINATIONS, FUNCTIONS, Constants
from xlbackprop.lessons.page import Array, Column, Live, Page

SINGLE = len(FUNCTIONS)


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
