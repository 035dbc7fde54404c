"""The page on the linear classifier."""

import numpy as np
import pytest

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.linear_classifier import (
    BATCH,
    DATA,
    EPOCHS,
    ETA,
    FULL,
    GRADIENT,
    KINDS,
    MINI,
    POINTS,
    START,
    STEPS,
)


def shown(numbers=None):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("linear-classifier", numbers=numbers or {})).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def block(cells, row, column, rows, columns):
    return np.array([[cells[row + i, column + j] for j in range(columns)] for i in range(rows)])


def cost(weights, points=POINTS, kinds=KINDS):
    """Σ over the wrong classes of max(0, s − s of the right class + 1), by plain loops."""
    total = 0.0
    for point, kind in zip(points, kinds, strict=True):
        scores = [w1 * point[0] + w2 * point[1] + b for w1, w2, b in weights]
        for k, score in enumerate(scores, 1):
            if k != kind:
                total += max(0.0, score - scores[kind - 1] + 1)
    return total


def gradient(weights, points, kinds):
    """By adding and subtracting points, as CS231n does it in loops."""
    found = np.zeros((3, 3))
    for point, kind in zip(points, kinds, strict=True):
        seen = np.array([*point, 1.0])
        scores = weights @ seen
        for k in range(3):
            if k != kind - 1 and scores[k] - scores[kind - 1] + 1 > 0:
                found[k] += seen
                found[kind - 1] -= seen
    return found


def test_cost_and_both_gradients():
    """The total cost, the gradient by loops, and the numeric one beside it."""
    cells = shown()
    assert cells[DATA + 4 + len(POINTS), 14] == pytest.approx(cost(START), rel=1e-12)
    wanted = gradient(START, POINTS, KINDS)
    np.testing.assert_allclose(block(cells, GRADIENT + 4, 2, 3, 3), wanted, atol=1e-12)
    np.testing.assert_allclose(block(cells, GRADIENT + 4, 6, 3, 3), wanted, atol=1e-9)
    assert block(cells, GRADIENT + 4, 10, 3, 3).max() < 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_the_numeric_gradient_is_that_of_the_whole_cost(seed):
    """Also with a step so wide that margins pass 0 within it."""
    random, h = np.random.default_rng(seed), 0.5
    weights = random.normal(0, 1, (3, 3))
    numbers = {f"w_{k + 1}_{j + 1}": float(weights[k, j]) for k, j in np.ndindex(3, 3)}
    cells = shown(numbers | {"h": h})
    for k, j in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[k, j] = h
        wanted = (cost(weights + step) - cost(weights - step)) / (2 * h)
        assert cells[GRADIENT + 4 + k, 6 + j] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(("top", "size", "column"), [(FULL, len(POINTS), 2), (MINI, BATCH, 3)])
def test_steps_of_full_batch_and_mini_batches(top, size, column):
    """Plain loops come to the same weights and the same cost at last."""
    cells, weights, row = shown(), START.copy(), top + 4
    for _ in range(EPOCHS):
        for first in range(0, len(POINTS), size):
            np.testing.assert_allclose(block(cells, row, 2, 3, 3), weights, atol=1e-12)
            some = slice(first, first + size)
            weights = weights - ETA * gradient(weights, POINTS[some], KINDS[some])
            row += size
    np.testing.assert_allclose(block(cells, row, 2, 3, 3), weights, atol=1e-12)
    assert cells[STEPS + 4 + EPOCHS, column] == pytest.approx(cost(weights), rel=1e-12)


def test_a_point_that_leads_enough_moves_nothing():
    """Scores far apart: no cost, no δ, no gradient."""
    directions = np.array([[30.0, 10.0, 0.0], [-30.0, 20.0, 0.0], [0.0, -30.0, 0.0]])
    numbers = {f"w_{k + 1}_{j + 1}": float(directions[k, j]) for k, j in np.ndindex(3, 3)}
    cells = shown(numbers)
    costs = block(cells, DATA + 4, 14, len(POINTS), 1)[:, 0]
    deltas = block(cells, DATA + 4, 15, len(POINTS), 3)
    assert (costs == 0).any()
    assert not deltas[costs == 0].any()
    assert deltas[costs > 0].any(axis=1).all()
