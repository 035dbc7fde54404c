"""The Gradient check sheet: Σ∂C/∂w from backpropagation beside what C_T itself says.

C_T is computed anew at w + h and at w − h, by two passes forward over all examples of a block.
(C_T(w + h) − C_T(w − h)) / 2h makes the rounding of C_T 1/h times as large.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress
from math import isfinite, nan

import numpy as np

from xlbackprop.page.bands import put_title
from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.paper import across
from xlbackprop.page.sentences import GAP, Number, Part, Word, filled, quoted, sentence
from xlbackprop.page.typeset import TOTAL_COST
from xlbackprop.page.validations import number_only
from xlbackprop.sheets.gradient_check.layout import (
    BLOCK_ROW,
    CHART_COLUMN,
    CHOICE_COLUMN,
    DECIMALS,
    DIFFERENCE,
    EXPONENTS,
    LABEL,
    MINUS,
    MOST_CELLS,
    PARAMETER_ROW,
    PLUS,
    QUOTIENT,
    SENTENCE_ROW,
    SLOPE,
    STEP_ROW,
    TABLE_ROW,
    VERDICT_ROW,
    GradientLayout,
    H,
)
from xlbackprop.sheets.gradient_check.passes import Chosen, put_chosen, put_costs, step_name
from xlbackprop.sheets.plan.choices import put_choice, put_note
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.workbook.address import address, area, column_of
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Columns, Paper, Run, Value

CHART = (10.4, 9.6)  # centimetres
CHART_COLUMNS = 5  # that it covers
NEAR = 0.00001  # up to which both are said to agree; relative where Σ∂C/∂w is beyond 1
STEP_SIZE = 1e-4
DIGITS = 6  # decimals of the sentence
SMALLEST = 1e-16  # difference that is still counted in decimals


def choices(layout: Layout) -> tuple[Input, Input]:
    """The parameter, one of those that are trained, and the block."""
    network, check = layout.network, layout.own(GradientLayout.of)
    names = tuple(compress(check.names, network.trained))
    among = check.parameter_cells(check.names_row)
    ask, column = partial(layout.input, kind="gradient-check"), CHOICE_COLUMN
    place = PARAMETER_ROW, column
    parameter = ask("gradient parameter", place=place, usual=1, most=len(names))
    return (
        replace(parameter, names=names, among=among),
        ask("gradient block", place=(BLOCK_ROW, column), usual=1, most=layout.updates),
    )


def step_size(layout: Layout) -> Input:
    """How far the parameter is moved."""
    place = STEP_ROW, CHOICE_COLUMN
    return layout.input("h", "gradient-check", place, STEP_SIZE, limit="not zero")


def suits(layout: Layout) -> bool:
    """Whether training changes any parameter, and there is room for the chosen h at least."""
    return layout.learns and layout.own(GradientLayout.of).fits


def too_large(layout: Layout) -> tuple[int, int] | None:
    """Cells that it would need, and may have at most; None where it has room."""
    check = layout.own(GradientLayout.of)
    return None if check.fits or not layout.learns else (check.cells(1), MOST_CELLS)


def build(layout: Layout, content: Content) -> Page:
    """The Gradient check sheet."""
    check, text = layout.own(GradientLayout.of), layout.text
    columns = [
        Columns(LABEL, LABEL, 23),
        Columns(H, H, 11),
        Columns(PLUS, SLOPE, 18),
        Columns(DIFFERENCE, DECIMALS, 11),
        Columns(DECIMALS + 1, max(DECIMALS + 1, check.passes.last_column), 11),
    ]
    page = new_page(layout, content, "gradient-check", "gradient", columns)
    last = CHART_COLUMN + CHART_COLUMNS - 1 if check.has_table else DECIMALS
    paper = Paper(area=area(1, 1, check.helper_row - 2, last))
    page.grid.paper = across(paper, columns, last, [CHART_COLUMN])
    put_title(page.grid, text("gradient.title"), text("gradient.intro"))
    parameter, number = _put_choices(page, layout)
    h = _put_step_size(page, layout)
    chosen = put_chosen(page, layout, content, parameter, number)
    _put_headings(page, layout)
    sizes = _put_sizes(page, layout, h)
    costs = put_costs(page, layout, content, chosen, sizes)
    _put_sentences(page, layout, chosen, list(_steps(page, layout, chosen, sizes, costs)))
    _add_colours(page, check)
    if check.has_table:
        place = address(PARAMETER_ROW, CHART_COLUMN)
        page.grid.charts.append((place, _chart(layout)))
    return page


KIND = Kind(
    "gradient-check",
    build,
    suits,
    lambda layout: (*choices(layout), step_size(layout)),
    too_large,
    rounds=True,
)

# What is asked.


def _put_choices(page: Page, layout: Layout) -> tuple[Live, Live]:
    """The parameter and the block."""
    text, (parameter, block) = layout.text, choices(layout)
    note = text("gradient.parameter_note", first=parameter.names[0], last=parameter.names[-1])
    chosen = put_choice(page, parameter, text("gradient.parameter"), note)
    note = text("walkthrough.block_note", most=block.most)
    return chosen, put_choice(page, block, text("walkthrough.block"), note)


def _put_step_size(page: Page, layout: Layout) -> Live:
    """The h that a reader types."""
    place, text = step_size(layout), layout.text
    page.write(place.row, 1, text("gradient.h"), "label")
    validation = number_only(text, place.limit)
    page.grid.validations.append(validation)
    h = page.ask(place, "difference-input", validation)
    texts = text("gradient.h_note"), text("gradient.no_h")
    put_note(page, (place.row, place.column + 1), f"ABS({h})>0", bool(abs(h) > 0), *texts)
    page.grid.heights[place.row] = 20
    return h


# The table.


@dataclass(frozen=True)
class Step:
    """One h of the table: the quotient, Σ∂C/∂w, how far both are apart, how many decimals agree."""

    quotient: Live
    slope: Live
    apart: Live
    decimals: Live


def _put_headings(page: Page, layout: Layout) -> None:
    text = layout.text
    plus, minus = (*TOTAL_COST, Run("(w\u00a0+\u00a0h)")), (*TOTAL_COST, Run("(w\u00a0−\u00a0h)"))
    quotient = (Run("("), *plus, Run(" − "), *minus, Run(")\u00a0/\u00a02h"))
    headings: tuple[tuple[int, Value, str], ...] = (
        (H, "h", "input"),
        (PLUS, plus, "cost"),
        (MINUS, minus, "cost"),
        (QUOTIENT, quotient, "cost"),
        (SLOPE, text("gradient.slope"), "gradient"),
        (DIFFERENCE, text("gradient.difference"), "python"),
        (DECIMALS, text("gradient.decimals"), "python"),
    )
    for column, name, role in headings:
        page.write(TABLE_ROW, column, name, f"heading-{role}")
    page.grid.heights[TABLE_ROW] = 34


def _put_sizes(page: Page, layout: Layout, h: Live) -> list[Live]:
    """The h that is typed, then those of the table."""
    check = layout.own(GradientLayout.of)
    formulas = [(h.fixed, float(h)), *((f"1/10^{k}", 1 / 10.0**k) for k in EXPONENTS)]
    sizes = []
    for step, (formula, size) in enumerate(formulas[: check.steps]):
        row = check.table_row(step)
        page.write(row, LABEL, step_name(layout, step), "plain-cost")
        sizes.append(page.put(row, H, formula, size, "difference-cost"))
        page.grid.heights[row] = 18
    return sizes


def _steps(
    page: Page,
    layout: Layout,
    chosen: Chosen,
    sizes: Sequence[Live],
    costs: Sequence[tuple[str, float]],
) -> Iterator[Step]:
    """A row for each h."""
    slope = chosen.slope
    for i, h in enumerate(sizes):
        row = layout.own(GradientLayout.of).table_row(i)
        shown = page.put(row, SLOPE, *slope, "exact-gradient")
        slope = slope if i else (str(shown), float(shown))
        yield _put_step(page, row, h, costs[2 * i : 2 * i + 2], shown)


def _put_step(
    page: Page, row: int, h: Live, costs: Sequence[tuple[str, float]], slope: Live
) -> Step:
    """C_T on both sides, their quotient beside Σ∂C/∂w, and how near both are."""
    plus, minus = (page.put(row, PLUS + i, *cost, "exact-cost") for i, cost in enumerate(costs))
    with np.errstate(all="ignore"):
        rise = (plus - minus) / np.float64(2 * h)
    quotient = page.put(row, QUOTIENT, f"({plus}-{minus})/(2*{h})", rise, "exact-cost")
    formula, value = f"ABS({quotient}-{slope})", abs(quotient - slope)
    apart = page.put(row, DIFFERENCE, formula, value, "difference-python")
    value = np.float64(nan)
    if isfinite(apart):
        value = np.maximum(0.0, -np.log(np.maximum(apart, SMALLEST)) / np.log(10.0))
    formula = f"MAX(0,-LN(MAX({apart},1/10^16))/LN(10))"
    decimals = page.put(row, DECIMALS, formula, value, "tenths-python")
    return Step(quotient, slope, apart, decimals)


# The sentences.


def _put_sentences(page: Page, layout: Layout, chosen: Chosen, steps: Sequence[Step]) -> None:
    check, text = layout.own(GradientLayout.of), layout.text
    too_large = text("walkthrough.too_large")
    page.grid.heights |= {SENTENCE_ROW: 26, VERDICT_ROW: 22}
    formula, value = sentence(_comparison(layout, chosen, steps[0]), too_large)
    page.speak(SENTENCE_ROW, 1, formula, value, "verdict-line")
    formula, value = _verdict(layout, steps[0])
    page.speak(VERDICT_ROW, 1, formula, value, "label", instead="–")
    if check.has_table:
        formula, value = sentence(_closest(layout, steps[1:]), too_large)
        page.speak(check.closest_row, 1, formula, value, "text", instead="–")
    else:
        cells = check.cells(1 + len(EXPONENTS))
        note = text("gradient.no_table", cells=f"{cells:,}", most=f"{MOST_CELLS:,}")
        page.write(check.closest_row, 1, note)
    if layout.network.kinked:
        page.write(check.note_row, 1, text("gradient.kinks"))


def _comparison(layout: Layout, chosen: Chosen, step: Step) -> list[Part]:
    """The symbol and its value, and both gradients."""
    return [
        Word(chosen.label, chosen.symbol or None),
        " = ",
        Number(*chosen.now, DIGITS),
        f"{GAP}(C_T(w + h) − C_T(w − h)) / 2h = ",
        Number.of(step.quotient, DIGITS),
        f"{GAP}{layout.text('gradient.backpropagation')} {layout.text('gradient.slope')} = ",
        Number.of(step.slope, DIGITS),
    ]


def _verdict(layout: Layout, step: Step) -> tuple[str, str | float]:
    """Whether both agree."""
    agree, differ = layout.text("gradient.agree"), layout.text("gradient.differ")
    near = f"{step.apart}<={NEAR:.5f}*MAX(1,ABS({step.slope}))"
    formula = f"IF({near},{quoted(agree)},{quoted(differ)})"
    if not (isfinite(step.apart) and isfinite(step.slope)):
        return formula, nan
    return formula, agree if step.apart <= NEAR * max(1.0, abs(step.slope)) else differ


def _closest(layout: Layout, steps: Sequence[Step]) -> list[Part]:
    """The largest h of the table that comes within a digit of the closest.

    Which of them is the very closest, rounding decides, and differently in each program.
    """
    check = layout.own(GradientLayout.of)
    # By the decimals: a spreadsheet takes differences of 10⁻¹⁷ for 0.
    decimals = [step.decimals for step in steps]
    enough = f"MAX({decimals[0]}:{decimals[-1]})-1"
    names = [str(address(check.table_row(number), LABEL)) for number in range(1, len(steps) + 1)]
    text = names[-1]
    for name, cell in zip(names[-2::-1], decimals[-2::-1], strict=True):
        text = f"IF({cell}>={enough},{name},{text})"
    known = all(map(isfinite, decimals))
    near = [number for number, d in enumerate(decimals, 1) if d >= max(decimals) - 1]
    return filled(
        layout.text("gradient.closest"),
        h=[Word(text, step_name(layout, near[0]) if known else None)],
    )


# Looks.


def _add_colours(page: Page, check: GradientLayout) -> None:
    first, last = check.table_row(0), check.table_row(check.steps - 1)
    page.large(first, PLUS, last, SLOPE)
    page.large(check.now_row, check.passes.first, check.bottom, check.passes.last_column)


def _chart(layout: Layout) -> object:
    """How many decimals agree, over h."""
    check, text = layout.own(GradientLayout.of), layout.text
    rows, sheet = (check.table_row(1), check.table_row(check.steps - 1)), layout.sheet
    curve = Curve(
        column_of(sheet("gradient-check"), H, *rows),
        column_of(sheet("gradient-check"), DECIMALS, *rows),
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
