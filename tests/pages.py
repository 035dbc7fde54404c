"""Pages of maths into which a reader typed numbers."""

import xlbackprop as xb
from xlbackprop.lessons.book import page


def typed(name, numbers):
    """A page in whose yellow cells stand other numbers, whether they are allowed or not."""
    recipe = xb.load(name)
    found = {place.name: place.usual for place in page(recipe).inputs}
    return page(recipe, found | dict(recipe.numbers) | numbers)


def values(sheet):
    """Values of the formula cells by row and column."""
    return {(row, column): value for row, column, _, value in sheet.grid.formulas()}
