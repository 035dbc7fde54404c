"""The gradient of the linear classifier by trying: each weight and bias is moved a little."""

from typing import NamedTuple

import numpy as np

from xlbackprop.page.cells import Area, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import total
from xlbackprop.page.typeset import typeset

CLASSES = 3


class Examples(NamedTuple):
    """The data: points, and 1 for the right class, 0 for the others."""

    x: Area
    t: Area


def put_numeric(
    page: Page, top: int, data: Examples, margins: Area, h: Live, analytic: Area
) -> None:
    """(C_T(p + h) − C_T(p − h))/2h for each weight and bias p, beside the gradient by formula.

    The small differences stand in cells of their own: two large sums would lose their digits.
    """
    below, rows = top + 7, len(data.x.values)
    page.write(below - 2, 1, page.text("gradient.moved"), "note")
    page.column(below, 1, None, np.arange(1.0, rows + 1), "count")
    page.write(below + rows, 1, "Σ", "label")
    quotients = np.empty(analytic.values.shape)
    for k, j in np.ndindex(quotients.shape):
        column = 2 + 3 * k + j
        label = f"w_{k + 1}_{j + 1}" if j < 2 else f"b_{k + 1}"
        page.write(below - 1, column, typeset(label), "heading-update")
        moved = _moved(page, below, column, Moved(data, margins, h, k, j))
        change = total(page, below + rows, column, moved, "fine-figure-cost")
        with np.errstate(all="ignore"):
            value = float(np.float64(change) / (2 * h))
        quotients[k, j] = page.put(top + k, 6 + j, f"{change}/(2*{h})", value, "number-update")
    numeric = Area(top, 6, quotients)
    page.put_area(
        top,
        10,
        lambda k, j: f"ABS({analytic[k, j]}-{numeric[k, j]})",
        np.abs(analytic.values - quotients),
        "difference-cost",
    )


class Moved(NamedTuple):
    """What is moved: weight or bias j of class k, by h."""

    data: Examples
    margins: Area
    h: Live
    k: int
    j: int

    def text(self, i: int) -> str:
        """C(p + h) − C(p − h) of example i; only margins that move are in it."""
        t, m = self.data.t[i, self.k], self.margins
        step = f"{self.h}*{self.data.x[i, self.j]}" if self.j < 2 else str(self.h)
        others = [m[i, other] for other in range(CLASSES) if other != self.k]
        right = "+".join(f"MAX({o}-{step},0)" for o in others)
        right += "".join(f"-MAX({o}+{step},0)" for o in others)
        own = m[i, self.k]
        return f"IF({t}=1,{right},MAX({own}+{step},0)-MAX({own}-{step},0))"

    def value(self, i: int) -> float:
        """The same in Python."""
        step = float(self.h) * (self.data.x.values[i, self.j] if self.j < 2 else 1.0)
        margins = self.margins.values[i]
        others, own = np.delete(margins, self.k), margins[self.k]
        if np.isnan(step) or np.isnan(margins).any():
            return float("nan")
        if self.data.t.values[i, self.k] == 1:
            terms = [*np.maximum(others - step, 0), *-np.maximum(others + step, 0)]
            return float(sum(terms))  # in this order: beside a huge margin the others get lost
        return float(max(own + step, 0) - max(own - step, 0))


def _moved(page: Page, row: int, column: int, moved: Moved) -> Area:
    """C(p + h) − C(p − h) of each example, below each other."""
    values = [[moved.value(i)] for i in range(len(moved.data.x.values))]
    return page.put_area(
        row, column, lambda i, _: moved.text(i), np.array(values), "fine-figure-update"
    )
