"""A yellow cell of a network's workbook that can't be used is named on every sheet."""

import pytest
from workbooks import make, typed

import xlbackprop as xb
from xlbackprop.checks.network import NetworkTrial
from xlbackprop.recalc import Book, CellError, recalculate_open
from xlbackprop.sheets.book import new_grids


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=2, batch=3)


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    return make(tmp_path_factory.mktemp("flowers"), "iris", epochs=1, views=["predict"])


NUMBER, ABOVE_0 = "a number", "a number above 0"
ALL = [  # of the training: what is typed into a cell, and what is said
    (("Parameters", "C5"), "abc", "Parameters!C5", ABOVE_0),
    (("Parameters", "C5"), None, "Parameters!C5", ABOVE_0),
    (("Parameters", "C5"), -1.0, "Parameters!C5", ABOVE_0),
    (("Parameters", "B10"), "abc", "Parameters!B10", NUMBER),
    (("Data", "C9"), None, "Data!C9", NUMBER),
    (("Data", "D8"), "abc", "Data!D8", NUMBER),
    (("Training", "C9"), 5.0, "Training!C7:C20", "a whole number from 1 to 4"),
]
OWN = [  # of a sheet
    (("Predict", "E3"), 99.0, "E3", "a whole number from 1 to 5"),
    (("Gradient check", "B5"), 0.0, "B5", "a number other than 0"),
    (("Learning rates", "A6"), "abc", "A6", ABOVE_0),
    (("Compare", "E3"), "abc", "E3", NUMBER),
]


def recalculated(made, folder, place, value):
    """The workbook with a cell typed anew; and cells that check blames."""
    book = Book.open(typed(made.path, folder, {place: value}))
    [now] = recalculate_open("ironcalc", [book])
    comparison = NetworkTrial.of(book).compare(now, "ironcalc")
    return now, comparison.mismatches


def line(book, sheet):
    """The line below the title, which on some sheets stands behind the frozen columns."""
    return next(text for column in range(1, 9) if (text := book.value(sheet, 2, column)))


@pytest.mark.parametrize(("place", "value", "cell", "wanted"), ALL)
def test_what_the_training_can_not_start_from_is_named_on_every_sheet(
    xor, tmp_path, place, value, cell, wanted
):
    now, blamed = recalculated(xor, tmp_path, place, value)
    told = f"✗ In {cell} only {wanted} will do."
    sheets = [sheet for sheet in now.sheets if sheet != "Recipe"]
    assert {line(now, sheet) for sheet in sheets} == {told}
    assert now.value("Start", 16, 1) == told  # the verdict
    assert blamed == ()


@pytest.mark.parametrize(("place", "value", "cell", "wanted"), OWN)
def test_what_a_sheet_can_not_show_is_named_on_that_sheet(
    xor, tmp_path, place, value, cell, wanted
):
    now, blamed = recalculated(xor, tmp_path, place, value)
    assert line(now, place[0]) == f"✗ In {cell} only {wanted} will do."
    assert line(now, "Data").startswith("✗") == (place[0] == "Compare")  # Start asks for it, too
    assert blamed == ()


@pytest.mark.parametrize("place", [case[0] for case in (*ALL, *OWN)])
def test_no_sentence_shows_an_error_while_a_cell_can_not_be_used(xor, tmp_path, place):
    now, _ = recalculated(xor, tmp_path, place, "abc")
    for sheet, grid in zip(
        xor.layout.sheets, new_grids(xor.layout, xb.run(xor.recipe)), strict=True
    ):
        for row, column, _, value in grid.formulas():
            if isinstance(value, str):
                shown = now.value(xor.sheet(sheet), row, column)
                assert type(shown) is not CellError, (sheet, row, column)


@pytest.mark.parametrize(
    ("place", "value", "cell"),
    [(("Data", "B9"), "rose", "Data!B7:B156"), (("Data", "B9"), None, "Data!B7:B156")],
)
def test_a_label_that_is_no_class_is_told(flowers, tmp_path, place, value, cell):
    now, blamed = recalculated(flowers, tmp_path, place, value)
    assert line(now, "Start") == f"✗ In {cell} only a class that stands above the targets will do."
    assert blamed == ()


# What a reader changed.

CHANGES = [
    ({("Parameters", "C5"): 0.5}, "η (5 → 0.50)"),
    ({("Parameters", "B10"): 1.5, ("Data", "D8"): 0.25}, "Parameters!B10, Data!D8"),
    ({("Training", "C9"): 1.0}, "the order of the examples"),
]


@pytest.mark.parametrize(("cells", "told"), CHANGES)
def test_start_says_what_was_changed(xor, tmp_path, cells, told):
    book = Book.open(typed(xor.path, tmp_path, cells))
    [now] = recalculate_open("ironcalc", [book])
    assert now.value("Start", 17, 2) == told
    assert now.value("Start", 16, 1).startswith("These are your numbers: you changed")
    assert NetworkTrial.of(book).compare(now, "ironcalc").mismatches == ()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({("Data", "B9"): "versicolor"}, "labels on Data"),
        ({("Data", "C9"): 7.0}, "numbers on Data"),
        ({("Parameters", "B13"): 7.0}, "numbers on Parameters"),
        ({("Parameters", "C6"): 0.5}, "β₁ (0.9 → 0.50)"),
    ],
)
def test_of_many_cells_start_says_that_some_were_changed(flowers, tmp_path, cells, told):
    book = Book.open(typed(flowers.path, tmp_path, cells))
    [now] = recalculate_open("ironcalc", [book])
    assert now.value("Start", 17, 2) == told
    assert NetworkTrial.of(book).compare(now, "ironcalc").mismatches == ()


def test_start_says_nothing_of_what_was_not_changed(xor, flowers):
    for made in (xor, flowers):
        assert Book.open(made.path).value("Start", 17, 2) == "–"
        assert xb.check(made.path).agrees
