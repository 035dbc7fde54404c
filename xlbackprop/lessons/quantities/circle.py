"""p·x + q·y on a circle: where it is smallest and largest, by the multiplier equations."""

import numpy as np

from xlbackprop.lessons.shared.angles import put_angles
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart, put_corners
from xlbackprop.page.maths import length, ratio
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import begin, labels, told, verdict
from xlbackprop.workbook.charts import Curve

LABEL, FIRST, CHART, SECOND = 1, 2, 5, 9
ANGLES = np.arange(0.0, 361.0, 10.0)
ROWS_BEHIND = len(ANGLES) + 4
ROWS = ("equations", "factor", "x", "y", "f", "first", "second", "third")
ENDS = (("smallest", "-", "cost"), ("largest", "", "forward"))


def put_circle(page: Page, row: int, behind: int) -> None:
    """The section from ``row`` on; the numbers of its charts from ``behind`` on."""
    rows = begin(page, row, "circle")
    p, q = rows.asks("p", 1.0), rows.asks("q", 1.0)
    r = rows.asks("r", 1.0, limit="not zero", note=False)
    top = row + 6
    labels(page, top, "circle", ROWS)
    found = []
    for i, (name, sign, role) in enumerate(ENDS):
        page.write(top, FIRST + i, page.text(f"circle.{name}"), f"heading-{role}")
        found.append(_solution(page, top + 1, FIRST + i, (p, q, r), sign, role))
    page.large(top + 1, FIRST, top + 7, FIRST + 1)
    none = lost(page, top + 1, FIRST, top + 7, FIRST + 1, page.text("circle.none"))
    put_note(page, row + 5, LABEL, r, missing=none, style="note")
    low, high = found
    verdict(page, top + 9, told(page, "circle.told", low=low[2], high=high[2]), 24)
    _charts(page, row + 2, behind, (p, q, r), found)


def _solution(
    page: Page, top: int, column: int, given: tuple[Live, Live, Live], sign: str, role: str
) -> tuple[Live, Live, Live]:
    """λ, x, y, f, and the equations with these put in; x, y and f."""
    p, q, r = given
    size = -length(p, q) if sign else length(p, q)
    formula = f"{sign}SQRT({p}*{p}+{q}*{q})/(2*ABS({r}))"
    factor = page.put(top, column, formula, ratio(size, 2 * abs(r)), f"number-{role}")
    x, y = (
        page.put(top + 1 + i, column, f"{of}/(2*{factor})", ratio(of, 2 * factor), f"number-{role}")
        for i, of in enumerate((p, q))
    )
    f = page.put(top + 3, column, f"{p}*{x}+{q}*{y}", p * x + q * y, f"strong-{role}")
    for i, at in enumerate((x, y)):
        page.put(top + 4 + i, column, f"{factor}*2*{at}", factor * 2 * at, f"number-{role}")
    page.put(top + 6, column, f"{x}*{x}+{y}*{y}", x * x + y * y, f"number-{role}")
    return x, y, f


def _charts(
    page: Page,
    row: int,
    behind: int,
    given: tuple[Live, Live, Live],
    found: list[tuple[Live, Live, Live]],
) -> None:
    """The circle with both lines p·x + q·y = f that touch it; f once around the circle."""
    p, q, r = given
    headings = (page.text("circle.angle"), "x", "y", "f")
    page.band(behind, LABEL, len(headings), "forward", page.text("circle.band"), headings=headings)
    top = behind + 2
    angles = put_angles(page, top, ANGLES)
    x = page.column(top, FIRST, f"{r.fixed}*COS({angles.text})", r * angles.cos)
    y = page.column(top, FIRST + 1, f"{r.fixed}*SIN({angles.text})", r * angles.sin)
    f = page.column(top, FIRST + 2, f"{p.fixed}*{x}+{q.fixed}*{y}", p * x.values + q * y.values)
    lines = [curve(page, x, y, page.text("circle.circle"), "parameter")]
    for i, ((name, _, role), place) in enumerate(zip(ENDS, found, strict=True)):
        lines.append(curve(page, place[0], place[1], page.text(f"circle.{name}"), role))
        lines.append(_touching(page, top + 3 * i, given, place, role))
    lines.append(put_corners(page, top, FIRST + 8, f"2*ABS({r})", 2 * abs(r)))
    titles = (page.text("circle.chart"), "x", "y")
    put_chart(page, row, CHART, titles, lines, size=(7.8, 9.6))
    titles = (page.text("circle.around"), page.text("circle.angle"), "f")
    around = curve(page, angles.cells, f, "f", "gradient")
    put_chart(page, row, SECOND, titles, [around], size=(10.2, 9.6))


def _touching(
    page: Page, row: int, given: tuple[Live, Live, Live], place: tuple[Live, Live, Live], role: str
) -> Curve:
    """A piece of the line on which f has its value at a place, as long as the circle is wide."""
    p, q, r = given
    x, y, _ = place
    ends = []
    for column, (at, way, signs) in enumerate(((x, q, "-+"), (y, p, "+-")), FIRST + 5):
        cells = []
        for j, sign in enumerate(signs):
            formula = f"{at}{sign}{r}*{way}/SQRT({p}*{p}+{q}*{q})"
            away = ratio(r * way, length(p, q))
            value = at + away if sign == "+" else at - away
            cells.append(page.put(row + j, column, formula, value, f"number-{role}"))
        ends.append(Column(column, row, np.array(cells)))
    return curve(page, ends[0], ends[1], page.text("circle.line"), role)
