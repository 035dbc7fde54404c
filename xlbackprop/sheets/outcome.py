"""How the training went: a live sentence beside the charts of Progress, which Start repeats.

It says where numbers became too large, which units are all 0, whether C_T rises or stays, and then
what to change; and else from where to where C_T falls.
"""

from collections.abc import Iterable
from math import isnan

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import activation_of
from xlbackprop.network.layer import Layer
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import Number, Part, filled, quoted, sentence
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.diagnosis import RISES, STAYS
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell

Told = tuple[str, str | float]  # formula and value
ROW, HEIGHT = 5, 30.0
DECIMALS, BEYOND = 4, 1e300
LAYERS = 20  # that are looked at, so that the formula stays one that fits into a cell


def is_told(layout: Layout) -> bool:
    """Whether there is a training to speak of."""
    return layout.training.steps.updates > 0


def put_outcome(
    page: Page, layout: Layout, content: Content, costs: list[Live], wholes: list[Live]
) -> None:
    """Write the sentence on Progress.

    Args:
        page: the page.
        layout: where everything stands.
        content: the numbers of the workbook.
        costs: C_T of each block, per example where these are different ones.
        wholes: the same of each epoch.
    """
    left, right = layout.progress.chart, layout.progress.first_parameter - 1
    _put(page, (ROW, left, right), _outcome(layout, content.live, costs, wholes))


def put_on_start(page: Page, layout: Layout, content: Content, row: int, right: int) -> None:
    """Write the same on Start, from column 1 to the right one."""
    live, progress = content.live, layout.progress
    costs = live.mean_cost if progress.divides else live.cost
    wholes = live.epoch_cost if progress.batched else costs

    def cells(numbers: Array, column: int, blocks: Iterable[int]) -> list[Live]:
        return [
            Live(number, layout.on("progress", address(progress.row(block), column)))
            for number, block in zip(numbers.tolist(), blocks, strict=True)
        ]

    each = cells(costs, progress.mean, range(progress.blocks))
    epochs = cells(wholes, progress.whole, layout.training.steps.ends_of_epochs())
    _put(page, (row, 1, right), _outcome(layout, live, each, epochs))


def _put(page: Page, place: tuple[int, int, int], told: Told) -> None:
    """A sentence in a row, from one column to another."""
    row, left, right = place
    formula, value = told
    page.grid.cells.append(Cell(row, left, value, formula, "verdict"))
    for column in range(left + 1, right + 1):
        page.write(row, column, None, "verdict")
    page.grid.merges.append(area(row, left, row, right))
    page.grid.heights[row] = HEIGHT


def _outcome(layout: Layout, live: Trace, costs: list[Live], wholes: list[Live]) -> Told:
    first, last = wholes[0], wholes[-1]
    costs_area = f"{costs[0]}:{costs[-1].cell.rpartition('!')[-1]}"
    count = f'(1+COUNTIF({costs_area},"<1.79E+308"))'
    values: dict[str, list[Part]] = {
        "first": [_shown(first)],
        "last": [_shown(last)],
        "place": [Number(count, 1 + sum(not isnan(cost) for cost in costs), 0)],
        "or_scale": [layout.text("progress.or_scale") if layout.recipe.scaling == "none" else ""],
    }

    def said(key: str, too_large: str = "") -> Told:
        parts = filled(layout.text(f"progress.{key}"), **values)
        return sentence(parts, layout.text(f"progress.{too_large}") if too_large else "")

    cases = [
        (f"NOT(IFERROR({last}<1.79E+308,FALSE))", isnan(last), said("lost")),
        *((test, holds, (quoted(told), told)) for test, holds, told in _dead(layout, live)),
        (f"{last}>{RISES}*{first}", last > RISES * first, said("rises", "rises_much")),
        (f"{last}>{STAYS}*{first}", last > STAYS * first, said("stays", "stays_much")),
        ("TRUE", True, said("falls", "falls_much")),
    ]
    *_, (_, _, (formula, _)) = cases
    for test, _, (text, _) in reversed(cases[:-1]):
        formula = f"IF({test},{text},{formula})"
    return formula, next(value for _, holds, (_, value) in cases if holds)


def _shown(cost: Live) -> Number:
    """A cost in words; some programs have numbers beyond those of others."""
    return Number(cost.cell, min(float(cost), BEYOND), DECIMALS)


def _may_be_0(layer: Layer) -> bool:
    """Whether outputs are 0, and their slope, too, for a whole range of z, as with relu."""
    entry, z = activation_of(layer), np.array([[-1.0]])
    return entry.slope is not None and not entry.value(z).any() and not entry.slope(z, z * 0).any()


def _dead(layout: Layout, live: Trace) -> list[tuple[str, bool, str]]:
    """For each layer before the last that may be 0: a test, whether it holds, what it means."""
    network, training, found = layout.network, layout.training, []
    block = training.steps.updates
    *_, (top, bottom) = training.example_rows()
    for number, layer in network.numbered():
        if number == network.last or not layer.activation or not _may_be_0(layer):
            continue
        labels = network.output_labels(number)
        left, right = (training.columns[label] for label in (labels[0], labels[-1]))
        cells = layout.on("training", area(top, left, bottom, right))
        holds = not live.group(f"a{number}")[live.steps.rows(block)].any()
        told = layout.text("progress.dead", layer=number)
        found.append((f"AND(MAX({cells})=0,MIN({cells})=0)", bool(holds), told))
    return found[:LAYERS]
