"""Training data: a table of columns, checked where it enters.

A table holds numbers and, in a label column, names. Text that looks like a formula is text.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from numbers import Real
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import held
from xlbackprop.errors import DataError
from xlbackprop.gate import COLUMNS, DATA_CELLS
from xlbackprop.workbook.grid import Value

Entry = float | str
MOST_NAMES = 12  # of columns, in a message
LARGEST_WHOLE = 2**53  # from here on a float is written as one, not as a row of digits


@dataclass(frozen=True)
class Table:
    """Columns of numbers and names, one row per training example.

    Attributes:
        columns: names, all different.
        rows: one tuple per example; numbers as float, everything else as text.
        source: what messages call the table: a file's name.
        lines: line of the source on which each row stands, for messages.
        line_name: what messages call such a line.
        dropped: number of rows of the source that were left out.
        assumed: how the source was read where nobody said so, by the keys of the catalogue's
            ``assumed``, as "header: 3".
        files: where it was read from.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    source: str = "data"
    lines: tuple[int, ...] = ()
    line_name: str = "line"
    dropped: int = 0
    assumed: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self.columns, self.rows) == (other.columns, other.rows)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def column(self, name: str) -> tuple[Entry, ...]:
        """The entries of one column.

        Raises:
            DataError: there is no such column; the nearest name is suggested.
        """
        position = self.position(name)
        return tuple(row[position] for row in self.rows)

    def replaced(self, columns: Mapping[str, Sequence[Entry]]) -> "Table":
        """A copy with the entries of some columns replaced."""
        places = [columns.get(name) for name in self.columns]
        rows = tuple(
            tuple(old if new is None else new[i] for old, new in zip(row, places, strict=True))
            for i, row in enumerate(self.rows)
        )
        return replace(self, rows=rows)

    def without(self, indices: set[int]) -> "Table":
        """A copy that leaves out some rows; the others keep their places in messages."""
        kept = [index for index in range(len(self.rows)) if index not in indices]
        return replace(
            self,
            rows=tuple(self.rows[index] for index in kept),
            lines=tuple(self.lines[index] if self.lines else index + 1 for index in kept),
            line_name=self.line_name if self.lines else "row",
            dropped=self.dropped + len(self.rows) - len(kept),
        )

    def leaving_out(self, names: Sequence[str]) -> "Table":
        """A copy without some columns.

        Raises:
            DataError: there is no such column.
        """
        out = {self.position(name) for name in names}
        kept = [place for place in range(len(self.columns)) if place not in out]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in self.rows),
        )

    def position(self, name: str) -> int:
        """Where a column stands, from 0.

        Raises:
            DataError: there is no such column.
        """
        if name in self._positions:
            return self._positions[name]
        near = get_close_matches(name, self.columns, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {listed(self.columns)}."
        raise DataError(f"{self.source}: there is no column {name!r}; {hint}")

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.columns)}

    def numbers(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Some columns as numbers, (examples, columns).

        Raises:
            DataError: an entry is not a finite number; the message gives its line and column.
        """
        positions = [self.position(name) for name in names]
        for index, row in enumerate(self.rows):
            for name, position in zip(names, positions, strict=True):
                entry = row[position]
                if isinstance(entry, str) or not math.isfinite(entry):
                    got = f"text {entry!r}" if isinstance(entry, str) else str(entry)
                    got = "nothing" if entry == "" else got
                    raise DataError(
                        f"{self.source}, {self.place(index)}, column {name!r}: got {got}, "
                        "wanted a number; mend the entry or leave the column out of the inputs."
                    )
        array = np.array([[row[position] for position in positions] for row in self.rows])
        return array.astype(np.float64).reshape(len(self.rows), len(positions))

    def place(self, index: int) -> str:
        """Where the row with that index, from 0, stands in the source."""
        return f"{self.line_name} {self.lines[index]}" if self.lines else f"row {index + 1}"

    def labels(self, name: str) -> tuple[Entry, ...]:
        """A label column: the class of each example, whole numbers as numbers.

        Raises:
            DataError: a label is missing or not finite.
        """
        entries = self.column(name)
        for index, entry in enumerate(entries):
            if entry == "" or (isinstance(entry, float) and not math.isfinite(entry)):
                got = "nothing" if entry == "" else entry
                raise DataError(
                    f"{self.source}, {self.place(index)}, column {name!r}: the label is "
                    f"missing: got {got}, wanted the example's class, a name or a number."
                )
        return entries


def listed(names: Sequence[str]) -> str:
    """Names for a message: all of them, or the first and how many more."""
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{shown}, … and {more:,} more" if more > 0 else shown


def sorted_classes(labels: Sequence[Entry]) -> tuple[Entry, ...]:
    """The classes that occur: numbers before names, each ascending."""
    return tuple(sorted(set(labels), key=lambda entry: (isinstance(entry, str), entry)))


def entry_of(value: object) -> Entry | None:
    """A value that another library read as an entry; None if it is neither number nor text.

    True and false are 1 and 0; text loses the blanks around it.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Real | Decimal | np.bool_):
        with suppress(OverflowError):  # a whole number too large for a float
            return held(float(value))
    return None


