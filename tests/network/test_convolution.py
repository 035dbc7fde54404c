"""A convolution against plain loops, one product at a time, and against torch."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner
from wanting import package

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.errors import RecipeError
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.layer import BIASES, Shape, Source, maps_of
from xlbackprop.recipe.read import from_mapping
from xlbackprop.words.notation import input_labels, map_labels

from .formulas import Labelled, Named, evaluate

Array = np.ndarray
CLOSE = {"rtol": 1e-12, "atol": 1e-12}
UNUSED = np.empty(0)  # parameters that a gradient of weights and biases doesn't depend on


class Case(NamedTuple):
    shape: Shape
    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0

    def layer(self, bias: str = "trained") -> Convolution:
        return Convolution(self.filters, self.kernel, self.stride, self.padding, bias=bias)


CASES = [
    Case((6, 6), 3, 3),
    Case((1, 1), 2, 1),
    Case((4, 4), 1, 4),  # one position
    Case((2, 1, 5), 2, 1),
    Case((5, 7), 2, 3, 2, 1),
    Case((2, 4, 4), 3, 3, 1, 1),  # as large as its source
    Case((3, 5, 5), 2, 1, 2),  # values that no filter sees
    Case((2, 3, 4), 2, 2, 1, 2),  # filters wholly beyond the edge
    Case((2, 3, 3), 2, 3, 3, 3),
    Case((1, 4, 6), 2, 2, 2),
    Case((2, 8, 5), 2, 3, 3, 2),
    Case((2, 6, 5), 2, 3, 2),  # a row left at the edge
    Case((6, 4), 2, 2, 3, 1),
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
EVERY_BIAS = pytest.mark.parametrize("bias", BIASES)


class Product(NamedTuple):
    """A product in a weighted input: filter, unit, weight of the filter, value of the source."""

    row: int
    unit: int
    weight: int
    value: int


def _products(case: Case) -> Iterator[Product]:
    (filters, kernel, stride, padding), (maps, rows, columns) = case[1:], maps_of(case.shape)
    unit = 0
    for f in range(filters):
        for top in range(-padding, rows + padding - kernel + 1, stride):
            for left in range(-padding, columns + padding - kernel + 1, stride):
                weight = 0
                for m in range(maps):
                    for y in range(top, top + kernel):
                        for x in range(left, left + kernel):
                            if 0 <= y < rows and 0 <= x < columns:
                                yield Product(f, unit, weight, (m * rows + y) * columns + x)
                            weight += 1
                unit += 1


def _draw(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


class Numbers(NamedTuple):
    """A layer with numbers for it: source, δ, weights (filters, n), a bias of each filter."""

    layer: Convolution
    a: Array
    delta: Array
    weights: Array
    biases: Array
    parameters: Array


def _numbers(case: Case, bias: str = "trained", examples: int = 3) -> Numbers:
    layer, (maps, rows, columns) = case.layer(bias), maps_of(case.shape)
    units = int(np.prod(layer.output_shape(case.shape)))
    weights, biases = _draw(1, case.filters, maps * case.kernel**2), _draw(2, case.filters)
    if bias == "shared":
        biases[:] = biases[0]
    if bias == "none":
        biases[:] = 0
    row: list[float] = []
    for own, b in zip(weights.tolist(), biases.tolist(), strict=True):
        row += own + ([b] if bias in ("trained", "fixed") else [])
    row += [float(biases[0])] if bias == "shared" else []
    a, delta = _draw(3, examples, maps * rows * columns), _draw(4, examples, units)
    return Numbers(layer, a, delta, weights, biases, np.array(row))


def _passed_back(case: Case, n: Numbers) -> Array:
    """∂C/∂a, for which neither a nor the layer's own values matter."""
    unknown, out = np.full_like(n.a, np.nan), np.full_like(n.delta, np.nan)
    return n.layer.passed_back(n.delta, n.parameters, case.shape, unknown, out)


