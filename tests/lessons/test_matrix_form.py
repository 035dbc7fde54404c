"""The page on the matrix form."""

import numpy as np
import openpyxl
import pytest

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.training.matrix_form import B2, B3, BATCH_PASS, ONE_PASS, W2, W3, T, X
from xlbackprop.lessons.training.matrix_pass import BACKWARD, COSTS, EQUAL, FORWARD, MATRIX, UNITS


def shown(numbers=None):
    """Values of all computed cells by row and column."""
    cells = page(xb.load("matrix-form", numbers=numbers or {})).grid.cells
    return {(cell.row, cell.column): cell.value for cell in cells if cell.computed}


def block(cells, row, column, rows, columns):
    return np.array([[cells[row + i, column + j] for j in range(columns)] for i in range(rows)])


def examples(cost):
    """What the network of the package makes of the same numbers, a row for each example."""
    rows = [[*x, *t] for x, t in zip(X.T.tolist(), T.T.tolist(), strict=True)]
    recipe = xb.load(
        "xor",
        data={"columns": ["x1", "x2", "t1", "t2"], "rows": rows},
        targets=["t1", "t2"],
        inputs=["x1", "x2"],
        layers=[{"units": 3}, {"units": 2}],
        cost=cost,
        epochs=1,
        start={
            "w2": W2.tolist(),
            "b2": B2[:, 0].tolist(),
            "w3": W3.tolist(),
            "b3": B3[:, 0].tolist(),
        },
    )
    return xb.run(recipe).examples.iloc[: len(rows)]


def of(lines, letter, *shape):
    """Numbers with two or one indices, summed over the examples: (units, inputs)."""
    ends = ["_".join(str(i + 1) for i in place) for place in np.ndindex(*shape)]
    return lines[[f"{letter}_{end}" for end in ends]].sum().to_numpy(float).reshape(shape)


@pytest.mark.parametrize("column", [MATRIX, UNITS])
@pytest.mark.parametrize("cost", COSTS)
def test_both_ways_agree_with_the_network_of_the_package(cost, column):
    """For one example and for the batch: outputs, cost, δ and gradients."""
    cells, lines = shown(), examples(cost)
    for top, chosen in ((ONE_PASS, lines.iloc[[1]]), (BATCH_PASS, lines)):
        n, back = len(chosen), top + FORWARD + COSTS.index(cost) * BACKWARD + 1
        places = {
            ("z2", 3): top + 1,
            ("a2", 3): top + 5,
            ("z3", 2): top + 9,
            ("a3", 2): top + 12,
            ("d3", 2): back + 2,
            ("d2", 3): back + 5,
        }
        for (symbol, units), row in places.items():
            labels = [f"{symbol}_{j + 1}" for j in range(units)]
            wanted = chosen[labels].to_numpy(float).T
            got = block(cells, row, column, units, n)
            np.testing.assert_allclose(got, wanted, atol=1e-14)
        assert cells[back, column] == pytest.approx(chosen["C"].sum(), rel=1e-12)
        for layer, row, shape in (("3", back + 9, (2, 3)), ("2", back + 12, (3, 2))):
            got = block(cells, row, column, *shape)
            np.testing.assert_allclose(got, of(chosen, f"g_w{layer}", *shape), atol=1e-14)
            biases = block(cells, row, column + 3, shape[0], 1)[:, 0]
            np.testing.assert_allclose(biases, of(chosen, f"g_b{layer}", shape[0]), atol=1e-14)


def test_the_two_ways_are_equal_whatever_the_numbers():
    random = np.random.default_rng(1)
    usual = {"x": X, "t": T, "w2": W2, "b2": B2, "w3": W3, "b3": B3}
    numbers = {
        f"{name}_{i + 1}_{j + 1}": float(random.normal(0, 2))
        for name, matrix in usual.items()
        for i, j in np.ndindex(matrix.shape)
    }
    cells = shown(numbers)
    differences = [value for (_, column), value in cells.items() if column == EQUAL]
    assert len(differences) == 2 * (4 + 2 * 7)
    assert not any(differences)


def test_a_planted_difference_shows():
    """The file's own number of one unit is changed: its line has the difference."""
    sheet = page(xb.load("matrix-form"))
    rows = max(cell.row for cell in sheet.grid.cells)
    numbers = np.full((rows, EQUAL), np.nan)
    for cell in sheet.grid.cells:
        if isinstance(cell.value, float):
            numbers[cell.row - 1, cell.column - 1] = cell.value
    numbers[ONE_PASS + 2 - 1, UNITS - 1] += 0.25  # z of the second hidden unit
    found = {place.name: place.usual for place in sheet.inputs}
    cells = page(xb.load("matrix-form"), found, numbers).grid.cells
    [difference] = [c.value for c in cells if (c.row, c.column) == (ONE_PASS + 1, EQUAL)]
    assert difference == pytest.approx(0.25)


def test_products_of_matrices_are_array_formulas(tmp_path):
    xb.write(xb.load("matrix-form"), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    formula = book["Matrix form"].cell(BATCH_PASS + 1, MATRIX).value
    top = BATCH_PASS + 1
    assert formula.ref == f"B{top}:E{top + 2}"
    assert formula.text.startswith("=MMULT(")


def test_a_bias_is_typed_in_the_row_of_its_weights():
    """Of both layers: the formulas add it to the product of that row."""
    places = {place.name: place for place in page(xb.load("matrix-form")).inputs}
    for layer, units, inputs in ((2, 3, 2), (3, 2, 3)):
        for j in range(1, units + 1):
            row = {places[f"w{layer}_{j}_{i}"].row for i in range(1, inputs + 1)}
            assert row == {places[f"b{layer}_{j}_1"].row}
