"""Headings and looks of several passes side by side."""

from collections.abc import Sequence

from xlbackprop.page.bands import Band, put_bands
from xlbackprop.sheets.passes.several import Passes
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.bands import unit_bands
from xlbackprop.sheets.training.looks import symbol_style
from xlbackprop.words.notation import printed
from xlbackprop.workbook.grid import Grid


def put_parameter_heads(sheet: Grid, layout: Layout, passes: Passes, row: int) -> None:
    """A band for each unit's parameters, their symbols in the row below it."""
    network, bands = layout.network, list[Band]()
    for number, layer in network.learning():
        name = layout.text(f"layers.{network.row_name(number)}")
        units = len(layer.parameter_units(network.source(number)))
        for unit, labels in enumerate(network.parameter_rows(number), 1):
            title = layout.text("parameters.unit", layer=number, row=name, unit=unit)
            rest = "ε" if layer.wording else layout.text("parameters.bias")
            title = title if unit <= units else rest
            _, column = passes.place_of[labels[0]]
            bands.append(Band("parameter", column, tuple(map(printed, labels)), title))
    put_bands(sheet, row, bands, equations=False)


def put_pass_heads(
    sheet: Grid, layout: Layout, passes: Passes, row: int, titles: Sequence[str]
) -> None:
    """The title of each pass, below it the titles of its groups, below them the symbols."""
    for number, title in enumerate(titles):
        band = Band("update", passes.own_first(number), ("",) * passes.own_width, title)
        put_bands(sheet, row, [band], equations=False, headings=False)
    bands = [
        band
        for number in range(passes.count)
        for group in (passes.own if number else passes.network.groups)
        for band in unit_bands(layout, group, passes.columns[number])
    ]
    put_bands(sheet, row + 1, bands, equations=False)
    # A title over a single column takes three lines.
    sheet.heights |= {row: 20, row + 1: 48, row + 2: 22}


def column_styles(layout: Layout, passes: Passes) -> list[str]:
    """The style of each column, x and t first."""
    return [
        symbol_style(layout, group)
        for groups in (passes.shared, *(passes.own,) * passes.count)
        for group in groups
        for _ in group.labels
    ]
