"""The page on the chain rule."""

from math import cos, e, exp, sin

import numpy as np
import pytest
import sympy

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.slopes.chain_paths import HEIGHT
from xlbackprop.lessons.slopes.chain_rule import CHAIN, PATHS

VALUE, FACTOR, PRODUCT, NUMERIC = (CHAIN + 3 + i for i in (4, 6, 7, 9))
U, V, Y = 3, 4, 5  # columns
INCREMENT = PATHS + 2 + HEIGHT + 3  # first step
X = sympy.Symbol("x", positive=True)
FUNCTIONS = [sympy.Float(5), X**2, sympy.exp(X), 2**X, sympy.log(X), sympy.log(X, 2)]
FUNCTIONS += [sympy.sin(X), sympy.cos(X)]


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("chain-rule", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def test_the_page_begins_with_e_to_the_sine_of_the_square():
    cells, x = shown(), 1.2
    assert cells[VALUE, Y] == pytest.approx(e ** sin(x * x), rel=1e-14)
    assert cells[PRODUCT, V] == pytest.approx(cos(x * x) * 2 * x, rel=1e-12)
    assert cells[PRODUCT, Y] == pytest.approx(e ** sin(x * x) * cos(x * x) * 2 * x, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_any_chain_has_the_derivative_that_sympy_finds(seed):
    """The product of the factors, and nearly the difference quotient."""
    choice = np.random.default_rng(seed).integers(1, 9, 3).tolist()
    cells = shown(x=1.1, h=1e-4, **dict(zip("uvy", choice, strict=True)))
    chain = X
    for number, column in zip(choice, (U, V, Y), strict=True):
        chain = FUNCTIONS[number - 1].subs(X, chain)
        value, slope = (sympy.N(of.subs(X, 1.1)) for of in (chain, sympy.diff(chain, X)))
        if value.is_real and value.is_finite:
            assert cells[VALUE, column] == pytest.approx(float(value), rel=1e-11)
            assert cells[PRODUCT, column] == pytest.approx(float(slope), rel=1e-11, abs=1e-12)
            assert cells[NUMERIC, column] == pytest.approx(float(slope), rel=1e-5, abs=1e-6)


def test_the_sentence_multiplies_the_factors_from_the_end_of_the_chain():
    told = [text for text in shown().values() if isinstance(text, str)]
    assert "dy/dx = dy/dv · dv/du · du/dx = 2.695 · 0.130 · 2.400 = 0.844" in told


def test_over_two_paths_the_products_are_added():
    """z = p sin²t + q eᵗ sin t + r e²ᵗ."""
    t, p, q, r = 0.7, 1.5, -2.0, 0.25
    cells = shown(t=t, p=p, q=q, r=r)
    wanted = 2 * p * sin(t) * cos(t) + q * exp(t) * (sin(t) + cos(t)) + 2 * r * exp(2 * t)
    assert cells[PATHS + 2 + 6, 5] == pytest.approx(wanted, rel=1e-12)
    assert cells[PATHS + 2 + 8, 5] == pytest.approx(wanted, rel=1e-3)


def test_what_the_estimate_leaves_out_is_of_second_order():
    """The rest is p Δu² + q Δu Δv + r Δv², so its share of the step shrinks with the step."""
    p, q, r, du, dv = 1.5, -2.0, 0.25, 0.3, 0.4
    cells = shown(p=p, q=q, r=r, du=du, dv=dv, factor=0.1)
    rest = p * du * du + q * du * dv + r * dv * dv
    for i in range(5):
        size = 0.1**i
        assert cells[INCREMENT + i, 8] == pytest.approx(rest * size**2, abs=1e-13)
        assert cells[INCREMENT + i, 9] == pytest.approx(0.5 * size, rel=1e-12)
        assert cells[INCREMENT + i, 10] == pytest.approx(rest * size / 0.5, rel=1e-4)


def test_without_a_step_there_is_no_rest():
    cells = shown(du=0.0, dv=0.0)
    assert [cells[INCREMENT + i, 10] for i in range(5)] == [0.0] * 5
