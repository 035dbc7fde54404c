"""Cost functions side by side: what they make of the same outputs, and the δ that they send back.

Source: Wakui & Wakui, section 2-11 and 3-4 (squared error); Nielsen, "Neural Networks and Deep
Learning", chapter 3 (cross-entropy).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.lessons.unit.entropy import put_coin, put_entropy
from xlbackprop.network.activations import ACTIVATIONS, Activation
from xlbackprop.network.costs import Cost, Outputs, find_cost, hinge
from xlbackprop.network.text import number_at, positive, product
from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.maths import chosen
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import (
    Rows,
    begin,
    constants,
    labels,
    on_pages,
    put_curves,
    told,
    verdict,
    why,
)
from xlbackprop.page.sentences import Number
from xlbackprop.workbook.grid import Columns

PAIRS = (
    ("squared-error", "sigmoid"),
    ("absolute-error", "sigmoid"),
    ("cross-entropy", "sigmoid"),
    ("cross-entropy", "softmax"),
    ("hinge", "linear"),
)
Z = np.array([[2.0, -3.0, 0.5]])
CLASSES, RIGHT = 3, 2
ALONG = np.arange(-6, 6.25, 0.5)  # z of the curves
COLORS = ("forward", "parameter", "cost", "delta")
DISTANCE = 1.0  # that the hinge asks for
SAME, ALONG_Z, ENTROPY, WHY, TABLE = 4, 23, 37, 54, 62  # rows of the sections


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 30), Columns(2, 18, 9)]
    page.grid.heights |= dict.fromkeys(range(SAME, TABLE + 6 + len(ALONG)), 18.0)
    on_pages(page, ENTROPY, TABLE)
    rows = begin(page, SAME, "same", down=8)
    distance = rows.asks("distance", DISTANCE, limit="positive", note=False)
    put_note(page, SAME + 8, 5, distance, words=page.text("same.distance_note"))
    pairs = _pairs(distance)
    _same_outputs(page, pairs)
    page.section(TABLE, "table")
    _along(page, pairs)
    put_entropy(page, ENTROPY)
    put_coin(page, ENTROPY + 1, TABLE + 4)
    why(page, WHY, 5)


Pairs = Mapping[tuple[str, str], tuple[Cost, Activation]]


def _pairs(distance: Live) -> Pairs:
    """Costs with the activations of their outputs; the hinge asks for the page's distance."""
    own = {"hinge": hinge(float(distance), cell=distance.fixed, printed="Δ")}
    found = {pair: own.get(pair[0]) or find_cost(*pair) for pair in PAIRS}
    return {pair: (cost, ACTIVATIONS[pair[1]]) for pair, cost in found.items() if cost}


class Layer(NamedTuple):
    """Cells of the output layer; e and m only where something reads them."""

    t: Area
    a: Area
    z: Area
    e: Area
    m: Area

    def texts(self, k: int) -> Mapping[str, str]:
        """What formula texts call the cells of an output, and the ranges of all."""
        cells = {name: str(cell[0, k]) for name, cell in self._asdict().items()}
        cells["lacking"] = positive(str(self.m[0, i]) for i in range(self.m.values.shape[1]))
        return cells | {f"{name}s": str(cell) for name, cell in self._asdict().items()}

    @property
    def values(self) -> Outputs:
        """The numbers, each (outputs,)."""
        return Outputs(*(area.values[0] for area in self))


def _cost_text(cost: Cost, layer: Layer) -> str:
    """C of one example, as formula text."""
    units = range(layer.t.values.shape[1])
    terms = "+".join(cost.excel_term.format(**layer.texts(k)) for k in units)
    return cost.excel.format(terms=terms, **layer.texts(0))


