"""Training data from wherever they are: the forms that a recipe's ``data`` may have."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from xlbackprop.data.book import read_book
from xlbackprop.data.drawings import SIDES
from xlbackprop.data.frame import from_frame, is_frame, read_parquet
from xlbackprop.data.reading import Reading, Records, unreadable
from xlbackprop.data.table import Table, from_rows
from xlbackprop.data.tabulate import tabulate
from xlbackprop.data.text import read_text
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.gate import FILE_BYTES, check_file

BOOKS = (".xlsx", ".xlsm")
Reader = Callable[[Path, Reading], Table]


def _tabulated(read_records: Callable[[Path, Reading], Records]) -> Reader:
    def table(path: Path, reading: Reading) -> Table:
        records = read_records(path, reading)
        if reading.drawings:  # whose names stand in no row, whatever the titles above them
            return tabulate(records, replace(reading, header=None))
        try:
            return tabulate(records, reading)
        except DataError as error:
            if not (reading.image and records.places):
                raise
            raise DataError(
                f"{str(error).rstrip('.')}; if each drawing is a block of cells, say where its "
                f"label stands with drawings = {' or '.join(map(repr, SIDES))} "
                f"(--drawings {SIDES[0]})."
            ) from error

    return table


READERS: Mapping[str, Reader] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".data"), _tabulated(read_text)),
    **dict.fromkeys(BOOKS, _tabulated(read_book)),
    ".parquet": lambda path, reading: read_parquet(path, reading.drop),
}
AS_IT_IS = Reading()


def table_of(value: object, folder: Path | None = None, reading: Reading = AS_IT_IS) -> Table:
    """The training data that a recipe means.

    Args:
        value: a file's name, a DataFrame, a table, or the two lists ``columns`` and ``rows``.
        folder: where a file is looked for.
        reading: how a file is to be read; columns may be left out of all data.

    Raises:
        RecipeError: it is none of these.
        DataError: the data can't be read or used.
    """
    if isinstance(value, str | os.PathLike):
        return read((folder or Path()) / value, reading)
    if reading != Reading(drop=reading.drop, image=reading.image):
        raise RecipeError(
            "decimal, encoding, sheet, header, drawings: they tell how a file is read, but the "
            "data are no file; leave them out."
        )
    if is_frame(value):
        return from_frame(value, reading.drop)
    if isinstance(value, Table):
        return value.leaving_out(reading.drop)
    if isinstance(value, Mapping) and set(value) == {"columns", "rows"}:
        columns, rows = value["columns"], value["rows"]
        if isinstance(columns, list) and isinstance(rows, list):
            return from_rows(columns, rows).leaving_out(reading.drop)
    raise RecipeError(
        f"data: got {_told(value)}, wanted the name of a file ({', '.join(READERS)}), a DataFrame, "
        "or a table with the two lists `columns` and `rows`."
    )


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a table of {', '.join(map(str, value)) or 'nothing'}"
    text = repr(value)
    return text if len(text) <= 80 and "\n" not in text else f"a {type(value).__name__}"


def read(path: Path, reading: Reading = AS_IT_IS) -> Table:
    """Read a file by its ending.

    Raises:
        DataError: another ending, or the file is missing, too large, damaged or can't be used.
    """
    reader = READERS.get(path.suffix.lower())
    if reading.drawings and path.suffix.lower() not in BOOKS:
        raise DataError(
            f"drawings: got {path.name}, wanted a workbook (.xlsx, .xlsm) with a block of cells "
            "for each drawing; leave drawings out where the file is a table."
        )
    if reader is None:
        raise DataError(
            f"{path.name or path}: got {path.suffix or 'no ending'}, wanted data in a file that "
            f"ends in {', '.join(READERS)}; save them as one of these."
        )
    check_file(path, FILE_BYTES, partial(unreadable, path))
    return replace(reader(path, reading), files=(path.absolute(),))
