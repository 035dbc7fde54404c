"""The line of least squares: by the normal equations, by SLOPE and INTERCEPT, and step by step.

Source: Wakui & Wakui, section 2-12, with the heights and weights of seven students.
"""

from dataclasses import dataclass, replace
from math import floor, log10

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.lessons.descent.pairs import SETTINGS, Pairs, pairs
from xlbackprop.lessons.descent.units import Sums, Units, plain, put_units
from xlbackprop.lessons.descent.walks import put_walks
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import ratio
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Place, Rows, blanks, counts, on_pages, told_if, verdict, why
from xlbackprop.page.sentences import Number
from xlbackprop.workbook.grid import Columns

__all__ = ["SETTINGS", "build"]

X, Y, XX, XY, FIT, E, EE, YOURS, OWN_E, OWN_EE, U, V, T, W = range(2, 16)
FEW = 15  # examples that have large points
DATA, TOP = 4, 12  # rows: the section, the first example


@dataclass(frozen=True)
class Line:
    """y = p x + q, and what it costs."""

    p: Live
    q: Live


def build(page: Page) -> None:
    """Fill the page."""
    data = pairs(page.settings)
    n = len(data.x)
    page.grid.columns += [Columns(1, 1, 8.4), Columns(2, W, 9.2)]
    page.grid.heights |= dict.fromkeys(range(3, 90 + n), 18.0)
    own = _headings(page, data)
    x, y = _examples(page, data)
    bottom = TOP + n
    sums = _sums(page, bottom, x, y)
    units = put_units(page, bottom + 16, (U, T), sums, x, y)
    best = _normal_equations(page, bottom + 4, sums, units[0], y)
    costs = _lines(page, bottom, x, y, best, own)
    _verdict(page, bottom + 2, best, costs)
    _picture(page, bottom + 5, data, x, y)
    why(page, bottom + 28, 5)
    put_walks(page, bottom + 37, units, (best.p, best.q), sums.xx)
    on_pages(page, bottom + 37, landscape=False)


def _headings(page: Page, data: Pairs) -> Line:
    """The bands above the table, and the line that a reader tries."""
    page.section(DATA, "examples")
    page.write(DATA + 2, 1, "C_T = ½ Σ (y − (p x + q))²", "symbols-cost")
    blanks(page, DATA + 2, 2, 5, "symbols-cost")
    page.write(DATA + 4, 1, page.text("examples.own"), "label")
    page.write(DATA + 4, 4, "p", "label")
    page.write(DATA + 4, 7, "q", "label")
    p = page.number("p", DATA + 4, 5, 0.0, "plain-input")
    q = page.number("q", DATA + 4, 8, float(f"{data.y.mean():.3g}"), "plain-input")
    page.write(DATA + 4, 9, page.text("examples.own_note"), "beside")
    for column, role, key, headings in (
        (1, "data", "examples", ("i", *data.names)),
        (XX, "data", "products", ("x²", "x·y")),
        (FIT, "forward", "best", ("p x + q", "e", "e²")),
        (YOURS, "cost", "yours", ("p x + q", "e", "e²")),
        (U, "parameter", "centred", ("u", "v")),
        (T, "gradient", "uncentred", ("x′", "y′")),
    ):
        title = page.text(f"examples.{key}")
        page.band(TOP - 2, column, len(headings), role, title, headings=headings)
    page.grid.heights[TOP - 2] = page.grid.heights[TOP - 1] = 36.0
    return Line(p, q)


def _examples(page: Page, data: Pairs) -> tuple[Column, Column]:
    """The yellow cells."""
    counts(page, TOP, 1, len(data.x))
    found = []
    for name, column, numbers in (("x", X, data.x), ("y", Y, data.y)):
        cells = [
            page.number(f"{name}{i + 1}", TOP + i, column, float(number), "plain-input")
            for i, number in enumerate(numbers)
        ]
        found.append(Column(column, TOP, np.array(cells, dtype=float)))
    return found[0], found[1]


def _sums(page: Page, row: int, x: Column, y: Column) -> Sums:
    """Products, and the sums of all columns that the normal equations need."""
    products = (
        page.column(TOP, XX, f"{x}*{x}", x.values**2, "plain-data"),
        page.column(TOP, XY, f"{x}*{y}", x.values * y.values, "plain-data"),
    )
    page.write(row, 1, "Σ", "label")
    sums = [
        page.put(row, cells.column, f"SUM({plain(cells)})", cells.values.sum(), "plain-data")
        for cells in (x, y, *products)
    ]
    page.large(TOP, FIT, row + 1, W)
    page.write(row + 1, 1, "n", "label")
    n = page.put(row + 1, 2, f"COUNT({plain(x)})", float(np.isfinite(x.values).sum()), "plain-data")
    return Sums(n, *sums)


