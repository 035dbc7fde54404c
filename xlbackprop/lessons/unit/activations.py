"""Activation functions side by side, their slopes, and the weights that a network starts with.

Source: Wakui & Wakui, sections 1-3 and 2-1; where gradients vanish: Glorot & Bengio, "Understanding
the difficulty of training deep feedforward neural networks" (2010); He et al., "Delving deep into
rectifiers" (2015).
"""

from collections.abc import Mapping
from math import isnan, nan, pi, sqrt

import numpy as np
from scipy.special import ndtri

from xlbackprop.arrays import Array
from xlbackprop.network.activations import ACTIVATIONS, Activation, leaky_relu
from xlbackprop.network.text import product
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.page import Page
from xlbackprop.page.parts import (
    Rows,
    begin,
    blanks,
    constants,
    on_pages,
    output,
    put_curves,
    slope,
    told,
    verdict,
    why,
)
from xlbackprop.page.sentences import Number
from xlbackprop.recipe.starts import SCALES
from xlbackprop.workbook.charts import Curve
from xlbackprop.workbook.grid import Columns

NAMES = ("step", "sigmoid", "tanh", "softsign", "relu", "leaky-relu")
ROLES = ("data", "forward", "parameter", "delta", "cost", "gradient")  # colours of the curves
SLOPED = [name for name in NAMES if ACTIVATIONS[name].slope is not None]
Z, START, INTERVAL, ROWS = 2.0, -6.0, 0.25, 49
LEAK = 0.01
Kinds = Mapping[str, Activation]
SIGMOID = ACTIVATIONS["sigmoid"]
MOST = 100_000  # units of a layer
DEPTH = 8  # layers that a gradient is passed back through
LEAST_SLOPE = 1e-30  # the power of one below is a number that some programs have no more
BINS = 17  # places on the bell curve
MEAN, SPREAD, INPUTS, UNITS = 0.0, 1.0, 100, 50
DRAWS = np.random.default_rng(2).uniform(0, 1, (5, 16)).round(6)
# Rows of the sections.
ONE, MANY, TABLE, BELL, WEIGHTS, SCALE, WHY = 4, 17, 34, 92, 120, 138, 149


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 27), Columns(2, 18, 9)]
    page.grid.heights |= dict.fromkeys(range(ONE, WHY), 18.0)
    on_pages(page, TABLE, BELL, WEIGHTS)
    rows = begin(page, ONE, "one")
    z, leak = rows.asks("z", Z), rows.asks("leak", LEAK, limit="below 1")
    own = leaky_relu(float(leak), cell=leak.fixed, printed="α")
    kinds = {name: ACTIVATIONS[name] for name in NAMES} | {own.name: own}
    _at_one_point(page, z, kinds)
    _at_many_points(page, kinds)
    rows = begin(page, BELL, "bell")
    mean, spread = rows.asks("mean", MEAN), rows.asks("spread", SPREAD, limit="positive")
    _bell(page, mean, spread, _weights(page, mean, spread))
    _scales(page, spread)
    why(page, WHY, 4)


def _at_one_point(page: Page, z: Live, kinds: Kinds) -> None:
    """Value and slope of each function at z, and what is left of a gradient after some layers."""
    row = ONE + 4
    page.band(row, 1, 5, "forward", page.text("one.value"))
    page.band(row, 6, 4, "gradient", page.text("one.slope"))
    page.band(row, 10, DEPTH, "delta", page.text("one.layers"))
    layers = constants(page, row + 1, 10, np.arange(1.0, DEPTH + 1)[None, :], "heading-delta")
    left = {}
    for i, (name, kind) in enumerate(kinds.items()):
        line = row + 2 + i
        page.write(line, 1, page.text(f"names.{name}"), "label")
        a = output(page, line, 2, kind, z)
        page.write(line, 3, kind.equation, "beside")
        if kind.slope is None:
            page.write(line, 6, "–", "plain-gradient")
            continue
        page.write(line, 7, kind.slope_equation, "beside")
        left[name] = _powers(page, line, 10, slope(page, line, 6, kind, z, a), layers)
    page.pixels(*left.values())
    sigmoid, relu = (left[name][0, DEPTH - 1] for name in ("sigmoid", "relu"))
    kept = {
        "sigmoid": Number.of(sigmoid, 9),
        "relu": Number.of(relu, whole=True),
    }
    verdict(page, row + 2 + len(NAMES), told(page, "one.told", z=z, layers=DEPTH, **kept))


