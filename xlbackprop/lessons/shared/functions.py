"""Functions of one variable: value and slope, each with its twin in a spreadsheet.

In formula text ``{x}`` stands for the variable and ``{c}``, ``{n}``, ``{a}`` for the constants, a
whole n from 1 on and a base a above 0. Equations have no words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Live
from xlbackprop.page.maths import finite, ln


class Constants(NamedTuple):
    """What the functions have beside x."""

    c: Live
    n: Live
    a: Live


class Form(NamedTuple):
    """What is computed: an equation as it is printed, the same in Python and as formula text."""

    equation: str
    python: Callable[..., Any]
    excel: str


@dataclass(frozen=True)
class Function:
    """A function of one variable.

    Attributes:
        name: its key in the catalogue.
        value: (x, constants) → f(x), any shape.
        slope: (x, constants) → f′(x), any shape.
    """

    name: str
    value: Form
    slope: Form

    def at(self, x: Array | float, k: Constants, *, slope: bool = False) -> Array:
        """The value or the slope at some places; NaN where there is none."""
        form = self.slope if slope else self.value
        with np.errstate(all="ignore"):
            return finite(form.python(np.asarray(x, dtype=float), k))

    def formula(self, x: object, k: Constants, *, slope: bool = False) -> str:
        """The same as formula text, to be filled down where x is a column."""
        form = self.slope if slope else self.value
        return form.excel.format(x=x, c=k.c.fixed, n=k.n.fixed, a=k.a.fixed)

    def twins(self, x: Live, k: Constants, *, slope: bool = False) -> tuple[str, float]:
        """Formula text and value at one place."""
        return self.formula(x, k, slope=slope), float(self.at(x, k, slope=slope))


FUNCTIONS = (
    Function(
        "constant",
        Form("c", lambda x, k: np.full_like(x, k.c), "{c}"),
        Form("0", lambda x, k: np.zeros_like(x), "0"),
    ),
    Function(
        "power",
        Form("xⁿ", lambda x, k: x**k.n, "{x}^{n}"),
        Form(
            "n·xⁿ⁻¹",
            lambda x, k: np.ones_like(x) if k.n == 1.0 else k.n * x ** (k.n - 1),
            "IF({n}=1,1,{n}*{x}^({n}-1))",  # 0^0 is an error in Excel, 1 elsewhere
        ),
    ),
    Function(
        "exponential",
        Form("eˣ", lambda x, k: np.exp(x), "EXP({x})"),
        Form("eˣ", lambda x, k: np.exp(x), "EXP({x})"),
    ),
    Function(
        "base",
        Form("aˣ = exp(x·ln a)", lambda x, k: np.exp(x * ln(k.a)), "EXP({x}*LN({a}))"),
        Form("aˣ·ln a", lambda x, k: np.exp(x * ln(k.a)) * ln(k.a), "EXP({x}*LN({a}))*LN({a})"),
    ),
    Function(
        "logarithm",
        Form("ln x", lambda x, k: ln(x), "LN({x})"),
        Form("1/x", lambda x, k: 1 / x, "1/{x}"),
    ),
    Function(
        "base_logarithm",
        Form("logₐ x = ln x/ln a", lambda x, k: ln(x) / ln(k.a), "LN({x})/LN({a})"),
        Form("1/(x·ln a)", lambda x, k: 1 / (x * ln(k.a)), "1/({x}*LN({a}))"),
    ),
    Function(
        "sine",
        Form("sin x", lambda x, k: np.sin(x), "SIN({x})"),
        Form("cos x", lambda x, k: np.cos(x), "COS({x})"),
    ),
    Function(
        "cosine",
        Form("cos x", lambda x, k: np.cos(x), "COS({x})"),
        Form("−sin x", lambda x, k: -np.sin(x), "-SIN({x})"),
    ),
)


@dataclass(frozen=True)
class Combination:
    """A function made of two others, u and v.

    Attributes:
        name: its key in the catalogue.
        value: (u, v) → f, any shape.
        slope: (u, v, u′, v′) → f′, any shape.
    """

    name: str
    value: Form
    slope: Form

    def at(self, *parts: Array | float) -> Array:
        """The value from u and v, or the slope from u, v, u′ and v′; NaN where there is none."""
        form = self.value if len(parts) == 2 else self.slope
        with np.errstate(all="ignore"):
            return finite(form.python(*(np.asarray(part, dtype=float) for part in parts)))

    def formula(self, *parts: object) -> str:
        """The same as formula text."""
        form = self.value if len(parts) == 2 else self.slope
        return form.excel.format(**dict(zip(("u", "v", "du", "dv"), parts, strict=False)))


COMBINATIONS = (
    Combination(
        "sum",
        Form("u + v", lambda u, v: u + v, "{u}+{v}"),
        Form("u′ + v′", lambda u, v, du, dv: du + dv, "{du}+{dv}"),
    ),
    Combination(
        "difference",
        Form("u − v", lambda u, v: u - v, "{u}-{v}"),
        Form("u′ − v′", lambda u, v, du, dv: du - dv, "{du}-{dv}"),
    ),
    Combination(
        "product",
        Form("u·v", lambda u, v: u * v, "{u}*{v}"),
        Form("u′·v + u·v′", lambda u, v, du, dv: du * v + u * dv, "{du}*{v}+{u}*{dv}"),
    ),
    Combination(
        "quotient",
        Form("u/v", lambda u, v: u / v, "{u}/{v}"),
        Form(
            "(u′·v − u·v′)/v²",
            lambda u, v, du, dv: (du * v - u * dv) / finite(v**2),
            "({du}*{v}-{u}*{dv})/({v}*{v})",
        ),
    ),
)
