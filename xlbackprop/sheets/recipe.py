"""The Recipe sheet: the text that rebuilds the file, one line per row."""

from xlbackprop.sheets.bands import put_title
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.places import RecipeLayout
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper


def grid(layout: Layout, content: Content) -> Grid:
    """The Recipe sheet."""
    sheet = Grid(layout.sheet("recipe"), columns=[Columns(1, 1, 140)], paper=Paper(landscape=False))
    put_title(sheet, layout.text("recipe.title"), layout.text("recipe.intro"))
    sheet.cells += [
        Cell(row, RecipeLayout.COLUMN, line or None, style="code")
        for row, line in enumerate(content.recipe_text.splitlines(), RecipeLayout.TOP)
    ]
    return sheet
