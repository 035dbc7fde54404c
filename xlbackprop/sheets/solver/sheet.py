"""The Solver sheet: a pass forward whose C_T Excel's Solver makes small, beside what scipy found.

Solver keeps what it is told in hidden names of the sheet (``workbook.solver_model``), so that Data
→ Solver → Solve is all there is to do.
"""

from collections.abc import Mapping
from itertools import accumulate

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.judge.restage import staged
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Area, Input, Live
from xlbackprop.page.colours import pixel_colours, wrong_answers
from xlbackprop.page.page import Page
from xlbackprop.page.paper import across, column_widths
from xlbackprop.page.typeset import TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content, constant
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.plan.solver import IN_USE, MOST_CHANGING, SCIPY, START, YOURS
from xlbackprop.sheets.training import formulas
from xlbackprop.sheets.training.bands import unit_bands
from xlbackprop.sheets.training.looks import parameter_styles, stacked_note, symbol_style, width
from xlbackprop.training.solver import METHOD, measured
from xlbackprop.training.trace import column_slices
from xlbackprop.workbook.address import absolute, address, area, reference
from xlbackprop.workbook.grid import Columns, Grid, Paper, Value
from xlbackprop.workbook.solver_model import solver_names

LINE = 100.0  # characters of a line
SETS = {  # of parameters: name, role and style of each
    YOURS: ("yours", "input", "number-input"),
    START: ("start", "python", "number-python"),
    SCIPY: ("scipy", "python", "number-python"),
    IN_USE: ("in_use", "parameter", "strong-parameter"),
}


def choice(layout: Layout) -> Input:
    """Whose weights are shown: the reader's, the starting ones, or scipy's."""
    solver = layout.solver
    place = solver.CHOICE_ROW, solver.CHOICE_COLUMN
    return layout.input("solver values", "solver", place, 1, 3)


def build(layout: Layout, content: Content) -> Page:
    """The Solver sheet."""
    solver, text = layout.solver, layout.text
    groups = [(group, solver.columns[group.labels[0]]) for group in solver.groups]
    columns = [
        Columns(solver.NUMBER, solver.NUMBER, 30),
        *(Columns(first, first + len(group.labels) - 1, width(group)) for group, first in groups),
    ]
    page = new_page(layout, content, "solver", "input", columns)
    page.grid.freeze, page.grid.hidden_names = "B1", model(layout)
    widths = accumulate(column_widths(columns, solver.columns["C"])[1:])
    right = 2 + sum(width < LINE for width in widths)
    intro = " ".join([text("solver.intro"), *stacked_note(layout)])
    put_title(page.grid, text("solver.title"), intro, column=2, wrap_to=right)
    chosen = put_choice(page, choice(layout), text("solver.choice"), text("solver.choice_note"))
    key = "model" if page.grid.hidden_names else "no_model"
    told = text(f"solver.{key}", count=solver.count, most=MOST_CHANGING)
    page.write(solver.MODEL_ROW, 2, told, "wrapped")
    page.grid.merges.append(area(solver.MODEL_ROW, 2, solver.MODEL_ROW, right))
    _put_headings(page.grid, layout)
    sets = _put_sets(page, layout, content, chosen)
    examples = _put_pass(page, layout, content, sets[IN_USE])
    _put_table(page, layout, content, sets, examples)
    _add_colours(page, layout)
    return page


KIND = Kind("solver", build, lambda layout: layout.recipe.solver, lambda layout: [choice(layout)])


def model(layout: Layout) -> dict[str, str]:
    """What Solver is told, as the hidden names of its sheet; nothing where it would refuse."""
    solver, sheet = layout.solver, layout.sheet("solver")
    if solver.count > MOST_CHANGING:
        return {}
    row = solver.table_row(0)
    target = reference(sheet, absolute(row, solver.COST, row, solver.COST))
    changing = [reference(sheet, absolute(*rectangle)) for rectangle in solver.changing]
    return solver_names(target, changing)


# Above the pass: the table.


def _put_table(
    page: Page, layout: Layout, content: Content, sets: Mapping[int, Array], examples: Area
) -> None:
    """C_T and the share of right answers: of what is shown, and what Python knows."""
    solver, text, has_share = layout.solver, layout.text, layout.network.answers
    headings: list[tuple[int, Value, str]] = [
        (solver.COST, TOTAL_COST, "cost"),
        *([(solver.SHARE, text("solver.share"), "cost")] if has_share else []),
        (solver.ITERATIONS, text("solver.iterations"), "python"),
        (solver.EVALUATIONS, text("solver.evaluations"), "python"),
    ]
    for column, heading, role in headings:
        page.write(solver.TABLE_ROW, column, heading, f"heading-{role}")
    heights = {solver.table_row(number): 20.0 for number in (YOURS, START, SCIPY)}
    page.grid.heights |= {solver.TABLE_ROW: 34, solver.MODEL_ROW: 34, **heights}
    _put_live(page, layout, examples)
    for number in (START, SCIPY):
        row, (cost, share) = solver.table_row(number), measured(layout.recipe, sets[number])
        page.write(row, 1, text(f"solver.table_{SETS[number][0]}"), "label")
        page.write(row, solver.COST, constant(cost), "cost-python")
        if has_share:
            page.write(row, solver.SHARE, constant(share), "percent-python")
    row, solution = solver.table_row(SCIPY), content.solution
    if solution is not None:
        page.write(row, solver.ITERATIONS, constant(solution.iterations), "whole-python")
        page.write(row, solver.EVALUATIONS, constant(solution.evaluations), "whole-python")
    page.write(row, solver.EVALUATIONS + 1, text("solver.how", method=METHOD), "beside")


