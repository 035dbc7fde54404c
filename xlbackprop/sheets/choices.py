"""The cells in which a person chooses what a sheet shows."""

from xlbackprop.sheets.asked import Choice
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.validations import whole_numbers
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Grid


def put_choice(
    sheet: Grid,
    layout: Layout,
    content: Content,
    choice: Choice,
    name: str,
    note: str,
    *,
    columns: int = 1,
    apart: int = 1,
) -> None:
    """Write a cell that takes a whole number, its name at the left, a note at its right.

    Args:
        sheet: the sheet.
        layout: where everything stands.
        content: the numbers of the workbook.
        choice: what is chosen.
        name: stands at the left.
        note: stands at the right.
        columns: how many the cell covers, where they are narrow.
        apart: how many columns the note stands behind it.
    """
    row, column, text = choice.row, choice.column, layout.text
    value = content.inputs.choices[choice.name] or None
    sheet.cells += [
        Cell(row, 1, name, style="label"),
        Cell(row, column, value, style="plain-input"),
        *(Cell(row, column + i, None, style="plain-input") for i in range(1, columns)),
        Cell(row, column + max(columns, apart), note, style="beside"),
    ]
    if columns > 1:
        sheet.merges.append(area(row, column, row, column + columns - 1))
    validation = whole_numbers(text, choice.most)
    validation.add(address(row, column))
    sheet.validations.append(validation)
    sheet.heights[row] = 20
