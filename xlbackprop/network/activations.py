"""Activation functions: a = σ(z), its slope, and the Excel text of both.

One entry per function. ``value`` and ``excel`` say the same thing, so do ``slope`` and
``excel_slope``; ``{z}`` and ``{a}`` stand for the cells of the unit. A slope may use z or a,
whichever reads more simply. At a kink the slope is that of the left side, relu'(0) = 0, and where a
function meets its ceiling it is 0, as in PyTorch: relu6'(6) = 0. In formulas SIGN(z) > 0 stands for
z > 0 where a program takes numbers near 0 as equal to it. Equations have no words, as they are
printed in workbooks of every language.

Softmax is the one function that looks at all units of its layer. The exponents of its helper
column e are at most 0, so that nothing overflows; ``{zs}`` and ``{es}`` are the layer's ranges.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from xlbackprop.arrays import Array

LEAK = 0.01  # of leaky-relu, unless a layer says else


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


def leaky_relu(leak: float = LEAK, *, cell: str = "", printed: str = "") -> Activation:
    """A relu that lets a part of the numbers below 0 through.

    Args:
        leak: that part; the slope left of 0.
        cell: the same as formula text, below 1; its digits if left out.
        printed: the same as printed; its digits if left out.
    """
    cell = cell or f"{leak:.15G}"
    printed = printed or f"{leak:g}".replace("-", "−")
    bend, larger = (np.maximum, "max") if leak <= 1 else (np.minimum, "min")
    return Activation(
        name="leaky-relu",
        kinked=True,
        value=lambda z: bend(z, leak * z),
        excel=f"{larger.upper()}({{z}},{cell}*{{z}})",
        slope=lambda z, a: np.where(z > 0, 1.0, np.where(np.isnan(z), z, leak)),
        excel_slope=f"IF({{z}}>0,1,{cell})",
        equation=f"a = {larger}(z, {printed} z)",
        slope_equation=f"(z > 0: 1; z ≤ 0: {printed})",
        figures=f"{larger}({{z}}, {printed}·{{z}})",
        low=-math.inf if leak > 0 else 0,
    )


def _selu() -> Activation:
    """Klambauer et al. 2017; the digits are those that Excel keeps of a number in a formula."""
    scale, alpha = 1.05070098735548, 1.67326324235438
    bottom = scale * alpha
    return Activation(
        name="selu",
        kinked=True,
        value=lambda z: scale * (np.maximum(z, 0) + alpha * (np.exp(np.minimum(z, 0)) - 1)),
        excel=f"{scale}*(MAX({{z}},0)+{alpha}*(EXP(MIN({{z}},0))-1))",
        slope=lambda z, a: np.where(z > 0, scale, a + bottom),
        excel_slope=f"IF(SIGN({{z}})>0,{scale},{{a}}+{scale}*{alpha})",
        equation="a = 1.0507 (z > 0: z; z ≤ 0: 1.6733(eᶻ − 1))",
        slope_equation="(z > 0: 1.0507; z ≤ 0: a + 1.7581)",
        figures="1.0507·(max({z}, 0) + 1.6733·(exp(min({z}, 0)) − 1))",
        low=-bottom,
    )


def _gelu() -> Activation:
    """Hendrycks and Gimpel 2016, the form with tanh u, which is 2σ(2u) − 1; v = 2u.

    Beyond 20 in size v is as good as infinite, and its powers would overflow.
    """
    first, third = 1.59576912160573, 0.0713548162726003  # 2√(2/π), and that times 0.044715
    cell = "MAX(-20,MIN({z},20))"
    share = f"(1+EXP(-{cell}*({first}+{third}*{cell}*{cell})))"

    def divisor(z: Array) -> Array:
        near = np.clip(z, -20, 20)
        result: Array = 1 + np.exp(-near * (first + third * near * near))
        return result

    def slope(z: Array, a: Array) -> Array:
        near = np.clip(z, -20, 20)
        steep = first + 3 * third * near * near
        result: Array = (1 + (np.maximum(z, -20) - a) * steep) / divisor(z)
        return result

    return Activation(
        name="gelu",
        value=lambda z: np.maximum(z, -20) / divisor(z),
        excel=f"MAX({{z}},-20)/{share}",
        slope=slope,
        excel_slope=f"(1+(MAX({{z}},-20)-{{a}})*({first}+3*{third}*{cell}*{cell}))/{share}",
        equation="a = ½z(1 + tanh u) = z σ(2u), u = 0.79788(z + 0.044715z³)",
        slope_equation="σ(2u)(1 + 2u′(z − a))",
        figures="{z}·σ(1.5958·{z} + 0.071355·{z}³)",
        low=-0.1701,
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
            name="elu",
            value=lambda z: np.maximum(z, np.exp(np.minimum(z, 0)) - 1),
            excel="MAX({z},EXP(MIN({z},0))-1)",
            slope=lambda z, a: np.minimum(1, a + 1),
            excel_slope="MIN(1,{a}+1)",
            equation="a = (z > 0: z; z ≤ 0: eᶻ − 1)",
            slope_equation="min(1, a + 1)",
            figures="max({z}, exp(min({z}, 0)) − 1)",
            slope_figures="min(1, {a} + 1)",
            low=-1,
        ),
        _selu(),
        _gelu(),
        Activation(
            name="silu",
            # Below -700 nothing is left of a, while z and the exponential would grow on.
            value=lambda z: np.maximum(z, -700) / (1 + np.exp(-np.maximum(z, -700))),
            excel="MAX({z},-700)/(1+EXP(-MAX({z},-700)))",
            slope=lambda z, a: (np.maximum(z, -700) - a + 1) / (1 + np.exp(-np.maximum(z, -700))),
            excel_slope="(MAX({z},-700)-{a}+1)/(1+EXP(-MAX({z},-700)))",
            equation="a = z σ(z)",
            slope_equation="σ(z)(z − a + 1)",
            figures="{z}·σ({z})",
            low=-0.2785,
        ),
        Activation(
            name="softplus",
            value=lambda z: np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z))),
            excel="MAX({z},0)+LN(1+EXP(-ABS({z})))",
            slope=lambda z, a: 1 - np.exp(-a),
            excel_slope="(1-EXP(-{a}))",
            equation="a = ln(1 + eᶻ)",
            slope_equation="(1 − e⁻ᵃ)",
            figures="ln(1 + e^{z})",
            slope_figures="(1 − e^(−{a}))",
            low=0,
        ),
        Activation(
            name="relu6",
            kinked=True,
            value=lambda z: np.minimum(np.maximum(z, 0), 6),
            excel="MIN(MAX({z},0),6)",
            slope=lambda z, a: np.heaviside(z, 0.0) * np.heaviside(6 - z, 0.0),
            excel_slope="IF(AND(SIGN({z})>0,{z}<6),1,0)",
            equation="a = min(max(z, 0), 6)",
            slope_equation="(0 < z < 6: 1; z ≤ 0, z ≥ 6: 0)",
            figures="min(max({z}, 0), 6)",
            low=0,
            high=6,
        ),
        Activation(
            name="hardtanh",
            kinked=True,
            value=lambda z: np.minimum(np.maximum(z, -1), 1),
            excel="MIN(MAX({z},-1),1)",
            slope=lambda z, a: np.heaviside(1 - np.abs(z), 0.0),
            excel_slope="IF(ABS({z})<1,1,0)",
            equation="a = min(max(z, −1), 1)",
            slope_equation="(|z| < 1: 1; |z| ≥ 1: 0)",
            figures="min(max({z}, −1), 1)",
            low=-1,
            high=1,
        ),
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


class Activated(Protocol):
    """What a layer says about its activation."""

    @property
    def activation(self) -> str:
        """A name of ``ACTIVATIONS``."""

    @property
    def negative_slope(self) -> float:
        """The slope of leaky-relu left of 0."""


def activation_of(layer: Activated) -> Activation:
    """The activation function of a layer that has one, with the layer's settings."""
    if layer.activation == "leaky-relu":
        return leaky_relu(layer.negative_slope)
    return ACTIVATIONS[layer.activation]
