"""The increment of a function of two variables beside its linear estimate, as the step shrinks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.maths import is_zero, is_zero_text, length, ratio
from xlbackprop.page.page import Page
from xlbackprop.page.parts import headings

STEPS = 5  # sizes of the step
ROLES = (*["forward"] * 5, "gradient", "cost", "update", "cost")  # of the columns
QUANTITIES = ("z", "rise", "estimate", "rest", "length", "share")  # after size and place


class Increment(NamedTuple):
    """What the table begins with.

    Attributes:
        z: the function.
        at: the place and the value there.
        slopes: ∂z/∂x and ∂z/∂y there.
        step: Δx and Δy of the first step.
        factor: how much smaller each step is than the one before.
    """

    z: Quadratic
    at: tuple[Live, Live, Live]
    slopes: tuple[Live, Live]
    step: tuple[Live, Live]
    factor: Live


def put_increments(
    page: Page, row: int, column: int, words: Sequence[str], of: Increment
) -> tuple[Column, Column]:
    """The table from the row of its headings on.

    Nine columns: size of the step, the place after it (two), z there, its increment, the estimate,
    the rest, length of the step, rest by length.

    Returns:
        Length of the step and rest by length.
    """
    headings(page, row, column, words, *ROLES)
    page.grid.heights[row] = 34
    row += 1
    z, (x, y, here), (by_x, by_y), (dx, dy), factor = of
    size = page.put(row, column, "1", 1.0, "plain-forward")
    lengths, shares = [], []
    for i in range(row, row + STEPS):
        if i > row:
            size = page.put(i, column, f"{size}*{factor}", size * factor, "plain-forward")
        to_x = page.put(i, column + 1, f"{x}+{size}*{dx}", x + size * dx, "cost-forward")
        to_y = page.put(i, column + 2, f"{y}+{size}*{dy}", y + size * dy, "cost-forward")
        there = page.put(i, column + 3, *z.twins(to_x, to_y), "cost-forward")
        rise = page.put(i, column + 4, f"{there}-{here}", there - here, "cost-forward")
        linear = size * (by_x * dx + by_y * dy)
        formula = f"{size}*({by_x}*{dx}+{by_y}*{dy})"
        estimate = page.put(i, column + 5, formula, linear, "cost-gradient")
        rest = page.put(i, column + 6, f"{rise}-{estimate}", rise - estimate, "difference-cost")
        formula = f"ABS({size})*SQRT({dx}*{dx}+{dy}*{dy})"
        far = page.put(i, column + 7, formula, abs(size) * length(dx, dy), "cost-update")
        share = 0.0 if is_zero(far) else ratio(rest, far)
        formula = f"IF({is_zero_text(far)},0,{rest}/{far})"
        shares.append(page.put(i, column + 8, formula, share, "difference-cost"))
        lengths.append(far)
    page.large(row, column + 1, row + STEPS - 1, column + 5)
    return Column(column + 7, row, np.array(lengths)), Column(column + 8, row, np.array(shares))
