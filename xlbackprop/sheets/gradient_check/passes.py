"""The lower part of the Gradient check sheet: the passes at w + h and w − h, example by example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.text import number_at, text_at
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.gradient_check.layout import (
    CHOICE_COLUMN,
    COUNTS,
    EXPONENTS,
    LABEL,
    NUMBER,
    STEP,
    GradientLayout,
)
from xlbackprop.sheets.passes.heads import column_styles, put_parameter_heads, put_pass_heads
from xlbackprop.sheets.passes.several import forward
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.training import SymbolCells
from xlbackprop.sheets.training import formulas
from xlbackprop.sheets.training.formulas import training_column
from xlbackprop.sheets.training.looks import parameter_styles
from xlbackprop.words.notation import printed, superscript
from xlbackprop.workbook.address import area, letters
from xlbackprop.workbook.grid import Cell


@dataclass(frozen=True)
class Chosen:
    """The chosen parameter in the chosen block.

    Attributes:
        parameter: its number among the trained ones, from 1.
        index: the same among all, from 0; -1 for none.
        block: number of the block, from 0; -1 for none.
        example: row of its first example on Training.
        size: how many it has.
        symbol: what the parameter is called; empty for none.
        label: formula of that.
        now: formula and value of w.
        slope: formula and value of Σ∂C/∂w.
        parameters: w of all parameters, (P,).
    """

    parameter: Live
    index: int
    block: int
    example: Live
    size: Live
    symbol: str
    label: str
    now: tuple[str, float]
    slope: tuple[str, float]
    parameters: Array


def step_name(layout: Layout, step: int) -> str:
    """What an h is called: 10⁻³."""
    return f"10⁻{superscript(str(EXPONENTS[step - 1]))}" if step else layout.text("gradient.own_h")


def put_chosen(
    page: Page, layout: Layout, content: Content, parameter: Live, number: Live
) -> Chosen:
    """Where the block stands on Training, and the chosen one among the parameters."""
    check, training = layout.own(GradientLayout.of), layout.training
    row = check.helper_row
    block, index = (int(number) - 1 if number > 0 else -1), -1
    if parameter > 0:
        index = int(np.flatnonzero(layout.network.trained)[int(parameter) - 1])
    page.write(row, 1, layout.text("walkthrough.rows"), "label")
    page.grid.heights[row - 1] = 20

    def helper(place: int, name: str, formula: str, value: float) -> Live:
        column = CHOICE_COLUMN + place
        page.write(row - 1, column, layout.text(f"gradient.at_{name}"), "symbol-update")
        whole = value if np.isnan(value) else int(value)
        page.grid.cells.append(Cell(row, column, whole, formula, "whole-update"))
        return page.live(row, column, float(value))

    counters = training_column(layout, training.counter)
    at, examples = np.nan, np.nan
    if block >= 0:
        at, examples = training.parameter_row(block), training.steps.sizes[block]
    top = helper(0, "parameters", f"MATCH({number.fixed},{counters},0)", at)
    example = helper(1, "example", f"{top.fixed}+{training.depth}", top + training.depth)
    size = helper(2, "size", f"COUNTIF({counters},{number.fixed})-{training.extra}", examples)
    sums = helper(3, "sums", f"{example.fixed}+{size.fixed}", example + size)
    numbers = check.parameter_cells(check.names_row)
    place = index + 2 if index >= 0 else np.nan
    position = helper(4, "position", f"MATCH({parameter.fixed},{numbers},0)", place)

    def found(row: int, at: Callable[..., str] = number_at) -> str:
        # Gnumeric reads a single index into a row as a row.
        return at(check.parameter_cells(row), 1, position.fixed)

    now, slopes = _put_looked_up(page, layout, content, block, (top, sums))
    return Chosen(
        parameter,
        index,
        block,
        example,
        size,
        printed(layout.network.all_parameter_labels[index]) if index >= 0 else "",
        found(check.label_row, text_at),
        (found(check.now_row), float(now[index]) if index >= 0 else np.nan),
        (found(check.slope_row), float(slopes[index]) if index >= 0 else np.nan),
        now,
    )


def _put_looked_up(
    page: Page, layout: Layout, content: Content, block: int, rows: tuple[Live, Live]
) -> tuple[Array, Array]:
    """The parameters' numbers, w and Σ∂C/∂w of the chosen block, both (P,)."""
    check, text = layout.own(GradientLayout.of), layout.text
    own = check.passes
    put_parameter_heads(page.grid, layout, own, check.band_row)
    page.grid.heights |= dict.fromkeys(range(check.band_row, check.pass_row(0)), 20.0)
    page.write(check.names_row, 1, text("gradient.names"), "label")
    page.write(check.now_row, 1, "w", "label")
    page.write(check.slope_row, 1, text("gradient.slope"), "label")
    trained = layout.network.trained
    found = [
        table[block] if block >= 0 else np.full(len(trained), np.nan)
        for table in (content.live.parameter_values, content.live.gradient)
    ]
    now, slopes = np.empty(len(trained)), np.array(found[1])
    styles = parameter_styles(layout.network, "strong-parameter")
    for i, (below, column) in enumerate(layout.training.places):
        cells, beside = training_column(layout, column), f"+{below}" if below else ""
        texts = [number_at(cells, f"{row.fixed}{beside}") for row in rows]
        at = own.places[i][1]
        name = check.names[i] if trained[i] else "–"
        page.write(check.names_row, at, name, "plain-parameter")
        now[i] = page.put(check.now_row, at, texts[0], found[0][i], styles[i])
        if trained[i]:
            slopes[i] = page.put(check.slope_row, at, texts[1], found[1][i], "strong-gradient")
        else:
            page.write(check.slope_row, at, "–", "plain-gradient")
    return now, slopes


