"""The page on the linear approximation."""

from math import cos, exp, hypot, sin

import numpy as np
import pytest
from pages import typed, values

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.slopes.approximation import BEHIND, ONE, POINTS, SIZES, TWO

FIRST_STEP = ONE + 5
STEP, PLACE, VALUE, TANGENT, ERROR, BY_STEP, BY_SQUARE = range(2, 9)


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("approximation", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def test_the_exponential_function_beside_its_tangent():
    """f(x + Δx), f(x) + f′(x)Δx, and what lies between them."""
    cells = shown(x=0.3, step=0.4)
    for i in range(SIZES):
        step = 0.4 * 0.1**i
        row = FIRST_STEP + i
        assert cells[row, VALUE] == pytest.approx(exp(0.3 + step), rel=1e-13)
        assert cells[row, TANGENT] == pytest.approx(exp(0.3) * (1 + step), rel=1e-13)
        assert cells[row, ERROR] == pytest.approx(exp(0.3) * (exp(step) - 1 - step), abs=1e-14)


def test_the_error_by_the_squared_step_nears_half_the_second_derivative():
    cells = shown(f=7, x=0.8)
    assert cells[FIRST_STEP + 3, BY_SQUARE] == pytest.approx(-sin(0.8) / 2, rel=1e-3)
    shares = [abs(cells[FIRST_STEP + i, BY_STEP]) for i in range(4)]
    np.testing.assert_array_less(shares[1:], np.array(shares[:-1]) / 9)


def test_a_constant_and_a_line_have_no_error():
    for numbers in ({"f": 1}, {"f": 2, "n": 1}):
        cells = shown(**numbers)
        errors = [cells[FIRST_STEP + i, ERROR] for i in range(SIZES)]
        np.testing.assert_allclose(errors, 0.0, atol=1e-15)


def test_the_chart_shows_the_function_and_its_tangent_to_both_sides():
    cells = shown(f=7, x=0.8, step=0.5)
    top = BEHIND + 5 + SIZES + 2
    places = np.array([cells[top + i, 2] for i in range(POINTS)])
    np.testing.assert_allclose(places, np.linspace(0.3, 1.3, POINTS), rtol=1e-13)
    heights = [cells[top + i, 11] for i in range(POINTS)]
    np.testing.assert_allclose(heights, np.sin(places), rtol=1e-13)
    tangent = [cells[top + i, 12] for i in range(POINTS)]
    np.testing.assert_allclose(tangent, sin(0.8) + cos(0.8) * (places - 0.8), rtol=1e-13)


def test_the_estimate_of_two_variables_is_an_inner_product():
    """z = p x² + q xy + r y²: the gradient times the step; the rest is z of the step itself."""
    x, y, p, q, r, dx, dy = 0.5, -1.5, 2.0, -0.5, 1.5, 0.3, 0.4
    cells = shown(at_1_1=x, at_1_2=y, p=p, q=q, r=r, by_1_1=dx, by_1_2=dy)
    gradient = 2 * p * x + q * y, q * x + 2 * r * y
    inner = gradient[0] * dx + gradient[1] * dy
    assert (cells[TWO + 4, 2], cells[TWO + 4, 3]) == pytest.approx(gradient, rel=1e-14)
    assert cells[TWO + 5, 8] == pytest.approx(inner, rel=1e-14)
    rest = p * dx * dx + q * dx * dy + r * dy * dy
    for i in range(5):
        size = 0.1**i
        row = TWO + 10 + i
        assert cells[row, 7] == pytest.approx(size * inner, rel=1e-12)
        assert cells[row, 8] == pytest.approx(size**2 * rest, abs=1e-14)
        assert cells[row, 9] == pytest.approx(size * hypot(dx, dy), rel=1e-12)


def test_the_sentences_tell_the_first_step():
    told = [text for text in shown().values() if isinstance(text, str)]
    assert "f(1.500) = 4.481689; the tangent gives 4.077423, an error of 0.404266." in told
    assert "∇z·Δ = ∂z/∂x·Δx + ∂z/∂y·Δy = −0.900 + 1.800 = 0.900" in told


def test_without_a_step_there_is_no_error_by_the_step():
    cells = values(typed("approximation", {"step": 0.0}))
    assert np.isnan(cells[FIRST_STEP, BY_STEP])
    assert cells[FIRST_STEP, ERROR] == 0.0
