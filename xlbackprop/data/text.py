"""Training data from text: fields between commas or tabs, the first line names the columns."""

import csv
import io
from pathlib import Path

from xlbackprop.arrays import held
from xlbackprop.data.table import Entry, Table, checked_table
from xlbackprop.errors import DataError

SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons"}


def entry(text: str) -> Entry:
    """A field as a number if it is one, else as text without the blanks around it."""
    try:
        return held(float(text)) if "_" not in text else text.strip()
    except ValueError:
        return text.strip()


def read_csv(path: Path) -> Table:
    """Read a file of fields between commas; see ``read_text``."""
    return read_text(path, ",")


def read_tsv(path: Path) -> Table:
    """Read a file of fields between tabs; see ``read_text``."""
    return read_text(path, "\t")


def read_text(path: Path, separator: str) -> Table:
    """Read a text file whose first line names the columns.

    Raises:
        DataError: the file is missing, not text, empty, or its lines differ in length.
    """
    reader = csv.reader(io.StringIO(_text(path)), delimiter=separator, strict=True)
    try:
        records = [
            (reader.line_num, fields) for fields in reader if any(field.strip() for field in fields)
        ]
    except csv.Error as error:
        raise DataError(
            f"{path.name}, line {reader.line_num}: can't be read as {_format(path)} ({error}); "
            "mend the line, most likely a quotation mark."
        ) from error
    if not records:
        raise DataError(f"{path.name}: the file is empty; wanted a line of column names and data.")
    (_, header), body = records[0], records[1:]
    names = tuple(name.strip() for name in header)
    _check_separator(path, names, separator)
    for number, fields in body:
        if len(fields) != len(names):
            raise DataError(
                f"{path.name}, line {number}: got {len(fields)} fields, wanted {len(names)} as in "
                "the first line."
            )
    rows = tuple(tuple(entry(field) for field in fields) for _, fields in body)
    return checked_table(Table(names, rows, path.name, tuple(number for number, _ in body)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}: byte {error.start} is not UTF-8 text; save the file as {_format(path)} "
            "in UTF-8."
        ) from error
    except OSError as error:
        raise DataError(f"{path}: the data can't be read ({error.strerror}).") from error


def _format(path: Path) -> str:
    return "CSV" if path.suffix.lower() == ".csv" else "text"


def _check_separator(path: Path, names: tuple[str, ...], separator: str) -> None:
    """See that a line which is all one name isn't many between other signs."""
    others = [sign for sign in SEPARATORS if sign != separator and sign in names[0]]
    if len(names) == 1 and others:
        raise DataError(
            f"{path.name}: got {SEPARATORS[others[0]]} between the columns, wanted "
            f"{SEPARATORS[separator]} in a {path.suffix.lower()} file; save it with them."
        )
