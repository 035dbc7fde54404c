"""What a workbook will take is said before the work, where it is much."""

import pytest

import xlbackprop as xb
from xlbackprop.sheets.effort import SECONDS, Effort
from xlbackprop.sheets.kinds import layout_of


def writing(name: str, epochs: int) -> Effort:
    return Effort.of_writing(layout_of(xb.load(name, epochs=epochs)))


# Measured with resource.getrusage: cells of Training, seconds, megabytes of memory, bytes.
MEASURED = [
    ("xor", 200, 38_752, 0.89, 68, 1.13e6),
    ("xor", 1500, 288_352, 3.19, 96, 5.96e6),
    ("iris", 10, 137_457, 0.52, 68, 2.74e6),
    ("backprop", 20, 111_280, 0.67, 67, 2.20e6),
]


@pytest.mark.parametrize(("name", "epochs", "cells", "seconds", "memory", "size"), MEASURED)
def test_the_estimate_is_what_was_measured_but_for_a_half(
    name, epochs, cells, seconds, memory, size
):
    effort = writing(name, epochs)
    assert effort.cells == pytest.approx(cells, rel=0.01)
    assert effort.seconds == pytest.approx(seconds, rel=0.5)
    assert effort.memory == pytest.approx(memory * 1e6, rel=0.5)
    assert effort.file == pytest.approx(size, rel=0.5)


def test_nothing_is_said_of_what_is_quickly_done():
    assert Effort(1e5, SECONDS, 1e8).told("a.xlsx") == ""


def test_a_sentence_tells_cells_time_memory_and_the_size_of_the_file():
    assert Effort(1_920_352, 18.7, 276e6, 38.4e6).told("xor.xlsx") == (
        "xor.xlsx: about 1,920,352 cells, which take some 19 seconds, 276 MB of memory and a file "
        "of 38 MB."
    )
    assert Effort(2e7, 300.0, 9e9).told("a.xlsx") == (
        "a.xlsx: about 20,000,000 cells, which take some 5 minutes, 9,000 MB of memory."
    )


def test_ten_thousand_epochs_are_known_to_take_long_before_they_do():
    assert "xor.xlsx: about 1,92" in writing("xor", 10_000).told("xor.xlsx")
