"""The Learning rates sheet: the same training with several η side by side, and a curve for each."""

import numpy as np

from xlbackprop.page.bands import put_title
from xlbackprop.page.sentences import quoted
from xlbackprop.page.typeset import MEAN_COST, TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.learning_rates.layout import ETAS
from xlbackprop.sheets.learning_rates.numbers import RatesNumbers
from xlbackprop.sheets.learning_rates.trainings import put_trainings
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper
from xlbackprop.workbook.style import large_numbers

CHART = (15.5, 10.5)  # centimetres
COLOURS = ("parameter", "forward", "input", "gradient", "delta", "cost")
CHANGE = 0.001  # of C_T; less is hardly any


def grid(layout: Layout, content: Content) -> Grid:
    """The Learning rates sheet."""
    rates, text, numbers = layout.rates, layout.text, content.rates
    if numbers is None:
        raise ValueError("The Learning rates sheet needs numbers of its own.")
    sheet = Grid(
        layout.sheet("learning-rates"),
        tab_color=layout.theme.roles["update"].band,
        columns=[
            Columns(rates.ETA, rates.ETA, 10),
            Columns(rates.FIRST_COST, rates.LAST_COST, 15),
            Columns(rates.VERDICT, rates.passes.last_column, 12),
        ],
        paper=Paper(
            fit_height=1,
            area=area(1, 1, rates.heading_row - 3, rates.CHART_COLUMN + 6),
        ),
    )
    put_title(sheet, text("rates.title"), text("rates.intro"))
    _put_table(sheet, layout, content, numbers)
    _put_curves(sheet, layout, numbers)
    put_trainings(sheet, layout, numbers)
    _add_colours(sheet, layout)
    sheet.charts.append((address(rates.TABLE_ROW, rates.CHART_COLUMN), _chart(layout)))
    return sheet


def _put_table(sheet: Grid, layout: Layout, content: Content, numbers: RatesNumbers) -> None:
    rates, text, row = layout.rates, layout.text, layout.rates.TABLE_ROW
    cost = "C_T / n" if rates.steps.batched else "C_T"
    headings = (
        (rates.ETA, "η", "heading-input"),
        (rates.FIRST_COST, text("rates.first", cost=cost), "heading-cost"),
        (rates.LAST_COST, text("rates.last", cost=cost, updates=rates.updates), "heading-cost"),
        (rates.VERDICT, text("rates.verdict", cost=cost), "heading-cost"),
    )
    sheet.cells += [Cell(row, column, name, style=style) for column, name, style in headings]
    sheet.merges.append(area(row, rates.VERDICT, row, rates.VERDICT + 2))
    sheet.cells += [Cell(row, rates.VERDICT + i, None, style="heading-cost") for i in (1, 2)]
    sheet.heights[row] = 34
    positive = number_only(layout.text, "positive")
    for number, eta in enumerate(layout.learning_rates):
        positive.add(address(eta.row, eta.column))
        value = content.inputs.asked[eta.name]
        sheet.cells.append(Cell(eta.row, eta.column, value, style="plain-input"))
        _put_ends(sheet, layout, numbers, number)
        sheet.heights[eta.row] = 18
    sheet.validations.append(positive)


def _put_ends(sheet: Grid, layout: Layout, numbers: RatesNumbers, number: int) -> None:
    """C_T at both ends with one η, and what that means in a word."""
    rates, row = layout.rates, layout.rates.table_row(number)
    letter = letters(rates.FIRST_COST + number)
    first, last = (f"{letter}{rates.curve_row(block)}" for block in (0, rates.updates))
    formula, word = _verdict(layout, numbers, number, f"{letter}${first[1:]}:{letter}${last[1:]}")
    sheet.cells += [
        Cell(row, rates.FIRST_COST, float(numbers.drawn[0, number]), first, "cost-cost"),
        Cell(row, rates.LAST_COST, float(numbers.drawn[-1, number]), last, "strong-cost-cost"),
        Cell(row, rates.VERDICT, word, formula, "text-cost"),
        *(Cell(row, rates.VERDICT + i, None, style="text-cost") for i in (1, 2)),
    ]
    sheet.merges.append(area(row, rates.VERDICT, row, rates.VERDICT + 2))


