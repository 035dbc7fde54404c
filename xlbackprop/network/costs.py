"""Cost functions: C of one example, its slope ∂C/∂a, and the Excel text of both.

One entry per function. C is a sum over the outputs; ``mean_over`` makes it their mean. Whether the
total cost C_T is the sum or the mean of C over the examples, the network says. The squared error
has a factor ½, so that its slope is a − t, or none. At a kink the slope is 0 (absolute error) or
that of the left side (hinge).

Cross-entropy is one cost with two entries: with sigmoid outputs each output is a yes or no of its
own, with softmax one class is right. Both are computed from z, where nothing can overflow, and both
simplify: δ = ∂C/∂z = a − t.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.text import divided, printed_share

HALF = 0.5  # the usual factor of the squared error


class Outputs(NamedTuple):
    """What the output layer shows, each (..., outputs); the helpers are empty where unused."""

    t: Array
    a: Array
    z: Array
    e: Array  # exponentials of softmax
    m: Array  # margins of the hinge


@dataclass(frozen=True)
class Cost:
    """One cost function and its twin in a spreadsheet.

    In formula text ``{t}``, ``{a}``, ``{z}``, ``{e}``, ``{m}`` are cells of one output, and
    ``{ts}``, ``{as}``, ``{zs}``, ``{es}``, ``{ms}`` the ranges of all outputs,
    ``{lacking}`` how many of ``{ms}`` are above 0.

    Attributes:
        name: as recipes write it.
        value: outputs → C, (...).
        excel: the same as formula text of the ranges; ``{terms}`` is the sum of ``excel_term``
            over the outputs.
        slope: outputs → ∂C/∂a, (..., outputs); None where δ = a − t.
        excel_slope: the same for one output; a factor.
        equation: the definition as printed above the column.
        slope_equation: the slope as printed above the columns.
        figures: the definition as a sentence has it; ``{terms}`` is the sum of ``figure_term``.
        figure_term: what each output adds, numbers in place of ``{t}``, ``{a}`` and ``{m}``.
        slope_figures: the slope, numbers in place of ``{t}`` and ``{a}``; empty for its value.
        excel_term: what each output adds to C, formula text of its cells.
        excel_one: C of a network with one output where ``excel`` can't be used for it.
        activations: output activations that it goes with; empty for all that can be trained.
        reasons: why others don't, by activation, in words that go on after a bracket.
        margin: (t, a) → m, the helper column of the hinge.
        excel_margin: the same as formula text.
        needs_classes: whether each example must have one right class.
        kinked: whether the slope jumps somewhere.
        one_term: whether all but one of its terms are 0, so that no mean of them is meant.
        excel_delta: δ of an output where cost and activation simplify.
        delta_figures: the same, numbers in place of ``{t}`` and ``{a}``.
        divisor: outputs that it is the mean over; 1 for their sum.
    """

    name: str
    value: Callable[[Outputs], Array]
    excel: str
    slope: Callable[[Outputs], Array] | None
    excel_slope: str
    equation: str
    slope_equation: str
    figures: str
    figure_term: str
    slope_figures: str = ""
    excel_term: str = ""
    excel_one: str = ""
    activations: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    margin: Callable[[Array, Array], Array] | None = None
    excel_margin: str = ""
    needs_classes: bool = False
    kinked: bool = False
    one_term: bool = False
    excel_delta: str = "({a}-{t})"
    delta_figures: str = "{a} − {t}"
    divisor: int = 1


_NOT_ONLY_0_TO_1 = [n for n, one in ACTIVATIONS.items() if one.low < 0 or one.high > 1]
_WIDE = ("linear", *(name for name in _NOT_ONLY_0_TO_1 if name != "linear"))  # the usual one first


def _two_way_entropy(o: Outputs) -> Array:
    """−Σ(t ln a + (1 − t) ln(1 − a)) with a = σ(z); in terms of z no logarithm overflows."""
    terms = np.maximum(o.z, 0) - o.t * o.z + np.log(1 + np.exp(-np.abs(o.z)))
    total: Array = terms.sum(axis=-1)
    return total


def _class_entropy(o: Outputs) -> Array:
    """−Σ t ln a with a = e/Σe and Σt = 1."""
    total: Array = o.z.max(axis=-1) + np.log(o.e.sum(axis=-1)) - (o.t * o.z).sum(axis=-1)
    return total


def _hinge_slope(o: Outputs) -> Array:
    lacking = (o.m > 0).astype(np.float64)
    own = np.where(np.isfinite(o.m), lacking, np.nan)  # the spreadsheet's comparison hands it on
    return np.where(o.t == 1, 1 - own.sum(axis=-1, keepdims=True), own)


def hinge(distance: float = 1.0, *, cell: str = "1", printed: str = "1") -> Cost:
    """The hinge: each output should stay that far below the right one.

    Args:
        distance: a number above 0.
        cell: the same as formula text.
        printed: the same as printed.
    """

    def margins(t: Array, a: Array) -> Array:
        """What each output lacks of the distance to the right one; all of it for that one."""
        lacking: Array = a - (t * a).sum(axis=-1, keepdims=True) + distance
        return lacking

    return Cost(
        name="hinge",
        kinked=True,
        activations=_WIDE,
        reasons={
            **dict.fromkeys(
                ("sigmoid", "softmax"),
                "they stay between 0 and 1, so a distance of 1 is never reached",
            ),
            "step": "they are 0 or 1, and how near an answer comes is not to be seen",
        },
        value=lambda o: np.maximum(o.m, 0).sum(axis=-1) - distance,
        excel=f"{{terms}}-{cell}",
        excel_term="MAX({m},0)",
        slope=_hinge_slope,
        excel_slope="IF({t}=1,1-({lacking}),IF({m}>0,1,0))",
        margin=margins,
        excel_margin=f"{{a}}-SUMPRODUCT({{ts}},{{as}})+{cell}",
        needs_classes=True,
        equation=f"C = Σ max(0, m) − {printed}",
        slope_equation="(t = 1: 1 − #(m > 0); t = 0, m > 0: 1; t = 0, m ≤ 0: 0)",
        figures=f"{{terms}} − {printed}",
        figure_term="max(0, {m})",
    )


def squared_error(factor: float = HALF) -> Cost:
    """Half the sum of the squared errors of the outputs, or the sum itself.

    Args:
        factor: 0.5 or 1.
    """
    half = Cost(
        name="squared-error",
        value=lambda o: np.square(o.t - o.a).sum(axis=-1) / 2,
        excel="SUMXMY2({ts},{as})/2",
        excel_one="SUMSQ({t}-{a})/2",
        slope=lambda o: o.a - o.t,
        excel_slope="({a}-{t})",
        equation="C = ½ Σ(t − a)²",
        slope_equation="(a − t)",
        figures="½·({terms})",
        figure_term="({t} − {a})²",
        slope_figures="({a} − {t})",
    )
    if factor == HALF:
        return half
    return replace(
        half,
        value=lambda o: np.square(o.t - o.a).sum(axis=-1),
        excel="SUMXMY2({ts},{as})",
        excel_one="SUMSQ({t}-{a})",
        slope=lambda o: 2 * (o.a - o.t),
        excel_slope="2*({a}-{t})",
        equation="C = Σ(t − a)²",
        slope_equation="2 (a − t)",
        figures="{terms}",
        slope_figures="2·({a} − {t})",
    )


def mean_over(cost: Cost, outputs: int) -> Cost:
    """The same cost as a mean over the outputs: C and its slope are divided by their number."""
    slope = cost.slope
    if outputs == 1:
        return cost
    return replace(
        cost,
        value=lambda o: cost.value(o) / outputs,
        excel=divided(cost.excel, outputs),
        slope=slope and (lambda o: slope(o) / outputs),
        excel_slope=cost.excel_slope and f"{cost.excel_slope}/{outputs}",
        excel_delta=f"{cost.excel_delta}/{outputs}",
        equation=f"C = {printed_share(cost.equation.removeprefix('C = '), outputs)}",
        slope_equation=printed_share(cost.slope_equation, outputs),
        figures=printed_share(cost.figures, outputs, "·"),
        slope_figures=cost.slope_figures and printed_share(cost.slope_figures, outputs, "·"),
        delta_figures=printed_share(cost.delta_figures, outputs, "·"),
        divisor=outputs,
    )


_ENTRIES = (
    squared_error(),
    Cost(
        name="absolute-error",
        kinked=True,
        value=lambda o: np.abs(o.t - o.a).sum(axis=-1),
        excel="{terms}",
        excel_term="ABS({t}-{a})",
        slope=lambda o: np.sign(o.a - o.t),
        excel_slope="SIGN({a}-{t})",
        equation="C = Σ|t − a|",
        slope_equation="sign(a − t)",
        figures="{terms}",
        figure_term="|{t} − {a}|",
    ),
    Cost(
        name="cross-entropy",
        activations=("sigmoid",),
        reasons={
            **dict.fromkeys(
                _WIDE,
                "it takes the logarithms of a and 1 − a, and these outputs may leave the range "
                "from 0 to 1",
            ),
            "step": "it takes the logarithms of a and 1 − a, and for a step one of them is of 0",
        },
        value=_two_way_entropy,
        excel="{terms}",
        excel_term="MAX({z},0)-{t}*{z}+LN(1+EXP(-ABS({z})))",
        slope=None,
        excel_slope="",
        equation="C = −Σ(t ln a + (1 − t) ln(1 − a))",
        slope_equation="a − t",
        figures="−({terms})",
        figure_term="{t}·ln {a} + (1 − {t})·ln(1 − {a})",
    ),
    Cost(
        name="cross-entropy",
        activations=("softmax",),
        value=_class_entropy,
        excel="MAX({zs})+LN(SUM({es}))-SUMPRODUCT({ts},{zs})",
        slope=None,
        excel_slope="",
        needs_classes=True,
        one_term=True,
        equation="C = −Σ t ln a",
        slope_equation="a − t",
        figures="−({terms})",
        figure_term="{t}·ln {a}",
    ),
    hinge(),
)
# By name; the entries of a name are for outputs with different activations.
COSTS = {one.name: tuple(e for e in _ENTRIES if e.name == one.name) for one in _ENTRIES}


def find_cost(name: str, activation: str) -> Cost | None:
    """The cost of that name for outputs with that activation; None if they don't go together."""
    entries = COSTS.get(name, ())
    return next((e for e in entries if not e.activations or activation in e.activations), None)
