"""The Fit sheet: the curve of a network with one input beside the points that it is to meet."""

import numpy as np

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.paper import across
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets import scaled
from xlbackprop.sheets.passes import forward as forward_pass
from xlbackprop.sheets.passes.chosen import chosen
from xlbackprop.sheets.passes.numbers import PassNumbers
from xlbackprop.sheets.plan.choices import on, put_choice
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.sheets.training.looks import ROLE
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper, Value
from xlbackprop.workbook.style import large_numbers

CHART = (26.0, 10.0)  # centimetres; as high as the rows that are left for it
# Of the curve and the points of each output.
ROLES_OF_OUTPUTS = (
    ("forward", "data"),
    ("delta", "cost"),
    ("gradient", "update"),
    ("parameter", "input"),
)


def grid(layout: Layout, content: Content) -> Grid:
    """The Fit sheet."""
    fit, text = layout.fit, layout.text
    sheet = Grid(
        layout.sheet("fit"),
        tab_color=layout.theme.roles["forward"].band,
        columns=[
            Columns(fit.NUMBER, fit.NUMBER, 14),
            *([Columns(fit.RAW, fit.RAW, 12)] if fit.scaled else []),
            *forward_pass.columns(fit),
            Columns(fit.example - 1, fit.example - 1, 3),
            Columns(fit.example, fit.example + 1 + layout.network.outputs, 11),
        ],
    )
    bands = _bands(layout)
    paper = Paper(repeat_rows=f"{fit.BAND_ROW}:{fit.BAND_ROW + 2}")
    last, starts = fit.example + 1 + layout.network.outputs, [band.column for band in bands]
    sheet.paper = across(paper, sheet.columns, last, starts)
    put_title(sheet, text("fit.title"), text("fit.intro"))
    note = text("fit.choice_note", blocks=layout.history.blocks)
    put_choice(on(sheet, layout, content), layout.fit_choice, text("fit.choice"), note)
    put_bands(sheet, fit.BAND_ROW, bands)
    heights = {fit.BAND_ROW: 32, fit.BAND_ROW + 1: 34, fit.BAND_ROW + 2: 22}
    sheet.heights |= heights
    _put_curve(sheet, layout, content)
    _put_examples(sheet, layout, content)
    numbers = f"B{fit.parameters_top}:{address(fit.bottom, fit.example - 2)}"
    sheet.conditional.append((numbers, large_numbers()))
    sheet.charts.append((address(fit.CHART_ROW, 1), _chart(layout)))
    return sheet


def _bands(layout: Layout) -> list[Band]:
    fit, text = layout.fit, layout.text
    bands = [Band("update", fit.NUMBER, (text("fit.point"),), "")]
    if fit.scaled:
        bands.append(Band("data", fit.RAW, (layout.recipe.inputs[0],), text("data.raw")))
    bands += forward_pass.bands(layout, fit)
    targets = target_labels(layout.network.outputs)
    x = layout.recipe.inputs[0] if fit.scaled else typeset(layout.network.output_labels(1)[0])
    headings: tuple[Value, ...] = (text("training.example"), x, *map(typeset, targets))
    return [*bands, Band("data", fit.example, headings, text("fit.examples"))]


def _put_curve(sheet: Grid, layout: Layout, content: Content) -> None:
    """Parameters of the chosen block, and a pass forward for evenly spaced x."""
    fit, network = layout.fit, layout.network
    parameters = chosen(layout, content, layout.fit_choice)
    forward_pass.put_parameters(sheet, layout, fit, fit.NUMBER, parameters)
    formulas = [None, *_inputs(layout), *training_formulas.outputs(network, fit.cells)]
    styles = ["count", *(["number-data"] if fit.scaled else [])]
    for group in fit.groups:
        styles += [f"number-{ROLE[group.kind]}"] * len(group.labels)
    numbers, raw = np.arange(1.0, fit.POINTS + 1), _spaced(layout, content)
    known = [numbers, raw] if fit.scaled else [numbers]
    page = content.shown.get("fit")
    if fit.scaled and page is not None:
        raw = page[fit.top - 1 : fit.bottom, fit.RAW - 1]
    found = PassNumbers.of(
        layout, content, "fit", fit, raw=raw[:, None], parameters=parameters.values
    )
    values = np.column_stack([*known, found.expected])
    sheet.blocks.append(Block(fit.top, fit.NUMBER, tuple(formulas), values, tuple(styles)))


def _inputs(layout: Layout) -> list[str]:
    """The input of a point, evenly spaced over the range of the examples, and x of it."""
    fit, data = layout.fit, layout.data
    letter = letters(data.inputs)
    raw = layout.on("data", f"{letter}${data.top}:{letter}${data.bottom}")
    spaced = f"MIN({raw})+(MAX({raw})-MIN({raw}))*({letters(fit.NUMBER)}{{r}}-1)/{fit.POINTS - 1}"
    if not fit.scaled:
        return [spaced]
    return [spaced, scaled.elsewhere(layout, f"{letters(fit.RAW)}{{r}}", 0)]


def _spaced(layout: Layout, content: Content) -> Array:
    """The input of each point, (points,)."""
    fit, known = layout.fit, content.inputs.raw
    low, high = known.min(), known.max()
    points = np.arange(fit.POINTS) / (fit.POINTS - 1)
    spaced: Array = low + (high - low) * points
    return spaced


def _put_examples(sheet: Grid, layout: Layout, content: Content) -> None:
    """The points that the curve is to meet, as they stand on Data."""
    fit, data = layout.fit, layout.data
    names = [
        letters(column) for column in (data.inputs, *range(data.targets, data.last_column + 1))
    ]
    values = np.column_stack([content.inputs.raw, content.targets])
    for i, line in enumerate(values.tolist()):
        row = fit.top + i
        sheet.cells.append(Cell(row, fit.example, i + 1, style="count"))
        sheet.cells += [
            Cell(row, column, value, layout.on("data", f"{name}{data.top + i}"), "plain-data")
            for column, (name, value) in enumerate(zip(names, line, strict=True), fit.example + 1)
        ]


def _chart(layout: Layout) -> object:
    fit, text, network = layout.fit, layout.text, layout.network
    sheet = layout.sheet("fit")

    def absolute(column: int, top: int, bottom: int) -> str:
        letter = letters(column)
        return f"'{sheet}'!${letter}${top}:${letter}${bottom}"

    lines = []
    several = network.outputs > 1
    for k, (curve, point) in zip(range(network.outputs), ROLES_OF_OUTPUTS, strict=False):
        number = f" {k + 1}" if several else ""
        last = fit.top + fit.examples - 1
        x, t = fit.example + 1, fit.example + 2 + k
        a = fit.columns[f"a{network.last}_{k + 1}"]
        lines += [
            Curve(
                absolute(x, fit.top, last),
                absolute(t, fit.top, last),
                text("fit.target") + number,
                layout.theme.roles[point].band,
                marker=True,
                line=False,
            ),
            Curve(
                absolute(fit.RAW, fit.top, fit.bottom),
                absolute(a, fit.top, fit.bottom),
                text("fit.prediction") + number,
                layout.theme.roles[curve].band,
            ),
        ]
    return curves(
        text("fit.chart"),
        layout.recipe.inputs[0],
        ", ".join(layout.recipe.targets),
        lines,
        y_format="General",
        size=CHART,
        y_range=(None, None),
        x_from=None,
    )
