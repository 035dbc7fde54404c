"""The page on one unit."""

import itertools

import numpy as np
import pytest
from pages import computed, typed

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.unit.neuron import CORNER, EXCLUSIVE, GATE, LEFTS, MAP, UNIT


def shown(numbers=None):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("neuron", numbers=numbers or {})).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def answers(cells, top, column):
    return [cells[top + CORNER + 1 + i, column] for i in range(4)]


@pytest.mark.parametrize(("theta", "fires"), [(1.29, 1), (1.3, 1), (1.31, 0)])
def test_threshold_and_bias_say_the_same(theta, fires):
    """A unit that reaches its threshold fires, also when it reaches it exactly."""
    numbers = {"x_1_1": 0.5, "x_1_2": 0.5, "w_1_1": 1.0, "w_1_2": 1.6, "theta": theta}
    cells = shown(numbers)
    top = UNIT + 7
    total, with_theta, b, z, step, smooth = (cells[top + i, 2] for i in range(6))
    assert (total, with_theta, step, b) == (1.3, fires, fires, -theta)
    assert smooth == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-14)
    assert (smooth >= 0.5) == bool(fires)
    told = cells[top + 6, 1]
    assert ("the unit fires" in told) == bool(fires)
    assert told.endswith(f"A sigmoid unit says {smooth:.3f}.")


def test_each_gate_is_what_its_name_says():
    cells = shown()
    gates = (lambda p, q: p and q, lambda p, q: p or q, lambda p, q: not (p and q))
    for left, gate in zip(LEFTS, gates, strict=True):
        wanted = [int(gate(p, q)) for p, q in itertools.product((0, 1), repeat=2)]
        assert answers(cells, GATE + 3, left + 3) == wanted
        assert cells[GATE + 3 + CORNER + 5, left + 6] == 4


def test_three_units_do_exclusive_or_and_the_one_unit_gets_three_of_four_right():
    cells = shown()
    wanted = [p ^ q for p, q in itertools.product((0, 1), repeat=2)]
    top = EXCLUSIVE + 3
    assert answers(cells, top, LEFTS[1] + 5) == wanted
    assert cells[top + CORNER + 5, LEFTS[1] + 8] == 4
    assert cells[top + CORNER + 5, LEFTS[0] + 6] == 3


def test_no_weights_let_one_unit_do_exclusive_or():
    """Of a thousand at random none has more than three right; both sums of z are the same."""
    random = np.random.default_rng(0)
    corners = np.array(list(itertools.product((0, 1), repeat=2)))
    most = 0
    for w1, w2, b in random.normal(0, 2, (1000, 3)):
        most = max(most, int(((corners @ [w1, w2] + b >= 0) == [0, 1, 1, 0]).sum()))
    assert most == 3
    cells = shown({"one_1_1": 1.25, "one_1_2": -2.5, "one_1_3": 0.75})
    row = EXCLUSIVE + MAP + 11
    assert cells[row, 2] == cells[row + 1, 2] == 1.25 - 2.5 + 2 * 0.75


def test_the_plane_of_the_network_is_that_of_three_units():
    """Its corners have the network's answers, upside down as x₂ points upwards."""
    cells = shown()
    top, left = EXCLUSIVE + 3 + MAP + 1, LEFTS[1] + 1
    plane = np.array([[cells[top + i, left + j] for j in range(6)] for i in range(6)])
    x1, x2 = np.meshgrid(np.linspace(0, 1, 6), np.linspace(1, 0, 6))

    def unit(p, q, w1, w2, b):
        return 1 / (1 + np.exp(-(w1 * p + w2 * q + b)))

    either, nand = unit(x1, x2, 10, 10, -5), unit(x1, x2, -10, -10, 15)
    np.testing.assert_allclose(plane, unit(either, nand, 10, 10, -15), rtol=1e-12)


@pytest.mark.parametrize(("theta", "fires"), [(1.4999, 1), (1.5, 1), (1.5001, 0)])
def test_a_unit_fires_from_its_threshold_on_by_both_formulas(theta, fires):
    """1 · 0.5 + 0.5 · 2 is 1.5 to the last digit."""
    numbers = {"x_1_1": 1.0, "x_1_2": 0.5, "w_1_1": 0.5, "w_1_2": 2.0, "theta": theta}
    sheet = typed("neuron", numbers)
    assert [computed(sheet, UNIT + 7 + i, 2) for i in (1, 4)] == [fires, fires]
