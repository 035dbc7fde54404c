"""Missing values: refused with their places, or their rows left out on request.

An entry is missing when nothing is there, or NaN, or what other programs and people write for it.
A label that is written so is a class where ``class_order`` says so; and a - beside a +.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlbackprop.data.table import Entry, Table
from xlbackprop.errors import DataError

CHOICES = ("refuse", "drop", "zero")
# By R, Excel, databases, Python, UCI's files, SPSS and people.
WRITTEN = frozenset({"NA", "N/A", "#N/A", "NULL", "NONE", "NAN", "NAT", "?", "-", "–", "—", "."})
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


def says_nothing(entry: Entry) -> bool:
    """Whether an entry is what stands where there is no value."""
    if isinstance(entry, str):
        return entry.strip() == "" or entry.strip().upper() in WRITTEN
    return math.isnan(entry)


def settle(
    table: Table,
    numbers: Sequence[str],
    label: str,
    choice: str,
    classes: Sequence[Entry] = (),
    texts: Sequence[str] = (),
) -> Table:
    """The table without missing values where the training needs one.

    Args:
        table: the training data.
        numbers: the columns that must hold numbers.
        label: the column with the classes, or an empty text.
        choice: of ``CHOICES``. "drop" leaves out the rows that miss one; ``dropped`` of the result
            counts them. "zero" takes a missing number for 0, as the paper of a drawing.
        classes: names of classes, whatever they look like.
        texts: other columns that must hold something, numbers or not.

    Raises:
        DataError: a value is missing and nothing is said, a label is missing where numbers are
            taken for 0, or no row is left; or there is no such column.
    """
    if choice == "zero":
        table = _with_zeros(table, numbers)
    gaps = tuple(find_gaps(table, (*numbers, *texts), label, classes))
    if not gaps:
        return table
    rows = {gap.index for gap in gaps}
    if choice != "drop":
        raise DataError(_refusal(table, gaps, len(rows), label))
    if len(rows) == len(table.rows):
        raise DataError(
            f"{table.source}: each of the {len(rows):,} rows misses an entry, the first in "
            f"{_where(table, gaps[0])}, so none is left; fill them in, or name fewer inputs."
        )
    return table.without(rows)


def _with_zeros(table: Table, names: Sequence[str]) -> Table:
    return table.replaced(
        {name: [0.0 if says_nothing(e) else e for e in table.column(name)] for name in names}
    )


def find_gaps(
    table: Table, numbers: Sequence[str], label: str, classes: Sequence[Entry] = ()
) -> Iterator[Gap]:
    """All missing entries, row by row.

    Raises:
        DataError: there is no such column.
    """
    known = set(classes) - {""}
    if label and "+" in table.column(label):
        known.add("-")
    columns = [(name, table.position(name), set[Entry]()) for name in numbers]
    columns += [(label, table.position(label), known)] if label else []
    for index, row in enumerate(table.rows):
        for name, position, names in columns:
            if says_nothing(row[position]) and row[position] not in names:
                yield Gap(index, name, row[position])


def _refusal(table: Table, gaps: Sequence[Gap], rows: int, label: str) -> str:
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
    named = next((gap.found for gap in gaps if gap.column == label and gap.found != ""), "")
    named = f", or list {named!r} in class_order if it is the name of a class" if named else ""
    return (
        f'{table.source}: {what}: {places}{more}; fill {them} in, or set missing = "drop" '
        f"(--missing drop) to leave {their} out{named}."
    )


def _where(table: Table, gap: Gap) -> str:
    found = f" ({gap.found})" if gap.found != "" else ""
    return f"{table.place(gap.index)}, column {gap.column!r}{found}"
