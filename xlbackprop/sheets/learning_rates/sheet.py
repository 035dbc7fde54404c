"""The Learning rates sheet: the same training with several η side by side, and a curve for each."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from xlbackprop.arrays import Array, held
from xlbackprop.page.bands import put_title
from xlbackprop.page.cells import Area, Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import quoted
from xlbackprop.page.typeset import MEAN_COST, TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.learning_rates.layout import (
    CHART_COLUMN,
    CURVE_ROW,
    ETA,
    FACTORS,
    FIRST_COST,
    LAST_COST,
    MOST_CELLS,
    RATE,
    TABLE_ROW,
    VERDICT,
    RatesLayout,
)
from xlbackprop.sheets.learning_rates.trainings import put_trainings, trainings
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.training.formulas import total_cost
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address, area, column_of, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Columns, Paper

CHART = (15.5, 10.5)  # centimetres
COLOURS = ("parameter", "forward", "input", "gradient", "delta", "cost")
CHANGE = 0.001  # of C_T; less is hardly any
BLOWN = 100  # times C_T at the start
LOGARITHMIC = 1000  # from here on the largest C_T would flatten the smallest


def asks(layout: Layout) -> list[Input]:
    """The learning rates of the trainings side by side: around the recipe's own."""
    return [
        layout.input(f"eta {i + 1}", "learning-rates", (_row(i), ETA), eta, limit="positive")
        for i, eta in enumerate(usual_rates(layout.recipe.eta))
    ]


def usual_rates(eta: float) -> list[float]:
    """Multiples of η, to 12 digits; η itself where one is too small or too large for a cell."""
    rates = [held(float(f"{factor * eta:.12g}")) for factor in FACTORS]
    return [rate if 0 < rate < np.inf else eta for rate in rates]


def suits(layout: Layout) -> bool:
    """Whether training changes any parameter, and an update has room."""
    return layout.learns and layout.own(RatesLayout.of).fits


def too_large(layout: Layout) -> tuple[int, int] | None:
    """Cells that an update would need, and may have at most; None where it has room."""
    rates = layout.own(RatesLayout.of)
    return None if rates.fits or not layout.learns else (rates.least_cells, MOST_CELLS)


def build(layout: Layout, content: Content) -> Page:
    """The Learning rates sheet."""
    rates, text = layout.own(RatesLayout.of), layout.text
    columns = [
        Columns(ETA, ETA, 10),
        Columns(FIRST_COST, LAST_COST, 15),
        Columns(VERDICT, rates.passes.last_column, 12),
    ]
    page = new_page(layout, content, "learning-rates", "update", columns)
    printed = area(1, 1, rates.heading_row - 3, CHART_COLUMN + 6)
    page.grid.paper = Paper(fit_height=1, area=printed)
    put_title(page.grid, text("rates.title"), text("rates.intro"))
    etas = _put_etas(page, layout)
    traces = trainings(page, layout, content, etas)
    drawn = _put_curves(page, layout, etas, traces)
    _put_table(page, layout, drawn)
    put_trainings(page, layout, content, etas, traces)
    _add_colours(page, rates)
    page.grid.charts.append((address(TABLE_ROW, CHART_COLUMN), _chart(layout, drawn.values)))
    return page


KIND = Kind("learning-rates", build, suits, asks, too_large, rounds=True)


def _row(number: int) -> int:
    """Row of an η in the table, counted from 0."""
    return TABLE_ROW + 1 + number


def _put_etas(page: Page, layout: Layout) -> list[Live]:
    positive = number_only(layout.text, "positive")
    page.grid.validations.append(positive)
    return [page.ask(place, "plain-input", positive) for place in asks(layout)]


# The table.


def _put_table(page: Page, layout: Layout, drawn: Area) -> None:
    """C_T at both ends with each η, and what that means in a word."""
    text, divides = layout.text, layout.own(RatesLayout.of).divides
    cost, updates = ("C_T / n" if divides else "C_T"), len(drawn.values) - 1
    page.write(TABLE_ROW, ETA, "η", "heading-input")
    page.write(TABLE_ROW, FIRST_COST, text("rates.first", cost=cost), "heading-cost")
    last = text("rates.last", cost=cost, updates=updates)
    page.write(TABLE_ROW, LAST_COST, last, "heading-cost")
    _put_wide(page, TABLE_ROW, text("rates.verdict", cost=cost), None, "heading-cost")
    page.grid.heights[TABLE_ROW] = 34
    for number in range(len(FACTORS)):
        row, ends = _row(number), (drawn[0, number], drawn[updates, number])
        start = page.put(row, FIRST_COST, f"{ends[0]}", ends[0], "cost-cost")
        end = page.put(row, LAST_COST, f"{ends[1]}", ends[1], "strong-cost-cost")
        curve = drawn.part(0, number, updates + 1, 1)
        formula, word = _verdict(layout, start, end, curve)
        _put_wide(page, row, word, formula, "text-cost")
        page.grid.heights[row] = 18


def _put_wide(page: Page, row: int, words: str, formula: str | None, style: str) -> None:
    """Words over three columns."""
    if formula is None:
        page.write(row, VERDICT, words, style)
    else:
        page.speak(row, VERDICT, formula, words, style, instead="–")
    page.write(row, VERDICT + 1, None, style)
    page.write(row, VERDICT + 2, None, style)
    page.grid.merges.append(area(row, VERDICT, row, VERDICT + 2))


