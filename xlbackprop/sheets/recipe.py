"""The Recipe sheet of a network's workbook."""

from xlbackprop.page.page import Page
from xlbackprop.page.recipe_sheet import recipe_sheet
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout


def build(layout: Layout, content: Content) -> Page:
    """The Recipe sheet."""
    grid = recipe_sheet(layout.text, content.recipe_text)
    return Page("recipe", grid, layout.text, layout.text, layout.theme)


KIND = Kind("recipe", build)
