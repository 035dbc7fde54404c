"""The cells in which a person chooses what a sheet shows."""

from xlbackprop.page.cells import Input
from xlbackprop.page.sentences import quoted
from xlbackprop.page.validations import whole_error, whole_numbers
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Grid


def put_choice(
    sheet: Grid,
    layout: Layout,
    content: Content,
    choice: Input,
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
    value, cell = content.inputs.chosen(choice) or None, address(row, column)
    error = whole_error(text, choice.most)
    right = f"AND({cell}>=1,{cell}<={choice.most},INT({cell})={cell})"
    sheet.cells += [
        Cell(row, 1, name, style="label"),
        Cell(row, column, value, style="plain-input"),
        *(Cell(row, column + i, None, style="plain-input") for i in range(1, columns)),
        noted(row, column + max(columns, apart), right, value is not None, note, error),
    ]
    if columns > 1:
        sheet.merges.append(area(row, column, row, column + columns - 1))
    validation = whole_numbers(text, choice.most, error)
    validation.add(cell)
    sheet.validations.append(validation)
    sheet.heights[row] = 20


def noted(row: int, column: int, right: str, is_right: bool, note: str, error: str) -> Cell:
    """A note beside a yellow cell, which says what is wrong while the cell can't be used.

    Args:
        row: row of the note.
        column: column of the note.
        right: formula text of the condition; an error counts as no.
        is_right: whether it holds.
        note: what stands there while it does.
        error: what stands there while it doesn't.
    """
    formula = f"IFERROR(IF({right},{quoted(note)},{quoted(error)}),{quoted(error)})"
    return Cell(row, column, note if is_right else error, formula, "beside")
