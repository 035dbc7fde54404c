"""The page on the rules of derivatives."""

import numpy as np
import pytest
import sympy
from pages import computed, typed, values

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.slopes.derivatives import ALL, AT, DRAWN, NUMERIC, POINTS, RULE, RULES, TOP

X = sympy.Symbol("x", positive=True)
AT_X, C, N, A = 1.3, 4.0, 3, 1.7
FUNCTIONS = [
    sympy.Float(C) + 0 * X,
    X**N,
    sympy.exp(X),
    sympy.Float(A) ** X,
    sympy.log(X),
    sympy.log(X) / sympy.log(A),
    sympy.sin(X),
    sympy.cos(X),
]
U, V = 7, 4  # the sine and the exponential to base a
SYMBOLS = [*FUNCTIONS]
SYMBOLS += [
    FUNCTIONS[U - 1] + FUNCTIONS[V - 1],
    FUNCTIONS[U - 1] - FUNCTIONS[V - 1],
    FUNCTIONS[U - 1] * FUNCTIONS[V - 1],
    FUNCTIONS[U - 1] / FUNCTIONS[V - 1],
]
NUMBERS = {"x": AT_X, "c": C, "n": N, "a": A, "u": U, "v": V}


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("derivatives", numbers=NUMBERS | numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


@pytest.mark.parametrize("i", range(ALL), ids=[rule.name for rule in RULES])
def test_values_and_rules_are_those_of_sympy(i):
    cells = shown()
    for column, symbol in ((AT, SYMBOLS[i]), (RULE, sympy.diff(SYMBOLS[i], X))):
        wanted = float(symbol.subs(X, AT_X))
        assert cells[TOP + i, column] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("i", range(ALL), ids=[rule.name for rule in RULES])
def test_the_difference_quotient_is_wrong_by_a_sixth_of_the_third_derivative(i):
    """And by h²."""
    h = 0.01
    cells = shown(h=h)
    third = float(sympy.diff(SYMBOLS[i], X, 3).subs(X, AT_X))
    apart = cells[TOP + i, NUMERIC] - cells[TOP + i, RULE]
    assert apart == pytest.approx(h**2 * third / 6, rel=1e-2, abs=1e-11)


@pytest.mark.parametrize("i", range(ALL), ids=[rule.name for rule in RULES])
def test_the_chart_shows_the_function_its_slope_and_the_tangent(i):
    cells = shown(drawn=i + 1, **{"from": 0.5, "to": 2.5})
    last = max(column for row, column in cells if row == DRAWN + 4)
    x = np.linspace(0.5, 2.5, POINTS)
    slope = sympy.diff(SYMBOLS[i], X)
    f, df = (
        np.array([float(symbol.subs(X, place)) for place in x]) for symbol in (SYMBOLS[i], slope)
    )
    at, steep = (float(symbol.subs(X, AT_X)) for symbol in (SYMBOLS[i], slope))
    for column, wanted in enumerate((f, df, at + steep * (x - AT_X)), last - 2):
        got = [cells[DRAWN + 4 + row, column] for row in range(POINTS)]
        np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-12)


def test_a_logarithm_has_no_value_at_a_negative_x_and_the_others_have():
    cells = shown(x=-1.0)
    has = [bool(np.isfinite(cells[TOP + i, AT])) for i in range(8)]
    assert has == [True, True, True, True, False, False, True, True]


def test_the_sentence_names_the_function_that_is_drawn():
    texts = [text for text in shown(drawn=2).values() if isinstance(text, str)]
    assert (
        "f = xⁿ: at x = 1.300 the rule gives the slope 5.070000, "
        "the small difference 5.070100." in texts
    )


def test_with_no_step_there_is_no_quotient():
    cells = values(typed("derivatives", {"h": 0.0}))
    assert np.isnan(cells[TOP, NUMERIC])
    assert np.isfinite(cells[TOP, RULE])


def test_at_a_slope_of_nearly_0_the_quotient_stands_for_its_own_error():
    """cos π/2 is 6e-17 to a computer; programs differ on whether that equals 0."""
    cells = shown(x=np.pi / 2)
    assert abs(cells[TOP + 6, RULE]) < 1e-15
    assert cells[TOP + 6, NUMERIC + 1] == cells[TOP + 6, NUMERIC]


@pytest.mark.parametrize(("n", "slope"), [(1.0, 1.0), (2.0, 3.0), (3.0, 6.75)])
def test_the_slope_of_a_power_is_n_times_the_power_below_by_the_formula(n, slope):
    """n·1.5ⁿ⁻¹."""
    sheet = typed("derivatives", NUMBERS | {"x": 1.5, "n": n})
    row = TOP + [rule.name for rule in RULES].index("power")
    assert computed(sheet, row, RULE) == slope
