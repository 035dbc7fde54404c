"""Missing values: refused with all their places, or their rows left out and counted."""

import csv
from pathlib import Path
from typing import Any

import pytest

from xlbackprop.api import load
from xlbackprop.data.missing import settle
from xlbackprop.data.table import Table, from_rows
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.recipe.read import from_mapping, from_toml
from xlbackprop.recipe.write import to_toml

NAN = float("nan")
DROP = {"missing": "drop"}


def recipe(rows: list[list[Any]], **changes: Any) -> dict[str, Any]:
    plain = {
        "inputs": ["p", "q"],
        "label": "y",
        "layers": [{"units": 2}],
        "eta": 0.5,
        "epochs": 1,
        "data": {"columns": ["p", "q", "y", "note"], "rows": rows},
    }
    return plain | changes


ROWS = [
    [1, 2, "a", ""],
    [3, "", "b", "x"],
    [NAN, "NA", "a", ""],
    [4, 5, "", "x"],
    [6, 7, "b", ""],
]


def test_all_missing_entries_are_counted_and_named_unless_their_column_is_not_used() -> None:
    with pytest.raises(DataError) as caught:
        from_mapping(recipe(ROWS))
    assert str(caught.value) == (
        "data: 4 entries are missing: row 2, column 'q'; row 3, column 'p' (nan); row 3, column "
        "'q' (NA); row 4, column 'y'; fill them in, or set missing = \"drop\" (--missing drop) to "
        "leave their 3 rows out."
    )


def test_the_first_five_are_named() -> None:
    with pytest.raises(DataError, match=r"^data: 24 entries are missing: row 1, .* and 19 more;"):
        from_mapping(recipe([["", "", "a", ""]] * 12))


def test_rows_are_dropped_on_request_and_how_many_is_known() -> None:
    made = from_mapping(recipe(ROWS, missing="drop"))
    assert made.x().tolist() == [[1, 2], [6, 7]]
    assert made.labels() == ("a", "b")
    assert made.data.dropped == 3
    assert made.missing == "drop"


def test_nothing_is_dropped_where_nothing_is_missing() -> None:
    made = from_mapping(recipe([ROWS[0], ROWS[4]], missing="drop"))
    assert made.data.dropped == 0
    assert len(made.data.rows) == 2


def test_a_recipe_remembers_that_rows_were_dropped_and_comes_back_from_its_text() -> None:
    made = from_mapping(recipe(ROWS, missing="drop"))
    assert 'missing = "drop"' in to_toml(made)
    assert from_toml(to_toml(made)) == made


def test_what_stands_for_nothing_among_numbers_may_be_the_name_of_a_class() -> None:
    for text in ("NA", "n/a", "NULL", "?"):
        made = from_mapping(recipe([[1, 2, text, ""], [1, text, "b", ""], [3, 4, "b", ""]]) | DROP)
        assert made.labels() == (text, "b")


def test_text_that_is_no_number_is_not_missing() -> None:
    with pytest.raises(DataError, match="row 1, column 'q': got text 'two', wanted a number"):
        from_mapping(recipe([[1, "two", "a", ""], [3, 4, "b", ""]]) | DROP)


def test_rows_keep_their_places_when_others_are_dropped() -> None:
    table = settle(from_rows(["p"], [[""], [1], ["one"]]), ["p"], "", "drop")
    with pytest.raises(DataError, match=r"^data, row 3, column 'p': got text 'one'"):
        table.numbers(["p"])
    table = Table(("p",), (("",), (1.0,), ("one",)), "d.csv", (2, 5, 9))
    with pytest.raises(DataError, match=r"^d\.csv, line 9, column 'p': got text 'one'"):
        settle(table, ["p"], "", "drop").numbers(["p"])


def test_data_of_which_no_row_is_left_are_refused() -> None:
    with pytest.raises(
        DataError, match="each of the 2 rows misses an entry, the first in row 1, c"
    ):
        from_mapping(recipe([[1, "", "a", ""], ["", 2, "b", ""]]) | DROP)


def test_another_choice_is_refused() -> None:
    with pytest.raises(
        RecipeError, match=r"^missing: got 'dorp', wanted one of refuse, drop, zero; "
    ):
        from_mapping(recipe(ROWS, missing="dorp"))


def test_the_choice_is_a_change_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["a", "b", "y"], [0, 1, 1], ["", 1, 0], [1, 1, 0]])
    change: dict[str, Any] = {"inputs": ["a", "b"], "targets": ["y"], "label": "", "data": path}
    with pytest.raises(DataError, match=r"^d\.csv: 1 entry is missing: line 3, column 'a'; fill"):
        load("xor", **change)
    assert load("xor", **change, missing="drop").x().tolist() == [[0, 1], [1, 1]]
