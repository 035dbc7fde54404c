"""The workbook of a page of maths beside Python: each formula on the numbers that it reads."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from xlbackprop.checks.cells import read_asked
from xlbackprop.checks.changes import edits, retyped
from xlbackprop.checks.inputs import check_sheets, recipe_text
from xlbackprop.checks.report import Comparison, Report
from xlbackprop.checks.structure import check_structure
from xlbackprop.checks.tally import shown_numbers, tallied
from xlbackprop.checks.typed import computed
from xlbackprop.errors import BookError, RecipeError, XlbackpropError
from xlbackprop.judge.rounding import Move
from xlbackprop.lessons import recipe as lesson_recipe
from xlbackprop.lessons.book import Found, grids, input_name, pages
from xlbackprop.lessons.recipe import LessonRecipe
from xlbackprop.page.page import Page
from xlbackprop.recalc import Book
from xlbackprop.recipe.toml import parse
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Grid


def is_lesson(text: str) -> bool:
    """Whether a recipe is that of a page of maths; what can't be read is not."""
    try:
        return lesson_recipe.is_lesson(parse(text, "recipe"))
    except RecipeError:
        return False


@dataclass(frozen=True)
class LessonTrial:
    """A workbook of pages of maths on trial.

    Attributes:
        recipe: of the workbook.
        written: the pages as xlbackprop wrote them.
        report: what the file itself says.
    """

    recipe: LessonRecipe
    written: list[Page]
    report: Report

    @classmethod
    def of(cls, book: Book) -> "LessonTrial":
        """Read a workbook, and judge its formulas, its inputs and its stored values.

        Raises:
            BookError: a sheet is missing, or the recipe is damaged.
        """
        path, recipe = str(book.path), read_lesson(book)
        written = pages(recipe)
        sheets = grids(recipe, written)
        check_sheets(book, path, (sheet.name for sheet in sheets))
        check_structure(book, [sheet.grid for sheet in written])
        typed = computed(book, [(p.sheet, *p.place) for page in written for p in page.inputs])
        now, faults = read_numbers(book, written)
        report = Report(
            path,
            sum(grid.formula_count() for grid in sheets),
            (_compare(book, "saved", recipe, written),),
            edits=tuple(edits(book, sheets)),
            faults=faults,
            changes=(*typed, *(text for sheet in written for text in _changes(sheet, now))),
        )
        return cls(recipe, written, report)

    def compare(self, book: Book, engine: str) -> Comparison:
        """Compare the values that a book has now with what each ought to be given the others."""
        return _compare(book, engine, self.recipe, self.written)


def _compare(book: Book, engine: str, recipe: LessonRecipe, written: list[Page]) -> Comparison:
    shown = shown_numbers(book, [sheet.grid for sheet in written])
    now, faults = read_numbers(book, written)

    def rebuilt(move: Move, _: Collection[str]) -> list[Grid]:
        inputs = {
            sheet.kind: {
                place.name: number if place.most else float(move(np.array(number)))
                for place in sheet.inputs
                for number in [now[sheet.kind][place.name]]
            }
            for sheet in written
        }
        moved = {name: move(numbers) for name, numbers in shown.items()}
        return [sheet.grid for sheet in pages(recipe, inputs, moved)]

    tally = tallied(book, engine, rebuilt, shown)
    return tally.comparison(nan, unusable=bool(faults))


def read_lesson(book: Book) -> LessonRecipe:
    """The recipe that a workbook was made from.

    Raises:
        BookError: its text is damaged.
    """
    path = str(book.path)
    try:
        return lesson_recipe.from_mapping(parse(recipe_text(book, path), path))
    except XlbackpropError as error:
        raise BookError(
            f"{path}, sheet Recipe: its text was changed or damaged: {error}"
        ) from error


def current_lesson(book: Book) -> LessonRecipe:
    """The recipe of a workbook with the numbers that it has now.

    Raises:
        BookError: the recipe is damaged, or a number can't be used.
    """
    recipe = read_lesson(book)
    written = pages(recipe)
    check_sheets(book, str(book.path), [sheet.grid.name for sheet in written])
    computed(book, [(p.sheet, *p.place) for page in written for p in page.inputs])
    now, faults = read_numbers(book, written)
    if faults:
        raise BookError(f"{book.path}, {faults[0]}")
    return recipe.with_numbers(
        {
            input_name(recipe, sheet, place.name): number
            for sheet in written
            for place in sheet.inputs
            for number in [now[sheet.kind][place.name]]
            if number != place.usual or place.name in sheet.given
        }
    )


def read_numbers(book: Book, written: list[Page]) -> tuple[Found, tuple[str, ...]]:
    """What the input cells hold, NaN where it can't be used, and a sentence for each of those."""
    faults: list[str] = []
    now = {
        sheet.kind: {place.name: read_asked(book, place, faults) for place in sheet.inputs}
        for sheet in written
    }
    return now, tuple(faults)


def _changes(sheet: Page, now: Found) -> Iterator[str]:
    """Inputs of a page that differ from the recipe, one sentence each."""
    for place in sheet.inputs:
        was = sheet.given.get(place.name, place.usual)
        number = now[sheet.kind][place.name]
        if retyped(number, was):
            cell = address(place.row, place.column)
            yield f"{place.sheet}!{cell}  {place.name} = {number:g} (was {was:g})"
