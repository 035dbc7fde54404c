"""Addresses of cells: letters and numbers.

Rows and columns count from 1, as spreadsheets do.
"""

import re
from functools import cache


@cache
def letters(column: int) -> str:
    """Column letters: 1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """The cell at a row and column: (7, 2) → B7."""
    return f"{letters(column)}{row}"


@cache
def coordinate(cell: str) -> tuple[int, int]:
    """Row and column of an address: B5 → (5, 2)."""
    name = cell.rstrip("0123456789")
    column = 0
    for letter in name:
        column = 26 * column + ord(letter) - 64
    return int(cell.removeprefix(name)), column


def area(top: int, left: int, bottom: int, right: int) -> str:
    """A rectangle of cells: (1, 1, 2, 3) → A1:C2; a single cell stays A1."""
    first, last = address(top, left), address(bottom, right)
    return first if first == last else f"{first}:{last}"


def absolute(top: int, left: int, bottom: int, right: int) -> str:
    """The same, not moved by filling: (1, 1, 2, 3) → $A$1:$C$2."""
    first = f"${letters(left)}${top}"
    return first if (top, left) == (bottom, right) else f"{first}:${letters(right)}${bottom}"


def column_of(sheet: str, column: int, top: int, bottom: int) -> str:
    """Cells below each other on a sheet, as charts name them: 'Data'!$A$1:$A$5."""
    letter = letters(column)
    return f"'{sheet}'!${letter}${top}:${letter}${bottom}"


@cache
def reference(sheet: str, cell: str) -> str:
    """A cell of another sheet: Data!B7; the name in quotes where a spreadsheet needs them."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet)
    return f"{sheet}!{cell}" if plain else f"'{sheet}'!{cell}"
