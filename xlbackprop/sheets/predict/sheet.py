"""The Predict sheet: a person draws, and the network answers."""

from collections.abc import Mapping
from dataclasses import replace
from math import ceil, isfinite

import numpy as np

from xlbackprop.data.scalings import SCALINGS
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Area, Input, Live
from xlbackprop.page.colours import pixel_colours
from xlbackprop.page.page import Page
from xlbackprop.page.paper import ROW, column_widths, on_pages
from xlbackprop.page.sentences import sentence
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.passes import forward
from xlbackprop.sheets.passes.arrangement import Part, Picture
from xlbackprop.sheets.passes.colours import bounds, input_colours, map_colours
from xlbackprop.sheets.passes.forward import (
    chosen,
    in_unit,
    put_parameters,
    put_pass,
    scaled,
    values_in_unit,
)
from xlbackprop.sheets.passes.headings import put_headings
from xlbackprop.sheets.passes.looks import style
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.predict import nearest
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.sheets.predict.verdict import lead, lead_formula, verdict
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.training.looks import ROLE
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import absolute, address, area
from xlbackprop.workbook.charts import bars
from xlbackprop.workbook.grid import Columns, Grid, Paper

CHART = (10.5, 7.0)  # centimetres
BELOW_CHART = 14  # rows that it may reach down


def suits(layout: Layout) -> bool:
    """Whether all of it is a page that can be read, and its parameters are found on Progress."""
    return layout.own(PredictLayout.of).fits and layout.progress.shows_parameters


def choice(layout: Layout) -> Input:
    """The block with whose parameters the network answers."""
    place, blocks = layout.own(PredictLayout.of), layout.progress.blocks
    return layout.input("predict block", "predict", place.choice, blocks, blocks)


def drawn(layout: Layout) -> list[Input]:
    """What a person draws: at first an example whose inputs are not all 0."""
    raw, cells = layout.recipe.raw(), layout.own(PredictLayout.of).drawn
    first = raw[int(np.argmax(raw.any(axis=1)))].tolist()
    return [
        layout.input(f"drawn {label}", "predict", cells[label], usual, empty=0.0)
        for label, usual in zip(layout.network.output_labels(1), first, strict=True)
    ]


def asks(layout: Layout) -> list[Input]:
    """The block where there are several, and what is drawn."""
    return [*[choice(layout)] * layout.has_blocks, *drawn(layout)]


def build(layout: Layout, content: Content) -> Page:
    """The Predict sheet."""
    place, text = layout.own(PredictLayout.of), layout.text
    last = place.chart + place.CHART - 1
    columns = [
        *(Columns(column, column, width) for column, width in place.widths.items()),
        Columns(place.right + 1, place.right + 1, 2),
        Columns(place.chart, last, place.CHART_WIDTH),
        Columns(place.number, place.number, 14),
        *forward.columns(place),
        *(nearest.columns(place) if place.finds_nearest else []),
    ]
    page = new_page(layout, content, "predict", "forward", columns)
    put_title(page.grid, text("predict.title"), text(f"predict.intro_{_kind(layout)}"))
    _put_choice(page, layout)
    put_bands(page.grid, place.BAND_ROW, _bands(layout, place), headings=False)
    put_headings(page.grid, layout, place.page.headings)
    cells = _put_drawn(page, layout, place)
    row = _put_pass(page, layout, content, place, cells)
    values = {label: row[0, i] for i, label in enumerate(place.columns)}
    shown = _put_shown(page, layout, content, place, values)
    formula, value = sentence(verdict(layout, place, shown), text("walkthrough.too_large"))
    page.speak(place.VERDICT_ROW, 1, formula, value, "verdict-line")
    where = text("predict.where")
    if place.finds_nearest:
        _put_nearest(page, layout, content, place, row)
        where += f" {text('predict.where_distances')}"
    page.write(place.BAND_ROW - 1, 1, where, "note")
    _set_heights(page.grid, layout, place)
    page.grid.paper = _paper(page.grid, place, last)
    _add_colours(page, layout, place, content.live)
    page.grid.charts.append((address(place.BAND_ROW, place.chart), _chart(layout, place)))
    return page


