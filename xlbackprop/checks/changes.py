"""What a person changed in a workbook: formulas, names, inputs and constants."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import Array
from xlbackprop.checks.meaning import meaning
from xlbackprop.checks.report import Edit
from xlbackprop.checks.solver import read_solver
from xlbackprop.checks.training import read_python
from xlbackprop.data.table import Entry, folded
from xlbackprop.page.cells import Input
from xlbackprop.recalc import Book
from xlbackprop.sheets.book import names
from xlbackprop.sheets.plan.content import Inputs
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import SCIPY, START, YOURS
from xlbackprop.sheets.texts import deciding
from xlbackprop.training.solver import measured
from xlbackprop.training.trace import Trace
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Grid

SLACK = 1e-6  # a long training on another machine may differ so much from Python's constants
DIGITS = 1e-13  # of a number that was typed, and that a program may have saved in 15 digits


def edits(book: Book, sheets: list[Grid]) -> Iterator[Edit]:
    """Formula cells that hold another formula than was written, or none."""
    for grid in sheets:
        for row, column, wanted, _ in grid.formulas():
            got = book.formula(grid.name, row, column)
            if got is None or (got != wanted and not alike(got, wanted)):
                yield Edit(grid.name, address(row, column), got, wanted)


def changed_names(book: Book, layout: Layout) -> Iterator[str]:
    """Defined names that stand for other cells than they were written for."""
    found = book.names
    for name, wanted in names(layout).items():
        got = found.get(name)
        if got is None or not alike(got, wanted):
            yield f"name {name}: got {got or 'no such name'}, wanted {wanted}; define it so again."


def alike(got: str, wanted: str) -> bool:
    """Whether two formulas mean the same; most differ, if at all, in capitals."""
    return (got.upper() == wanted.upper() and '"' not in got) or meaning(got) == meaning(wanted)


def changed_inputs(layout: Layout, now: Inputs) -> Iterator[str]:
    """Inputs that differ from the recipe, one sentence each; not those that can't be used."""
    then = Inputs.of(layout)
    data, place = layout.data, layout.parameters
    parameters, examples = layout.sheet("parameters"), layout.sheet("data")

    def changed(sheet: str, row: int, column: int, what: str, new: Entry, old: Entry) -> str:
        return f"{sheet}!{address(row, column)}  {what} = {_short(new)} (was {_short(old)})"

    if retyped(now.eta, then.eta):
        yield changed(parameters, place.ETA_ROW, place.ETA_COLUMN, "eta", now.eta, then.eta)
    for name, value in then.settings.items():
        if retyped(now.settings[name], value):
            cell = place.setting_row(name), place.ETA_COLUMN
            yield changed(parameters, *cell, name, now.settings[name], value)
    labels = layout.network.all_parameter_labels
    for i in np.flatnonzero(_retyped(now.start, then.start)).tolist():
        yield changed(parameters, *place.cells[i], labels[i], now.start[i], then.start[i])
    symbols = layout.recipe.inputs if data.statistics else layout.network.output_labels(1)
    tables = [(data.inputs, symbols, now.raw, then.raw)]
    if now.targets is not None and then.targets is not None:
        names = target_labels(now.targets.shape[1])
        names = layout.recipe.targets if data.target_statistics else names
        tables.append((data.raw_targets, names, now.targets, then.targets))
    decided = deciding(layout)
    for column, symbols, new, old in tables:
        for i, j in np.argwhere(_retyped(new, old)).tolist():
            row = data.top + i
            if column + j not in decided:  # a text is told where it stands
                yield changed(examples, row, column + j, symbols[j], new[i, j], old[i, j])
    for column, (name, _) in enumerate(layout.recipe.categories, data.first_text):
        k = column - data.first_text
        for i, (text, was) in enumerate(zip(now.texts[k], then.texts[k], strict=True)):
            if text == text and folded(text) != folded(was):
                yield changed(examples, data.top + i, column, name, text, was)
    for i, (label, was) in enumerate(zip(now.labels, then.labels, strict=True)):
        if label != was and label == label:  # NaN can't be used
            yield changed(examples, data.top + i, data.LABEL, "label", label, was)
    yield from _changed_order(layout, now, then)
    yield from _changed_asked(layout.asked, now, chooses=True)
    if layout.recipe.solver:
        cells, sheet = layout.solver.cells(YOURS), layout.sheet("solver")
        for i in np.flatnonzero(_retyped(now.yours, then.yours)).tolist():
            yield changed(sheet, *cells[i], labels[i], now.yours[i], then.yours[i])
    yield from _changed_asked(layout.asked, now, chooses=False)


