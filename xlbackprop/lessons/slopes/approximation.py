"""A function near a place is nearly its tangent: one variable, and two with an inner product.

Source: Wakui & Wakui, section 2-9.
"""

from typing import NamedTuple

import numpy as np

from xlbackprop.lessons.shared.function_cells import (
    EQUATIONS,
    SINGLE,
    SLOPES,
    ask_constants,
    column_of_chosen,
    if_chosen,
    word,
)
from xlbackprop.lessons.shared.functions import Constants
from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.lessons.slopes.around import put_tangent
from xlbackprop.lessons.slopes.increments import QUANTITIES, Increment, put_increments
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import chosen, ratio
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import (
    Rows,
    begin,
    headings,
    labels,
    on_one_page,
    products,
    put_down,
    told,
    verdict,
    why,
)
from xlbackprop.page.sentences import Number, Part
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Columns

LABEL, FIRST, LAST = 1, 2, 10
ONE, TWO, WHY, BEHIND = 12, 40, 57, 65  # rows of the sections
SIZES, POINTS = 6, 41
TOP = BEHIND + 5  # first place behind the tables: x, then x + Δx, then those of the chart
EXPONENTIAL = 3


class Given(NamedTuple):
    """The function by its number and its constants, the place, and the first step from it."""

    f: Live
    x: Live
    step: Live
    k: Constants


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 34), Columns(FIRST, 12, 13)]
    page.grid.heights |= dict.fromkeys(range(4, WHY + 6), 17.0)
    on_one_page(page, WHY + 4, LAST)
    rows = Rows(page, "inputs", 4)
    f = rows.asks("f", EXPONENTIAL, most=SINGLE)
    x = rows.asks("x", 1.0, limit="place", note=False)
    step, factor = rows.asks("step", 0.5, limit="move"), rows.asks("factor", 0.1, limit="factor")
    _one(page, Given(f, x, step, ask_constants(page, rows.row, exponent=2)), factor)
    bottom, words = TOP + SIZES + 1 + POINTS, page.text("inputs.x_none")
    none = lost(page, ONE + 2, FIRST, TWO - 1, LAST, words)
    none = none.joined(lost(page, TOP - 1, FIRST, bottom, LAST + 2, words))
    put_note(page, 5, FIRST + 1, x, words=page.text("inputs.x_note"), missing=none)
    _two(page, factor)
    why(page, WHY, 4)


# One variable.


def _one(page: Page, given: Given, factor: Live) -> None:
    """f beside its tangent, nearer and nearer to x."""
    section, top, x = begin(page, ONE, "one"), ONE + 5, given.x
    names = ("step", "place", "value", "tangent", "error", "by_step", "by_square")
    roles = ("update", "forward", "forward", "gradient", "cost")
    headings(page, top - 1, FIRST, [page.text(f"one.{name}") for name in names], *roles)
    page.grid.heights[top - 1] = 34
    steps = [page.put(top, FIRST, f"{given.step}", given.step, "plain-update")]
    for i in range(1, SIZES):
        formula, size = f"{steps[-1]}*{factor}", steps[-1] * factor
        steps.append(page.put(top + i, FIRST, formula, size, "plain-update"))
    moved = ((f"{x}+{size}", x + size) for size in steps)
    places = put_down(page, top, FIRST + 1, moved, "cost-forward")
    values, slope = _behind(page, given, [x, *places])
    value = section.says("at_place", f"{values[0]}", values[0], "strong-forward")
    rise = section.says("slope", f"{slope}", slope, "strong-gradient")
    for row, beside, equations in ((ONE + 2, 1, EQUATIONS), (ONE + 3, 2, SLOPES)):
        cells = area(TOP + 2, LAST + 2 + beside, TOP + 1 + SINGLE, LAST + 2 + beside)
        name = "f(x) = " if beside == 1 else "f′(x) = "
        page.sentence(row, FIRST + 1, [name, word(cells, given.f, equations)], "text-forward")
    line = value, rise
    found = [_error(page, top + i, line, size, values[i + 1]) for i, size in enumerate(steps)]
    page.large(top, FIRST, top + SIZES - 1, FIRST + 3)
    tangent, error = found[0]
    numbers = {"value": values[1], "tangent": tangent, "error": error}
    exact = {name: Number.of(number, 6) for name, number in numbers.items()}
    verdict(page, top + SIZES, told(page, "one.told", place=places[0], **exact), 24)
    _charts(page, top + SIZES + 2, given, line, (places[0], tangent))


def _error(
    page: Page, row: int, line: tuple[Live, Live], step: Live, value: Live
) -> tuple[Live, Live]:
    """The tangent after a step, and how far f is from it; beside them that by the step."""
    height, rise = line
    there = page.put(row, FIRST + 2, f"{value}", value, "cost-forward")
    linear = f"{height}+{rise}*{step}", height + rise * step
    tangent = page.put(row, FIRST + 3, *linear, "cost-gradient")
    error = page.put(row, FIRST + 4, f"{there}-{tangent}", there - tangent, "difference-cost")
    page.put(row, FIRST + 5, f"{error}/{step}", ratio(error, step), "difference-cost")
    page.put(row, FIRST + 6, f"{error}/({step}*{step})", ratio(error, step * step), "number-cost")
    return tangent, error