def _powers(page: Page, row: int, column: int, slope: Live, layers: Area) -> Area:
    """The slope to the power of each number of layers; 0 of one that is all but 0."""
    values = np.where(slope < LEAST_SLOPE, 0.0, float(slope) ** layers.values)

    def power(_: int, j: int) -> str:
        return f"IF({slope}<{LEAST_SLOPE:.0E},0,{slope}^{layers[0, j]})"

    return page.put_area(row, column, power, values, "fine-figure-delta")


def _at_many_points(page: Page, kinds: Kinds) -> None:
    """The same functions and slopes all along the axis, and their charts."""
    page.section(MANY, "many")
    rows = begin(page, TABLE, "table")
    start, interval = rows.asks("start", START), rows.asks("interval", INTERVAL)
    names = [page.text(f"names.{name}") for name in NAMES]
    sloped = [page.text(f"names.{name}") for name in SLOPED]
    top = TABLE + 5
    page.band(top, 1, 2, "data", page.text("table.points"), headings=("", "z"))
    page.band(top, 3, len(names), "forward", page.text("one.value"), headings=names)
    page.band(top, 3 + len(names), len(sloped), "gradient", page.text("one.slope"), headings=sloped)
    page.grid.heights[top + 1] = 36
    top += 2
    i = page.column(top, 1, None, np.arange(float(ROWS)), "count")
    z = page.column(top, 2, f"{start}+{i}*{interval}", start + i.values * interval, "plain-data")
    values, slopes = list[Curve](), list[Curve]()
    for j, (name, role) in enumerate(zip(NAMES, ROLES, strict=True)):
        kind = kinds[name]
        a = page.column(top, 3 + j, kind.excel.format(z=z), kind.value(z.values))
        dots = kind.slope is None
        values.append(curve(page, z, a, names[j], role, marker=dots, line=not dots))
        if kind.slope is None:
            continue
        column = 3 + len(NAMES) + SLOPED.index(name)
        formula = product(kind.excel_slope.format(z=z, a=a))
        steep = page.column(top, column, formula, kind.slope(z.values, a.values), "number-gradient")
        slopes.append(curve(page, z, steep, names[j], role))
    size, titles = (15.5, 8.8), [(page.text(f"one.{key}"), "z", "") for key in ("value", "slope")]
    put_curves(page, MANY + 2, 1, titles[0], values, size=size, y_range=(-1.5, 3.0))
    put_curves(page, MANY + 2, 10, titles[1], slopes, size=size, y_range=(0, 1.2))


def _weights(page: Page, mean: Live, spread: Live) -> Area:
    """Numbers that are equally likely between 0 and 1 become weights of the bell curve."""
    page.section(WEIGHTS, "weights")
    rows, columns = DRAWS.shape
    top = WEIGHTS + 2
    page.band(top, 2, columns, "data", page.text("weights.draws"))
    draws = constants(page, top + 1, 2, DRAWS, "figure-data")
    top += rows + 2
    page.band(top, 2, columns, "parameter", page.text("weights.weights"), "w = μ + σ·NORMSINV(p)")
    weights = page.put_area(
        top + 2,
        2,
        lambda i, j: f"{mean}+{spread}*NORMSINV({draws[i, j]})",
        mean + spread * ndtri(DRAWS),
        "figure-parameter",
    )
    page.signed(2.0, weights)
    return weights


