"""The cells in which a person chooses what a sheet shows."""

from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import Choice, Layout
from xlbackprop.sheets.validations import whole_numbers
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Cell, Grid


def put_choice(
    sheet: Grid, layout: Layout, content: Content, choice: Choice, name: str, note: str
) -> None:
    """Write a cell that takes a whole number, its name at the left, a note at its right."""
    row, column, text = choice.row, choice.column, layout.text
    sheet.cells += [
        Cell(row, 1, name, style="label"),
        Cell(row, column, content.inputs.choices[choice.name] or None, style="plain-input"),
        Cell(row, column + 1, note, style="note"),
    ]
    validation = whole_numbers(
        layout.text, choice.most, text("validation.choice", most=choice.most)
    )
    validation.add(address(row, column))
    sheet.validations.append(validation)
    sheet.heights[row] = 20
