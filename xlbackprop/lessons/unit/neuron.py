"""One unit: its threshold becomes a bias, it computes logic, and where one unit is not enough.

Source: Wakui & Wakui, sections 1-2 and 1-3; that one unit can't do exclusive or: Minsky & Papert,
"Perceptrons" (1969).
"""

from typing import NamedTuple

import numpy as np

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.page.cells import Area, Array, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.colours import wrong_answers
from xlbackprop.page.page import Page
from xlbackprop.page.parts import constants, on_pages, output, outputs, why
from xlbackprop.page.sentences import Number, Part, Word
from xlbackprop.page.typeset import typeset
from xlbackprop.workbook.address import address, letters
from xlbackprop.workbook.charts import curves
from xlbackprop.workbook.grid import Columns, Value

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
    _contradiction(page, EXCLUSIVE + MAP + 11, one)
    planes = [gate.plane for gate in (conjunction, *hidden, one)]
    page.pixels(*planes, both)
    why(page, WHY, 4)


def _unit(page: Page) -> None:
    """One unit, told with a threshold and told with a bias."""
    page.section(UNIT, "unit")
    for i, key in enumerate(("x", "w", "theta")):
        page.write(UNIT + 3 + i, 1, page.text(f"unit.{key}"), "label")
    x = page.numbers("x", UNIT + 3, 2, X, "plain-input")
    w = page.numbers("w", UNIT + 4, 2, W, "plain-input")
    theta = page.number("theta", UNIT + 5, 2, THRESHOLD, "plain-input")
    top = UNIT + 7
    for i, key in enumerate(("sum", "fires", "bias", "z", "step", "sigmoid")):
        page.write(top + i, 1, page.text(f"unit.{key}"), "label")
        page.write(top + i, 4, page.text(f"unit.{key}_equation"), "note")
    total = page.put(
        top, 2, f"SUMPRODUCT({w},{x})", float(w.values[0] @ x.values[0]), "figure-forward"
    )
    fires = np.heaviside(total - theta, 1.0)
    page.put(top + 1, 2, f"IF({total}>={theta},1,0)", float(fires), "plain-forward")
    b = page.put(top + 2, 2, f"-{theta}", -theta, "figure-parameter")
    z = page.put(top + 3, 2, f"{total}+{b}", total + b, "figure-forward")
    page.narrow(total, b, z)
    step = output(page, top + 4, 2, STEP, z, "plain-forward")
    a = output(page, top + 5, 2, SIGMOID, z)
    firing, silent = page.text("unit.firing"), page.text("unit.silent")
    told: list[Part] = [
        page.text("unit.told_sum"),
        Number(str(total), float(total)),
        page.text("unit.told_threshold"),
        Number(str(theta), float(theta)),
        Word(f'IF({step}>0,"{firing}","{silent}")', firing if step > 0 else silent),
        Number(str(a), float(a)),
        page.text("unit.told_end"),
    ]
    page.sentence(top + 6, 1, told, "verdict-line")
    page.grid.heights[top + 6] = 26
    _curve(page, UNIT + 15, theta)


def _curve(page: Page, row: int, theta: Live) -> None:
    """What the unit answers to each sum: the jump at θ and the smooth rise."""
    for i, key in enumerate(("z", "sum", "step", "sigmoid")):
        page.write(row + i, 1, page.text(f"unit.{key}"), "label")
    z = constants(page, row, 2, CURVE)
    total = page.put_area(
        row + 1, 2, lambda _, j: f"{z[0, j]}+{theta}", z.values + float(theta), "figure-forward"
    )
    page.narrow(total)
    lines = []
    for i, (kind, role) in enumerate(((STEP, "cost"), (SIGMOID, "forward"))):
        a = outputs(page, row + 2 + i, 2, kind, z)
        name = page.text("unit.sigmoid" if i else "unit.step")
        lines.append(curve(page, total, a, name, role, marker=not i, line=bool(i)))
    chart = curves(
        page.text("unit.chart"),
        page.text("unit.sum"),
        "a",
        lines,
        y_format="0.0",
        x_from=None,
        size=(15.0, 8.6),
        y_range=(0, 1),
    )
    page.grid.charts.append((address(UNIT, 13), chart))


