"""What doesn't fit on a sheet is refused before any work, by the field to change."""

import pytest
from views import drawn, new_sheet

import xlbackprop as xb
from xlbackprop.errors import TooLargeError


def convolutions(first, second):
    """Two convolutions behind each other and an output layer."""
    return [
        {"kind": "convolution", "filters": first, "kernel": 2, "padding": 1},
        {"kind": "convolution", "filters": second, "kernel": 3},
        {"units": 3},
    ]


@pytest.mark.parametrize(
    ("filters", "what"), [((60, 1), "value"), ((1, 60), "δ in the layer before")]
)
def test_a_formula_too_long_for_a_cell_is_told_by_its_layer(tmp_path, filters, what):
    """Before anything is computed: nothing is written."""
    layers = convolutions(*filters)
    with pytest.raises(TooLargeError) as told:
        xb.write(xb.load("cnn", epochs=1, **drawn(4), layers=layers), tmp_path / "book.xlsx")
    assert str(told.value).startswith(f"layers[1]: the formula of a {what} would have ")
    assert str(told.value).endswith(
        "take fewer filters here or in the layer before, or smaller kernels."
    )
    assert list(tmp_path.iterdir()) == []


def test_formulas_that_just_fit_are_written(tmp_path):
    """Long ones, of some thousand characters, agree with Python."""
    layers = convolutions(30, 1)
    recipe = xb.load("cnn", epochs=1, **drawn(2), layers=layers, views=[])
    formulas = new_sheet(recipe, "training").formulas()
    assert 2000 < max(len(formula) for _, _, formula, _ in formulas) <= 8192
    xb.write(recipe, tmp_path / "book.xlsx")
    assert xb.check(tmp_path / "book.xlsx").agrees


def test_the_pass_back_matters_only_where_there_is_one(tmp_path):
    """Forward only, as many filters as the values allow will do."""
    layers = convolutions(1, 60)
    recipe = xb.load("cnn", epochs=0, **drawn(4), layers=layers, views=[])
    xb.write(recipe, tmp_path / "book.xlsx")
    assert (tmp_path / "book.xlsx").exists()
