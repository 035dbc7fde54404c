"""Batch normalization against its definition in loops, finite differences, and formulas as text."""

from typing import NamedTuple

import numpy as np
import pytest

from xlbackprop.network.layer import Shape, Source, maps_of
from xlbackprop.network.normalization import AFFINE, BatchNormalization
from xlbackprop.words.notation import input_labels, map_labels, printed

from .formulas import Labelled, Named, evaluate

Array = np.ndarray
CLOSE = {"rtol": 1e-12, "atol": 1e-12}
EXAMPLES = 4
SHAPES: list[Shape] = [(1,), (3,), (3, 2), (1, 2, 2), (2, 2, 3), (3, 1, 1)]
EVERY_SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=str)


class Numbers(NamedTuple):
    """A layer and what it is given: rows of γ, β, μ and v, and ε."""

    layer: BatchNormalization
    rows: Array
    epsilon: float
    a: Array
    delta: Array

    @property
    def parameters(self) -> Array:
        return np.append(self.rows.ravel(), self.epsilon)

    def row(self, value: int) -> list[float]:
        """γ, β, μ and v of a value."""
        return self.rows[value * len(self.rows) // self.a.shape[1]].tolist()


def _numbers(shape: Shape) -> Numbers:
    random = np.random.default_rng(len(shape))
    size, count = int(np.prod(shape)), shape[0] if len(shape) in (1, 3) else 1
    rows = random.uniform(-2, 2, (count, 4))
    rows[:, 3] = random.uniform(0.1, 2, count)
    a, delta = random.uniform(-2, 2, (2, EXAMPLES, size))
    return Numbers(BatchNormalization(), rows, 0.01, a, delta)


def _source(shape: Shape) -> Source:
    return Source(map_labels("a2F", shape) if len(shape) == 3 else input_labels(shape), shape)


def _place(shape: Shape) -> str:
    return "3" if len(shape) == 1 else "3N"


# The maths.


def test_the_example_of_a_textbook() -> None:
    # (5 − 3) / √(3.99 + 0.01) = 1, times 10, plus 7
    z = BatchNormalization().value(np.array([[5.0]]), np.array([10.0, 7.0, 3.0, 3.99, 0.01]), (1,))
    np.testing.assert_allclose(z, [[17.0]], **CLOSE)


@EVERY_SHAPE
def test_each_value_is_normalized_by_the_numbers_of_its_unit_or_map(shape: Shape) -> None:
    n = _numbers(shape)
    wanted = np.empty_like(n.a)
    for i in range(n.a.shape[1]):
        gamma, beta, mean, variance = n.row(i)
        wanted[:, i] = gamma * (n.a[:, i] - mean) / (variance + n.epsilon) ** 0.5 + beta
    np.testing.assert_allclose(n.layer.value(n.a, n.parameters, shape), wanted, **CLOSE)


def _weighted(n: Numbers, a: Array, parameters: Array, shape: Shape) -> Array:
    """Σ δ z of each example, whose slopes are what is passed back and the gradients."""
    total: Array = (n.delta * n.layer.value(a, parameters, shape)).sum(axis=-1)
    return total


@EVERY_SHAPE
def test_what_is_passed_back_is_the_slope_of_the_values(shape: Shape) -> None:
    n, step = _numbers(shape), 1e-6
    out = n.layer.value(n.a, n.parameters, shape)
    found = n.layer.passed_back(n.delta, n.parameters, shape, n.a, out)
    for i in range(n.a.shape[1]):
        move = step * np.eye(n.a.shape[1])[i]
        both = [_weighted(n, n.a + sign * move, n.parameters, shape) for sign in (1, -1)]
        np.testing.assert_allclose(found[:, i], (both[0] - both[1]) / (2 * step), atol=1e-8)


@EVERY_SHAPE
def test_gradients_are_slopes_and_those_of_the_statistics_are_0(shape: Shape) -> None:
    n, step = _numbers(shape), 1e-6
    found = n.layer.gradient(n.delta, n.a, n.parameters, shape)
    trained = n.layer.trained(_source(shape))
    assert trained.tolist() == [True, True, False, False] * len(n.rows) + [False]
    for i in np.flatnonzero(trained).tolist():
        move = step * np.eye(len(trained))[i]
        both = [_weighted(n, n.a, n.parameters + sign * move, shape) for sign in (1, -1)]
        np.testing.assert_allclose(found[:, i], (both[0] - both[1]) / (2 * step), atol=1e-8)
    assert (found[:, ~trained] == 0).all()
    total = n.layer.gradient_sum(n.delta, n.a, n.parameters, shape)
    np.testing.assert_allclose(total, found.sum(axis=0), **CLOSE)


@EVERY_SHAPE
def test_a_gradient_is_written_among_other_columns_when_given_room_there(shape: Shape) -> None:
    n = _numbers(shape)
    alone = n.layer.gradient(n.delta, n.a, n.parameters, shape)
    table = np.full((EXAMPLES, alone.shape[1] + 5), 7.0)
    n.layer.gradient(n.delta, n.a, n.parameters, shape, out=table[:, 2:-3])
    np.testing.assert_array_equal(table[:, 2:-3], alone)
    assert (table[:, [0, 1, -3, -2, -1]] == 7).all()


def test_the_steps_of_a_training_are_carried_along() -> None:
    n, shape = _numbers((2, 2, 3)), (2, 2, 3)
    parameters = np.stack([n.parameters, n.parameters + 0.5])
    a, delta = np.stack([n.a, n.a + 1]), np.stack([n.delta, n.delta - 1])
    for found, each in (
        (
            n.layer.value(a, parameters, shape),
            [n.layer.value(a[s], parameters[s], shape) for s in (0, 1)],
        ),
        (
            n.layer.passed_back(delta, parameters, shape, a, a),
            [n.layer.passed_back(delta[s], parameters[s], shape, a[s], a[s]) for s in (0, 1)],
        ),
        (
            n.layer.gradient(delta, a, parameters, shape),
            [n.layer.gradient(delta[s], a[s], parameters[s], shape) for s in (0, 1)],
        ),
        (
            n.layer.gradient_sum(delta, a, parameters, shape),
            [n.layer.gradient_sum(delta[s], a[s], parameters[s], shape) for s in (0, 1)],
        ),
    ):
        np.testing.assert_allclose(found, each, **CLOSE)


# The same as formulas.


@EVERY_SHAPE
def test_formulas_say_the_same_as_the_maths(shape: Shape) -> None:
    n, source, place = _numbers(shape), _source(shape), _place(shape)
    deltas = n.layer.unit_labels("d", place, source)
    parameters = [label for row in n.layer.parameter_rows(place, source) for label in row]
    cells = Labelled([*source.labels, *deltas], parameters)
    layer, p = n.layer, [*n.parameters.tolist()]
    z = layer.value(n.a, n.parameters, shape)
    wanted = {
        "value": z,
        "passed back": layer.passed_back(n.delta, n.parameters, shape, n.a, z),
        "gradient": layer.gradient(n.delta, n.a, n.parameters, shape),
    }
    formulas = {
        "value": layer.value_formulas(place, source, cells),
        "passed back": layer.passed_back_formulas(place, source, cells),
        "gradient": layer.gradient_formulas(place, source, cells),
    }
    for example in range(EXAMPLES):
        row = [*n.a[example].tolist(), *n.delta[example].tolist()]
        for what, texts in formulas.items():
            found = [evaluate(text, v=row, p=p) for text in map(_of_arrays, texts)]
            np.testing.assert_allclose(found, wanted[what][example], **CLOSE, err_msg=what)
    columns = [*n.a.T.tolist(), *n.delta.T.tolist()]
    sums = layer.gradient_sum_formulas(place, source, cells)
    found = [evaluate(text, e=columns, p=p) for text in map(_of_arrays, sums)]
    np.testing.assert_allclose(found, wanted["gradient"].sum(axis=0), **CLOSE)


def _of_arrays(formula: str) -> str:
    """SUMPRODUCT(δ, a − μ) as Σ δ a − μ Σ δ, which lists of numbers can do."""
    if not formula.startswith("SUMPRODUCT("):
        return formula
    inside, root = formula.removeprefix("SUMPRODUCT(").split(")/", 1)
    d, rest = inside.split(",")
    a, mean = rest.rsplit("-", 1)
    return f"(SUMPRODUCT({d},{a})-{mean}*SUM({d}))/{root}"


@pytest.mark.parametrize(
    ("shape", "value", "back", "gradient"),
    [
        (
            (2,),
            "GAMMA3_2*(x2-MU3_2)/SQRT(V3_2+EPSILON3)+BETA3_2",
            "d3_2*GAMMA3_2/SQRT(V3_2+EPSILON3)",
            "d3_2*(x2-MU3_2)/SQRT(V3_2+EPSILON3)",
        ),
        (
            (2, 1, 2),
            "GAMMA3N1*(a2F1_1_2-MU3N1)/SQRT(V3N1+EPSILON3N)+BETA3N1",
            "d3N1_1_2*GAMMA3N1/SQRT(V3N1+EPSILON3N)",
            "SUMPRODUCT(d3N2_1_1:d3N2_1_2,a2F2_1_1:a2F2_1_2-MU3N2)/SQRT(V3N2+EPSILON3N)",
        ),
    ],
)
def test_formulas_read_as_the_definition(
    shape: Shape, value: str, back: str, gradient: str
) -> None:
    layer, source, cells = BatchNormalization(), _source(shape), Named()
    place = _place(shape)
    assert layer.value_formulas(place, source, cells)[1] == value
    assert layer.passed_back_formulas(place, source, cells)[1] == back
    found = layer.gradient_formulas(place, source, cells)
    shift = "SUM(d3N2_1_1:d3N2_1_2)" if len(shape) == 3 else "d3_2"
    assert found[4:] == [gradient, shift, "0", "0", "0"]


# What stands where.


def test_a_picture_is_a_map_and_a_row_of_values_stays_one() -> None:
    layer = BatchNormalization()
    assert layer.output_shape((4,)) == (4,)
    assert layer.output_shape((3, 2)) == maps_of((3, 2)) == (1, 3, 2)
    assert layer.output_shape((2, 3, 2)) == (2, 3, 2)
    names = [layer.row_name(shape) for shape in ((4,), (3, 2), (2, 3, 2))]
    assert names == ["unit", "map", "map"]


def test_numbers_are_called_by_their_unit_or_map_and_printed_in_greek() -> None:
    layer = BatchNormalization()
    flat = layer.parameter_rows("3", _source((2,)))
    assert flat[1:] == (("gamma3_2", "beta3_2", "mu3_2", "v3_2"), ("epsilon3",))
    maps = layer.parameter_rows("3N", _source((2, 2, 2)))
    assert maps[1:] == (("gamma3N2", "beta3N2", "mu3N2", "v3N2"), ("epsilon3N",))
    assert [*map(printed, (*flat[1], "epsilon3"))] == ["γ³₂", "β³₂", "μ³₂", "v³₂", "ε³"]
    of_maps = [*map(printed, ("gamma3N2", "g_beta3N2", "z3N2_1_2"))]
    assert of_maps == ["γᴺ²", "∂C/∂βᴺ²", "zᴺ²₁₂"]


@pytest.mark.parametrize("affine", AFFINE)
def test_training_changes_scale_and_shift_unless_they_are_fixed(affine: str) -> None:
    trained = BatchNormalization(affine=affine).trained(_source((2,)))
    own = affine == "trained"
    assert trained.tolist() == [own, own, False, False] * 2 + [False]


def test_packing_puts_the_statistics_beside_scale_and_shift_and_unpacking_undoes_it() -> None:
    layer = BatchNormalization(mean=(1.0, 2.0), variance=(3.0, 4.0), epsilon=0.5)
    row = layer.pack(np.array([10.0, 20.0]), np.array([30.0, 40.0]))
    assert row.tolist() == [10, 30, 1, 3, 20, 40, 2, 4, 0.5]
    assert [part.tolist() for part in layer.unpack(row)] == [[10, 20], [30, 40]]
    usual = BatchNormalization().pack(*BatchNormalization().usual_start((2, 3, 3)))
    assert usual.tolist() == [1, 0, 0, 1, 1, 0, 0, 1, 1e-5]


def test_a_layer_takes_the_statistics_that_stand_among_the_parameters() -> None:
    layer = BatchNormalization(activation="leaky-relu", affine="fixed", negative_slope=0.3)
    found = layer.with_numbers(np.array([9.0, 8.0, 1.0, 3.0, 9.0, 8.0, 2.0, 4.0, 0.5]))
    assert found == BatchNormalization((1.0, 2.0), (3.0, 4.0), 0.5, "leaky-relu", "fixed", 0.3)
    assert layer.with_numbers(layer.pack(np.ones(2), np.zeros(2))) == layer