def _gate(page: Page, top: int, left: int, name: str, usual: Array, right: tuple[int, ...]) -> Gate:
    """A unit with two inputs: its weights, its answers at the corners and on the plane between."""
    page.band(top, left, 7, "forward", page.text(f"gates.{name}"), "z = w₁x₁ + w₂x₂ + b")
    _headings(page, top + 2, left, "parameter", ("w_1", "w_2", "b"))
    weights = page.numbers(name, top + 3, left, usual, "plain-input")
    (w1, w2, b), (n1, n2, n3) = (weights[0, j] for j in range(3)), weights.values[0]
    row = top + CORNER
    _headings(page, row, left, "forward", ("x1", "x2", "z"))
    x = constants(page, row + 1, left, CORNERS)
    z = page.put_area(
        row + 1,
        left + 2,
        lambda i, _: f"{w1}*{x[i, 0]}+{w2}*{x[i, 1]}+{b}",
        (n1 * CORNERS[:, 0] + n2 * CORNERS[:, 1] + n3)[:, None],
        "figure-forward",
    )
    a = _answers(page, row, left + 3, z, right)
    row = top + MAP
    constants(page, row, left + 1, PLANE[None, :])
    constants(page, row + 1, left, PLANE[::-1, None])
    across, down = letters(left), row
    plane = page.put_area(
        row + 1,
        left + 1,
        lambda i, j: SIGMOID.excel.format(
            z=f"({w1}*{address(down, left + 1 + j)}+{w2}*{across}{down + 1 + i}+{b})"
        ),
        SIGMOID.value(n1 * PLANE + n2 * PLANE[::-1, None] + n3),
        "figure-forward",
    )
    page.write(row, left, "x₂ \\ x₁", "heading-data")
    return Gate(weights, z, a, plane)


def _headings(page: Page, row: int, left: int, role: str, labels: tuple[str, ...]) -> None:
    for j, label in enumerate(labels):
        page.write(row, left + j, typeset(label), f"heading-{role}")


def _answers(page: Page, row: int, left: int, z: Area, right: tuple[int, ...]) -> Area:
    """u(z) and σ(z) at the corners, what is right there, and at how many u(z) is; gives σ(z)."""
    headings: list[tuple[Value, str]] = [
        ("u(z)", "forward"),
        ("σ(z)", "forward"),
        (typeset("t"), "data"),
        ("u = t", "cost"),
    ]
    for j, (words, role) in enumerate(headings):
        page.write(row, left + j, words, f"heading-{role}")
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
    page.put(row + 5, left + 3, f"SUM({good})", float(good.values.sum()), "label-cost")
    return a


def _network(page: Page, top: int, left: int, hidden: list[Gate], last: Gate) -> Area:
    """OR and NAND answer first, AND listens to both: the answers, and those on the plane."""
    page.band(top, left, 9, "forward", page.text("xor.network"), "z = w₁·OR + w₂·NAND + b")
    (w1, w2, b), (n1, n2, n3) = (last.weights[0, j] for j in range(3)), last.weights.values[0]
    row = top + CORNER
    _headings(page, row, left, "forward", ("x1", "x2"))
    constants(page, row + 1, left, CORNERS)
    page.write(row, left + 2, "OR", "heading-forward")
    page.write(row, left + 3, "NAND", "heading-forward")
    _headings(page, row, left + 4, "forward", ("z",))
    first, second = (_same(page, row + 1, left + 2 + j, gate.a) for j, gate in enumerate(hidden))
    z = page.put_area(
        row + 1,
        left + 4,
        lambda i, _: f"{w1}*{first[i, 0]}+{w2}*{second[i, 0]}+{b}",
        n1 * first.values + n2 * second.values + n3,
        "figure-forward",
    )
    _answers(page, row, left + 5, z, XOR)
    row = top + MAP
    page.write(row, left, "x₂ \\ x₁", "heading-data")
    constants(page, row, left + 1, PLANE[None, :])
    constants(page, row + 1, left, PLANE[::-1, None])
    one, two = (gate.plane for gate in hidden)
    return page.put_area(
        row + 1,
        left + 1,
        lambda i, j: SIGMOID.excel.format(z=f"({w1}*{one[i, j]}+{w2}*{two[i, j]}+{b})"),
        SIGMOID.value(n1 * one.values + n2 * two.values + n3),
        "figure-forward",
    )


def _same(page: Page, row: int, column: int, cells: Area) -> Area:
    """The numbers of other cells."""
    return page.put_area(row, column, lambda i, j: str(cells[i, j]), cells.values, "figure-forward")


def _contradiction(page: Page, row: int, one: Gate) -> None:
    """The two sums of z that are the same number, of which one ought to be below 0."""
    z = one.z
    for i, (key, (m, n)) in enumerate((("inner", (1, 2)), ("outer", (0, 3)))):
        page.write(row + i, 1, page.text(f"xor.{key}"), "label")
        value = float(z.values[m, 0] + z.values[n, 0])
        page.put(row + i, 2, f"{z[m, 0]}+{z[n, 0]}", value, "figure-forward")
        page.write(row + i, 4, page.text(f"xor.{key}_note"), "note")
