"""Training data: what is read, and the sentence for each thing that can't be."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xlbackprop import data
from xlbackprop.data import Table, entry, from_rows, read_csv, to_rows
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
    table = read_csv(write(content))
    assert (table.columns, table.rows) == PLAIN


def test_a_quoted_field_may_hold_commas_quotes_and_lines(write: Write) -> None:
    table = read_csv(write('"a,b",y\n1,"say ""hi"""\n2,"two\nlines"\n3,c\n'))
    assert table.columns == ("a,b", "y")
    assert table.column("y") == ('say "hi"', "two\nlines", "c")


def test_the_line_of_a_fault_counts_blank_lines_and_lines_in_quotes(write: Write) -> None:
    table = read_csv(write('x,y\n\n1,"two\nlines"\n\nno,c\n'))
    with pytest.raises(DataError, match=r"^d\.csv, line 6, column 'x': got text 'no'"):
        table.numbers(["x"])


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+cmd|x", "-", "1_000", "0x10", "1,5", "café"])
def test_text_that_is_no_number_stays_the_text_it_is(write: Write, text: str) -> None:
    table = read_csv(write(f'x,label\n1,"{text}"\n2, "{text}"\n'.replace(', "', ',"  ')))
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
    table = read_csv(write(f"p1,p2,label\n0,1,a\n0,{field},b\n"))
    sentence = f"d.csv, line 3, column 'p2': got {got}, wanted a number; mend the entry or leave"
    with pytest.raises(DataError, match="^" + re.escape(sentence)):
        table.numbers(["p1", "p2"])


@pytest.mark.parametrize(("field", "got"), [("", "nothing"), ("nan", "nan"), ("inf", "inf")])
def test_a_missing_label_is_told_with_file_line_and_column(
    write: Write, field: str, got: str
) -> None:
    table = read_csv(write(f"p1,label\n0,a\n1,{field}\n"))
    sentence = f"d.csv, line 3, column 'label': the label is missing: got {got}, wanted the example"
    with pytest.raises(DataError, match="^" + re.escape(sentence)):
        table.labels("label")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , \n"])
def test_an_empty_file_is_told(write: Write, content: str) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: the file is empty; wanted a line of column"):
        read_csv(write(content))