def _bell(page: Page, mean: Live, spread: Live, weights: Area) -> None:
    """The density, and beside it how many of the weights lie in each interval."""
    page.write(BELL + 4, 1, "π", "label")
    circle = constants(page, BELL + 4, 2, np.array([[pi]]), "number-data")[0, 0]
    top = BELL + 6
    headings = ("(x − μ)/σ", "x", "f(x)", page.text("bell.count"), page.text("bell.density"))
    page.band(top, 1, 5, "parameter", page.text("bell.title_table"), headings=headings)
    page.grid.heights[top + 1] = 36
    top += 2
    steps = np.arange(BINS) / 2 - BINS // 2 / 2
    step = page.column(top, 1, None, steps, "plain-data")
    x = page.column(top, 2, f"{mean}+{step}*{spread}", mean + steps * spread, "number-data")
    f = page.column(
        top,
        3,
        f"IF({spread}>0,EXP(-0.5*(({x}-{mean})/{spread})^2)/({spread}*SQRT(2*{circle})),0)",
        [_density(number - mean, float(spread)) for number in x.values.tolist()],
        "number-parameter",
    )
    w = weights.values
    count = page.column(
        top,
        4,
        f"SUMPRODUCT(({weights}>={x}-{spread}/4)*({weights}<{x}+{spread}/4))",
        [_within(w, number - spread / 4, number + spread / 4) for number in x.values.tolist()],
        "plain-parameter",
    )
    share = page.column(
        top,
        5,
        f"IF({spread}>0,{count}/(COUNT({weights})*{spread}/2),0)",
        _shares(count.values, w.size, float(spread)),
        "number-parameter",
    )
    drawn = curve(page, x, share, page.text("bell.density"), "cost", marker=True, line=False)
    lines = [curve(page, x, f, "f(x)", "parameter"), drawn]
    put_curves(page, BELL + 6, 7, (page.text("bell.chart"), "x", ""), lines)


def _density(distance: float, spread: float) -> float:
    """Of the normal distribution; 0 where there is none."""
    if isnan(distance) or isnan(spread):
        return nan
    if spread <= 0:
        return 0.0
    with np.errstate(all="ignore"):
        far = np.float64(distance) / spread
        return float(np.exp(-0.5 * (far * far)) / (spread * sqrt(2 * pi)))


def _within(numbers: Array, low: float, high: float) -> float:
    if isnan(low + high):
        return nan
    return float(((numbers >= low) & (numbers < high)).sum())


def _shares(counts: Array, size: int, spread: float) -> Array:
    """Share of each interval divided by its width."""
    none = np.full(counts.shape, nan if isnan(spread) else 0.0)
    return counts / (size * spread / 2) if spread > 0 else none


def _scales(page: Page, spread: Live) -> None:
    """How wide the weights of a layer may be drawn, and the slope at its units that comes of it."""
    rows = begin(page, SCALE, "scale")
    n, m = rows.asks("inputs", INPUTS, most=MOST), rows.asks("units", UNITS, most=MOST)
    bands = ((2, 3, "parameter", "sd"), (5, 3, "forward", "z"), (8, 4, "gradient", "slope"))
    for column, columns, role, key in bands:
        page.band(SCALE + 5, column, columns, role, page.text(f"scale.{key}"))
    rows.gap(2)
    xavier = nan if isnan(n + m) else SCALES["xavier"](int(n), int(m))
    he = nan if isnan(n) else SCALES["he"](int(n), 1)
    _scale(rows, n, "normal", f"{spread}", float(spread), "σ")
    _scale(rows, n, "xavier", f"SQRT(2/({n}+{m}))", xavier, "√(2/(n + m))")
    _scale(rows, n, "he", f"SQRT(2/{n})", he, "√(2/n)")


def _scale(rows: Rows, n: Live, name: str, formula: str, value: float, equation: str) -> None:
    """One way to draw weights: how wide, how large z becomes, and how steep the sigmoid is."""
    page, row = rows.page, rows.row
    sd = rows.says(name, formula, value, "fine-figure-parameter")
    z = page.put(row, 5, f"{sd}*SQRT({n})", sd * sqrt(n), "figure-forward")
    a = output(page, row, 8, SIGMOID, z)
    slope(page, row, 9, SIGMOID, z, a)
    beside = ((3, equation, "parameter"), (6, "s·√n", "forward"))
    for column, words, role in (*beside, (10, SIGMOID.slope_equation, "gradient")):
        page.write(row, column, f" {words}", f"note-{role}")
        blanks(page, row, column + 1, column + 1, f"note-{role}")
