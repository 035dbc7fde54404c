"""Arithmetic as spreadsheets do it."""

from math import inf, isnan

import numpy as np
import pytest

from xlbackprop.page.maths import chosen, finite, is_zero, is_zero_text, ln, power, ratio


def test_a_quotient_by_0_has_no_value():
    assert ratio(3.0, 2.0) == 1.5
    assert isnan(ratio(3.0, 0.0))


def test_a_logarithm_of_0_or_less_has_no_value():
    np.testing.assert_array_equal(np.isnan(ln(np.array([-1.0, 0.0, 1.0]))), [True, True, False])
    assert ln(np.e) == 1.0


def test_what_is_too_large_has_no_value():
    np.testing.assert_array_equal(finite(np.array([1.0, inf, -inf])), [1.0, np.nan, np.nan])
    assert power(10.0, 400.0) == inf
    assert power(-2.0, 3.0) == -8.0
    assert isnan(power(-2.0, 0.5))


@pytest.mark.parametrize(("number", "value"), [(1.0, 5.0), (3.0, 7.0)])
def test_a_choice_counts_from_1(number, value):
    assert chosen(np.array([5.0, 6.0, 7.0]), number) == value


@pytest.mark.parametrize("number", [0.0, 4.0, np.nan])
def test_a_choice_that_there_is_not_has_no_value(number):
    assert isnan(chosen(np.array([5.0, 6.0, 7.0]), number))


def test_0_but_for_rounding_is_0():
    assert is_zero(6e-17)
    assert is_zero(-4e-13)
    assert not is_zero(1e-12)
    assert is_zero_text("B5") == "ROUND(B5,12)=0"
