"""The Compare sheet: the sheet's own numbers beside Python's constants, epoch by epoch."""

import numpy as np

from xlbackprop.sheets.bands import Band, put_bands, put_title
from xlbackprop.sheets.content import Array, Content
from xlbackprop.sheets.data import number_only
from xlbackprop.sheets.history import TOTAL_COST
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.typeset import typeset
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper
from xlbackprop.workbook.style import BAD, GOOD, ROLES, coloured, large_numbers

BAND_ROW = 5


def grid(layout: Layout, content: Content) -> Grid:
    """The Compare sheet."""
    compare, text = layout.compare, layout.text
    last = compare.difference + compare.parameters - 1
    sheet = Grid(
        layout.sheet("compare"),
        freeze=address(compare.TOP, compare.LIVE_COST),
        tab_color=ROLES["python"].band,
        columns=[
            Columns(compare.EPOCH, compare.EPOCH, 9),
            Columns(compare.LIVE_COST, compare.PYTHON_COST, 20),
            Columns(compare.COST_DIFFERENCE, compare.LARGEST, 14),
            Columns(compare.LARGEST + 1, compare.LARGEST + 1, 3),
            Columns(compare.LIVE, last, 11),
        ],
        paper=Paper(
            repeat_rows="5:7",
            area=area(1, 1, compare.row(compare.epochs), compare.LARGEST),
            landscape=False,
        ),
    )
    put_title(sheet, text("compare.title"), text("compare.intro"), wrap_to=compare.LARGEST)
    _put_tolerance(sheet, layout, content)
    _put_bands(sheet, layout)
    for step in range(compare.epochs + 1):
        _put_epoch(sheet, layout, content, step)
    _add_colours(sheet, layout)
    return sheet


def tolerance(layout: Layout) -> str:
    """Address of the cell that says up to which difference numbers count as equal."""
    return address(layout.compare.TOLERANCE_ROW, layout.compare.TOLERANCE_COLUMN)


def _put_tolerance(sheet: Grid, layout: Layout, content: Content) -> None:
    compare, text = layout.compare, layout.text
    row, column = compare.TOLERANCE_ROW, compare.TOLERANCE_COLUMN
    sheet.cells += [
        Cell(row, 1, text("compare.tolerance"), style="label"),
        Cell(row, column, content.inputs.tolerance, style="difference-input"),
    ]
    positive = number_only(layout, positive=True)
    positive.add(address(row, column))
    sheet.validations.append(positive)


def _put_bands(sheet: Grid, layout: Layout) -> None:
    compare, text = layout.compare, layout.text
    labels = tuple(typeset(label) for label in layout.network.all_parameter_labels)
    largest = Band(
        "python", compare.LARGEST, (text("compare.largest"),), text("compare.parameters")
    )
    bands = [
        Band("update", compare.EPOCH, (text("history.epoch"),), ""),
        Band("cost", compare.LIVE_COST, (TOTAL_COST,), text("compare.live"), text("compare.cost")),
        Band(
            "python",
            compare.PYTHON_COST,
            (TOTAL_COST,),
            text("compare.python"),
            text("compare.cost"),
        ),
        Band(
            "python",
            compare.COST_DIFFERENCE,
            (TOTAL_COST,),
            text("compare.difference"),
            text("compare.cost"),
        ),
        largest,
        Band("parameter", compare.LIVE, labels, text("compare.live"), text("compare.parameters")),
        Band("python", compare.python, labels, text("compare.python"), text("compare.parameters")),
        Band(
            "python",
            compare.difference,
            labels,
            text("compare.difference"),
            text("compare.parameters"),
        ),
    ]
    put_bands(sheet, BAND_ROW, bands)
    sheet.heights.update({BAND_ROW: 22, BAND_ROW + 1: 20, BAND_ROW + 2: 22})


def _put_epoch(sheet: Grid, layout: Layout, content: Content, step: int) -> None:
    compare, training = layout.compare, layout.training
    row = compare.row(step)
    live, python = float(content.live.cost[step]), float(content.python.cost[step])
    cost = layout.on("training", address(training.sum_row(step), training.columns["C"]))
    difference = _minus(address(row, compare.LIVE_COST), address(row, compare.PYTHON_COST))
    sheet.cells += [
        Cell(row, compare.EPOCH, step + 1, style="count"),
        Cell(row, compare.LIVE_COST, live, cost, "exact-cost"),
        Cell(row, compare.PYTHON_COST, constant(python), style="exact-python"),
        Cell(row, compare.COST_DIFFERENCE, live - python, difference, "difference-python"),
    ]
    _put_parameters(sheet, layout, content, step)


def _put_parameters(sheet: Grid, layout: Layout, content: Content, step: int) -> None:
    compare, training = layout.compare, layout.training
    row, count = compare.row(step), compare.parameters
    live = content.live.parameter_values[step]
    python = content.python.parameter_values[step]
    with np.errstate(all="ignore"):
        differences = live - python
        largest = float(np.abs(differences).max())
    first = training.first_parameter
    above = [
        layout.on("training", address(training.parameter_row(step), column))
        for column in range(first, first + count)
    ]
    minus = [
        _minus(f"{letters(compare.LIVE + i)}{{r}}", f"{letters(compare.python + i)}{{r}}")
        for i in range(count)
    ]
    cells = area(row, compare.difference, row, compare.difference + count - 1)
    sheet.cells.append(
        Cell(row, compare.LARGEST, largest, f"MAX(MAX({cells}),-MIN({cells}))", "difference-python")
    )
    _put_constants(sheet, row, compare.python, python)
    sheet.blocks += [
        Block(row, compare.LIVE, tuple(above), live[None, :], ("number-parameter",) * count),
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


def _minus(a: str, b: str) -> str:
    return f"{a}-{b}"


def constant(number: float) -> float | str:
    """A number that Python computed, as a cell holds it: a dash where it is too large."""
    return number if np.isfinite(number) else "–"


def _add_colours(sheet: Grid, layout: Layout) -> None:
    """Green while the sheet and Python agree, red where they don't."""
    compare = layout.compare
    bottom = compare.row(compare.epochs)
    limit = f"${letters(compare.TOLERANCE_COLUMN)}${compare.TOLERANCE_ROW}"
    last = compare.difference + compare.parameters - 1
    numbers = area(compare.TOP, compare.LIVE_COST, bottom, last)
    sheet.conditional.append((numbers, large_numbers()))
    areas = ((compare.COST_DIFFERENCE, compare.LARGEST), (compare.difference, last))
    for operator, colours in (("between", GOOD), ("notBetween", BAD)):
        rule = coloured(operator, [f"-{limit}", limit], colours)
        sheet.conditional += [
            (area(compare.TOP, left, bottom, right), rule) for left, right in areas
        ]
