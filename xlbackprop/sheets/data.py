"""The Data sheet: one row per training example, the only home of x and t."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.data.table import printable
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.page import Page
from xlbackprop.page.paper import LEAST_SCALE, ROW, across, column_widths, in_equal_parts, room
from xlbackprop.page.typeset import typeset
from xlbackprop.page.validations import number_only
from xlbackprop.sheets import scaled, texts
from xlbackprop.sheets.passes.colours import input_colours
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.plan.tables import CLASS_ROW
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.grid import Columns, Grid, Paper

BAND_ROW = 4  # the classes stand in the row below it


def build(layout: Layout, content: Content) -> Page:
    """The Data sheet."""
    data, text = layout.data, layout.text
    columns = [
        Columns(data.NUMBER, data.NUMBER, 10),
        *([Columns(data.LABEL, data.LABEL, 12)] if data.has_label else []),
        *([Columns(data.first_text, data.inputs - 1, 12)] if data.texts else []),
        *_input_columns(layout),
        *_target_columns(layout),
    ]
    page = new_page(layout, content, "data", "input", columns)
    page.grid.freeze = address(data.top, data.inputs)
    put_title(page.grid, text("data.title"), text("data.intro"))
    _put_bands(page.grid, layout)
    page.grid.paper = _paper(page.grid, layout)
    for index in range(layout.examples):
        _put_example(page, layout, content, index)
    scaled.put_scaled(page, layout, content)
    page.grid.validations += _validations(layout)
    if layout.recipe.image:
        page.coloured([_inputs_area(layout)], input_colours(layout))
    return page


KIND = Kind("data", build)


def _paper(sheet: Grid, layout: Layout) -> Paper:
    """Pages end between inputs and targets, or between the rows of a picture."""
    data, image = layout.data, layout.recipe.image
    counters = letters(data.inputs - 1)
    width = sum(column_widths(sheet.columns, data.last_column))
    paper = Paper(
        landscape=width > room(landscape=False)[0] / LEAST_SCALE,
        repeat_rows=f"{BAND_ROW}:{data.top - 1}",
        repeat_columns=f"A:{counters}",
    )
    starts = [data.inputs, data.x, data.raw_targets, data.targets]
    if image:
        starts += range(data.inputs, data.raw_targets, image[-1])
    paper = across(paper, sheet.columns, data.last_column, starts, data.inputs - 1)
    titles = sum(sheet.heights.get(row, ROW) for row in range(1, data.top))
    return in_equal_parts(paper, width, titles, data.top, data.bottom)


def _input_columns(layout: Layout) -> list[Columns]:
    data, table = layout.data, scaled.inputs_table(layout)
    if table:
        return table.columns()
    width = max(7.0 if layout.recipe.image else 11.0, 26 / data.width)
    return [Columns(data.inputs, data.raw_targets - 1, width)]


def _target_columns(layout: Layout) -> list[Columns]:
    data, table = layout.data, scaled.targets_table(layout)
    if table:
        return table.columns()
    return [Columns(data.targets, data.last_column, max(9, 22 / layout.network.outputs))]


def _put_bands(sheet: Grid, layout: Layout) -> None:
    data, text = layout.data, layout.text
    counters = ("data.number", "data.label") if data.has_label else ("data.number",)
    bands = [
        Band("update", 1, tuple(map(text, counters)), ""),
        *texts.bands(layout),
        *_input_bands(layout),
        *_target_bands(layout),
    ]
    put_bands(sheet, BAND_ROW, bands)
    headings = scaled.headings_height(scaled.inputs_table(layout), scaled.targets_table(layout))
    sheet.heights.update({BAND_ROW: 20, CLASS_ROW: 20, data.FIRST - 1: headings})


def _input_bands(layout: Layout) -> list[Band]:
    data, table = layout.data, scaled.inputs_table(layout)
    if table:
        notes = texts.above(layout) if layout.recipe.categories else ()
        return table.bands(layout, _pixels_note(layout), notes)
    names = ", ".join(layout.recipe.inputs)
    note = _pixels_note(layout) or (names if len(names) < 60 else "")
    headings = tuple(typeset(label) for label in layout.network.output_labels(1))
    notes = texts.above(layout) if layout.recipe.categories else ()
    return [Band("input", data.inputs, headings, layout.text("data.inputs"), note, notes)]


def _target_bands(layout: Layout) -> list[Band]:
    data, table = layout.data, scaled.targets_table(layout)
    if table:
        return table.bands(layout)
    targets = tuple(typeset(label) for label in target_labels(layout.network.outputs))
    classes = tuple(printable(item) for item in layout.recipe.classes())
    role, title = "data" if data.has_label else "input", layout.text("data.targets")
    return [Band(role, data.targets, targets, title, notes=classes)]


def _pixels_note(layout: Layout) -> str:
    if not layout.recipe.image:
        return ""
    rows, columns = layout.recipe.image
    return layout.text("data.pixels", rows=rows, columns=columns)


def _put_example(page: Page, layout: Layout, content: Content, index: int) -> None:
    """A row: number, label, inputs, targets."""
    data, inputs, row = layout.data, content.inputs, layout.data.top + index
    page.write(row, data.NUMBER, index + 1, "count")
    if data.has_label:
        page.write(row, data.LABEL, printable(inputs.labels[index]), "plain-input")
    texts.put_texts(page, layout, inputs.texts, row, index)
    decided = texts.deciding(layout)
    for column, value in enumerate(inputs.raw[index].tolist(), data.inputs):
        if column in decided:
            formula = texts.formula(decided[column][0], column, row)
            page.put(row, column, formula, value, "plain-data")
        else:
            page.write(row, column, value, "plain-input")
    if inputs.targets is not None:
        for column, target in enumerate(inputs.targets[index].tolist(), data.raw_targets):
            page.write(row, column, target, "plain-input")
        return
    for column, value in enumerate(content.targets.values[index].tolist(), data.targets):
        # The class above each target's column is what the target's formula reads.
        name, label = letters(column), f"${letters(data.LABEL)}{row}"
        page.put(row, column, f"IF({label}={name}${CLASS_ROW},1,0)", value, "plain-data")


def _inputs_area(layout: Layout) -> str:
    data = layout.data
    return area(data.top, data.inputs, data.bottom, data.inputs + data.width - 1)


def _validations(layout: Layout) -> list[DataValidation]:
    data = layout.data
    numbers = number_only(layout.text)
    decided, lists = texts.deciding(layout), texts.validations(layout)
    if not decided:
        numbers.add(_inputs_area(layout))
    for column in range(data.inputs, data.inputs + data.width) if decided else ():
        if column not in decided:
            numbers.add(area(data.top, column, data.bottom, column))
    if not data.has_label:
        end = data.raw_targets + layout.network.outputs - 1
        numbers.add(area(data.top, data.raw_targets, data.bottom, end))
        return [numbers, *lists]
    first, last = letters(data.targets), letters(data.last_column)
    labels = DataValidation(
        type="list",
        formula1=f"${first}${CLASS_ROW}:${last}${CLASS_ROW}",
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=layout.text("data.label"),
        error=layout.text("data.bad_label"),
    )
    labels.add(area(data.top, data.LABEL, data.bottom, data.LABEL))
    return [numbers, labels, *lists]
