"""The Parameters sheet: the learning rate and where each parameter starts."""

from xlbackprop.page.bands import Band, put_bands, put_title, wrapped_height
from xlbackprop.page.paper import across
from xlbackprop.page.typeset import typeset
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.bounds import ETA
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper, Run, Value
from xlbackprop.workbook.style import large_numbers

WIDTH = 11.0  # of a column of numbers


def grid(layout: Layout, content: Content) -> Grid:
    """The Parameters sheet."""
    parameters, text = layout.parameters, layout.text
    widest = max(column for _, column in parameters.cells)
    sheet = Grid(
        layout.sheet("parameters"),
        tab_color=layout.theme.roles["input"].band,
        columns=[Columns(1, 1, 18), Columns(2, max(widest, 4), WIDTH)],
    )
    paper = Paper(landscape=widest > 8, repeat_columns="A:A")
    sheet.paper = across(paper, sheet.columns, max(widest, 4), (), repeated=1)
    put_title(sheet, text("parameters.title"), text("parameters.intro"))
    _put_eta(sheet, layout, content)
    validation = number_only(layout.text)
    for number, _ in layout.network.learning():
        _put_layer(sheet, layout, content, number)
        validation.add(_layer_area(layout, number))
        sheet.conditional.append((_layer_area(layout, number), large_numbers()))
    sheet.validations.append(validation)
    return sheet


def _put_eta(sheet: Grid, layout: Layout, content: Content) -> None:
    parameters, text = layout.parameters, layout.text
    row, column = parameters.ETA_ROW, parameters.ETA_COLUMN
    sheet.cells += [
        Cell(row, 1, text("parameters.eta"), style="label"),
        Cell(row, 2, (Run("η", italic=True),), style="label-input"),
        Cell(row, column, content.inputs.eta, style="plain-input"),
        Cell(row, column + 1, text("parameters.eta_note"), style="beside"),
    ]
    for name in parameters.settings:
        below = parameters.setting_row(name)
        sheet.cells += [
            Cell(below, 1, text(f"settings.{name}"), style="label"),
            Cell(below, 2, text(f"symbols.{name}"), style="label-input"),
            Cell(below, column, content.inputs.settings[name], style="plain-input"),
        ]
    settings = layout.recipe.learning().settings
    limits = {row: ETA} | {parameters.setting_row(n): x.limit for n, x in settings.items()}
    for place, limit in limits.items():
        validation = number_only(text, limit)
        validation.add(address(place, column))
        sheet.validations.append(validation)


def _put_layer(sheet: Grid, layout: Layout, content: Content, number: int) -> None:
    network, text = layout.network, layout.text
    layer, units = network.layers[number - 2], layout.parameters.table_rows(number)
    weights = layer.weight_headings(network.place(number), network.source(number))
    top = layout.parameters.table_top(number)
    headings: tuple[Value, ...] = tuple(typeset(label) for label in weights)
    if layer.bias != "none":
        headings = (*headings, text("parameters.bias"))
    key = {"fixed": "layer_fixed", "shared": "layer_shared", "none": "layer_none"}.get(layer.bias)
    row = text(f"layers.{layer.row_name}")
    title = text(f"parameters.{key or 'layer'}", layer=number, row=row)
    put_bands(sheet, top, [Band("parameter", 2, headings, title)], equations=False)
    for unit in range(units):
        name = text("parameters.unit", layer=number, unit=unit + 1, row=row)
        sheet.cells.append(Cell(top + 2 + unit, 1, name, style="label"))
    where = network.parameter_slice(number)
    places, start = layout.parameters.cells[where], content.inputs.start[where].tolist()
    sheet.cells += [
        Cell(row, column, value, style="number-input")
        for (row, column), value in zip(places, start, strict=True)
    ]
    # Chinese letters are taller than a row is by default.
    sheet.heights |= dict.fromkeys(range(top + 1, top + 2 + units), 18.0)
    sheet.heights[top] = wrapped_height(title, len(headings) * WIDTH)


def _layer_area(layout: Layout, number: int) -> str:
    places = layout.parameters.cells[layout.network.parameter_slice(number)]
    rows, columns = zip(*places, strict=True)
    return area(min(rows), min(columns), max(rows), max(columns))