def _verdict(layout: Layout, start: Live, end: Live, curve: Area) -> tuple[str, str]:
    """Formula and value of the word: falls, zigzags, ...

    Mini-batches differ, so that C_T / n goes up and down however well a network learns.
    """
    keys = ("blows", "rises", "zigzags", "falls", "stays")
    words = {key: layout.text(f"rates.{key}") for key in keys}
    told = {key: quoted(word) for key, word in words.items()}
    low, high = 1 - CHANGE, 1 + CHANGE
    cells = [curve[row, 0] for row in range(len(curve.values))]
    batched = layout.own(RatesLayout.of).steps.batched
    steps = [] if batched else [(f"({b}>{high}*{a})", b > high * a) for a, b in pairwise(cells)]
    up = "+".join(["0", *(text for text, _ in steps)])  # a truth value alone is above every number
    zigzag = f"IF({up}>0,{told['zigzags']}," if steps else ""
    formula = (
        f"IFERROR(IF(({start}>0)*({end}>{BLOWN}*{start}),{told['blows']},"
        f"IF({end}>{high}*{start},{told['rises']},{zigzag}"
        f"IF({end}<{low}*{start},{told['falls']},{told['stays']}))){')' * bool(steps)},"
        f"{told['blows']})"
    )
    if not np.isfinite([start, end]).all() or (start > 0 and end > BLOWN * start):
        return formula, words["blows"]
    if end > high * start:
        return formula, words["rises"]
    if steps and not np.isfinite(curve.values).all():
        return formula, words["blows"]
    if any(rises for _, rises in steps):
        return formula, words["zigzags"]
    return formula, words["falls" if end < low * start else "stays"]


# The curves.


def _put_curves(page: Page, layout: Layout, etas: Sequence[Live], traces: Sequence[Trace]) -> Area:
    """C_T of each block and η, per example with mini-batches, as the chart draws it."""
    rates, text, count = layout.own(RatesLayout.of), layout.text, len(FACTORS)
    batched, divides = rates.steps.batched, rates.divides
    page.write(CURVE_ROW, ETA, None, "heading-update")
    page.write(CURVE_ROW, FIRST_COST, MEAN_COST if divides else TOTAL_COST, "heading-cost")
    for i in range(1, count):
        page.write(CURVE_ROW, FIRST_COST + i, None, "heading-cost")
    page.grid.merges.append(area(CURVE_ROW, FIRST_COST, CURVE_ROW, FIRST_COST + count - 1))
    counter = text("rates.step" if batched else "rates.epoch")
    page.write(CURVE_ROW + 1, ETA, counter, "heading-update")
    names = [eta.fixed for eta in etas]
    page.rows(CURVE_ROW + 1, FIRST_COST, names, np.array([etas], dtype=float), "heading-cost")
    costs = np.column_stack([trace.mean_cost if divides else trace.cost for trace in traces])
    for block in range(rates.updates + 1):
        row, size = rates.curve_row(block), f"/{rates.steps.sizes[block]}" if divides else ""
        page.write(row, ETA, block + 1, "count")
        cells = (rates.training(number).cells(block) for number in range(count))
        texts = [f"{total_cost(rates.network, own)}{size}" for own in cells]
        page.rows(row, FIRST_COST, texts, costs[block][None, :], "cost-cost")
    top = rates.curve_row(0)
    return Area(top, FIRST_COST, page.seen(top, FIRST_COST, costs))


def _add_colours(page: Page, rates: RatesLayout) -> None:
    count = len(FACTORS)
    last = rates.top(rates.updates) + count + int(rates.steps.sizes[-1])
    page.large(_row(0), FIRST_COST, _row(count - 1), LAST_COST)
    bottom = rates.curve_row(rates.updates)
    page.large(rates.curve_row(0), FIRST_COST, bottom, FIRST_COST + count - 1)
    page.large(rates.heading_row + 5, RATE, last, rates.passes.last_column)


def _chart(layout: Layout, costs: Array) -> object:
    """A curve of C_T for each η."""
    rates, text, sheet = layout.own(RatesLayout.of), layout.text, layout.sheet("learning-rates")
    rows, batched = (rates.curve_row(0), rates.curve_row(rates.updates)), rates.steps.batched
    rates_now = usual_rates(layout.recipe.eta)
    known = costs[np.isfinite(costs)]
    steep = known.size and known.min() > 0 and known.max() > LOGARITHMIC * known.min()
    lines = [
        Curve(
            column_of(sheet, ETA, *rows),
            column_of(sheet, FIRST_COST + number, *rows),
            f"η = {eta:g}",
            layout.theme.roles[role].band,
            named_by=f"'{sheet}'!${letters(FIRST_COST + number)}${CURVE_ROW + 1}",
        )
        for number, (eta, role) in enumerate(zip(rates_now, COLOURS, strict=True))
    ]
    return curves(
        text("rates.chart"),
        text("rates.step" if batched else "rates.epoch"),
        "C_T / n" if rates.divides else "C_T",
        lines,
        y_format="General",
        size=CHART,
        y_range=(None, None),
        x_from=1,
        x_to=rates.updates + 1,
        y_log=bool(steep),
    )