def _gradient_in_loops(case: Case, n: Numbers) -> Array:
    """Of each example: filter 1's weights and bias, filter 2's ..., or a shared bias at the end."""
    gradient = []
    positions = n.delta.shape[1] // case.filters
    for a, delta in zip(n.a.tolist(), n.delta.tolist(), strict=True):
        weights = [[0.0] * n.weights.shape[1] for _ in range(case.filters)]
        for f, unit, weight, value in _products(case):
            weights[f][weight] += delta[unit] * a[value]
        row: list[float] = []
        for f, own in enumerate(weights):
            bias = sum(delta[f * positions : (f + 1) * positions])
            row += own + ([bias] if n.layer.bias in ("trained", "fixed") else [])
        gradient.append(row + ([sum(delta)] if n.layer.bias == "shared" else []))
    return np.array(gradient)


# The maths.


@EVERY_CASE
@EVERY_BIAS
def test_a_weighted_input_is_the_sum_over_the_patch_plus_the_bias(case: Case, bias: str) -> None:
    n = _numbers(case, bias)
    positions = n.delta.shape[1] // case.filters
    wanted = np.repeat(n.biases, positions) + np.zeros_like(n.delta)
    for f, unit, weight, value in _products(case):
        wanted[:, unit] += n.weights[f, weight] * n.a[:, value]
    found = n.layer.value(n.a, n.parameters, case.shape)
    np.testing.assert_allclose(found, wanted, **CLOSE)


@EVERY_CASE
def test_what_is_passed_back_is_the_sum_over_the_patches_of_a_value(case: Case) -> None:
    n = _numbers(case)
    wanted = np.zeros_like(n.a)
    for f, unit, weight, value in _products(case):
        wanted[:, value] += n.delta[:, unit] * n.weights[f, weight]
    np.testing.assert_allclose(_passed_back(case, n), wanted, **CLOSE)


@EVERY_CASE
@EVERY_BIAS
def test_a_gradient_sums_error_times_value_over_the_positions(case: Case, bias: str) -> None:
    n = _numbers(case, bias)
    wanted = _gradient_in_loops(case, n)
    np.testing.assert_allclose(n.layer.gradient(n.delta, n.a, UNUSED, case.shape), wanted, **CLOSE)
    total = n.layer.gradient_sum(n.delta, n.a, UNUSED, case.shape)
    np.testing.assert_allclose(total, wanted.sum(axis=0), **CLOSE)


@EVERY_BIAS
def test_a_gradient_is_written_among_other_columns_when_given_room_there(bias: str) -> None:
    case = CASES[5]
    n = _numbers(case, bias)
    alone = n.layer.gradient(n.delta, n.a, UNUSED, case.shape)
    columns = alone.shape[1]
    table = np.full((3, columns + 5), 7.0)
    n.layer.gradient(n.delta, n.a, UNUSED, case.shape, out=table[:, 2 : 2 + columns])
    np.testing.assert_array_equal(table[:, 2 : 2 + columns], alone)
    assert (table[:, :2] == 7).all()
    assert (table[:, 2 + columns :] == 7).all()


@EVERY_CASE
@EVERY_BIAS
def test_the_steps_of_a_training_are_carried_along(case: Case, bias: str) -> None:
    n, steps, shape = _numbers(case, bias, examples=6), 2, case.shape
    a, delta = n.a.reshape(steps, 3, -1), n.delta.reshape(steps, 3, -1)
    p = np.stack([n.parameters, 2 * n.parameters])
    layer = n.layer
    for found, single in [
        (layer.value(a, p, shape), [layer.value(a[s], p[s], shape) for s in range(steps)]),
        (
            layer.passed_back(delta, p, shape, a, delta),
            [layer.passed_back(delta[s], p[s], shape, a[s], delta[s]) for s in range(steps)],
        ),
        (
            layer.gradient(delta, a, UNUSED, shape),
            [layer.gradient(delta[s], a[s], UNUSED, shape) for s in range(steps)],
        ),
        (
            layer.gradient_sum(delta, a, UNUSED, shape),
            [layer.gradient_sum(delta[s], a[s], UNUSED, shape) for s in range(steps)],
        ),
    ]:
        np.testing.assert_allclose(found, single, **CLOSE)


