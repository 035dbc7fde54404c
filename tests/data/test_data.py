"""The table of training data, and the sentence for each thing that can't be in it."""

import re
from typing import Any

import numpy as np
import pytest

from xlbackprop.data.table import Table, from_rows, to_rows
from xlbackprop.errors import DataError


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


def test_tables_are_equal_by_their_content_wherever_it_came_from() -> None:
    read, made = Table(("x", "y"), ((1.0, "a"),), "d.csv", (2,)), from_rows(["x", "y"], [[1, "a"]])
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


def test_a_long_list_of_columns_says_that_there_are_more():
    table = from_rows([f"x{number}" for number in range(1, 16)], [[0.0] * 15])
    with pytest.raises(DataError, match=r"there are x1, .*, x12, … and 3 more\.$"):
        table.column("label")