KIND = Kind("predict", build, suits, asks)


def _kind(layout: Layout) -> str:
    """Whether inputs are drawn or typed."""
    return "picture" if layout.recipe.image else "values"


def _put_choice(page: Page, layout: Layout) -> None:
    """The cell that chooses a block; where there is only one, whose weights are used."""
    text, row = layout.text, PredictLayout.CHOICE_ROW
    if layout.has_blocks:
        note = text("choices.note", blocks=layout.progress.blocks)
        put_choice(page, choice(layout), text("choices.block"), note)
    else:
        page.write(row, 1, text("choices.only"), "note")
        page.grid.heights[row] = 20


# On the left.


def _bands(layout: Layout, place: PredictLayout) -> list[Band]:
    """Titles and equations above what is drawn and above each layer."""
    return [_band(layout, part) for part in place.parts]


def _band(layout: Layout, part: Part) -> Band:
    text, columns = layout.text, ("",) * (part.right - part.left + 1)
    if part.layer == 1:
        hint = text("predict.hint") if layout.recipe.image else ""
        told = SCALINGS[layout.recipe.scaling].equation or hint
        return Band("input", part.left, columns, text(f"predict.{_kind(layout)}"), told)
    network = layout.network
    groups = (g for g in network.forward_groups() if g.layer == part.layer and g.kind in "zea")
    equations = "\n".join(equation(layout, group) for group in groups)
    key = "outputs" if part.layer == network.last else "layer"
    return Band("forward", part.left, columns, text(f"predict.{key}", layer=part.layer), equations)


def _put_drawn(page: Page, layout: Layout, place: PredictLayout) -> list[Live]:
    """The cells in which a person draws."""
    numbers = number_only(layout.text)
    cells = [page.ask(one, "plain-input") for one in drawn(layout)]
    for picture in place.page.pictures:
        if picture.kind == "r":
            numbers.add(picture.cells)
            if layout.recipe.image:
                page.grid.conditional.append((picture.cells, input_colours(layout)))
    page.grid.validations.append(numbers)
    return cells


def _put_shown(
    page: Page, layout: Layout, content: Content, place: PredictLayout, values: Mapping[str, Live]
) -> dict[str, Live]:
    """z and a of each layer, as the pass has them; how far the largest output is ahead."""
    shown = dict[str, Live]()
    for picture in place.page.pictures:
        if picture.kind in "ry":
            continue
        look = f"figure-{ROLE['x']}" if picture.kind == "x" else style(picture)
        for label, at in picture.places:
            if label == "lead":
                outputs = [shown[own] for own in place.output_labels]
                shown[label] = page.put(*at, lead_formula(outputs), lead(outputs), look)
            else:
                shown[label] = page.put(*at, f"{values[label]}", values[label], look, symbol=label)
    if place.in_units:
        shown |= _put_in_units(page, layout, content, place, shown)
    return shown


def _put_in_units(
    page: Page, layout: Layout, content: Content, place: PredictLayout, shown: Mapping[str, Live]
) -> dict[str, Live]:
    """The outputs in the units of the targets."""
    outputs = [shown[label] for label in place.output_labels]
    values = values_in_unit(layout, content, np.array(outputs))
    [picture] = (picture for picture in place.page.pictures if picture.kind == "y")
    return {
        label: page.put(*at, in_unit(layout, f"{output}", k), value, "number-data", symbol=label)
        for k, ((label, at), output, value) in enumerate(
            zip(picture.places, outputs, values.tolist(), strict=True)
        )
    }


# The pass itself, on the right.