@EVERY_CASE
def test_torch_convolves_as_we_do(case: Case) -> None:
    torch = package("torch")
    n, maps = _numbers(case), maps_of(case.shape)
    a = torch.tensor(n.a.reshape(-1, *maps), requires_grad=True)
    size = (case.filters, maps[0], case.kernel, case.kernel)
    weights = torch.tensor(n.weights.reshape(size), requires_grad=True)
    z = torch.nn.functional.conv2d(
        a, weights, torch.tensor(n.biases), stride=case.stride, padding=case.padding
    )
    assert tuple(z.shape[1:]) == n.layer.output_shape(case.shape)
    found = n.layer.value(n.a, n.parameters, case.shape)
    np.testing.assert_allclose(found, z.detach().numpy().reshape(found.shape), **CLOSE)
    z.backward(torch.tensor(n.delta.reshape(z.shape)))
    np.testing.assert_allclose(_passed_back(case, n), a.grad.numpy().reshape(n.a.shape), **CLOSE)
    total = n.layer.gradient_sum(n.delta, n.a, UNUSED, case.shape)
    table = total.reshape(case.filters, -1)[:, :-1]
    np.testing.assert_allclose(table, weights.grad.numpy().reshape(table.shape), **CLOSE)


@pytest.mark.parametrize("large", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("bias", BIASES)
def test_nothing_is_multiplied_by_what_lies_beyond_the_edge(large: float, bias: str) -> None:
    layer, one = Convolution(1, 2, padding=1, bias=bias), np.array([[2.0]])
    own = [] if bias == "none" else [10.0]
    with np.errstate(all="ignore"):
        z = layer.value(one, np.array([large, 1, 2, 3, *own]), (1, 1))[0] - sum(own)
        delta = np.array([[large, 5.0, 7.0, 11.0]])
        gradient = layer.gradient(delta, one, UNUSED, (1, 1))[0]
        total = layer.gradient_sum(delta, one, UNUSED, (1, 1))
    assert z[:3].tolist() == [6, 4, 2]
    assert not np.isfinite(z[3])
    for found in (gradient, total):
        assert found[:3].tolist() == [22, 14, 10]
        assert not np.isfinite(found[3:]).any()


# What stands where.


def _picture(*shape: int) -> Source:
    return Source(input_labels(shape), shape)


def _maps(*shape: int) -> Source:
    return Source(map_labels("a3P", shape), shape)


def test_the_books_shapes_go_from_six_to_four_to_two() -> None:
    recipe = xb.load("cnn", epochs=1)
    assert recipe.shapes() == ((6, 6), (3, 4, 4), (3, 2, 2), (3,))


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (CASES[0], (3, 4, 4)),
        (CASES[4], (2, 3, 4)),
        (CASES[5], (3, 4, 4)),
        (CASES[7], (2, 6, 7)),
        (CASES[8], (2, 3, 3)),
    ],
)
def test_each_filter_has_a_map_of_its_positions(case: Case, wanted: Shape) -> None:
    assert case.layer().output_shape(case.shape) == wanted


def test_units_are_numbered_by_filter_row_and_column() -> None:
    labels = Convolution(2, 2).unit_labels("z", "2F", _picture(2, 3))
    assert labels == ("z2F1_1_1", "z2F1_1_2", "z2F2_1_1", "z2F2_1_2")


@pytest.mark.parametrize(
    ("bias", "biases"),
    [
        ("trained", [("b2F1",), ("b2F2",)]),
        ("fixed", [("b2F1",), ("b2F2",)]),
        ("shared", [(), (), ("b2F",)]),
        ("none", [(), ()]),
    ],
)
def test_the_weights_of_a_filter_are_numbered_by_row_and_column(bias: str, biases: list) -> None:
    layer, source = Convolution(2, 2, bias=bias), _picture(3, 3)
    weights = [tuple(f"w2F{f}_{r}_{c}" for r in (1, 2) for c in (1, 2)) for f in (1, 2)]
    wanted = [w + b for w, b in zip([*weights, ()], biases, strict=False)]
    assert layer.parameter_rows("2F", source) == tuple(wanted)
    assert layer.weight_headings("2F", source) == ("w2F_1_1", "w2F_1_2", "w2F_2_1", "w2F_2_2")
    trained = [bias != "fixed" or label[0] == "w" for row in wanted for label in row]
    assert layer.trained(source).tolist() == trained
    assert layer.bias_shape((3, 3)) == {"shared": (1,), "none": ()}.get(bias, (2,))


