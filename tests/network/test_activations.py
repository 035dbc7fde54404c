"""Activation functions against the standard library, one number at a time."""

import math

import numpy as np
import pytest

from xlbackprop.network.activations import ACTIVATIONS, Activation

ENTRIES = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
Z = np.linspace(-6, 6, 97) + 0.01  # not at 0, where later functions may have a corner

REFERENCE = {"sigmoid": lambda z: 1 / (1 + math.exp(-z))}


@ENTRIES
def test_an_entry_is_found_by_its_own_name(activation: Activation) -> None:
    assert ACTIVATIONS[activation.name] is activation


@pytest.mark.parametrize("name", REFERENCE)
def test_the_value_is_that_of_the_definition(name: str) -> None:
    wanted = [REFERENCE[name](z) for z in Z.tolist()]
    np.testing.assert_allclose(ACTIVATIONS[name].value(Z), wanted, rtol=1e-12, atol=0)


@ENTRIES
def test_the_slope_is_the_central_difference_of_the_value(activation: Activation) -> None:
    h = 1e-5
    wanted = (activation.value(Z + h) - activation.value(Z - h)) / (2 * h)
    slope = activation.slope(Z, activation.value(Z))
    # A central difference errs by about h²·σ'''/6 ≈ 2e-11 and by rounding of about 1e-16/h = 1e-11.
    np.testing.assert_allclose(slope, wanted, rtol=0, atol=2e-10)


@ENTRIES
def test_value_and_slope_keep_any_shape(activation: Activation) -> None:
    for shape in [(), (3,), (2, 3), (2, 3, 4)]:
        z = np.full(shape, 0.5)
        a = activation.value(z)
        assert np.shape(a) == np.shape(activation.slope(z, a)) == shape


@ENTRIES
def test_value_and_slope_leave_their_arguments_alone(activation: Activation) -> None:
    z = Z.copy()
    a = activation.value(z)
    kept = a.copy()
    activation.slope(z, a)
    assert (z == Z).all()
    assert (a == kept).all()


@ENTRIES
@pytest.mark.parametrize("size", [1e3, 1e308])
def test_huge_weighted_inputs_give_no_warning_and_no_nan(
    activation: Activation, size: float
) -> None:
    z = np.array([-size, size])
    with np.errstate(all="raise", under="ignore"):
        a = activation.value(z)
        slope = activation.slope(z, a)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("size", [1e3, 1e308])
def test_a_saturated_sigmoid_is_0_or_1_and_flat(size: float) -> None:
    sigmoid = ACTIVATIONS["sigmoid"]
    z = np.array([-size, size])
    a = sigmoid.value(z)
    # The guard stops the exponent at 700, so the low end is e⁻⁷⁰⁰ ≈ 1e-304: a sheet shows 0.
    np.testing.assert_allclose(a, [0, 1], rtol=0, atol=1e-300)
    np.testing.assert_allclose(sigmoid.slope(z, a), [0, 0], rtol=0, atol=1e-300)


@ENTRIES
def test_the_formulas_name_only_the_cells_of_the_unit(activation: Activation) -> None:
    excel = activation.excel.format(z="Q7")
    slope = activation.excel_slope.format(z="Q7", a="R7")
    assert "Q7" in excel
    assert "Q7" in slope or "R7" in slope
    assert "{" not in excel + slope


@ENTRIES
def test_value_and_formula_say_the_same(activation: Activation) -> None:
    for z in Z.tolist():
        a = _evaluate(activation.excel, z=z)
        assert a == pytest.approx(float(activation.value(np.array(z))), rel=1e-12, abs=1e-12)
        wanted = float(activation.slope(np.array(z), np.array(a)))
        assert _evaluate(activation.excel_slope, z=z, a=a) == pytest.approx(
            wanted, rel=1e-12, abs=1e-12
        )


def _evaluate(formula: str, **cells: float) -> float:
    """A formula as Python reads it: the few functions and operators that both have."""
    text = formula.format(**{name: f"({value!r})" for name, value in cells.items()})
    functions = {
        "EXP": math.exp,
        "LN": math.log,
        "TANH": math.tanh,
        "SQRT": math.sqrt,
        "ABS": abs,
        "MIN": min,
        "MAX": max,
        "IF": lambda test, yes, no: yes if test else no,
        "SIGN": lambda value: (value > 0) - (value < 0),
    }
    return float(eval(text.replace("^", "**").replace("<>", "!="), {"__builtins__": {}}, functions))
