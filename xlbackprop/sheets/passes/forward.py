"""A pass forward on a page, below the parameters that it uses: the one way that all views share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.judge.restage import staged
from xlbackprop.network.text import number_at
from xlbackprop.page.bands import Band
from xlbackprop.page.cells import Area, Input
from xlbackprop.page.page import Page
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.passes.layout import PassLayout
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import IN_USE
from xlbackprop.sheets.training import formulas
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.training.looks import ROLE, parameter_style, width
from xlbackprop.training.trace import column_slices
from xlbackprop.workbook.address import address, letters
from xlbackprop.workbook.grid import Columns


def columns(place: PassLayout) -> list[Columns]:
    """Widths of the columns of the pass; weights stand above the inputs."""
    return [
        Columns(first, first + len(group.labels) - 1, width(group))
        for group in place.groups
        for first in [place.columns[group.labels[0]]]
    ]


def bands(layout: Layout, place: PassLayout) -> list[Band]:
    """Titles, equations and symbols above the columns of the pass."""
    return [
        Band(
            ROLE[group.kind],
            place.columns[group.labels[0]],
            tuple(map(typeset, group.labels)),
            layout.text(f"training.band_{group.kind}", layer=group.layer),
            equation(layout, group),
        )
        for group in place.groups
    ]


# The parameters: those of a block that a person chooses, or Solver's.


class Parameters(NamedTuple):
    """All parameters in the sheet's order.

    Attributes:
        formulas: one look-up per parameter.
        values: (P,); NaN where there is no such block.
    """

    formulas: tuple[str, ...]
    values: Array


def chosen(layout: Layout, content: Content, choice: Input) -> Parameters:
    """The parameters of the chosen block; those in use on Solver where there is such a sheet."""
    if layout.recipe.solver:
        return _in_use(layout, content)
    progress = layout.progress
    places = range(progress.first_parameter, progress.last_column + 1)
    top, bottom = progress.row(0), progress.row(progress.blocks - 1)
    if progress.blocks == 1:  # spreadsheets disagree on INDEX of a single cell
        texts = [layout.on("progress", f"${letters(column)}${top}") for column in places]
    else:
        names = [f"${letters(column)}$" for column in places]
        texts = [
            number_at(layout.on("progress", f"{name}{top}:{name}{bottom}"), choice.fixed)
            for name in names
        ]
    block, values = content.inputs.chosen(choice), content.live.parameter_values
    row = values[block - 1] if block else np.full(values.shape[1], np.nan)
    return Parameters(tuple(texts), row)


def _in_use(layout: Layout, content: Content) -> Parameters:
    """What Solver works on; in a new workbook a person's own, which are the starting ones."""
    cells = layout.solver.cells(IN_USE)
    texts = tuple(layout.on("solver", address(row, column)) for row, column in cells)
    shown = content.shown.get("solver")
    if shown is not None:
        rows, places = np.array(cells).T - 1
        return Parameters(texts, shown[rows, places])
    return Parameters(texts, content.inputs.yours)


def put_parameters(page: Page, place: PassLayout, column: int, parameters: Parameters) -> Array:
    """The parameters above what they are multiplied by, what each row is in a column; (P,)."""
    labels = place.network.all_parameter_labels
    for row in range(place.parameters_top, place.top):
        unit = row - place.parameters_top + 1
        kind = page.text("training.unit", kind="w, b", unit=unit)
        page.write(row, column, kind, "label-parameter")
    return np.array(
        [
            page.put(
                place.parameters_top + below,
                beside,
                formula,
                value,
                parameter_style(label, "strong-parameter"),
            )
            for label, (below, beside), formula, value in zip(
                labels, place.places, *parameters, strict=True
            )
        ]
    )


# The pass.


def scaled(layout: Layout, cell: str, number: int) -> str:
    """Formula of x of a raw number in a cell, ``number`` counting the inputs from 0."""
    data = layout.data
    name = letters(data.inputs + number)
    statistics = {s: layout.on("data", f"${name}${data.statistic_row(s)}") for s in data.statistics}
    return SCALINGS[layout.recipe.scaling].excel.format(r=cell, **statistics)


def in_unit(layout: Layout, cell: str, number: int) -> str:
    """Formula of an output in a cell, counted from 0, in the unit of its target."""
    data = layout.data
    name, names = letters(data.raw_targets + number), data.target_statistics
    statistics = {s: layout.on("data", f"${name}${data.statistic_row(s)}") for s in names}
    return SCALINGS[layout.recipe.target_scaling].excel_back.format(a=cell, **statistics)


def values_in_unit(layout: Layout, content: Content, outputs: Array) -> Array:
    """The same in Python, (rows, outputs)."""
    with np.errstate(all="ignore"):
        known = content.target_statistics(layout)
        return SCALINGS[layout.recipe.target_scaling].back(outputs, known)


def put_pass(
    page: Page,
    layout: Layout,
    content: Content,
    place: PassLayout,
    parameters: Array,
    inputs: Sequence[str],
    raw: Array,
    look: str = "number-data",
) -> Area:
    """x, then z, e and a of each layer: each by what the page shows in the columns before it.

    Args:
        page: the page.
        layout: where everything stands.
        content: the numbers of the workbook.
        place: where the pass stands.
        parameters: (P,).
        inputs: the formulas of x.
        raw: what x is made of, (rows, inputs).
        look: how x looks.
    """
    network, slices, shown = layout.network, column_slices(place.groups), None
    if page.shown is not None:
        shown = page.seen(place.top, place.first, np.empty((len(raw), len(place.columns))))
    with np.errstate(all="ignore"):
        x = SCALINGS[layout.recipe.scaling].value(raw, content.statistics(layout))
    t = np.zeros((len(raw), network.outputs))  # nobody knows what is right
    expected = staged(network, parameters, x, t, slices, shown)
    looks = [
        look if group.kind == "x" else f"number-{ROLE[group.kind]}"
        for group in place.groups
        for _ in group.labels
    ]
    texts = [*inputs, *formulas.outputs(network, place.cells)]
    labels = list(place.columns)
    return page.rows(place.top, place.first, texts, expected, looks, symbols=labels)
