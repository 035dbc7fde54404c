"""A network's workbook beside Python, stage by stage."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.checks.changes import (
    changed_constants,
    changed_inputs,
    changed_names,
    changed_solver,
    edits,
)
from xlbackprop.checks.inputs import (
    check_sheets,
    read_classes,
    read_inputs,
    read_recipe,
    with_inputs,
)
from xlbackprop.checks.report import Comparison, Report
from xlbackprop.checks.solver import read_solver
from xlbackprop.checks.structure import check_epochs, check_extent, check_structure, rows_below
from xlbackprop.checks.tally import shown_numbers, tallied
from xlbackprop.checks.training import read_python, read_training
from xlbackprop.checks.typed import computed, input_places
from xlbackprop.checks.untouched import is_untouched
from xlbackprop.data.scalings import SCALINGS, Known, Scaled
from xlbackprop.data.table import Entry
from xlbackprop.errors import XlbackpropError
from xlbackprop.judge.restage import restage
from xlbackprop.judge.rounding import Move
from xlbackprop.recalc import Book
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.book import grids, new_content
from xlbackprop.sheets.kinds import KINDS, layout_of
from xlbackprop.sheets.plan.content import Content, Inputs
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.engine import run
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.grid import Grid


@dataclass(frozen=True)
class NetworkTrial:
    """A network's workbook on trial.

    Attributes:
        layout: where everything stands.
        content: the numbers that xlbackprop wrote.
        written: the sheets as xlbackprop wrote them.
        python_cost: C_T at the end of Python's own training from the inputs of the file.
        report: what the file itself says.
    """

    layout: Layout
    content: Content
    written: list[Grid]
    python_cost: float
    report: Report
    untouched: bool = False

    @classmethod
    def of(cls, book: Book) -> "NetworkTrial":
        """Read a workbook, and judge its formulas, its inputs and its stored values.

        Raises:
            BookError: a sheet is missing, or the recipe is damaged.
            RestructuredError: rows or columns were inserted or deleted.
        """
        path = str(book.path)
        recipe, deleted = _without_deleted(book, read_recipe(book, path))
        layout = layout_of(recipe)
        check_sheets(book, path, map(layout.sheet, layout.sheets))
        check_epochs(book, layout)
        check_extent(book, layout)
        trace = run(recipe)
        # What scipy finds may differ on another machine: it is judged by its own C_T.
        solution = read_solver(book, layout).solution if recipe.solver else None
        content = new_content(layout, trace, solution)
        written = grids(layout, content)
        formulas = sum(grid.formula_count() for grid in written)
        report = Report(path, formulas, (), faults=tuple(changed_names(book, layout)))
        if is_untouched(book, written):
            saved = Comparison("saved", formulas, 0.0, 0.0, (), drift=0.0)
            report = replace(report, comparisons=(saved,))
            cost = float(trace.cost[-1])
            return cls(layout, content, written, cost, report, untouched=True)
        check_structure(book, [grid for grid in written if grid.name != layout.sheet("recipe")])
        typed = computed(book, input_places(layout))
        found = read_inputs(book, layout)
        cost, unfit = _python_run(layout, found.inputs)
        report = replace(
            report,
            edits=tuple(edits(book, written)),
            faults=(*report.faults, *(found.faults or unfit)),
            changes=(
                *deleted,
                *typed,
                *rows_below(book, layout),
                *changed_inputs(layout, found.inputs),
                *changed_constants(book, layout, trace),
                *(changed_solver(book, layout) if recipe.solver else ()),
            ),
        )
        trial = cls(layout, content, written, cost, report)
        return replace(trial, report=replace(report, comparisons=(trial.compare(book, "saved"),)))

    def compare(self, book: Book, engine: str) -> Comparison:
        """Compare the values that a book has now with what each ought to be given the others."""
        layout = self.layout
        shown = shown_numbers(book, self.written)
        last = layout.training.last_row - 1, layout.training.columns["C"] - 1
        drift = float(shown[layout.sheet("training")][last]) - self.python_cost
        if self.untouched:
            tally = tallied(
                book, engine, lambda move, _: self._as_shown(_moved(shown, move)), shown
            )
            if not tally.mismatches:  # nothing was changed, and not even rounding has piled up
                return tally.comparison(drift)
        found = read_inputs(book, layout)
        fixed = Fixed(
            found.inputs, read_classes(book, layout), read_python(book, layout, self.content.live)
        )

        def rebuilt(move: Move, only: Collection[str]) -> list[Grid]:
            known = fixed._replace(inputs=fixed.inputs.moved(move))
            return grids(layout, _content(layout, self.content, known, _moved(shown, move)), only)

        tally = tallied(book, engine, rebuilt, shown)
        return tally.comparison(drift, unusable=bool(found.faults))

    def _as_shown(self, shown: Mapping[str, Array]) -> list[Grid]:
        """What was written, but for sheets that make rounding large: they judge themselves."""
        layout, content = self.layout, self.content
        if not any(KINDS[kind].rounds for kind in layout.sheets):
            return self.written
        own = replace(
            content, shown={k: shown[layout.sheet(k)] for k in layout.sheets if KINDS[k].rounds}
        )
        pairs = zip(layout.sheets, self.written, strict=True)
        return [
            KINDS[kind].grid(layout, own) if KINDS[kind].rounds else grid for kind, grid in pairs
        ]


def _without_deleted(book: Book, recipe: Recipe) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe without sheets that it may leave out and that were deleted; what was deleted."""
    layout = layout_of(recipe)
    gone = [kind for kind in layout.sheets if layout.sheet(kind) not in book.sheets]
    if len(book.sheets) > len(layout.sheets) - len(gone):
        return recipe, ()  # one of them was renamed
    left = tuple(view for view in recipe.views if view not in gone)
    told = [f"{layout.sheet(kind)}  this sheet was deleted" for kind in gone if kind in VIEWS]
    return recipe.changed(views=left), tuple(told)