def _verdict(layout: Layout, numbers: RatesNumbers, number: int, curve: str) -> tuple[str, str]:
    """Formula and value of the word: falls, rises, ..."""
    rates, row = layout.rates, layout.rates.table_row(number)
    words = {key: layout.text(f"rates.{key}") for key in ("falls", "later", "rises", "stays")}
    large = layout.text("rates.large")
    falls, later, rises, stays = map(quoted, words.values())
    start, end = (address(row, column) for column in (rates.FIRST_COST, rates.LAST_COST))
    low, high = 1 - CHANGE, 1 + CHANGE
    down = f"IF(MAX({curve})>{high}*{start},{later},{falls})"
    other = f"IF({end}>{high}*{start},{rises},{stays})"
    formula = f"IFERROR(IF({end}<{low}*{start},{down},{other}),{quoted(large)})"
    first, last = numbers.ends[:, number].tolist()
    drawn = numbers.drawn[:, number]
    if not np.isfinite([first, last]).all():
        return formula, large
    if last < low * first:
        if not np.isfinite(drawn).all():
            return formula, large
        return formula, words["later" if drawn.max() > high * first else "falls"]
    return formula, words["rises" if last > high * first else "stays"]


def _put_curves(sheet: Grid, layout: Layout, numbers: RatesNumbers) -> None:
    """C_T of each block and η, as the chart draws it."""
    rates, text, top = layout.rates, layout.text, layout.rates.CURVE_ROW
    batched, first = rates.steps.batched, rates.FIRST_COST
    counter = text("rates.step" if batched else "rates.epoch")
    symbol = MEAN_COST if batched else TOTAL_COST
    sheet.cells += [
        Cell(top, rates.ETA, None, style="heading-update"),
        Cell(top, first, symbol, style="heading-cost"),
        *(Cell(top, first + i, None, style="heading-cost") for i in range(1, len(ETAS))),
        Cell(top + 1, rates.ETA, counter, style="heading-update"),
    ]
    sheet.merges.append(area(top, first, top, first + len(ETAS) - 1))
    names = tuple(f"${letters(rates.ETA)}${rates.table_row(i)}" for i in range(len(ETAS)))
    etas = np.array([numbers.etas])
    sheet.blocks.append(Block(top + 1, first, names, etas, ("heading-cost",) * len(ETAS)))
    for block in range(rates.updates + 1):
        row = rates.curve_row(block)
        sheet.cells.append(Cell(row, rates.ETA, block + 1, style="count"))
        formulas = tuple(_cost(layout, number, block) for number in range(len(ETAS)))
        values, styles = numbers.curves[block][None, :], ("cost-cost",) * len(ETAS)
        sheet.blocks.append(Block(row, first, formulas, values, styles))


def _cost(layout: Layout, number: int, block: int) -> str:
    """C_T of a block, per example with mini-batches."""
    rates = layout.rates
    total = f"SUM({rates.training(number).cells(block).examples('C', 'C')})"
    return f"{total}/{rates.steps.sizes[block]}" if rates.steps.batched else total


def _add_colours(sheet: Grid, layout: Layout) -> None:
    rates = layout.rates
    last = rates.top(rates.updates) + len(ETAS) + int(rates.steps.sizes[-1])
    for cells in (
        area(rates.table_row(0), rates.FIRST_COST, rates.table_row(len(ETAS) - 1), rates.LAST_COST),
        area(
            rates.curve_row(0),
            rates.FIRST_COST,
            rates.curve_row(rates.updates),
            rates.FIRST_COST + len(ETAS) - 1,
        ),
        area(rates.heading_row + 5, rates.RATE, last, rates.passes.last_column),
    ):
        sheet.conditional.append((cells, large_numbers()))


def _chart(layout: Layout) -> object:
    """A curve of C_T for each η."""
    rates, text, name = layout.rates, layout.text, layout.sheet("learning-rates")

    def absolute(column: int, top: int, bottom: int) -> str:
        letter = letters(column)
        return f"'{name}'!${letter}${top}:${letter}${bottom}"

    first, last = rates.curve_row(0), rates.curve_row(rates.updates)
    lines = [
        Curve(
            absolute(rates.ETA, first, last),
            absolute(rates.FIRST_COST + number, first, last),
            f"η = {eta:g}",
            layout.theme.roles[role].band,
            named_by=f"'{name}'!${letters(rates.FIRST_COST + number)}${rates.CURVE_ROW + 1}",
        )
        for number, (eta, role) in enumerate(zip(ETAS, COLOURS, strict=True))
    ]
    batched = rates.steps.batched
    return curves(
        text("rates.chart"),
        text("rates.step" if batched else "rates.epoch"),
        "C_T / n" if batched else "C_T",
        lines,
        y_format="General",
        size=CHART,
        y_range=(None, None),
        x_from=1,
        x_to=rates.updates + 1,
    )
