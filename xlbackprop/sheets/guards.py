"""Which yellow cells of the training can't be used: every sheet of the workbook says so."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.guards import MOST, Guard, finished, named, of_other, of_range
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import fitting, quoted
from xlbackprop.recipe.categories import input_names
from xlbackprop.sheets.plan.content import Content, Inputs
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import YOURS
from xlbackprop.words.bounds import ETA
from xlbackprop.workbook.address import area

INTRO = "$A$2"  # of Start


def guarded(page: Page, layout: Layout, content: Content) -> Page:
    """A page whose builder is done, on guard for its own cells and for those of the training."""
    if page.kind == "recipe":
        return page
    guards = fitting(
        partial(training_guards, layout, content),
        lambda guard: len(guard.formula) + len(guard.told),
        (MOST, 1, 0),
    )
    if page.kind == "start":
        return finished(page, *guards)
    wrong = next((guard.text for guard in guards if not guard.holds), None)
    return finished(page, of_other(layout.on("start", INTRO), wrong))


def training_guards(layout: Layout, content: Content, most: int) -> Iterator[Guard]:
    """That each number can be used that the training starts from.

    Args:
        layout: where everything stands.
        content: the numbers of the workbook.
        most: cells of a table that are named one by one; 0 for one sentence on all parameters.
    """
    yield from _settings(layout, content)
    for place in layout.asked:
        if place.name == "tolerance":  # which the verdict on Start asks for
            bad = [] if place.allows(content.inputs.asked[place.name]) else [place]
            yield named(layout.text, [place], bad, lambda one: layout.on("compare", one.cell))
    yield from _parameters(layout, content, most)
    yield from _examples(layout, content, most)
    yield from _order(layout, content)
    if layout.recipe.solver:
        cells = layout.solver.cells(YOURS)
        yield _numbers(layout, "solver", cells, content.inputs.yours, most)


def _settings(layout: Layout, content: Content) -> Iterator[Guard]:
    """η and what else the rule and the schedule are told."""
    place, inputs = layout.parameters, content.inputs
    known = layout.recipe.learning().settings
    limits = {name: setting.limit for name, setting in known.items()}
    rows = {"eta": (place.ETA_ROW, inputs.eta, ETA)} | {
        name: (place.setting_row(name), inputs.settings[name], limits[name])
        for name in place.settings
    }
    for name, (row, number, limit) in rows.items():
        one = layout.input(name, "parameters", (row, place.ETA_COLUMN), number, limit=limit)
        bad = [] if one.allows(number) else [one]
        yield named(layout.text, [one], bad, lambda one: layout.on("parameters", one.cell))


def _parameters(layout: Layout, content: Content, most: int) -> Iterator[Guard]:
    """The starting weights and biases of each layer."""
    if not most:
        yield _numbers(layout, "parameters", layout.parameters.cells, content.inputs.start, most)
        return
    for number, _ in layout.network.learning():
        where = layout.network.parameter_slice(number)
        cells, numbers = layout.parameters.cells[where], content.inputs.start[where]
        yield _numbers(layout, "parameters", cells, numbers, most)


def _examples(layout: Layout, content: Content, most: int) -> Iterator[Guard]:
    """Inputs, and labels or targets."""
    data, inputs = layout.data, content.inputs
    yield _numbers(
        layout, "data", _places(data.top, data.inputs, inputs.raw), inputs.raw.ravel(), most
    )
    yield from _texts(layout, inputs)
    if inputs.targets is not None:
        places = _places(data.top, data.raw_targets, inputs.targets)
        yield _numbers(layout, "data", places, inputs.targets.ravel(), most)
        return
    targets = area(data.top, data.targets, data.bottom, data.last_column)
    labels = layout.on("data", area(data.top, data.LABEL, data.bottom, data.LABEL))
    ones = f"SUM({layout.on('data', targets)})={layout.examples}"
    right = bool(content.tables(layout)[1].sum() == layout.examples)
    told = layout.text("limits.wrong", cells=labels, wanted=layout.text("limits.class"))
    yield Guard(ones, right, f'"✗ {told}"', f"✗ {told}")


def _texts(layout: Layout, inputs: Inputs) -> Iterator[Guard]:
    """Texts that decide inputs: each of them makes one of these 1."""
    data, recipe = layout.data, layout.recipe
    for column, (name, known) in enumerate(recipe.categories, data.first_text):
        names = [one for one in input_names(name, known) if one in recipe.inputs]
        if len(names) < len(known):
            continue
        first = recipe.inputs.index(names[0])
        left, right = data.inputs + first, data.inputs + first + len(names) - 1
        inside = layout.on("data", area(data.top, left, data.bottom, right))
        sums = np.nansum(inputs.raw[:, first : first + len(names)], axis=1)
        cells = layout.on("data", area(data.top, column, data.bottom, column))
        told = layout.text("limits.wrong", cells=cells, wanted=layout.text("limits.known_text"))
        holds = bool((sums == 1).all())
        yield Guard(f"SUM({inside})={layout.examples}", holds, quoted(f"✗ {told}"), f"✗ {told}")


def _order(layout: Layout, content: Content) -> Iterator[Guard]:
    """The example numbers of mini-batches."""
    order, training = content.inputs.order, layout.training
    if order is None or not layout.one_epoch.steps.batched or not len(order):
        return
    rows = list(training.example_rows())[:-1]
    cells = area(rows[0][0], training.example, rows[-1][1], training.example)
    place = layout.input("order", "training", (rows[0][0], training.example), 1, layout.examples)
    cells, holds = layout.on("training", cells), bool((order > 0).all())
    ends = f"MIN({cells})>=1,MAX({cells})<={layout.examples}"
    yield of_range(layout.text, cells, len(order), place, holds=holds, more=ends)


def _places(top: int, left: int, values: Array) -> list[tuple[int, int]]:
    """Row and column of each cell of a table."""
    return [(top + i, left + j) for i, j in np.ndindex(values.shape)]


def _numbers(
    layout: Layout, kind: str, cells: Sequence[tuple[int, int]], values: Array, most: int
) -> Guard:
    """That cells of a sheet, which fill a rectangle, hold numbers; a few are named one by one."""
    places = [layout.input("", kind, cell, 0.0) for cell in cells]
    finite = np.isfinite(values)
    if len(cells) <= most:
        bad = [place for place, known in zip(places, finite, strict=True) if not known]
        return named(layout.text, places, bad, lambda one: layout.on(kind, one.cell))
    rows, columns = zip(*cells, strict=True)
    text = layout.on(kind, area(min(rows), min(columns), max(rows), max(columns)))
    return of_range(layout.text, text, len(cells), places[0], holds=bool(finite.all()))
