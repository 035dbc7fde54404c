"""Entropy on the page of cost functions: what an outcome is worth, and what a wrong belief costs.

Source: Shannon, "A mathematical theory of communication" (1948).
"""

from math import log

import numpy as np

from xlbackprop.page.cells import Area, Live
from xlbackprop.page.charts import curve
from xlbackprop.page.maths import ln
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import Number, Part
from xlbackprop.workbook.address import address
from xlbackprop.workbook.charts import curves

TRUE = np.array([[4.0, 2.0, 1.0, 1.0]])
GUESS = np.array([[1.0, 1.0, 1.0, 1.0]])
COIN = np.arange(21) / 20


def put_entropy(page: Page, row: int) -> None:
    """Entropy of what is true, cross-entropy of what is predicted, and their difference."""
    page.section(row, "entropy")
    top, outcomes = row + 2, TRUE.shape[1]
    page.band(top, 2, outcomes, "data", page.text("entropy.outcomes"))
    keys = ("true", "guess", "p", "q", "own", "cross", "rest", "bits", "bits_rest")
    for i, key in enumerate(keys, 1):
        page.write(top + i, 1, page.text(f"entropy.{key}"), "label")
    shares = []
    for i, (name, usual, limit) in enumerate((("true", TRUE, ""), ("guess", GUESS, "not zero"))):
        numbers = page.numbers(name, top + 1 + i, 2, usual, "plain-input", limit=limit)
        shares.append(_share(page, top + 3 + i, numbers))
    put_note(page, top + 2, 6, *(numbers[0, k] for k in range(outcomes)))
    p, q = shares
    own, cross = (_surprise(page, top + 5 + i, p, other) for i, other in enumerate((p, q)))
    rest = page.put(top + 7, 6, f"{cross}-{own}", cross - own, "fine-figure-delta")
    told: list[Part] = []
    for i, (key, of) in enumerate((("bits", own), ("bits_rest", rest))):
        bits = page.put(top + 8 + i, 6, f"{of}/LN(2)", of / log(2), "fine-figure-cost")
        told += [page.text(f"entropy.told_{key}"), Number(str(bits), float(bits))]
    none = lost(page, top + 3, 2, top + 3, 1 + outcomes, page.text("entropy.none"))
    put_note(page, top + 1, 6, missing=none)
    for i, key in enumerate(("h", "hh", "rest", "bits", "bits_rest")):
        page.write(top + 5 + i, 7, page.text(f"entropy.{key}_note"), "beside")
    page.sentence(top + 10, 1, [*told, page.text("entropy.told_end")], "verdict-line")
    page.grid.heights[top + 10] = 26


def _surprise(page: Page, row: int, p: Area, q: Area) -> Live:
    """−Σ p ln q, of which an outcome that never happens has no part."""
    terms = page.put_area(
        row,
        2,
        lambda _, k: f"IF({p[0, k]}>0,-{p[0, k]}*LN({q[0, k]}),0)",
        np.where(p.values == 0, 0.0, -p.values * ln(q.values)),
        "fine-figure-cost",
    )
    return page.put(row, 6, f"SUM({terms})", float(terms.values.sum()), "fine-figure-cost")


def _share(page: Page, row: int, numbers: Area) -> Area:
    """Numbers as shares of their sum; the sign of a number doesn't matter."""
    sizes = np.abs(numbers.values)
    total = "+".join(f"ABS({numbers[0, k]})" for k in range(sizes.size))
    with np.errstate(all="ignore"):
        shares = sizes / sizes.sum()
    return page.put_area(
        row, 2, lambda _, k: f"ABS({numbers[0, k]})/({total})", shares, "fine-figure-data"
    )


def put_coin(page: Page, chart_row: int, top: int) -> None:
    """The entropy of a coin that isn't fair."""
    page.band(top, 16, 2, "cost", page.text("table.coin"), headings=("p", "H"))
    p = page.column(top + 2, 16, None, COIN, "plain-data")
    with np.errstate(all="ignore"):
        halves = [np.where(x > 0, -x * np.log(x), 0.0) for x in (p.values, 1 - p.values)]
    h = page.column(
        top + 2,
        17,
        f"IF({p}>0,-{p}*LN({p}),0)+IF({p}<1,-(1-{p})*LN(1-{p}),0)",
        halves[0] + halves[1],
        "number-cost",
    )
    chart = curves(
        page.text("entropy.chart"),
        "p",
        "H",
        [curve(page, p, h, "H", "cost")],
        y_format="0.0",
        size=(14.0, 8.0),
    )
    chart.x_axis.scaling.max = 1
    chart.x_axis.number_format = "0.0"
    page.grid.charts.append((address(chart_row, 11), chart))
