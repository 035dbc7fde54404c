"""The rules of derivatives beside numbers: what a rule says, and how steep the function is.

Source: Wakui & Wakui, section 2-6.
"""

from typing import NamedTuple

import numpy as np

from xlbackprop.lessons.shared.function_cells import (
    EQUATIONS,
    SINGLE,
    SLOPES,
    ask_constants,
    columns_of_functions,
    picked,
    word,
)
from xlbackprop.lessons.shared.functions import (
    COMBINATIONS,
    FUNCTIONS,
    Combination,
    Constants,
    Function,
)
from xlbackprop.lessons.slopes.around import apart, put_tangent
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import chosen, ratio
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, begin, counts, on_one_page, put_down, told, verdict, why
from xlbackprop.page.sentences import Number
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Columns

NUMBER, NAME, F, SLOPE, AT, RULE, ABOVE, BELOW, CHANGE, NUMERIC, APART = range(1, 12)
RULES: tuple[Function | Combination, ...] = (*FUNCTIONS, *COMBINATIONS)
ALL = len(RULES)
TABLE, TOP = 10, 15  # rows: the section, its first rule
PARTS = TOP + ALL  # u and v
PICTURE, CHARTS, WHY, DRAWN = PARTS + 3, PARTS + 9, PARTS + 24, PARTS + 33
POINTS = 41
SIZE = (14.2, 8.6)  # of a chart
U, V = 2, 3  # the power and the exponential function


class Table(NamedTuple):
    """What the picture needs of the table."""

    values: Area  # (rules, 1), at x
    slopes: Area  # (rules, 1), by the rule
    numeric: Area  # (rules, 1), from the difference
    u: Live
    v: Live


def build(page: Page) -> None:
    """Fill the page."""
    widths = (6, 25, 22, 20, *[11] * 40)
    page.grid.columns += [Columns(i, i, width) for i, width in enumerate(widths, 1)]
    page.grid.heights |= dict.fromkeys(range(4, WHY + 8), 19.0)
    on_one_page(page, WHY + 6, APART)
    rows = Rows(page, "inputs", 4, NAME, F)
    x, h = rows.asks("x", 2.0, limit="place", note=False), rows.asks("h", 0.01, limit="step")
    k = ask_constants(page, rows.row, exponent=3, label=NAME)
    table = _table(page, x, h, k)
    none = lost(page, TOP - 1, AT, PARTS + 1, APART, page.text("inputs.x_none"))
    put_note(page, 4, F + 1, x, words=page.text("inputs.x_note"), missing=none)
    _picture(page, x, k, table)
    why(page, WHY, 5)


# The table.


def _table(page: Page, x: Live, h: Live, k: Constants) -> Table:
    """All rules at one place."""
    _headings(page)
    counts(page, TOP, 1, ALL)
    for i, rule in enumerate(RULES):
        page.write(TOP + i, NAME, page.text(f"rule.{rule.name}"), "label")
        page.write(TOP + i, F, rule.value.equation, "text-forward")
        page.write(TOP + i, SLOPE, rule.slope.equation, "text-forward")
    u, v = (_part(page, PARTS + i, *part) for i, part in enumerate((("u", U), ("v", V))))
    put_note(page, PARTS + 2, NAME, u, v)
    row = TOP - 1
    page.write(row, NAME, page.text("table.place"), "label")
    page.put(row, AT, f"{x}", x)
    page.put(row, RULE, f"{x}", x)
    above = page.put(row, ABOVE, f"{x}+{h}", x + h, "number-gradient")
    below = page.put(row, BELOW, f"{x}-{h}", x - h, "number-gradient")
    choice = u, v
    values = _rules(page, AT, x, k, choice)
    slopes = _rules(page, RULE, x, k, choice, values).part(0, 0, ALL, 1)
    ends = (_rules(page, ABOVE, above, k, choice), _rules(page, BELOW, below, k, choice))
    numeric = _numeric(page, h, slopes, *ends)
    return Table(values.part(0, 0, ALL, 1), slopes, numeric, u, v)


def _headings(page: Page) -> None:
    page.section(TABLE, "table")
    change, share = page.text("table.change"), page.text("table.apart")
    for column, role, title, headings in (
        (NUMBER, "update", "rule", ("", "", "f", "f′")),
        (AT, "forward", "exact", ("f(x)", "f′(x)")),
        (ABOVE, "gradient", "numeric", ("f(x+h)", "f(x−h)", change, "(…)/2h", share)),
    ):
        title = page.text(f"table.{title}")
        page.band(TABLE + 2, column, len(headings), role, title, headings=headings)
    page.grid.heights[TABLE + 3] = 36


def _part(page: Page, row: int, name: str, usual: int) -> Live:
    """Which function u or v is."""
    choice = page.choice(name, row, NUMBER, usual, SINGLE)
    page.write(row, NAME, page.text(f"table.{name}"), "label")
    for column, equations in ((F, EQUATIONS), (SLOPE, SLOPES)):
        found = word(area(TOP, column, TOP + SINGLE - 1, column), choice, equations)
        page.sentence(row, column, [found], "text-forward")
    return choice


def _rules(
    page: Page,
    column: int,
    x: Live,
    k: Constants,
    choice: tuple[Live, Live],
    values: Area | None = None,
) -> Area:
    """All functions at one place, and below them u and v, (rules + 2, 1).

    With their values there, all derivatives instead, and below them u′ and v′.
    """
    slope = values is not None
    style = "number-forward" if column in (AT, RULE) else "number-gradient"
    single = (function.twins(x, k, slope=slope) for function in FUNCTIONS)
    numbers = put_down(page, TOP, column, single, style)
    ends = _chosen(page, column, numbers, choice, style)
    parts = ends if values is None else [values[ALL, 0], values[ALL + 1, 0], *ends]
    combined = ((rule.formula(*parts), float(rule.at(*parts))) for rule in COMBINATIONS)
    numbers += put_down(page, TOP + SINGLE, column, combined, style)
    return Area(TOP, column, np.array([*numbers, *ends])[:, None])


