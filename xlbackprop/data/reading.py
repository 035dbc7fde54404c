"""What a reader of files hands on, and what somebody may say about how a file is to be read."""

from dataclasses import dataclass
from pathlib import Path

from xlbackprop.data.table import Entry
from xlbackprop.errors import DataError


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, where that isn't left to be found out.

    Attributes:
        decimal: the sign before the decimals, a point or a comma; empty to find out.
        encoding: how a text file writes its letters; empty to find out.
        sheet: name or number of a workbook's sheet; empty for the only one with a table.
        header: the line, or row of a sheet, that names the columns; 0 where none does; None to
            find out.
        drop: names of columns to leave out.
        drawings: side on which the label of each drawing stands, of ``drawings.SIDES``, where a
            sheet has blocks of cells and no table; empty for a table.
        image: rows and columns of each picture; empty for none.
    """

    decimal: str = ""
    encoding: str = ""
    sheet: str = ""
    header: int | None = None
    drop: tuple[str, ...] = ()
    drawings: str = ""
    image: tuple[int, ...] = ()


@dataclass(frozen=True)
class Unusable:
    """What stands in a cell and can be no entry: a date, an error, a formula without a value."""

    text: str


Raw = Entry | Unusable


def unreadable(path: Path, reason: str) -> DataError:
    """What is said of a file of data that doesn't pass the gate."""
    return DataError(f"{path}: the data can't be read ({reason}).")


@dataclass(frozen=True)
class Records:
    """Rows of a file as they stand in it, before any of them is known to name the columns.

    Attributes:
        source: the file's name.
        rows: their entries; those of a text file are texts, and may differ in number.
        lines: the line of each row.
        line_name: what messages call such a line.
        places: name of each column on a sheet, A, B, ...; empty for a text file.
        separator: the sign between the fields of a text file.
        assumed: what was found out and not said, by the keys of the catalogue's ``assumed``.
    """

    source: str
    rows: tuple[tuple[Raw, ...], ...]
    lines: tuple[int, ...]
    line_name: str = "line"
    places: tuple[str, ...] = ()
    separator: str = ","
    assumed: tuple[str, ...] = ()
