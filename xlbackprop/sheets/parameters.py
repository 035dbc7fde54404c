"""The Parameters sheet: the learning rate and where each parameter starts."""

from collections.abc import Iterable

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.network.layer import Layer
from xlbackprop.page.bands import Band, put_bands, put_title, wrapped_height
from xlbackprop.page.page import Page
from xlbackprop.page.paper import across
from xlbackprop.page.typeset import typeset
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.plan.content import Content, Inputs
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.plan.tables import ParametersLayout
from xlbackprop.sheets.training.looks import parameter_style
from xlbackprop.words.bounds import ETA
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Columns, Paper, Run, Value
from xlbackprop.workbook.style import large_numbers

WIDTH = 11.0  # of a column of numbers


def build(layout: Layout, content: Content) -> Page:
    """The Parameters sheet."""
    parameters, text, inputs = layout.parameters, layout.text, content.inputs
    widest = max(4, *(column for _, column in parameters.cells))
    columns = [Columns(1, 1, 18), Columns(2, widest, WIDTH)]
    page = new_page(layout, content, "parameters", "input", columns)
    paper = Paper(landscape=widest > 8, repeat_columns="A:A")
    page.grid.paper = across(paper, columns, widest, (), repeated=1)
    put_title(page.grid, text("parameters.title"), text("parameters.intro"))
    row, column = parameters.ETA_ROW, parameters.ETA_COLUMN
    _put_setting(page, row, text("parameters.eta"), (Run("η", italic=True),), inputs.eta, ETA)
    page.write(row, column + 1, text("parameters.eta_note"), "beside")
    known = layout.recipe.learning().settings
    for name in parameters.settings:
        words, symbol = text(f"settings.{name}"), text(f"symbols.{name}")
        value, limit = inputs.settings[name], known[name].limit
        _put_setting(page, parameters.setting_row(name), words, symbol, value, limit)
    validations = dict[str, DataValidation]()
    for number, _ in layout.network.learning():
        _put_layer(page, layout, inputs, number)
        limited = parameters.limited(number)
        for limit, places in limited.items():
            validations.setdefault(limit, number_only(text, limit)).add(_area(layout, places))
        every = [place for places in limited.values() for place in places]
        page.coloured([_area(layout, every)], large_numbers())
    page.grid.validations.extend(validations.values())
    return page


KIND = Kind("parameters", build)


def _put_setting(page: Page, row: int, words: str, symbol: Value, value: float, limit: str) -> None:
    """A number that decides the training: its name, its symbol, its cell."""
    column = ParametersLayout.ETA_COLUMN
    page.write(row, 1, words, "label")
    page.write(row, 2, symbol, "label-input")
    page.write(row, column, value, "plain-input")
    validation = number_only(page.text, limit)
    validation.add(address(row, column))
    page.grid.validations.append(validation)


def _put_layer(page: Page, layout: Layout, inputs: Inputs, number: int) -> None:
    network, text = layout.network, layout.text
    layer, units = network.layers[number - 2], layout.parameters.table_rows(number)
    weights = layer.weight_headings(network.place(number), network.source(number))
    top, row_name = layout.parameters.table_top(number), text(f"layers.{network.row_name(number)}")
    headings: tuple[Value, ...] = tuple(map(typeset, weights))
    if layer.bias != "none" and not layer.wording:
        headings = (*headings, text("parameters.bias"))
    title = text(f"parameters.{_title_key(layer)}", layer=number, row=row_name)
    put_bands(page.grid, top, [Band("parameter", 2, headings, title)], equations=False)
    for unit in range(units):
        name = text("parameters.unit", layer=number, unit=unit + 1, row=row_name)
        page.write(top + 2 + unit, 1, name, "label")
    where = network.parameter_slice(number)
    start, labels = inputs.start[where].tolist(), network.parameter_labels(number)
    for place, value, label in zip(layout.parameters.cells[where], start, labels, strict=True):
        page.write(*place, value, parameter_style(label, "number-input"))
    # Chinese letters are taller than a row is by default.
    page.grid.heights |= dict.fromkeys(range(top + 1, top + 2 + units), 18.0)
    page.grid.heights[top] = wrapped_height(title, len(headings) * WIDTH)


def _title_key(layer: Layer) -> str:
    """Which title a layer's table has."""
    kind = f"_{layer.wording}" if layer.wording else ""
    return f"layer{kind}" + ("" if layer.bias == "trained" else f"_{layer.bias}")


def _area(layout: Layout, parameters: Iterable[int]) -> str:
    """The rectangle that some parameters stand in."""
    rows, columns = zip(*(layout.parameters.cells[i] for i in parameters), strict=True)
    return area(min(rows), min(columns), max(rows), max(columns))
