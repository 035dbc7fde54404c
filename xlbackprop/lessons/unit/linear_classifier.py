"""A linear classifier with the hinge of several classes: scores, margins, cost, gradients, steps.

Source: Karpathy's notes of CS231n, "Linear classification" and "Optimization"; the hinge is that of
Weston and Watkins (1999), with sums over the examples instead of means.
"""

from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.lessons.unit.classifier_picture import put_picture
from xlbackprop.lessons.unit.numeric_gradient import CLASSES, Examples, put_numeric
from xlbackprop.network.costs import Cost, Outputs, hinge
from xlbackprop.network.text import positive
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, on_pages, same, told, total, verdict, why
from xlbackprop.page.sentences import Number
from xlbackprop.page.typeset import typeset
from xlbackprop.workbook.grid import Columns, Value

POINTS = np.array(
    [
        [1.0, 0.4],
        [-0.9, 0.8],
        [0.2, -1.1],
        [0.7, 0.9],
        [-0.4, 1.2],
        [-0.5, -0.8],
        [1.3, -0.1],
        [-1.2, 0.1],
        [0.5, -0.6],
    ]
)
KINDS = (1, 2, 3, 1, 2, 3, 1, 2, 3)
EPOCHS = 6
START = np.array([[0.2, 0.5, 0.1], [-0.3, 0.1, 0.3], [0.4, -0.2, 0.0]])  # w₁, w₂, b of a class
PARAMETERS = (typeset("w_1"), typeset("w_2"), typeset("b"))
ETA, H, DISTANCE = 0.05, 0.001, 1.0
BATCH = 3  # examples of a mini-batch
# Rows of the sections.
GIVEN, DATA, PICTURE, GRADIENT, STEPS, WHY, FULL, MINI = 4, 17, 34, 69, 93, 109, 117, 186


class Found(NamedTuple):
    """What the classifier makes of some examples: margins, costs and δ, a row for each."""

    m: Area
    c: Area
    d: Area


class Start(NamedTuple):
    """What a training begins with."""

    data: Examples
    weights: Area
    eta: Live
    cost: Cost


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 26), Columns(2, 20, 8)]
    last = MINI + 4 + (EPOCHS + 1) * len(POINTS)
    page.grid.heights |= dict.fromkeys(range(GIVEN, last), 18.0)
    on_pages(page, PICTURE, GRADIENT, STEPS, FULL, MINI)
    weights, eta, h, cost = _given(page)
    data = _data(page)
    found = _judged(page, DATA + 4, 8, cost, data, weights, slice(0, len(POINTS)))
    page.write(DATA + 4 + len(POINTS), 13, "C_T", "label")
    total(page, DATA + 4 + len(POINTS), 14, found.c, "figure-cost")
    page.signed(2.0, found.d)
    page.large(DATA + 4, 8, DATA + 4 + len(POINTS), 14)
    put_numeric(page, GRADIENT + 4, data, found.m, h, _analytic(page, data, found))
    page.section(STEPS, "steps")
    start = Start(data, weights, eta, cost)
    full, trained = _training(page, FULL, "full", start, len(POINTS))
    mini, _ = _training(page, MINI, "mini", start, BATCH)
    _history(page, full, mini)
    put_picture(page, PICTURE, data, {"before": weights, "after": trained})
    why(page, WHY, 5)


def _typeset(*labels: str) -> list[Value]:
    return [typeset(label) for label in labels]


def _of_classes(page: Page, row: int, column: int, letter: str, role: str) -> None:
    """The band above the columns of a quantity that each class has."""
    heads = _typeset(*(f"{letter}_{k + 1}" for k in range(CLASSES)))
    page.band(row, column, CLASSES, role, page.text(f"data.{letter}"), headings=heads)


def _classes(page: Page, row: int) -> None:
    """Names of the classes below each other."""
    for k in range(CLASSES):
        page.write(row + k, 1, page.text("given.class", number=k + 1), "label")


