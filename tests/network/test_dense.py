"""A dense layer against plain loops, one unit and one weight at a time."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from xlbackprop.network.dense import BIASES, Dense

SIZES = pytest.mark.parametrize(
    ("examples", "inputs", "units"), [(1, 1, 1), (4, 1, 3), (4, 3, 1), (5, 3, 2), (1, 2, 4)]
)


def _draw(*shape: int) -> np.ndarray:
    return np.random.default_rng(11).normal(size=shape)


def _split(parameters: list[float], units: int, inputs: int) -> tuple[list[list[float]], list]:
    """Weights and biases out of a row: unit 1's weights and bias, unit 2's ..."""
    rows = [parameters[j * (inputs + 1) : (j + 1) * (inputs + 1)] for j in range(units)]
    return [row[:-1] for row in rows], [row[-1] for row in rows]


@SIZES
def test_a_weighted_input_is_the_sum_over_the_inputs_plus_the_bias(
    examples: int, inputs: int, units: int
) -> None:
    a, parameters = _draw(examples, inputs), _draw(units * (inputs + 1))
    w, b = _split(parameters.tolist(), units, inputs)
    z = Dense(units).weighted_input(a, parameters)
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
    slope = Dense(units).passed_back(delta, parameters)
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
    gradient = Dense(units).gradient(delta, a)
    assert gradient.shape == (examples, units * (inputs + 1))
    for n in range(examples):
        wanted = []
        for j in range(units):
            wanted += [delta[n, j] * a[n, i] for i in range(inputs)] + [delta[n, j]]
        np.testing.assert_allclose(gradient[n], wanted, rtol=1e-12, atol=0)


@pytest.mark.parametrize("bias", BIASES)
def test_a_gradient_is_written_among_other_columns_when_given_room_there(bias: str) -> None:
    layer, a, delta = Dense(2, bias=bias), _draw(4, 3), 2 * _draw(4, 2)
    alone = layer.gradient(delta, a)
    columns = alone.shape[1]
    table = np.full((4, columns + 5), 7.0)
    layer.gradient(delta, a, out=table[:, 2 : 2 + columns])
    np.testing.assert_array_equal(table[:, 2 : 2 + columns], alone)
    assert (table[:, :2] == 7).all()
    assert (table[:, 2 + columns :] == 7).all()


def test_the_steps_of_a_training_are_carried_along() -> None:
    layer, steps = Dense(2), 3
    a, delta, parameters = _draw(steps, 4, 3), _draw(steps, 4, 2), _draw(steps, 8)
    for found, single in [
        (
            layer.weighted_input(a, parameters),
            [layer.weighted_input(a[s], parameters[s]) for s in range(steps)],
        ),
        (
            layer.passed_back(delta, parameters),
            [layer.passed_back(delta[s], parameters[s]) for s in range(steps)],
        ),
        (layer.gradient(delta, a), [layer.gradient(delta[s], a[s]) for s in range(steps)]),
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


def test_labels_stand_in_the_order_of_the_packed_row() -> None:
    assert Dense(2).parameter_labels(3, 2) == (
        *("w3_1_1", "w3_1_2", "b3_1"),
        *("w3_2_1", "w3_2_2", "b3_2"),
    )


def test_only_the_biases_of_a_layer_can_be_fixed() -> None:
    assert Dense(2).trained(2).tolist() == [True] * 6
    assert Dense(2, bias="fixed").trained(2).tolist() == [True, True, False, True, True, False]


def test_weights_have_one_row_per_unit() -> None:
    assert Dense(2).weight_shape(3) == (2, 3)


class NumberedCells:
    """Cells as Python text: v["z2_1"] in the row itself, p["w2_1_1"] in the row of parameters."""

    def value(self, label: str) -> str:
        return f"v[{label!r}]"

    def values(self, first: str, last: str) -> str:
        return f"[v[k] for k in span({first!r},{last!r})]"

    def parameter(self, label: str) -> str:
        return f"p[{label!r}]"

    def parameters(self, first: str, last: str) -> str:
        return f"[p[k] for k in span({first!r},{last!r})]"


def _span(first: str, last: str) -> Iterator[str]:
    """Labels between two that differ in their last number."""
    stem, low = re.fullmatch(r"(.*?)(\d+)", first).groups()
    return (f"{stem}{i}" for i in range(int(low), int(last.removeprefix(stem)) + 1))


def _evaluate(formula: str, v: dict[str, float], p: dict[str, float]) -> float:
    def product(*ranges: list[float]) -> float:
        return sum(float(np.prod(pair)) for pair in zip(*ranges, strict=True))

    return eval(formula, {"v": v, "p": p, "span": _span, "SUMPRODUCT": product})


@pytest.mark.parametrize(("inputs", "units"), [(2, 1), (3, 2), (12, 3)])
def test_formulas_and_arrays_say_the_same(inputs: int, units: int) -> None:
    layer, cells = Dense(units), NumberedCells()
    before = tuple(f"a2_{i}" for i in range(1, inputs + 1))
    a, delta, parameters = _draw(1, inputs), 2 * _draw(1, units), _draw(units * (inputs + 1))
    v = dict(zip(before, a[0].tolist(), strict=True))
    v |= {f"d3_{j}": float(delta[0, j - 1]) for j in range(1, units + 1)}
    p = dict(zip(layer.parameter_labels(3, inputs), parameters.tolist(), strict=True))
    z = [
        _evaluate(layer.weighted_input_formula(3, j, before, cells), v, p)
        for j in range(1, units + 1)
    ]
    back = [_evaluate(layer.passed_back_formula(3, i, cells), v, p) for i in range(1, inputs + 1)]
    gradient = [_evaluate(text, v, p) for text in layer.gradient_formulas(3, before, cells)]
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(z, layer.weighted_input(a, parameters)[0], **close)
    np.testing.assert_allclose(back, layer.passed_back(delta, parameters)[0], **close)
    np.testing.assert_allclose(gradient, layer.gradient(delta, a)[0], **close)


class NamedCells(NumberedCells):
    """Cells whose text is their label, a range being ``first:last``."""

    def value(self, label: str) -> str:
        return label

    def values(self, first: str, last: str) -> str:
        return first if first == last else f"{first}:{last}"

    def parameter(self, label: str) -> str:
        return label.upper()

    def parameters(self, first: str, last: str) -> str:
        return self.values(first, last).upper()


def test_the_formula_of_one_input_is_a_plain_product() -> None:
    text = Dense(1).weighted_input_formula(2, 1, ("x1",), NamedCells())
    assert text == "x1*W2_1_1+B2_1"


def test_a_sum_that_is_passed_back_is_bracketed_as_a_factor() -> None:
    cells = NamedCells()
    assert Dense(2).passed_back_formula(3, 1, cells) == "(d3_1*W3_1_1+d3_2*W3_2_1)"
    assert Dense(1).passed_back_formula(3, 2, cells) == "d3_1*W3_1_2"
