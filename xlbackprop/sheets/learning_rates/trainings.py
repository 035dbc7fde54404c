"""The trainings of the Learning rates sheet: side by side, a block per update."""

from collections.abc import Sequence

import numpy as np

from xlbackprop.sheets.learning_rates.layout import ETAS
from xlbackprop.sheets.learning_rates.numbers import RatesNumbers
from xlbackprop.sheets.passes.heads import column_styles, put_parameter_heads, put_pass_heads
from xlbackprop.sheets.plan.content import Array
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.workbook.address import address, letters
from xlbackprop.workbook.grid import Block, Cell, Grid


def put_trainings(sheet: Grid, layout: Layout, numbers: RatesNumbers) -> None:
    """Their headings, and all their blocks."""
    _put_headings(sheet, layout)
    for block in range(layout.rates.updates + 1):
        _put_block(sheet, layout, numbers, block)


def _put_headings(sheet: Grid, layout: Layout) -> None:
    rates, text, row = layout.rates, layout.text, layout.rates.heading_row
    sheet.cells.append(Cell(row - 1, 1, text("rates.trainings"), style="section"))
    put_parameter_heads(sheet, layout, rates.passes, row)
    sheet.heights |= {row - 1: 24, row: 20, row + 1: 20}
    put_pass_heads(sheet, layout, rates.passes, row + 2, _names())
    headings = (
        (rates.COUNTER, text("rates.step" if rates.steps.batched else "rates.epoch")),
        (rates.EXAMPLE, text("training.example")),
        (rates.RATE, "η"),
    )
    sheet.cells += [
        Cell(row + 4, column, name, style="heading-update") for column, name in headings
    ]


def _names() -> list[str]:
    """What the trainings are called: η₁, η₂ ..."""
    return [f"η{'₀₁₂₃₄₅₆₇₈₉'[number + 1]}" for number in range(len(ETAS))]


def _put_block(sheet: Grid, layout: Layout, numbers: RatesNumbers, block: int) -> None:
    rates = layout.rates
    for number in range(len(ETAS)):
        _put_parameters(sheet, layout, numbers, block, number)
    _put_examples(sheet, layout, numbers, block)
    if block < rates.updates:
        for number in range(len(ETAS)):
            _put_sums(sheet, layout, numbers, block, number)


def _put_row(
    sheet: Grid,
    layout: Layout,
    row: int,
    block: int,
    name: str,
    formulas: Sequence[str | None],
    values: Array,
    style: str,
) -> None:
    """A row with a number for each parameter that has a formula."""
    rates, role = layout.rates, style.split("-")[-1]
    shown = np.where([formula is None for formula in formulas], np.nan, values)
    styles = (style,) * len(formulas)
    sheet.cells += [
        Cell(row, rates.COUNTER, block + 1, style=f"label-{role}"),
        Cell(row, rates.EXAMPLE, name, style=f"label-{role}"),
    ]
    sheet.blocks.append(Block(row, rates.passes.first, tuple(formulas), shown[None, :], styles))


def _put_parameters(
    sheet: Grid, layout: Layout, numbers: RatesNumbers, block: int, number: int
) -> None:
    """The parameters of a block with one η, and the learning rate of its update."""
    rates, training, trace = layout.rates, layout.rates.training(number), numbers.traces[number]
    row, name = training.parameter_row(block), f"w, b · {_names()[number]}"
    formulas = (
        training_formulas.updated(layout, training, block)
        if block
        else training_formulas.start(layout)
    )
    values = trace.parameter_values[block]
    _put_row(sheet, layout, row, block, name, formulas, values, "strong-parameter")
    if block < rates.updates:
        eta = f"${letters(rates.ETA)}${rates.table_row(number)}"
        schedule = layout.recipe.learning().schedule
        rate = schedule.excel.format(k=training.counter_cell(block), eta=eta) or eta
        value = float(trace.eta[block])
        sheet.cells.append(Cell(row, rates.RATE, value, rate, "number-update"))


def _put_examples(sheet: Grid, layout: Layout, numbers: RatesNumbers, block: int) -> None:
    """A row per example: its number, x and t, then the columns of each η."""
    rates, own, training = layout.rates, layout.rates.passes, layout.training
    is_last, rows = block == rates.updates, rates.steps.rows(block)
    formulas: list[str | None] = [*training_formulas.lookups(layout, rates.EXAMPLE)]
    back = own.network.columns - rates.forward_width
    for number in range(own.count):
        cells = rates.training(number).cells(block)
        formulas += training_formulas.forward(own.network, cells)
        if is_last:
            formulas += [None] * back
        else:
            formulas += training_formulas.backward(own.network, cells)
    columns = [numbers.traces[0].values[rows, : own.shared_width]]
    columns += [trace.values[rows, own.shared_width :] for trace in numbers.traces]
    values = np.hstack(columns)
    values = np.where([formula is None for formula in formulas], np.nan, values)
    top, styles = rates.first_example(block), tuple(column_styles(layout, own))
    sheet.blocks.append(
        Block(top, own.first, tuple(formulas), values, styles, outline=1, hidden=block > 0)
    )
    for i, example in enumerate(numbers.examples[rows].tolist()):
        source = address(training.first_example(block) + i, training.example)
        sheet.cells += [
            Cell(top + i, rates.COUNTER, block + 1, style="count"),
            Cell(top + i, rates.EXAMPLE, example, layout.on("training", source), "count"),
        ]


def _put_sums(sheet: Grid, layout: Layout, numbers: RatesNumbers, block: int, number: int) -> None:
    """Σ∂C/∂w of a block with one η, and what the update rule remembers."""
    rates, training, trace = layout.rates, layout.rates.training(number), numbers.traces[number]
    name, row = _names()[number], training.sum_row(block)
    cells = training.cells(block)
    sums = training_formulas.summed_gradients(rates.network, cells)
    gradient = trace.gradient[block]
    _put_row(sheet, layout, row, block, f"Σ · {name}", sums, gradient, "strong-gradient")
    for state, formulas in training_formulas.states(layout, training, block):
        values = trace.states[state.name][block]
        row = training.state_row(block, state.name)
        _put_row(
            sheet, layout, row, block, f"{state.name} · {name}", formulas, values, "number-update"
        )
