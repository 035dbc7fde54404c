"""Arrows and matrices: inner product, Cauchy and Schwarz, Hadamard and matrix products.

Source: Wakui & Wakui, sections 2-4 and 2-5.
"""

from math import isnan, nan, sqrt
from typing import NamedTuple

import numpy as np

from xlbackprop.lessons.quantities.matrices import put_matrices
from xlbackprop.lessons.shared.angles import Angles, put_angles
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.charts import curve, put_chart, put_corners
from xlbackprop.page.maths import ratio
from xlbackprop.page.page import Page
from xlbackprop.page.parts import begin, on_one_page, verdict, why
from xlbackprop.page.sentences import Number, Part, Word
from xlbackprop.workbook.charts import Curve
from xlbackprop.workbook.grid import Columns

LABEL, FIRST, RIGHT, LAST = 1, 2, 6, 15
ARROWS, TURN, MATRICES, WHY, BEHIND = 4, 23, 39, 56, 65  # rows of the sections
ANGLES = np.arange(0.0, 361.0, 12.0)  # no right angle, where a sum of large numbers is 0
NEAR = 0.0005  # a cosine nearer to 0 is that of a right angle


class Arrows(NamedTuple):
    """Two arrows, their inner product and their lengths."""

    a: Area
    b: Area
    inner: Live
    lengths: tuple[Live, Live]


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 36), Columns(FIRST, LAST, 9)]
    page.grid.heights |= dict.fromkeys(range(5, WHY + 6), 17.0)
    on_one_page(page, WHY + 5, LAST)
    page.section(BEHIND, "behind")
    arrows = _arrows(page)
    _turn(page, arrows)
    put_matrices(page, MATRICES, FIRST)
    why(page, WHY, 5)


# Two arrows.


def _arrows(page: Page) -> Arrows:
    """Inner product, lengths, cosine, and the bounds of Cauchy and Schwarz."""
    rows, top = begin(page, ARROWS, "arrows", down=3), ARROWS + 2
    page.band(top, FIRST, 1, "data", "x")
    page.band(top, FIRST + 1, 1, "data", "y")
    a = rows.asks_for("a", np.array([[3.0, 1.0]]))
    b = rows.asks_for("b", np.array([[1.0, 2.0]]))
    value = float((a.values * b.values).sum())
    page.large(rows.row, FIRST, rows.row + 5, FIRST)
    inner = rows.says("inner", f"SUMPRODUCT({a},{b})", value, "strong-forward")
    first, second = (
        rows.says(f"length_{name}", f"SQRT(SUMSQ({of}))", sqrt((of.values**2).sum()))
        for name, of in (("a", a), ("b", b))
    )
    formula = f"IF({first}*{second}=0,0,{inner}/({first}*{second}))"
    cosine = 0.0 if first * second == 0.0 else ratio(inner, first * second)
    angle = rows.says("cosine", formula, cosine, "strong-forward")
    low = rows.says("low", f"-{first}*{second}", -first * second, "number-cost")
    high = rows.says("high", f"{first}*{second}", first * second, "number-cost")
    _told(page, rows.row + 1, low, inner, high, angle)
    _chart_of_arrows(page, top, a, b)
    return Arrows(a, b, inner, (first, second))


def _told(page: Page, row: int, low: Live, inner: Live, high: Live, angle: Live) -> None:
    """Where the inner product lies between its bounds, and how the arrows lie."""
    sharp, right, blunt = (page.text(f"arrows.{name}") for name in ("sharp", "right", "blunt"))
    word = sharp if angle > NEAR else blunt if angle < -NEAR else right
    formula = f'IF({angle}>{NEAR:g},"{sharp}",IF({angle}<-{NEAR:g},"{blunt}","{right}"))'
    found = Word(formula, None if isnan(angle) else word)
    parts: list[Part] = ["−|a||b| ≤ a·b ≤ |a||b|:  ", Number.of(low), " ≤ "]
    parts += [Number.of(inner), " ≤ ", Number.of(high)]
    verdict(page, row, parts, 24)
    page.sentence(row + 1, LABEL, [found], "label")


