"""The Gradient check sheet: Σ∂C/∂w from backpropagation beside what C_T itself says.

C_T is computed anew at w + h and at w − h, by two passes forward over all examples of a block.
"""

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.page.bands import put_title
from xlbackprop.page.paper import across
from xlbackprop.page.sentences import GAP, Number, Part, Word, quoted, sentence
from xlbackprop.page.typeset import TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.gradient_check.layout import EXPONENTS, MOST_CELLS, GradientLayout
from xlbackprop.sheets.gradient_check.numbers import Chosen, GradientNumbers
from xlbackprop.sheets.gradient_check.passes import put_passes, step_name
from xlbackprop.sheets.plan.choices import noted, put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import printed
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper, Run, Value
from xlbackprop.workbook.style import large_numbers

CHART = (10.4, 9.6)  # centimetres
CHART_COLUMNS = 5  # that it covers
NEAR = 0.00001  # up to which both are said to agree; relative where Σ∂C/∂w is beyond 1
DECIMALS = 6  # of the sentence


def grid(layout: Layout, content: Content) -> Grid:
    """The Gradient check sheet."""
    check, text, numbers = layout.gradient, layout.text, content.gradient
    if numbers is None:
        raise ValueError("The Gradient check sheet needs numbers of its own.")
    sheet = Grid(
        layout.sheet("gradient-check"),
        tab_color=layout.theme.roles["gradient"].band,
        columns=[
            Columns(check.LABEL, check.LABEL, 23),
            Columns(check.H, check.H, 11),
            Columns(check.PLUS, check.SLOPE, 18),
            Columns(check.DIFFERENCE, check.DECIMALS, 11),
            Columns(check.DECIMALS + 1, max(check.DECIMALS + 1, check.passes.last_column), 11),
        ],
    )
    last = check.CHART_COLUMN + CHART_COLUMNS - 1 if check.has_table else check.DECIMALS
    paper = Paper(area=area(1, 1, check.helper_row - 2, last))
    sheet.paper = across(paper, sheet.columns, last, [check.CHART_COLUMN])
    put_title(sheet, text("gradient.title"), text("gradient.intro"))
    _put_choices(sheet, layout, content)
    _put_table(sheet, layout, numbers)
    _put_sentences(sheet, layout, numbers)
    put_passes(sheet, layout, numbers)
    _add_colours(sheet, check)
    if check.has_table:
        place = address(check.PARAMETER_ROW, check.CHART_COLUMN)
        sheet.charts.append((place, _chart(layout)))
    return sheet


def _put_choices(sheet: Grid, layout: Layout, content: Content) -> None:
    """The parameter, with its symbol beside it, the block, and h."""
    check, text = layout.gradient, layout.text
    parameter, block = layout.gradient_choices
    note = text("gradient.parameter_note", most=parameter.most, row=check.number_row)
    name = text("gradient.parameter")
    put_choice(sheet, layout, content, parameter, name, note, apart=2)
    name, note = text("walkthrough.block"), text("walkthrough.block_note", most=block.most)
    put_choice(sheet, layout, content, block, name, note, apart=2)
    labels = layout.network.all_parameter_labels
    inputs = content.inputs
    index = Chosen.of(layout, inputs).index(layout.network)
    symbol = printed(labels[index]) if index >= 0 else np.nan
    formula = _of_chosen(check, check.label_row)
    h = layout.gradient_step
    moves = f"ABS({address(h.row, h.column)})>0"
    is_moved = abs(inputs.asked[h.name]) > 0
    sheet.cells += [
        Cell(parameter.row, parameter.column + 1, symbol, formula, "label-parameter"),
        Cell(h.row, 1, text("gradient.h"), style="label"),
        Cell(h.row, h.column, inputs.asked[h.name], style="difference-input"),
        noted(h.row, h.column + 2, moves, is_moved, text("gradient.h_note"), text("gradient.no_h")),
    ]
    numbers: DataValidation = number_only(layout.text, h.limit)
    numbers.add(address(h.row, h.column))
    sheet.validations.append(numbers)
    sheet.heights[h.row] = 20


