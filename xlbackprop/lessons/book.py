"""The workbook of a page of maths, or of all: the pages, and the recipe that rebuilds it."""

from collections.abc import Mapping

import numpy as np

from xlbackprop import syllabus
from xlbackprop.arrays import Array
from xlbackprop.errors import RecipeError
from xlbackprop.lessons import recipe as lesson_recipe
from xlbackprop.lessons.contents import contents
from xlbackprop.lessons.recipe import LessonRecipe, module, to_toml
from xlbackprop.page.bands import put_title
from xlbackprop.page.guards import finished
from xlbackprop.page.page import Page
from xlbackprop.page.recipe_sheet import recipe_sheet
from xlbackprop.recipe.toml import parse
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.grid import Grid, Link, Paper
from xlbackprop.workbook.theme import Theme, shipped_theme

Found = Mapping[str, Mapping[str, float]]


def page(
    recipe: LessonRecipe,
    found: Mapping[str, float] | None = None,
    shown: Array | None = None,
    *,
    theme: Theme | None = None,
) -> Page:
    """The page of a lesson; see ``Page`` for its attributes.

    Raises:
        RecipeError: the recipe gives a number that the page doesn't know.
    """
    sheet = blank(recipe, theme or shipped_theme())
    sheet.found, sheet.shown = found, shown
    with np.errstate(all="ignore"):  # numbers that a reader typed may be too large, or none
        module(recipe.lesson).build(sheet)
    names = [place.name for place in sheet.inputs]
    for name, _ in recipe.numbers:
        if name not in names:
            raise RecipeError(
                f"numbers.{name}: {recipe.lesson} has no such number; it has {', '.join(names)}."
            )
    return finished(sheet)


def blank(recipe: LessonRecipe, theme: Theme) -> Page:
    """A page with nothing on it but the lesson's title and the sentence on what to do."""
    text = Catalogue(recipe.lang, of=f"lessons/{recipe.lesson}")
    color = theme.roles["forward"].band
    grid = Grid(text("sheet"), tab_color=color, paper=Paper(fit_height=1))
    put_title(grid, text("title"), text("intro"))
    given, settings = dict(recipe.numbers), dict(recipe.settings)
    return Page(recipe.lesson, grid, text, Catalogue(recipe.lang), theme, given, settings)


def sheet_name(recipe: LessonRecipe) -> str:
    """What the sheet of a lesson is called."""
    return Catalogue(recipe.lang, of=f"lessons/{recipe.lesson}")("sheet")


def pages(
    recipe: LessonRecipe,
    found: Found | None = None,
    shown: Mapping[str, Array] | None = None,
    *,
    theme: Theme | None = None,
) -> list[Page]:
    """All pages of a workbook: one, or that of each lesson.

    Args:
        recipe: of the workbook.
        found: what the input cells hold, by lesson and name; None for a new workbook.
        shown: what all cells show, by sheet; None for a new workbook.
        theme: how they look.

    Raises:
        RecipeError: the recipe gives a number that no page knows.
    """
    return [
        page(
            one,
            None if found is None else found[one.lesson],
            None if shown is None else shown[sheet_name(one)],
            theme=theme,
        )
        for one in recipes(recipe)
    ]


def recipes(recipe: LessonRecipe) -> list[LessonRecipe]:
    """The recipe of each page; in the collection a number is called ``lesson.name``.

    Raises:
        RecipeError: the recipe gives a number that belongs to no lesson.
    """
    if recipe.lesson != syllabus.COLLECTION:
        return [recipe]
    for name, _ in recipe.numbers:
        if name.partition(".")[0] not in syllabus.PAGES:
            known = ", ".join(syllabus.PAGES)
            raise RecipeError(
                f"numbers.{name}: wanted the name of a lesson, a dot and that of its number; the "
                f"lessons are {known}."
            )
    return [_usual(name, recipe) for name in syllabus.PAGES]


def _usual(name: str, recipe: LessonRecipe) -> LessonRecipe:
    path = syllabus.recipe_path(name)
    content = parse(path.read_text(encoding="utf-8"), name) | {"lang": recipe.lang}
    start = f"{name}."
    own = {key.removeprefix(start): x for key, x in recipe.numbers if key.startswith(start)}
    return lesson_recipe.from_mapping(content, folder=path.parent).with_numbers(own)


def input_name(recipe: LessonRecipe, sheet: Page, name: str) -> str:
    """What a page's number is called in the workbook's recipe."""
    return name if recipe.lesson == sheet.kind else f"{sheet.kind}.{name}"


def grids(recipe: LessonRecipe, sheets: list[Page]) -> list[Grid]:
    """All sheets of the workbook."""
    text, theme = Catalogue(recipe.lang), sheets[0].theme
    made = [sheet.grid for sheet in sheets]
    if recipe.lesson == syllabus.COLLECTION:
        own = Catalogue(recipe.lang, of=f"lessons/{recipe.lesson}")
        links = {sheet.kind: Link("", sheet.grid.name) for sheet in sheets}
        titles = own("sheet"), own("title"), own("intro")
        made.insert(0, contents(recipe.lang, titles, links, theme))
    return [*made, recipe_sheet(text, to_toml(recipe))]
