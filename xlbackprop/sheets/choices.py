"""The cells in which a person chooses what a sheet shows."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.sheets.content import Content
from xlbackprop.sheets.layout import Choice, Layout
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Cell, Grid


def put_choice(
    sheet: Grid,
    layout: Layout,
    content: Content,
    choice: Choice,
    name: str,
    note: str,
    *,
    apart: int = 1,
) -> None:
    """Write a cell that takes a whole number, its name at the left, a note at its right."""
    row, column, text = choice.row, choice.column, layout.text
    sheet.cells += [
        Cell(row, 1, name, style="label"),
        Cell(row, column, content.inputs.choices[choice.name] or None, style="plain-input"),
        Cell(row, column + apart, note, style="note"),
    ]
    validation = whole_numbers(layout, choice.most, text("validation.choice", most=choice.most))
    validation.add(address(row, column))
    sheet.validations.append(validation)
    sheet.heights[row] = 20


def whole_numbers(layout: Layout, most: int, error: str) -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    return DataValidation(
        type="whole",
        operator="between",
        formula1="1",
        formula2=str(most),
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=layout.text("validation.title"),
        error=error,
    )
