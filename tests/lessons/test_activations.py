"""The page on activation functions and starting weights."""

import numpy as np
import pytest
from pages import computed_column, new, typed, values
from scipy import stats
from scipy.special import expit

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.unit.activations import (
    BELL,
    BINS,
    DEPTH,
    DRAWS,
    NAMES,
    ONE,
    ROWS,
    SCALE,
    SLOPED,
    TABLE,
    WEIGHTS,
)

FUNCTIONS = {
    "step": lambda z: 1.0 * (z >= 0),
    "sigmoid": expit,
    "tanh": np.tanh,
    "softsign": lambda z: z / (1 + abs(z)),
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky-relu": lambda z: np.where(z > 0, z, z / 100),
}


def shown(numbers=None):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("activations", numbers=numbers or {})).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def block(cells, row, column, rows, columns):
    return np.array([[cells[row + i, column + j] for j in range(columns)] for i in range(rows)])


@pytest.mark.parametrize("z", [-1.5, 0.0, 0.3, 800.0])
def test_value_slope_and_what_is_left_of_a_gradient_at_one_point(z):
    """Slopes are those of finite differences; at 0 those of the left side."""
    cells, h = shown({"z": z}), 1e-6
    for i, name in enumerate(NAMES):
        row, function = ONE + 6 + i, FUNCTIONS[name]
        assert cells[row, 2] == pytest.approx(float(function(z)), abs=1e-12)
        if name not in SLOPED:
            assert (row, 6) not in cells
            continue
        at = -2 * h if z == 0 else z
        slope = float(function(at + h) - function(at - h)) / (2 * h)
        assert cells[row, 6] == pytest.approx(slope, abs=1e-5)
        left = [cells[row, 10 + j] for j in range(DEPTH)]
        np.testing.assert_allclose(left, np.cumprod([cells[row, 6]] * DEPTH), rtol=1e-12)


@pytest.mark.parametrize("leak", [0.0, 0.25, 0.9])
def test_the_leak_is_a_cell(leak):
    """Of leaky ReLU below 0: at one point, and all along the axis."""
    row = ONE + 6 + NAMES.index("leaky-relu")
    for z, a, slope in ((-2.0, -2 * leak, leak), (3.0, 3.0, 1.0)):
        cells = shown({"z": z, "leak": leak})
        assert [cells[row, 2], cells[row, 6]] == pytest.approx([a, slope], abs=1e-15)
    z = block(cells, TABLE + 7, 2, ROWS, 1)[:, 0]
    a = block(cells, TABLE + 7, 3 + NAMES.index("leaky-relu"), ROWS, 1)[:, 0]
    np.testing.assert_allclose(a, np.where(z > 0, z, leak * z), atol=1e-15)


def test_the_table_has_all_functions_along_the_axis():
    cells = shown({"start": -2.0, "interval": 0.1})
    z = -2 + 0.1 * np.arange(ROWS)
    table = block(cells, TABLE + 7, 2, ROWS, 1 + len(NAMES))
    wanted = np.column_stack([z, *(FUNCTIONS[name](z) for name in NAMES)])
    np.testing.assert_allclose(table, wanted, atol=1e-12)


def test_weights_density_and_counts_are_those_of_scipy():
    cells = shown({"mean": 0.5, "spread": 2.0})
    weights = block(cells, WEIGHTS + 11, 2, *DRAWS.shape)
    np.testing.assert_allclose(weights, stats.norm.ppf(DRAWS, 0.5, 2), rtol=1e-12)
    x, density, count, share = block(cells, BELL + 8, 2, BINS, 4).T
    np.testing.assert_allclose(x, 0.5 + np.arange(-4, 4.5, 0.5) * 2)
    np.testing.assert_allclose(density, stats.norm.pdf(x, 0.5, 2), rtol=1e-12)
    wanted, _ = np.histogram(weights, np.append(x - 0.5, x[-1] + 0.5))
    assert count.tolist() == wanted.tolist()
    assert share.sum() == pytest.approx(1)  # intervals are 1 wide, and no weight lies outside


def test_without_a_spread_there_is_no_density():
    cells = values(typed("activations", {"spread": 0.0}))
    assert not block(cells, BELL + 8, 3, BINS, 3)[:, [0, 2]].any()
    assert np.all(block(cells, WEIGHTS + 11, 2, *DRAWS.shape) == 0)


def test_wide_weights_put_units_where_the_sigmoid_is_flat():
    """The standard deviations of Glorot and He, and the slope where z usually lies."""
    cells = shown({"inputs": 300.0, "units": 100.0})
    spreads = [1.0, np.sqrt(2 / 400), np.sqrt(2 / 300)]
    for i, spread in enumerate(spreads):
        z = spread * np.sqrt(300)
        got = [cells[SCALE + 6 + i, column] for column in (2, 5, 8, 9)]
        np.testing.assert_allclose(got, [spread, z, expit(z), expit(z) * expit(-z)], rtol=1e-7)


def test_the_formula_of_the_bell_curve_gives_the_density_of_scipy():
    sheet = typed("activations", {"mean": 0.5, "spread": 2.0})
    x = 0.5 + np.arange(-4, 4.5, 0.5) * 2
    found = computed_column(sheet, 3, BELL + 8, BINS)
    np.testing.assert_allclose(found, stats.norm.pdf(x, 0.5, 2), rtol=1e-12)


def test_numbers_of_layers_stand_in_the_heading_above_what_is_left():
    cells = {(cell.row, cell.column): cell.value for cell in new("activations").grid.cells}
    assert [cells.get((ONE + 5, 10 + j)) for j in range(DEPTH)] == list(range(1, DEPTH + 1))


def test_the_table_goes_from_6_below_0_to_6_above():
    cells = values(new("activations"))
    np.testing.assert_allclose(block(cells, TABLE + 7, 2, ROWS, 1)[:, 0], np.linspace(-6, 6, ROWS))