def test_a_file_with_only_a_header_is_told(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: there is no example in it; wanted .* at least"):
        read_csv(write("x1,x2,y\n"))


@pytest.mark.parametrize(("line", "got"), [("0,1", 2), ("0,1,a,", 4)])
def test_a_line_of_another_length_is_told_with_both_lengths(
    write: Write, line: str, got: int
) -> None:
    with pytest.raises(DataError, match=rf"^d\.csv, line 3: got {got} fields, wanted 3 as in the"):
        read_csv(write(f"x1,x2,y\n0,1,a\n{line}\n"))


def test_two_columns_of_one_name_are_told(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: two columns are called 'x2'; give each its own"):
        read_csv(write("x1,x2,x2\n0,1,2\n"))


def test_a_column_without_a_name_is_told(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: column 2 has no name; give it one"):
        read_csv(write("x1,,y\n0,1,2\n"))


def test_a_file_that_is_not_utf_8_is_told_with_the_byte(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv: byte 5 is not UTF-8 text; save the file as CSV"):
        read_csv(write("x,café\n1,2\n".encode("latin-1")))


def test_a_stray_quotation_mark_is_told_with_its_line(write: Write) -> None:
    with pytest.raises(DataError, match=r"^d\.csv, line 3: can't be read as CSV .* mend the line"):
        read_csv(write('x,y\n1,2\n"3"4,5\n'))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"d\.csv: the data can't be read \(No such file"):
        read_csv(tmp_path / "d.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the data can't be read"):
        read_csv(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(write: Write) -> None:
    path = write("x,y\n1,2\n")
    path.chmod(0)
    with pytest.raises(DataError, match="the data can't be read"):
        read_csv(path)


def test_a_file_too_large_is_told_before_it_is_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "LARGEST_FILE", 7)
    with pytest.raises(DataError, match=r"^d\.csv: the file has 8 bytes, the largest .* is 7"):
        read_csv(write("x,y\n1,2\n"))


def test_numbers_come_as_examples_by_columns_in_the_order_asked_for() -> None:
    table = from_rows(["a", "b", "c"], [[1, 2, "p"], [3.5, 4, "q"]])
    found = table.numbers(["b", "a"])
    assert found.dtype == np.float64
    assert found.tolist() == [[2, 1], [4, 3.5]]
    assert table.numbers([]).shape == (2, 0)


def test_an_unknown_column_suggests_the_nearest() -> None:
    table = from_rows(["pixel", "label"], [[1, "a"]])
    with pytest.raises(DataError, match=r"^data: there is no column 'lable'; did you mean 'label'"):
        table.column("lable")
    with pytest.raises(DataError, match=r"no column 'q'; there are pixel, label\."):
        table.position("q")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([1], "data, row 2: got 1 entries, wanted 2, one for each of the columns x, y."),
        ([1, 2, 3], "data, row 2: got 3 entries, wanted 2"),
        (5, "data, row 2: got 5 entries, wanted 2"),
        ("ab", "data, row 2: got 'ab' entries, wanted 2"),
        ([1, True], "data, row 2: got True, wanted a number or a text."),
        ([1, [2]], "data, row 2: got [2], wanted a number or a text."),
        ([1, 10**400], "data, row 2: got 1000"),
    ],
)
def test_a_row_that_does_not_fit_is_told(row: Any, sentence: str) -> None:
    with pytest.raises(DataError, match="^" + re.escape(sentence)):
        from_rows(["x", "y"], [[0, 0], row])


def test_a_fault_in_a_recipes_rows_is_told_with_the_row() -> None:
    table = from_rows(["x"], [[0], ["one"]])
    with pytest.raises(DataError, match=r"^data, row 2, column 'x': got text 'one', wanted a num"):
        table.numbers(["x"])


def test_a_column_name_is_a_text() -> None:
    with pytest.raises(DataError, match=r"^data: got 3 as a column name, wanted a text"):
        from_rows(["x", 3], [[1, 2]])


def test_no_rows_and_repeated_names_are_told_for_rows_too() -> None:
    with pytest.raises(DataError, match="there is no example"):
        from_rows(["x"], [])
    with pytest.raises(DataError, match="two columns are called 'x'"):
        from_rows(["x", "x"], [[1, 2]])


def test_replacing_a_column_leaves_the_others_and_the_old_table_alone() -> None:
    table = Table(("x", "y"), ((1.0, "a"), (2.0, "b")), "d.csv", (2, 5))
    other = table.replaced({"x": [8.0, 9.0]})
    assert other.rows == ((8.0, "a"), (9.0, "b"))
    assert (other.source, other.lines) == ("d.csv", (2, 5))
    assert table.rows == ((1.0, "a"), (2.0, "b"))


def test_tables_are_equal_by_their_content_wherever_it_came_from(write: Write) -> None:
    read, made = read_csv(write("x,y\n1,a\n")), from_rows(["x", "y"], [[1, "a"]])
    assert read == made
    assert hash(read) == hash(made)
    assert read != from_rows(["x", "y"], [[2, "a"]])
    assert read != "x,y"


def test_whole_numbers_lose_their_decimal_point_and_others_nothing() -> None:
    table = from_rows(["x", "y"], [[1.0, "1"], [0.1, "=1+1"], [2.0**53, ""], [-7.0, "b"]])
    assert to_rows(table) == {
        "columns": ["x", "y"],
        "rows": [[1, "1"], [0.1, "=1+1"], [2.0**53, ""], [-7, "b"]],
    }
    kinds = [type(row[0]) for row in to_rows(table)["rows"]]
    assert kinds == [int, float, float, int]