def test_with_several_maps_the_map_stands_before_row_and_column() -> None:
    layer, source = Convolution(1, 2), _maps(2, 2, 3)
    [row] = layer.parameter_rows("4F", source)
    assert row == (
        *("w4F1_1_1_1", "w4F1_1_1_2", "w4F1_1_2_1", "w4F1_1_2_2"),
        *("w4F1_2_1_1", "w4F1_2_1_2", "w4F1_2_2_1", "w4F1_2_2_2", "b4F1"),
    )
    assert layer.weight_headings("4F", source)[:3] == ("w4F_1_1_1", "w4F_1_1_2", "w4F_1_2_1")
    assert layer.weight_shape(source.shape) == (1, 2, 2, 2)
    assert Convolution(3, 2).weight_shape((1, 5, 5)) == (3, 2, 2)


@EVERY_CASE
@EVERY_BIAS
def test_packing_undoes_unpacking(case: Case, bias: str) -> None:
    n = _numbers(case, bias)
    weights, biases = n.layer.unpack(n.parameters)
    np.testing.assert_array_equal(weights, n.weights)
    shaped = weights.reshape(n.layer.weight_shape(case.shape))
    assert n.layer.pack(shaped, biases).tolist() == n.parameters.tolist()


def test_filters_begin_at_the_first_unit_of_their_map() -> None:
    assert Convolution(3, 3).parameter_units(_picture(6, 6)) == (0, 16, 32)


def test_a_unit_looks_at_a_filters_cells_of_all_maps() -> None:
    assert Convolution(4, 3).fans((2, 6, 6)) == (18, 36)


# The formulas.


@EVERY_CASE
@EVERY_BIAS
def test_formulas_and_arrays_say_the_same(case: Case, bias: str) -> None:
    n = _numbers(case, bias)
    layer, shape = n.layer, case.shape
    source = _picture(*shape) if len(shape) == 2 else _maps(*shape)
    labels = [label for row in layer.parameter_rows("4F", source) for label in row]
    cells = Labelled((*source.labels, *layer.unit_labels("d", "4F", source)), labels)
    table, p = np.hstack([n.a, n.delta]), n.parameters.tolist()

    def in_row(formulas: list[str]) -> list[list[float]]:
        return [[evaluate(text, v=row, p=p) for text in formulas] for row in table.tolist()]

    z = in_row(layer.value_formulas("4F", source, cells))
    np.testing.assert_allclose(z, layer.value(n.a, n.parameters, shape), **CLOSE)
    back = in_row(layer.passed_back_formulas("4F", source, cells))
    np.testing.assert_allclose(back, _passed_back(case, n), **CLOSE)
    gradient = in_row(layer.gradient_formulas("4F", source, cells))
    np.testing.assert_allclose(gradient, layer.gradient(n.delta, n.a, UNUSED, shape), **CLOSE)
    sums = layer.gradient_sum_formulas("4F", source, cells)
    found = [evaluate(text, e=table.T.tolist()) for text in sums]
    np.testing.assert_allclose(found, layer.gradient_sum(n.delta, n.a, UNUSED, shape), **CLOSE)


def test_a_formula_has_a_sumproduct_for_each_row_of_the_filter() -> None:
    layer, source = Convolution(1, 2), _picture(3, 3)
    formulas = layer.value_formulas("2F", source, Named())
    assert formulas[1] == (
        "SUMPRODUCT(x_1_2:x_1_3,W2F1_1_1:W2F1_1_2)+SUMPRODUCT(x_2_2:x_2_3,W2F1_2_1:W2F1_2_2)+B2F1"
    )
    back = layer.passed_back_formulas("2F", source, Named())
    assert back[0] == "(d2F1_1_1*W2F1_1_1)"
    assert back[1] == "(d2F1_1_1*W2F1_1_2+d2F1_1_2*W2F1_1_1)"
    gradient = layer.gradient_formulas("2F", source, Named())
    assert gradient[1] == (
        "SUMPRODUCT(d2F1_1_1:d2F1_1_2,x_1_2:x_1_3)+SUMPRODUCT(d2F1_2_1:d2F1_2_2,x_2_2:x_2_3)"
    )
    assert gradient[-1] == "SUM(d2F1_1_1:d2F1_2_2)"


