"""The Pictures sheet: what each unit has learned to see, and the examples, as pictures."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from xlbackprop.data.table import printable
from xlbackprop.page.bands import put_title
from xlbackprop.page.colours import pixel_colours, signed_colours, spread_colours
from xlbackprop.page.paper import LEAST_SCALE, ROW, column_widths, on_pages
from xlbackprop.sheets.passes.forward import Parameters, chosen
from xlbackprop.sheets.pictures.layout import Section, Slot
from xlbackprop.sheets.plan.choices import on, put_choice
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper, Value
from xlbackprop.workbook.style import narrow_numbers

DIGIT = 7  # pixels of a character
LEAST = 60  # columns: the sentences at the top need room


def grid(layout: Layout, content: Content) -> Grid:
    """The Pictures sheet."""
    page, text = layout.pictures, layout.text
    sheet = Grid(
        layout.sheet("pictures"),
        tab_color=layout.theme.roles["parameter"].band,
        columns=[Columns(1, max(page.last_column, LEAST), page.pixel / DIGIT)],
    )
    key = "intro" if page.weights else "intro_gallery"
    put_title(sheet, text("pictures.title"), text(f"pictures.{key}"))
    if page.weights:
        _put_choice(sheet, layout, content)
    parameters = chosen(layout, content, layout.pictures_choice)
    for section in page.weights:
        _put_weights(sheet, layout, content, section, parameters)
    _put_gallery(sheet, layout, content)
    _set_heights(sheet, layout)
    sheet.paper = _paper(sheet, layout)
    return sheet


def _paper(sheet: Grid, layout: Layout) -> Paper:
    """Pages that end between pictures."""
    page = layout.pictures
    heights = [sheet.heights.get(row, ROW) for row in range(1, page.gallery.bottom + 1)]
    slots = [slot for section in page.sections for slot in section.slots]
    rows = [*(section.row for section in page.sections), *(slot.top - 1 for slot in slots)]
    columns = [slot.left for slot in page.gallery.slots]
    widths = column_widths(sheet.columns, page.last_column)
    paper, top = on_pages(widths, heights, columns, rows), page.gallery.row
    # The examples begin a page of their own where that takes no more pages.
    weights = on_pages(widths, heights[: top - 1], columns, [row for row in rows if row < top])
    below = [row - top + 1 for row in rows if row > top]
    gallery = on_pages(widths, heights[top - 1 :], columns, below)
    breaks = (*weights.row_breaks, top, *(row + top - 1 for row in gallery.row_breaks))
    if not page.weights or len(breaks) > len(paper.row_breaks):
        return paper
    return replace(paper, scale=int(100 * LEAST_SCALE), row_breaks=breaks)


def _put_choice(sheet: Grid, layout: Layout, content: Content) -> None:
    """The cell that chooses a block; where there is only one, whose weights are shown."""
    page, text = layout.pictures, layout.text
    if not layout.has_blocks:
        sheet.cells.append(Cell(page.CHOICE_ROW, 1, text("choices.only"), style="note"))
        return
    note = text("choices.note", blocks=layout.history.blocks)
    choice, name = layout.pictures_choice, text("choices.block")
    put_choice(on(sheet, layout, content), choice, name, note, columns=page.CHOICE)


# Weights.


def _put_weights(
    sheet: Grid, layout: Layout, content: Content, section: Section, parameters: Parameters
) -> None:
    """The weights of a layer as pictures, each below the name of its unit or filter."""
    network, text = layout.network, layout.text
    labels = network.all_parameter_labels
    numbers = {label: i for i, label in enumerate(labels)}
    values = parameters.values.tolist()
    row_name = network.layers[section.layer - 2].row_name
    title = text(f"pictures.{row_name}s", layer=section.layer)
    _put_title(sheet, layout, section, title)
    for slot in section.slots:
        name = f"{text(f'layers.{row_name}')} {slot.number}"
        if slot.map:
            name += f" · {text('layers.map')} {slot.map}"
        heading = slot.top - 1, slot.left, slot.top - 1, slot.left + section.width - 1
        _put_wide(sheet, heading, name, "note-parameter")
        look = "weight-parameter" if slot.scale > 1 else "pixel-parameter"
        for label, (row, column) in slot.places:
            i, more = numbers[label], slot.scale - 1
            corners = row, column, row, column + more
            _put_wide(sheet, corners, values[i], look, parameters.formulas[i])
    shown = [numbers[label] for slot in section.slots for label, _ in slot.places]
    _colour(sheet, section, signed_colours(_strong(content, shown), layout.theme.pictures))
    cells = " ".join(area(*slot.corners) for slot in section.slots if slot.scale > 1)
    sheet.conditional += [(cells, rule) for rule in narrow_numbers() if cells]


def _strong(content: Content, shown: list[int]) -> Array:
    """Numbers by whose size colours are strong: the weights of all blocks, or those that remain.

    So a colour means the same in each epoch.
    """
    values = content.live.parameter_values[:, shown]
    usual: Array = values[np.isfinite(values)]
    return usual


# Examples.


def _put_gallery(sheet: Grid, layout: Layout, content: Content) -> None:
    """The examples, each below its number and its label."""
    page, data, inputs = layout.pictures, layout.data, content.inputs
    section = page.gallery
    key = "gallery" if data.has_label else "gallery_numbers"
    _put_title(sheet, layout, section, layout.text(f"pictures.{key}"))
    half = section.width // 2
    for slot in section.slots:
        index, row = slot.number - 1, slot.top - 1
        middle, last = slot.left + half, slot.left + section.width - 1
        _put_wide(sheet, (row, slot.left, row, middle - 1), slot.number, "note")
        if data.has_label:
            label = printable(inputs.labels[index])
            formula = layout.on("data", address(data.top + index, data.LABEL))
            _put_wide(sheet, (row, middle, row, last), label, "label", formula)
        sheet.cells += _pixels(layout, content, slot)
    colours = (
        spread_colours(layout.theme.pictures)
        if data.statistics
        else pixel_colours(layout.theme.pictures)
    )
    _colour(sheet, section, colours)


def _pixels(layout: Layout, content: Content, slot: Slot) -> Iterator[Cell]:
    data, raw = layout.data, content.inputs.raw[slot.number - 1].tolist()
    row_of_data = data.top + slot.number - 1
    for i, (_, (row, column)) in enumerate(slot.places):
        formula = layout.on("data", address(row_of_data, data.inputs + i))
        yield Cell(row, column, raw[i], formula, "pixel-data")


# Both.


def _put_title(sheet: Grid, layout: Layout, section: Section, title: str) -> None:
    """The title of a section; how many pictures had no room."""
    if section.left_out:
        count, all_of_them = len(section.slots), len(section.slots) + section.left_out
        title += f"   {layout.text('pictures.left_out', count=count, all=all_of_them)}"
    sheet.cells.append(Cell(section.row, 1, title, style="section"))


def _put_wide(
    sheet: Grid,
    corners: tuple[int, int, int, int],
    value: Value,
    style: str,
    formula: str | None = None,
) -> None:
    """A cell as large as a rectangle."""
    top, left, bottom, right = corners
    places = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    sheet.cells.append(Cell(top, left, value, formula, style))
    sheet.cells += [Cell(*place, None, style=style) for place in places[1:]]
    if len(places) > 1:
        sheet.merges.append(area(*corners))


def _colour(sheet: Grid, section: Section, colours: object) -> None:
    cells = " ".join(area(*slot.corners) for slot in section.slots)
    sheet.conditional.append((cells, colours))


def _set_heights(sheet: Grid, layout: Layout) -> None:
    page = layout.pictures
    for section in page.sections:
        sheet.heights[section.row] = 26.0
        for slot in section.slots:
            top, _, bottom, _ = slot.corners
            points = page.pixel * slot.scale * 0.75
            sheet.heights |= dict.fromkeys(range(top, bottom + 1), points)
            sheet.heights |= {top - 1: 18.0, bottom + 1: 9.0}