def _given(page: Page) -> tuple[Area, Live, Live, Cost]:
    """Weights and biases, a row for each class; the learning rate, the step of differences, C."""
    page.section(GIVEN, "given")
    page.band(GIVEN + 2, 2, 3, "parameter", page.text("given.weights"), headings=PARAMETERS)
    weights = page.numbers("w", GIVEN + 4, 2, START, "plain-input")
    _classes(page, GIVEN + 4)
    rows = Rows(page, "given", GIVEN + 8)
    eta, h = rows.asks("eta", ETA), rows.asks("h", H, limit="step")
    distance = rows.asks("distance", DISTANCE, limit="positive")
    return weights, eta, h, hinge(float(distance), cell=distance.fixed, printed="Δ")


def _data(page: Page) -> Examples:
    """Points and their classes, which become targets of 0 and 1."""
    page.section(DATA, "data")
    row, rows = DATA + 4, len(POINTS)
    page.band(DATA + 2, 1, 1, "data", page.text("data.example"), headings=("",))
    heads = [*_typeset("x1", "x2"), page.text("data.class")]
    page.band(DATA + 2, 2, 3, "data", page.text("data.given"), headings=heads)
    bands = ((5, "t", "data"), (8, "s", "forward"), (11, "m", "cost"), (15, "d", "delta"))
    for column, letter, role in bands:
        _of_classes(page, DATA + 2, column, letter, role)
    page.band(DATA + 2, 14, 1, "cost", "C", headings=("",))
    page.column(row, 1, None, np.arange(1.0, rows + 1), "count")
    x = page.numbers("x", row, 2, POINTS, "plain-input")
    kinds = [
        page.choice(f"class_{i + 1}", row + i, 4, kind, CLASSES) for i, kind in enumerate(KINDS)
    ]
    put_note(page, row + rows, 2, *kinds)
    right = np.array([[float(kind)] for kind in kinds])
    t = page.put_area(
        row,
        5,
        lambda i, k: f"IF({kinds[i]}={k + 1},1,0)",
        np.where(np.isnan(right), np.nan, right == np.arange(1, CLASSES + 1)),
        "plain-data",
    )
    return Examples(x, t)


def _judged(
    page: Page, row: int, column: int, hinge: Cost, data: Examples, weights: Area, examples: slice
) -> Found:
    """Scores, margins, costs and δ of some examples, below each other."""
    first = examples.start
    assert hinge.margin is not None
    assert hinge.slope is not None
    x = data.x.part(first, 0, examples.stop - first, 2)
    t = data.t.part(first, 0, examples.stop - first, CLASSES)
    w = weights.values
    s = page.put_area(
        row,
        column,
        lambda i, k: f"{weights[k, 0]}*{x[i, 0]}+{weights[k, 1]}*{x[i, 1]}+{weights[k, 2]}",
        x.values[:, :1] * w[:, 0] + x.values[:, 1:] * w[:, 1] + w[:, 2],
        "figure-forward",
    )

    def line(cells: Area, i: int) -> Area:
        return cells.part(i, 0, 1, CLASSES)

    m = page.put_area(
        row,
        column + 3,
        lambda i, k: hinge.excel_margin.format(a=s[i, k], ts=line(t, i), **{"as": line(s, i)}),
        hinge.margin(t.values, s.values),
        "figure-cost",
    )
    o = Outputs(t.values, s.values, s.values, s.values, m.values)

    def cost(i: int) -> str:
        terms = "+".join(hinge.excel_term.format(m=m[i, k]) for k in range(CLASSES))
        return hinge.excel.format(terms=terms)

    c = page.put_area(row, column + 6, lambda i, _: cost(i), hinge.value(o)[:, None], "figure-cost")
    d = page.put_area(
        row,
        column + 7,
        lambda i, k: hinge.excel_slope.format(
            t=t[i, k], m=m[i, k], lacking=positive(str(m[i, j]) for j in range(CLASSES))
        ),
        hinge.slope(o),
        "plain-delta",
    )
    return Found(m, c, d)


