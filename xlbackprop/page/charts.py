"""Charts of a page of maths: curves whose points are the page's own cells."""

from collections.abc import Sequence

import numpy as np
from openpyxl.chart.legend import LegendEntry

from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.page import Page
from xlbackprop.workbook.address import address, reference
from xlbackprop.workbook.charts import Curve, curves

LETTERS = 12  # points, of charts: 7 on the narrowest page


def curve(
    page: Page,
    x: Area | Column | Live,
    y: Area | Column | Live,
    name: str,
    role: str,
    *,
    marker: bool = False,
    line: bool = True,
) -> Curve:
    """A curve through cells, or a point, or unseen corners that only stretch the axes.

    ``role`` is a name of ``style.ROLES``.
    """
    x_range, y_range = (
        reference(page.grid.name, cells.fixed if isinstance(cells, Live) else cells.range)
        for cells in (x, y)
    )
    point = isinstance(x, Live)
    return Curve(
        x_range,
        y_range,
        name,
        page.theme.roles[role].band,
        marker=marker or point,
        line=line and not point,
    )


def put_chart(
    page: Page,
    row: int,
    column: int,
    titles: tuple[str, str, str],
    lines: Sequence[Curve],
    *,
    size: tuple[float, float],
    legend: bool = True,
    y_from: float | None = None,
) -> None:
    """A chart over the cells from ``row`` and ``column`` on.

    Args:
        page: the page.
        row: row of its upper left corner.
        column: column of its upper left corner.
        titles: of the chart, of the horizontal and of the vertical axis.
        lines: what is drawn; those without a name are left out of the legend.
        size: width and height in centimetres.
        legend: whether the lines are named below the chart.
        y_from: where the vertical axis begins; None lets the spreadsheet choose.
    """
    chart = curves(
        *titles,
        list(lines),
        y_format="General",
        size=size,
        y_range=(y_from, None),
        x_from=None,
        letters=LETTERS,
    )
    if not legend:
        chart.legend = None
    if chart.legend is not None:
        chart.legend.position = "b"  # beside the curves it would lie on them
        unseen = [
            i for i, line in enumerate(lines) if not line.name or not (line.line or line.marker)
        ]
        chart.legend.legendEntry = [LegendEntry(idx=i, delete=True) for i in unseen]
    page.grid.charts.append((address(row, column), chart))


def put_corners(page: Page, row: int, column: int, formula: str, size: float) -> Curve:
    """Two cells and the corners (size, size) and (−size, −size), which a chart doesn't show.

    They make both axes of a chart equally long, so that its angles look right.
    """
    high = page.put(row, column, formula, size, "number-data")
    low = page.put(row + 1, column, f"-{high}", -high, "number-data")
    corners = Column(column, row, np.array([high, low]))
    return curve(page, corners, corners, "", "data", line=False)
