"""Sequences: explicit and recursive, alone and in systems, up to the recursion of δ.

Source: Wakui & Wakui, section 2-2.
"""

from dataclasses import dataclass

import numpy as np

from xlbackprop.lessons.quantities.layer_recurrences import put_layers
from xlbackprop.lessons.shared.functions import Form
from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import power
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, headings, on_one_page, put_across, why
from xlbackprop.workbook.grid import Columns

LABEL, FIRST, CHART, LAST = 1, 2, 9, 12
ONE, TWO, THREE, WHY = 10, 27, 42, 58  # rows of the sections
TERMS, STEPS = 12, 10
INPUTS = (("a1", 1.0), ("d", 2.0), ("r", 1.2), ("p", 0.5), ("q", 6.0))
RULES = np.array([[1.0, 2.0, 2.0], [2.0, 3.0, 1.0]])  # of the book's system
NUMBERS = np.arange(1.0, TERMS + 1)


@dataclass(frozen=True)
class Sequence:
    """A sequence whose term can be found from its number, or from the term before.

    Attributes:
        name: its key in the catalogue.
        color: role of its curve.
        explicit: (number, a₁, constants) → term; ``{n}``, ``{a}`` and the constants in formulas.
        recursive: (term before, constants) → term; ``{before}`` and the constants.
    """

    name: str
    color: str
    explicit: Form
    recursive: Form


def _limit_form(n: float, a: float, k: dict[str, Live]) -> float:
    p, q = k["p"], k["q"]
    if p == 1.0:
        return a + (n - 1) * q
    limit = q / (1 - p)
    return limit + (power(p, n - 1) if n > 1 else 1.0) * (a - limit)


SEQUENCES = (
    Sequence(
        "arithmetic",
        "forward",
        Form("a₁ + (n − 1)·d", lambda n, a, k: a + (n - 1) * k["d"], "{a}+({n}-1)*{d}"),
        Form("aₙ = aₙ₋₁ + d", lambda before, k: before + k["d"], "{before}+{d}"),
    ),
    Sequence(
        "geometric",
        "gradient",
        Form(
            "a₁·rⁿ⁻¹",
            lambda n, a, k: a if n == 1 else a * power(k["r"], n - 1),
            "IF({n}=1,{a},{a}*{r}^({n}-1))",  # 0^0 is an error in Excel
        ),
        Form("aₙ = aₙ₋₁·r", lambda before, k: before * k["r"], "{before}*{r}"),
    ),
    Sequence(
        "linear",
        "cost",
        Form(
            "c\xa0+\xa0pⁿ⁻¹·(a₁\xa0−\xa0c), c\xa0=\xa0q/(1\xa0−\xa0p)",  # one break
            _limit_form,
            "IF({p}=1,{a}+({n}-1)*{q},{q}/(1-{p})+IF({n}=1,1,{p}^({n}-1))*({a}-{q}/(1-{p})))",
        ),
        Form("aₙ = p·aₙ₋₁ + q", lambda before, k: k["p"] * before + k["q"], "{p}*{before}+{q}"),
    ),
)


def build(page: Page) -> None:
    """Fill the page."""
    widths = (1, 1, 18), (FIRST, 5, 13), (6, 6, 15), (7, LAST, 13)  # 6: the longest equation
    page.grid.columns += [Columns(*width) for width in widths]
    page.grid.heights |= dict.fromkeys(range(4, WHY + 6), 17.0)
    on_one_page(page, WHY + 4, LAST)
    rows = Rows(page, "inputs", 4)
    first, *rest = (rows.asks(*of) for of in INPUTS)
    _one(page, first, dict(zip("drpq", rest, strict=True)))
    _two(page)
    put_layers(page, THREE)
    why(page, WHY, 4)


def _one(page: Page, first: Live, k: dict[str, Live]) -> None:
    """Three sequences, each in both ways."""
    page.section(ONE, "one")
    top = ONE + 4
    page.band(top - 2, LABEL, 1, "update", "n")
    page.write(top - 1, LABEL, None, "heading-update")
    numbers = page.column(top, LABEL, None, NUMBERS, "count")
    fixed = {name: number.fixed for name, number in k.items()}
    lines = []
    for i, of in enumerate(SEQUENCES):
        column = FIRST + 2 * i
        title = page.text(f"one.{of.name}")
        equations = of.explicit.equation, of.recursive.equation
        page.band(top - 2, column, 2, of.color, title, headings=equations)
        page.column(
            top,
            column,
            of.explicit.excel.format(n=numbers, a=first.fixed, **fixed),
            [of.explicit.python(n, first, k) for n in NUMBERS],
            f"number-{of.color}",
        )
        terms = [page.put(top, column + 1, f"{first}", first, f"number-{of.color}")]
        for row in range(top + 1, top + TERMS):
            before = terms[-1]
            formula = of.recursive.excel.format(before=before, **k)
            value = of.recursive.python(before, k)
            terms.append(page.put(row, column + 1, formula, value, f"number-{of.color}"))
        found = Column(column + 1, top, np.array(terms))
        lines.append(curve(page, numbers, found, title, of.color, marker=True))
    page.grid.heights[top - 1] = 50
    page.large(top, FIRST, top + TERMS - 1, FIRST + 5)
    put_chart(page, top - 2, CHART, (page.text("one.chart"), "n", "aₙ"), lines, size=(9.9, 9.0))


def _two(page: Page) -> None:
    """Two sequences that need each other."""
    page.section(TWO, "two")
    top = TWO + 2
    headings(page, top, LABEL, ("n", "aₙ", "bₙ"), "update", "forward", kind="band")
    left = FIRST + 3
    headings(page, top, left + 1, ("·aₙ₋₁", "·bₙ₋₁", "+"), "input")
    for i, name in enumerate("ab"):
        page.write(top + 1 + i, left, f"{name}ₙ =", "label")
        page.write(top + 4 + i, left, f"{name}₁ =", "label")
    rules = page.numbers("rule", top + 1, left + 1, RULES, "plain-input")
    start = page.numbers("start", top + 4, left + 1, np.ones((2, 1)), "plain-input")
    numbers = page.column(top + 1, LABEL, None, np.arange(1.0, STEPS + 1), "count")
    moves = [(f"{start[i, 0]}", float(start[i, 0])) for i in range(2)]
    for row in range(top + 1, top + 1 + STEPS):
        pair = put_across(page, row, FIRST, moves, "number-forward")
        moves = [_next(rules, i, pair) for i in range(2)]
    page.large(top + 1, FIRST, top + STEPS, FIRST + 1)
    a, b = (Column(FIRST + i, top + 1, np.zeros(STEPS)) for i in range(2))
    lines = [
        curve(page, numbers, a, "aₙ", "forward", marker=True),
        curve(page, numbers, b, "bₙ", "gradient", marker=True),
    ]
    put_chart(page, top, CHART, (page.text("two.chart"), "n", ""), lines, size=(9.9, 7.2))


def _next(rules: Area, i: int, before: list[Live]) -> tuple[str, float]:
    """Formula and value of a term of one of the two sequences."""
    (a, b), (p, q, r) = before, (rules[i, j] for j in range(3))
    return f"{p}*{a}+{q}*{b}+{r}", p * a + q * b + r
