"""Activation functions against the standard library, one number at a time."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook
from programs import in_every_program
from wanting import package

from xlbackprop.network.activations import ACTIVATIONS, Activation, leaky_relu
from xlbackprop.recalc import ENGINES

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
    "elu": _each(lambda z: z if z > 0 else math.expm1(z)),
    "selu": _each(lambda z: SCALE * (z if z > 0 else ALPHA * math.expm1(z))),
    "gelu": _each(lambda z: z / (1 + math.exp(-math.sqrt(8 / math.pi) * (z + 0.044715 * z**3)))),
    "silu": _each(lambda z: z / (1 + math.exp(-z))),
    "softplus": _each(lambda z: math.log1p(math.exp(z))),
    "relu6": _each(lambda z: 0.0 if z < 0 else z if z < 6 else 6.0),
    "hardtanh": _each(lambda z: -1.0 if z < -1 else z if z < 1 else 1.0),
    "linear": _each(lambda z: z),
    "step": _each(lambda z: 1.0 if z >= 0 else 0.0),
    "softmax": _softmax,
}
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu, as its paper has them
KINKS = {  # the slopes left and right of 0, where none is defined; at 0 it is the left one
    "relu": (0, 1),
    "leaky-relu": (0.01, 1),
    "selu": (SCALE * ALPHA, SCALE),
    "relu6": (0, 1),
}
SATURATED = {  # what huge negative and positive weighted inputs come to
    "sigmoid": (0, 1),
    "tanh": (-1, 1),
    "softsign": (-1, 1),
    "step": (0, 1),
    "softmax": (0, 1),
    "relu6": (0, 6),
    "hardtanh": (-1, 1),
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
            assert [left, right] == pytest.approx(KINKS[activation.name], abs=1e-8)
            assert slope == pytest.approx(left, abs=1e-8)
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
UNBOUNDED |= {"linear": (-math.inf, math.inf), "softplus": (0, math.inf)}
# Least values: of elu and selu far to the left; of gelu and silu near -1, rounded down.
UNBOUNDED |= {"elu": (-1, math.inf), "selu": (pytest.approx(-SCALE * ALPHA), math.inf)}
UNBOUNDED |= {"gelu": (-0.1701, math.inf), "silu": (-0.2785, math.inf)}


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


# Beside PyTorch, and in spreadsheet programs, also where numbers are tiny or huge.


EXTREMES = [0.0, *(s * z for z in (1e-300, 1e-17, 0.3, 20, 700, 1e154, 1e308) for s in (1, -1))]
LEAKS = {0.2: "leaky-relu of 0.2", 1.5: "leaky-relu of 1.5", -0.5: "leaky-relu of -0.5"}
MODERN = {name: ACTIVATIONS[name] for name in ("elu", "selu", "gelu", "silu", "softplus")}
MODERN |= {name: ACTIVATIONS[name] for name in ("relu6", "hardtanh")}
MODERN |= {name: leaky_relu(leak) for leak, name in LEAKS.items()}


def _of_torch(name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a and its slope."""
    torch = package("torch")
    functions = vars(torch.nn.functional)
    options = {"gelu": {"approximate": "tanh"}}.get(name, {})
    options |= {"negative_slope": float(name.split()[-1])} if " of " in name else {}
    given = torch.tensor(z, requires_grad=True)
    a = functions[name.split()[0].replace("-", "_")](given, **options)
    a.sum().backward()
    return a.detach().numpy(), given.grad.numpy()


@pytest.mark.parametrize("name", MODERN)
def test_value_and_slope_are_those_of_torch(name: str) -> None:
    # Beyond 1e102 torch's cubes of gelu overflow; above 20 its softplus is z itself.
    z = [q for q in EXTREMES if (name, abs(q) > 1e102) != ("gelu", True)]
    z = np.array([*z, *np.linspace(-30, 19.9, 999), -1, 1, 6])
    activation, (a, slope) = MODERN[name], _of_torch(name, z)
    found = activation.value(z)
    np.testing.assert_allclose(found, a, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(activation.slope(z, found), slope, rtol=1e-13, atol=2e-14)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """z, a and the slope of each new function, side by side, a row for each z."""
    book, path = Workbook(), tmp_path_factory.mktemp("activations") / "cells.xlsx"
    for row, z in enumerate(EXTREMES, 1):
        book.active.cell(row, 1, z)
        for k, activation in enumerate(MODERN.values()):
            own = {"z": f"$A{row}", "a": book.active.cell(row, 2 + 2 * k).coordinate}
            book.active[own["a"]] = "=" + activation.excel.format(**own)
            book.active.cell(row, 3 + 2 * k, "=1*" + activation.excel_slope.format(**own))
    book.save(path)
    return path


@in_every_program("each program has its own way with numbers that are tiny or huge")
def test_no_formula_fails_where_numbers_are_tiny_or_huge(cells: Path, need, engine: str) -> None:
    need(engine)
    [book] = ENGINES[engine].recalculate([cells])
    z = np.array(EXTREMES)
    for k, (name, activation) in enumerate(MODERN.items()):
        rows = np.array(book.values("Sheet", 1, 2 + 2 * k, len(z), 2), dtype=float)
        with np.errstate(over="ignore"):
            a = activation.value(z)
        # IronCalc takes 1e-17 as no more than 0, which leaky-relu asks as relu does.
        seen = np.isfinite(a) & ((np.abs(z) > 1e-15) | (" of " not in name))
        np.testing.assert_allclose(rows[seen, 0], a[seen], rtol=1e-13, atol=1e-15, err_msg=name)
        slope = activation.slope(z, a)
        np.testing.assert_allclose(rows[seen, 1], slope[seen], rtol=1e-13, atol=3e-15, err_msg=name)