def _changed_asked(asked: Iterable[Input], now: Inputs, *, chooses: bool) -> Iterator[str]:
    """Cells that ask something and no longer hold what they did, those that choose or others."""
    for place in asked:
        number, usual = now.asked[place.name], float(place.usual)
        if bool(place.most) == chooses and retyped(number, usual):
            what = place.name.split()[-1] if chooses else place.name
            new, old = (_short(place.shown(each)) for each in (number, usual))
            yield f"{place.sheet}!{place.cell}  {what} = {new} (was {old})"


def _changed_order(layout: Layout, now: Inputs, then: Inputs) -> Iterator[str]:
    """Example numbers that differ from those of the recipe."""
    if now.order is None or then.order is None:
        return
    training, name = layout.training, layout.sheet("training")
    blocks = list(training.example_rows())[:-1]
    rows = [row for top, bottom in blocks for row in range(top, bottom + 1)]
    for i in np.flatnonzero((now.order != then.order) & (now.order > 0)).tolist():
        cell = address(rows[i], training.example)
        yield f"{name}!{cell}  example = {now.order[i]} (was {then.order[i]})"


def changed_constants(book: Book, layout: Layout, trace: Trace) -> Iterator[str]:
    """Numbers that nobody needs to change: those of the last block, those that Python computed."""
    training, compare = layout.training, layout.compare
    name = layout.sheet("training")
    top = training.first_example(training.steps.updates)
    for i, [got] in enumerate(book.values(name, top, training.example, layout.examples, 1)):
        if got != i + 1:
            cell = address(top + i, training.example)
            yield f"{name}!{cell}  example = {_short(got)} (was {i + 1})"
    found, name = read_python(book, layout, trace), layout.sheet("compare")
    tables = [(compare.python_cost, found.cost[:, None], trace.cost[:, None])]
    if compare.parameters:
        tables.append((compare.python, found.parameter_values, trace.parameter_values))
    for column, constants, wanted in tables:
        for i, j in np.argwhere(_strays(constants, wanted)).tolist():
            cell = address(compare.row(i), column + j)
            yield f"{name}!{cell}  Python's constant = {constants[i, j]:g} (was {wanted[i, j]:g})"


def changed_solver(book: Book, layout: Layout) -> Iterator[str]:
    """Constants of the Solver sheet that aren't Python's any more."""
    solver, name, recipe = layout.solver, layout.sheet("solver"), layout.recipe
    found, labels = read_solver(book, layout), layout.network.all_parameter_labels
    wanted = recipe.start_parameters()
    for i in np.flatnonzero(_retyped(found.start, wanted)).tolist():
        cell = address(*solver.cells(START)[i])
        yield f"{name}!{cell}  {labels[i]} = {_short(found.start[i])} (was {_short(wanted[i])})"
    for i, got in enumerate(found.examples.tolist(), 1):
        if got != i:
            cell = address(solver.top + i - 1, solver.NUMBER)
            yield f"{name}!{cell}  example = {_short(got)} (was {i})"
    for number, parameters in ((START, found.start), (SCIPY, found.solution.parameters)):
        for column, got, was in zip(
            (solver.COST, solver.SHARE),
            found.measures[number].tolist(),
            measured(recipe, parameters),
            strict=True,
        ):
            if _strays(np.array(got), np.array(was)):
                cell = address(solver.table_row(number), column)
                yield (
                    f"{name}!{cell}  Python's constant = {got:g} (its parameters, in this file, "
                    f"come to {was:g})"
                )


def retyped(now: float, then: float) -> bool:
    """Whether a typed number is another one; none that can't be used."""
    return bool(_retyped(np.array(now), np.array(then)))


def _retyped(now: Array, then: Array) -> NDArray[np.bool_]:
    """Where typed numbers are others; not where one can't be used."""
    with np.errstate(all="ignore"):
        return (np.abs(now - then) > DIGITS * np.abs(then)) & ~np.isnan(now)


def _strays(found: Array, computed: Array) -> NDArray[np.bool_]:
    """Where constants aren't what Python computes; not where neither, or no number, is finite."""
    with np.errstate(all="ignore"):
        equal = np.abs(found - computed) <= SLACK * np.maximum(1.0, np.abs(computed))
    return ~(equal | np.isnan(found) | (~np.isfinite(found) & ~np.isfinite(computed)))


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