def _analytic(page: Page, data: Examples, found: Found) -> Area:
    """∂C_T/∂w = Σ δ x and ∂C_T/∂b = Σ δ."""
    page.section(GRADIENT, "gradient")
    bands = ((2, "analytic", "gradient"), (6, "numeric", "update"), (10, "difference", "cost"))
    for column, key, role in bands:
        page.band(GRADIENT + 2, column, 3, role, page.text(f"gradient.{key}"), headings=PARAMETERS)
    _classes(page, GRADIENT + 4)
    page.write(GRADIENT + 7, 6, page.text("gradient.equation"), "note")
    return page.put_area(
        GRADIENT + 4,
        2,
        lambda k, j: _summed(data.x, found.d, k, j),
        _gradient(data.x.values, found.d.values),
        "number-gradient",
    )


def _summed(x: Area, d: Area, k: int, j: int) -> str:
    """The gradient by a weight or a bias, as formula text."""
    rows = len(x.values)
    deltas = d.part(0, k, rows, 1)
    return f"SUM({deltas})" if j == 2 else f"SUMPRODUCT({deltas},{x.part(0, j, rows, 1)})"


def _gradient(x: Array, d: Array) -> Array:
    """By w₁, w₂ and b of each class, (classes, 3)."""
    gradient: Array = np.column_stack([d.T @ x, d.sum(axis=0)])
    return gradient


def _training(page: Page, top: int, key: str, start: Start, size: int) -> tuple[list[Area], Area]:
    """Steps of so many examples each.

    Returns:
        C of the examples of each epoch, and after the last one; the weights and biases then.
    """
    data, weights, eta, cost = start
    page.section(top, key)
    row = top + 2
    page.band(row, 1, 1, "data", page.text("data.example"), headings=("",))
    page.band(row, 2, 3, "parameter", page.text("given.weights"), headings=PARAMETERS)
    for column, letter, role in ((6, "s", "forward"), (9, "m", "cost"), (13, "d", "delta")):
        _of_classes(page, row, column, letter, role)
    page.band(row, 12, 1, "cost", "C", headings=("",))
    row, all_examples, epochs = row + 2, len(POINTS), []
    now = same(page, row, 2, weights, "figure-parameter")
    for epoch in range(EPOCHS + 1):
        above, costs = row, []
        for first in range(0, all_examples, size if epoch < EPOCHS else all_examples):
            last = first + (size if epoch < EPOCHS else all_examples)
            page.column(row, 1, None, np.arange(first + 1.0, last + 1), "count")
            found = _judged(page, row, 6, cost, data, now, slice(first, last))
            costs.append(found.c.values)
            row += last - first
            if epoch < EPOCHS:
                x = data.x.part(first, 0, last - first, 2)
                now = _updated(page, row, now, eta, x, found.d)
        epochs.append(Area(above, 12, np.concatenate(costs)))
    return epochs, now


def _updated(page: Page, row: int, now: Area, eta: Live, x: Area, d: Area) -> Area:
    """The weights and biases after a step."""
    return page.put_area(
        row,
        2,
        lambda k, j: f"{now[k, j]}-{eta}*{_summed(x, d, k, j)}",
        now.values - eta * _gradient(x.values, d.values),
        "figure-parameter",
    )


def _history(page: Page, full: list[Area], mini: list[Area]) -> None:
    """C_T of the epochs of both, and a chart."""
    row = STEPS + 4
    heads = [page.text(f"steps.{key}") for key in ("epoch", "full", "mini")]
    page.band(STEPS + 2, 1, 3, "cost", page.text("steps.title_table"), headings=heads)
    page.grid.heights[STEPS + 3] = 36
    epoch = page.column(row, 1, None, np.arange(EPOCHS + 1.0), "count")
    lines, last = [], {}
    for column, key, role, cells in ((2, "full", "cost", full), (3, "mini", "forward", mini)):
        sums = [total(page, row + i, column, c, "fine-figure-cost") for i, c in enumerate(cells)]
        numbers = Area(row, column, np.array([[float(number)] for number in sums]))
        lines.append(curve(page, epoch, numbers, page.text(f"steps.{key}"), role, marker=True))
        last[key] = Number.of(sums[-1], decimals=4)
    titles = page.text("steps.chart"), page.text("steps.epoch"), "C"
    put_chart(page, STEPS + 2, 6, titles, lines, size=(16.0, 7.0))
    verdict(page, row + EPOCHS + 3, told(page, "steps.told", epochs=EPOCHS, **last))
