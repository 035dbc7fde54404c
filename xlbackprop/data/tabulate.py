"""Rows of a file as a table: its names, its columns, and numbers where numbers were meant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from xlbackprop.data import numerals
from xlbackprop.data.header import find_header
from xlbackprop.data.missing import says_nothing
from xlbackprop.data.reading import Raw, Reading, Records, Unusable
from xlbackprop.data.table import Entry, Table, check_counts, checked_table, short
from xlbackprop.errors import DataError

TOTALS = {"total", "totals", "sum", "summe", "gesamt", "somme", "合计", "总计", "总和"}
INDEX_NAMES = ("", "Unnamed: 0")  # of a DataFrame's index, as pandas saves and reads it again
ROUNDING = 1e-9  # between a sum and the same sum in another order


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, its place on a sheet or empty, and its entries."""

    name: str
    place: str
    entries: tuple[Raw, ...]


def tabulate(records: Records, reading: Reading) -> Table:
    """A table of a file's rows.

    Raises:
        DataError: there are none, or no telling what they mean; a row has other fields than the
            names; a column has no name; an entry is neither number nor text.
    """
    if not records.rows:
        raise DataError(
            f"{records.source}: the file is empty; wanted a line of column names and data."
        )
    check_counts(records.source, len(records.rows), max(map(len, records.rows)))
    header = find_header(records, reading)
    first = 0 if header is None else header + 1
    lines = records.lines[first:]
    assumed = list(records.assumed)
    if header and reading.header is None:
        assumed.append(f"header: {records.lines[header]}")
    columns = _without_index(_columns(records, header, reading.drop), assumed)
    keep = _examples(columns, lines, assumed)
    columns = [Column(c.name, c.place, c.entries[:keep]) for c in columns]
    _check_entries(records, columns, lines)
    entries = _numbers(records, columns, reading, assumed)
    names = tuple(column.name for column in columns)
    rows = tuple(zip(*entries, strict=True))
    return checked_table(
        Table(names, rows, records.source, lines[:keep], records.line_name, assumed=tuple(assumed))
    )


def _columns(records: Records, header: int | None, drop: Sequence[str]) -> list[Column]:
    """The columns that have a name or an entry, and aren't to be left out."""
    first = 0 if header is None else header + 1
    body = records.rows[first:]
    width = len(records.rows[header or 0])
    for row, line in zip(body, records.lines[first:], strict=True):
        if len(row) != width:
            raise DataError(
                f"{records.source}, {records.line_name} {line}: got {len(row)} fields, wanted "
                f"{width} as in {records.line_name} {records.lines[header or 0]}."
            )
    by_place = list(zip(*body, strict=True)) if body else [()] * width
    columns = []
    for number, entries in enumerate(by_place):
        given = str(number + 1) if header is None else _name(records.rows[header][number])
        place = records.places[number] if records.places else ""
        columns.append(Column(given, place, entries))
    _check_drop(records, columns, drop)
    used = [c for c in columns if c.name or any(entry != "" for entry in c.entries)]
    return [column for column in used if column.name not in drop]


def _name(entry: Raw) -> str:
    return entry.text if isinstance(entry, Unusable) else str(short(entry)).lstrip("# ")


def _check_drop(records: Records, columns: Sequence[Column], drop: Sequence[str]) -> None:
    names = tuple(column.name for column in columns)
    for name in drop:
        Table(names, (), records.source).position(name)  # tells what there is


def _without_index(columns: list[Column], assumed: list[str]) -> list[Column]:
    """The columns but for a first one without a name that counts the rows."""
    if not columns or columns[0].name not in INDEX_NAMES:
        return columns
    shown = [str(short(e)) for e in columns[0].entries if not isinstance(e, Unusable)]
    for start in (0, 1):
        if shown == list(map(str, range(start, start + len(columns[0].entries)))):
            assumed.append("index")
            return columns[1:]
    return columns


def _examples(columns: Sequence[Column], lines: Sequence[int], assumed: list[str]) -> int:
    """How many rows are examples: all, or all but the last, which sums them."""
    count = len(lines)
    last = [column.entries[-1] for column in columns] if count > 1 else []
    named = any(isinstance(e, str) and e.rstrip(":").casefold() in TOTALS for e in last)
    gap = "" in last and count > 3  # rows above; fewer have a sum by chance
    if not (named or gap) or not _sums(
        [column.entries for column in columns], least=1 + (not named)
    ):
        return count
    assumed.append(f"total: {lines[-1]}")
    return count - 1


def _sums(columns: Sequence[Sequence[Raw]], least: int) -> bool:
    """Whether the last entry of each column of numbers is the sum, or mean, of those above it."""
    found = 0
    for *above, last in columns:
        numbers = [numerals.entry(e) if isinstance(e, str) else e for e in (*above, last)]
        if not all(isinstance(number, float) for number in numbers):
            continue
        total = sum(number for number in numbers[:-1] if isinstance(number, float))
        if abs(total - float(str(numbers[-1]))) > ROUNDING * max(1.0, abs(total)):
            return False
        found += total != 0
    return found >= least


def _check_entries(records: Records, columns: Sequence[Column], lines: Sequence[int]) -> None:
    """See that every column has a name of its own, and entries that can be used."""
    for column in columns:
        if not column.name:
            row = next(i for i, entry in enumerate(column.entries) if entry != "")
            line, got = lines[row], column.entries[row]
            where = f"cell {column.place}{line}" if column.place else f"line {line}, entry {got!r}"
            raise DataError(
                f"{records.source}, {where}: its column has no name; "
                f"write one above it, delete the column, or name the {records.line_name} of "
                "the names with header = N (--header N)."
            )
    twice = [name for name, count in Counter(c.name for c in columns).items() if count > 1]
    if twice and twice[0]:
        numbers = [number for number, c in enumerate(columns, 1) if c.name == twice[0]]
        raise DataError(
            f"{records.source}: columns {' and '.join(map(str, numbers))} are called {twice[0]!r}; "
            "give each its own name."
        )
    for column in columns:
        for entry, line in zip(column.entries, lines, strict=False):
            if isinstance(entry, Unusable):
                where = f"cell {column.place}{line}" if column.place else f"line {line}"
                raise DataError(
                    f"{records.source}, {where}: got {entry.text}, wanted a number or a text; "
                    "change the cell, or leave its column out with drop_columns = "
                    f'["{column.name}"] (--drop {column.name}).'
                )


def _numbers(
    records: Records, columns: Sequence[Column], reading: Reading, assumed: list[str]
) -> list[list[Entry]]:
    """The entries of each column, texts that are numbers as numbers."""
    texts = [[e for e in column.entries if isinstance(e, str)] for column in columns]
    separator = "" if records.places else records.separator
    decimal = reading.decimal or numerals.find_decimal(texts, separator, records.source)
    if decimal == "," and not reading.decimal:
        assumed.append("decimal-comma")
    found: list[list[Entry]] = []
    for column, written in zip(columns, texts, strict=True):
        entries, keys = numerals.column(written, decimal)
        if records.places:  # where numbers are numbers, unless a whole column was typed as text
            whole = all(isinstance(e, float) or says_nothing(e) for e in entries)
            typed = whole and any(isinstance(e, float) for e in entries)
            keys = ("texts", *keys) if typed else ()
            entries = entries if typed else list(written)
        assumed += [key for key in keys if key not in assumed]
        read = iter(entries)
        usable = (e for e in column.entries if not isinstance(e, Unusable))
        found.append([next(read) if isinstance(e, str) else e for e in usable])
    return found
