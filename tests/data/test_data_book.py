"""Data from workbooks: values as they are stored, and the cell of each thing that can't be used."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from xlbackprop.data import book as data_book
from xlbackprop.data.files import read
from xlbackprop.errors import DataError

Write = Callable[..., Path]
PLAIN = [["x", "y"], [0.1, "a"], [-2, "b"]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows to the first sheet with openpyxl, from a cell on."""

    def write(rows: list[list[Any]], *, top: int = 1, left: int = 1) -> Path:
        book = openpyxl.Workbook()
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None:
                    book.active.cell(top + i, left + j, value)
        book.save(tmp_path / "d.xlsx")
        return tmp_path / "d.xlsx"

    return write


def edited(path: Path, edit: Callable[[str, bytes], bytes]) -> Path:
    """A workbook with some parts of its package changed."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return path


def sheet_edited(path: Path, old: bytes, new: bytes) -> Path:
    def edit(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return content
        assert old in content
        return content.replace(old, new)

    return edited(path, edit)


def test_the_first_sheet_is_read_and_its_first_row_names_the_columns(write: Write) -> None:
    path = write(PLAIN)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Other")["A1"] = "not this"
    book.save(path)
    table = read(path)
    assert (table.columns, table.rows) == (("x", "y"), ((0.1, "a"), (-2.0, "b")))
    assert table.source == "d.xlsx"


def test_every_kind_of_plain_cell_is_read(write: Write) -> None:
    table = read(write([["x", 2024, True], [True, " a ", "5.1"], [1.5, None, "  "], [2, 3, "b"]]))
    assert table.columns == ("x", "2024", "1")
    assert table.rows == ((1.0, "a", "5.1"), (1.5, "", ""), (2.0, 3.0, "b"))


def test_the_place_of_a_table_does_not_matter_and_its_rows_are_named_as_on_the_sheet(
    write: Write,
) -> None:
    rows = [["x", None, "y"], [1, None, "a"], [None, None, None], ["one", None, "b"]]
    table = read(write(rows, top=4, left=3))
    assert (table.columns, table.rows) == (("x", "y"), ((1.0, "a"), ("one", "b")))
    with pytest.raises(DataError, match=r"^d\.xlsx, row 7, column 'x': got text 'one', wanted"):
        table.numbers(["x"])


def test_a_formula_has_the_value_that_is_stored_and_is_never_computed(tmp_path: Path) -> None:
    path = tmp_path / "d.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["x", "y"])
        sheet.write_formula(1, 0, "=1+1", None, 7)  # a lie that only a reader of values believes
        sheet.write_formula(1, 1, '=UPPER("a")', None, "kept")
    assert read(path).rows == ((7.0, "kept"),)


def test_a_formula_without_a_stored_value_is_no_missing_value(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.xlsx, cell A2: got a formula whose value isn't stor"):
        read(write([["x", "y"], ["=1+1", "a"], [2, "b"]]))


def test_a_workbook_with_macros_is_read_the_same_way(write: Write) -> None:
    path = write(PLAIN)

    def edit(name: str, content: bytes) -> bytes:
        plain, macros = b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet"
        new = content.replace(b"vnd." + plain, b"vnd." + macros + b".macroEnabled.main")
        assert name != "[Content_Types].xml" or new != content
        return new

    path = edited(path, edit).rename(path.with_suffix(".xlsm"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 never looked at")
    assert read(path).rows == ((0.1, "a"), (-2.0, "b"))


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (dt.datetime(2024, 5, 1), "the date 2024-05-01 00:00:00"),
        (dt.date(2024, 5, 1), "the date 2024-05-01"),
        (dt.time(12, 30), "the date 12:30:00"),
        (dt.timedelta(hours=30), "the length of time 1 day, 6:00:00"),
        ("#DIV/0!", "the error #DIV/0!"),
        ("#NUM!", "the error #NUM!"),
    ],
)
def test_dates_and_errors_are_refused_with_their_cell(write: Write, value: Any, got: str) -> None:
    with pytest.raises(
        DataError, match=rf"^d\.xlsx, cell B3: got {got}.*, wanted a number or a te"
    ):
        read(write([["x", "y"], [1, 2], [3, value]]))


def test_not_available_is_a_missing_value(write: Write) -> None:
    assert read(write([["x", "y"], [1, "#N/A"]])).rows == ((1.0, ""),)


def test_a_column_without_a_name_is_told_with_its_cell(write: Write) -> None:
    with pytest.raises(
        DataError, match=r"^d\.xlsx, cell D4: its column has no name; write one above"
    ):
        read(write([["x", "y"], [1, 2], [3, 4, "a note"]], top=2, left=2))
    with pytest.raises(DataError, match=r"^d\.xlsx, cell B2: its column has no name"):
        read(write([["x", None, "y"], [1, 2, 3]]))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "the sheet is empty"),
        ([[" "]], "the sheet is empty"),
        ([["x", "y"]], "there is no example in it"),
        ([["x", "x"], [1, 2]], "columns 1 and 2 are called 'x'"),
        ([["x", "x "], [1, 2]], "columns 1 and 2 are called 'x'"),
    ],
)
def test_a_sheet_is_checked_like_a_file(write: Write, rows: list[list[Any]], sentence: str) -> None:
    with pytest.raises(DataError, match=rf"^d\.xlsx: {sentence}"):
        read(write(rows))


def test_a_wrong_dimension_hides_no_cell(write: Write) -> None:
    path = sheet_edited(write(PLAIN), b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"')
    assert read(path).rows == ((0.1, "a"), (-2.0, "b"))


def test_a_number_is_read_to_its_last_digit(write: Write) -> None:
    path = sheet_edited(write(PLAIN), b"<v>0.1</v>", b"<v>0.30000000000000004</v>")
    assert read(path).rows[0][0] == 0.1 + 0.2


# What is damaged or made to do harm.


def test_a_row_beyond_the_sheet_is_refused_and_not_counted_to(write: Write) -> None:
    path = sheet_edited(write(PLAIN), b'<row r="3"', b'<row r="2000000000"')
    with pytest.raises(DataError, match=r"^d\.xlsx: got a row 1,048,577, a sheet has 1,048,576\."):
        read(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"<v>0.1</v>", b"<v>zero</v>"), (b'r="A2"', b'r="2A"'), (b"</row>", b"</wor>")],
)
def test_a_sheet_that_makes_no_sense_is_one_sentence(write: Write, old: bytes, new: bytes) -> None:
    with pytest.raises(
        DataError, match=r"^d\.xlsx: can't be understood \(.*save it as .xlsx again"
    ):
        read(sheet_edited(write(PLAIN), old, new))


def test_what_is_no_workbook_or_cut_off_is_one_sentence(write: Write) -> None:
    path = write(PLAIN)
    content = path.read_bytes()
    for bad, sentence in (
        (b"", "is empty"),
        (b"x,y\n1,2\n", "is a text file, perhaps CSV, wanted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"is an old \.xls workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (content[:-50], "is damaged or cut off"),
        (content[:200] + b"\0" * 99 + content[299:], "is damaged|isn't where|doesn't have"),
    ):
        path.write_bytes(bad)
        with pytest.raises(DataError, match=rf"d\.xlsx: .*{sentence}"):
            read(path)


def test_entities_that_multiply_are_refused(write: Write) -> None:
    def edit(name: str, content: bytes) -> bytes:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>'
        return bomb + content if name == "xl/worksheets/sheet1.xml" else content

    with pytest.raises(DataError, match="has a DOCTYPE"):
        read(edited(write(PLAIN), edit))


def test_a_package_that_unpacks_to_too_much_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(PLAIN)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(5_000_000))
    assert path.stat().st_size < 50_000
    monkeypatch.setattr(data_book, "DATA_BYTES", 4_000_000)
    with pytest.raises(DataError, match=r"^d\.xlsx: unpacks to 5,\d+,\d+ bytes, the largest that"):
        read(path)
