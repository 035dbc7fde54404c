"""The workbook of a page of maths: the page, and the recipe that rebuilds it."""

from collections.abc import Mapping

from xlbackprop.catalogue import Catalogue
from xlbackprop.errors import RecipeError
from xlbackprop.lessons.page import Array, Page
from xlbackprop.lessons.recipe import LessonRecipe, module, to_toml
from xlbackprop.sheets.recipe import recipe_sheet
from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.theme import Theme, shipped_theme


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
    sheet = Page(recipe, found, shown, theme=theme or shipped_theme())
    module(recipe.lesson).build(sheet)
    names = [place.name for place in sheet.inputs]
    for name, _ in recipe.numbers:
        if name not in names:
            raise RecipeError(
                f"numbers.{name}: {recipe.lesson} has no such number; it has {', '.join(names)}."
            )
    return sheet


def grids(sheet: Page) -> list[Grid]:
    """All sheets of the workbook."""
    text = Catalogue(sheet.recipe.lang)
    return [sheet.grid, recipe_sheet(text, to_toml(sheet.recipe))]
