"""The Recipe sheet: the text that rebuilds the file, one line per row."""

from math import ceil

from xlbackprop.page.bands import put_title
from xlbackprop.page.paper import room
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.grid import Cell, Columns, Grid, Paper

WIDTH = 118.0  # of the column, in digits of the normal font
LETTERS = 100  # of a line, which are wider, with room to break between words
LINE = 14.0  # points
SCALE = int(100 * room(landscape=False)[0] / WIDTH)  # on paper


def recipe_sheet(text: Catalogue, recipe_text: str) -> Grid:
    """The Recipe sheet."""
    sheet = Grid(
        text("sheets.recipe"),
        columns=[Columns(1, 1, WIDTH)],
        paper=Paper(landscape=False, scale=SCALE),
    )
    put_title(sheet, text("recipe.title"), text("recipe.intro"))
    for row, line in enumerate(recipe_text.removesuffix("\n").split("\n"), RecipeLayout.TOP):
        lines = ceil(len(line) / LETTERS)
        style = "code-wrapped" if lines > 1 else "code"
        sheet.cells.append(Cell(row, RecipeLayout.COLUMN, line or None, style=style))
        if lines > 1:
            sheet.heights[row] = lines * LINE
    return sheet


class RecipeLayout:
    """The Recipe sheet: one line of TOML per row."""

    TOP, COLUMN = 4, 1
