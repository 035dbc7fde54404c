"""Pooling against plain loops, one window at a time, and against torch."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner
from wanting import package

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.errors import RecipeError
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.layer import Shape, Source, maps_of
from xlbackprop.network.pooling import TIES, AveragePooling, MaxPooling
from xlbackprop.words.notation import input_labels, map_labels

from .formulas import Labelled, Named, evaluate

Array = np.ndarray
Layer = MaxPooling | AveragePooling
CLOSE = {"rtol": 1e-12, "atol": 1e-12}
NONE = np.empty(0)  # parameters of a layer that has none


class Case(NamedTuple):
    shape: Shape
    size: int
    stride: int = 0


CASES = [
    Case((4, 4), 2),
    Case((3, 4, 4), 2),
    Case((1, 1), 1),
    Case((2, 6, 3), 3),
    Case((2, 5, 5), 3, 1),  # overlapping
    Case((5, 7), 3, 2),
    Case((2, 4, 7), 1, 3),  # values in no window
    Case((3, 3), 3),
    Case((2, 5, 7), 2),  # a row and a column left at the edge
    Case((8, 7), 3, 2),  # a row left, windows overlap
]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
KINDS = {**{ties: MaxPooling(0, ties=ties) for ties in TIES}, "mean": AveragePooling(0)}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def _layer(case: Case, kind: str) -> Layer:
    if kind == "mean":
        return AveragePooling(case.size, case.stride)
    return MaxPooling(case.size, case.stride, kind)


def _windows(case: Case) -> list[list[int]]:
    """Of each window, where its values stand in the source, row by row."""
    maps, rows, columns = maps_of(case.shape)
    step, windows = case.stride or case.size, []
    for m in range(maps):
        for top in range(0, rows - case.size + 1, step):
            for left in range(0, columns - case.size + 1, step):
                windows.append(
                    [
                        (m * rows + y) * columns + x
                        for y in range(top, top + case.size)
                        for x in range(left, left + case.size)
                    ]
                )
    return windows


def _source(case: Case) -> Source:
    labels = input_labels if len(case.shape) == 2 else lambda shape: map_labels("a3F", shape)
    return Source(labels(case.shape), case.shape)


class Numbers(NamedTuple):
    a: Array
    delta: Array


def _numbers(case: Case, *, tied: bool, examples: int = 4) -> Numbers:
    """Whole numbers from −2 to 2, many of them equal, or numbers that are all different."""
    random, values = np.random.default_rng(5), int(np.prod(case.shape))
    a = random.normal(size=(examples, values))
    if tied:
        a = random.integers(-2, 3, (examples, values)).astype(float)
    return Numbers(a, random.normal(size=(examples, len(_windows(case)))))


def _passed_back(layer: Layer, n: Numbers, shape: Shape) -> Array:
    return layer.passed_back(n.delta, NONE, shape, n.a, layer.value(n.a, NONE, shape))


def _shares(kind: str, window: list[float]) -> list[float]:
    if kind == "mean":
        return [1 / len(window)] * len(window)
    tied = [value == max(window) for value in window]
    if kind == "first":
        return [float(k == tied.index(True)) for k in range(len(window))]
    return [yes / (sum(tied) if kind == "split" else 1) for yes in tied]


@EVERY_CASE
@EVERY_KIND
@pytest.mark.parametrize("tied", [True, False])
def test_each_window_becomes_one_value_and_gets_its_share_back(
    case: Case, kind: str, tied: bool
) -> None:
    layer, n = _layer(case, kind), _numbers(case, tied=tied)
    found, back = layer.value(n.a, NONE, case.shape), _passed_back(layer, n, case.shape)
    assert found.shape == n.delta.shape
    for i, (a, delta) in enumerate(zip(n.a.tolist(), n.delta.tolist(), strict=True)):
        pooled, slopes = [], [0.0] * len(a)
        for window, d in zip(_windows(case), delta, strict=True):
            own = [a[k] for k in window]
            pooled.append(sum(own) / len(own) if kind == "mean" else max(own))
            for k, share in zip(window, _shares(kind, own), strict=True):
                slopes[k] += share * d
        np.testing.assert_allclose(found[i], pooled, **CLOSE)
        np.testing.assert_allclose(back[i], slopes, **CLOSE)


def test_the_drawn_numbers_have_ties() -> None:
    for case in CASES:
        n = _numbers(case, tied=True)
        back = {kind: _passed_back(_layer(case, kind), n, case.shape) for kind in TIES}
        differ = {frozenset({a, b}) for a in TIES for b in TIES if (back[a] != back[b]).any()}
        assert len(differ) == (3 if case.size > 1 else 0), case


@EVERY_CASE
@EVERY_KIND
def test_the_steps_of_a_training_are_carried_along(case: Case, kind: str) -> None:
    layer, n = _layer(case, kind), _numbers(case, tied=True)
    a, delta = n.a.reshape(2, 2, -1), n.delta.reshape(2, 2, -1)
    value = layer.value(a, NONE, case.shape)
    assert value.tolist() == [layer.value(part, NONE, case.shape).tolist() for part in a]
    back = layer.passed_back(delta, NONE, case.shape, a, value)
    wanted = [
        _passed_back(layer, Numbers(*part), case.shape) for part in zip(a, delta, strict=True)
    ]
    np.testing.assert_array_equal(back, wanted)


@EVERY_CASE
@pytest.mark.parametrize("kind", ["first", "split", "mean"])
@pytest.mark.parametrize("tied", [True, False])
def test_torch_pools_as_we_do(case: Case, kind: str, tied: bool) -> None:
    torch = package("torch")
    n, step = _numbers(case, tied=tied), case.stride or case.size
    a = torch.tensor(n.a.reshape(-1, *maps_of(case.shape)), requires_grad=True)
    if kind == "first":
        pooled = torch.nn.functional.max_pool2d(a, case.size, step)
    elif kind == "mean":
        pooled = torch.nn.functional.avg_pool2d(a, case.size, step)
    else:  # torch shares the gradient of amax among equal maxima
        windows = a.unfold(2, case.size, step).unfold(3, case.size, step)
        pooled = windows.amax(dim=(-2, -1))
    layer = _layer(case, kind)
    assert tuple(pooled.shape[1:]) == layer.output_shape(case.shape)
    found = layer.value(n.a, NONE, case.shape)
    np.testing.assert_allclose(found, pooled.detach().numpy().reshape(found.shape), **CLOSE)
    pooled.backward(torch.tensor(n.delta.reshape(pooled.shape)))
    back = _passed_back(layer, n, case.shape)
    np.testing.assert_allclose(back, a.grad.numpy().reshape(back.shape), **CLOSE)


# Ties.


@pytest.mark.parametrize("largest", [1.0, -1.0, 0.3, -4e-9, 7e11])
@pytest.mark.parametrize(("apart", "is_tied"), [(0.0, True), (5e-13, True), (2e-12, False)])
def test_values_that_only_rounding_can_tell_apart_are_tied(
    largest: float, apart: float, is_tied: bool
) -> None:
    a = np.array([[largest - abs(largest) * apart, largest, largest - 2 * abs(largest), largest]])
    one = Numbers(a, np.array([[6.0]]))
    back = {ties: _passed_back(MaxPooling(2, ties=ties), one, (2, 2))[0].tolist() for ties in TIES}
    if is_tied:
        assert back == {"first": [6, 0, 0, 0], "split": [2, 2, 0, 2], "all": [6, 6, 0, 6]}
    else:
        assert back == {"first": [0, 6, 0, 0], "split": [0, 3, 0, 3], "all": [0, 6, 0, 6]}


def test_where_the_largest_is_no_number_no_share_is() -> None:
    for largest in (np.inf, np.nan):
        one = Numbers(np.array([[1.0, largest, 1.0, 0.0]]), np.array([[6.0]]))
        for ties in TIES:
            with np.errstate(all="ignore"):
                assert np.isnan(_passed_back(MaxPooling(2, ties=ties), one, (2, 2))).all()


def test_nothing_of_an_infinite_error_is_nothing() -> None:
    one = Numbers(np.array([[1.0, 3.0, 1.0, 0.0]]), np.array([[np.inf]]))
    for ties in TIES:
        with np.errstate(all="ignore"):
            back = _passed_back(MaxPooling(2, ties=ties), one, (2, 2))
        assert back.tolist() == [[0, np.inf, 0, 0]]


# The formulas.


@EVERY_CASE
@EVERY_KIND
@pytest.mark.parametrize("tied", [True, False])
def test_formulas_and_arrays_say_the_same(case: Case, kind: str, tied: bool) -> None:
    layer, source, n = _layer(case, kind), _source(case), _numbers(case, tied=tied)
    units = [layer.unit_labels(letter, "4P", source) for letter in "ad"]
    cells, value = (
        Labelled((*source.labels, *units[0], *units[1])),
        layer.value(n.a, NONE, case.shape),
    )
    table = np.hstack([n.a, value, n.delta]).tolist()

    def in_row(formulas: list[str]) -> list[list[float]]:
        return [[evaluate(text, v=row) for text in formulas] for row in table]

    np.testing.assert_allclose(in_row(layer.value_formulas("4P", source, cells)), value, **CLOSE)
    back = in_row(layer.passed_back_formulas("4P", source, cells))
    np.testing.assert_allclose(back, _passed_back(layer, n, case.shape), **CLOSE)


@pytest.mark.parametrize("ties", TIES)
def test_formulas_find_the_same_ties_at_the_edge_of_rounding(ties: str) -> None:
    layer, source, random = (
        MaxPooling(2, ties=ties),
        _source(Case((2, 2), 2)),
        np.random.default_rng(8),
    )
    cells = Labelled((*source.labels, "a2P1_1_1", "d2P1_1_1"))
    formulas = layer.passed_back_formulas("2P", source, cells)
    seen = set()
    for largest in random.normal(size=60):
        a = largest - abs(largest) * random.choice([0, 9.999e-13, 1e-12, 1.0001e-12, 1], size=4)
        one = Numbers(a[None], np.ones((1, 1)))
        row = [*a.tolist(), float(a.max()), 1.0]
        back = _passed_back(layer, one, (2, 2))[0].tolist()
        assert [evaluate(text, v=row) for text in formulas] == back
        seen.add(tuple(back))
    assert len(seen) >= 4


def test_a_pooled_value_is_the_maximum_or_the_mean_of_the_windows_rows() -> None:
    source = _source(Case((2, 4), 2))
    largest, _ = MaxPooling(2).value_formulas("2P", source, Named())
    assert largest == "MAX(x_1_1:x_1_2,x_2_1:x_2_2)"
    mean, _ = AveragePooling(2).value_formulas("2P", source, Named())
    assert mean == "SUM(x_1_1:x_1_2,x_2_1:x_2_2)/4"
    assert AveragePooling(2).passed_back_formulas("2P", source, Named())[:3] == [
        *("d2P1_1_1/4", "d2P1_1_1/4", "d2P1_1_2/4"),
    ]


def test_a_share_reads_like_its_rule() -> None:
    source = _source(Case((1, 1), 1))
    for ties in ("first", "all"):
        [share] = MaxPooling(1, ties=ties).passed_back_formulas("2P", source, Named())
        assert share == "IF(a2P1_1_1-x_1_1<=1E-12*ABS(a2P1_1_1),d2P1_1_1,0)"


def test_the_first_of_the_tied_is_told_by_the_largest_before_it() -> None:
    source = _source(Case((2, 2), 2))
    shares = MaxPooling(2).passed_back_formulas("2P", source, Named())
    tolerance = "1E-12*ABS(a2P1_1_1)"
    for label, before, share in zip(
        ("x_1_2", "x_2_1", "x_2_2"),
        ("x_1_1", "MAX(x_1_1:x_1_2)", "MAX(x_1_1:x_1_2,x_2_1)"),
        shares[1:],
        strict=True,
    ):
        assert share == (
            f"IF(AND(a2P1_1_1-{label}<={tolerance},a2P1_1_1-{before}>{tolerance}),d2P1_1_1,0)"
        )


@pytest.mark.parametrize("kind", ["first", "all", "mean"])
def test_the_formulas_of_a_large_window_keep_within_what_a_spreadsheet_reads(kind: str) -> None:
    layer, source = _layer(Case((17, 17), 17), kind), _source(Case((17, 17), 17))
    [largest] = layer.value_formulas("2P", source, Named())
    last = layer.passed_back_formulas("2P", source, Named())[-1]
    for formula in (largest, last):
        assert formula.count(",") < 60
        assert len(formula) < 500


# What stands where.


def test_a_pooled_map_is_named_by_row_and_column() -> None:
    labels = MaxPooling(2).unit_labels("a", "3P", _source(Case((2, 2, 4), 2)))
    assert labels == ("a3P1_1_1", "a3P1_1_2", "a3P2_1_1", "a3P2_1_2")
    assert MaxPooling(2).output_shape((3, 4, 4)) == (3, 2, 2)
    assert AveragePooling(3, 1).output_shape((2, 5, 5)) == (2, 3, 3)


@EVERY_KIND
def test_there_is_nothing_to_learn(kind: str) -> None:
    case, cells = CASES[1], Named()
    layer, source, n = _layer(case, kind), _source(case), _numbers(case, tied=True)
    assert layer.parameter_rows("3P", source) == layer.parameter_units(source) == ()
    assert layer.weight_shape(case.shape) == layer.bias_shape(case.shape) == ()
    assert layer.trained(source).shape == (0,)
    assert layer.pack(NONE, NONE).size == sum(part.size for part in layer.unpack(NONE)) == 0
    assert layer.gradient(n.delta, n.a, NONE, case.shape).shape == (4, 0)
    assert layer.gradient_sum(n.delta, n.a, NONE, case.shape).shape == (0,)
    assert layer.gradient_formulas("3P", source, cells) == []
    assert layer.gradient_sum_formulas("3P", source, cells) == []


# What doesn't fit.


def _pooling(**fields: Any) -> dict[str, Any]:
    return {"kind": "max-pooling"} | fields


CONVOLUTION = {"kind": "convolution", "filters": 2, "kernel": 3}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [CONVOLUTION, _pooling(size=5)],
            "layers[1]: a window of 5 × 5 is larger than the 4 × 4 that it slides over; at most "
            "4 × 4 fits.",
        ),
        (
            [{"units": 16}, _pooling(size=2)],
            "layers[1]: its source has no rows and columns; put it before the dense layers.",
        ),
        (
            [_pooling()],
            "layers[0].size: it is missing; say how many rows and columns a window has,",
        ),
        ([_pooling(size=0)], "layers[0].size: got 0, wanted a whole number of at least 1."),
        (
            [_pooling(size=2, stride=0)],
            "layers[0].stride: got 0, wanted a whole number of at least 1.",
        ),
        (
            [_pooling(size=2, ties="frist")],
            "layers[0].ties: got 'frist', wanted one of first, split, all; did you mean 'first'?",
        ),
        (
            [{"kind": "average-pooling", "size": 2, "ties": "all"}],
            "ties: layers[0] knows no such key; wanted one of size, stride.",
        ),
        ([_pooling(size=2, activation="sigmoid")], "activation: layers[0] knows no such key; "),
        ([_pooling(size=2, padding=1)], "padding: layers[0] knows no such key; "),
    ],
)
def test_a_layer_that_cannot_stand_there_is_refused(
    layers: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(RecipeError) as refused:
        xb.load("cnn", layers=[*layers, {"units": 3}], start={})
    assert str(refused.value).startswith(message)


def test_what_is_left_at_the_edge_is_in_no_window() -> None:
    assert MaxPooling(2).output_shape((3, 4)) == (1, 1, 2)
    shapes, shape = [], (1, 28, 28)
    for layer in (Convolution(1, 3), MaxPooling(2), Convolution(1, 3), AveragePooling(2)):
        shapes.append(shape := layer.output_shape(shape))
    assert [rows for _, rows, _ in shapes] == [26, 13, 11, 5]


def test_windows_need_rows_and_columns() -> None:
    with pytest.raises(ValueError, match="its source has no rows and columns"):
        MaxPooling(2).output_shape((4,))


# Ties beside the layers.


def test_a_rule_for_ties_beside_the_layers_goes_for_all_of_max_pooling() -> None:
    layers = [
        {"kind": "max-pooling", "size": 2, "stride": 1},
        {"kind": "average-pooling", "size": 2, "stride": 1},
        {"kind": "max-pooling", "size": 2, "ties": "all"},
        {"units": 3},
    ]
    recipe = xb.load("cnn", layers=layers, start={}, ties="split")
    assert [getattr(layer, "ties", None) for layer in recipe.layers] == [
        "split",
        None,
        "split",
        None,
    ]


@pytest.mark.parametrize("lesson", ["backprop", "xor"])
def test_a_rule_for_ties_is_refused_without_max_pooling(lesson: str) -> None:
    told = r"^ties: there is no max-pooling layer for it; leave it out\.$"
    with pytest.raises(RecipeError, match=told):
        xb.load(lesson, ties="split")


def test_the_command_line_sets_ties_and_refuses_what_is_no_rule() -> None:
    def trace(*arguments: str) -> Any:
        return CliRunner().invoke(app, ["trace", *arguments, "--epochs", "1"])

    rows = {
        ties: trace("cnn", "--what", "history", "--set", f"ties={ties}").stdout.splitlines()[1:]
        for ties in TIES
    }
    assert rows["first"][0].split(",")[:2] == ["1", "12.54446237030065"]
    assert trace("cnn", "--what", "history").stdout.splitlines()[1:] == rows["first"]
    costs = {ties: float(second.split(",")[1]) for ties, (_, second) in rows.items()}
    assert costs["split"] == pytest.approx(costs["first"], rel=1e-12)  # where equal patches tie
    assert abs(costs["all"] - costs["first"]) > 1e-3
    refused = trace("cnn", "--set", "ties=last")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "xlbackprop: layers[1].ties: got 'last', wanted one of first, split, all.\n",
    )
    refused = trace("backprop", "--set", "ties=split")
    assert refused.exit_code == 2
    assert "ties: there is no max-pooling layer for it; leave it out." in refused.stderr
