"""The Gradient check sheet: Σ∂C/∂w from backpropagation beside what C_T itself says.

C_T is computed anew at w + h and at w − h, by two passes forward over all examples of a block.
"""

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.sheets import training_formulas
from xlbackprop.sheets.bands import put_title
from xlbackprop.sheets.choices import put_choice
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.gradient_layout import EXPONENTS, MOST_CELLS, GradientLayout
from xlbackprop.sheets.gradient_numbers import Chosen, GradientNumbers
from xlbackprop.sheets.history import TOTAL_COST
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.paper import across
from xlbackprop.sheets.pass_heads import column_styles, put_parameter_heads, put_pass_heads
from xlbackprop.sheets.sentences import Number, Part, Word, quoted, sentence
from xlbackprop.sheets.training_layout import SymbolCells
from xlbackprop.sheets.validations import number_only
from xlbackprop.sheets.walkthrough_figures import printed
from xlbackprop.sheets.walkthrough_numbers import training_column
from xlbackprop.sheets.walkthrough_verdict import GAP
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper, Run, Value
from xlbackprop.workbook.style import large_numbers

CHART = (15.5, 9.6)  # centimetres
NEAR = 0.00001  # up to which both are said to agree; relative where Σ∂C/∂w is beyond 1
UP = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
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
            Columns(check.LABEL, check.LABEL, 26),
            Columns(check.H, check.H, 14),
            Columns(check.PLUS, check.MINUS, 19),
            Columns(check.QUOTIENT, check.QUOTIENT, 29),
            Columns(check.SLOPE, check.SLOPE, 19),
            Columns(check.DIFFERENCE, check.DECIMALS, 14),
            Columns(check.DECIMALS + 1, max(check.DECIMALS + 1, check.passes.last_column), 11),
        ],
    )
    last = check.CHART_COLUMN + 8
    paper = Paper(area=area(1, 1, check.slope_row, last))
    sheet.paper = across(paper, sheet.columns, last, [check.CHART_COLUMN])
    put_title(sheet, text("gradient.title"), text("gradient.intro"))
    _put_choices(sheet, layout, content)
    _put_table(sheet, layout, numbers)
    _put_sentences(sheet, layout, numbers)
    _put_helpers(sheet, layout, numbers)
    _put_parameters(sheet, layout, numbers)
    _put_examples(sheet, layout, numbers)
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
    index = Chosen.of(layout, inputs.choices, inputs.numbers).index(layout.network)
    symbol = printed(labels[index]) if index >= 0 else np.nan
    formula = _of_chosen(check, check.label_row)
    h = layout.gradient_step
    sheet.cells += [
        Cell(parameter.row, parameter.column + 1, symbol, formula, "label-parameter"),
        Cell(h.row, 1, text("gradient.h"), style="label"),
        Cell(h.row, h.column, content.inputs.numbers[h.name], style="difference-input"),
        Cell(h.row, h.column + 2, text("gradient.h_note"), style="note"),
    ]
    numbers: DataValidation = number_only(layout.text)
    numbers.add(address(h.row, h.column))
    sheet.validations.append(numbers)
    sheet.heights[h.row] = 20


def _of_chosen(check: GradientLayout, row: int) -> str:
    """What stands in a row of parameters below the chosen one."""
    return f"INDEX({check.parameter_cells(row)},{check.helper_cell(4)})"


# The table.


def _put_table(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    check, text = layout.gradient, layout.text
    plus, minus = (*TOTAL_COST, Run("(w + h)")), (*TOTAL_COST, Run("(w − h)"))
    quotient = (Run("("), *plus, Run(" − "), *minus, Run(") / 2h"))
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
        _put_step(sheet, check, numbers, step, _name(layout, step))


def _name(layout: Layout, step: int) -> str:
    """What an h is called: 10⁻³."""
    return f"10⁻{str(EXPONENTS[step - 1]).translate(UP)}" if step else layout.text("gradient.own_h")


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
    cells = f"{address(first, check.DIFFERENCE)}:{address(last, check.DIFFERENCE)}"
    found = numbers.differences[1:]
    known = bool(np.isfinite(found).all())
    closest = _name(layout, int(found.argmin()) + 1) if known else None
    word = Word(f"INDEX({names},MATCH(MIN({cells}),{cells},0))", closest)
    before, after = layout.text("gradient.closest").split("{h}")
    return [before, word, after]


# What the passes compute with.


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
    sheet.heights |= {check.band_row: 20, check.label_row: 20}
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
    return f"w {sign} h, h = {_name(layout, step)}" if step else f"w {sign} h"


def _put_examples(sheet: Grid, layout: Layout, numbers: GradientNumbers) -> None:
    """A row per example: its number, x and t, then the columns of each pass."""
    check, text, own = layout.gradient, layout.text, layout.gradient.passes
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
