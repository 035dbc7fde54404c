"""Update rules against the equation, one parameter at a time."""

import numpy as np
import pytest

from xlbackprop.network.updates import RULES, UpdateRule

ENTRIES = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
W = np.array([0.15, -2.0, 0.0, 7.5])
G = np.array([0.5, -1.5, 3.0, 0.0])

REFERENCE = {"gradient-descent": lambda w, g, eta: w - eta * g}


@ENTRIES
def test_an_entry_is_found_by_its_own_name(rule: UpdateRule) -> None:
    assert RULES[rule.name] is rule


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("eta", [0.2, 50.0])
def test_each_parameter_steps_as_the_equation_says(name: str, eta: float) -> None:
    wanted = [REFERENCE[name](w, g, eta) for w, g in zip(W.tolist(), G.tolist(), strict=True)]
    np.testing.assert_allclose(RULES[name].step(W, G, eta), wanted, rtol=1e-12, atol=0)


def test_gradient_descent_of_one_by_two_at_one_half_is_zero() -> None:
    assert RULES["gradient-descent"].step(np.array([1.0]), np.array([2.0]), 0.5).tolist() == [0.0]


@ENTRIES
def test_a_step_goes_downhill(rule: UpdateRule) -> None:
    change = rule.step(W, G, 0.1) - W
    assert (np.sign(change) == -np.sign(G)).all()


@ENTRIES
def test_a_step_makes_new_numbers_and_keeps_the_old(rule: UpdateRule) -> None:
    w, g = W.copy(), G.copy()
    rule.step(w, g, 0.1)
    assert (w == W).all()
    assert (g == G).all()


@ENTRIES
def test_step_and_formula_say_the_same(rule: UpdateRule) -> None:
    for w, g in zip(W.tolist(), G.tolist(), strict=True):
        text = rule.excel.format(w=f"({w!r})", g=f"({g!r})", eta="(0.3)")
        wanted = float(rule.step(np.array(w), np.array(g), 0.3))
        assert eval(text) == pytest.approx(wanted, rel=1e-12, abs=1e-12)
