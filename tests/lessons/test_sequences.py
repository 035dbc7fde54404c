"""The page on sequences and recurrences."""

from itertools import accumulate

import numpy as np
import pytest
from pages import computed_column, typed

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.quantities.sequences import ONE, STEPS, TERMS, THREE, TWO

LAYERS = THREE + 9  # the first layer


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("sequences", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def terms(cells, column):
    return np.array([cells[ONE + 4 + i, column] for i in range(TERMS)])


def test_both_ways_give_the_same_terms():
    """Arithmetic, geometric, and the linear recurrence by matrix powers."""
    first, d, r, p, q = 1.5, -0.7, -1.1, 0.8, 2.0
    cells = shown(a1=first, d=d, r=r, p=p, q=q)
    n = np.arange(TERMS)
    step = np.array([[p, q], [0, 1]])
    linear = [(np.linalg.matrix_power(step, i) @ [first, 1])[0] for i in n]
    wanted = (first + n * d, first * np.cumprod([1, *[r] * (TERMS - 1)]), linear)
    for i, sequence in enumerate(wanted):
        for column in (2 + 2 * i, 3 + 2 * i):
            np.testing.assert_allclose(terms(cells, column), sequence, rtol=1e-12)


@pytest.mark.parametrize(
    ("numbers", "column"), [({"r": 0.0}, 4), ({"p": 1.0}, 6), ({"p": 0.0}, 6), ({"p": -1.0}, 6)]
)
def test_special_constants_have_terms_too(numbers, column):
    """No 0 to the power of 0, no division by 1 − p = 0."""
    cells = shown(**numbers)
    np.testing.assert_allclose(terms(cells, column), terms(cells, column + 1), rtol=1e-12)


def test_the_system_of_the_book():
    """aₙ = aₙ₋₁ + 2bₙ₋₁ + 2, bₙ = 2aₙ₋₁ + 3bₙ₋₁ + 1 from 1 and 1."""
    cells = shown()
    a, b = 1, 1
    for i in range(STEPS):
        assert (cells[TWO + 3 + i, 2], cells[TWO + 3 + i, 3]) == (a, b)
        a, b = a + 2 * b + 2, 2 * a + 3 * b + 1


def cost(z, layer, w, b, t):
    """½ Σ(a − t)² from the weighted inputs of a layer on."""
    for _ in range(layer, 5):
        z = w @ (1 / (1 + np.exp(-z))) + b
    return ((1 / (1 + np.exp(-z)) - t) ** 2).sum() / 2


@pytest.mark.parametrize("layer", [2, 3, 4, 5])
def test_delta_is_the_slope_of_the_cost_by_the_weighted_input(layer):
    """Found by a difference of the cost to both sides."""
    w, b = np.array([[2.0, -1.0], [1.0, 2.0]]), np.array([-0.5, -1.0])
    t = np.array([1.0, 0.0])
    cells = shown()
    row = LAYERS + layer - 1
    z = np.array([cells[row, 2], cells[row, 3]])
    for j in range(2):
        step = 1e-6 * np.eye(2)[j]
        slope = (cost(z + step, layer, w, b, t) - cost(z - step, layer, w, b, t)) / 2e-6
        assert cells[row, 8 + j] == pytest.approx(slope, rel=1e-6, abs=1e-10)


def test_outputs_run_from_layer_to_layer():
    w, b, a = np.array([[2.0, -1.0], [1.0, 2.0]]), np.array([-0.5, -1.0]), np.array([1.0, 0.5])
    cells = shown()
    for layer in range(5):
        got = cells[LAYERS + layer, 4], cells[LAYERS + layer, 5]
        assert got == pytest.approx(tuple(a), rel=1e-14)
        a = 1 / (1 + np.exp(-(w @ a + b)))


@pytest.mark.parametrize("p", [-1.0, 0.5, 1.0, 2.0])
def test_the_formulas_of_terms_by_their_number_give_what_plain_loops_give(p):
    first, d, r, q = 1.5, -0.75, 3.0, 2.0
    sheet = typed("sequences", {"a1": first, "d": d, "r": r, "p": p, "q": q})
    steps = (lambda a: a + d, lambda a: a * r, lambda a: p * a + q)
    for i, step in enumerate(steps):
        wanted = list(accumulate(range(TERMS), lambda a, _, step=step: step(a), initial=first))
        found = computed_column(sheet, 2 + 2 * i, ONE + 4, TERMS)
        np.testing.assert_allclose(found, wanted[:TERMS], rtol=1e-12, atol=1e-12)