def _normal_equations(page: Page, row: int, s: Sums, units: Units, y: Column) -> Line:
    """Both equations, their solution with numbers, and the spreadsheet's own.

    Solved by n Σx² − (Σx)², they would lose half of their digits where x is far from 0, and so
    does SLOPE in some spreadsheets: both begin with the centred examples.
    """
    page.section(row, "normal")
    if units.means is None:
        raise ValueError("The normal equations are solved from centred examples.")
    (wide, high), (mean_x, mean_y), u = units.scale, units.means, units.cells
    slope = f"{units.uv}*{high}/({units.uu}*{wide})", ratio(units.uv * high, units.uu * wide)
    p = _labelled(page, row + 2, "p = Σ(x−x̄)(y−ȳ) / Σ(x−x̄)²", *slope)
    q = _labelled(page, row + 3, "q = ȳ − p x̄", f"{mean_y}-{p}*{mean_x}", mean_y - p * mean_x)
    look, left, right = "plain-forward", p * s.xx + q * s.x, p * s.x + q * s.n
    _labelled(page, row + 5, "p Σx² + q Σx", f"{p}*{s.xx}+{q}*{s.x}", left, look)
    _labelled(page, row + 6, "p Σx + q n", f"{p}*{s.x}+{q}*{s.n}", right, look)
    for i, (words, wanted) in enumerate((("= Σxy =", s.xy), ("= Σy =", s.y)), row + 5):
        page.write(i, 5, words, "label")
        page.put(i, 6, str(wanted), wanted, "plain-data")
    page.write(row + 8, 1, page.text("normal.own"), "note")
    rows, cells = Rows(page, "normal", row + 9, column=4), f"{plain(y)},{plain(u)}"
    known, look = _slope(u.values, y.values), "number-python"
    found = rows.says("slope", f"SLOPE({cells})/{wide}", ratio(known, wide), look)
    height = float(y.values.mean()) - known * float(u.values.mean()) - found * mean_x
    rows.says("intercept", f"INTERCEPT({cells})-{found}*{mean_x}", height, look)
    page.large(row + 2, 4, row + 3, 4)
    page.large(row + 9, 4, row + 10, 4)
    return Line(p, q)


def _labelled(
    page: Page, row: int, words: str, formula: str, value: float, look: str = "strong-forward"
) -> Live:
    """A formula behind an equation."""
    page.write(row, 1, words, "label")
    return page.put(row, 4, formula, value, look)


def _slope(x: Array, y: Array) -> float:
    """What SLOPE finds."""
    away = x - x.mean()
    return ratio(float((away * (y - y.mean())).sum()), float((away**2).sum()))


def _lines(page: Page, row: int, x: Column, y: Column, best: Line, own: Line) -> tuple[Live, Live]:
    """What each line says of each example, its residuals, and C_T of both lines."""
    costs = []
    for line, left, role in ((best, FIT, "forward"), (own, YOURS, "cost")):
        values = line.p * x.values + line.q
        look = f"figure-{role}"
        fit = page.column(TOP, left, f"{line.p.fixed}*{x}+{line.q.fixed}", values, look)
        e = page.column(TOP, left + 1, f"{y}-{fit}", y.values - fit.values, look)
        squares = page.column(TOP, left + 2, f"{e}*{e}", e.values**2, look)
        total = page.put(row, left + 2, f"SUM({plain(squares)})", squares.values.sum(), look)
        page.write(row + 1, left + 1, "C_T", "label")
        costs.append(page.put(row + 1, left + 2, f"{total}/2", total / 2, f"strong-{role}"))
    return costs[0], costs[1]


def _verdict(page: Page, row: int, best: Line, costs: tuple[Live, Live]) -> None:
    """The best line, and how much worse the reader's is."""
    least, cost = costs
    is_more = bool(cost - least > 0.0005)  # what three decimals show
    height = Number.of(best.q, term=True)
    places: dict[str, Place] = {"p": best.p, "q": height, "least": least, "own": cost}
    keys = ("verdict.more", "verdict.same")
    verdict(page, row, told_if(page, f"{cost}-{least}>0.0005", is_more, keys, **places), 26.0)


def _picture(page: Page, row: int, data: Pairs, x: Column, y: Column) -> None:
    """The examples as points, and both lines."""
    ends = [Column(column, TOP, x.values) for column in (FIT, YOURS)]
    points = curve(page, x, y, page.text("examples.examples"), "data", marker=True, line=False)
    lines = [
        replace(points, fine=len(x.values) > FEW),
        curve(page, x, ends[0], page.text("examples.best"), "forward"),
        curve(page, x, ends[1], page.text("examples.yours"), "cost"),
    ]
    titles = page.text("picture.title"), *data.names
    low, high = float(data.y.min()), float(data.y.max())
    step = 10 ** floor(log10(high - low or abs(high) or 1.0))
    bottom = floor((2 * low - high) / step) * step  # as much air below as the examples are high
    y_from = 0.0 if bottom <= 0 <= low else bottom
    put_chart(page, row, 9, titles, lines, size=(11.6, 9.4), y_from=y_from)
