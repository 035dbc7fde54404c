"""The Training sheet: a block per update, a row per example, a column per symbol.

Each parameter has one column, and its story is read straight down: its value, what every example
asks of it, the sum, its next value.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.arrays import Array
from xlbackprop.page.bands import put_bands, put_title, text_width
from xlbackprop.page.page import Page
from xlbackprop.page.paper import column_widths
from xlbackprop.page.validations import whole_numbers
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.sheets.training.bands import bands
from xlbackprop.sheets.training.equations import rate_equation, sum_equation
from xlbackprop.sheets.training.looks import (
    add_colours,
    example_styles,
    is_open,
    parameter_style,
    stacked_note,
    widths,
)
from xlbackprop.sheets.training.paper import paper
from xlbackprop.sheets.training.switches import add_training_switches, note_end, switches
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Grid

TYPICAL = 0.9  # width of a letter of a sentence, in digits


def build(layout: Layout, content: Content) -> Page:
    """The Training sheet."""
    training = layout.training
    page = new_page(layout, content, "training", "forward", widths(layout))
    sheet = page.grid
    sheet.freeze = address(training.TOP, training.first)
    above = bands(layout)
    put_bands(sheet, 3, above)
    sheet.heights.update({1: 30, 2: 20, 3: 32, 4: 34, 5: 22})
    starts = [band.column for band in above if _may_begin(sheet, layout, band.column)]
    sheet.paper = paper(sheet, layout, starts)
    _put_title(sheet, layout)
    sheet.paper = paper(sheet, layout, starts)  # the title may have grown by a line
    for block in range(training.steps.updates + 1):
        _add_block(page, layout, content.expected, block)
    add_training_switches(page, layout)
    add_colours(page, layout)
    if training.steps.batched:
        sheet.validations.append(_example_numbers(layout))
    return page


KIND = Kind("training", build, asks=lambda layout: layout.own(switches).values())


def _may_begin(sheet: Grid, layout: Layout, column: int) -> bool:
    """Whether a page may begin with a band: the answer stays beside C, a note beside its switch."""
    return column != layout.training.columns.get("right") and not any(
        switch.column < column <= note_end(sheet, layout, part)
        for part, switch in layout.own(switches).items()
    )


def _put_title(sheet: Grid, layout: Layout) -> None:
    """The title and the sentence below it, which is wrapped where the first page is narrow."""
    training, text = layout.training, layout.text
    rules = dict.fromkeys(getattr(layer, "ties", "") for layer in layout.recipe.layers)
    ties = [text(f"training.ties_{rule}") for rule in rules if rule]
    told = [text("training.intro"), *ties, *stacked_note(layout, stacked=layout.network.summed)]
    intro, breaks = " ".join(told), sheet.paper.column_breaks
    last = breaks[0] - 1 if breaks else training.last_column
    width = sum(column_widths(sheet.columns, last)[training.first - 1 :])
    wrap_to = last if breaks and TYPICAL * text_width(intro) > width else None
    put_title(sheet, text("training.title"), intro, column=training.first, wrap_to=wrap_to)


def _example_numbers(layout: Layout) -> DataValidation:
    """The cells that choose the examples of each mini-batch."""
    training, text = layout.training, layout.text
    error = text("validation.example", examples=layout.examples)
    validation = whole_numbers(layout.text, layout.examples, error)
    bottom = training.parameter_row(training.steps.updates) - 1
    validation.add(area(training.first_example(0), training.example, bottom, training.example))
    return validation


class Placed(NamedTuple):
    """A number in a row that isn't an example's."""

    column: int
    formula: str | None
    value: float
    style: str
    symbol: str = ""


def _add_block(page: Page, layout: Layout, trace: Trace, block: int) -> None:
    _add_parameters(page, layout, trace, block)
    _add_example_rows(page, layout, trace, block)
    _add_sums(page, layout, trace, block)
    if block < layout.training.steps.updates:
        _add_states(page, layout, trace, block)


def _add_parameters(page: Page, layout: Layout, trace: Trace, block: int) -> None:
    training = layout.training
    formulas = training_formulas.parameters(layout, block)
    lines = _lines(layout, formulas, trace.parameter_values[block], "strong-parameter")
    key = {training.steps.updates: "last_parameters", 0: "parameters"}.get(block)
    remark = layout.text(f"training.{key}") if key else ""
    _put_lines(page, layout, block, training.parameter_row(block), "w, b", lines, remark)


def _lines(
    layout: Layout, formulas: Sequence[str | None], values: Array, style: str, letter: str = ""
) -> list[list[Placed]]:
    """One formula per parameter in its place, row by row; ``letter`` begins their symbols."""
    lines: list[list[Placed]] = [[] for _ in range(layout.training.depth)]
    symbols = layout.training.symbols_of(letter)
    for symbol, (row, column), formula, value in zip(
        symbols, layout.training.places, formulas, values.tolist(), strict=True
    ):
        shown = np.nan if formula is None else value
        look = style if letter else parameter_style(symbol, style)
        lines[row].append(Placed(column, formula, shown, look, symbol))
    return lines


def _put_lines(
    page: Page,
    layout: Layout,
    block: int,
    top: int,
    kind: str,
    lines: list[list[Placed]],
    remark: str,
) -> None:
    """Rows of numbers with their epoch and kind, the cells between them in the rows' colour."""
    training = layout.training
    role = "parameter" if top == training.parameter_row(block) else "update"
    for row, line in enumerate(lines, top):
        name = layout.text("training.unit", kind=kind, unit=row - top + 1)
        _put_counters(page, layout, row, block, name if len(lines) > 1 else kind, role)
        numbers = line
        if remark and row == top:
            at = training.remark_column
            page.write(row, at, remark, f"note-{role}")
            numbers = [*line, Placed(at, None, np.nan, "")]
        _put_numbers(page, layout, row, numbers, role)


