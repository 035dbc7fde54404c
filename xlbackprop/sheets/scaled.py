"""Scaled columns on the Data sheet: raw ones under their names, their statistics, what becomes."""

from dataclasses import dataclass

from xlbackprop.data.scalings import SCALINGS, Scaled, Scaling
from xlbackprop.page.bands import Band, wrapped_height
from xlbackprop.page.page import Page
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Columns, Value

LONGEST_NAME = 60  # of a column as its heading shows it
WIDEST = 24.0  # of a raw column
BAND_WIDTH = 46.0  # characters that the equation needs


@dataclass(frozen=True)
class Table:
    """Raw columns, and the scaled ones that stand somewhere behind them.

    Attributes:
        titles: above the raw columns and above the scaled ones, as keys of the catalogue.
        scaling: what is done to them.
        statistics: names of those that it needs.
        names: of the raw columns.
        symbols: of the scaled ones.
        raw: first raw column.
        first: first scaled column.
        least: width of the narrowest column.
    """

    titles: tuple[str, str]
    scaling: Scaling
    statistics: tuple[str, ...]
    names: tuple[str, ...]
    symbols: tuple[str, ...]
    raw: int
    first: int
    least: float

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the raw columns."""
        return tuple(map(_short, self.names))

    @property
    def equation(self) -> str:
        """What becomes of a raw number, with the symbol of these columns."""
        return f"{self.symbols[0][0]}{self.scaling.equation[1:]}"

    @property
    def raw_width(self) -> float:
        """Width of a raw column."""
        words = [len(word) for name in self.headings for word in name.split()]
        longest = max(words, default=0) * 1.15 + 2  # bold letters, and room at both sides
        return max(self.least, 26 / len(self.names), min(longest, WIDEST))

    def columns(self) -> list[Columns]:
        """Widths of the raw columns and of the scaled ones."""
        last = len(self.names) - 1
        return [
            Columns(self.raw, self.raw + last, self.raw_width),
            Columns(self.first, self.first + last, max(self.least, BAND_WIDTH / len(self.names))),
        ]

    def bands(
        self, layout: Layout, raw_note: str = "", notes: tuple[Value, ...] = ()
    ) -> list[Band]:
        """The bands of the raw columns, under the data's own names, and of the scaled ones."""
        raw_title, title = self.titles
        title = layout.text(title, scaling=layout.text(f"scalings.{self.scaling.name}"))
        symbols = tuple(map(typeset, self.symbols))
        return [
            Band("input", self.raw, self.headings, layout.text(raw_title), raw_note, notes),
            Band("data", self.first, symbols, title, self.equation),
        ]


def inputs_table(layout: Layout) -> Table | None:
    """The inputs, where they are scaled."""
    recipe, data = layout.recipe, layout.data
    if not data.statistics:
        return None
    return Table(
        ("data.raw", "data.scaled"),
        SCALINGS[recipe.scaling],
        data.statistics,
        recipe.inputs,
        layout.network.output_labels(1),
        data.inputs,
        data.x,
        9.0 if recipe.image else 11.0,
    )


def targets_table(layout: Layout) -> Table | None:
    """The targets, where they are scaled."""
    recipe, data = layout.recipe, layout.data
    if not data.target_statistics:
        return None
    return Table(
        ("data.target_raw", "data.target_scaled"),
        SCALINGS[recipe.target_scaling],
        data.target_statistics,
        recipe.targets,
        target_labels(layout.network.outputs),
        data.raw_targets,
        data.targets,
        11.0,
    )


def headings_height(*tables: Table | None) -> float:
    """Height of the headings' row: that of the longest name."""
    heights = [
        wrapped_height(name, table.raw_width)
        for table in tables
        if table
        for name in table.headings
    ]
    return max(heights, default=20)


def put_scaled(page: Page, layout: Layout, content: Content) -> None:
    """Write the statistics above the raw numbers, and the scaled numbers."""
    data = layout.data
    for name in dict.fromkeys((*data.statistics, *data.target_statistics)):
        row = data.statistic_row(name)
        page.grid.heights[row] = 20
        page.write(row, data.NUMBER, layout.text(f"statistics.{name}"), "plain-data")
    if table := inputs_table(layout):
        _put(page, layout, table, content.scaled)
    if table := targets_table(layout):
        _put(page, layout, table, content.targets)


def _put(page: Page, layout: Layout, table: Table, numbers: Scaled) -> None:
    data, raw_columns = layout.data, range(table.raw, table.raw + len(table.names))
    for statistic in table.scaling.statistics:
        row, values = data.statistic_row(statistic.name), numbers.statistics[statistic.name]
        for column, value in zip(raw_columns, values.tolist(), strict=True):
            formula = _filled(layout, table, statistic.excel, column)
            page.put(row, column, formula, value, "plain-data")
    texts = [_filled(layout, table, table.scaling.excel, column) for column in raw_columns]
    page.rows(data.top, table.first, texts, numbers.values, "number-data")


def _filled(layout: Layout, table: Table, pattern: str, column: int) -> str:
    """A formula for a raw column, with ``{r}`` left for the row of the formula itself."""
    data, name = layout.data, letters(column)
    places = {s: f"{name}${data.statistic_row(s)}" for s in table.statistics}
    numbers = f"{name}${data.top}:{name}${data.bottom}"
    return pattern.format(r=f"{name}{{r}}", rs=numbers, **places)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 4]} ..."
