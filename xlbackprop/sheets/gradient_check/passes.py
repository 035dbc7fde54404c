"""The lower part of the Gradient check sheet: the passes at w + h and w − h, example by example."""

import numpy as np

from xlbackprop.sheets.gradient_check.layout import EXPONENTS
from xlbackprop.sheets.gradient_check.numbers import GradientNumbers
from xlbackprop.sheets.passes.heads import column_styles, put_parameter_heads, put_pass_heads
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.training import SymbolCells
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.sheets.training.formulas import training_column
from xlbackprop.words.notation import superscript
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Block, Cell, Grid


def put_passes(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """Where the block stands, the parameters of each pass, and a row per example."""
    _put_helpers(sheet, layout, numbers)
    _put_parameters(sheet, layout, numbers)
    _put_examples(sheet, layout, numbers)


def step_name(layout: Layout, step: int) -> str:
    """What an h is called: 10⁻³."""
    return f"10⁻{superscript(str(EXPONENTS[step - 1]))}" if step else layout.text("gradient.own_h")


def _put_helpers(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """Where the block stands on Training, and the chosen one among the parameters."""
    check, training, row = layout.gradient, layout.training, layout.gradient.helper_row
    counters = training_column(layout, training.counter)
    block = check.choice_cell(check.BLOCK_ROW)
    parameter = check.choice_cell(check.PARAMETER_ROW)
    top, example, size = (check.helper_cell(place) for place in range(3))
    formulas = {
        "parameters": f"MATCH({block},{counters},0)",
        "example": f"{top}+{training.depth}",
        "size": f"COUNTIF({counters},{block})-{training.extra}",
        "sums": f"{example}+{size}",
        "position": f"MATCH({parameter},{check.parameter_cells(check.number_row)},0)",
    }
    sheet.cells.append(Cell(row, 1, layout.text("walkthrough.rows"), style="label"))
    for place, ((name, formula), value) in enumerate(
        zip(formulas.items(), numbers.helpers.tolist(), strict=True)
    ):
        column = check.CHOICE_COLUMN + place
        sheet.cells += [
            Cell(row - 1, column, layout.text(f"gradient.at_{name}"), style="symbol-update"),
            Cell(row, column, value, formula, "whole-update"),
        ]
    sheet.heights[row - 1] = 20


def _put_parameters(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """The parameters' numbers, w and Σ∂C/∂w; then the parameters of each pass."""
    check, text, own = layout.gradient, layout.text, layout.gradient.passes
    put_parameter_heads(sheet, layout, own, check.band_row)
    sheet.heights |= dict.fromkeys(range(check.band_row, check.pass_row(0)), 20.0)
    trained, count = layout.network.trained.tolist(), 0
    for (_, column), is_trained in zip(own.places, trained, strict=True):
        count += is_trained
        number = count if is_trained else "–"
        sheet.cells.append(Cell(check.number_row, column, number, style="plain-parameter"))
    names = {
        check.number_row: text("gradient.number"),
        check.now_row: "w",
        check.slope_row: text("gradient.slope"),
    }
    sheet.cells += [Cell(row, 1, name, style="label") for row, name in names.items()]
    _put_looked_up(sheet, layout, numbers)
    for number in range(own.count):
        _put_moved(sheet, layout, numbers, number)


def _put_looked_up(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """w and Σ∂C/∂w of the chosen block."""
    check, training, top = layout.gradient, layout.training, layout.gradient.helper_cell(0)
    trained = layout.network.trained.tolist()
    for i, (below, column) in enumerate(training.places):
        own, beside = check.passes.places[i][1], f"+{below}" if below else ""
        cells = training_column(layout, column)
        now = f"INDEX({cells},{top}{beside})"
        value = float(numbers.parameters[i])
        sheet.cells.append(Cell(check.now_row, own, value, now, "strong-parameter"))
        if trained[i]:
            slope = f"INDEX({cells},{check.helper_cell(3)}{beside})"
            value = float(numbers.gradient[i])
            sheet.cells.append(Cell(check.slope_row, own, value, slope, "strong-gradient"))
        else:
            sheet.cells.append(Cell(check.slope_row, own, "–", style="plain-gradient"))


def _put_moved(sheet: Grid, layout: Layout, numbers: GradientNumbers, number: int) -> None:
    """The parameters of a pass: w, but for the chosen one."""
    check, own, row = layout.gradient, layout.gradient.passes, layout.gradient.pass_row(number)
    step, minus = divmod(number, 2)
    move = f"{'-' if minus else ''}${letters(check.H)}${check.table_row(step)}"
    chosen = check.choice_cell(check.PARAMETER_ROW)
    sheet.cells += [
        Cell(row, check.LABEL, _title(layout, number), style="label-parameter"),
        Cell(row, check.STEP, float(numbers.moves[number]), move, "difference-parameter"),
    ]
    formulas = []
    for _, column in own.places:
        name = letters(column)
        is_chosen = f"{name}${check.number_row}={chosen}"
        formulas.append(f"{name}${check.now_row}+IF({is_chosen},${letters(check.STEP)}{{r}},0)")
    values = numbers.moved[number][None, :]
    styles = ("number-parameter",) * own.parameters
    sheet.blocks.append(Block(row, own.first, tuple(formulas), values, styles))


def _title(layout: Layout, number: int) -> str:
    """What a pass is called: w + h, h = 10⁻³."""
    step, minus = divmod(number, 2)
    sign = "−" if minus else "+"
    return f"w {sign} h, h = {step_name(layout, step)}" if step else f"w {sign} h"


def _put_examples(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """A row per example: its number, x and t, then the columns of each pass."""
    check, text, own = layout.gradient, layout.text, layout.gradient.passes
    above = check.heading_row - 1
    sheet.cells.append(Cell(above, 1, text("gradient.passes"), style="section"))
    sheet.heights[above] = 24
    titles = [_title(layout, number) for number in range(own.count)]
    put_pass_heads(sheet, layout, own, check.heading_row, titles)
    headings = [(check.NUMBER, text("gradient.row")), (check.STEP, text("training.example"))]
    headings += [(check.COUNTS, text("gradient.counts"))] if check.batched else []
    row = check.top - 1
    sheet.cells += [Cell(row, column, name, style="heading-update") for column, name in headings]
    example, size = check.helper_cell(1), check.helper_cell(2)
    place = f"${letters(check.NUMBER)}{{r}}"
    within = f"MIN({place},{size})" if check.batched else place
    examples = training_column(layout, layout.training.example)
    formulas: list[str | None] = [None, f"INDEX({examples},{example}+{within}-1)"]
    columns = [np.arange(1.0, check.examples + 1), numbers.examples]
    if check.batched:
        formulas.append(f"IF({place}<={size},1,0)")
        columns.append(numbers.counts)
    formulas += training_formulas.lookups(layout, check.STEP)
    columns += list(numbers.values[0][:, : own.shared_width].T)
    for number in range(own.count):
        cells = SymbolCells(check.columns_of(number))
        formulas += training_formulas.forward(own.network, cells)
        columns += list(numbers.values[number][:, own.shared_width :].T)
    styles = ["count"] * (own.first - 1) + column_styles(layout, own)
    values = np.column_stack(columns)
    sheet.blocks.append(Block(check.top, check.NUMBER, tuple(formulas), values, tuple(styles)))