def test_beyond_the_edge_there_is_nothing_to_multiply() -> None:
    layer, source = Convolution(1, 2, padding=1), _picture(2, 2)
    formulas = layer.value_formulas("2F", source, Named())
    assert formulas[:2] == ["x_1_1*W2F1_2_2+B2F1", "SUMPRODUCT(x_1_1:x_1_2,W2F1_2_1:W2F1_2_2)+B2F1"]
    outside = Convolution(1, 1, padding=1, bias="none").value_formulas(
        "2F", _picture(1, 1), Named()
    )
    assert outside == ["0", "0", "0", "0", "x_1_1*W2F1_1_1", "0", "0", "0", "0"]


# What doesn't fit.


def _recipe(*layers: dict[str, Any], image: list[int] | None = None, pixels: int = 36) -> xb.Recipe:
    columns = [f"p{i}" for i in range(pixels)]
    rows = [[float(i % (2 + n)) for i in range(pixels)] + [n] for n in range(2)]
    shaped = {"image": image} if image else {}
    return from_mapping(
        {
            "data": {"columns": [*columns, "class"], "rows": rows},
            "label": "class",
            **shaped,
            "layers": [*layers, {"units": 2}],
            "eta": 0.1,
            "epochs": 1,
        }
    )


def _convolution(**fields: Any) -> dict[str, Any]:
    return {"kind": "convolution", "filters": 1, "kernel": 3} | fields


@pytest.mark.parametrize(
    ("layers", "image", "message"),
    [
        (
            [_convolution(kernel=7)],
            [6, 6],
            "layers[0]: a filter of 7 × 7 is larger than the 6 × 6 that it slides over; at most "
            "6 × 6 fits.",
        ),
        (
            [_convolution(kernel=5)],
            [9, 4],
            "layers[0]: a filter of 5 × 5 is larger than the 9 × 4 that it slides over; at most "
            "4 × 4 fits.",
        ),
        (
            [_convolution()],
            None,
            "layers[0]: its source has no rows and columns; say image = [rows, columns].",
        ),
        (
            [{"units": 36}, _convolution()],
            [6, 6],
            "layers[1]: its source has no rows and columns; put it before the dense layers.",
        ),
        (
            [_convolution(kernel=0)],
            [6, 6],
            "layers[0].kernel: got 0, wanted a whole number of at least 1.",
        ),
        (
            [_convolution(padding=-1)],
            [6, 6],
            "layers[0].padding: got -1, wanted a whole number of at least 0.",
        ),
        (
            [_convolution(stride=0)],
            [6, 6],
            "layers[0].stride: got 0, wanted a whole number of at least 1.",
        ),
        (
            [{"kind": "convolution", "kernel": 3}],
            [6, 6],
            "layers[0].filters: it is missing; say how many filters the layer has.",
        ),
        (
            [{"kind": "convolution", "filters": 3}],
            [6, 6],
            "layers[0].kernel: it is missing; say how many rows and columns a filter has, such as "
            "3.",
        ),
        (
            [{"kind": "convolutoin", "filters": 3, "kernel": 3}],
            [6, 6],
            "layers[0].kind: got 'convolutoin', wanted one of dense, convolution, max-pooling, "
            "average-pooling, batch-normalization; did you mean 'convolution'?",
        ),
        (
            [_convolution(activation="softmax")],
            [6, 6],
            "layers[0].activation: got softmax in a layer that is not the last, wanted it in an "
            "output layer of at least 2 units; use sigmoid here.",
        ),
    ],
)
def test_a_layer_that_cannot_stand_there_is_refused(
    layers: list[dict[str, Any]], image: list[int] | None, message: str
) -> None:
    with pytest.raises(RecipeError) as refused:
        _recipe(*layers, image=image)
    assert str(refused.value) == message


def test_maps_are_no_outputs() -> None:
    with pytest.raises(RecipeError) as refused:
        xb.load("cnn", layers=[_convolution(filters=3)])
    assert str(refused.value) == (
        "layers[0]: got maps as outputs, wanted a dense layer at the end; add { units = ... }."
    )


