"""The Compare sheet: the sheet's own numbers beside Python's constants, step by step."""

import numpy as np

from xlbackprop.page.bands import Band, put_bands, put_title, wrapped_height
from xlbackprop.page.cells import Input
from xlbackprop.page.paper import column_widths
from xlbackprop.page.typeset import TOTAL_COST, typeset
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.history import parameters
from xlbackprop.sheets.plan.content import Array, Content, constant
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.tables import CompareLayout
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper
from xlbackprop.workbook.style import coloured, large_numbers

BAND_ROW = 5
TOLERANCE = 1e-9


def grid(layout: Layout, content: Content) -> Grid:
    """The Compare sheet."""
    compare, text = layout.compare, layout.text
    sheet = Grid(
        layout.sheet("compare"),
        freeze=address(compare.TOP, compare.live_cost),
        tab_color=layout.theme.roles["python"].band,
        columns=[
            Columns(compare.EPOCH, compare.live_cost - 1, 9),
            Columns(compare.live_cost, compare.python_cost, 20),
            Columns(compare.cost_difference, compare.largest, 14),
            Columns(compare.largest + 1, compare.largest + 1, 3),
            Columns(compare.live, max(compare.live, compare.last_column), 11),
        ],
        paper=Paper(
            repeat_rows="5:7",
            area=area(1, 1, compare.row(compare.blocks - 1), compare.largest),
            landscape=False,
        ),
    )
    intro = text("compare.intro")
    put_title(sheet, text("compare.title"), intro, wrap_to=compare.largest)
    width = sum(column_widths(sheet.columns, compare.largest))
    sheet.heights |= {2: wrapped_height(intro, width), compare.TOLERANCE_ROW: 20}
    _put_tolerance(sheet, layout, content)
    _put_bands(sheet, layout)
    for block in range(compare.blocks):
        _put_block(sheet, layout, content, block)
    _add_colours(sheet, layout)
    return sheet


def tolerance(layout: Layout) -> Input:
    """Up to which difference numbers count as equal."""
    place = CompareLayout.TOLERANCE_ROW, CompareLayout.TOLERANCE_COLUMN
    return layout.input("tolerance", "compare", place, TOLERANCE)


def _put_tolerance(sheet: Grid, layout: Layout, content: Content) -> None:
    compare, text = layout.compare, layout.text
    row, column = compare.TOLERANCE_ROW, compare.TOLERANCE_COLUMN
    sheet.cells += [
        Cell(row, 1, text("compare.tolerance"), style="label"),
        Cell(row, column, content.inputs.asked["tolerance"], style="difference-input"),
    ]
    positive = number_only(layout.text, "positive")
    positive.add(address(row, column))
    sheet.validations.append(positive)


def _put_bands(sheet: Grid, layout: Layout) -> None:
    compare, text = layout.compare, layout.text
    names = ("epoch", "step") if compare.batched else ("epoch",)
    cost, all_of_them = text("compare.cost"), text("compare.parameters")
    live, python, difference = (text(f"compare.{key}") for key in ("live", "python", "difference"))
    bands = [
        Band("update", compare.EPOCH, tuple(text(f"history.{name}") for name in names), ""),
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


def _put_block(sheet: Grid, layout: Layout, content: Content, block: int) -> None:
    compare, training = layout.compare, layout.training
    row = compare.row(block)
    live, python = float(content.live.cost[block]), float(content.python.cost[block])
    cost = layout.on("training", address(training.sum_row(block), training.columns["C"]))
    formula = difference_formula(address(row, compare.live_cost), address(row, compare.python_cost))
    apart = float(difference(content.live.cost[block], content.python.cost[block]))
    counters = [training.steps.epoch(block), *([block + 1] if compare.batched else [])]
    sheet.cells += [
        *(Cell(row, column, count, style="count") for column, count in enumerate(counters, 1)),
        Cell(row, compare.live_cost, live, cost, "exact-cost"),
        Cell(row, compare.python_cost, constant(python), style="exact-python"),
        Cell(row, compare.cost_difference, apart, formula, "difference-python"),
    ]
    if compare.parameters:
        _put_parameters(sheet, layout, content, block)


def _put_parameters(sheet: Grid, layout: Layout, content: Content, block: int) -> None:
    compare, row = layout.compare, layout.compare.row(block)
    live = content.live.parameter_values[block]
    python = content.python.parameter_values[block]
    count = compare.parameters
    differences = difference(live, python)
    largest = float(np.abs(differences).max())
    lines = [(letters(compare.live + i), letters(compare.python + i)) for i in range(count)]
    minus = [difference_formula(f"{a}{{r}}", f"{b}{{r}}") for a, b in lines]
    cells = area(row, compare.difference, row, compare.difference + count - 1)
    sheet.cells.append(
        Cell(
            row, compare.largest, largest, f"MAX(MAX({cells}),0-MIN({cells}))", "difference-python"
        )
    )
    _put_constants(sheet, row, compare.python, python)
    sheet.blocks += [
        parameters(layout, live, block, row, compare.live),
        Block(
            row,
            compare.difference,
            tuple(minus),
            differences[None, :],
            ("difference-python",) * count,
        ),
    ]


def _put_constants(sheet: Grid, row: int, column: int, values: Array) -> None:
    if np.isfinite(values).all():
        count = len(values)
        styles = ("number-python",) * count
        sheet.blocks.append(Block(row, column, (None,) * count, values[None, :], styles))
        return
    sheet.cells += [
        Cell(row, column + i, constant(value), style="number-python")
        for i, value in enumerate(values.tolist())
    ]


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


def _add_colours(sheet: Grid, layout: Layout) -> None:
    """Green while the sheet and Python agree, red where they don't."""
    compare = layout.compare
    bottom, last = compare.row(compare.blocks - 1), compare.last_column
    limit = f"${letters(compare.TOLERANCE_COLUMN)}${compare.TOLERANCE_ROW}"
    numbers = area(compare.TOP, compare.live_cost, bottom, last)
    sheet.conditional.append((numbers, large_numbers()))
    areas = [(compare.cost_difference, compare.largest)]
    areas += [(compare.difference, last)] if compare.parameters else []
    for operator, colours in (("between", layout.theme.good), ("notBetween", layout.theme.bad)):
        rule = coloured(operator, [f"-{limit}", limit], colours)
        sheet.conditional += [
            (area(compare.TOP, left, bottom, right), rule) for left, right in areas
        ]
