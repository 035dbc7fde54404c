"""Where an expression may have no value."""

import pytest

from xlbackprop.expressions.domain import divisors, is_partial
from xlbackprop.expressions.expression import printed
from xlbackprop.expressions.text import parsed


@pytest.mark.parametrize(
    ("text", "partial"),
    [
        ("x**2 + sin(y)", False),
        ("exp(x)/3", False),
        ("abs(x)*2**y", False),
        ("-log(x)", True),
        ("1 + sqrt(x)", True),
        ("x**1.5", True),
        ("1/x", True),
        ("exp(-y**-2)", True),
        ("2**(1/x)", True),
    ],
)
def test_logarithms_roots_and_quotients_may_have_no_value(text, partial):
    assert is_partial(parsed(text)) is partial


def test_the_divisors_are_those_with_a_variable():
    """Inside of everything, outer ones first."""
    text = "1/(x - 3) + exp(y/(z/2)) - x/2 + 1/sin(2/y)"
    assert list(map(printed, divisors(parsed(text)))) == ["x − 3", "z/2", "sin(2/y)", "y"]
