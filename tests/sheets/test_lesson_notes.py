"""What the sheets say of the convolutional lesson and of ties, and only where it is true."""

import numpy as np
import pytest
from views import new_sheet, plain

import xlbackprop as xb
from xlbackprop.recipe.from_options import from_data
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.lesson_texts import about, note, title


@pytest.mark.parametrize(
    ("changes", "rises"),
    [
        ({}, True),
        ({"epochs": 50}, True),
        ({"epochs": 2}, False),
        ({"eta": 0.01}, False),
        ({"ties": "split"}, False),
    ],
)
def test_the_note_on_the_rise_of_the_cost_stands_where_it_rises(changes, rises):
    said = note(layout_of(xb.load("cnn", **changes)))
    assert ("rises in epochs 3 to 5" in said) == rises
    cost = xb.run(xb.load("cnn", **changes)).cost
    if rises:
        assert (np.diff(cost[2:6]) > 0).any()


def test_a_file_that_is_called_like_a_lesson_is_not_taken_for_it(tmp_path):
    rows = "\n".join(f"{i},{i % 7},{i % 3},{i % 5},{'abc'[i % 3]}" for i in range(150))
    (tmp_path / "iris.csv").write_text(f"p,q,r,s,species\n{rows}\n")
    own = from_data({"data": str(tmp_path / "iris.csv"), "label": "species"})
    layout = layout_of(own)
    assert (title(layout), about(layout)) == ("iris", layout.text("start.about"))


def test_a_lesson_that_learns_otherwise_keeps_its_title_and_claims_nothing_else():
    lesson = layout_of(xb.load("iris"))
    other = layout_of(xb.load("iris", rule="gradient-descent"))
    assert title(other) == title(lesson) == "Three kinds of iris"
    assert "cross-entropy and Adam" in about(lesson)
    assert "Adam" not in about(other)


@pytest.mark.parametrize("ties", ["first", "split", "all"])
def test_training_says_who_gets_what_at_a_tie(ties):
    """Above the columns, and of the rule that is no gradient that it is none."""
    sheet = new_sheet(xb.load("cnn", epochs=1, ties=ties, views=[]), "training")
    said = " ".join(plain(cell.value) for cell in sheet.cells if cell.row == 2)
    told = {"first": "first of them gets all", "split": "equal shares", "all": "each of them gets"}
    assert [key for key, words in told.items() if words in said] == [ties]
    assert ("no gradient of C" in said) == (ties == "all")