def _put_live(page: Page, layout: Layout, examples: Area) -> None:
    """The target cell: C_T of what is shown."""
    solver, row = layout.solver, layout.solver.table_row(0)

    def column_of(label: str) -> tuple[str, Array]:
        """A column's cells and numbers."""
        column = solver.columns[label]
        cells = area(solver.top, column, solver.bottom, column)
        return cells, examples.values[:, column - examples.left]

    page.write(row, 1, layout.text("solver.table_shown"), "label")
    cells, costs = column_of("C")
    network = layout.network
    [total] = formulas.totals(network, [f"SUM({cells})"], solver.examples)
    cost = float(network.total_cost(costs))
    page.put(row, solver.COST, total, cost, "strong-cost-cost", symbol="C_T")
    if layout.network.answers:
        cells, answers = column_of("right")
        formula = f"AVERAGE({cells})"
        page.put(row, solver.SHARE, formula, answers.mean(), "strong-percent-cost")


# The pass.


def _put_headings(sheet: Grid, layout: Layout) -> None:
    solver, text = layout.solver, layout.text
    bands = [Band("update", solver.NUMBER, (text("training.example"),), "")]
    for group in solver.groups:
        bands += unit_bands(layout, group, solver.columns)
    put_bands(sheet, solver.BAND_ROW, bands)
    paper = Paper(repeat_rows=f"{solver.BAND_ROW}:{solver.BAND_ROW + 2}", repeat_columns="A:A")
    starts = [band.column for band in bands]
    sheet.paper = across(paper, sheet.columns, solver.last_column, starts, solver.NUMBER)
    sheet.heights |= {solver.BAND_ROW: 32, solver.BAND_ROW + 1: 34, solver.BAND_ROW + 2: 22}


def _put_sets(page: Page, layout: Layout, content: Content, chosen: Live) -> dict[int, Array]:
    """The four sets of parameters, each above the values that it is multiplied by, (P,) each."""
    solver, start = layout.solver, layout.recipe.start_parameters()
    scipy = start if content.solution is None else content.solution.parameters
    values = {YOURS: content.inputs.yours, START: start, SCIPY: scipy}
    sets = dict[int, Array]()
    for number, parameters in values.items():
        _put_names(page, layout, number)
        cells, looks = solver.cells(number), parameter_styles(solver.network, SETS[number][2])
        for (row, column), value, look in zip(cells, parameters.tolist(), looks, strict=True):
            page.write(row, column, constant(value), look)
        sets[number] = np.array(
            [page.live(*cell, x) for cell, x in zip(cells, parameters.tolist(), strict=True)]
        )
    _put_names(page, layout, IN_USE)
    picked = sets.get(int(chosen) - 1 if chosen > 0 else IN_USE, np.full_like(start, np.nan))
    places = zip(*map(solver.cells, (YOURS, START, SCIPY)), strict=True)
    looks = parameter_styles(solver.network, SETS[IN_USE][2])
    used = [
        page.put(
            *cell,
            "IF({0}=1,{1},IF({0}=2,{2},{3}))".format(chosen.fixed, *(address(*o) for o in others)),
            value,
            look,
        )
        for cell, value, others, look in zip(
            solver.cells(IN_USE), picked, places, looks, strict=True
        )
    ]
    yours = number_only(layout.text)
    for rectangle in solver.changing:
        yours.add(area(*rectangle))
    page.grid.validations.append(yours)
    return sets | {IN_USE: np.array(used)}


def _put_names(page: Page, layout: Layout, number: int) -> None:
    """What each row of a set is called."""
    solver, (key, role, _) = layout.solver, SETS[number]
    for unit in range(solver.depth):
        name = layout.text(f"solver.set_{key}")
        if solver.depth > 1:
            name = layout.text("solver.set_unit", name=name, unit=unit + 1)
        page.write(solver.set_row(number) + unit, solver.NUMBER, name, f"label-{role}")


def _put_pass(page: Page, layout: Layout, content: Content, parameters: Array) -> Area:
    """A row per example: x, t, z, e and a of each layer, the cost, whether the answer is right."""
    solver, network = layout.solver, layout.network
    slices, numbers = column_slices(solver.groups), np.arange(1.0, solver.examples + 1)[:, None]
    examples = page.rows(solver.top, solver.NUMBER, [None], numbers, "count").values[:, 0]
    x, t = (looked_up(table, examples) for table in content.tables(layout))
    shown = page.seen(solver.top, solver.NUMBER + 1, np.empty((len(x), len(solver.columns))))
    values = staged(network, parameters, x, t, slices, None if page.shown is None else shown)
    texts = formulas.lookups(layout, solver.NUMBER, solver.top) + formulas.forward(
        network, solver.symbols
    )
    looks = [symbol_style(layout, group) for group in solver.groups for _ in group.labels]
    labels = list(solver.columns)
    return page.rows(solver.top, solver.NUMBER + 1, texts, values, looks, symbols=labels)


def _add_colours(page: Page, layout: Layout) -> None:
    solver, first = layout.solver, layout.solver.NUMBER + 1
    page.large(solver.set_row(YOURS), first, solver.bottom, solver.last_column)
    page.large(solver.table_row(0), 2, solver.table_row(SCIPY), 2)
    if layout.network.answers:
        column = solver.columns["right"]
        answers = area(solver.top, column, solver.bottom, column)
        page.coloured([answers], wrong_answers(layout.theme))
    if layout.recipe.image:
        last = first + len(layout.recipe.inputs) - 1
        pixels = area(solver.top, first, solver.bottom, last)
        page.coloured([pixels], pixel_colours(layout.theme.pictures))
