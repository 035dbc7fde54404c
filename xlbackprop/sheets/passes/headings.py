"""Headings above and beside pictures: symbols, and names of units."""

from collections.abc import Iterable

from xlbackprop.data.table import printable
from xlbackprop.sheets.passes.arrangement import Heading
from xlbackprop.sheets.passes.looks import ROLE
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell, Grid, Value


def put_headings(sheet: Grid, layout: Layout, headings: Iterable[Heading]) -> None:
    """Write headings; one that is wider than a cell is merged."""
    for heading in headings:
        kind = f"symbol-{ROLE[heading.kind]}"
        for column in range(heading.left, heading.right + 1):
            value = name(layout, heading) if column == heading.left else None
            sheet.cells.append(Cell(heading.top, column, value, style=kind))
        if heading.right > heading.left:
            sheet.merges.append(area(heading.top, heading.left, heading.top, heading.right))


def name(layout: Layout, heading: Heading) -> Value:
    """What a heading says: a symbol, an input or a class under its own name, or "unit 1"."""
    if heading.symbol:
        return heading.symbol
    if heading.name in ("lead", "in_unit"):
        return layout.text(f"predict.{heading.name}")
    if heading.name == "input":
        return layout.recipe.inputs[heading.number - 1]
    if heading.name == "output" and layout.recipe.label:
        return printable(layout.recipe.classes()[heading.number - 1])
    if heading.name == "output" and layout.data.target_statistics:
        return printable(layout.recipe.targets[heading.number - 1])
    return f"{layout.text(f'layers.{heading.name}')} {heading.number}"
