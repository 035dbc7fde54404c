"""The chain rule: factors along a chain of functions, along two paths, and the total increment.

Source: Wakui & Wakui, section 2-8.
"""

import numpy as np

from xlbackprop.lessons.shared.function_cells import (
    EQUATIONS,
    SINGLE,
    SLOPES,
    ask_constants,
    if_chosen,
    word,
)
from xlbackprop.lessons.shared.functions import FUNCTIONS, Constants
from xlbackprop.lessons.slopes.around import Places, around, numeric
from xlbackprop.lessons.slopes.chain_paths import put_paths
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Live
from xlbackprop.page.maths import chosen
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, headings, labels, on_one_page, verdict, why
from xlbackprop.page.sentences import Number, Part
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Columns

LABEL, FIRST, LAST = 1, 2, 10
LAYERS = (("u", 2), ("v", 7), ("y", 3))  # y = e^(sin(xⁿ))
CHAIN, PATHS, WHY, BEHIND = 10, 26, 63, 72  # rows of the sections


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 40), Columns(FIRST, 14, 13)]
    page.grid.heights |= dict.fromkeys(range(4, WHY + 6), 17.0)
    on_one_page(page, WHY + 4, LAST)
    rows = Rows(page, "inputs", 4)
    x, h = rows.asks("x", 1.2, note=False), rows.asks("h", 0.01, limit="step")
    k = ask_constants(page, rows.row, exponent=2)
    _chain(page, x, h, k)
    none = lost(page, CHAIN + 3, FIRST, PATHS - 1, FIRST + 3, page.text("inputs.x_none"))
    put_note(page, 4, FIRST + 1, x, words=page.text("inputs.x_note"), missing=none)
    put_paths(page, PATHS, h, k)
    why(page, WHY, 4)


# A chain of three functions.


def _chain(page: Page, x: Live, h: Live, k: Constants) -> None:
    """Each function of the chain in a column: its factor, and the product so far."""
    page.section(CHAIN, "chain")
    page.section(BEHIND, "behind")
    for i, function in enumerate(FUNCTIONS):
        page.write(BEHIND + 4 + i, 1, function.value.equation, "text-forward")
        page.write(BEHIND + 4 + i, 2, function.slope.equation, "text-forward")
    titles = (page.text("chain.band"), "x", "u = f₁(x)", "v = f₂(u)", "y = f₃(v)")
    headings(page, CHAIN + 2, LABEL, titles, "update", "forward", kind="band")
    names = ("number", "f", "slope", "above", "at", "below", "factor", "product")
    row = labels(page, CHAIN + 3, "chain", (*names, "change", "numeric", "apart"))
    places = around(page, row["above"], FIRST, x, h)
    product = page.put(row["product"], FIRST, "1", 1.0, "number-gradient")
    factors, choices = list[Live](), list[Live]()
    for i, (name, usual) in enumerate(LAYERS):
        column = FIRST + 1 + i
        choice = page.choice(name, row["number"], column, usual, SINGLE)
        choices.append(choice)
        for beside, key, texts in ((1, "f", EQUATIONS), (2, "slope", SLOPES)):
            cells = area(BEHIND + 4, beside, BEHIND + 3 + SINGLE, beside)
            page.sentence(row[key], column, [word(cells, choice, texts)], "text-forward")
        places, factor = _layer(page, row, column, places, choice, k)
        formula, value = f"{product}*{factor}", product * factor
        product = page.put(row["product"], column, formula, value, "strong-gradient")
        factors.append(factor)
        numeric(page, row["change"], column, places, h, product)
    put_note(page, row["number"], FIRST + 4, *choices)
    page.large(row["above"], FIRST, row["numeric"], FIRST + 3)
    _verdict(page, row["apart"] + 1, factors, product)


def _verdict(page: Page, row: int, factors: list[Live], product: Live) -> None:
    third, second, first = (Number.of(x, factor=True) for x in reversed(factors))
    parts: list[Part] = ["dy/dx = dy/dv · dv/du · du/dx = "]
    parts += [third, " · ", second, " · ", first, " = ", Number.of(product)]
    verdict(page, row, parts, 24)


def _layer(
    page: Page, row: dict[str, int], column: int, at: Places, choice: Live, k: Constants
) -> tuple[Places, Live]:
    """One function of the chain: its values around a place, and its slope there."""
    left = 3 + 4 * (column - FIRST - 1)
    top = BEHIND + 4
    name = LAYERS[column - FIRST - 1][0]
    signs = [f"{name}{sign}" for sign in (" +", " 0", " −", "′")]
    title = page.text("behind.band", name=name)
    page.band(BEHIND + 2, left, 4, "forward", title, headings=signs)
    found = []
    for j, place in enumerate((*at, at.at)):
        slope = j == 3
        numbers = []
        for i in range(SINGLE):
            formula, value = if_chosen(i, choice, place, k, slope=slope)
            numbers.append(page.put(top + i, left + j, formula, float(value)))
        cells = area(top, left + j, top + SINGLE - 1, left + j)
        style = ("number-forward", "strong-forward", "number-forward", "number-gradient")[j]
        where = row["factor"] if slope else row["above"] + j
        of_chosen = chosen(np.array(numbers), choice)
        found.append(page.put(where, column, number_at(cells, choice), of_chosen, style))
    page.large(top, left, top + SINGLE - 1, left + 3)
    return Places(*found[:3]), found[3]
