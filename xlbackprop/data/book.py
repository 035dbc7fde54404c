"""Training data from workbooks: the values stored on a sheet; no formula is computed.

Empty rows and columns are passed over, and notes beside the table; merged cells fill their rows.
"""

import re
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import range_boundaries

from xlbackprop.data.drawings import find_drawings
from xlbackprop.data.reading import Raw, Reading, Records, Unusable
from xlbackprop.data.table import described, entry_of
from xlbackprop.errors import BookError, DataError, FileError
from xlbackprop.gate import DATA_BYTES, ROWS
from xlbackprop.workbook.address import address, letters

NOT_AVAILABLE = "#N/A"  # the one error that is meant: no value here
NOTE = 0.5  # share of the rows that have an entry; a column beside the table with less is a note
# What a reader of values isn't told, as it stands in a sheet's XML.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+:[A-Z]+\d+)"')
_HIDDEN = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
UNCOMPUTED = Unusable(
    "a formula whose value isn't stored (open the file in a spreadsheet program and save it)"
)


@dataclass(frozen=True)
class Marks:
    """What a sheet's XML says beside its values.

    Attributes:
        merged: first column, first row, last column and last row of each merged range.
        hidden: whether rows are hidden.
        uncomputed: addresses of formulas without a stored value.
    """

    merged: tuple[tuple[int, int, int, int], ...]
    hidden: bool
    uncomputed: frozenset[str]


def read_book(path: Path, reading: Reading) -> Records:
    """Read the one sheet with a table of an .xlsx or .xlsm workbook; macros are left alone.

    Raises:
        DataError: the file is damaged, protected, unsafe or too large; or there are several tables.
    """
    _check_package(path)
    from openpyxl import load_workbook

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that it doesn't know
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet, found = _choose(path, book, reading.sheet)
            marks = _marks(path, sheet)
            cells = _cells(path, sheet, marks)
        except (DataError, MemoryError):
            raise
        except Exception as problem:  # whatever the parser stumbles over
            reason = " ".join(str(problem).split()) or type(problem).__name__
            raise DataError(
                f"{path.name}: can't be understood ({reason}); open it in a spreadsheet program "
                "and save it as .xlsx again."
            ) from problem
    if reading.drawings:
        drawn = find_drawings(path.name, cells, reading)
        return replace(drawn, assumed=(*found, *["hidden"] * marks.hidden, *drawn.assumed))
    return _records(path, cells, marks, found)


def _check_package(path: Path) -> None:
    from xlbackprop.workbook.opened import inspect  # not for every recipe: it takes 0.1 s to load

    try:
        inspect(path)
    except (BookError, FileError) as error:
        raise DataError(str(error)) from error
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > DATA_BYTES:
        raise DataError(
            f"{path.name}: unpacks to {size:,} bytes, the largest that is read is "
            f"{DATA_BYTES:,}; take a part of the data."
        )


def _choose(path: Path, book: Any, wanted: str) -> tuple[Any, tuple[str, ...]]:
    """The sheet with the data, and what was assumed to choose it."""
    sheets = book.worksheets
    if not sheets:
        raise DataError(f"{path.name}: there is no worksheet in it; wanted one with the data.")
    names = [sheet.title for sheet in sheets]
    if wanted:
        if wanted not in names and not (wanted.isdecimal() and 0 < int(wanted) <= len(names)):
            raise DataError(
                f"sheet: got {wanted!r}, but the sheets of {path.name} are {', '.join(names)}; "
                "name one of them."
            )
        return sheets[names.index(wanted) if wanted in names else int(wanted) - 1], ()
    if len(sheets) == 1:
        return sheets[0], ()
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    tables = [sheet for sheet in shown if _has_table(sheet)]
    if len(tables) > 1:
        raise DataError(
            f"{path.name}: there are tables on the sheets "
            f"{', '.join(sheet.title for sheet in tables)}; name the one with the data as "
            f"sheet = {tables[0].title!r} (--sheet {tables[0].title!r})."
        )
    sheet = (tables or shown)[0]
    return sheet, (f"sheet: {sheet.title}",) if sheet is not sheets[0] else ()