def _put_counters(page: Page, layout: Layout, row: int, block: int, name: str, role: str) -> None:
    """Epoch, step and name of a row that isn't an example's."""
    training = layout.training
    counters: list[int | str] = [training.steps.epoch(block)]
    counters += [block + 1] if training.steps.batched else []
    for column, value in enumerate([*counters, name], training.EPOCH):
        page.write(row, column, value, f"label-{role}")


def _put_numbers(
    page: Page, layout: Layout, row: int, numbers: Iterable[Placed], role: str
) -> None:
    """Numbers of one row, neighbours as one block, the cells between in the row's colour."""
    training, free = layout.training, layout.training.first
    ordered = sorted(numbers, key=lambda number: number.column)
    for (_, is_free), together in groupby(enumerate(ordered), key=_run):
        run = [number for _, number in together]
        _add_ground(page, row, free, run[0].column, role)
        free = run[-1].column + 1
        if is_free:
            columns, texts, values, styles, symbols = zip(*run, strict=True)
            page.rows(row, columns[0], texts, np.array([values]), styles, symbols=symbols)
    _add_ground(page, row, free, training.last_column + 1, role)


def _run(item: tuple[int, Placed]) -> tuple[int, bool]:
    """Equal for numbers that stand side by side; a number without style stands for a taken cell."""
    index, number = item
    return number.column - index, bool(number.style)


def _add_ground(page: Page, row: int, first: int, end: int, role: str) -> None:
    """Colour the cells from one column up to another that have no number in this row."""
    if end <= first:
        return
    empty = np.full((1, end - first), np.nan)
    page.rows(row, first, [None] * (end - first), empty, f"note-{role}")


def _add_example_rows(page: Page, layout: Layout, trace: Trace, block: int) -> None:
    training, network, steps = layout.training, layout.network, layout.training.steps
    cells = training.cells(block)
    is_last = block == steps.updates
    counters = [steps.epoch(block), *([block + 1] if steps.batched else [])]
    formulas: list[str | None] = [None] * (len(counters) + 1)
    first = training.first_example(block)
    formulas += training_formulas.lookups(layout, training.example, first)
    formulas += training_formulas.forward(network, cells)
    if not is_last:
        formulas += training_formulas.backward(network, cells)
    values = trace.block(block)[:, : len(formulas) - len(counters) - 1]
    if not is_last:
        fixed = [formula is None for formula in formulas[len(counters) + 1 :]]
        values = np.where(fixed, np.nan, values)
    numbers = steps.numbers[steps.rows(block)].astype(float)
    columns = [np.full(len(numbers), float(counter)) for counter in counters]
    page.rows(
        first,
        training.EPOCH,
        formulas,
        np.column_stack([*columns, numbers, values]),
        example_styles(layout)[: len(formulas)],
        symbols=training.symbols,
        outline=1,
        hidden=not is_open(layout, block),
    )


def _add_sums(page: Page, layout: Layout, trace: Trace, block: int) -> None:
    training, text = layout.training, training_formulas.measures(layout, block)
    lines: list[list[Placed]] = [[]]
    if block < training.steps.updates:
        formulas = training_formulas.gradient_sums(layout, block)
        lines = _lines(layout, formulas, trace.gradient[block], "strong-gradient", "sum_g_")
    cost = float(trace.cost[block])
    lines[0].append(Placed(training.columns["C"], text["C"], cost, "strong-cost-cost", "C_T"))
    if layout.network.answers:
        share, column = float(trace.accuracy[block]), training.columns["right"]
        lines[0].append(Placed(column, text["right"], share, "strong-percent-cost", "accuracy"))
    remark = "" if block else layout.text("training.sums", measures=layout.measures)
    if remark and layout.network.summed and layout.network.trains:
        remark += f"   {sum_equation(layout)}"
    name = training.total_name(block)
    _put_lines(page, layout, block, training.sum_row(block), name, lines, remark)


def _add_states(page: Page, layout: Layout, trace: Trace, block: int) -> None:
    """What the update rule remembers of each parameter, and η where it changes."""
    training, learning = layout.training, layout.recipe.learning()
    for state, formulas in training_formulas.states(layout, training, block):
        lines = _lines(
            layout, formulas, trace.states[state.name][block], "number-update", f"{state.name}_"
        )
        row, remark = (
            training.state_row(block, state.name),
            "" if block else learning.printed(state),
        )
        _put_lines(page, layout, block, row, state.name, lines, remark)
    if training.has_rate:
        row, remark = training.rate_row(block), "" if block else rate_equation(layout)
        formula, rate = training_formulas.rate(layout, block), float(trace.eta[block])
        line = [Placed(training.rate_column, formula, rate, "number-update")]
        _put_lines(page, layout, block, row, "η", [line], remark)