def _behind(page: Page, given: Given, places: list[Live]) -> tuple[list[Live], Live]:
    """f at some places, and its slope at the first of them, by way of all eight functions."""
    f, k = given.f, given.k
    page.section(BEHIND, "behind")
    names = ("", page.text("one.place"), *EQUATIONS, "f")
    page.band(BEHIND + 2, 1, len(names), "forward", page.text("behind.band"), headings=names)
    for i, (equation, slope) in enumerate(zip(EQUATIONS, SLOPES, strict=True)):
        page.write(TOP + 2 + i, LAST + 3, equation, "text-forward")
        page.write(TOP + 2 + i, LAST + 4, slope, "text-forward")
    rows = put_down(page, TOP, FIRST, ((f"{place}", place) for place in places), "number-data")
    x = Column(FIRST, TOP, np.array(rows))
    values = column_of_chosen(page, TOP, FIRST + 1, x, k, f)
    row = TOP - 1
    slopes = []
    for i in range(SINGLE):
        formula, steep = if_chosen(i, f, x[0], k, slope=True)
        slopes.append(page.put(row, FIRST + 1 + i, formula, float(steep)))
    page.write(row, LABEL, page.text("one.slope"), "label")
    cells = area(row, FIRST + 1, row, FIRST + SINGLE)
    value = chosen(np.array(slopes), f)
    rise = page.put(row, FIRST + 1 + SINGLE, number_at(cells, 1, f), value, "strong-gradient")
    return [values[i] for i in range(len(places))], rise


def _charts(
    page: Page, row: int, given: Given, line: tuple[Live, Live], after: tuple[Live, Live]
) -> None:
    """f and its tangent around x; the error against the step."""
    f, x, step, k = given
    top = TOP + SIZES + 2
    counts = page.column(top, LABEL, None, np.arange(float(POINTS)), "count")
    middle = (POINTS - 1) / 2
    places = page.column(
        top,
        FIRST,
        f"{x.fixed}+{step.fixed}*(2*{counts}/{counts[POINTS - 1].fixed}-1)",
        x + step * (counts.values / middle - 1),
        "number-data",
    )
    heights = column_of_chosen(page, top, FIRST + 1, places, k, f)
    tangent = put_tangent(page, top, LAST + 2, places, x, line)
    page.write(top - 1, LAST + 2, page.text("one.tangent"), "heading-forward")
    page.large(TOP - 1, FIRST, top + POINTS - 1, LAST + 2)
    lines = [
        curve(page, places, heights, "f", "forward"),
        curve(page, places, tangent, page.text("one.tangent"), "gradient"),
        curve(page, x, line[0], page.text("one.touching"), "delta"),
        curve(page, *after, page.text("one.after"), "cost"),
    ]
    titles = (page.text("one.chart"), "x", "f")
    put_chart(page, row, 1, titles, lines, size=(15.6, 8))
    sizes, shares = (Column(column, ONE + 5, np.zeros(SIZES)) for column in (FIRST, FIRST + 5))
    lines = [curve(page, sizes, shares, page.text("one.by_step"), "cost", marker=True)]
    titles = (page.text("one.shrinking"), page.text("one.step"), "")
    put_chart(page, row, FIRST + 4, titles, lines, size=(12.6, 8))


# Two variables.


def _two(page: Page, factor: Live) -> None:
    """The linear estimate of two variables as an inner product."""
    page.section(TWO, "two")
    top = TWO + 2
    labels(page, top + 1, "two", ("place", "gradient", "step", "products"))
    titles = ("z = p·x² + q·x·y + r·y²", "x", "y")
    headings(page, top, LABEL, titles, "update", "forward", kind="band")
    headings(page, top, FIRST + 3, ("p", "q", "r"), "forward", kind="band")
    at = page.numbers("at", top + 1, FIRST, np.array([[1.0, 2.0]]), "plain-input")
    p, q, r = (
        page.number(name, top + 1, FIRST + 3 + i, usual, "plain-input")
        for i, (name, usual) in enumerate((("p", 1.0), ("q", 0.5), ("r", 1.0)))
    )
    z, x, y = Quadratic(p, q, r), at[0, 0], at[0, 1]
    formulas = z.slope_formulas(x, y)
    slopes = page.put_area(
        top + 2, FIRST, lambda i, j: formulas[j], np.array([z.slopes(x, y)]), "number-gradient"
    )
    step = page.numbers("by", top + 3, FIRST, np.array([[-0.3, 0.4]]), "plain-input")
    both = products(page, top + 4, FIRST, slopes, step, "number-gradient")
    beside = Rows(page, "two", top + 2, FIRST + 3, FIRST + 6)
    here = beside.says("here", *z.twins(x, y), "strong-forward")
    sums = f"SUMPRODUCT({slopes},{step})", float((slopes.values * step.values).sum())
    inner = beside.says("inner", *sums, "strong-gradient")
    top += 6
    _told(page, top, both[0, 0], both[0, 1], inner)
    words = [page.text(f"two.{name}") for name in ("size", "x", "y", *QUANTITIES)]
    pair = (slopes[0, 0], slopes[0, 1]), (step[0, 0], step[0, 1])
    put_increments(page, top + 1, FIRST, words, Increment(z, (x, y, here), *pair, factor))
    page.large(TWO + 4, FIRST, top - 1, FIRST + 6)


def _told(page: Page, row: int, first: Live, second: Live, inner: Live) -> None:
    parts: list[Part] = ["∇z·Δ = ∂z/∂x·Δx + ∂z/∂y·Δy = ", Number.of(first)]
    parts += [Number.of(second, term=True), " = ", Number.of(inner)]
    verdict(page, row, parts, 24)
