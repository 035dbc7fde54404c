"""The Recipe sheet: the text that rebuilds the file, one line per row."""

from xlbackprop.page.recipe_sheet import recipe_sheet
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.grid import Grid


def grid(layout: Layout, content: Content) -> Grid:
    """The Recipe sheet of a network's workbook."""
    return recipe_sheet(layout.text, content.recipe_text)


KIND = Kind("recipe", grid)
