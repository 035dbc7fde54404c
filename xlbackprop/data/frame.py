"""Training data from pandas: a DataFrame, or a Parquet file, which is one on disk."""

import sys
from collections.abc import Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from xlbackprop.data.table import Entry, Table, check_counts, checked_table, described, entry_of
from xlbackprop.errors import DataError
from xlbackprop.gate import DATA_BYTES, ROWS

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "DataFrame"  # what messages call one


def is_frame(value: object) -> "TypeGuard[pd.DataFrame]":
    """Whether a value is a DataFrame; pandas isn't imported to find out."""
    pandas: Any = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def from_frame(frame: "pd.DataFrame", drop: Sequence[str] = ()) -> Table:
    """A table from the columns of a DataFrame; messages name a row by the frame's index.

    Columns named in `drop` are left out, whatever they hold.

    True and false become 1 and 0, a category its name or number, NaN, None and NaT a missing value.

    Raises:
        DataError: no rows, names that repeat or aren't texts, an entry that is neither number nor
            text, such as a date.
    """
    index = frame.index.tolist()
    whole = all(isinstance(label, int) and not isinstance(label, bool) for label in index)
    lines, line_name = (tuple(index), "index") if whole else ((), "row")
    return _table(_without(frame, SOURCE, drop), SOURCE, lines, line_name)


def _without(frame: "pd.DataFrame", source: str, drop: Sequence[str]) -> "pd.DataFrame":
    if not drop:
        return frame
    names = tuple(_name(name, source) for name in frame.columns)
    out = [Table(names, (), source).position(name) for name in drop]
    return frame.iloc[:, [place for place in range(len(names)) if place not in out]]


def _table(frame: "pd.DataFrame", source: str, lines: tuple[int, ...], line_name: str) -> Table:
    names = tuple(_name(name, source) for name in frame.columns)
    # Empty for now: it knows how messages call the places.
    table = Table(names, (), source, lines, line_name)
    columns = [_entries(table, name, frame.iloc[:, place]) for place, name in enumerate(names)]
    rows = tuple(zip(*columns, strict=True))
    return checked_table(Table(names, rows, source, lines, line_name))


def _name(name: object, source: str) -> str:
    if isinstance(name, str):
        return name.strip()
    if isinstance(name, Integral) and not isinstance(name, bool):  # 0, 1, 2 of an array
        return str(name)
    raise DataError(f"{source}: got {name!r} as a column name, wanted a text; rename the column.")


def _entries(table: Table, name: str, series: "pd.Series[Any]") -> Sequence[Entry]:
    entries: list[Entry] = []
    for index, (value, nothing) in enumerate(
        zip(series.tolist(), series.isna().tolist(), strict=True)
    ):
        entry = "" if nothing else entry_of(value)
        if entry is None:
            raise DataError(
                f"{table.source}, {table.place(index)}, column {name!r}: got {described(value)}, "
                f"wanted a number or a text; turn it into one, or leave the column out with drop = "
                f'["{name}"].'
            )
        entries.append(entry)
    return entries


def read_parquet(path: Path, drop: Sequence[str] = ()) -> Table:
    """Read a Parquet file but for some columns; its rows count from 1.

    Raises:
        DataError: pyarrow isn't installed, or the file is damaged, too large, empty or holds
            something else than numbers and texts.
    """
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise DataError(
            f"{path.name}: Parquet needs the package pyarrow; install xlbackprop[parquet] or save "
            "the data as .csv."
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            _check_content(path, file.metadata)
            frame = file.read().to_pandas()
    except (ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"{path.name}: can't be read as Parquet ({reason}); download or save it again."
        ) from error
    return _table(_without(frame, path.name, drop), path.name, (), "row")


def _check_content(path: Path, metadata: Any) -> None:
    """See that a file of few bytes doesn't unpack to more than there is room for."""
    groups = range(metadata.num_row_groups)
    size = sum(metadata.row_group(group).total_byte_size for group in groups)
    rows, columns = metadata.num_rows, metadata.num_columns
    if rows > ROWS or size > DATA_BYTES:
        raise DataError(
            f"{path.name}: got {rows:,} rows of {size:,} bytes in all, wanted at most "
            f"{ROWS:,} rows of {DATA_BYTES:,} bytes; take a part of them."
        )
    check_counts(path.name, rows, columns)
