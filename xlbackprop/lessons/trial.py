"""The workbook of a page of maths beside Python: each formula on the numbers that it reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan, nan

from xlbackprop.changes import edits
from xlbackprop.errors import BookError, RecipeError, XlbackpropError
from xlbackprop.lessons import recipe as lesson_recipe
from xlbackprop.lessons.book import grids, page
from xlbackprop.lessons.page import Page
from xlbackprop.lessons.recipe import LessonRecipe
from xlbackprop.readback import check_sheets, recipe_text
from xlbackprop.readback_cells import Reader
from xlbackprop.recalc import Book
from xlbackprop.recipe_text import parse
from xlbackprop.report import Comparison, Report
from xlbackprop.tally import shown_numbers, tallied
from xlbackprop.workbook.address import address


def is_lesson(text: str) -> bool:
    """Whether a recipe is that of a page of maths; what can't be read is not."""
    try:
        return lesson_recipe.is_lesson(parse(text, "recipe"))
    except RecipeError:
        return False


@dataclass(frozen=True)
class LessonTrial:
    """A page of maths on trial.

    Attributes:
        written: the page as xlbackprop wrote it.
        report: what the file itself says.
    """

    written: Page
    report: Report

    @classmethod
    def of(cls, book: Book) -> "LessonTrial":
        """Read a workbook, and judge its formulas, its inputs and its stored values.

        Raises:
            BookError: a sheet is missing, or the recipe is damaged.
        """
        path = str(book.path)
        written = page(read_lesson(book))
        sheets = grids(written)
        check_sheets(book, path, (sheet.name for sheet in sheets))
        now, faults = read_numbers(book, written)
        report = Report(
            path,
            sum(grid.formula_count() for grid in sheets),
            (_compare(book, "saved", written),),
            edits=tuple(edits(book, sheets)),
            faults=faults,
            changes=tuple(_changes(written, now)),
        )
        return cls(written, report)

    def compare(self, book: Book, engine: str) -> Comparison:
        """Compare the values that a book has now with what each ought to be given the others."""
        return _compare(book, engine, self.written)


def _compare(book: Book, engine: str, written: Page) -> Comparison:
    shown = shown_numbers(book, [written.grid])
    now, faults = read_numbers(book, written)
    wanted = page(written.recipe, now, shown[written.grid.name])
    return tallied(book, engine, [wanted.grid], shown).comparison(nan, unusable=bool(faults))


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
    written = page(read_lesson(book))
    check_sheets(book, str(book.path), [written.grid.name])
    now, faults = read_numbers(book, written)
    if faults:
        raise BookError(f"{book.path}, {faults[0]}")
    usual = {place.name: place.usual for place in page(_usual(written.recipe)).inputs}
    return written.recipe.with_numbers({k: x for k, x in now.items() if x != usual[k]})


def _usual(recipe: LessonRecipe) -> LessonRecipe:
    return recipe.with_numbers({})


def read_numbers(book: Book, written: Page) -> tuple[Mapping[str, float], tuple[str, ...]]:
    """What the input cells hold, NaN where it can't be used, and a sentence for each of those."""
    read, now = Reader(book, str), {}
    for place in written.inputs:
        if place.most:
            [whole] = read.wholes(place.sheet, [place.row], place.column, place.most)
            now[place.name] = float(whole) if whole else nan
        else:
            now[place.name] = read.number(place.sheet, place.row, place.column)
    return now, tuple(read.faults)


def _changes(written: Page, now: Mapping[str, float]) -> Iterator[str]:
    """Inputs that differ from the recipe, one sentence each."""
    given = dict(written.recipe.numbers)
    for place in written.inputs:
        was, number = given.get(place.name, place.usual), now[place.name]
        if number != was and not isnan(number):
            cell = address(place.row, place.column)
            yield f"{place.sheet}!{cell}  {place.name} = {number:g} (was {was:g})"
