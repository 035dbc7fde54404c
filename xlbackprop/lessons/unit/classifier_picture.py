"""The picture of a linear classifier: the points of each class, and where two scores are equal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from xlbackprop.lessons.unit.numeric_gradient import CLASSES, Examples
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.charts import curve, put_chart, put_corners
from xlbackprop.page.maths import ratio
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, put_across
from xlbackprop.workbook.charts import Curve

LOOKS = (("parameter", "circle"), ("gradient", "triangle"), ("cost", "square"))  # of the classes
PAIRS = tuple(combinations(range(CLASSES), 2))
DASHES = ("", "dash", "sysDot")
SMALL = "₁₂₃"
CHARTS, NUMBERS = 2, 20  # rows below the section
LEFTS = (1, 9)  # columns of the charts
LINES = 9  # column of the numbers of the lines
SIZE = (12.4, 11.2)  # of a chart, in centimetres


def put_picture(page: Page, row: int, data: Examples, weights: Mapping[str, Area]) -> None:
    """Two charts and their numbers.

    Args:
        page: the page.
        row: row of the section.
        data: the points and their classes.
        weights: weights and biases of the classes, (classes, 3), by the name of a chart.
    """
    page.section(row, "picture")
    top = row + NUMBERS
    points = _points(page, top, data)
    below = top + 3 + len(data.x.values)
    rows = Rows(page, "picture", below)
    most = float(np.maximum(data.x.values.max(), -data.x.values.min()))
    size = rows.says("size", f"MAX(MAX({data.x}),-MIN({data.x}))", most, "number-data")
    corners = put_corners(page, rows.names("corners"), 2, str(size), size)
    for i, (key, numbers) in enumerate(weights.items()):
        lines = _lines(page, top + 7 * i, key, numbers, size)
        titles = page.text(f"picture.{key}"), "x₁", "x₂"
        put_chart(page, row + CHARTS, LEFTS[i], titles, [*points, *lines, corners], size=SIZE)


def _points(page: Page, top: int, data: Examples) -> list[Curve]:
    """The points of each class in columns of their own.

    A chart leaves nothing out, so the place of a point of another class is taken by the first
    point of this one. A class without points has none, and shows nothing.
    """
    rows = len(data.x.values)
    page.band(top, 1, 1, "data", page.text("data.example"), headings=("",))
    page.column(top + 2, 1, None, np.arange(1.0, rows + 1), "count")
    series = []
    for k, (role, symbol) in enumerate(LOOKS):
        left, name = 2 + 2 * k, page.text("given.class", number=k + 1)
        page.band(top, left, 2, role, name, headings=("x₁", "x₂"))
        ends = [_of_class(page, top + 2, left + j, data, k, j) for j in (0, 1)]
        dots = curve(page, ends[0], ends[1], name, role, marker=True, line=False)
        series.append(replace(dots, symbol=symbol))
    below, right = top + 2 + rows, 1 + 2 * len(LOOKS)
    missing = lost(page, top + 2, 2, below - 1, right, page.text("picture.none"))
    put_note(page, below, 2, missing=missing)
    return series


def _of_class(page: Page, top: int, column: int, data: Examples, k: int, j: int) -> Area:
    """Coordinate j of the points of class k, below each other."""
    rows = len(data.x.values)
    t, x = data.t.part(0, k, rows, 1), data.x.part(0, j, rows, 1)
    mine = t.values[:, 0] == 1
    first = float(x.values[mine, 0][0]) if mine.any() else nan
    values = np.where(mine, x.values[:, 0], first)
    values[np.isnan(t.values[:, 0])] = nan
    return page.put_area(
        top,
        column,
        lambda i, _: f"IF({t[i, 0]}=1,{x[i, 0]},{number_at(f'{x}', f'MATCH(1,{t},0)')})",
        values[:, None],
        f"number-{LOOKS[k][0]}",
    )


def _lines(page: Page, top: int, key: str, weights: Area, size: Live) -> list[Curve]:
    """Where two scores are equal: a line through a circle as wide as the points lie.

    n is the difference of the weights and c that of the biases: n₁x₁ + n₂x₂ + c = 0.
    """
    page.band(top, LINES, 1, "forward", "", headings=("",))
    title = page.text(f"picture.{key}")
    page.band(top, LINES + 1, 5, "forward", title, headings=("n₁", "n₂", "c", "|n|²", "r"))
    heads = ("x₁", "x₁", "x₂", "x₂")
    page.band(top, LINES + 6, 4, "update", page.text("picture.ends"), headings=heads)
    lines = []
    for i, (a, b) in enumerate(PAIRS):
        row, name = top + 2 + i, f"s{SMALL[a]} = s{SMALL[b]}"
        page.write(row, LINES, name, "label")
        ends = _ends(page, row, [(weights[a, j], weights[b, j]) for j in range(3)], size)
        line = curve(page, *ends, name, "python")
        lines.append(replace(line, color=page.theme.ink.quiet, dash=DASHES[i], fine=True))
    page.large(top + 2, LINES + 1, top + 1 + len(PAIRS), LINES + 9)
    page.write(top + 5, LINES, "n₁x₁ + n₂x₂ + c = 0,   −c·n/|n|² ± r·(−n₂, n₁)", "note")
    return lines


def _ends(
    page: Page, row: int, pairs: Sequence[tuple[Live, Live]], size: Live
) -> tuple[Area, Area]:
    """First and second coordinates of both ends of a line; all 0 where no line meets the circle.

    With the foot −c n/|n|² of the line, its ends are the foot ± r·(−n₂, n₁).
    """
    apart = ((f"{p}-{q}", p - q) for p, q in pairs)
    n1, n2, c = put_across(page, row, LINES + 1, apart, "number-forward")
    square = page.put(row, LINES + 4, f"{n1}*{n1}+{n2}*{n2}", n1 * n1 + n2 * n2, "number-forward")
    r = page.put(
        row,
        LINES + 5,
        # Not squares: where those overflow, some programs compare them and some show an error.
        f"IF({size}*SQRT({square})>ABS({c}),"
        f"SQRT({size}*{size}/{square}-{c}/{square}*{c}/{square}),0)",
        _half_chord(float(square), float(c), float(size)),
        "number-forward",
    )
    ends = Chord(n1, n2, c, square, r)
    return ends.put(page, row, LINES + 6, 0), ends.put(page, row, LINES + 8, 1)


class Chord(NamedTuple):
    """A line n₁x₁ + n₂x₂ + c = 0 with |n|², and half of its part in the circle divided by |n|."""

    n1: Live
    n2: Live
    c: Live
    square: Live
    r: Live

    def put(self, page: Page, row: int, column: int, k: int) -> Area:
        """Coordinate k of both ends."""
        along, across = (self.n2, self.n1) if k else (self.n1, self.n2)
        signs = "+-" if k else "-+"
        foot = -ratio(float(self.c), float(self.square)) * along
        ends = [foot + (self.r if sign == "+" else -self.r) * across for sign in signs]
        values = np.array([ends]) if self.r > 0 else np.full((1, 2), 0 * float(self.r))

        def text(_: int, j: int) -> str:
            away = f"{signs[j]}{self.r}*{across}"
            return f"IF({self.r}>0,-{self.c}/{self.square}*{along}{away},0)"

        return page.put_area(row, column, text, values, "number-update")


def _half_chord(square: float, c: float, size: float) -> float:
    """Half of the part of a line within the circle, divided by |n|; 0 where there is none."""
    with np.errstate(all="ignore"):  # a spreadsheet shows an error where numpy has NaN
        reach = size * float(np.sqrt(square))
        if not (isfinite(reach) and isfinite(c)):
            return nan
        if reach <= abs(c):
            return 0.0
        share = np.float64(c) / square
        return float(np.sqrt(np.float64(size) * size / square - share * c / square))
