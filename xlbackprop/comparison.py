"""Comparing a workbook with Python, cell by cell and stage by stage.

The recipe and the inputs are read from the file as it is now. Every formula cell is then compared
with what Python computes *from the cells that this formula reads*: so rounding does not pile up
along the training, nothing wrong can hide, and nothing right is blamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xlbackprop.changes import (
    changed_constants,
    changed_inputs,
    changed_names,
    changed_solver,
    edits,
)
from xlbackprop.engine import restage, run
from xlbackprop.errors import EngineError, XlbackpropError
from xlbackprop.readback import (
    check_sheets,
    read_classes,
    read_inputs,
    read_numbers,
    read_recipe,
    read_scaled,
    recipe_text,
    with_inputs,
)
from xlbackprop.readback_cells import as_numbers
from xlbackprop.readback_solver import read_solver
from xlbackprop.readback_training import SheetTraining, read_python, read_training
from xlbackprop.recalc import ENGINES, Book, recalculate_open
from xlbackprop.report import Comparison, Report
from xlbackprop.rescaling import rescale
from xlbackprop.scalings import SCALINGS
from xlbackprop.sheets.book import BUILDERS, grids, new_content
from xlbackprop.sheets.content import Content, Inputs
from xlbackprop.sheets.gradient_numbers import Chosen, gradient_numbers, read_gradient
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.rates_numbers import RatesNumbers
from xlbackprop.sheets.solver_numbers import SolverNumbers
from xlbackprop.steps import looked_up
from xlbackprop.tally import Tally
from xlbackprop.untouched import is_untouched
from xlbackprop.workbook.grid import Grid

Array = NDArray[np.float64]
ROUNDING = ("gradient-check", "learning-rates")  # sheets in which rounding may grow large


def check(path: str | Path, engines: str | Sequence[str] = ("ironcalc",)) -> Report:
    """Compare a workbook with Python.

    Args:
        path: a workbook that xlbackprop wrote and anybody may have changed.
        engines: names of ``recalc.ENGINES``, or one name, or ``"all"``; the values stored in the
            file are compared, too.

    Raises:
        FileError: the file can't be read.
        BookError: it isn't a workbook, or not one of ours.
        EngineError: a spreadsheet program is missing or failed.
    """
    names = tuple(ENGINES) if engines == "all" else engines
    [report] = check_many([path], (names,) if isinstance(names, str) else names)
    return report


def check_many(paths: Sequence[str | Path], engines: Sequence[str] = ("ironcalc",)) -> list[Report]:
    """Compare several workbooks with Python, starting each spreadsheet program once.

    Raises:
        FileError, BookError, EngineError: as ``check`` does.
    """
    _check_engines(engines)
    books = [Book.open(path) for path in paths]
    cases, reports = (list(column) for column in zip(*map(_first_look, books), strict=True))
    for engine in engines:
        if engine != "saved":
            for i, book in enumerate(recalculate_open(engine, books)):
                found = _compare(book, engine, cases[i])
                reports[i] = replace(reports[i], comparisons=(*reports[i].comparisons, found))
    return reports


@dataclass(frozen=True)
class _Case:
    """A workbook on trial.

    Attributes:
        layout: where everything stands.
        text: the recipe's text.
        content: the numbers that xlbackprop wrote.
        written: the sheets as xlbackprop wrote them.
        untouched: whether the file still is what was written.
        python_cost: C_T at the end of Python's own training from the inputs of the file.
    """

    layout: Layout
    text: str
    content: Content
    written: list[Grid]
    untouched: bool
    python_cost: float


def _first_look(book: Book) -> tuple[_Case, Report]:
    """Read a workbook, and judge its formulas, its inputs and its stored values."""
    path = str(book.path)
    recipe = read_recipe(book, path)
    layout = Layout.of(recipe)
    check_sheets(book, layout, path, layout.sheets)
    text, found = recipe_text(book, path), read_inputs(book, layout)
    trace = run(recipe)
    # What scipy finds may differ on another machine: it is judged by its own C_T.
    solution = read_solver(book, layout).solution if recipe.solver else None
    content = new_content(layout, trace, solution)
    written = grids(layout, content)
    formulas = sum(grid.formula_count() for grid in written)
    report = Report(path, formulas, (), faults=tuple(changed_names(book, layout)))
    if is_untouched(book, written):
        case = _Case(layout, text, content, written, True, float(trace.cost[-1]))
        saved = Comparison("saved", formulas, 0.0, 0.0, (), drift=0.0)
        return case, replace(report, comparisons=(saved,))
    cost, unfit = _python_run(layout, found.inputs)
    case = _Case(layout, text, content, written, False, cost)
    return case, replace(
        report,
        comparisons=(_compare(book, "saved", case),),
        edits=tuple(edits(book, written)),
        faults=(*report.faults, *(found.faults or unfit)),
        changes=(
            *changed_inputs(layout, found.inputs),
            *changed_constants(book, layout, trace),
            *(changed_solver(book, layout) if recipe.solver else ()),
        ),
    )


def _check_engines(engines: Sequence[str]) -> None:
    for name in engines:
        if name not in ENGINES:
            raise EngineError(f"engine: got {name!r}, wanted one of {', '.join(ENGINES)}.")
        missing = ENGINES[name].why_missing()
        if missing:
            raise EngineError(missing)


def _compare(book: Book, engine: str, case: _Case) -> Comparison:
    """Compare the values that a book has now with what each ought to be given the others."""
    layout = case.layout
    training = layout.sheet("training")
    shown = {grid.name: _all_numbers(book, grid) for grid in case.written if grid.formula_count()}
    last = layout.training.last_row - 1, layout.training.columns["C"] - 1
    drift = float(shown[training][last]) - case.python_cost
    if case.untouched:
        tally = _tally(book, engine, _as_shown(case, shown), shown)
        if not tally.mismatches:  # nothing was changed, and not even rounding has piled up
            return tally.comparison(drift)
    found = read_inputs(book, layout)
    content = _content(book, layout, case.text, found.inputs, shown)
    tally = _tally(book, engine, grids(layout, content), shown)
    return tally.comparison(drift, unusable=bool(found.faults))


def _as_shown(case: _Case, shown: dict[str, Array]) -> list[Grid]:
    """What was written, but for sheets that make rounding large: they are judged by themselves."""
    layout, content = case.layout, case.content
    if not set(ROUNDING) & set(layout.sheets):
        return case.written
    sheet = SheetTraining(content.live, content.live.steps.numbers.astype(float))
    tables = content.scaled.x, content.targets
    own = _with_views(layout, content, sheet, tables, shown)
    pairs = zip(layout.sheets, case.written, strict=True)
    return [BUILDERS[kind](layout, own) if kind in ROUNDING else grid for kind, grid in pairs]


def _all_numbers(book: Book, grid: Grid) -> Array:
    """What a sheet that xlbackprop wrote shows, from its first cell on."""
    rows = [cell.row for cell in grid.cells] + [b.row + len(b.values) - 1 for b in grid.blocks]
    columns = [cell.column for cell in grid.cells]
    columns += [b.column + b.values.shape[1] - 1 for b in grid.blocks]
    return read_numbers(book, grid.name, max(rows), max(columns))


def _tally(book: Book, engine: str, sheets: list[Grid], shown: dict[str, Array]) -> Tally:
    tally = Tally(engine)
    for grid in sheets:
        if grid.name in shown:
            tally.add(grid, shown[grid.name], book)
    return tally


def _content(
    book: Book, layout: Layout, text: str, inputs: Inputs, shown: dict[str, Array]
) -> Content:
    """The numbers that the sheets ought to show, given the numbers that they do show."""
    sheet = read_training(shown[layout.sheet("training")], layout, inputs.eta)
    data = layout.data
    width = data.last_column - data.targets + 1
    cells = book.values(layout.sheet("data"), data.top, data.targets, layout.examples, width)
    scaled, targets = read_scaled(book, layout), as_numbers(cells)
    x, t = sheet.looked_up(scaled.x), sheet.looked_up(targets)
    expected = restage(
        sheet.trace,
        layout.recipe.learning(),
        eta=inputs.eta,
        settings=inputs.settings,
        start=inputs.start,
        x=x,
        t=t,
    )
    content = Content(
        text,
        inputs,
        rescale(SCALINGS[layout.recipe.scaling], inputs.raw, scaled),
        inputs.t(read_classes(book, layout)),
        expected,
        sheet.trace,
        read_python(book, layout, sheet.trace),
        _solver_numbers(book, layout, inputs, shown, (scaled.x, targets)),
    )
    return _with_views(layout, content, sheet, (scaled.x, targets), shown)


def _with_views(
    layout: Layout,
    content: Content,
    sheet: SheetTraining,
    tables: tuple[Array, Array],
    shown: dict[str, Array],
) -> Content:
    """The numbers of sheets that compute on their own, each judged by those that they show."""
    inputs = content.inputs
    if "gradient-check" in layout.sheets:
        chosen = Chosen.of(layout, inputs.choices, inputs.numbers)
        own = read_gradient(layout.gradient, shown[layout.sheet("gradient-check")])
        found = gradient_numbers(layout, chosen, sheet.trace, sheet.examples, tables, own)
        content = replace(content, gradient=found)
    if "learning-rates" in layout.sheets:
        rates = RatesNumbers.judged(
            layout.rates,
            shown[layout.sheet("learning-rates")],
            learning=layout.recipe.learning(),
            etas=[inputs.numbers[number.name] for number in layout.learning_rates],
            settings=inputs.settings,
            start=inputs.start,
            examples=sheet.examples,
            tables=tables,
        )
        content = replace(content, rates=rates)
    return content


def _solver_numbers(
    book: Book,
    layout: Layout,
    inputs: Inputs,
    shown: dict[str, Array],
    tables: tuple[Array, Array],
) -> SolverNumbers | None:
    """The numbers that the Solver sheet ought to show, where there is one."""
    if not layout.recipe.solver:
        return None
    constants = read_solver(book, layout)
    x, t = (looked_up(table, constants.examples) for table in tables)
    return SolverNumbers.judged(
        layout,
        shown[layout.sheet("solver")],
        sets=(inputs.yours, constants.start, constants.solution),
        choice=inputs.choices["solver values"],
        x=x,
        t=t,
    )


def _python_run(layout: Layout, inputs: Inputs) -> tuple[float, tuple[str, ...]]:
    """C_T at the end of Python's own training from the inputs of a sheet, or why there is none."""
    try:
        return float(run(with_inputs(layout.recipe, inputs)).cost[-1]), ()
    except XlbackpropError as error:
        return nan, (str(error),)
