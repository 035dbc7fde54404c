"""The trainings of the Learning rates sheet: side by side, a block per update."""

from collections.abc import Iterable, Sequence

import numpy as np

from xlbackprop.arrays import Array, Whole
from xlbackprop.judge.restage import restage
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.learning_rates.layout import (
    COUNTER,
    EXAMPLE,
    FACTORS,
    RATE,
    RateLayout,
    RatesLayout,
)
from xlbackprop.sheets.passes.heads import column_styles, put_parameter_heads, put_pass_heads
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training import formulas
from xlbackprop.sheets.training.looks import parameter_styles
from xlbackprop.training.engine import train
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address

# What the trainings ought to be.


def trainings(page: Page, layout: Layout, content: Content, etas: Sequence[Live]) -> list[Trace]:
    """The training with each η; in a file, what it ought to be given the numbers of the sheet."""
    rates = layout.own(RatesLayout.of)
    if page.shown is None:
        return [train(rates.network, layout.recipe, rates.steps, float(eta)) for eta in etas]
    inputs, rows = content.inputs, _example_rows(rates)
    x, t = (looked_up(table, page.shown[rows, EXAMPLE - 1]) for table in content.tables(layout))
    return [
        restage(
            _read(rates, page.shown, number, rows),
            layout.recipe.learning(),
            eta=float(eta),
            settings=inputs.settings,
            start=inputs.start,
            x=x,
            t=t,
        )
        for number, eta in enumerate(etas)
    ]


def _example_rows(rates: RatesLayout) -> Whole:
    """The rows of all examples, from 0."""
    blocks = range(rates.updates + 1)
    rows = [np.arange(rates.first_example(b) - 1, rates.last_example(b)) for b in blocks]
    return np.concatenate(rows)


def _read(rates: RatesLayout, shown: Array, number: int, rows: Whole) -> Trace:
    """The training with one η as a sheet shows it."""
    training, network, updates = rates.training(number), rates.network, range(rates.updates)
    first = rates.passes.first - 1
    columns = np.array(list(training.columns.values())) - 1

    def lines(found: Iterable[int]) -> Array:
        places = slice(first, first + rates.passes.parameters)
        line: Array = shown[np.array(list(found)) - 1, places]
        return line

    def of_trained(found: Iterable[int]) -> Array:
        return np.where(network.trained, lines(found), 0.0)

    gradient = of_trained(map(training.sum_row, updates))
    unknown = np.full(rates.updates + 1, np.nan)
    return Trace(
        network=network,
        steps=rates.steps,
        values=shown[np.ix_(rows, columns)],
        parameter_values=lines(map(training.parameter_row, range(rates.updates + 1))),
        cost=unknown,
        accuracy=unknown,
        gradient=np.vstack([gradient, np.full((1, gradient.shape[1]), np.nan)]),
        states={
            name: of_trained(training.state_row(block, name) for block in updates)
            for name in training.states
        },
        eta=shown[[training.parameter_row(block) - 1 for block in updates], RATE - 1],
    )


# How they stand on the sheet.


def put_trainings(
    page: Page, layout: Layout, content: Content, etas: Sequence[Live], traces: Sequence[Trace]
) -> None:
    """Their headings, and all their blocks."""
    rates = layout.own(RatesLayout.of)
    _put_headings(page, layout, rates)
    for block in range(rates.updates + 1):
        for number, (eta, trace) in enumerate(zip(etas, traces, strict=True)):
            _put_parameters(page, layout, rates.training(number), trace, block, eta)
        _put_examples(page, layout, content, traces, block)
        if block < rates.updates:
            for number, trace in enumerate(traces):
                _put_sums(page, layout, rates.training(number), trace, block)