def _chosen(
    page: Page, column: int, numbers: list[Live], choice: tuple[Live, Live], style: str
) -> list[Live]:
    """The numbers of u and v."""
    cells = area(TOP, column, TOP + SINGLE - 1, column)
    found = ((number_at(cells, number), chosen(np.array(numbers), number)) for number in choice)
    return put_down(page, PARTS, column, found, style)


def _numeric(page: Page, h: Live, slopes: Area, above: Area, below: Area) -> Area:
    """What the difference of two values makes of each slope, (rules, 1)."""
    numbers = []
    for i in range(ALL):
        left, right = below[i, 0], above[i, 0]
        # In a cell of its own: the difference of like numbers has few digits, the quotient its own.
        change = page.put(TOP + i, CHANGE, f"{right}-{left}", right - left, "number-gradient")
        slope = ratio(change, 2 * h)
        found = page.put(TOP + i, NUMERIC, f"{change}/(2*{h})", slope, "strong-gradient")
        page.put(TOP + i, APART, *apart(found, slopes[i, 0]), "difference-gradient")
        numbers.append(found)
    page.large(TOP - 1, AT, PARTS + 1, NUMERIC)
    return Area(TOP, NUMERIC, np.array(numbers)[:, None])


# The picture.


def _picture(page: Page, x: Live, k: Constants, table: Table) -> None:
    """A function with its tangent, and its derivative below it."""
    rows, row = begin(page, PICTURE, "picture", label=NAME, column=F), PICTURE + 2
    number = page.choice("drawn", rows.names("number"), F, U, ALL)
    put_note(page, row, F + 1, number, words=page.text("picture.number_note", most=ALL))
    ends = [
        rows.asks(name, usual, limit="place", note=False)
        for name, usual in (("from", 0.5), ("to", 3.5))
    ]
    value, slope = _verdict(page, row + 3, x, number, table)
    places, values, slopes, tangent = _drawn(page, x, k, number, ends, table, (value, slope))
    bottom, right = DRAWN + 3 + POINTS, tangent.column
    none = lost(page, DRAWN + 4, NAME, bottom, right, page.text("picture.gaps"))
    put_note(page, row + 1, F + 1, *ends, missing=none)
    lines = [
        curve(page, places, values, "f", "forward"),
        curve(page, places, tangent, page.text("picture.tangent"), "cost"),
        curve(page, x, value, page.text("picture.point"), "delta"),
    ]
    put_chart(page, CHARTS, 1, (page.text("picture.curve"), "x", "f"), lines, size=SIZE)
    lines = [
        curve(page, places, slopes, "f′", "gradient"),
        curve(page, x, slope, page.text("picture.slope_point"), "delta"),
    ]
    put_chart(page, CHARTS, AT, (page.text("picture.slope"), "x", "f′"), lines, size=SIZE)


def _verdict(page: Page, row: int, x: Live, number: Live, table: Table) -> tuple[Live, Live]:
    """Value and slope of the function that is drawn, and what they say."""
    found = []
    for column, cells in enumerate((table.values, table.slopes, table.numeric), AT):
        at = chosen(cells.values[:, 0], number)
        style = "strong-gradient" if cells is table.numeric else "strong-forward"
        found.append(page.put(row - 1, column, number_at(f"{cells}", number), at, style))
    page.write(row - 1, SLOPE, page.text("picture.at_place"), "beside")
    value, slope, numeric = found
    equation = word(area(TOP, F, TOP + ALL - 1, F), number, [rule.value.equation for rule in RULES])
    exact, near = Number.of(slope, 6), Number.of(numeric, 6)
    parts = told(page, "verdict.told", equation=equation, x=x, slope=exact, numeric=near)
    verdict(page, row, parts)
    return value, slope


def _drawn(
    page: Page,
    x: Live,
    k: Constants,
    number: Live,
    ends: list[Live],
    table: Table,
    at: tuple[Live, Live],
) -> tuple[Column, Column, Column, Column]:
    """The numbers behind the charts: places, f, f′ and the tangent at x."""
    page.section(DRAWN, "drawn")
    top = DRAWN + 4
    headings = ["", "x", "u", "v", "u′", "v′"]
    headings += [f"{name} {i}" for name in ("f", "f′") for i in range(1, ALL + 1)]
    headings += ["f", "f′", page.text("picture.tangent")]
    last = len(headings)
    page.band(DRAWN + 2, NUMBER, last, "forward", page.text("drawn.band"), headings=headings)
    page.large(top, NAME, top + POINTS - 1, last)
    steps = page.column(top, NUMBER, None, np.arange(float(POINTS)), "count")
    start, end = ends
    places = page.column(
        top,
        NAME,
        f"{start.fixed}+({end.fixed}-{start.fixed})*{steps}/{steps[POINTS - 1].fixed}",
        start + (end - start) * steps.values / (POINTS - 1),
    )
    values, slopes = columns_of_functions(page, top, NAME + 1, places, k, (table.u, table.v))
    f, slope = (
        picked(page, top, last - 2 + i, columns, number)
        for i, columns in enumerate((values, slopes))
    )
    tangent = put_tangent(page, top, last, places, x, at)
    return places, f, slope, tangent
