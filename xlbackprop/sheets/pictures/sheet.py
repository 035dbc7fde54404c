"""The Pictures sheet: what each unit has learned to see, and the examples, as pictures."""

from dataclasses import replace

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.table import printable
from xlbackprop.page.bands import put_title
from xlbackprop.page.cells import Input
from xlbackprop.page.colours import pixel_colours, signed_colours, spread_colours
from xlbackprop.page.page import Page
from xlbackprop.page.paper import LEAST_SCALE, ROW, column_widths, on_pages
from xlbackprop.sheets.passes.forward import Parameters, chosen
from xlbackprop.sheets.pictures.layout import PicturesLayout, Section
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper, Value

DIGIT = 7  # pixels of a character
LEAST = 60  # columns: the sentences at the top need room


def suits(layout: Layout) -> bool:
    """Whether there are pictures, not too large, and all parameters are found on Progress."""
    return layout.own(PicturesLayout.of).fits and layout.progress.shows_parameters


def choice(layout: Layout) -> Input:
    """The block whose weights are shown as pictures."""
    place, blocks = layout.own(PicturesLayout.of).choice, layout.progress.blocks
    return layout.input("pictures block", "pictures", place, blocks, blocks)


def build(layout: Layout, content: Content) -> Page:
    """The Pictures sheet."""
    place, text = layout.own(PicturesLayout.of), layout.text
    columns = [Columns(1, max(place.last_column, LEAST), place.pixel / DIGIT)]
    page = new_page(layout, content, "pictures", "parameter", columns)
    key = "intro" if place.weights else "intro_gallery"
    put_title(page.grid, text("pictures.title"), text(f"pictures.{key}"))
    if place.weights:
        _put_choice(page, layout)
    parameters = chosen(layout, content, choice(layout))
    for section in place.weights:
        _put_weights(page, layout, content, section, parameters)
    _put_gallery(page, layout, content, place.gallery)
    _set_heights(page.grid, place)
    page.grid.paper = _paper(page.grid, place)
    return page


KIND = Kind("pictures", build, suits, lambda layout: [choice(layout)] * layout.has_blocks)


def _paper(sheet: Grid, page: PicturesLayout) -> Paper:
    """Pages that end between pictures."""
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


def _put_choice(page: Page, layout: Layout) -> None:
    """The cell that chooses a block; where there is only one, whose weights are shown."""
    text = layout.text
    if not layout.has_blocks:
        page.write(PicturesLayout.CHOICE_ROW, 1, text("choices.only"), "note")
        return
    note, columns = text("choices.note", blocks=layout.progress.blocks), PicturesLayout.CHOICE
    put_choice(page, choice(layout), text("choices.block"), note, columns=columns)


# Weights.


def _put_weights(
    page: Page, layout: Layout, content: Content, section: Section, parameters: Parameters
) -> None:
    """The weights of a layer as pictures, each below the name of its unit or filter."""
    network, text = layout.network, layout.text
    numbers = {label: i for i, label in enumerate(network.all_parameter_labels)}
    values = parameters.values.tolist()
    row_name = network.row_name(section.layer)
    _put_title(page, section, text(f"pictures.{row_name}s", layer=section.layer))
    for slot in section.slots:
        name = f"{text(f'layers.{row_name}')} {slot.number}"
        if slot.map:
            name += f" · {text('layers.map')} {slot.map}"
        heading = slot.top - 1, slot.left, slot.top - 1, slot.left + section.width - 1
        _put_wide(page, heading, name, "note-parameter")
        look = "weight-parameter" if slot.scale > 1 else "pixel-parameter"
        for label, (row, column) in slot.places:
            i, corners = numbers[label], (row, column, row, column + slot.scale - 1)
            _put_wide(page, corners, values[i], look, parameters.formulas[i])
    shown = [numbers[label] for slot in section.slots for label, _ in slot.places]
    strong, cells = _strong(content, shown), [area(*slot.corners) for slot in section.slots]
    page.coloured(cells, signed_colours(strong, layout.theme.pictures))
    if section.slots[0].scale > 1:
        page.narrow(" ".join(cells))


def _strong(content: Content, shown: list[int]) -> Array:
    """Numbers by whose size colours are strong: the weights of all blocks, or those that remain.

    So a colour means the same in each epoch.
    """
    values = content.live.parameter_values[:, shown]
    usual: Array = values[np.isfinite(values)]
    return usual


# Examples.


def _put_gallery(page: Page, layout: Layout, content: Content, section: Section) -> None:
    """The examples, each below its number and its label."""
    data, inputs = layout.data, content.inputs
    key = "gallery" if data.has_label else "gallery_numbers"
    _put_title(page, section, layout.text(f"pictures.{key}"))
    half = section.width // 2
    for slot in section.slots:
        index, row = slot.number - 1, slot.top - 1
        middle, last = slot.left + half, slot.left + section.width - 1
        _put_wide(page, (row, slot.left, row, middle - 1), slot.number, "note")
        if data.has_label:
            label = printable(inputs.labels[index])
            formula = layout.on("data", address(data.top + index, data.LABEL))
            _put_wide(page, (row, middle, row, last), label, "label", formula)
        raw = inputs.raw[index].tolist()
        for i, (_, place) in enumerate(slot.places):
            formula = layout.on("data", address(data.top + index, data.inputs + i))
            page.put(*place, formula, raw[i], "pixel-data")
    colours = spread_colours if data.statistics else pixel_colours
    cells = [area(*slot.corners) for slot in section.slots]
    page.coloured(cells, colours(layout.theme.pictures))


# Both.


def _put_title(page: Page, section: Section, title: str) -> None:
    """The title of a section; how many pictures had no room."""
    if section.left_out:
        count, all_of_them = len(section.slots), len(section.slots) + section.left_out
        title += f"   {page.text('pictures.left_out', count=count, all=all_of_them)}"
    page.write(section.row, 1, title, "section")


def _put_wide(
    page: Page,
    corners: tuple[int, int, int, int],
    value: Value,
    style: str,
    formula: str | None = None,
) -> None:
    """A cell as large as a rectangle."""
    top, left, bottom, right = corners
    places = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
    page.grid.cells.append(Cell(top, left, value, formula, style))
    for place in places[1:]:
        page.write(*place, None, style)
    if len(places) > 1:
        page.grid.merges.append(area(*corners))


def _set_heights(sheet: Grid, place: PicturesLayout) -> None:
    for section in place.sections:
        sheet.heights[section.row] = 26.0
        for slot in section.slots:
            top, _, bottom, _ = slot.corners
            points = place.pixel * slot.scale * 0.75
            sheet.heights |= dict.fromkeys(range(top, bottom + 1), points)
            sheet.heights |= {top - 1: 18.0, bottom + 1: 9.0}