def _of_chosen(check: GradientLayout, row: int) -> str:
    """What stands in a row of parameters below the chosen one."""
    # Gnumeric reads a single index into a row as a row.
    return f"INDEX({check.parameter_cells(row)},1,{check.helper_cell(4)})"


# The table.


def _put_table(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    check, text = layout.gradient, layout.text
    plus, minus = (*TOTAL_COST, Run("(w\u00a0+\u00a0h)")), (*TOTAL_COST, Run("(w\u00a0−\u00a0h)"))
    quotient = (Run("("), *plus, Run(" − "), *minus, Run(")\u00a0/\u00a02h"))
    headings: tuple[tuple[int, Value, str], ...] = (
        (check.H, "h", "heading-input"),
        (check.PLUS, plus, "heading-cost"),
        (check.MINUS, minus, "heading-cost"),
        (check.QUOTIENT, quotient, "heading-cost"),
        (check.SLOPE, text("gradient.slope"), "heading-gradient"),
        (check.DIFFERENCE, text("gradient.difference"), "heading-python"),
        (check.DECIMALS, text("gradient.decimals"), "heading-python"),
    )
    sheet.cells += [
        Cell(check.TABLE_ROW, column, name, style=style) for column, name, style in headings
    ]
    sheet.heights[check.TABLE_ROW] = 34
    for step in range(check.steps):
        _put_step(sheet, check, numbers, step, step_name(layout, step))


def _put_step(
    sheet: Grid, check: GradientLayout, numbers: GradientNumbers, step: int, name: str
) -> None:
    """One row of the table."""
    row, top = check.table_row(step), check.table_row(0)
    h, plus, minus, quotient, slope, difference = (
        address(row, column) for column in range(check.H, check.DECIMALS)
    )
    costs = [_cost(check, number) for number in (2 * step, 2 * step + 1)]
    cells = (
        (
            numbers.sizes,
            f"1/10^{EXPONENTS[step - 1]}" if step else check.choice_cell(check.STEP_ROW),
        ),
        (numbers.costs[:, 0], costs[0]),
        (numbers.costs[:, 1], costs[1]),
        (numbers.quotients, f"({plus}-{minus})/(2*{h})"),
        (numbers.slopes, address(top, check.SLOPE) if step else _of_chosen(check, check.slope_row)),
        (numbers.differences, f"ABS({quotient}-{slope})"),
        (numbers.decimals, f"-LN(MAX({difference},1/10^16))/LN(10)"),
    )
    styles = (
        "difference-cost",
        "exact-cost",
        "exact-cost",
        "exact-cost",
        "exact-gradient",
        "difference-python",
        "tenths-python",
    )
    sheet.cells.append(Cell(row, check.LABEL, name, style="plain-cost"))
    sheet.cells += [
        Cell(row, column, float(values[step]), formula, style)
        for column, ((values, formula), style) in enumerate(
            zip(cells, styles, strict=True), check.H
        )
    ]
    sheet.heights[row] = 18


def _cost(check: GradientLayout, number: int) -> str:
    """C_T of a pass, without the rows that only fill up a smaller mini-batch."""
    column = check.passes.columns[number]["C"]
    costs = area(check.top, column, check.bottom, column)
    if not check.batched:
        return f"SUM({costs})"
    return f"SUMPRODUCT({costs},{area(check.top, check.COUNTS, check.bottom, check.COUNTS)})"


# The sentences.


def _put_sentences(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    check, text = layout.gradient, layout.text
    too_large = text("walkthrough.too_large")
    formula, value = sentence(_comparison(layout, numbers), too_large)
    sheet.cells.append(Cell(check.SENTENCE_ROW, 1, value, formula, "verdict-line"))
    sheet.heights |= {check.SENTENCE_ROW: 26, check.VERDICT_ROW: 22}
    formula, value = _verdict(layout, numbers)
    sheet.cells.append(Cell(check.VERDICT_ROW, 1, value, formula, "label"))
    if check.has_table:
        formula, value = sentence(_closest(layout, numbers), too_large)
        sheet.cells.append(Cell(check.closest_row, 1, value, formula, "text"))
    else:
        cells = check.cells(1 + len(EXPONENTS))
        note = text("gradient.no_table", cells=f"{cells:,}", most=f"{MOST_CELLS:,}")
        sheet.cells.append(Cell(check.closest_row, 1, note, style="text"))
    if layout.network.kinked:
        sheet.cells.append(Cell(check.note_row, 1, text("gradient.kinks"), style="text"))


def _comparison(layout: Layout, numbers: GradientNumbers) -> list[Part]:
    """The symbol and its value, and both gradients."""
    check, row = layout.gradient, layout.gradient.table_row(0)
    position, labels = numbers.helpers[-1], layout.network.all_parameter_labels
    known = bool(np.isfinite(position))
    index = int(position) - 2 if known else 0
    symbol = Word(_of_chosen(check, check.label_row), printed(labels[index]) if known else None)
    value = float(numbers.parameters[index]) if known else np.nan
    quotient, slope = address(row, check.QUOTIENT), address(row, check.SLOPE)
    return [
        symbol,
        " = ",
        Number(_of_chosen(check, check.now_row), value, DECIMALS),
        f"{GAP}(C_T(w + h) − C_T(w − h)) / 2h = ",
        Number(quotient, float(numbers.quotients[0]), DECIMALS),
        f"{GAP}{layout.text('gradient.backpropagation')} Σ ∂C/∂w = ",
        Number(slope, float(numbers.slopes[0]), DECIMALS),
    ]


def _verdict(layout: Layout, numbers: GradientNumbers) -> tuple[str, str | float]:
    """Whether both agree."""
    check, row = layout.gradient, layout.gradient.table_row(0)
    agree, differ = layout.text("gradient.agree"), layout.text("gradient.differ")
    difference, slope = address(row, check.DIFFERENCE), address(row, check.SLOPE)
    least = f"{NEAR:.5f}"
    near = f"{difference}<={least}*MAX(1,ABS({slope}))"
    formula = f"IF({near},{quoted(agree)},{quoted(differ)})"
    if not np.isfinite([numbers.differences[0], numbers.slopes[0]]).all():
        return formula, np.nan
    limit = NEAR * max(1.0, abs(float(numbers.slopes[0])))
    return formula, agree if numbers.differences[0] <= limit else differ


def _closest(layout: Layout, numbers: GradientNumbers) -> list[Part]:
    """Which h of the table comes closest."""
    check = layout.gradient
    first, last = check.table_row(1), check.table_row(check.steps - 1)
    names = f"{address(first, check.LABEL)}:{address(last, check.LABEL)}"
    # By the decimals: a spreadsheet takes differences of 10⁻¹⁷ for 0.
    cells = f"{address(first, check.DECIMALS)}:{address(last, check.DECIMALS)}"
    found = numbers.decimals[1:]
    known = bool(np.isfinite(found).all())
    closest = step_name(layout, int(found.argmax()) + 1) if known else None
    word = Word(f"INDEX({names},MATCH(MAX({cells}),{cells},0))", closest)
    before, after = layout.text("gradient.closest").split("{h}")
    return [before, word, after]


# Looks.


def _add_colours(sheet: Grid, check: GradientLayout) -> None:
    first, last = check.table_row(0), check.table_row(check.steps - 1)
    costs = area(first, check.PLUS, last, check.SLOPE)
    below = area(check.now_row, check.passes.first, check.bottom, check.passes.last_column)
    sheet.conditional += [(costs, large_numbers()), (below, large_numbers())]


def _chart(layout: Layout) -> object:
    """How many decimals agree, over h."""
    check, text = layout.gradient, layout.text
    first, last = check.table_row(1), check.table_row(check.steps - 1)

    def absolute(column: int) -> str:
        letter = letters(column)
        return f"'{layout.sheet('gradient-check')}'!${letter}${first}:${letter}${last}"

    curve = Curve(
        absolute(check.H),
        absolute(check.DECIMALS),
        text("gradient.decimals"),
        layout.theme.roles["gradient"].band,
        marker=True,
    )
    return curves(
        text("gradient.chart"),
        "h",
        text("gradient.decimals"),
        [curve],
        y_format="0",
        size=CHART,
        y_range=(None, None),
        x_from=None,
        x_log=True,
    )