def described(value: object) -> str:
    """A value that can be no entry, for messages."""
    if isinstance(value, date | time):  # a datetime is a date
        return f"the date {value}"
    kind = "the length of time" if isinstance(value, timedelta) else f"a {type(value).__name__}"
    text = " ".join(str(value).split())
    return f"{kind} {text if len(text) <= 40 else text[:40] + ' ...'}"


def from_rows(
    columns: Sequence[object], rows: Sequence[Sequence[object]], *, source: str = "data"
) -> Table:
    """A table from names and rows of numbers and texts, such as a recipe holds them.

    Raises:
        DataError: names that repeat, no rows, rows of unequal length, entries of another type.
    """
    names = tuple(_checked_name(name, source) for name in columns)
    checked = []
    for index, row in enumerate(rows):
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != len(names):
            got = len(row) if isinstance(row, Sequence) and not isinstance(row, str) else repr(row)
            raise DataError(
                f"{source}, row {index + 1}: got {got} entries, wanted {len(names)}, one for each "
                f"of the columns {', '.join(names[:6])}{' ...' if len(names) > 6 else ''}."
            )
        checked.append(tuple(_checked(item, source, index) for item in row))
    return checked_table(Table(names, tuple(checked), source))


def _checked_name(name: object, source: str) -> str:
    if isinstance(name, str):
        return name
    raise DataError(f"{source}: got {name!r} as a column name, wanted a text in quotation marks.")


def _checked(item: object, source: str, index: int) -> Entry:
    if isinstance(item, str):
        return item
    if isinstance(item, int | float) and not isinstance(item, bool):
        with suppress(OverflowError):  # a whole number too large for a float
            return held(float(item))
    raise DataError(f"{source}, row {index + 1}: got {item!r}, wanted a number or a text.")


def check_counts(source: str, rows: int, columns: int) -> None:
    """See that a table isn't too large, before its entries are looked at.

    Raises:
        DataError: it is.
    """
    if columns > COLUMNS:
        raise DataError(
            f"{source}: got {columns:,} columns, a sheet has {COLUMNS:,}; take fewer of them."
        )
    if rows * columns > DATA_CELLS:
        raise DataError(
            f"{source}: got {rows:,} rows of {columns:,} columns, wanted at most {DATA_CELLS:,} "
            f"entries, as {DATA_CELLS // max(columns, 1):,} rows; take a part of them."
        )


def checked_table(table: Table) -> Table:
    """The table, if it has examples and each column has a name of its own.

    Raises:
        DataError: it hasn't.
    """
    unnamed = [number for number, name in enumerate(table.columns, 1) if not name]
    if unnamed:
        raise DataError(f"{table.source}: column {unnamed[0]} has no name; give it one.")
    repeated = [name for name, count in Counter(table.columns).items() if count > 1]
    if repeated:
        raise DataError(
            f"{table.source}: two columns are called {repeated[0]!r}; give each its own name."
        )
    if not table.rows:
        raise DataError(
            f"{table.source}: there is no example in it; wanted a line of column names and at "
            "least one line of numbers."
        )
    return table


def to_rows(table: Table) -> Mapping[str, object]:
    """The table as plain lists for a recipe's text; whole numbers without their decimal point."""
    rows = [[short(item) for item in row] for row in table.rows]
    return {"columns": list(table.columns), "rows": rows}


def short(item: Entry) -> float | int | str:
    """An entry without the decimal point of a whole number."""
    whole = isinstance(item, float) and item.is_integer() and abs(item) < LARGEST_WHOLE
    return int(item) if whole else item


def folded(item: Entry) -> Entry:
    """An entry as some spreadsheet compares it.

    Names without their capitals, letters however they are composed and however wide, ı as i;
    numbers by their first 15 digits.
    """
    if isinstance(item, float):
        return float(f"{item:.15g}") + 0.0
    plain = unicodedata.normalize("NFKC", item).casefold()
    return unicodedata.normalize("NFKC", plain.replace("ı", "i").replace("i\u0307", "i"))


def printable(item: Entry) -> Value:
    """A class as a cell holds it: whole numbers without a decimal point."""
    return int(item) if isinstance(item, float) and item.is_integer() else item
