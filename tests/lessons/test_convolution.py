"""The page on what a filter does."""

import numpy as np
import pytest
from pages import computed, typed
from scipy.signal import correlate2d

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.filters.convolution import BIAS, LEFTS, MAPS, PICTURE, STROKES


def shown(numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("convolution", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def block(cells, row, column, size):
    return np.array([[cells[row + i, column + j] for j in range(size)] for i in range(size)])


@pytest.mark.parametrize("k", [0, 1, 2])
def test_the_maps_are_those_of_scipy(k):
    """z of the cross-correlation, σ, and the largest of each window."""
    cells = shown({})
    z = correlate2d(PICTURE, STROKES[k], "valid") + BIAS
    a = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(block(cells, MAPS + 3, LEFTS[k], 4), z, rtol=1e-12)
    np.testing.assert_allclose(block(cells, MAPS + 9, LEFTS[k], 4), a, rtol=1e-12)
    pooled = a.reshape(2, 2, 2, 2).max(axis=(1, 3))
    np.testing.assert_allclose(block(cells, MAPS + 15, LEFTS[k], 2), pooled, rtol=1e-12)


def test_the_page_begins_with_a_patch_that_is_like_its_filter():
    """And says so; its cosine is the largest that 0 and 1 can have with -1 and 1."""
    texts = [value for value in shown({}).values() if isinstance(value, str)]
    [told] = [text for text in texts if "like the filter" in text]
    assert told.endswith("0.577: the patch looks much like the filter.")


def test_a_patch_without_a_dark_pixel_has_no_direction():
    """Its cosine is 0, and no cell divides by 0."""
    light = {f"x_{i}_{j}": 0.0 for i in range(1, 7) for j in range(1, 7)}
    cells = shown(light)
    assert all(np.isfinite(v) for v in cells.values() if isinstance(v, float))
    assert any("is 0.000" in value for value in cells.values() if isinstance(value, str))


def test_the_page_agrees_with_the_network_of_the_package():
    """The same picture and filters in a convolutional network give the same maps."""
    rows = [[1.0, *PICTURE.ravel().tolist()]]
    columns = ["t", *(f"x{i}" for i in range(36))]
    recipe = xb.load(
        "cnn",
        data={"columns": columns, "rows": rows},
        label="",
        targets=["t"],
        inputs=columns[1:],
        epochs=0,
        layers=[
            {"kind": "convolution", "filters": 3, "kernel": 3, "activation": "sigmoid"},
            {"kind": "max-pooling", "size": 2},
            {"units": 1},
        ],
        start={
            "w2": [w.tolist() for w in STROKES],
            "b2": [BIAS] * 3,
            "w4": [[0.0] * 12],
            "b4": [0.0],
        },
    )
    line = xb.run(recipe).examples.iloc[0]
    cells = shown({})
    for k in range(3):
        for symbol, row, size in (("z2F", 3, 4), ("a2F", 9, 4), ("a3P", 15, 2)):
            labels = [
                f"{symbol}{k + 1}_{i}_{j}" for i in range(1, size + 1) for j in range(1, size + 1)
            ]
            got = block(cells, MAPS + row, LEFTS[k], size).ravel()
            np.testing.assert_allclose(got, line[labels].to_numpy(float), rtol=1e-12)


def test_the_cosine_is_computed_from_product_and_lengths_but_for_a_length_of_0():
    """Also where both lengths are 1."""
    one = {f"x_{i}_{j}": 1.0 * (i == j == 1) for i in range(1, 7) for j in range(1, 7)}
    corner = {f"w1_{i}_{j}": 1.0 * (i == j == 1) for i in range(1, 4) for j in range(1, 4)}
    position = {"row": 1.0, "column": 1.0, "filter": 1.0}
    for numbers, wanted in (
        ({}, 3 / (np.sqrt(3) * 3)),
        (dict.fromkeys(one, 0.0), 0.0),
        (one | corner | position, 1.0),
    ):
        sheet = typed("convolution", numbers)
        [row] = [cell.row for cell in sheet.grid.cells if cell.value == sheet.text("patch.cosine")]
        assert computed(sheet, row, 2) == pytest.approx(wanted, rel=1e-14)