def _put_pass(
    page: Page, layout: Layout, content: Content, place: PredictLayout, cells: list[Live]
) -> Area:
    """One row below the parameters that it uses; what it shows, (1, symbols)."""
    title = Band("update", place.number, ("",), "", layout.text("predict.pass"))
    put_bands(page.grid, place.BAND_ROW, [title, *forward.bands(layout, place)])
    used = put_parameters(page, place, place.number, chosen(layout, content, choice(layout)))
    page.write(place.top, place.number, "→", "count")
    inputs, look = [f"{cell}" for cell in cells], "plain-data"
    if place.scaled:
        inputs = [scaled(layout, cell, i) for i, cell in enumerate(inputs)]
        look = f"number-{ROLE['x']}"
    return put_pass(page, layout, content, place, used, inputs, np.array([cells]), look)


def _put_nearest(
    page: Page, layout: Layout, content: Content, place: PredictLayout, row: Area
) -> None:
    """The training example that is nearest to what was drawn, and the sentence on it."""
    x = row.part(0, 0, 1, len(place.inputs))
    found = nearest.put_nearest(page, layout, content, place, x)
    formula, value = nearest.told(layout, place, found)
    page.speak(place.NEAREST_ROW, 1, formula, value, "text", instead="–")


# Looks.


def _set_heights(sheet: Grid, layout: Layout, place: PredictLayout) -> None:
    rows = range(place.TOP + 1, place.bottom + 1)
    sheet.heights |= dict.fromkeys(rows, place.height * 0.75)
    sheet.heights |= {place.VERDICT_ROW: 34.0, place.NEAREST_ROW: 20.0, place.BAND_ROW - 1: 22.0}
    sheet.heights |= {place.BAND_ROW: 26.0, place.TOP: 22.0}
    needed = [
        sum(ceil(len(line) / (place.width(part) - 2)) for line in band.equation.split("\n"))
        for part, band in zip(place.parts, _bands(layout, place), strict=True)
    ]
    sheet.heights[place.BAND_ROW + 1] = 10.0 + 15.0 * max(needed)


def _paper(sheet: Grid, place: PredictLayout, last: int) -> Paper:
    """What stands on the left, and the chart."""
    bottom = max(place.bottom, place.TOP + BELOW_CHART)
    heights = [sheet.heights.get(row, ROW) for row in range(1, bottom + 1)]
    starts = [part.left for part in place.parts]  # the chart stays beside the outputs
    paper = on_pages(column_widths(sheet.columns, last), heights, starts, [])
    return replace(paper, area=area(1, 1, bottom, last))


def _add_colours(page: Page, layout: Layout, place: PredictLayout, trace: Trace) -> None:
    """Shades of blue for outputs from 0 to 1; red and blue for z of maps and for other outputs."""
    pictures = [picture for picture in place.page.pictures if picture.kind != "r"]
    page.narrow(" ".join(picture.cells for picture in pictures if picture.kind != "y"))
    page.large(place.parameters_top, place.first, place.top, place.first + len(place.columns) - 1)
    alike: dict[tuple[str, int], list[Picture]] = {}
    for picture in pictures:
        if picture.kind in "xa" or (picture.kind == "z" and len(picture.labels[0]) > 1):
            alike.setdefault((picture.kind, picture.layer), []).append(picture)
    for (kind, layer), own in alike.items():
        if kind == "x" and not layout.recipe.image:
            continue
        is_drawn, colours = kind == "x", layout.theme.pictures
        rule = pixel_colours(colours) if is_drawn else map_colours(layout, trace, kind, layer)
        page.coloured([picture.cells for picture in own], rule)


def _chart(layout: Layout, place: PredictLayout) -> object:
    network, sheet, labels = layout.network, layout.sheet("predict"), place.output_labels
    low, high = (end if isfinite(end) else None for end in bounds(layout, network.last))
    return bars(
        layout.text("predict.chart"),
        f"'{sheet}'!{absolute(*place.names[0], *place.names[-1])}",
        f"'{sheet}'!{absolute(*place.shown[labels[0]], *place.shown[labels[-1]])}",
        color=layout.theme.roles["forward"].band,
        size=CHART,
        y_range=(low, high),
        gap=max(60, 300 // len(labels)),  # a single bar isn't as wide as the chart
    )
