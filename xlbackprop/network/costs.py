"""Cost functions: C of one example, its slope ∂C/∂a, and the Excel text of both.

One entry per function. The total cost C_T is the sum of C over the examples, no mean; the ½ of the
squared error is kept, so that its slope is a − t.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cost:
    """One cost function and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        value: (t, a), each (..., outputs), → C, (...).
        excel: the same as formula text; ``{t}`` and ``{a}`` are the ranges of all outputs.
        excel_one: the same for a network with one output; ``{t}`` and ``{a}`` are its cells.
        slope: (t, a) → ∂C/∂a, (..., outputs).
        excel_slope: the same for one output; ``{t}`` and ``{a}`` are its cells. A factor.
        equation: the definition as printed above the column.
        slope_equation: the slope as printed above the columns.
    """

    name: str
    value: Callable[[Array, Array], Array]
    excel: str
    excel_one: str
    slope: Callable[[Array, Array], Array]
    excel_slope: str
    equation: str
    slope_equation: str


COSTS = {
    entry.name: entry
    for entry in (
        Cost(
            name="squared-error",
            value=lambda t, a: np.square(t - a).sum(axis=-1) / 2,
            excel="SUMXMY2({t},{a})/2",
            excel_one="({t}-{a})^2/2",
            slope=lambda t, a: a - t,
            excel_slope="({a}-{t})",
            equation="C = ½ Σ(t − a)²",
            slope_equation="(a − t)",
        ),
    )
}
