"""Training data from text files: what is read, and the sentence for what can't be."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from wanting import skip

from xlbackprop.data import files as data_files
from xlbackprop.data.files import read
from xlbackprop.data.numerals import entry
from xlbackprop.errors import DataError

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "d.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


PLAIN = (("x1", "x2", "y"), ((0.0, 1.5, "a"), (-2.0, 1000.0, "b")))


@pytest.mark.parametrize(
    "content",
    [
        "x1,x2,y\n0,1.5,a\n-2,1e3,b\n",
        "x1,x2,y\n0,1.5,a\n-2,1e3,b",
        "x1,x2,y\r\n0,1.5,a\r\n-2,1e3,b\r\n",
        "\ufeffx1,x2,y\n0,1.5,a\n-2,1e3,b\n",
        "\n\nx1,x2,y\n\n0,1.5,a\n  \n,,\n-2,1e3,b\n\n",
        " x1 , x2,y \n 0 , 1.5, a \n-2,1e3,b\n",
        '"x1","x2","y"\n"0","1.5","a"\n"-2","1e3","b"\n',
    ],
    ids=["plain", "no last end of line", "CRLF", "BOM", "blank lines", "blanks", "quoted"],
)
def test_a_csv_is_read_however_it_was_saved(write: Write, content: str) -> None:
    table = read(write(content))
    assert (table.columns, table.rows) == PLAIN


def test_a_quoted_field_may_hold_commas_quotes_and_lines(write: Write) -> None:
    table = read(write('"a,b",y\n1,"say ""hi"""\n2,"two\nlines"\n3,c\n'))
    assert table.columns == ("a,b", "y")
    assert table.column("y") == ('say "hi"', "two\nlines", "c")


def test_the_line_of_a_fault_counts_blank_lines_and_lines_in_quotes(write: Write) -> None:
    table = read(write('x,y\n\n1,"two\nlines"\n\nno,c\n'))
    with pytest.raises(DataError, match=r"^d\.csv, line 6, column 'x': got text 'no'"):
        table.numbers(["x"])


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+cmd|x", "-", "1_000", "0x10", "1,2,3", "café"])
def test_text_that_is_no_number_stays_the_text_it_is(write: Write, text: str) -> None:
    table = read(write(f'x,label\n1,"{text}"\n2, "{text}"\n'.replace(', "', ',"  ')))
    assert table.labels("label") == (text, text)
    assert entry(f" {text} ") == text


@pytest.mark.parametrize(("text", "number"), [("1", 1.0), ("-1.5e-3", -0.0015), (" .5 ", 0.5)])
def test_a_number_is_read_as_a_number(text: str, number: float) -> None:
    assert entry(text) == number
    assert isinstance(entry(text), float)


@pytest.mark.parametrize(
    ("field", "got"),
    [
        ("black", "text 'black'"),
        ("", "nothing"),
        ("  ", "nothing"),
        ("nan", "nan"),
        ("NaN", "nan"),
        ("inf", "inf"),
        ("-Infinity", "-inf"),
        ("1e999", "inf"),
        ("=1+1", "text '=1+1'"),
    ],
)
def test_what_is_no_pixel_is_told_with_file_line_and_column(
    write: Write, field: str, got: str
) -> None:
    table = read(write(f"p1,p2,label\n0,1,a\n0,{field},b\n"))
    sentence = f"d.csv, line 3, column 'p2': got {got}, wanted a number; mend the entry or leave"
    with pytest.raises(DataError, match="^" + re.escape(sentence)):
        table.numbers(["p1", "p2"])


@pytest.mark.parametrize(("field", "got"), [("", "nothing"), ("nan", "nan"), ("inf", "inf")])
def test_a_missing_label_is_told_with_file_line_and_column(
    write: Write, field: str, got: str
) -> None:
    table = read(write(f"p1,label\n0,a\n1,{field}\n"))
    sentence = f"d.csv, line 3, column 'label': the label is missing: got {got}, wanted the example"
    with pytest.raises(DataError, match="^" + re.escape(sentence)):
        table.labels("label")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , \n"])
def test_an_empty_file_is_told(write: Write, content: str) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: the file is empty; wanted a line of column"):
        read(write(content))


def test_a_file_with_only_a_header_is_told(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: there is no example in it; wanted .* at least"):
        read(write("x1,x2,y\n"))


@pytest.mark.parametrize(("line", "got"), [("0,1", 2), ("0,1,a,", 4)])
def test_a_line_of_another_length_is_told_with_both_lengths(
    write: Write, line: str, got: int
) -> None:
    with pytest.raises(DataError, match=rf"^d\.csv, line 3: got {got} fields, wanted 3 as in line"):
        read(write(f"x1,x2,y\n0,1,a\n{line}\n"))


def test_two_columns_of_one_name_are_told(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: columns 2 and 3 are called 'x2'; give each"):
        read(write("x1,x2,x2\n0,1,2\n"))


def test_a_column_without_a_name_is_told(write: Write) -> None:
    with pytest.raises(
        DataError, match=r"^d\.csv, line 2, entry '1': its column has no name; write"
    ):
        read(write("x1,,y\n0,1,2\n"))


def test_a_file_in_an_encoding_that_nobody_can_tell_is_told_with_the_byte(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: byte 2 is not UTF-8 text; name the encoding, "):
        read(write("x,рост\n1,2\n".encode("cp1251")))


def test_a_stray_quotation_mark_is_told_with_its_line(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv, line 3: can't be read as CSV .* mend the line"):
        read(write('x,y\n1,2\n"3"4,5\n'))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"d\.csv: the data can't be read \(No such file"):
        read(tmp_path / "d.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.mkdir()
    with pytest.raises(DataError, match=r"d\.csv: the data can't be read \(it is a folder"):
        read(path)


@pytest.mark.skipif(os.name == "nt", reason="rights are other ones there")
def test_a_file_that_may_not_be_read_is_told(write: Write) -> None:
    if os.geteuid() == 0:
        skip("a user other than root", "run the tests as one")
    path = write("x,y\n1,2\n")
    path.chmod(0)
    with pytest.raises(DataError, match="the data can't be read"):
        read(path)


def test_a_file_too_large_is_told_before_it_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_files, "FILE_BYTES", 7)
    with pytest.raises(DataError, match=r"d\.csv: .* \(it has 8 bytes, the largest .* is 7\)"):
        read(write("x,y\n1,2\n"))
