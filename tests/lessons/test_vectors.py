"""The page on arrows and matrices."""

import numpy as np
import pytest

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.quantities.vectors import ANGLES, ARROWS, BEHIND, MATRICES, TURN

INNER, LENGTH_A, LENGTH_B, COSINE, LOW, HIGH = range(ARROWS + 5, ARROWS + 11)
SMALLEST = TURN + 2


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("vectors", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def matrix(cells, row, column):
    return np.array([[cells[row + i, column + j] for j in range(2)] for i in range(2)])


def told(**numbers):
    return [text for text in shown(**numbers).values() if isinstance(text, str)]


def test_two_arrows():
    """(3, 4) and (4, −3) by a right angle more or less."""
    cells = shown(a_1_1=3, a_1_2=4, b_1_1=5, b_1_2=12)
    assert cells[INNER, 2] == 63
    assert (cells[LENGTH_A, 2], cells[LENGTH_B, 2]) == (5, 13)
    assert cells[COSINE, 2] == pytest.approx(63 / 65, rel=1e-15)
    assert (cells[LOW, 2], cells[HIGH, 2]) == (-65, 65)


@pytest.mark.parametrize(
    ("b", "begins"),
    [((1, 2), "Less than"), ((-1, 3), "A right angle"), ((-1, -2), "More"), ((0, 0), "A right")],
)
def test_the_angle_is_told(b, begins):
    assert any(text.startswith(begins) for text in told(b_1_1=b[0], b_1_2=b[1]))


def test_the_inner_product_of_a_turned_arrow_is_a_cosine_between_the_bounds():
    """And smallest in the opposite direction, largest in the same."""
    cells = shown()
    top = BEHIND + 9
    products = np.array([cells[top + i, 4] for i in range(len(ANGLES))])
    bound = np.sqrt(10) * np.sqrt(5)
    np.testing.assert_allclose(products, bound * np.cos(np.radians(ANGLES)), atol=1e-13)
    turned = np.array([[cells[top + i, 2], cells[top + i, 3]] for i in range(len(ANGLES))])
    np.testing.assert_allclose(np.hypot(*turned.T), np.sqrt(5), rtol=1e-14)
    assert [cells[SMALLEST, 2], cells[SMALLEST + 2, 2]] == pytest.approx([-bound, bound])
    assert [cells[SMALLEST + 1, 2], cells[SMALLEST + 3, 2]] == [180, 0]


def test_an_arrow_without_length_has_no_angle():
    cells = shown(a_1_1=0, a_1_2=0)
    assert cells[COSINE, 2] == cells[SMALLEST, 2] == 0


def test_the_matrices_of_the_issue():
    """A = [1 2; 3 4] and B = −A."""
    cells, top = shown(), MATRICES + 3
    np.testing.assert_array_equal(matrix(cells, top, 8), [[-1, -4], [-9, -16]])
    for column in (11, 14):
        np.testing.assert_array_equal(matrix(cells, top, column), [[-7, -10], [-15, -22]])
    assert "AB and BA are equal for these numbers, which is an exception." in told()
    assert any(text.startswith("AC and CA differ") for text in told())


def test_products_and_transposes_are_those_of_numpy():
    random = np.random.default_rng(0).normal(size=(3, 2, 2))
    numbers = {
        f"{name}_{i + 1}_{j + 1}": float(of[i, j])
        for name, of in zip("ABC", random, strict=True)
        for i in range(2)
        for j in range(2)
    }
    a, b, c = random
    cells, top = shown(**numbers), MATRICES + 3
    wanted = {
        (top, 8): a * b,
        (top, 11): a @ b,
        (top, 14): b @ a,
        (top + 5, 5): a @ c,
        (top + 5, 8): c @ a,
        (top + 10, 5): a,
        (top + 10, 8): a.T,
        (top + 10, 11): (a @ b).T,
        (top + 10, 14): (a @ b).T,
    }
    for place, of in wanted.items():
        np.testing.assert_allclose(matrix(cells, *place), of, rtol=1e-13)