def _has_table(sheet: Any) -> bool:
    """Whether two rows of a sheet have two entries each."""
    sheet.reset_dimensions()  # some programs write wrong ones, and cells beyond would be lost
    rows = 0
    for row in sheet.iter_rows(values_only=True):
        rows += sum(value is not None for value in row) > 1
        if rows > 1:
            return True
    return False


def _marks(path: Path, sheet: Any) -> Marks:
    with zipfile.ZipFile(path) as archive:
        content = archive.read(sheet._worksheet_path)
    return Marks(
        tuple(range_boundaries(ref.decode()) for ref in _MERGED.findall(content)),
        _HIDDEN.search(content) is not None,
        frozenset(ref.decode() for ref in _UNCOMPUTED.findall(content)),
    )


def _cells(path: Path, sheet: Any, marks: Marks) -> dict[int, list[Raw]]:
    """Rows with anything in them by their number on the sheet, entries from column A on."""
    sheet.reset_dimensions()
    rows: dict[int, list[Raw]] = {}
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > ROWS:
            raise DataError(f"{path.name}: got a row {number:,}, a sheet has {ROWS:,}.")
        entries = [_entry(cell, address(number, j), marks) for j, cell in enumerate(row, 1)]
        if any(entry != "" for entry in entries):
            rows[number] = entries
    return rows


def _entry(cell: Any, place: str, marks: Marks) -> Raw:
    if cell.value is None:
        return UNCOMPUTED if place in marks.uncomputed else ""
    if cell.value == NOT_AVAILABLE:
        return ""
    if cell.data_type == "e":
        return Unusable(f"the error {cell.value}")
    entry = entry_of(cell.value)
    return Unusable(described(cell.value)) if entry is None else entry


def _records(
    path: Path, cells: dict[int, list[Raw]], marks: Marks, found: Sequence[str]
) -> Records:
    if not cells:
        raise DataError(f"{path.name}: the sheet is empty; wanted a row of column names and data.")
    width = max(map(len, cells.values()))
    rows = {number: [*row, *[""] * (width - len(row))] for number, row in cells.items()}
    filled = _fill_merged(rows, marks)
    used = [j for j in range(width) if any(row[j] != "" for row in rows.values())]
    beside = _note_beside(list(rows.values()), used)
    assumed = [*found]
    assumed += ["merged"] * filled + ["hidden"] * marks.hidden
    assumed += [f"beside: {letters(beside + 1)}"] if beside else []
    kept = [j for j in used if not beside or j < beside]
    table = {n: tuple(row[j] for j in kept) for n, row in rows.items()}
    table = {n: row for n, row in table.items() if any(entry != "" for entry in row)}
    return Records(
        path.name,
        tuple(table.values()),
        tuple(table),
        line_name="row",
        places=tuple(letters(j + 1) for j in kept),
        assumed=tuple(assumed),
    )


def _fill_merged(rows: dict[int, list[Raw]], marks: Marks) -> bool:
    """Repeat what is merged over several rows in each of them; whether there was any."""
    filled = False
    for left, top, _, bottom in marks.merged:
        value = rows[top][left - 1] if top in rows and left <= len(rows[top]) else ""
        for number in range(top + 1, bottom + 1):
            if value != "" and number in rows:
                rows[number][left - 1] = value
                filled = True
    return filled


def _note_beside(rows: Sequence[Sequence[Raw]], used: Sequence[int]) -> int:
    """The first column of notes: behind an empty one, and empty itself in most rows; 0 for none."""
    for before, column in pairwise(used):
        if column > before + 1:
            behind = [j for j in used if j >= column]
            entries = [sum(row[j] != "" for row in rows) for j in behind]
            if max(entries) <= NOTE * len(rows):
                return column
    return 0