def _put_headings(page: Page, layout: Layout, rates: RatesLayout) -> None:
    text, row = layout.text, rates.heading_row
    page.write(row - 1, 1, text("rates.trainings"), "section")
    put_parameter_heads(page.grid, layout, rates.passes, row)
    page.grid.heights |= {row - 1: 24, row: 20, row + 1: 20}
    names = [_name(number) for number in range(len(FACTORS))]
    put_pass_heads(page.grid, layout, rates.passes, row + 2, names)
    counter = text("rates.step" if rates.steps.batched else "rates.epoch")
    headings = ((COUNTER, counter), (EXAMPLE, text("training.example")), (RATE, "η"))
    for column, name in headings:
        page.write(row + 4, column, name, "heading-update")


def _name(number: int) -> str:
    """What a training is called: η₁, η₂ ..."""
    return f"η{'₀₁₂₃₄₅₆₇₈₉'[number + 1]}"


def _put_row(
    page: Page,
    training: RateLayout,
    row: int,
    block: int,
    name: str,
    texts: Sequence[str | None],
    values: Array,
    styles: str | Sequence[str],
) -> None:
    """A row with a number for each parameter that has a formula."""
    role = (styles if isinstance(styles, str) else styles[0]).split("-")[-1]
    page.write(row, COUNTER, block + 1, f"label-{role}")
    page.write(row, EXAMPLE, f"{name} · {_name(training.number)}", f"label-{role}")
    shown = np.where([text is None for text in texts], np.nan, values)
    page.rows(row, training.sheet.passes.first, texts, shown[None, :], styles)


def _put_parameters(
    page: Page, layout: Layout, training: RateLayout, trace: Trace, block: int, eta: Live
) -> None:
    """The parameters of a block with one η, and the learning rate of its update."""
    row, texts = training.parameter_row(block), formulas.start(layout)
    if block:
        texts = formulas.updated(layout, training, block)
    values = trace.parameter_values[block]
    styles = parameter_styles(layout.network, "strong-parameter")
    _put_row(page, training, row, block, "w, b", texts, values, styles)
    if block < training.sheet.updates:
        schedule = layout.recipe.learning().schedule
        rate = schedule.excel.format(k=training.counter_cell(block), eta=eta.fixed) or eta.fixed
        page.put(row, RATE, rate, trace.eta[block], "number-update")


def _put_examples(
    page: Page, layout: Layout, content: Content, traces: Sequence[Trace], block: int
) -> None:
    """A row per example: its number, x and t, then the columns of each η."""
    rates = layout.own(RatesLayout.of)
    own, training, rows = rates.passes, layout.training, rates.steps.rows(block)
    texts: list[str | None] = [*formulas.lookups(layout, EXAMPLE, rates.first_example(block))]
    back = own.network.columns - rates.forward_width
    for number in range(own.count):
        cells = rates.training(number).cells(block)
        texts += formulas.forward(own.network, cells)
        is_last = block == rates.updates
        texts += [None] * back if is_last else formulas.backward(own.network, cells)
    columns = [traces[0].values[rows, : own.shared_width]]
    columns += [trace.values[rows, own.shared_width :] for trace in traces]
    values = np.where([text is None for text in texts], np.nan, np.hstack(columns))
    top, looks = rates.first_example(block), column_styles(layout, own)
    page.rows(top, own.first, texts, values, looks, symbols=own.labels, outline=1, hidden=block > 0)
    for i, example in enumerate(content.examples[rows].tolist()):
        source = address(training.first_example(block) + i, training.example)
        page.write(top + i, COUNTER, block + 1, "count")
        page.put(top + i, EXAMPLE, layout.on("training", source), example, "count")


def _put_sums(page: Page, layout: Layout, training: RateLayout, trace: Trace, block: int) -> None:
    """Σ∂C/∂w of a block with one η, and what the update rule remembers."""
    row, gradient = training.sum_row(block), trace.gradient[block]
    sums = formulas.summed_gradients(trace.network, training.cells(block))
    name = layout.training.total_name(block)
    _put_row(page, training, row, block, name, sums, gradient, "strong-gradient")
    for state, texts in formulas.states(layout, training, block):
        values, row = trace.states[state.name][block], training.state_row(block, state.name)
        _put_row(page, training, row, block, state.name, texts, values, "number-update")
