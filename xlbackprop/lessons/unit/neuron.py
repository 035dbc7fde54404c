"""One unit: its threshold becomes a bias, it computes logic, and where one unit is not enough.

Source: Wakui & Wakui, sections 1-2 and 1-3; that one unit can't do exclusive or: Minsky & Papert,
"Perceptrons" (1969).
"""

from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.colours import wrong_answers
from xlbackprop.page.page import Page
from xlbackprop.page.parts import (
    Rows,
    begin,
    constants,
    headings,
    labels,
    on_pages,
    output,
    outputs,
    put_curves,
    same,
    told_if,
    total,
    verdict,
    why,
)
from xlbackprop.page.typeset import typeset
from xlbackprop.workbook.grid import Columns

STEP, SIGMOID = ACTIVATIONS["step"], ACTIVATIONS["sigmoid"]
X = np.array([[0.7, 0.5]])
W = np.array([[1.0, 1.2]])
THRESHOLD = 1.0
CURVE = np.arange(-5.5, 6, 0.5)[None, :]  # z of the chart, (1, 23)
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
PLANE = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
GATES = {  # w1, w2, b; and what is right at each corner
    "and": (np.array([[10.0, 10.0, -15.0]]), (0, 0, 0, 1)),
    "or": (np.array([[10.0, 10.0, -5.0]]), (0, 1, 1, 1)),
    "nand": (np.array([[-10.0, -10.0, 15.0]]), (1, 1, 1, 0)),
}
XOR = (0, 1, 1, 0)
ONE = np.array([[10.0, 10.0, -5.0]])  # of the one unit that tries exclusive or
LEFTS = (2, 10, 18)
UNIT, GATE, EXCLUSIVE, WHY = 4, 25, 48, 76  # rows of the sections
CORNER, MAP = 5, 12  # rows below the top of a gate: its corners, its plane


class Gate(NamedTuple):
    """One unit on the page: weights and bias, (1, 3); z and a at the corners; a on the plane."""

    weights: Area
    z: Area
    a: Area
    plane: Area


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 27), Columns(2, 24, 7)]
    page.grid.heights |= dict.fromkeys(range(UNIT, WHY), 19.0)
    on_pages(page, GATE, EXCLUSIVE)
    _unit(page)
    page.section(GATE, "gates")
    conjunction, *hidden = (
        _gate(page, GATE + 3, left, name, *GATES[name])
        for left, name in zip(LEFTS, GATES, strict=True)
    )
    page.section(EXCLUSIVE, "xor")
    one = _gate(page, EXCLUSIVE + 3, LEFTS[0], "one", ONE, XOR)
    both = _network(page, EXCLUSIVE + 3, LEFTS[1], hidden, conjunction)
    for top in (GATE + 3, EXCLUSIVE + 3):
        page.write(top + CORNER, 1, page.text("gates.corners"), "label")
        page.write(top + MAP, 1, page.text("gates.plane"), "label")
        page.write(top + MAP + 1, 1, page.text("gates.plane_note"), "note")
    _contradiction(Rows(page, "xor", EXCLUSIVE + MAP + 11), one.z)
    page.pixels(*(gate.plane for gate in (conjunction, *hidden, one)), both)
    why(page, WHY, 4)


def _unit(page: Page) -> None:
    """One unit, told with a threshold and told with a bias."""
    rows = begin(page, UNIT, "unit", down=3)
    x, w = rows.asks_for("x", X), rows.asks_for("w", W)
    theta = rows.asks("theta", THRESHOLD)
    rows.gap()
    for i, key in enumerate(("sum", "fires", "bias", "z", "step", "sigmoid"), rows.row):
        page.write(i, 4, page.text(f"unit.{key}_equation"), "note")
    look = "figure-forward"
    summed = rows.says("sum", f"SUMPRODUCT({w},{x})", float(w.values[0] @ x.values[0]), look)
    fires = float(np.heaviside(summed - theta, 1.0))
    rows.says("fires", f"IF({summed}>={theta},1,0)", fires, "plain-forward")
    b = rows.says("bias", f"-{theta}", -theta, "figure-parameter")
    z = rows.says("z", f"{summed}+{b}", summed + b, look)
    page.narrow(summed, b, z)
    step = output(page, rows.names("step"), 2, STEP, z, "plain-forward")
    a = output(page, rows.names("sigmoid"), 2, SIGMOID, z)
    keys, numbers = ("unit.firing", "unit.silent"), {"sum": summed, "threshold": theta, "a": a}
    verdict(page, rows.row, told_if(page, f"{step}>0", bool(step > 0), keys, **numbers))
    _curve(page, UNIT + 15, theta)


def _curve(page: Page, row: int, theta: Live) -> None:
    """What the unit answers to each sum: the jump at θ and the smooth rise."""
    labels(page, row, "unit", ("z", "sum", "step", "sigmoid"))
    z = constants(page, row, 2, CURVE)
    along = page.put_area(
        row + 1, 2, lambda _, j: f"{z[0, j]}+{theta}", z.values + float(theta), "figure-forward"
    )
    page.narrow(along)
    jump, rise = (outputs(page, row + 2 + i, 2, kind, z) for i, kind in enumerate((STEP, SIGMOID)))
    lines = [
        curve(page, along, jump, page.text("unit.step"), "cost", marker=True, line=False),
        curve(page, along, rise, page.text("unit.sigmoid"), "forward"),
    ]
    titles = page.text("unit.chart"), page.text("unit.sum"), "a"
    put_curves(page, UNIT, 13, titles, lines, size=(15.0, 8.6), y_range=(0, 1))


