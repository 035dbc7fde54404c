"""The Fit sheet: the curve of a network with one input beside the points that it is to meet.

At the top a chart, below it a pass forward for evenly spaced x, with the parameters of one block of
the training stacked above the values that they are multiplied by; beside it the examples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.table import printable
from xlbackprop.network.network import Network
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Input
from xlbackprop.page.page import Page
from xlbackprop.page.paper import across
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.passes import forward
from xlbackprop.sheets.passes.forward import (
    chosen,
    in_unit,
    put_parameters,
    put_pass,
    scaled,
    values_in_unit,
)
from xlbackprop.sheets.passes.layout import PassLayout
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address, column_of, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Columns, Paper, Value

CHART = (26.0, 10.0)  # centimetres; as high as the rows that are left for it
ROLES_OF_OUTPUTS = (  # of the curve and the points of each output
    ("forward", "data"),
    ("delta", "cost"),
    ("gradient", "update"),
    ("parameter", "input"),
)


@dataclass(frozen=True)
class FitLayout(PassLayout):
    """Where things stand on the Fit sheet."""

    network: Network
    examples: int
    scaled: bool = False
    in_units: bool = False

    CHOICE = 3, 3  # row and column of the block
    CHART_ROW = 5
    BAND_ROW = 27
    POINTS = 81
    NUMBER, RAW = 1, 2  # columns: number of the point, its input before any scaling

    @classmethod
    def of(cls, layout: Layout) -> "FitLayout":
        """That of a workbook."""
        data = layout.data
        is_scaled, in_units = bool(data.statistics), bool(data.target_statistics)
        return cls(layout.network, layout.examples, is_scaled, in_units)

    @property
    def first(self) -> int:
        """Column of x."""
        return self.RAW + self.scaled

    @property
    def parameters_top(self) -> int:
        """First row of the parameters."""
        return self.BAND_ROW + 3

    @property
    def rows(self) -> int:
        """How many points there are."""
        return self.POINTS

    @property
    def bottom(self) -> int:
        """Row of the last point."""
        return self.top + self.POINTS - 1

    @property
    def units(self) -> int:
        """Column of the first output in the unit of its target."""
        return self.first + len(self.columns)

    @property
    def example(self) -> int:
        """Column of the examples' numbers, behind an empty one; then inputs and targets."""
        return self.units + (self.network.outputs if self.in_units else 0) + 1

    def curve(self, number: int) -> int:
        """Column of an output, counted from 0, as the chart shows it."""
        label = f"a{self.network.last}_{number + 1}"
        return self.units + number if self.in_units else self.columns[label]


def suits(layout: Layout) -> bool:
    """Whether the outputs are curves over one input, few enough for a colour each."""
    one_input = len(layout.recipe.inputs) == 1
    return one_input and not layout.recipe.label and layout.network.outputs <= len(ROLES_OF_OUTPUTS)


def choice(layout: Layout) -> Input:
    """The block whose curve is shown."""
    blocks = layout.progress.blocks
    return layout.input("fit block", "fit", FitLayout.CHOICE, blocks, blocks)


def build(layout: Layout, content: Content) -> Page:
    """The Fit sheet."""
    fit, text = layout.own(FitLayout.of), layout.text
    last = fit.example + 1 + layout.network.outputs
    columns = [
        Columns(fit.NUMBER, fit.NUMBER, 14),
        *([Columns(fit.RAW, fit.RAW, 12)] if fit.scaled else []),
        *forward.columns(fit),
        *([Columns(fit.units, fit.example - 2, 14)] if fit.in_units else []),
        Columns(fit.example - 1, fit.example - 1, 3),
        Columns(fit.example, last, 11),
    ]
    page = new_page(layout, content, "fit", "forward", columns)
    bands = _bands(layout, fit)
    paper = Paper(repeat_rows=f"{fit.BAND_ROW}:{fit.BAND_ROW + 2}")
    page.grid.paper = across(paper, columns, last, [band.column for band in bands])
    put_title(page.grid, text("fit.title"), text("fit.intro"))
    note = text("fit.choice_note", blocks=layout.progress.blocks)
    put_choice(page, choice(layout), text("fit.choice"), note)
    put_bands(page.grid, fit.BAND_ROW, bands)
    page.grid.heights |= {fit.BAND_ROW: 32, fit.BAND_ROW + 1: 34, fit.BAND_ROW + 2: 22}
    _put_curve(page, layout, content, fit)
    _put_examples(page, layout, content, fit)
    page.large(fit.parameters_top, 2, fit.bottom, fit.example - 2)
    page.grid.charts.append((address(fit.CHART_ROW, 1), _chart(layout, fit)))
    return page


KIND = Kind("fit", build, suits, lambda layout: [choice(layout)])


