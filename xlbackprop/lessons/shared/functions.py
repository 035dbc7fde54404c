"""Functions of one variable: value and slope, each with its twin in a spreadsheet.

In formula text ``{x}`` stands for the variable and ``{c}``, ``{n}``, ``{a}`` for the constants, a
whole n from 1 on and a base a above 0. Equations have no words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xlbackprop.page.cells import Array, Live
from xlbackprop.page.maths import finite, ln


class Constants(NamedTuple):
    """What the functions have beside x."""

    c: Live
    n: Live
    a: Live


@dataclass(frozen=True)
class Function:
    """A function of one variable.

    Attributes:
        name: its key in the catalogue.
        equation: as it is printed.
        slope_equation: its derivative, as it is printed.
        value: (x, constants) → f(x), any shape.
        excel: the same as formula text.
        slope: (x, constants) → f′(x), any shape.
        excel_slope: the same as formula text.
    """

    name: str
    equation: str
    slope_equation: str
    value: Callable[[Array, Constants], Array]
    excel: str
    slope: Callable[[Array, Constants], Array]
    excel_slope: str

    def at(self, x: Array | float, k: Constants, *, slope: bool = False) -> Array:
        """The value or the slope at some places; NaN where there is none."""
        with np.errstate(all="ignore"):
            return finite((self.slope if slope else self.value)(np.asarray(x, dtype=float), k))

    def formula(self, x: object, k: Constants, *, slope: bool = False) -> str:
        """The same as formula text, to be filled down where x is a column."""
        text = self.excel_slope if slope else self.excel
        return text.format(x=x, c=k.c.fixed, n=k.n.fixed, a=k.a.fixed)


FUNCTIONS = (
    Function(
        name="constant",
        equation="c",
        slope_equation="0",
        value=lambda x, k: np.full_like(x, k.c),
        excel="{c}",
        slope=lambda x, k: np.zeros_like(x),
        excel_slope="0",
    ),
    Function(
        name="power",
        equation="xⁿ",
        slope_equation="n·xⁿ⁻¹",
        value=lambda x, k: x**k.n,
        excel="{x}^{n}",
        slope=lambda x, k: np.ones_like(x) if k.n == 1.0 else k.n * x ** (k.n - 1),
        excel_slope="IF({n}=1,1,{n}*{x}^({n}-1))",  # 0^0 is an error in Excel, 1 elsewhere
    ),
    Function(
        name="exponential",
        equation="eˣ",
        slope_equation="eˣ",
        value=lambda x, k: np.exp(x),
        excel="EXP({x})",
        slope=lambda x, k: np.exp(x),
        excel_slope="EXP({x})",
    ),
    Function(
        name="base",
        equation="aˣ = exp(x·ln a)",
        slope_equation="aˣ·ln a",
        value=lambda x, k: np.exp(x * ln(k.a)),
        excel="EXP({x}*LN({a}))",
        slope=lambda x, k: np.exp(x * ln(k.a)) * ln(k.a),
        excel_slope="EXP({x}*LN({a}))*LN({a})",
    ),
    Function(
        name="logarithm",
        equation="ln x",
        slope_equation="1/x",
        value=lambda x, k: ln(x),
        excel="LN({x})",
        slope=lambda x, k: 1 / x,
        excel_slope="1/{x}",
    ),
    Function(
        name="base_logarithm",
        equation="logₐ x = ln x/ln a",
        slope_equation="1/(x·ln a)",
        value=lambda x, k: ln(x) / ln(k.a),
        excel="LN({x})/LN({a})",
        slope=lambda x, k: 1 / (x * ln(k.a)),
        excel_slope="1/({x}*LN({a}))",
    ),
    Function(
        name="sine",
        equation="sin x",
        slope_equation="cos x",
        value=lambda x, k: np.sin(x),
        excel="SIN({x})",
        slope=lambda x, k: np.cos(x),
        excel_slope="COS({x})",
    ),
    Function(
        name="cosine",
        equation="cos x",
        slope_equation="−sin x",
        value=lambda x, k: np.cos(x),
        excel="COS({x})",
        slope=lambda x, k: -np.sin(x),
        excel_slope="-SIN({x})",
    ),
)


@dataclass(frozen=True)
class Combination:
    """A function made of two others, u and v.

    Attributes:
        name: its key in the catalogue.
        equation: as it is printed.
        slope_equation: its derivative, as it is printed.
        value: (u, v) → f, any shape.
        excel: the same as formula text.
        slope: (u, v, u′, v′) → f′, any shape.
        excel_slope: the same as formula text.
    """

    name: str
    equation: str
    slope_equation: str
    value: Callable[[Array, Array], Array]
    excel: str
    slope: Callable[[Array, Array, Array, Array], Array]
    excel_slope: str

    def at(self, *parts: Array | float) -> Array:
        """The value from u and v, or the slope from u, v, u′ and v′; NaN where there is none."""
        with np.errstate(all="ignore"):
            arrays = [np.asarray(part, dtype=float) for part in parts]
            return finite(self.value(*arrays) if len(parts) == 2 else self.slope(*arrays))

    def formula(self, *parts: object) -> str:
        """The same as formula text."""
        text = self.excel if len(parts) == 2 else self.excel_slope
        return text.format(**dict(zip(("u", "v", "du", "dv"), parts, strict=False)))


COMBINATIONS = (
    Combination(
        name="sum",
        equation="u + v",
        slope_equation="u′ + v′",
        value=lambda u, v: u + v,
        excel="{u}+{v}",
        slope=lambda u, v, du, dv: du + dv,
        excel_slope="{du}+{dv}",
    ),
    Combination(
        name="difference",
        equation="u − v",
        slope_equation="u′ − v′",
        value=lambda u, v: u - v,
        excel="{u}-{v}",
        slope=lambda u, v, du, dv: du - dv,
        excel_slope="{du}-{dv}",
    ),
    Combination(
        name="product",
        equation="u·v",
        slope_equation="u′·v + u·v′",
        value=lambda u, v: u * v,
        excel="{u}*{v}",
        slope=lambda u, v, du, dv: du * v + u * dv,
        excel_slope="{du}*{v}+{u}*{dv}",
    ),
    Combination(
        name="quotient",
        equation="u/v",
        slope_equation="(u′·v − u·v′)/v²",
        value=lambda u, v: u / v,
        excel="{u}/{v}",
        slope=lambda u, v, du, dv: (du * v - u * dv) / finite(v**2),
        excel_slope="({du}*{v}-{u}*{dv})/{v}^2",
    ),
)
