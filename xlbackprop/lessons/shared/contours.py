"""Contour lines of a quadratic function, which are ellipses, by formulas.

With the lowest point m, its value f₀ and the second derivatives H, the contour line of height c is
m + √(2 (c − f₀) / uᵀHu) u for all directions u = (cos φ, sin φ).
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import cos, pi, sin, sqrt

import numpy as np

from xlbackprop.expressions.expression import excel, number, value
from xlbackprop.expressions.function import Function
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.page import Page
from xlbackprop.workbook.charts import Curve

DIRECTIONS = 36


def has_contours(function: Function) -> bool:
    """Whether a function of two variables is a quadratic one with a lowest point."""
    if function.curvature is None or len(function.names) != 2:
        return False
    return bool(np.linalg.eigvalsh(np.array(function.curvature)).min() > 0)


def contour_curves(
    page: Page,
    row: int,
    function: Function,
    start: tuple[Sequence[Live], Sequence[Live]],
    heights: dict[int, Live],
) -> list[Curve]:
    """A section with the numbers of the contour lines; the lines for a chart.

    Args:
        page: where they are written.
        row: row of the section.
        function: whose lines they are.
        start: some position and the gradient there, from which the lowest point is found.
        heights: the value of each line, by the step that lies on it.
    """
    page.section(row, "contours")
    (a, b, d), middle, lowest = _lowest(page, row + 2, function, *start)
    top = row + 8
    titles = ("φ", "cos φ", "sin φ", "uᵀHu")
    page.band(top, 1, 4, "python", page.text("contours.directions"), headings=titles)
    c, s = put_directions(page, top + 2)
    bend = float(a) * c.values**2 + 2 * float(b) * c.values * s.values + float(d) * s.values**2
    q = page.column(top + 2, 4, f"{a.fixed}*{c}*{c}+2*{b.fixed}*{c}*{s}+{d.fixed}*{s}*{s}", bend)
    lines = []
    for k, (step, height) in enumerate(heights.items()):
        left = 5 + 2 * k
        above = page.put(
            row + 6, left, f"MAX({height}-{lowest},0)", max(height - lowest, 0.0), "number-cost"
        )
        page.write(row + 5, left, page.text("contours.above", step=step), "note")
        title = page.text("contours.line", step=step)
        page.band(top, left, 2, "cost", title, headings=function.names)
        lines.append(_line(page, top + 2, left, (c, s, q), middle, above))
    return lines


def put_directions(page: Page, top: int) -> tuple[Column, Column]:
    """Angles all around in column 1, their cosines and sines in the next two; the last two."""
    angles = np.arange(DIRECTIONS + 1) * 2 * pi / DIRECTIONS
    phi = page.column(top, 1, None, angles, "number-python")
    c = page.column(top, 2, f"COS({phi})", [cos(x) for x in phi.values])
    return c, page.column(top, 3, f"SIN({phi})", [sin(x) for x in phi.values])


def _lowest(
    page: Page, row: int, function: Function, position: Sequence[Live], gradient: Sequence[Live]
) -> tuple[tuple[Live, Live, Live], tuple[Live, Live], Live]:
    """The second derivatives, the lowest point m = x − H⁻¹∇, and the value there."""
    first, second = function.names
    curvature = np.array(function.curvature)
    known = []
    for j, (i, k) in enumerate(((0, 0), (0, 1), (1, 1))):
        digits = excel(number(Fraction(str(curvature[i, k]))), {})
        name = f"∂²/∂{function.names[i]}∂{function.names[k]} ="
        page.write(row, 1 + 2 * j, name, "label")
        known.append(page.put(row, 2 + 2 * j, digits, curvature[i, k], "number-forward"))
    a, b, d = known
    (x, y), (g, h) = position, gradient
    page.write(row, 7, page.text("contours.determinant"), "label")
    area = page.put(row, 9, f"{a}*{d}-{b}*{b}", a * d - b * b, "number-forward")
    page.write(row + 1, 1, page.text("contours.lowest"), "label")
    middle = (
        page.put(row + 1, 3, f"{x}-({d}*{g}-{b}*{h})/{area}", x - (d * g - b * h) / area),
        page.put(row + 1, 4, f"{y}-({a}*{h}-{b}*{g})/{area}", y - (a * h - b * g) / area),
    )
    at = {first: middle[0], second: middle[1]}
    page.write(row + 1, 5, page.text("contours.value"), "label")
    low = page.put(row + 1, 7, excel(function.value, at), value(function.value, at), "number-cost")
    return (a, b, d), middle, low


def _line(
    page: Page,
    top: int,
    left: int,
    directions: tuple[Column, Column, Column],
    middle: tuple[Live, Live],
    above: Live,
) -> Curve:
    """One contour line."""
    c, s, q = directions
    ends = []
    for k, (m, u) in enumerate(zip(middle, (c, s), strict=True)):
        values = [
            float(m) + sqrt(2 * above / bend) * way if above >= 0 and bend > 0 else np.nan
            for bend, way in zip(q.values.tolist(), u.values.tolist(), strict=True)
        ]
        ends.append(page.column(top, left + k, f"{m.fixed}+SQRT(2*{above.fixed}/{q})*{u}", values))
    page.large(top, left, top + DIRECTIONS, left + 1)
    line = curve(page, ends[0], ends[1], "", "python")
    return replace(line, color=page.theme.ink.line, fine=True)
