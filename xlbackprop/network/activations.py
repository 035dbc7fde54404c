"""Activation functions: a = σ(z), its slope, and the Excel text of both.

One entry per function. ``value`` and ``excel`` say the same thing, so do ``slope`` and
``excel_slope``; ``{z}`` and ``{a}`` stand for the cells of the unit. A slope may use z or a,
whichever reads more simply. At a kink the slope is that of the left side: relu'(0) = 0.
Equations have no words, as they are printed in workbooks of every language.

Softmax is the one function that looks at all units of its layer. The exponents of its helper
column e are at most 0, so that nothing overflows; ``{zs}`` and ``{es}`` are the layer's ranges.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array


@dataclass(frozen=True)
class Activation:
    """One activation function and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        value: z → a, any shape; of softmax e → a, (..., units).
        excel: the same as formula text of ``{z}`` (softmax: of its helper ``{e}`` and ``{es}``).
        slope: (z, a) → da/dz, any shape; None where there is none to learn from.
        excel_slope: the same as formula text, a product's factor; empty for the factor 1.
        equation: the definition as printed above the columns.
        slope_equation: the slope as printed above the columns; empty for 1.
        figures: the definition as a sentence has it, numbers in place of ``{z}`` (``{e}`` and the
            sum ``{es}`` of softmax).
        slope_figures: the slope, numbers in place of ``{a}``; empty for its value.
        helper: z → e, the helper column of softmax.
        excel_helper: the same as formula text of ``{z}`` and ``{zs}``.
        low: no a is below it.
        high: no a is above it.
        kinked: whether the slope jumps somewhere.
    """

    name: str
    value: Callable[[Array], Array]
    excel: str
    slope: Callable[[Array, Array], Array] | None
    excel_slope: str
    equation: str
    slope_equation: str
    figures: str = "{z}"
    slope_figures: str = ""
    helper: Callable[[Array], Array] | None = None
    excel_helper: str = ""
    low: float = -math.inf
    high: float = math.inf
    kinked: bool = False


def _exponentials(z: Array) -> Array:
    """e to the power of z less the largest z of the example, (..., units)."""
    # Halves, because the difference of two huge numbers of different sign would overflow.
    half: Array = np.maximum(z / 2 - z.max(axis=-1, keepdims=True) / 2, -350)
    exponentials: Array = np.exp(2 * half)
    return exponentials


def _shares(e: Array) -> Array:
    shares: Array = e / e.sum(axis=-1, keepdims=True)
    return shares


def leaky_relu(leak: float = 0.01, *, cell: str = "0.01", printed: str = "0.01") -> Activation:
    """A relu that lets a part of the numbers below 0 through.

    Args:
        leak: that part, below 1.
        cell: the same as formula text.
        printed: the same as printed.
    """
    return Activation(
        name="leaky-relu",
        kinked=True,
        value=lambda z: np.maximum(z, leak * z),
        excel=f"MAX({{z}},{cell}*{{z}})",
        slope=lambda z, a: np.where(z > 0, 1.0, np.where(np.isnan(z), z, leak)),
        excel_slope=f"IF({{z}}>0,1,{cell})",
        equation=f"a = max(z, {printed} z)",
        slope_equation=f"(z > 0: 1; z ≤ 0: {printed})",
        figures=f"max({{z}}, {printed}·{{z}})",
    )


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
            figures="σ({z})",
            slope_figures="{a}·(1 − {a})",
            low=0,
            high=1,
        ),
        Activation(
            name="tanh",
            value=np.tanh,
            excel="TANH({z})",
            slope=lambda z, a: 1 - a**2,
            excel_slope="(1-{a}*{a})",
            equation="a = tanh z",
            slope_equation="(1 − a²)",
            figures="tanh({z})",
            slope_figures="(1 − {a}²)",
            low=-1,
            high=1,
        ),
        Activation(
            name="softsign",
            value=lambda z: z / (1 + np.abs(z)),
            excel="{z}/(1+ABS({z}))",
            slope=lambda z, a: (1 - np.abs(a)) ** 2,
            excel_slope="(1-ABS({a}))^2",
            equation="a = z/(1 + |z|)",
            slope_equation="(1 − |a|)²",
            figures="{z}/(1 + |{z}|)",
            slope_figures="(1 − |{a}|)²",
            low=-1,
            high=1,
        ),
        Activation(
            name="relu",
            kinked=True,
            value=lambda z: np.maximum(z, 0),
            excel="MAX({z},0)",
            slope=lambda z, a: np.heaviside(z, 0.0),  # NaN where z is
            excel_slope="IF({z}>0,1,0)",
            equation="a = max(z, 0)",
            slope_equation="(z > 0: 1; z ≤ 0: 0)",
            figures="max({z}, 0)",
            low=0,
        ),
        leaky_relu(),
        Activation(
            name="linear",
            value=lambda z: z.copy(),
            excel="{z}",
            slope=lambda z, a: np.ones_like(z),
            excel_slope="",
            equation="a = z",
            slope_equation="",
        ),
        Activation(
            name="step",
            value=lambda z: np.heaviside(z, 1.0),  # NaN where z is
            excel="IF({z}>=0,1,0)",
            slope=None,
            excel_slope="",
            equation="a = (z ≥ 0: 1; z < 0: 0)",
            slope_equation="",
            low=0,
            high=1,
        ),
        Activation(
            name="softmax",
            value=_shares,
            excel="{e}/SUM({es})",
            slope=None,
            excel_slope="",
            equation="a = e/Σe",
            slope_equation="",
            figures="{e}/({es})",
            helper=_exponentials,
            excel_helper="EXP(2*MAX({z}/2-MAX({zs})/2,-350))",
            low=0,
            high=1,
        ),
    )
}
