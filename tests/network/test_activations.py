"""Activation functions against the standard library, one number at a time."""

import itertools
import math

import numpy as np
import pytest

from xlbackprop.network.activations import ACTIVATIONS, Activation

from .formulas import evaluate


def entries(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("activation", [ACTIVATIONS[n] for n in names], ids=names)


ENTRIES = entries(list(ACTIVATIONS))
SLOPED = entries([name for name, entry in ACTIVATIONS.items() if entry.slope])
HELPED = entries([name for name, entry in ACTIVATIONS.items() if entry.helper])

Z = np.linspace(-6, 6, 97) + 0.01  # not at 0, where some have a corner
HUGE = [0.0, 1.0, -1.0, 1e3, -1e3, 1e308, -1e308]
TABLES = [np.array(row) for row in itertools.product(HUGE, repeat=3)]


def _softmax(z: list[float]) -> list[float]:
    exponentials = [math.exp(value) for value in z]
    return [value / sum(exponentials) for value in exponentials]


def _each(function):
    return lambda z: [function(value) for value in z]


REFERENCE = {  # the outputs of a layer from its weighted inputs
    "sigmoid": _each(lambda z: 1 / (1 + math.exp(-z))),
    "tanh": _each(lambda z: math.sinh(z) / math.cosh(z)),
    "softsign": _each(lambda z: z / (1 + z) if z > 0 else z / (1 - z)),
    "relu": _each(lambda z: z if z > 0 else 0.0),
    "leaky-relu": _each(lambda z: z if z > 0 else z / 100),
    "linear": _each(lambda z: z),
    "step": _each(lambda z: 1.0 if z >= 0 else 0.0),
    "softmax": _softmax,
}
KINKS = {"relu": 0.0, "leaky-relu": 0.01}  # the slope at z = 0, where none is defined
SATURATED = {  # what huge negative and positive weighted inputs come to
    "sigmoid": (0, 1),
    "tanh": (-1, 1),
    "softsign": (-1, 1),
    "step": (0, 1),
    "softmax": (0, 1),
}


def _activated(activation: Activation, z: np.ndarray) -> np.ndarray:
    """z → a, (..., units), by way of the helper column where there is one."""
    return activation.value(activation.helper(z) if activation.helper else z)


@ENTRIES
def test_an_entry_is_found_by_its_own_name(activation: Activation) -> None:
    assert ACTIVATIONS[activation.name] is activation


@ENTRIES
@pytest.mark.parametrize("units", [1, 2, 5])
def test_the_value_is_that_of_the_definition(activation: Activation, units: int) -> None:
    z = np.random.default_rng(units).uniform(-6, 6, (40, units))
    wanted = [REFERENCE[activation.name](row) for row in z.tolist()]
    np.testing.assert_allclose(_activated(activation, z), wanted, rtol=1e-12, atol=0)


@ENTRIES
def test_the_value_at_zero_is_that_of_the_definition(activation: Activation) -> None:
    for zero in (0.0, -0.0):
        found = _activated(activation, np.full(3, zero))
        np.testing.assert_allclose(found, REFERENCE[activation.name]([zero] * 3), rtol=1e-12)


@SLOPED
def test_the_slope_is_the_central_difference_of_the_value(activation: Activation) -> None:
    h = 1e-5
    wanted = (activation.value(Z + h) - activation.value(Z - h)) / (2 * h)
    slope = activation.slope(Z, activation.value(Z))
    # A central difference errs by about h²·σ'''/6, at most 1e-10 (softsign near 0), and by rounding
    # of about 1e-16·6/h = 6e-11.
    np.testing.assert_allclose(slope, wanted, rtol=0, atol=3e-10)


@SLOPED
def test_the_slope_at_zero_is_that_of_both_sides_or_the_one_stated(activation: Activation) -> None:
    for zero in (np.zeros(1), -np.zeros(1)):
        slope = activation.slope(zero, activation.value(zero))
        near = np.array([-1e-9, 1e-9])
        left, right = activation.slope(near, activation.value(near))
        if activation.name in KINKS:
            assert slope == left == KINKS[activation.name]
            assert right == 1
        else:
            assert slope == pytest.approx(left, abs=1e-8) == pytest.approx(right, abs=1e-8)


@ENTRIES
def test_value_and_slope_keep_any_shape(activation: Activation) -> None:
    for shape in [(1,), (3,), (2, 3), (2, 3, 4)]:
        z = np.full(shape, 0.5)
        a = _activated(activation, z)
        assert np.shape(a) == shape
        if activation.slope:
            assert np.shape(activation.slope(z, a)) == shape


@ENTRIES
def test_value_and_slope_make_new_arrays_and_leave_their_arguments_alone(
    activation: Activation,
) -> None:
    z = Z.copy()
    a = _activated(activation, z)
    assert not np.shares_memory(a, z)
    kept = a.copy()
    if activation.helper:
        e = activation.helper(z)
        shown = e.copy()
        activation.value(e)
        assert (e == shown).all()
    if activation.slope:
        activation.slope(z, a)
    assert (z == Z).all()
    assert (a == kept).all()


@ENTRIES
def test_huge_weighted_inputs_give_no_warning_and_no_nan(activation: Activation) -> None:
    for z in TABLES:
        with np.errstate(all="raise", under="ignore"):
            a = _activated(activation, z)
            slope = activation.slope(z, a) if activation.slope else a
        assert np.isfinite(a).all()
        assert np.isfinite(slope).all()


@pytest.mark.parametrize("name", SATURATED)
@pytest.mark.parametrize("size", [1e3, 1e308])
def test_a_saturated_unit_is_at_an_end_of_its_range_and_flat(name: str, size: float) -> None:
    activation, z = ACTIVATIONS[name], np.array([-size, size])
    with np.errstate(all="raise", under="ignore"):
        a = _activated(activation, z)
        slope = activation.slope(z, a) if activation.slope else np.zeros(2)
    # The sigmoid's guard leaves e⁻⁷⁰⁰ ≈ 1e-304, which a sheet shows as 0; softsign is at 1 - 1/|z|.
    tolerance = 1.001 / size if name == "softsign" else 1e-300
    np.testing.assert_allclose(a, SATURATED[name], rtol=0, atol=tolerance)
    np.testing.assert_allclose(slope, [0, 0], rtol=0, atol=tolerance)


UNBOUNDED = {"relu": (0, math.inf), "leaky-relu": (-math.inf, math.inf)}
UNBOUNDED |= {"linear": (-math.inf, math.inf)}


@ENTRIES
def test_the_ends_of_the_range_are_those_that_saturated_units_come_to(
    activation: Activation,
) -> None:
    wanted = (SATURATED | UNBOUNDED)[activation.name]
    assert (activation.low, activation.high) == wanted
    a = _activated(activation, np.random.default_rng(1).normal(0, 100, (40, 3)))
    assert activation.low <= a.min() < a.max() <= activation.high


@HELPED
def test_the_outputs_of_a_layer_with_a_helper_are_shares(activation: Activation) -> None:
    for z in TABLES:
        with np.errstate(over="ignore"):
            a = _activated(activation, z)
        assert a.sum() == pytest.approx(1, rel=1e-12)
        np.testing.assert_allclose(a[z == z.max()], 1 / np.sum(z == z.max()), rtol=0.75)
    equal = _activated(activation, np.full(4, 1e308))
    assert equal.tolist() == [0.25] * 4


@HELPED
def test_no_exponential_passes_1(activation: Activation) -> None:
    for z in TABLES:
        with np.errstate(over="ignore"):
            e = activation.helper(z)
        assert (e >= 0).all()
        assert e.max() == 1


@ENTRIES
def test_the_formulas_name_only_the_cells_of_the_unit_and_its_layer(activation: Activation) -> None:
    own = {"e": "E7", "es": "E7:F7"} if activation.helper else {"z": "Q7"}
    excel = activation.excel.format(**own)
    assert own[min(own)] in excel
    helper = activation.excel_helper.format(z="Q7", zs="Q7:R7")
    assert ("Q7:R7" in helper) == bool(activation.helper)
    slope = activation.excel_slope.format(z="Q7", a="R7")
    assert "{" not in excel + helper + slope


@ENTRIES
def test_value_and_formula_say_the_same(activation: Activation) -> None:
    drawn = np.random.default_rng(1).uniform(-6, 6, (40, 3))
    for z in [*drawn, np.zeros(3), *TABLES]:
        if activation.helper:
            with np.errstate(over="ignore"):
                e = activation.helper(z)
            shown = [evaluate(activation.excel_helper, z=q, zs=z.tolist()) for q in z.tolist()]
            np.testing.assert_allclose(shown, e, rtol=1e-12, atol=1e-300)
            found = [evaluate(activation.excel, e=q, es=e.tolist()) for q in e.tolist()]
            wanted = activation.value(e)
        else:
            found = [evaluate(activation.excel, z=value) for value in z.tolist()]
            wanted = activation.value(z)
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-300)


@SLOPED
def test_slope_and_formula_say_the_same(activation: Activation) -> None:
    for z in [*Z.tolist(), *HUGE]:
        a = float(activation.value(np.array(z)))
        found = evaluate(activation.excel_slope or "1", z=z, a=a)
        assert found == pytest.approx(float(activation.slope(np.array(z), np.array(a))), rel=1e-12)


@SLOPED
def test_the_formula_of_a_slope_is_a_factor(activation: Activation) -> None:
    for z in (-2.0, 0.0, 3.0):
        a = float(activation.value(np.array(z)))
        slope = evaluate(activation.excel_slope or "1", z=z, a=a)
        times = f"7*{activation.excel_slope}" if activation.excel_slope else "7"
        assert evaluate(times, z=z, a=a) == pytest.approx(7 * slope, rel=1e-12)


def test_only_the_step_has_no_way_to_be_trained() -> None:
    dead = [name for name, entry in ACTIVATIONS.items() if not (entry.slope or entry.helper)]
    assert dead == ["step"]