def _moved(shown: Mapping[str, Array], move: Move) -> dict[str, Array]:
    return {name: move(numbers) for name, numbers in shown.items()}


class Fixed(NamedTuple):
    """What a file holds in cells without formulas: inputs, classes, and Python's constants."""

    inputs: Inputs
    classes: tuple[Entry, ...]
    python: Trace


def _content(layout: Layout, written: Content, fixed: Fixed, shown: Mapping[str, Array]) -> Content:
    """The numbers that the sheets ought to show, given the numbers that they do show."""
    inputs, recipe = fixed.inputs, layout.recipe
    sheet = read_training(shown[layout.sheet("training")], layout, inputs.eta)
    kinds = [kind for kind in layout.sheets if layout.sheet(kind) in shown]
    content = replace(
        written,
        inputs=inputs,
        examples=sheet.examples,
        live=sheet.trace,
        python=fixed.python,
        shown={kind: shown[layout.sheet(kind)] for kind in kinds},
    )
    with np.errstate(all="ignore"):
        known, target_known = content.statistics(layout), content.target_statistics(layout)
        scaled = _scaled(recipe.scaling, inputs.raw, known)
        targets = _scaled(recipe.target_scaling, inputs.t(fixed.classes), target_known)
    fixed_order = layout.training.steps.numbers.astype(float)
    numbers = fixed_order if layout.in_order else sheet.examples
    x, t = (looked_up(table, numbers) for table in content.tables(layout))
    expected = restage(
        sheet.trace,
        layout.recipe.learning(),
        eta=inputs.eta,
        settings=inputs.settings,
        start=inputs.start,
        x=x,
        t=t,
    )
    return replace(content, scaled=scaled, targets=targets, expected=expected)


def _scaled(name: str, raw: Array, known: Known) -> Scaled:
    """What each statistic and number ought to be, given the statistics that are shown."""
    scaling = SCALINGS[name]
    statistics = {s.name: s.value(raw, known) for s in scaling.statistics}
    return Scaled(statistics, scaling.value(raw, known))


def _python_run(layout: Layout, inputs: Inputs) -> tuple[float, tuple[str, ...]]:
    """C_T at the end of Python's own training from the inputs of a sheet, or why there is none."""
    try:
        return float(run(with_inputs(layout.recipe, inputs)).cost[-1]), ()
    except XlbackpropError as error:
        return nan, (str(error),)
