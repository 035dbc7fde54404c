"""A dense layer against plain loops, one unit and one weight at a time."""

import numpy as np
import pytest

from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import BIASES, Source

from .formulas import Labelled, Named, evaluate

UNUSED = np.empty(0)  # parameters that a gradient of weights and biases doesn't depend on
SIZES = pytest.mark.parametrize(
    ("examples", "inputs", "units"), [(1, 1, 1), (4, 1, 3), (4, 3, 1), (5, 3, 2), (1, 2, 4)]
)


def _draw(*shape: int) -> np.ndarray:
    return np.random.default_rng(11).normal(size=shape)


def _split(parameters: list[float], units: int, inputs: int) -> tuple[list[list[float]], list]:
    """Weights and biases out of a row: unit 1's weights and bias, unit 2's ..."""
    rows = [parameters[j * (inputs + 1) : (j + 1) * (inputs + 1)] for j in range(units)]
    return [row[:-1] for row in rows], [row[-1] for row in rows]


def _passed_back(
    layer: Dense, delta: np.ndarray, parameters: np.ndarray, inputs: int
) -> np.ndarray:
    """∂C/∂a, for which neither a nor the layer's own values matter."""
    unknown = np.full((*delta.shape[:-1], inputs), np.nan)
    return layer.passed_back(delta, parameters, (inputs,), unknown, np.full_like(delta, np.nan))


@SIZES
def test_a_weighted_input_is_the_sum_over_the_inputs_plus_the_bias(
    examples: int, inputs: int, units: int
) -> None:
    a, parameters = _draw(examples, inputs), _draw(units * (inputs + 1))
    w, b = _split(parameters.tolist(), units, inputs)
    z = Dense(units).value(a, parameters, (inputs,))
    assert z.shape == (examples, units)
    for n in range(examples):
        for j in range(units):
            wanted = sum(w[j][i] * a[n, i] for i in range(inputs)) + b[j]
            assert z[n, j] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@SIZES
def test_what_is_passed_back_is_the_sum_over_the_units(
    examples: int, inputs: int, units: int
) -> None:
    delta, parameters = _draw(examples, units), _draw(units * (inputs + 1))
    w, _ = _split(parameters.tolist(), units, inputs)
    slope = _passed_back(Dense(units), delta, parameters, inputs)
    assert slope.shape == (examples, inputs)
    for n in range(examples):
        for i in range(inputs):
            wanted = sum(w[j][i] * delta[n, j] for j in range(units))
            assert slope[n, i] == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@SIZES
def test_a_gradient_is_error_times_input_and_for_a_bias_the_error(
    examples: int, inputs: int, units: int
) -> None:
    a, delta = _draw(examples, inputs), 2 * _draw(examples, units)
    gradient = Dense(units).gradient(delta, a, UNUSED, (inputs,))
    assert gradient.shape == (examples, units * (inputs + 1))
    for n in range(examples):
        wanted = []
        for j in range(units):
            wanted += [delta[n, j] * a[n, i] for i in range(inputs)] + [delta[n, j]]
        np.testing.assert_allclose(gradient[n], wanted, rtol=1e-12, atol=0)


@SIZES
@pytest.mark.parametrize("bias", BIASES)
def test_the_sum_of_gradients_is_that_of_the_examples(
    examples: int, inputs: int, units: int, bias: str
) -> None:
    layer, a, delta = Dense(units, bias=bias), _draw(examples, inputs), 2 * _draw(examples, units)
    found = layer.gradient_sum(delta, a, UNUSED, (inputs,))
    wanted = [
        float(sum(column)) for column in layer.gradient(delta, a, UNUSED, (inputs,)).T.tolist()
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("bias", "wanted"),
    [
        ("trained", [3, 6, 3, 5, 10, 5]),
        ("fixed", [3, 6, 3, 5, 10, 5]),
        ("shared", [3, 6, 5, 10, 8]),
        ("none", [3, 6, 5, 10]),
    ],
)
def test_the_gradient_of_a_shared_bias_is_the_sum_of_the_errors(
    bias: str, wanted: list[float]
) -> None:
    delta, a = np.array([[3.0, 5.0]]), np.array([[1.0, 2.0]])
    assert Dense(2, bias=bias).gradient(delta, a, UNUSED, (2,)).tolist() == [wanted]


