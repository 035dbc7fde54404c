"""Data from pandas and Parquet: what becomes of each kind of column."""

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from wanting import package

from xlbackprop.data import frame as data_frame
from xlbackprop.data.files import read
from xlbackprop.data.frame import from_frame
from xlbackprop.errors import DataError


@pytest.mark.parametrize(
    ("series", "entries"),
    [
        (pd.Series([1, 2]), (1.0, 2.0)),
        (pd.Series([0.1, np.nan]), (0.1, "")),
        (pd.Series([0.5, 0.25], dtype="float32"), (0.5, 0.25)),
        (pd.Series([1, None], dtype="Int64"), (1.0, "")),
        (pd.Series([True, False]), (1.0, 0.0)),
        (pd.Series([True, None], dtype="boolean"), (1.0, "")),
        (pd.Series([np.True_, 2, " x ", None], dtype=object), (1.0, 2.0, "x", "")),
        (pd.Series(["a", "=1+1"]), ("a", "=1+1")),
        (pd.Series(["a", None], dtype="string"), ("a", "")),
        (pd.Series(["b", "a", None], dtype="category"), ("b", "a", "")),
        (pd.Series([3, 1], dtype="category"), (3.0, 1.0)),
        (pd.Series([Decimal("0.5"), Decimal("NaN")], dtype=object), (0.5, "")),
        (pd.Series(["5.1", "nan"]), ("5.1", "nan")),
    ],
)
def test_a_column_becomes_numbers_texts_and_missing_values(
    series: "pd.Series[object]", entries: tuple[object, ...]
) -> None:
    found = from_frame(pd.DataFrame({"x": series})).column("x")
    assert found == entries
    assert [type(item) for item in found] == [type(item) for item in entries]


def test_a_number_of_infinite_size_stays_one_and_is_refused_as_an_input() -> None:
    with pytest.raises(DataError, match="DataFrame, index 1, column 'x': got inf, wanted a number"):
        from_frame(pd.DataFrame({"x": [1, np.inf]})).numbers(["x"])


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (pd.Timestamp(2024, 5, 1), "the date 2024-05-01 00:00:00"),
        (dt.date(2024, 5, 1), "the date 2024-05-01"),
        (pd.Timedelta(1, "h"), "the length of time 0 days 01:00:00"),
        (1j, "a complex 1j"),
        (b"ab", "a bytes b'ab'"),
        ([1, 2], r"a list \[1, 2\]"),
        (10**400, "a int 10+ "),
    ],
)
def test_what_is_neither_number_nor_text_is_refused_with_its_place(value: object, got: str) -> None:
    frame = pd.DataFrame({"x": pd.Series([0, value], index=[7, 9], dtype=object)})
    with pytest.raises(DataError, match=f"^DataFrame, index 9, column 'x': got {got}.*, wanted a"):
        from_frame(frame)


def test_a_column_of_dates_is_refused() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-05-01", "2024-05-02"])})
    with pytest.raises(DataError, match="index 0, column 'day': got the date 2024-05-01"):
        from_frame(frame)


def test_rows_are_named_by_the_index_where_that_is_whole_numbers() -> None:
    frame = pd.DataFrame({"x": ["1", "2", "3"]})
    with pytest.raises(DataError, match="index 2, column 'x'"):
        from_frame(frame[2:]).numbers(["x"])
    with pytest.raises(DataError, match="row 1, column 'x'"):
        from_frame(frame.set_index(pd.Index(["a", "b", "c"]))).numbers(["x"])


def test_numbers_may_name_columns_and_nothing_else_but_text_may() -> None:
    assert from_frame(pd.DataFrame(np.eye(2))).columns == ("0", "1")
    with pytest.raises(DataError, match=r"^DataFrame: got \('a', 'b'\) as a column name, wanted"):
        from_frame(pd.DataFrame({("a", "b"): [1]}))


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (pd.DataFrame({"x": []}), "^DataFrame: there is no example in it"),
        (pd.DataFrame(), "^DataFrame: there is no example in it"),
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "^DataFrame: two columns are called 'x'"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), "^DataFrame: two columns are called '1'"),
        (pd.DataFrame([[1, 2]], columns=["x", " "]), "^DataFrame: column 2 has no name"),
    ],
)
def test_a_frame_is_checked_like_a_file(frame: pd.DataFrame, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        from_frame(frame)


# Parquet.


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    package("pyarrow")
    path = tmp_path / "d.parquet"
    frame = pd.DataFrame(
        {"x": [0.1, np.nan], "k": pd.Categorical(["a", None]), "b": [True, False]}, index=[5, 6]
    )
    frame.to_parquet(path)
    return path


def test_a_parquet_file_is_read_as_the_frame_that_it_is(parquet: Path) -> None:
    table = read(parquet)
    assert (table.columns, table.rows) == (("x", "k", "b"), ((0.1, "a", 1.0), ("", "", 0.0)))
    with pytest.raises(DataError, match=r"^d\.parquet, row 2, column 'x': got nothing"):
        table.numbers(["x"])


def test_a_damaged_parquet_file_is_told(parquet: Path) -> None:
    content = parquet.read_bytes()
    for bad in (b"", b"x,y\n1,2\n", content[:-9], content[: len(content) // 2], b"PAR1" * 3):
        parquet.write_bytes(bad)
        with pytest.raises(DataError, match=r"^d\.parquet: can't be read as Parquet \(") as caught:
            read(parquet)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("limit", "value"), [("ROWS", 1), ("DATA_BYTES", 10)])
def test_a_parquet_file_that_unpacks_to_too_much_is_told_before_it_does(
    parquet: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(data_frame, limit, value)
    with pytest.raises(DataError, match=r"^d\.parquet: got 2 rows of \d+ bytes in all, wanted at"):
        read(parquet)


def test_parquet_without_its_package_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "d.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        DataError, match=r"needs the package pyarrow; install xlbackprop\[parquet\]"
    ):
        read(tmp_path / "d.parquet")
