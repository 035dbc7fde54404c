"""What the sheets say of the convolutional lesson and of ties, and only where it is true."""

import numpy as np
import pytest
from views import new_sheet, plain

import xlbackprop as xb
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.lesson_texts import note


@pytest.mark.parametrize(
    ("changes", "rises", "more"),
    [
        ({}, True, True),
        ({"epochs": 50}, True, False),
        ({"epochs": 2}, False, True),
        ({"eta": 0.01}, False, True),
        ({"ties": "split"}, False, True),
    ],
)
def test_the_note_on_the_rise_of_the_cost_stands_where_it_rises(changes, rises, more):
    """And the way to the book's 50 epochs where there are fewer."""
    said = note(layout_of(xb.load("cnn", **changes)))
    assert ("rises in epochs 3 to 5" in said) == rises
    assert ("xlbackprop make cnn --epochs 50" in said) == more
    cost = xb.run(xb.load("cnn", **changes)).cost
    if rises:
        assert (np.diff(cost[2:6]) > 0).any()


@pytest.mark.parametrize("ties", ["first", "split", "all"])
def test_training_says_who_gets_what_at_a_tie(ties):
    """Above the columns, and of the rule that is no gradient that it is none."""
    sheet = new_sheet(xb.load("cnn", epochs=1, ties=ties, views=[]), "training")
    said = " ".join(plain(cell.value) for cell in sheet.cells if cell.row == 2)
    told = {"first": "first of them gets all", "split": "equal shares", "all": "each of them gets"}
    assert [key for key, words in told.items() if words in said] == [ties]
    assert ("no gradient of C" in said) == (ties == "all")
