"""Scaled inputs on the Data sheet: raw columns under their names, their statistics, and x."""

from xlbackprop.data.scalings import SCALINGS, Scaling
from xlbackprop.page.bands import Band, wrapped_height
from xlbackprop.page.page import Page
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Columns

LONGEST_NAME = 60  # of a column as its heading shows it
WIDEST = 24.0  # of a raw column
BAND_WIDTH = 46.0  # characters that the equation needs


def bands(layout: Layout, raw_note: str) -> list[Band]:
    """The bands of the raw inputs, under the names that the data give them, and of x."""
    text, scaling = layout.text, _scaling(layout)
    x = tuple(typeset(label) for label in layout.network.output_labels(1))
    title = text("data.scaled", scaling=text(f"scalings.{scaling.name}"))
    return [
        Band("input", layout.data.inputs, _headings(layout), text("data.raw"), raw_note),
        Band("data", layout.data.x, x, title, scaling.equation),
    ]


def columns(layout: Layout) -> list[Columns]:
    """Widths of the raw columns and of those of x."""
    data = layout.data
    return [
        Columns(data.inputs, data.x - 1, _raw_width(layout)),
        Columns(data.x, data.targets - 1, max(_least(layout), BAND_WIDTH / data.width)),
    ]


def headings_height(layout: Layout) -> float:
    """Height of the headings' row: that of the longest name."""
    width = _raw_width(layout)
    return max(wrapped_height(name, width) for name in _headings(layout))


def _raw_width(layout: Layout) -> float:
    words = [len(word) for name in _headings(layout) for word in name.split()]
    longest = max(words, default=0) * 1.15 + 2  # bold letters, and room at both sides
    return max(_least(layout), 26 / layout.data.width, min(longest, WIDEST))


def _least(layout: Layout) -> float:
    return 9.0 if layout.recipe.image else 11.0


def _headings(layout: Layout) -> tuple[str, ...]:
    return tuple(map(_short, layout.recipe.inputs))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 4]} ..."


def put_scaled(page: Page, layout: Layout, content: Content) -> None:
    """Write the statistics above the raw numbers, and the scaled numbers beside them."""
    data, scaling = layout.data, _scaling(layout)
    raw_columns = range(data.inputs, data.inputs + data.width)
    for statistic in scaling.statistics:
        row, values = data.statistic_row(statistic.name), content.scaled.statistics[statistic.name]
        page.grid.heights[row] = 20
        page.write(row, data.NUMBER, layout.text(f"statistics.{statistic.name}"), "plain-data")
        for column, value in zip(raw_columns, values.tolist(), strict=True):
            page.put(row, column, _filled(layout, statistic.excel, column), value, "plain-data")
    texts = [_filled(layout, scaling.excel, column) for column in raw_columns]
    page.rows(data.top, data.x, texts, content.scaled.x, "number-data")


def _scaling(layout: Layout) -> Scaling:
    return SCALINGS[layout.recipe.scaling]


def _filled(layout: Layout, pattern: str, column: int) -> str:
    """A formula for a raw column, with ``{r}`` left for the row of the formula itself."""
    data, name = layout.data, letters(column)
    places = {s: f"{name}${data.statistic_row(s)}" for s in data.statistics}
    numbers = f"{name}${data.top}:{name}${data.bottom}"
    return pattern.format(r=f"{name}{{r}}", rs=numbers, **places)
