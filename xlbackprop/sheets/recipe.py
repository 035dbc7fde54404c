"""The Recipe sheet: the text that rebuilds the file, one line per row."""

from xlbackprop.catalogue import Catalogue
from xlbackprop.sheets.bands import put_title
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.places import RecipeLayout
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper


def grid(layout: Layout, content: Content) -> Grid:
    """The Recipe sheet of a network's workbook."""
    return recipe_sheet(layout.text, content.recipe_text)


def recipe_sheet(text: Catalogue, recipe_text: str) -> Grid:
    """The Recipe sheet."""
    sheet = Grid(text("sheets.recipe"), columns=[Columns(1, 1, 140)], paper=Paper(landscape=False))
    put_title(sheet, text("recipe.title"), text("recipe.intro"))
    sheet.cells += [
        Cell(row, RecipeLayout.COLUMN, line or None, style="code")
        for row, line in enumerate(recipe_text.splitlines(), RecipeLayout.TOP)
    ]
    return sheet
