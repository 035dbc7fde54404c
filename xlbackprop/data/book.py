"""Training data from workbooks: the values stored on the first sheet; no formula is computed.

The first row that isn't empty names the columns. Empty rows and columns are passed over.
"""

import warnings
import zipfile
from pathlib import Path
from typing import Any

from xlbackprop.data.table import MOST_ROWS, Entry, Table, checked_table, described, entry_of, short
from xlbackprop.errors import BookError, DataError, FileError
from xlbackprop.workbook.address import address

LARGEST_CONTENT = 1_000_000_000  # bytes of all parts, unpacked
NOT_AVAILABLE = "#N/A"  # the one error that is meant: no value here

Line = tuple[int, list[Entry]]  # number of a row on the sheet, its entries from column A on


def read_book(path: Path) -> Table:
    """Read the first sheet of an .xlsx or .xlsm workbook; macros are left alone.

    Raises:
        DataError: the file is damaged, protected, unsafe or too large; or a cell holds a date or
            an error, a column has no name, there are no rows.
    """
    _check_package(path)
    lines = [line for line in _read_lines(path) if any(entry != "" for entry in line[1])]
    if not lines:
        raise DataError(
            f"{path.name}: the first sheet is empty; wanted a row of column names and data."
        )
    used = sorted({j for _, entries in lines for j, e in enumerate(entries) if e != ""})
    rows = [tuple(e[j] if j < len(e) else "" for j in used) for _, e in lines]
    _check_names(path, lines, used)
    names = tuple(str(short(name)) for name in rows[0])
    numbers = tuple(number for number, _ in lines[1:])
    return checked_table(Table(names, tuple(rows[1:]), path.name, numbers, "row"))


def _check_package(path: Path) -> None:
    from xlbackprop.workbook.opened import inspect  # not for every recipe: it takes 0.1 s to load

    try:
        inspect(path)
    except (BookError, FileError) as error:
        raise DataError(str(error)) from error
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST_CONTENT:
        raise DataError(
            f"{path.name}: unpacks to {size:,} bytes, the largest that is read is "
            f"{LARGEST_CONTENT:,}; take a part of the data."
        )


def _read_lines(path: Path) -> list[Line]:
    from openpyxl import load_workbook

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that it doesn't know
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return _lines(path, book)
        except (DataError, MemoryError):
            raise
        except Exception as problem:  # whatever the parser stumbles over
            reason = " ".join(str(problem).split()) or type(problem).__name__
            raise DataError(
                f"{path.name}: can't be understood ({reason}); open it in a spreadsheet program "
                "and save it as .xlsx again."
            ) from problem


def _lines(path: Path, book: Any) -> list[Line]:
    if not book.worksheets:
        raise DataError(f"{path.name}: there is no worksheet in it; wanted one with the data.")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # some programs write wrong ones, and cells beyond would be lost
    lines = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise DataError(f"{path.name}: got a row {number:,}, a sheet has {MOST_ROWS:,}.")
        if row:
            lines.append((number, [_entry(path, cell) for cell in row]))
    return lines


def _entry(path: Path, cell: Any) -> Entry:
    if cell.value is None or cell.value == NOT_AVAILABLE:
        return ""
    entry = None if cell.data_type == "e" else entry_of(cell.value)
    if entry is None:
        got = f"the error {cell.value}" if cell.data_type == "e" else described(cell.value)
        raise DataError(
            f"{path.name}, cell {cell.coordinate}: got {got}, wanted a number or a text; change "
            "the cell or delete its column."
        )
    return entry


def _check_names(path: Path, lines: list[Line], used: list[int]) -> None:
    """See that each column in use has a name; a note beside the table looks like one without."""
    header_row, header = lines[0]
    for column in used:
        if column >= len(header) or header[column] == "":
            row = next(n for n, e in lines if column < len(e) and e[column] != "")
            raise DataError(
                f"{path.name}, cell {address(row, column + 1)}: its column has no name; write one "
                f"into {address(header_row, column + 1)} or delete the column."
            )
