"""Activation functions: a = σ(z), its slope, and the Excel text of both.

One entry per function. ``value`` and ``excel`` say the same thing, so do ``slope`` and
``excel_slope``; ``{z}`` and ``{a}`` stand for the cells of the unit. A slope may use z or a,
whichever reads more simply.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """One activation function and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        value: z → a, any shape.
        excel: the same as formula text of ``{z}``.
        slope: (z, a) → da/dz, any shape.
        excel_slope: the same as formula text of ``{z}`` and ``{a}``; a product's factors.
        equation: the definition as printed above the columns.
        slope_equation: the slope as printed above the columns.
    """

    name: str
    value: Callable[[Array], Array]
    excel: str
    slope: Callable[[Array, Array], Array]
    excel_slope: str
    equation: str
    slope_equation: str


ACTIVATIONS = {
    entry.name: entry
    for entry in (
        Activation(
            name="sigmoid",
            # EXP overflows above 709.78 and Excel would show #NUM!: no exponent passes 700.
            value=lambda z: 1 / (1 + np.exp(np.minimum(-z, 700))),
            excel="1/(1+EXP(MIN(-{z},700)))",
            slope=lambda z, a: a * (1 - a),
            excel_slope="{a}*(1-{a})",
            equation="a = σ(z) = 1/(1 + e⁻ᶻ)",
            slope_equation="a(1 − a)",
        ),
    )
}
