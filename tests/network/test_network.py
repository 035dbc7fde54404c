"""A network: what stands where, one pass against plain loops, and whose answer is right."""

import math

import numpy as np
import pytest

from xlbackprop.network.dense import Dense
from xlbackprop.network.network import Network, right


def _network(inputs: int, *units: int, bias: str = "trained") -> Network:
    layers = tuple(Dense(count, "sigmoid", bias) for count in units)
    return Network.of((inputs,), layers, "squared-error")


def _keep(key: str, computed: np.ndarray) -> np.ndarray:
    return computed


def test_the_columns_stand_in_the_order_of_the_computation() -> None:
    network = _network(2, 2, 1)
    assert [group.key for group in network.forward_groups()] == [
        *("x", "t", "z2", "a2", "z3", "a3", "C", "right")
    ]
    assert [group.key for group in network.backward_groups()] == ["d3", "d2", "g2", "g3"]


def test_each_group_has_the_labels_of_its_units() -> None:
    network = _network(2, 2, 1)
    labels = {
        group.key: group.labels for group in (*network.forward_groups(), *network.backward_groups())
    }
    assert labels == {
        "x": ("x1", "x2"),
        "t": ("t1",),
        "z2": ("z2_1", "z2_2"),
        "a2": ("a2_1", "a2_2"),
        "z3": ("z3_1",),
        "a3": ("a3_1",),
        "C": ("C",),
        "right": ("right",),
        "d3": ("d3_1",),
        "d2": ("d2_1", "d2_2"),
        "g2": ("g_w2_1_1", "g_w2_1_2", "g_b2_1", "g_w2_2_1", "g_w2_2_2", "g_b2_2"),
        "g3": ("g_w3_1_1", "g_w3_1_2", "g_b3_1"),
    }


def test_a_key_without_its_layer_is_the_kind() -> None:
    kinds = [(g.kind, g.layer) for g in _network(1, 1).forward_groups()]
    assert kinds == [("x", 0), ("t", 0), ("z", 2), ("a", 2), ("C", 0), ("right", 0)]


def test_the_parameters_of_the_layers_follow_one_another() -> None:
    network = _network(3, 2, 4)
    assert network.parameter_slice(2) == slice(0, 8)
    assert network.parameter_slice(3) == slice(8, 20)
    assert len(network.all_parameter_labels) == 20
    assert network.all_parameter_labels[8] == "w3_1_1"


def test_a_picture_names_its_inputs_by_row_and_column() -> None:
    network = Network.of((2, 3), (Dense(1),), "squared-error")
    assert network.output_labels(1) == ("x_1_1", "x_1_2", "x_1_3", "x_2_1", "x_2_2", "x_2_3")
    assert network.parameter_labels(2)[-2:] == ("w2_1_6", "b2_1")


@pytest.mark.parametrize("units", [(1,), (2,), (3, 2), (2, 3, 1), (4, 3, 2, 2)])
def test_the_forward_pass_is_that_of_plain_loops(units: tuple[int, ...]) -> None:
    random = np.random.default_rng(3)
    network = _network(3, *units)
    parameters = random.normal(size=len(network.all_parameter_labels))
    x, t = random.normal(size=(4, 3)), random.uniform(size=(4, units[-1]))
    values = network.forward(parameters, x, t, _keep)
    p = dict(zip(network.all_parameter_labels, parameters.tolist(), strict=True))
    for n in range(4):
        a = x[n].tolist()
        for layer, count in enumerate(units, 2):
            z = [
                sum(p[f"w{layer}_{j}_{i}"] * a[i - 1] for i in range(1, len(a) + 1))
                + p[f"b{layer}_{j}"]
                for j in range(1, count + 1)
            ]
            a = [1 / (1 + math.exp(-value)) for value in z]
            np.testing.assert_allclose(values[f"z{layer}"][n], z, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(values[f"a{layer}"][n], a, rtol=1e-12, atol=0)
        cost = sum((t[n, k] - a[k]) ** 2 for k in range(units[-1])) / 2
        np.testing.assert_allclose(values["C"][n], [cost], rtol=1e-12, atol=0)


def test_a_carry_decides_what_the_next_stage_gets() -> None:
    network = _network(1, 1, 1)
    asked = []

    def carry(key: str, computed: np.ndarray) -> np.ndarray:
        asked.append(key)
        return np.full_like(computed, 0.5) if key == "a2" else computed

    values = network.forward(
        np.array([3.0, 1.0, 2.0, 4.0]), np.ones((1, 1)), np.ones((1, 1)), carry
    )
    assert asked == ["x", "t", "z2", "a2", "z3", "a3", "C", "right"]
    assert values["z3"].tolist() == [[2.0 * 0.5 + 4.0]]


def test_the_error_carried_on_is_what_the_layer_below_gets() -> None:
    network, found = _network(1, 1, 1), {}
    parameters, one = np.array([0.0, 0.0, 2.0, 0.0]), np.ones((1, 1))
    values = network.forward(parameters, one, one, _keep)

    def carry(key: str, computed: np.ndarray) -> np.ndarray:
        found[key] = computed
        return np.full_like(computed, 8.0) if key == "d3" else computed

    network.backward(parameters, values, carry)
    # δ² = w³ δ³ σ'(0) = 2 · 8 · ¼, and the gradients of layer 3 are 8 · a² = 8 · ½ and 8.
    assert found["d2"].tolist() == [[4.0]]
    assert found["g3"].tolist() == [[4.0, 8.0]]
    assert list(found) == ["d3", "d2", "g2", "g3"]


def test_a_fixed_bias_has_no_gradient() -> None:
    network, found = _network(2, 2, 1, bias="fixed"), {}
    random = np.random.default_rng(5)
    parameters = random.normal(size=9)
    values = network.forward(parameters, random.normal(size=(3, 2)), np.ones((3, 1)), _keep)
    network.backward(parameters, values, lambda key, g: found.setdefault(key, g))
    biases = np.array([label.startswith("g_b") for label in network.backward_groups()[2].labels])
    assert (found["g2"][:, biases] == 0).all()
    assert (found["g2"][:, ~biases] != 0).all()
    assert network.trained.tolist() == [True, True, False, True, True, False, True, True, False]


@pytest.mark.parametrize(
    ("t", "a", "wanted"),
    [
        ([1, 0], [0.6, 0.4], 1),
        ([1, 0], [0.4, 0.6], 0),
        ([0, 1], [0.1, 0.2], 1),
        ([0, 0, 1], [0.1, 0.2, 0.3], 1),
        ([0, 1, 0], [0.1, 0.2, 0.3], 0),
        ([1, 0], [0.5, 0.5], 1),  # of equal outputs the first is the answer
        ([0, 1], [0.5, 0.5], 0),
        ([0, 1, 0], [0.1, 0.5, 0.5], 1),
        ([1], [0.5], 1),  # a single output says yes from one half on
        ([0], [0.5], 0),
        ([0], [0.4999999999999999], 1),
        ([1], [0.4999999999999999], 0),
        ([1], [0.9], 1),
        ([0], [0.9], 0),
    ],
)
def test_the_answer_is_right_when_it_is_the_targets(
    t: list[float], a: list[float], wanted: float
) -> None:
    assert right(np.array([t], float), np.array([a], float)).tolist() == [wanted]


def test_right_is_judged_for_each_step_and_example() -> None:
    t = np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]]])
    a = np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.2, 0.8], [0.2, 0.8]]])
    assert right(t, a).tolist() == [[1, 0], [0, 1]]
