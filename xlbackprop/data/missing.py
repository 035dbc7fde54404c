"""Missing values: refused with their places, or their rows left out on request.

An entry is missing when nothing is there, or NaN. In a column of numbers so is what other programs
write for it; among labels such a text may be the name of a class, and stays one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlbackprop.data.table import Entry, Table
from xlbackprop.errors import DataError

CHOICES = ("refuse", "drop")
WRITTEN = frozenset({"NA", "N/A", "#N/A", "NULL", "?"})  # by R, Excel, databases, UCI's files
TOLD = 5  # places named in a message


@dataclass(frozen=True)
class Gap:
    """A missing entry.

    Attributes:
        index: its row in the table, from 0.
        column: its column's name.
        found: what stands there instead.
    """

    index: int
    column: str
    found: Entry


def settle(table: Table, numbers: Sequence[str], label: str, *, drop: bool) -> Table:
    """The table without missing values where the training needs one.

    Args:
        table: the training data.
        numbers: the columns that must hold numbers.
        label: the column with the classes, or an empty text.
        drop: leave out the rows that miss one; ``dropped`` of the result counts them.

    Raises:
        DataError: a value is missing and `drop` is false, or no row is left; or there is no such
            column.
    """
    gaps = tuple(find_gaps(table, numbers, label))
    if not gaps:
        return table
    rows = {gap.index for gap in gaps}
    if not drop:
        raise DataError(_refusal(table, gaps, len(rows)))
    if len(rows) == len(table.rows):
        raise DataError(
            f"{table.source}: each of the {len(rows):,} rows misses an entry, the first in "
            f"{_where(table, gaps[0])}, so none is left; fill them in, or name fewer inputs."
        )
    return table.without(rows)


def find_gaps(table: Table, numbers: Sequence[str], label: str) -> Iterator[Gap]:
    """All missing entries, row by row.

    Raises:
        DataError: there is no such column.
    """
    columns = [(name, table.position(name), True) for name in numbers]
    columns += [(label, table.position(label), False)] if label else []
    for index, row in enumerate(table.rows):
        for name, position, is_number in columns:
            if is_missing(row[position], is_number=is_number):
                yield Gap(index, name, row[position])


def is_missing(entry: Entry, *, is_number: bool) -> bool:
    """Whether an entry says that there is no value."""
    if isinstance(entry, str):
        return entry == "" or (is_number and entry.upper() in WRITTEN)
    return math.isnan(entry)


def _refusal(table: Table, gaps: Sequence[Gap], rows: int) -> str:
    places = "; ".join(_where(table, gap) for gap in gaps[:TOLD])
    more = f" and {len(gaps) - TOLD:,} more" if len(gaps) > TOLD else ""
    what, them, their = (
        ("1 entry is missing", "it", "its row")
        if len(gaps) == 1
        else (
            f"{len(gaps):,} entries are missing",
            "them",
            "their row" if rows == 1 else f"their {rows:,} rows",
        )
    )
    return (
        f'{table.source}: {what}: {places}{more}; fill {them} in, or set missing = "drop" to leave '
        f"{their} out."
    )


def _where(table: Table, gap: Gap) -> str:
    found = f" ({gap.found})" if gap.found != "" else ""
    return f"{table.place(gap.index)}, column {gap.column!r}{found}"
