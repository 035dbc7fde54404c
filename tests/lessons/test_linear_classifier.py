"""The page on the linear classifier."""

import numpy as np
import openpyxl
import pytest

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.unit.linear_classifier import (
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
from xlbackprop.workbook.address import address

Worksheet = openpyxl.Workbook().active  # whose cells know their addresses


def shown(numbers=None):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("linear-classifier", numbers=numbers or {})).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def block(cells, row, column, rows, columns):
    return np.array([[cells[row + i, column + j] for j in range(columns)] for i in range(rows)])


def cost(weights, points=POINTS, kinds=KINDS, distance=1.0):
    """Σ over the wrong classes of max(0, s − s of the right class + Δ), by plain loops."""
    total = 0.0
    for point, kind in zip(points, kinds, strict=True):
        scores = [w1 * point[0] + w2 * point[1] + b for w1, w2, b in weights]
        for k, score in enumerate(scores, 1):
            if k != kind:
                total += max(0.0, score - scores[kind - 1] + distance)
    return total


def gradient(weights, points, kinds, distance=1.0):
    """By adding and subtracting points, as CS231n does it in loops."""
    found = np.zeros((3, 3))
    for point, kind in zip(points, kinds, strict=True):
        seen = np.array([*point, 1.0])
        scores = weights @ seen
        for k in range(3):
            if k != kind - 1 and scores[k] - scores[kind - 1] + distance > 0:
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


@pytest.mark.parametrize("distance", [0.3, 2.5])
def test_the_distance_that_the_hinge_asks_for_is_a_cell(distance):
    """Cost and gradients with another distance than that of the networks."""
    cells = shown({"distance": distance})
    wanted = cost(START, distance=distance)
    assert cells[DATA + 4 + len(POINTS), 14] == pytest.approx(wanted, rel=1e-12)
    wanted = gradient(START, POINTS, KINDS, distance)
    np.testing.assert_allclose(block(cells, GRADIENT + 4, 2, 3, 3), wanted, atol=1e-12)
    np.testing.assert_allclose(block(cells, GRADIENT + 4, 6, 3, 3), wanted, atol=1e-9)


def drawn(numbers=None):
    """Of both charts: coordinates of each series, by name."""
    sheet = page(xb.load("linear-classifier", numbers=numbers or {}))
    cells = {address(cell.row, cell.column): cell.value for cell in sheet.grid.cells}
    for block in sheet.grid.blocks:
        for (i, j), value in np.ndenumerate(block.values):
            cells[address(block.row + i, block.column + j)] = value
    charts = [chart for _, chart in sheet.grid.charts if len(chart.series) == 7]
    for chart in charts:
        yield {
            series.tx.v: np.array([_values(cells, series.xVal), _values(cells, series.yVal)]).T
            for series in chart.series
        }


def _values(cells, source):
    first, last = source.numRef.f.rpartition("!")[2].replace("$", "").split(":")
    return [cells[cell.coordinate] for row in Worksheet[first:last] for cell in row]


def test_the_picture_shows_the_points_of_each_class():
    """As many places as the class has points, each drawn with a marker of its own."""
    kinds = {f"class_{i}": 1.0 for i in (2, 5)}
    for series in drawn(kinds):
        now = [1 if i in (1, 4) else kind for i, kind in enumerate(KINDS)]
        for k in (1, 2, 3):
            wanted = {tuple(p) for p, kind in zip(POINTS.tolist(), now, strict=True) if kind == k}
            assert {tuple(p) for p in series[f"Class {k}"].tolist()} == wanted
    charts = [c for _, c in page(xb.load("linear-classifier")).grid.charts if len(c.series) == 7]
    looks = [
        {(s.marker.symbol, s.graphicalProperties.line.prstDash) for s in c.series} for c in charts
    ]
    assert len(charts) == 2
    assert all(len(look) >= 6 for look in looks)


def test_a_class_without_points_is_not_drawn():
    for series in drawn({f"class_{i}": 1.0 for i in range(1, 10)}):
        assert np.isnan(series["Class 2"]).all()
        assert np.isfinite(series["Class 1"]).all()


@pytest.mark.parametrize("seed", range(4))
def test_two_scores_are_equal_all_along_a_line(seed):
    """At both ends, which lie on a circle as wide as the farthest coordinate."""
    random = np.random.default_rng(seed)
    weights = random.normal(0, 1, (3, 3)) * [1, 1, 0.5]
    numbers = {f"w_{k + 1}_{j + 1}": float(weights[k, j]) for k, j in np.ndindex(3, 3)}
    series, _ = drawn(numbers)
    found = 0
    for a, b, name in ((0, 1, "s₁ = s₂"), (0, 2, "s₁ = s₃"), (1, 2, "s₂ = s₃")):
        for point in series[name]:
            if point.any():
                found += 1
                scores = weights @ [*point, 1.0]
                assert scores[a] == pytest.approx(scores[b], abs=1e-12)
                assert np.hypot(*point) == pytest.approx(abs(POINTS).max(), rel=1e-12)
        assert len(series[name]) == 2
        assert np.ptp(series[name], axis=0).any() == series[name].any()
    assert found


def test_a_line_beyond_the_points_is_not_drawn():
    """Nor one of two classes with equal weights."""
    series, _ = drawn({"w_1_3": 50.0, "w_2_1": 0.4, "w_2_2": -0.2})
    assert not series["s₁ = s₂"].any()
    assert not series["s₂ = s₃"].any()


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


def test_the_total_cost_is_named_before_it():
    cells = {(c.row, c.column): c for c in page(xb.load("linear-classifier")).grid.cells}
    total = cells[DATA + 4 + len(POINTS), 14]
    assert total.value == pytest.approx(cost(START), rel=1e-12)
    assert cells[total.row, 13].value == "C_T"
