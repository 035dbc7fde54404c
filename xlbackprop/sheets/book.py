"""All sheets of a workbook."""

from xlbackprop.sheets import compare, data, history, parameters, recipe, start, training
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import ETA, SHEETS, Layout
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Grid

BUILDERS = {
    "start": start.grid,
    "data": data.grid,
    "parameters": parameters.grid,
    "training": training.grid,
    "history": history.grid,
    "compare": compare.grid,
    "recipe": recipe.grid,
}


def grids(layout: Layout, content: Content) -> list[Grid]:
    """Every sheet, in the order of the workbook."""
    return [BUILDERS[kind](layout, content) for kind in SHEETS]


def names(layout: Layout) -> dict[str, str]:
    """Defined names and the cells that they stand for."""
    place = layout.parameters
    cell = f"${letters(place.ETA_COLUMN)}${place.ETA_ROW}"
    return {ETA: layout.on("parameters", cell)}
