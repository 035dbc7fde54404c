"""The Solver sheet: a pass forward whose C_T Excel's Solver makes small, beside what scipy found.

Solver keeps what it is told in hidden names of the sheet (``solver_model``), so that Data → Solver
→ Solve is all there is to do.
"""

from itertools import accumulate

import numpy as np

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.colours import pixel_colours, wrong_answers
from xlbackprop.page.paper import across, column_widths
from xlbackprop.page.typeset import TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.compare import constant
from xlbackprop.sheets.plan.choices import on, put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import IN_USE, MOST_CHANGING, SCIPY, START, YOURS
from xlbackprop.sheets.solver.numbers import SolverNumbers
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.sheets.training.bands import unit_bands
from xlbackprop.sheets.training.looks import symbol_style, width
from xlbackprop.training.solver import METHOD, measured
from xlbackprop.workbook.address import absolute, address, area, letters, reference
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper, Value
from xlbackprop.workbook.solver_model import solver_names
from xlbackprop.workbook.style import large_numbers

LINE = 100.0  # characters of a line
SETS = {YOURS: "yours", START: "start", SCIPY: "scipy", IN_USE: "in_use"}
LOOKS = {  # role and style of each set of parameters
    YOURS: ("input", "number-input"),
    START: ("python", "number-python"),
    SCIPY: ("python", "number-python"),
    IN_USE: ("parameter", "strong-parameter"),
}


def grid(layout: Layout, content: Content) -> Grid:
    """The Solver sheet."""
    solver, text, numbers = layout.solver, layout.text, content.solver
    if numbers is None:
        raise ValueError("The Solver sheet needs numbers of its own.")
    sheet = Grid(
        layout.sheet("solver"),
        freeze="B1",
        tab_color=layout.theme.roles["input"].band,
        columns=[
            Columns(solver.NUMBER, solver.NUMBER, 30),
            *(
                Columns(first, first + len(group.labels) - 1, width(group, is_picture=False))
                for group in solver.groups
                for first in [solver.columns[group.labels[0]]]
            ),
        ],
        hidden_names=model(layout),
    )
    widths = accumulate(column_widths(sheet.columns, solver.columns["C"])[1:])
    right = 2 + sum(width < LINE for width in widths)
    put_title(sheet, text("solver.title"), text("solver.intro"), column=2, wrap_to=right)
    choice, note = text("solver.choice"), text("solver.choice_note")
    put_choice(on(sheet, layout, content), layout.solver_choice, choice, note)
    _put_table(sheet, layout, numbers)
    key = "model" if sheet.hidden_names else "no_model"
    told = text(f"solver.{key}", count=solver.count, most=MOST_CHANGING)
    sheet.cells.append(Cell(solver.MODEL_ROW, 2, told, style="wrapped"))
    sheet.merges.append(area(solver.MODEL_ROW, 2, solver.MODEL_ROW, right))
    _put_headings(sheet, layout)
    _put_sets(sheet, layout, content, numbers)
    _put_pass(sheet, layout, numbers)
    _add_colours(sheet, layout)
    return sheet


def model(layout: Layout) -> dict[str, str]:
    """What Solver is told, as the hidden names of its sheet; nothing where it would refuse."""
    solver, sheet = layout.solver, layout.sheet("solver")
    if solver.count > MOST_CHANGING:
        return {}
    row = solver.table_row(0)
    target = reference(sheet, absolute(row, solver.COST, row, solver.COST))
    changing = [reference(sheet, absolute(*rectangle)) for rectangle in solver.changing]
    return solver_names(target, changing)


# Above the pass: the choice and the table.


def _put_table(sheet: Grid, layout: Layout, numbers: SolverNumbers) -> None:
    """C_T and the share of right answers: of what is shown, and what Python knows."""
    solver, text, recipe = layout.solver, layout.text, layout.recipe
    headings: list[tuple[int, Value, str]] = [(solver.COST, TOTAL_COST, "heading-cost")]
    if layout.network.answers:
        headings.append((solver.SHARE, text("solver.share"), "heading-cost"))
    headings += [
        (solver.ITERATIONS, text("solver.iterations"), "heading-python"),
        (solver.EVALUATIONS, text("solver.evaluations"), "heading-python"),
    ]
    sheet.cells += [
        Cell(solver.TABLE_ROW, column, heading, style=style) for column, heading, style in headings
    ]
    heights = {solver.table_row(number): 20.0 for number in (YOURS, START, SCIPY)}
    sheet.heights |= {solver.TABLE_ROW: 34, solver.MODEL_ROW: 34, **heights}
    _put_live(sheet, layout, numbers)
    solution = numbers.solution
    for number, parameters in ((START, numbers.start), (SCIPY, solution.parameters)):
        row, (cost, share) = solver.table_row(number), measured(recipe, parameters)
        sheet.cells += [
            Cell(row, 1, text(f"solver.table_{SETS[number]}"), style="label"),
            Cell(row, solver.COST, constant(cost), style="cost-python"),
        ]
        if layout.network.answers:
            sheet.cells.append(Cell(row, solver.SHARE, constant(share), style="percent-python"))
    row = solver.table_row(SCIPY)
    sheet.cells += [
        Cell(row, solver.ITERATIONS, constant(solution.iterations), style="whole-python"),
        Cell(row, solver.EVALUATIONS, constant(solution.evaluations), style="whole-python"),
        Cell(row, solver.EVALUATIONS + 1, text("solver.how", method=METHOD), style="beside"),
    ]