def _same_outputs(page: Page, pairs: Pairs) -> None:
    """Three outputs, five costs: C, and δ of each output."""
    rows = Rows(page, "same", SAME + 2)
    right = rows.asks("right", RIGHT, most=CLASSES)
    classes = np.arange(1.0, CLASSES + 1)[None, :]
    numbers = constants(page, rows.names("class"), 2, classes, "heading-data")
    z = rows.asks_for("z", Z)
    labels(page, rows.row, "same", ("t", "e", "m"))
    t = page.put_area(
        SAME + 5,
        2,
        lambda _, k: f"IF({right}={numbers[0, k]},1,0)",
        np.where(np.isnan(right), np.nan, right == numbers.values),
        "plain-data",
    )
    softmax, margin = pairs[PAIRS[3]][1], pairs[PAIRS[4]][0]
    assert softmax.helper
    assert margin.margin
    e = page.put_area(
        SAME + 6,
        2,
        lambda _, k: softmax.excel_helper.format(z=z[0, k], zs=z),
        softmax.helper(z.values),
        "fine-figure-forward",
    )
    m = page.put_area(
        SAME + 7,
        2,
        lambda _, k: margin.excel_margin.format(a=z[0, k], ts=t, **{"as": z}),
        margin.margin(t.values, z.values),
        "fine-figure-cost",
    )
    page.write(SAME + 6, 5, page.text("same.e_note"), "beside")
    page.write(SAME + 7, 5, page.text("same.m_note"), "beside")
    _table(page, SAME + 10, Layer(t, z, z, e, m), right, pairs)


def _table(page: Page, row: int, given: Layer, right: Live, pairs: Pairs) -> None:
    """A line for each cost."""
    units = [f"{k + 1}" for k in range(CLASSES)]
    page.band(row, 1, 1, "data", page.text("same.cost"), headings=("",))
    page.band(row, 2, 3, "forward", page.text("same.a"), headings=units)
    page.band(row, 5, 1, "cost", "C", headings=("",))
    page.band(row, 6, 3, "delta", page.text("same.delta"), headings=units)
    page.band(row, 9, 4, "cost", page.text("same.equation"))
    page.band(row, 13, 6, "delta", page.text("same.delta_equation"))
    deltas = {}
    for i, ((name, kind), (cost, activation)) in enumerate(pairs.items()):
        line = row + 2 + i
        page.write(line, 1, page.text(f"names.{name}-{kind}"), "label")
        layer = given._replace(a=_activated(page, line, given, activation))
        c = float(cost.value(layer.values))
        page.put(line, 5, _cost_text(cost, layer), c, "fine-figure-cost")
        deltas[name, kind] = _deltas(page, line, layer, cost, activation)
        page.write(line, 9, cost.equation, "beside")
        factors = (cost.slope_equation, activation.slope_equation if cost.slope else "")
        page.write(line, 13, f"δ = {' · '.join(filter(None, factors))}", "beside")
    page.signed(1.0, *deltas.values())
    page.large(SAME + 6, 2, row + 1 + len(pairs), 8)
    squared, entropy = (
        Number(number_at(f"{delta}", 1, right), chosen(delta.values[0], right), decimals=6)
        for delta in (deltas[PAIRS[0]], deltas[PAIRS[2]])
    )
    sentence = told(page, "same.told", squared=squared, entropy=entropy)
    verdict(page, row + 2 + len(PAIRS), sentence)


def _activated(page: Page, row: int, layer: Layer, kind: Activation) -> Area:
    """The outputs a of a layer whose z and e are known."""
    return page.put_area(
        row,
        2,
        lambda _, k: kind.excel.format(**layer.texts(k)),
        kind.value(layer.e.values if kind.helper else layer.z.values),
        "fine-figure-forward",
    )


def _deltas(page: Page, row: int, layer: Layer, cost: Cost, kind: Activation) -> Area:
    """δ = ∂C/∂z of each output."""
    o = layer.values
    return page.put_area(
        row,
        6,
        lambda _, k: _delta_text(cost, kind, layer.texts(k)),
        _delta(cost, kind, o)[None, :],
        "fine-figure-delta",
    )


def _delta_text(cost: Cost, kind: Activation, cells: Mapping[str, str]) -> str:
    if cost.slope is None:
        return "{a}-{t}".format(**cells)
    return product(cost.excel_slope.format(**cells), kind.excel_slope.format(**cells))