def _gate(page: Page, top: int, left: int, name: str, usual: Array, right: tuple[int, ...]) -> Gate:
    """A unit with two inputs: its weights, its answers at the corners and on the plane between."""
    page.band(top, left, 7, "forward", page.text(f"gates.{name}"), "z = w₁x₁ + w₂x₂ + b")
    headings(page, top + 2, left, [typeset(label) for label in ("w_1", "w_2", "b")], "parameter")
    weights = page.numbers(name, top + 3, left, usual, "plain-input")
    x1, x2 = _corners(page, top + CORNER, left)
    z = _weighted(page, top + CORNER, left + 2, weights, x1, x2)
    a = _answers(page, top + CORNER, left + 3, z, right)
    return Gate(weights, z, a, _plane(page, top + MAP, left, weights))


def _network(page: Page, top: int, left: int, hidden: list[Gate], last: Gate) -> Area:
    """OR and NAND answer first, AND listens to both: the answers, and those on the plane."""
    page.band(top, left, 9, "forward", page.text("xor.network"), "z = w₁·OR + w₂·NAND + b")
    row = top + CORNER
    _corners(page, row, left)
    headings(page, row, left + 2, ("OR", "NAND"), "forward")
    first, second = (
        same(page, row + 1, left + 2 + j, gate.a, "figure-forward") for j, gate in enumerate(hidden)
    )
    z = _weighted(page, row, left + 4, last.weights, first, second)
    _answers(page, row, left + 5, z, XOR)
    return _plane(page, top + MAP, left, last.weights, *(gate.plane for gate in hidden))


def _corners(page: Page, row: int, left: int) -> list[Area]:
    """Both inputs at the four corners, below their headings."""
    headings(page, row, left, [typeset("x1"), typeset("x2")], "forward")
    return [constants(page, row + 1, left + j, CORNERS[:, [j]]) for j in (0, 1)]


def _weighted(page: Page, row: int, column: int, weights: Area, p: Area, q: Area) -> Area:
    """z of a unit with two inputs, below its heading."""
    page.write(row, column, typeset("z"), "heading-forward")
    return page.put_area(
        row + 1,
        column,
        lambda i, _: _sum(weights, p[i, 0], q[i, 0]),
        _sums(weights, p, q),
        "figure-forward",
    )


def _sum(w: Area, p: Live, q: Live) -> str:
    """The weighted sum of two inputs and the bias, as formula text."""
    return f"{w[0, 0]}*{p}+{w[0, 1]}*{q}+{w[0, 2]}"


def _sums(w: Area, p: Area, q: Area) -> Array:
    """The same in Python."""
    w1, w2, b = w.values[0]
    z: Array = w1 * p.values + w2 * q.values + b
    return z


def _answers(page: Page, row: int, left: int, z: Area, right: tuple[int, ...]) -> Area:
    """u(z) and σ(z) at the corners, what is right there, and at how many u(z) is; gives σ(z)."""
    words = ("u(z)", "σ(z)", typeset("t"), "u = t")
    headings(page, row, left, words, "forward", "forward", "data", "cost")
    step = outputs(page, row + 1, left, STEP, z, "plain-forward")
    a = outputs(page, row + 1, left + 1, SIGMOID, z)
    t = constants(page, row + 1, left + 2, np.array(right, dtype=float)[:, None])
    good = page.put_area(
        row + 1,
        left + 3,
        lambda i, _: f"IF({step[i, 0]}={t[i, 0]},1,0)",
        np.where(np.isnan(step.values), np.nan, step.values == t.values),
        "plain-cost",
    )
    page.coloured([good], wrong_answers(page.theme))
    page.narrow(z)
    total(page, row + 5, left + 3, good, "label-cost")
    return a


def _plane(page: Page, row: int, left: int, weights: Area, *inputs: Area) -> Area:
    """σ(z) on the plane between the corners: of x₁ and x₂, or of what units make of them."""
    page.write(row, left, "x₂ \\ x₁", "heading-data")
    across = constants(page, row, left + 1, PLANE[None, :])
    down = constants(page, row + 1, left, PLANE[::-1, None])
    p, q = inputs or (across, down)

    def text(i: int, j: int) -> str:
        first, second = (p[i, j], q[i, j]) if inputs else (p[0, j], q[i, 0])
        return SIGMOID.excel.format(z=f"({_sum(weights, first, second)})")

    return page.put_area(
        row + 1, left + 1, text, SIGMOID.value(_sums(weights, p, q)), "figure-forward"
    )


def _contradiction(rows: Rows, z: Area) -> None:
    """The two sums of z that are the same number, of which one ought to be below 0."""
    for key, (m, n) in (("inner", (1, 2)), ("outer", (0, 3))):
        rows.page.write(rows.row, 4, rows.page.text(f"xor.{key}_note"), "note")
        value = float(z.values[m, 0] + z.values[n, 0])
        rows.says(key, f"{z[m, 0]}+{z[n, 0]}", value, "figure-forward")