def _chart_of_arrows(page: Page, row: int, a: Area, b: Area) -> None:
    """Both arrows from the origin."""
    lines = []
    for i, (name, arrow, role) in enumerate((("a", a, "gradient"), ("b", b, "forward"))):
        top = BEHIND + 3 + 2 * i
        page.write(top + 1, LABEL, page.text(f"arrows.{name}"), "label")
        ends = []
        for j in range(2):
            page.write(top, FIRST + j, 0, "plain-data")
            tip = page.put(top + 1, FIRST + j, f"{arrow[0, j]}", arrow[0, j], "plain-data")
            ends.append(Column(FIRST + j, top, np.array([0.0, tip])))
        lines.append(curve(page, ends[0], ends[1], name, role, marker=True))
    lines.append(_square(page, BEHIND + 3, 5, a, b))
    titles = (page.text("arrows.chart"), "x", "y")
    put_chart(page, row, RIGHT + 1, titles, lines, size=(7.6, 9.6))


def _square(page: Page, row: int, column: int, a: Area, b: Area) -> Curve:
    """Two unseen corners, so that both axes of the chart are equally long."""
    page.write(row - 1, column, page.text("arrows.corners"), "label")
    size = max(a.values.max(), b.values.max(), -min(a.values.min(), b.values.min()))
    return put_corners(page, row, column, f"MAX({a},{b},-MIN({a},{b}))", size)


# One arrow turned.


def _turn(page: Page, arrows: Arrows) -> None:
    """a and an arrow as long as b in all directions."""
    rows, top = begin(page, TURN, "turn"), BEHIND + 9
    headings = (page.text("turn.angle"), "x", "y", "a·b", "−|a||b|", "|a||b|")
    page.band(top - 2, LABEL, len(headings), "forward", page.text("turn.band"), headings=headings)
    turned, row = put_angles(page, top, ANGLES), rows.row
    angles, (products, low, high) = turned.cells, _products(page, top, turned, arrows)
    once = Column(products.column, top, products.values[:-1])  # 360° is 0° again
    known = bool(np.isfinite(once.values).all())
    for name, excel, pick in (("smallest", "MIN", np.argmin), ("largest", "MAX", np.argmax)):
        at = pick(once.values)
        value, angle = (float(of[at]) if known else nan for of in (once.values, ANGLES))
        cell = rows.says(name, f"{excel}({once.range})", value, "strong-forward")
        formula = number_at(angles.range, f"MATCH({cell},{once.range},0)")
        rows.says("at", formula, angle, "whole-forward")
    for i in range(3):
        page.write(row + 5 + 2 * i, LABEL, page.text(f"turn.line{i + 1}"), "note")
    lines = [
        curve(page, angles, products, "a·b", "forward"),
        curve(page, angles, low, "−|a||b|", "cost"),
        curve(page, angles, high, "|a||b|", "delta"),
    ]
    titles = (page.text("turn.chart"), page.text("turn.angle"), "a·b")
    put_chart(page, row, RIGHT, titles, lines, size=(15.5, 7.8))


def _products(
    page: Page, top: int, angles: Angles, arrows: Arrows
) -> tuple[Column, Column, Column]:
    """Columns: the turned arrow, its inner product with a, and the two bounds."""
    a, (first, second) = arrows.a, arrows.lengths
    x, y = a[0, 0], a[0, 1]
    page.write(BEHIND + 2, RIGHT + 3, page.text("turn.scale"), "label")
    value = 0.0 if first == 0.0 else ratio(second, first)
    scale = page.put(BEHIND + 3, RIGHT + 3, f"IF({first}=0,0,{second}/{first})", value)
    radians, cosine, sine = angles.text, angles.cos, angles.sin
    to_x = page.column(
        top,
        FIRST,
        f"{scale.fixed}*({x.fixed}*COS({radians})-{y.fixed}*SIN({radians}))",
        scale * (x * cosine - y * sine),
    )
    to_y = page.column(
        top,
        FIRST + 1,
        f"{scale.fixed}*({x.fixed}*SIN({radians})+{y.fixed}*COS({radians}))",
        scale * (x * sine + y * cosine),
    )
    sums = x * to_x.values + y * to_y.values
    products = page.column(top, FIRST + 2, f"{x.fixed}*{to_x}+{y.fixed}*{to_y}", sums)
    bound, most = f"{first.fixed}*{second.fixed}", np.full(len(ANGLES), first * second)
    low = page.column(top, FIRST + 3, f"-{bound}", -most)
    return products, low, page.column(top, FIRST + 4, bound, most)