def _delta(cost: Cost, kind: Activation, o: Outputs) -> Array:
    if cost.slope is None or kind.slope is None:
        return o.a - o.t
    delta: Array = cost.slope(o) * kind.slope(o.z, o.a)
    return delta


def _along(page: Page, pairs: Pairs) -> None:
    """C and δ of one output all along its z."""
    page.section(ALONG_Z, "along")
    top = TABLE + 4
    page.write(top - 2, 1, page.text("table.t"), "label")
    t = constants(page, top - 2, 2, np.array([[1.0, 0.0]]))
    names = [page.text(f"table.{name}-{kind}") for name, kind in PAIRS if kind != "softmax"]
    page.band(top, 1, 3, "data", page.text("table.points"), headings=("", "z", "0"))
    page.band(top, 4, 3, "forward", page.text("table.a"), headings=("σ(z)", "m₁", "m₂"))
    page.band(top, 7, 4, "cost", "C", headings=names)
    page.band(top, 11, 4, "delta", "δ", headings=names)
    page.grid.heights[top + 1] = 36
    top += 2
    page.column(top, 1, None, np.arange(1.0, len(ALONG) + 1), "count")
    z = page.column(top, 2, None, ALONG, "plain-data")
    other = page.column(top, 3, None, np.zeros(len(ALONG)), "plain-data")
    sigmoid = ACTIVATIONS["sigmoid"]
    a = page.column(top, 4, sigmoid.excel.format(z=z), sigmoid.value(z.values))
    right = t[0, 0].fixed
    costs, deltas = list[Column](), list[Column]()
    for j, pair in enumerate(PAIRS[:3]):
        cost, activation = pairs[pair]
        cells = {"t": right, "a": str(a), "z": str(z)}
        o = _alone(1.0, a.values, z.values)
        text = cost.excel_one or cost.excel
        text = text.format(terms=cost.excel_term.format(**cells), **cells)
        costs.append(page.column(top, 7 + j, text, cost.value(o), "number-cost"))
        text, delta = _delta_text(cost, activation, cells), _delta(cost, activation, o)[:, 0]
        deltas.append(page.column(top, 11 + j, text, delta, "number-delta"))
    c, d = _hinge_along(page, top, t, (z, other), pairs[PAIRS[4]])
    for column, key, lines in ((1, "cost", [*costs, c]), (10, "delta", [*deltas, d])):
        drawn = [curve(page, z, line, names[j], COLORS[j]) for j, line in enumerate(lines)]
        titles, ends = (page.text(f"along.{key}"), "z", ""), (None, None)
        put_curves(page, ALONG_Z + 2, column, titles, drawn, size=(15.5, 7.0), y_range=ends)


def _alone(t: float, a: Array, z: Array) -> Outputs:
    """One output, (rows, 1)."""
    nothing = np.zeros((len(a), 0))
    return Outputs(np.full((len(a), 1), t), a[:, None], z[:, None], nothing, nothing)


def _hinge_along(
    page: Page, top: int, t: Area, classes: tuple[Column, Column], pair: tuple[Cost, Activation]
) -> tuple[Column, Column]:
    """The hinge needs two classes: the other one stays at 0."""
    (z, other), (cost, linear) = classes, pair
    assert cost.margin
    both = np.column_stack([z.values, other.values])
    known = {"ts": f"{t[0, 0].fixed}:{t[0, 1].fixed}", "as": f"{z}:{other}"}
    margins = cost.margin(t.values, both)
    m1, m2 = (
        page.column(top, 5 + k, cost.excel_margin.format(a=a, **known), margins[:, k])
        for k, a in enumerate((z, other))
    )
    o = Outputs(t.values, both, both, both, np.column_stack([m1.values, m2.values]))
    terms = "+".join(cost.excel_term.format(m=m) for m in (m1, m2))
    c = page.column(top, 10, cost.excel.format(terms=terms), cost.value(o), "number-cost")
    cells = {"t": t[0, 0].fixed, "m": str(m1), "lacking": positive(map(str, (m1, m2)))}
    delta = _delta(cost, linear, o)[:, 0]
    return c, page.column(top, 14, _delta_text(cost, linear, cells), delta, "number-delta")
