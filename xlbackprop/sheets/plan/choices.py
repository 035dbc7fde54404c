"""The cells in which a person chooses what a sheet shows."""

from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import quoted
from xlbackprop.page.validations import one_of, whole_numbers
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell


def put_choice(
    page: Page, place: Input, name: str, note: str, *, columns: int = 1, apart: int = 1
) -> Live:
    """A cell that takes a whole number, or a name for it, its own at the left, a note at its right.

    Args:
        page: the page.
        place: the cell.
        name: stands at the left.
        note: stands at the right.
        columns: how many the cell covers, where they are narrow.
        apart: how many columns the note stands behind it.
    """
    row, column = place.place
    error = page.text("validation.limit", wanted=place.wanted(page.text))
    page.write(row, 1, name, "label")
    validation = (
        one_of(page.text, place.among, error)
        if place.names
        else whole_numbers(page.text, place.most, error)
    )
    page.grid.validations.append(validation)
    chosen = page.ask(place, "plain-input", validation)
    if columns > 1:
        for i in range(1, columns):
            page.write(row, column + i, None, "plain-input")
        page.grid.merges.append(area(row, column, row, column + columns - 1))
    right = f"AND({','.join(place.conditions(str(chosen)))})"
    put_note(page, (row, column + max(columns, apart)), right, bool(chosen > 0), note, error)
    page.grid.heights[row] = 20
    return chosen


def put_note(
    page: Page, place: tuple[int, int], right: str, is_right: bool, note: str, error: str
) -> None:
    """A note beside a yellow cell, which says what is wrong while the cell can't be used.

    Args:
        page: the page.
        place: row and column of the note.
        right: formula text of the condition; an error counts as no.
        is_right: whether it holds.
        note: what stands there while it does.
        error: what stands there while it doesn't.
    """
    formula = f"IFERROR(IF({right},{quoted(note)},{quoted(error)}),{quoted(error)})"
    page.grid.cells.append(Cell(*place, note if is_right else error, formula, "beside"))
