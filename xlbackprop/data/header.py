"""Which row of a file names the columns: the first one below a title, unless it is an example."""

import re
from collections.abc import Sequence

from xlbackprop.data.reading import Raw, Reading, Records
from xlbackprop.data.table import short
from xlbackprop.errors import DataError

LOOKED_AT = 100  # rows below a header
SURE = 4  # whole numbers 0, 1, 2, 3 in a row are names, of pixels as a rule
SHOWN = 4
_NUMERIC = re.compile(r"[+\-−]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?%?")


def find_header(records: Records, reading: Reading) -> int | None:
    """Index of the row that names the columns; None where no row does.

    Raises:
        DataError: there is no telling, or nothing stands where the names are said to be.
    """
    if reading.header is not None:
        return _named(records, reading.header)
    index = _below_title(records.rows)
    if _is_example(records.rows[index], records.rows[index + 1 :]):
        row = records.rows[index]
        shown = ", ".join(_shown(entry) for entry in row[:SHOWN])
        dots = ", ..." if len(row) > SHOWN else ""
        line = records.lines[index]
        raise DataError(
            f"{records.source}, {records.line_name} {line}: got {shown}{dots}, which looks like an "
            "example and not like the names of the columns; say header = 0 (--header 0) if no "
            f"{records.line_name} has names, or header = {line} if this one has"
            f"{_turned(records.rows)}."
        )
    return index


def _named(records: Records, header: int) -> int | None:
    if not header:
        return None
    if header not in records.lines:
        raise DataError(
            f"header: got {header}, but {records.line_name} {header} of {records.source} is empty "
            f"or not there; wanted the {records.line_name} with the names of the columns, or 0."
        )
    return records.lines.index(header)


def _below_title(rows: Sequence[Sequence[Raw]]) -> int:
    """Index of the first row, but for those at the top with one entry above rows of several."""
    filled = [sum(entry != "" for entry in row) for row in rows[:LOOKED_AT]]
    widest = max(filled)
    return next((i for i, count in enumerate(filled) if count > 1 or widest < 2), 0)


def _is_example(row: Sequence[Raw], below: Sequence[Sequence[Raw]]) -> bool:
    """Whether most of a row looks like what stands below it, and nothing like a name above it."""
    if _counts(row):
        return False
    alike = 0
    for place, entry in enumerate(row):
        known = [other[place] for other in below[:LOOKED_AT] if place < len(other)]
        known = [other for other in known if other != ""]
        numbers = bool(known) and 2 * sum(map(_is_number, known)) > len(known)
        if _is_number(entry):
            alike += numbers
        elif entry != "" and numbers:
            return False
        else:
            alike += entry != "" and entry in known
    return alike > 0 and 2 * alike >= len(row)


def _counts(row: Sequence[Raw]) -> bool:
    """Whether the numbers of a row count on from 0 or 1, as the names of pixels do."""
    numbers = [str(_shown(entry)) for entry in row if _is_number(entry)]
    counted = (list(map(str, range(first, first + len(numbers)))) for first in (0, 1))
    return len(numbers) >= SURE and numbers in counted


def _is_number(entry: Raw) -> bool:
    return isinstance(entry, float) or (isinstance(entry, str) and bool(_NUMERIC.fullmatch(entry)))


def _shown(entry: Raw) -> str:
    return str(short(entry)) if isinstance(entry, float | str) else entry.text


def _turned(rows: Sequence[Sequence[Raw]]) -> str:
    """A hint where the names stand in the first column."""
    names = all(not _is_number(row[0]) for row in rows)
    numbers = all(_is_number(entry) for row in rows for entry in row[1:])
    return "; if names stand in the first column, turn the table on its side" * (names and numbers)
