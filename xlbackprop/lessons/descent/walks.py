"""A line found by gradient descent, from centred examples and from examples that are not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xlbackprop.lessons.descent.units import Units
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import ratio
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Place, counts, put_across, told, verdict
from xlbackprop.page.sentences import Number, Part
from xlbackprop.workbook.charts import Curve

STEPS = 20
ROLES = ("parameter", "gradient")
HEADINGS = ("p′", "q′", "∂C/∂p′", "∂C/∂q′", "p", "q", "C_T")


@dataclass(frozen=True)
class Step:
    """One row: slope and height in some units, the gradient, and the line for the data."""

    slope: Live
    height: Live
    gradient: Sequence[Live]
    p: Live
    q: Live


def put_walks(
    page: Page, row: int, units: Sequence[Units], best: tuple[Live, Live], squares: Live
) -> None:
    """A section with a walk in each of the units side by side.

    Args:
        page: the page.
        row: row of the section.
        units: the examples in two units.
        best: slope and intercept of the line of least squares.
        squares: Σx² of the data as they are.
    """
    page.section(row, "walk")
    n = float(units[0].n)
    names = (("eta", float(f"{0.7 / n:.1g}") if n > 0 else 0.1), ("p0", 0.0), ("q0", 1.0))
    cells = []
    for i, (name, usual) in enumerate(names):
        page.write(row + 2, 1 + 4 * i + (i > 0), page.text(f"walk.{name}"), "label")
        cells.append(page.number(name, row + 2, 3 + 4 * i + (i > 0), usual, "plain-input"))
    eta, start = cells[0], (cells[1], cells[2])
    top, lines, ends = row + 7, list[Curve](), list[Step]()
    page.band(row + 4, 1, 1, "update", page.text("walk.step"), headings=["i"])
    counts(page, top - 1, 0, STEPS)
    for number, unit in enumerate(units):
        left = 2 + 7 * number
        page.band(row + 4, left, 7, ROLES[number], unit.title, headings=HEADINGS)
        ends.append(_walk(page, top - 1, left, unit, eta, start, ROLES[number]))
        steps, costs = (Column(j, top - 1, np.zeros(STEPS + 1)) for j in (1, left + 6))
        lines.append(curve(page, steps, costs, unit.title, ROLES[number]))
    bottom = top + STEPS
    page.large(top - 1, 2, bottom - 1, 15)
    for i, (unit, end) in enumerate(zip(units, ends, strict=True)):
        verdict(page, bottom + i, _end(page, unit, end, best), 22.0)
    _explodes(page, bottom + 2, eta, squares, units[0].n)
    titles = page.text("walk.chart"), "i", "C_T"
    put_chart(page, bottom + 4, 1, titles, lines, size=(24.0, 6.6))


def _walk(
    page: Page, top: int, left: int, s: Units, eta: Live, start: tuple[Live, Live], role: str
) -> Step:
    """Slope and height by step; the last one."""
    style, before = f"number-{role}", None
    for i in range(STEPS + 1):
        before = _step(page, top + i, left, s, _moved(before, eta, start), style)
    if before is None:
        raise ValueError("A walk has no step.")
    return before


def _moved(before: Step | None, eta: Live, start: tuple[Live, Live]) -> list[tuple[str, float]]:
    """Formula and value of slope and height: those of the start, or a step on."""
    if before is None:
        return [(str(cell), float(cell)) for cell in start]
    old = (before.slope, before.height)
    return [(f"{x}-{eta}*{g}", x - eta * g) for x, g in zip(old, before.gradient, strict=True)]


def _step(
    page: Page, row: int, left: int, s: Units, moved: list[tuple[str, float]], style: str
) -> Step:
    """One row."""
    a, b = put_across(page, row, left, moved, style)
    slopes = (
        (f"{a}*{s.uu}+{b}*{s.u}-{s.uv}", a * s.uu + b * s.u - s.uv),
        (f"{a}*{s.u}+{b}*{s.n}-{s.v}", a * s.u + b * s.n - s.v),
    )
    gradient = put_across(page, row, left + 2, slopes, style)
    wide, high = s.scale
    p = page.put(row, left + 4, f"{a}*{high}/{wide}", ratio(a * high, wide), style)
    if s.means is None:
        formula, value = f"{b}*{high}", b * high
    else:
        x, y = s.means
        formula, value = f"{y}+{b}*{high}-{p}*{x}", y + b * high - p * x
    q = page.put(row, left + 5, formula, value, style)
    page.put(
        row,
        left + 6,
        f"({s.vv}-2*{a}*{s.uv}-2*{b}*{s.v}+{a}*{a}*{s.uu}+2*{a}*{b}*{s.u}+{b}*{b}*{s.n})"
        f"*{high}*{high}/2",
        (s.vv - 2 * a * s.uv - 2 * b * s.v + a * a * s.uu + 2 * a * b * s.u + b * b * s.n)
        * (high * high)
        / 2,
        "number-cost",
    )
    return Step(a, b, gradient, p, q)


def _end(page: Page, unit: Units, end: Step, best: tuple[Live, Live]) -> list[Part]:
    """Where a walk has come to."""
    q, best_q = (Number.of(height, term=True) for height in (end.q, best[1]))
    places: dict[str, Place] = {"p": end.p, "q": q, "best_p": best[0], "best_q": best_q}
    return told(page, "walk.after", title=unit.title, steps=STEPS, **places)


def _explodes(page: Page, row: int, eta: Live, squares: Live, n: Live) -> None:
    """By what a step would multiply the error if the data were taken as they are."""
    page.write(row, 1, page.text("walk.raw"), "text")
    factor = 1 - eta * (squares + n)
    page.put(row, 13, f"1-{eta}*({squares}+{n})", factor, "plain-delta")
