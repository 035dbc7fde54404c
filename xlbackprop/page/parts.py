"""What several pages of maths have in common: constants, units, paper and lines of words."""

import numpy as np

from xlbackprop.network.activations import Activation
from xlbackprop.page.cells import Area, Array, Live
from xlbackprop.page.page import Page
from xlbackprop.page.paper import column_widths, room
from xlbackprop.workbook.grid import Paper


def constants(page: Page, row: int, column: int, values: Array, style: str = "plain-data") -> Area:
    """Numbers that stand on the page and that nobody needs to change, (rows, columns)."""
    for (i, j), number in np.ndenumerate(values):
        page.write(row + i, column + j, float(number), style)
    return Area(row, column, values)


def output(
    page: Page, row: int, column: int, kind: Activation, z: Live, style: str = "figure-forward"
) -> Live:
    """The output a of a unit with a weighted input."""
    value = float(kind.value(np.array(float(z))))
    return page.put(row, column, kind.excel.format(z=z), value, style)


def outputs(
    page: Page,
    row: int,
    column: int,
    kind: Activation,
    z: Area,
    style: str = "figure-forward",
) -> Area:
    """The outputs a of units with weighted inputs in rows and columns."""
    return page.put_area(
        row, column, lambda i, j: kind.excel.format(z=z[i, j]), kind.value(z.values), style
    )


def on_pages(page: Page, *rows: int, landscape: bool = True) -> None:
    """Print on A4, all columns on a page, a new page before each of the rows."""
    widths = column_widths(page.grid.columns, max(group.last for group in page.grid.columns))
    scale = min(100, int(100 * room(landscape=landscape)[0] / sum(widths)))
    page.grid.paper = Paper(landscape=landscape, scale=scale, row_breaks=rows)


def why(page: Page, row: int, lines: int) -> None:
    """The last section: a heading, and so many lines on why it is so."""
    page.section(row, "why")
    for i in range(1, lines + 1):
        page.write(row + i, 1, page.text(f"why.line{i}"))
        page.grid.heights[row + i] = 19.0