def put_costs(
    page: Page, layout: Layout, content: Content, chosen: Chosen, sizes: Sequence[Live]
) -> list[tuple[str, float]]:
    """Formula and value of C_T at w + h and at w − h for each h: all passes side by side."""
    check = layout.own(GradientLayout.of)
    own = check.passes
    moved = _put_moved(page, layout, chosen, sizes)
    _put_headings(page, layout)
    numbers, counts = _put_examples(page, layout, content, chosen)
    x, t = (looked_up(table, numbers) for table in content.tables(layout))
    top, shared = check.top, own.shared_width
    values = forward(page, own, moved, x, t, top)
    texts = list(formulas.lookups(layout, STEP))
    for number in range(own.count):
        row = check.pass_row(number)
        place = SymbolCells(own.columns[number], own.place_of, row, top, check.bottom)
        texts += formulas.forward(own.network, place)
    columns = np.hstack([values[0][:, :shared], *values[:, :, shared:]])
    styles = column_styles(layout, own)
    labels = own.labels
    shown = page.rows(top, own.first, texts, columns, styles, symbols=labels).values
    found = []
    for number in range(own.count):
        column = own.columns[number]["C"]
        cells = area(top, column, check.bottom, column)
        text = f"SUM({cells})"
        if check.batched:  # without the rows that only fill up a smaller mini-batch
            text = f"SUMPRODUCT({cells},{area(top, COUNTS, check.bottom, COUNTS)})"
        cost = float((shown[:, column - own.first] * counts).sum())
        if own.network.averaged:
            text, cost = f"{text}/{chosen.size.fixed}", cost / float(chosen.size)
        found.append((text, cost))
    return found


def _put_moved(page: Page, layout: Layout, chosen: Chosen, sizes: Sequence[Live]) -> Array:
    """The parameters of each pass: w, but for the chosen one, (passes, P)."""
    check = layout.own(GradientLayout.of)
    own = check.passes
    names = [letters(column) for _, column in own.places]
    texts = [
        f"{name}${check.now_row}+IF({name}${check.names_row}={chosen.parameter.fixed},"
        f"${letters(STEP)}{{r}},0)"
        for name in names
    ]
    is_chosen = np.arange(own.parameters) == chosen.index
    moved = np.empty((own.count, own.parameters))
    styles = parameter_styles(layout.network, "number-parameter")
    for number in range(own.count):
        step, minus = divmod(number, 2)
        row, h = check.pass_row(number), sizes[step]
        page.write(row, LABEL, _title(layout, number), "label-parameter")
        formula, move = (f"-{h.fixed}", -h) if minus else (h.fixed, float(h))
        move = page.put(row, STEP, formula, move, "difference-parameter")
        values = chosen.parameters + np.where(is_chosen, float(move), 0.0)
        values = values if chosen.index >= 0 else np.full_like(values, np.nan)
        moved[number] = page.rows(row, own.first, texts, values[None, :], styles).values
    return moved


def _title(layout: Layout, number: int) -> str:
    """What a pass is called: w + h, h = 10⁻³."""
    step, minus = divmod(number, 2)
    sign = "−" if minus else "+"
    return f"w {sign} h, h = {step_name(layout, step)}" if step else f"w {sign} h"


def _put_headings(page: Page, layout: Layout) -> None:
    check, text = layout.own(GradientLayout.of), layout.text
    page.write(check.heading_row - 1, 1, text("gradient.passes"), "section")
    page.grid.heights[check.heading_row - 1] = 24
    titles = [_title(layout, number) for number in range(check.passes.count)]
    put_pass_heads(page.grid, layout, check.passes, check.heading_row, titles)
    headings = [(NUMBER, text("gradient.row")), (STEP, text("training.example"))]
    headings += [(COUNTS, text("gradient.counts"))] if check.batched else []
    for column, name in headings:
        page.write(check.top - 1, column, name, "heading-update")


def _put_examples(
    page: Page, layout: Layout, content: Content, chosen: Chosen
) -> tuple[Array, Array]:
    """Number of the example in each row, and whether it counts: the last one is repeated."""
    check = layout.own(GradientLayout.of)
    rows = check.examples
    place = np.arange(rows)
    numbers, counts = np.full(rows, np.nan), np.full(rows, np.nan)
    if chosen.block >= 0:
        own = content.examples[layout.training.steps.rows(chosen.block)]
        numbers, counts = own[np.minimum(place, len(own) - 1)], (place < len(own)).astype(float)
    at, size = f"${letters(NUMBER)}{{r}}", chosen.size.fixed
    within = f"MIN({at},{size})" if check.batched else at
    examples = training_column(layout, layout.training.example)
    texts = [None, number_at(examples, f"{chosen.example.fixed}+{within}-1")]
    columns = [place + 1.0, numbers]
    if check.batched:
        texts.append(f"IF({at}<={size},1,0)")
        columns.append(counts)
    shown = page.rows(check.top, NUMBER, texts, np.column_stack(columns), "count").values
    return shown[:, 1], shown[:, 2] if check.batched else np.ones(rows)
