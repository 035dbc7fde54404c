"""Pages of maths into which a reader typed numbers."""

from functools import cache

import workbooks

import xlbackprop as xb
from xlbackprop.lessons.book import page


@cache
def new(name):
    """A page as it is made; nobody changes it."""
    return page(xb.load(name))


def free(name):
    """The inputs of a page that take every number."""
    return [place for place in new(name).inputs if not place.limited]


def typed(name, numbers):
    """A page in whose yellow cells stand other numbers, whether they are allowed or not."""
    recipe = new(name).recipe
    found = {place.name: place.usual for place in new(name).inputs}
    return page(recipe, found | dict(recipe.numbers) | numbers)


def changed(source, target, changes):
    """A copy of a workbook in which some inputs hold something else."""
    cells = {(place.sheet, place.cell): value for place, value in changes.items()}
    return workbooks.typed(source, target.parent, cells).replace(target)


def values(sheet):
    """Values of the formula cells by row and column."""
    return {(row, column): value for row, column, _, value in sheet.grid.formulas()}