@pytest.mark.parametrize(
    ("bias", "parameters", "wanted"),
    [
        ("trained", [1, 2, 10, 3, 4, 20], [15, 31]),
        ("fixed", [1, 2, 10, 3, 4, 20], [15, 31]),
        ("shared", [1, 2, 3, 4, 10], [15, 21]),
        ("none", [1, 2, 3, 4], [5, 11]),
    ],
)
def test_each_kind_of_bias_is_added_where_it_stands(
    bias: str, parameters: list[float], wanted: list[float]
) -> None:
    z = Dense(2, bias=bias).value(np.array([[1.0, 2.0]]), np.array(parameters, float), (2,))
    assert z.tolist() == [wanted]


@pytest.mark.parametrize("bias", BIASES)
def test_a_gradient_is_written_among_other_columns_when_given_room_there(bias: str) -> None:
    layer, a, delta = Dense(2, bias=bias), _draw(4, 3), 2 * _draw(4, 2)
    alone = layer.gradient(delta, a, UNUSED, (3,))
    columns = alone.shape[1]
    table = np.full((4, columns + 5), 7.0)
    layer.gradient(delta, a, UNUSED, (3,), out=table[:, 2 : 2 + columns])
    np.testing.assert_array_equal(table[:, 2 : 2 + columns], alone)
    assert (table[:, :2] == 7).all()
    assert (table[:, 2 + columns :] == 7).all()


def test_the_steps_of_a_training_are_carried_along() -> None:
    layer, steps = Dense(2), 3
    a, delta, parameters = _draw(steps, 4, 3), _draw(steps, 4, 2), _draw(steps, 8)
    for found, single in [
        (
            layer.value(a, parameters, (3,)),
            [layer.value(a[s], parameters[s], (3,)) for s in range(steps)],
        ),
        (
            _passed_back(layer, delta, parameters, 3),
            [_passed_back(layer, delta[s], parameters[s], 3) for s in range(steps)],
        ),
        (
            layer.gradient(delta, a, UNUSED, (3,)),
            [layer.gradient(delta[s], a[s], UNUSED, (3,)) for s in range(steps)],
        ),
        (
            layer.gradient_sum(delta, a, UNUSED, (3,)),
            [layer.gradient_sum(delta[s], a[s], UNUSED, (3,)) for s in range(steps)],
        ),
    ]:
        np.testing.assert_allclose(found, single, rtol=1e-12, atol=1e-12)


def test_packing_puts_each_bias_behind_its_units_weights() -> None:
    weights, biases = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])
    assert Dense(2).pack(weights, biases).tolist() == [1, 2, 10, 3, 4, 20]


def test_unpacking_undoes_packing_for_one_row_and_for_many() -> None:
    layer = Dense(2)
    weights, biases = layer.unpack(np.array([1.0, 2, 10, 3, 4, 20]))
    assert weights.tolist() == [[1, 2], [3, 4]]
    assert biases.tolist() == [10, 20]
    weights, biases = layer.unpack(np.arange(12.0).reshape(2, 6))
    assert weights.tolist() == [[[0, 1], [3, 4]], [[6, 7], [9, 10]]]
    assert biases.tolist() == [[2, 5], [8, 11]]


@pytest.mark.parametrize("bias", BIASES)
def test_packing_undoes_unpacking_whatever_the_bias(bias: str) -> None:
    layer = Dense(3, bias=bias)
    size = 6 + (layer.bias_shape((2,))[0] if bias != "none" else 0)
    parameters = _draw(size)
    weights, biases = layer.unpack(parameters)
    assert weights.shape == layer.weight_shape((2,)) == (3, 2)
    assert layer.pack(weights, biases).tolist() == parameters.tolist()


@pytest.mark.parametrize(
    ("bias", "wanted"),
    [
        ("trained", [("w3_1_1", "w3_1_2", "b3_1"), ("w3_2_1", "w3_2_2", "b3_2")]),
        ("fixed", [("w3_1_1", "w3_1_2", "b3_1"), ("w3_2_1", "w3_2_2", "b3_2")]),
        ("shared", [("w3_1_1", "w3_1_2"), ("w3_2_1", "w3_2_2"), ("b3",)]),
        ("none", [("w3_1_1", "w3_1_2"), ("w3_2_1", "w3_2_2")]),
    ],
)
def test_labels_stand_in_the_order_of_the_packed_row(bias: str, wanted: list) -> None:
    assert Dense(2, bias=bias).parameter_rows("3", _source(2)) == tuple(wanted)


