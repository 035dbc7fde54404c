"""The Compare sheet: the sheet's own numbers beside Python's constants, step by step."""

from collections.abc import Sequence

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.bands import Band, put_bands, put_title, wrapped_height
from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.paper import column_widths
from xlbackprop.page.typeset import TOTAL_COST, typeset
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.plan.content import Content, constant
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.plan.tables import CompareLayout
from xlbackprop.sheets.progress import put_parameters
from xlbackprop.sheets.training.looks import parameter_styles
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.grid import Columns, Grid, Paper
from xlbackprop.workbook.style import coloured

BAND_ROW = 5
TOLERANCE = 1e-9


def tolerance(layout: Layout) -> Input:
    """Up to which difference numbers count as equal."""
    place = CompareLayout.TOLERANCE_ROW, CompareLayout.TOLERANCE_COLUMN
    return layout.input("tolerance", "compare", place, TOLERANCE)


def build(layout: Layout, content: Content) -> Page:
    """The Compare sheet."""
    compare, text = layout.compare, layout.text
    columns = [
        Columns(compare.EPOCH, compare.live_cost - 1, 9),
        Columns(compare.live_cost, compare.python_cost, 20),
        Columns(compare.cost_difference, compare.largest, 14),
        Columns(compare.largest + 1, compare.largest + 1, 3),
        Columns(compare.live, max(compare.live, compare.last_column), 11),
    ]
    page = new_page(layout, content, "compare", "python", columns)
    page.grid.freeze = address(compare.TOP, compare.live_cost)
    printed = area(1, 1, compare.row(compare.blocks - 1), compare.largest)
    page.grid.paper = Paper(repeat_rows="5:7", area=printed, landscape=False)
    intro = text("compare.intro")
    put_title(page.grid, text("compare.title"), intro, wrap_to=compare.largest)
    width = sum(column_widths(columns, compare.largest))
    page.grid.heights |= {2: wrapped_height(intro, width), compare.TOLERANCE_ROW: 20}
    page.write(compare.TOLERANCE_ROW, 1, text("compare.tolerance"), "label")
    positive = number_only(text, "positive")
    page.grid.validations.append(positive)
    limit = page.ask(tolerance(layout), "difference-input", positive)
    _put_bands(page.grid, layout)
    for block in range(compare.blocks):
        _put_block(page, layout, content, block)
    _add_colours(page, layout, limit)
    return page


KIND = Kind("compare", build, asks=lambda layout: [tolerance(layout)])


def _put_bands(sheet: Grid, layout: Layout) -> None:
    compare, text = layout.compare, layout.text
    names = ("epoch", "step") if compare.batched else ("epoch",)
    cost, all_of_them = text("compare.cost"), text("compare.parameters")
    live, python, difference = (text(f"compare.{key}") for key in ("live", "python", "difference"))
    bands = [
        Band("update", compare.EPOCH, tuple(text(f"progress.{name}") for name in names), ""),
        Band("cost", compare.live_cost, (TOTAL_COST,), live, cost),
        Band("python", compare.python_cost, (TOTAL_COST,), python, cost),
        Band("python", compare.cost_difference, (TOTAL_COST,), difference, cost),
    ]
    if compare.parameters:
        labels = tuple(typeset(label) for label in layout.network.all_parameter_labels)
        bands += [
            Band("python", compare.largest, (text("compare.largest"),), all_of_them),
            Band("parameter", compare.live, labels, live, all_of_them),
            Band("python", compare.python, labels, python, all_of_them),
            Band("python", compare.difference, labels, difference, all_of_them),
        ]
    put_bands(sheet, BAND_ROW, bands)
    sheet.heights.update({BAND_ROW: 22, BAND_ROW + 1: 20, BAND_ROW + 2: 22})


def _put_block(page: Page, layout: Layout, content: Content, block: int) -> None:
    compare, training = layout.compare, layout.training
    row, python = compare.row(block), float(content.python.cost[block])
    counters = [training.steps.epoch(block), *([block + 1] if compare.batched else [])]
    for column, count in enumerate(counters, 1):
        page.write(row, column, count, "count")
    cell = layout.on("training", address(training.sum_row(block), training.columns["C"]))
    live = page.put(row, compare.live_cost, cell, content.live.cost[block], "exact-cost")
    page.write(row, compare.python_cost, constant(python), "exact-python")
    formula = difference_formula(f"{live}", address(row, compare.python_cost))
    apart = difference(content.live.cost[block], content.python.cost[block])
    page.put(row, compare.cost_difference, formula, float(apart), "difference-python")
    if compare.parameters:
        _put_parameters(page, layout, content, block)


def _put_parameters(page: Page, layout: Layout, content: Content, block: int) -> None:
    compare, row, count = layout.compare, layout.compare.row(block), layout.compare.parameters
    live = content.live.parameter_values[block]
    python = content.python.parameter_values[block]
    styles = parameter_styles(layout.network, "number-python")
    _put_constants(page, row, compare.python, python, styles)
    put_parameters(page, layout, content.live, block, (row, compare.live))
    pairs = [(letters(compare.live + i), letters(compare.python + i)) for i in range(count)]
    texts = [difference_formula(f"{a}{{r}}", f"{b}{{r}}") for a, b in pairs]
    differences = difference(live, python)
    apart = page.rows(row, compare.difference, texts, differences[None, :], "difference-python")
    formula, largest = f"MAX(MAX({apart}),0-MIN({apart}))", np.abs(differences).max()
    page.put(row, compare.largest, formula, largest, "difference-python")


def _put_constants(page: Page, row: int, column: int, values: Array, styles: Sequence[str]) -> None:
    if np.isfinite(values).all():
        page.rows(row, column, [None] * len(values), values[None, :], styles)
        return
    for i, (value, style) in enumerate(zip(values.tolist(), styles, strict=True)):
        page.write(row, column + i, constant(value), style)


def difference_formula(live: str, python: str) -> str:
    """The difference of two cells, relative where the numbers are beyond 1.

    Spreadsheets with longer numbers than others would differ in the last digits of a large one.
    """
    return f"({live}-{python})/MAX(1,ABS({python}))"


def difference(live: Array, python: Array) -> Array:
    """The same in Python."""
    with np.errstate(all="ignore"):
        relative: Array = (live - python) / np.maximum(1.0, np.abs(python))
    return relative


def _add_colours(page: Page, layout: Layout, limit: Live) -> None:
    """Green while the sheet and Python agree, red where they don't."""
    compare, theme, cell = layout.compare, layout.theme, limit.fixed
    bottom, last = compare.row(compare.blocks - 1), compare.last_column
    page.large(compare.TOP, compare.live_cost, bottom, last)
    spans = [(compare.cost_difference, compare.largest)]
    spans += [(compare.difference, last)] if compare.parameters else []
    for operator, colours in (("between", theme.good), ("notBetween", theme.bad)):
        rule = coloured(operator, [f"-{cell}", cell], colours)
        for left, right in spans:
            page.coloured([area(compare.TOP, left, bottom, right)], rule)