@pytest.mark.parametrize(
    ("key", "value", "bias", "told"),
    [
        ("w2", [[[1.0] * 3] * 3] * 2, "trained", "2 × 3 × 3, wanted 3 × 3 × 3 (filters × rows × "),
        ("b2", [1.0], "trained", "1, wanted 3 (one per filter) for layer 2"),
        ("b2", [1.0] * 3, "shared", "3, wanted 1 (one for all filters) for layer 2"),
    ],
)
def test_starting_values_of_another_shape_are_told_with_the_right_one(
    key: str, value: list[Any], bias: str, told: str
) -> None:
    layers = [_convolution(filters=3, bias=bias), {"units": 3}]
    dense = {"w3": [[0.1] * 48] * 3, "b3": [0.0] * 3}
    filters = {"w2": [[[1.0] * 3] * 3] * 3, "b2": [0.5] * (1 if bias == "shared" else 3)}
    assert xb.load("cnn", layers=layers, start=filters | dense).layers[0].bias == bias
    with pytest.raises(RecipeError) as refused:
        xb.load("cnn", layers=layers, start=filters | dense | {key: value})
    assert str(refused.value).startswith(f"start.{key}: got {told}")


def test_with_several_maps_starting_weights_have_four_lengths() -> None:
    layers = [_convolution(filters=2), _convolution(filters=1), {"units": 3}]
    start = {"w2": [[[1.0] * 3] * 3] * 2, "b2": [0.0] * 2, "w3": [[[1.0] * 3] * 3], "b3": [0.0]}
    with pytest.raises(RecipeError) as refused:
        xb.load("cnn", layers=layers, start=start)
    assert str(refused.value).startswith(
        "start.w3: got 1 × 3 × 3, wanted 1 × 2 × 3 × 3 (filters × maps × rows × columns) for layer"
    )


def test_the_command_line_refuses_with_both_shapes() -> None:
    layers = "layers=[{kind='convolution',filters=3,kernel=8},{units=3}]"
    done = CliRunner().invoke(app, ["trace", "cnn", "--set", layers])
    assert done.exit_code == 2
    told = (
        "layers[0]: a filter of 8 × 8 is larger than the 6 × 6 that it slides over; at most 6 × 6"
    )
    assert done.stderr == f"xlbackprop: {told} fits.\n"


@EVERY_CASE
def test_a_sentence_names_the_weights_and_values_that_meet(case: Case) -> None:
    """Of each weighted input; of each ∂C/∂a, the δ and weights; of each ∂C/∂w, the δ and values."""
    layer, source = case.layer(), (_picture if len(case.shape) == 2 else _maps)(*case.shape)
    weights, deltas = layer.parameter_rows("4F", source), layer.unit_labels("d", "4F", source)
    units: list[list[tuple[str, str]]] = [[] for _ in deltas]
    values: list[list[tuple[str, str]]] = [[] for _ in source.labels]
    gradients: list[list[list[tuple[str, str]]]] = [[[] for _ in row[:-1]] for row in weights]
    for f, unit, weight, value in _products(case):
        units[unit].append((weights[f][weight], source.labels[value]))
        values[value].append((deltas[unit], weights[f][weight]))
        gradients[f][weight].append((deltas[unit], source.labels[value]))
    for unit, wanted in enumerate(units):
        assert list(layer.value_terms("4F", source, unit)) == wanted
    for value, wanted in enumerate(values):
        assert list(layer.passed_back_terms("4F", source, value)) == wanted
    for f, row in enumerate(gradients):
        for weight, wanted in enumerate(row):
            assert list(layer.gradient_terms("4F", source, f, weight)) == wanted


@pytest.mark.parametrize(
    ("stride", "padding", "covered"),
    [
        (1, 0, "a(i+r−1, j+s−1)"),
        (1, 2, "a(i+r−3, j+s−3)"),
        (2, 0, "a(2(i−1)+r, 2(j−1)+s)"),
        (3, 1, "a(3(i−1)+r−1, 3(j−1)+s−1)"),
    ],
)
def test_the_equation_names_the_cell_that_is_covered_all_counted_from_1(stride, padding, covered):
    layer = Convolution(1, 3, stride, padding)
    assert covered in layer.value_equation("ᶠ", "a")
    assert covered in layer.gradient_equation("ᶠ", "a")
    source = Source(map_labels("x", (1, 12, 12)), (1, 12, 12))
    _, _, columns = layer.output_shape(source.shape)
    for weight, label in layer.value_terms("2F", source, columns + 1):  # i = j = 2
        *_, row, column = map(int, weight.split("_")[1:])
        got = label.split("_")[-2:]
        assert got == [str(stride + index - padding) for index in (row, column)]