def _source(inputs: int) -> Source:
    return Source(tuple(f"a2_{i}" for i in range(1, inputs + 1)), (inputs,))


def test_weights_of_maps_are_numbered_by_map_row_and_column_behind_their_values() -> None:
    labels = tuple(f"a3P{m}_1_{c}" for m in (1, 2) for c in (1, 2, 3))
    maps = Source(labels, (2, 1, 3))
    [row] = Dense(1).parameter_rows("4", maps)
    assert row == (
        *("w4_1_1_1_1", "w4_1_1_1_2", "w4_1_1_1_3"),
        *("w4_1_2_1_1", "w4_1_2_1_2", "w4_1_2_1_3", "b4_1"),
    )
    assert Dense(1).weight_headings("4", maps) == labels
    assert Dense(1).weight_shape(maps.shape) == (1, 6)
    assert Dense(4).output_shape(maps.shape) == (4,)


def test_only_the_biases_of_a_layer_can_be_fixed() -> None:
    assert Dense(2).trained(_source(2)).tolist() == [True] * 6
    fixed = [True, True, False, True, True, False]
    assert Dense(2, bias="fixed").trained(_source(2)).tolist() == fixed
    assert Dense(2, bias="shared").trained(_source(2)).tolist() == [True] * 5
    assert Dense(2, bias="none").trained(_source(2)).tolist() == [True] * 4


def test_weights_have_one_row_per_unit() -> None:
    assert Dense(2).weight_shape((3,)) == (2, 3)
    assert Dense(2).weight_shape((3, 4)) == (2, 12)


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize(("inputs", "units"), [(1, 1), (1, 3), (2, 1), (3, 2), (12, 3)])
def test_formulas_and_arrays_say_the_same(inputs: int, units: int, bias: str) -> None:
    layer, source, examples = Dense(units, bias=bias), _source(inputs), 4
    labels = [label for row in layer.parameter_rows("3", source) for label in row]
    deltas = layer.unit_labels("d", "3", source)
    cells = Labelled((*source.labels, *deltas), labels)
    a, delta, p = _draw(examples, inputs), 2 * _draw(examples, units), _draw(len(labels))
    table = np.hstack([a, delta])

    def in_row(formulas: list[str]) -> list[list[float]]:
        return [
            [evaluate(text, v=row, p=p.tolist()) for text in formulas] for row in table.tolist()
        ]

    shape, close = (inputs,), {"rtol": 1e-12, "atol": 1e-12}
    z = layer.value(a, p, shape)
    np.testing.assert_allclose(in_row(layer.value_formulas("3", source, cells)), z, **close)
    back = in_row(layer.passed_back_formulas("3", source, cells))
    np.testing.assert_allclose(back, _passed_back(layer, delta, p, inputs), **close)
    gradient = in_row(layer.gradient_formulas("3", source, cells))
    np.testing.assert_allclose(gradient, layer.gradient(delta, a, UNUSED, shape), **close)
    sums = layer.gradient_sum_formulas("3", source, cells)
    found = [evaluate(text, e=table.T.tolist()) for text in sums]
    np.testing.assert_allclose(found, layer.gradient_sum(delta, a, UNUSED, shape), **close)


def test_the_formula_of_one_input_is_a_plain_product() -> None:
    source = Source(("x1",), (1,))
    assert Dense(1).value_formulas("2", source, Named()) == ["x1*W2_1_1+B2_1"]


@pytest.mark.parametrize(("bias", "end"), [("fixed", "+B3_2"), ("shared", "+B3"), ("none", "")])
def test_the_bias_stands_at_the_end_of_the_weighted_input(bias: str, end: str) -> None:
    _, second = Dense(2, bias=bias).value_formulas("3", _source(3), Named())
    assert second == f"SUMPRODUCT(a2_1:a2_3,W3_2_1:W3_2_3){end}"


def test_a_sum_that_is_passed_back_is_bracketed_as_a_factor() -> None:
    two = Dense(2).passed_back_formulas("3", _source(2), Named())
    assert two == ["(d3_1*W3_1_1+d3_2*W3_2_1)", "(d3_1*W3_1_2+d3_2*W3_2_2)"]
    one = Dense(1).passed_back_formulas("3", _source(2), Named())
    assert one == ["d3_1*W3_1_1", "d3_1*W3_1_2"]