def _bands(layout: Layout, fit: FitLayout) -> list[Band]:
    text, name = layout.text, layout.recipe.inputs[0]
    bands = [Band("update", fit.NUMBER, (text("fit.point"),), "")]
    if fit.scaled:
        bands.append(Band("data", fit.RAW, (name,), text("data.raw")))
    bands += forward.bands(layout, fit)
    targets: Iterable[Value] = map(typeset, target_labels(layout.network.outputs))
    if fit.in_units:
        targets = tuple(map(printable, layout.recipe.targets))
        bands.append(Band("data", fit.units, targets, text("predict.in_unit")))
    x = name if fit.scaled else typeset(layout.network.output_labels(1)[0])
    headings: tuple[Value, ...] = (text("training.example"), x, *targets)
    return [*bands, Band("data", fit.example, headings, text("fit.examples"))]


def _put_curve(page: Page, layout: Layout, content: Content, fit: FitLayout) -> None:
    """Parameters of the chosen block, and a pass forward for evenly spaced x."""
    parameters = put_parameters(page, fit, fit.NUMBER, chosen(layout, content, choice(layout)))
    texts: list[str | None] = [None, _spaced_formula(layout, fit)]
    raw = _spaced(content)
    values, styles = (
        np.column_stack([np.arange(1.0, fit.POINTS + 1), raw]),
        ["count", "number-data"],
    )
    if fit.scaled:
        raw = page.rows(fit.top, fit.NUMBER, texts, values, styles).values[:, 1]
        inputs = [scaled(layout, f"{letters(fit.RAW)}{{r}}", 0)]
    else:
        page.rows(fit.top, fit.NUMBER, texts[:1], values[:, :1], styles[:1])
        inputs = [_spaced_formula(layout, fit)]
    cells = put_pass(page, layout, content, fit, parameters, inputs, raw[:, None])
    if fit.in_units:
        last = [fit.columns[label] for label in layout.network.output_labels(layout.network.last)]
        texts = [in_unit(layout, f"{letters(column)}{{r}}", k) for k, column in enumerate(last)]
        outputs = cells.values[:, [column - fit.first for column in last]]
        values = values_in_unit(layout, content, outputs)
        page.rows(fit.top, fit.units, texts, values, "number-data")


def _spaced_formula(layout: Layout, fit: FitLayout) -> str:
    """The input of a point, evenly spaced over the range of the examples."""
    data, letter = layout.data, letters(layout.data.inputs)
    raw = layout.on("data", f"{letter}${data.top}:{letter}${data.bottom}")
    return f"MIN({raw})+(MAX({raw})-MIN({raw}))*({letters(fit.NUMBER)}{{r}}-1)/{fit.POINTS - 1}"


def _spaced(content: Content) -> Array:
    """The same in Python, (points,)."""
    low, high = content.inputs.raw.min(), content.inputs.raw.max()
    points, last = np.arange(FitLayout.POINTS), FitLayout.POINTS - 1
    with np.errstate(all="ignore"):
        spaced: Array = low + (high - low) * points / last  # in this order: see ±1e90
    return spaced


def _put_examples(page: Page, layout: Layout, content: Content, fit: FitLayout) -> None:
    """The points that the curve is to meet, as they stand on Data."""
    data = layout.data
    columns = range(data.raw_targets, data.raw_targets + layout.network.outputs)
    names = [letters(column) for column in (data.inputs, *columns)]
    targets = content.inputs.t(())
    for i, line in enumerate(np.column_stack([content.inputs.raw, targets]).tolist()):
        page.write(fit.top + i, fit.example, i + 1, "count")
        for column, (name, value) in enumerate(zip(names, line, strict=True), fit.example + 1):
            cell = layout.on("data", f"{name}{data.top + i}")
            page.put(fit.top + i, column, cell, value, "plain-data")


def _chart(layout: Layout, fit: FitLayout) -> object:
    text = layout.text
    return curves(
        text("fit.chart"),
        layout.recipe.inputs[0],
        ", ".join(layout.recipe.targets),
        list(_curves(layout, fit)),
        y_format="General",
        size=CHART,
        y_range=(None, None),
        x_from=None,
    )


def _curves(layout: Layout, fit: FitLayout) -> Iterator[Curve]:
    """The points of each output, and its curve."""
    text, network, sheet = layout.text, layout.network, layout.sheet("fit")
    points, spaced = (fit.top, fit.top + fit.examples - 1), (fit.top, fit.bottom)
    for k, (curve, point) in zip(range(network.outputs), ROLES_OF_OUTPUTS, strict=False):
        number = f" {k + 1}" if network.outputs > 1 else ""
        yield Curve(
            column_of(sheet, fit.example + 1, *points),
            column_of(sheet, fit.example + 2 + k, *points),
            text("fit.target") + number,
            layout.theme.roles[point].band,
            marker=True,
            line=False,
        )
        yield Curve(
            column_of(sheet, fit.RAW, *spaced),
            column_of(sheet, fit.curve(k), *spaced),
            text("fit.prediction") + number,
            layout.theme.roles[curve].band,
        )