def _put_live(sheet: Grid, layout: Layout, numbers: SolverNumbers) -> None:
    """The target cell: C_T of what is shown."""
    solver, row = layout.solver, layout.solver.table_row(0)

    def column_of(label: str) -> str:
        column = solver.columns[label]
        # Both ends even for one example: IronCalc's COUNTIF takes no single cell.
        return f"{address(solver.top, column)}:{address(solver.bottom, column)}"

    sheet.cells += [
        Cell(row, 1, layout.text("solver.table_shown"), style="label"),
        Cell(row, solver.COST, numbers.cost, f"SUM({column_of('C')})", "strong-cost-cost"),
    ]
    if layout.network.answers:
        answers = column_of("right")
        formula = f'SUM({answers})/COUNTIF({answers},">=0")'
        share = Cell(row, solver.SHARE, numbers.accuracy, formula, "strong-percent-cost")
        sheet.cells.append(share)


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


def _put_sets(sheet: Grid, layout: Layout, content: Content, numbers: SolverNumbers) -> None:
    """The four sets of parameters, each above the values that it is multiplied by."""
    solver, text = layout.solver, layout.text
    values = {
        YOURS: content.inputs.yours,
        START: numbers.start,
        SCIPY: numbers.solution.parameters,
        IN_USE: numbers.in_use,
    }
    chosen = f"${letters(solver.CHOICE_COLUMN)}${solver.CHOICE_ROW}"
    for number, parameters in values.items():
        role, style = LOOKS[number]
        for unit in range(solver.depth):
            name = text(f"solver.set_{SETS[number]}")
            if solver.depth > 1:
                name = text("solver.set_unit", name=name, unit=unit + 1)
            row = solver.set_row(number) + unit
            sheet.cells.append(Cell(row, solver.NUMBER, name, style=f"label-{role}"))
        cells = solver.cells(number)
        for (row, column), value in zip(cells, parameters.tolist(), strict=True):
            formula, shown = None, constant(value)
            if number == IN_USE:
                mine, start, scipy = (
                    address(row - (IN_USE - other) * solver.depth, column)
                    for other in (YOURS, START, SCIPY)
                )
                formula = f"IF({chosen}=1,{mine},IF({chosen}=2,{start},{scipy}))"
                shown = value
            sheet.cells.append(Cell(row, column, shown, formula, style))
    yours = number_only(layout.text)
    for rectangle in solver.changing:
        yours.add(area(*rectangle))
    sheet.validations.append(yours)


def _put_pass(sheet: Grid, layout: Layout, numbers: SolverNumbers) -> None:
    solver = layout.solver
    formulas = [
        None,
        *training_formulas.lookups(layout, solver.NUMBER),
        *training_formulas.forward(layout.network, solver.symbols),
    ]
    styles = ["count"]
    for group in solver.groups:
        styles += [symbol_style(layout, group)] * len(group.labels)
    values = np.column_stack([np.arange(1.0, solver.examples + 1), numbers.values])
    sheet.blocks.append(Block(solver.top, solver.NUMBER, tuple(formulas), values, tuple(styles)))


def _add_colours(sheet: Grid, layout: Layout) -> None:
    solver, first = layout.solver, layout.solver.NUMBER + 1
    numbers = area(solver.set_row(YOURS), first, solver.bottom, solver.last_column)
    sheet.conditional.append((numbers, large_numbers()))
    sheet.conditional.append(
        (area(solver.table_row(0), 2, solver.table_row(SCIPY), 2), large_numbers())
    )
    if layout.network.answers:
        column = solver.columns["right"]
        answers = area(solver.top, column, solver.bottom, column)
        sheet.conditional.append((answers, wrong_answers(layout.theme)))
    if layout.recipe.image:
        last = first + len(layout.recipe.inputs) - 1
        pixels = area(solver.top, first, solver.bottom, last)
        sheet.conditional.append((pixels, pixel_colours(layout.theme.pictures)))
