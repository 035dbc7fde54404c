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
from xlbackprop.page.parts import begin, told, total, verdict
from xlbackprop.workbook.address import address
from xlbackprop.workbook.charts import curves

TRUE = np.array([[4.0, 2.0, 1.0, 1.0]])
GUESS = np.array([[1.0, 1.0, 1.0, 1.0]])
COIN = np.arange(21) / 20


def put_entropy(page: Page, row: int) -> None:
    """Entropy of what is true, cross-entropy of what is predicted, and their difference."""
    rows = begin(page, row, "entropy", down=3)
    top, outcomes, last = row + 2, TRUE.shape[1], 1 + TRUE.shape[1]
    page.band(top, 2, outcomes, "data", page.text("entropy.outcomes"))
    true, guess = rows.asks_for("true", TRUE), rows.asks_for("guess", GUESS, limit="not zero")
    p, q = (_share(page, rows.names(name), of) for name, of in (("p", true), ("q", guess)))
    put_note(page, top + 2, last + 1, *(guess[0, k] for k in range(outcomes)))
    own, cross = (
        _surprise(page, rows.names(name), p, of) for name, of in (("own", p), ("cross", q))
    )
    rows.column, look = last + 1, "fine-figure-cost"
    rest = rows.says("rest", f"{cross}-{own}", cross - own, "fine-figure-delta")
    bits = rows.says("bits", f"{own}/LN(2)", own / log(2), look)
    bits_rest = rows.says("bits_rest", f"{rest}/LN(2)", rest / log(2), look)
    none = lost(page, top + 3, 2, top + 3, last, page.text("entropy.none"))
    put_note(page, top + 1, last + 1, missing=none)
    for i, key in enumerate(("h", "hh", "rest", "bits", "bits_rest")):
        page.write(top + 5 + i, last + 2, page.text(f"entropy.{key}_note"), "beside")
    verdict(page, rows.row, told(page, "entropy.told", bits=bits, rest=bits_rest))


def _surprise(page: Page, row: int, p: Area, q: Area) -> Live:
    """−Σ p ln q, of which an outcome that never happens has no part."""
    terms = page.put_area(
        row,
        2,
        lambda _, k: f"IF({p[0, k]}>0,-{p[0, k]}*LN({q[0, k]}),0)",
        np.where(p.values == 0, 0.0, -p.values * ln(q.values)),
        "fine-figure-cost",
    )
    return total(page, row, 6, terms, "fine-figure-cost")


def _share(page: Page, row: int, numbers: Area) -> Area:
    """Numbers as shares of their sum; the sign of a number doesn't matter."""
    sizes = np.abs(numbers.values)
    whole = "+".join(f"ABS({numbers[0, k]})" for k in range(sizes.size))
    with np.errstate(all="ignore"):
        shares = sizes / sizes.sum()
    return page.put_area(
        row, 2, lambda _, k: f"ABS({numbers[0, k]})/({whole})", shares, "fine-figure-data"
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
