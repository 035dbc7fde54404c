"""A network: what stands where, one pass against plain loops, and whose answer is right."""

import math
from dataclasses import replace

import numpy as np
import pytest

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.network.dense import Dense
from xlbackprop.network.network import Network, right


def _network(inputs: int, *units: int, bias: str = "trained") -> Network:
    layers = tuple(Dense(count, "sigmoid", bias) for count in units)
    return Network.of((inputs,), layers, "squared-error", answers=True)


def _output(cost: str, activation: str, *, units: int = 3, answers: bool = True) -> Network:
    """Two inputs, two sigmoid units, and outputs with that activation and cost."""
    layers = (Dense(2, "sigmoid"), Dense(units, activation))
    return Network.of((2,), layers, cost, answers=answers)


def _keep(key: str, computed: np.ndarray) -> np.ndarray:
    return computed


def test_the_columns_stand_in_the_order_of_the_computation() -> None:
    network = _network(2, 2, 1)
    assert [group.key for group in network.forward_groups()] == [
        *("x", "t", "z2", "a2", "z3", "a3", "C", "right")
    ]
    assert [group.key for group in network.backward_groups()] == ["d3", "d2", "g2", "g3"]


@pytest.mark.parametrize(
    ("cost", "activation", "forward", "backward"),
    [
        ("squared-error", "tanh", ["z3", "a3", "C"], ["d3"]),
        ("cross-entropy", "sigmoid", ["z3", "a3", "C"], ["d3"]),
        ("cross-entropy", "softmax", ["z3", "e3", "a3", "C"], ["d3"]),
        ("squared-error", "softmax", ["z3", "e3", "a3", "C"], ["c3", "d3"]),
        ("absolute-error", "softmax", ["z3", "e3", "a3", "C"], ["c3", "d3"]),
        ("hinge", "linear", ["z3", "a3", "m3", "C"], ["d3"]),
    ],
)
def test_helper_columns_stand_before_what_is_computed_from_them(
    cost: str, activation: str, forward: list[str], backward: list[str]
) -> None:
    network = _output(cost, activation)
    keys = [group.key for group in network.forward_groups()]
    assert keys == ["x", "t", "z2", "a2", *forward, "right"]
    assert [group.key for group in network.backward_groups()] == [*backward, "d2", "g2", "g3"]
    labels = {g.key: g.labels for g in (*network.forward_groups(), *network.backward_groups())}
    for key in (*forward[:-1], *backward):
        assert labels[key] == tuple(f"{key}_{unit}" for unit in (1, 2, 3))


def test_outputs_that_answer_nothing_have_no_column_of_right_answers() -> None:
    network, found = _output("squared-error", "linear", answers=False), {}
    assert [group.key for group in network.forward_groups()][-1] == "C"
    parameters = np.ones(len(network.all_parameter_labels))
    network.forward(
        parameters, np.ones((1, 2)), np.ones((1, 3)), lambda k, v: found.setdefault(k, v)
    )
    assert "right" not in found


def test_a_cost_that_does_not_go_with_the_outputs_is_refused() -> None:
    with pytest.raises(ValueError, match="hinge does not go with sigmoid outputs"):
        _output("hinge", "sigmoid")


def test_a_network_that_is_not_trained_has_no_errors_and_no_gradients() -> None:
    trained = _network(2, 3, 2)
    plain = replace(trained, trains=False)
    assert plain.forward_groups() == trained.forward_groups()
    assert plain.backward_groups() == ()
    assert not plain.trained.any()
    random, carried = np.random.default_rng(1), {}
    parameters = random.normal(size=(2, len(plain.trained)))
    x, t = random.normal(size=(2, 3, 2)), random.normal(size=(2, 3, 2))

    def carry(key: str, computed: np.ndarray) -> np.ndarray:
        carried[key] = computed
        return computed

    plain.backward(parameters, plain.forward(parameters, x, t, carry), carry)
    assert list(carried) == [group.key for group in plain.forward_groups()]
    for group in plain.forward_groups():
        assert carried[group.key].shape == (2, 3, len(group.labels))
    total = plain.total_gradient(parameters, carried.__getitem__)
    assert (total == np.zeros((2, len(plain.trained)))).all()


def test_a_network_with_a_step_passes_forward_and_refuses_to_pass_back() -> None:
    network = _output("squared-error", "step")
    parameters = np.zeros(len(network.all_parameter_labels))
    values = network.forward(parameters, np.ones((1, 2)), np.ones((1, 3)), _keep)
    assert values["a3"].tolist() == [[1, 1, 1]]
    with pytest.raises(ValueError, match="layer 3: step can't be trained"):
        network.backward(parameters, values, _keep)


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
    network = Network.of((2, 3), (Dense(1),), "squared-error", answers=True)
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


TRAINED = [name for name, entry in ACTIVATIONS.items() if entry.slope or entry.helper]
PAIRS = [
    (entry.name, activation)
    for entries in COSTS.values()
    for entry in entries
    for activation in (entry.activations or TRAINED)
    if find_cost(entry.name, activation) is entry
]


@pytest.mark.parametrize(("cost", "activation"), PAIRS)
@pytest.mark.parametrize("units", [1, 2, 4])
def test_the_error_of_an_output_is_the_central_difference_of_the_cost(
    cost: str, activation: str, units: int
) -> None:
    network, random, found = _output(cost, activation, units=units), np.random.default_rng(2), {}
    n, h = 60, 1e-5
    x, t = random.normal(size=(n, 2)), np.eye(units)[random.integers(0, units, n)]
    if not network.cost.needs_classes:
        t = random.uniform(size=(n, units))
    parameters = random.normal(size=len(network.all_parameter_labels))
    values = network.forward(parameters, x, t, _keep)
    network.backward(parameters, values, lambda key, v: found.setdefault(key, v))
    for k in range(units):
        costs = []
        for way in (h, -h):

            def carry(key: str, computed: np.ndarray, k: int = k, way: float = way) -> np.ndarray:
                if key == "z3":
                    computed[:, k] += way
                return computed

            costs.append(network.forward(parameters, x, t, carry)["C"][:, 0])
        wanted = (costs[0] - costs[1]) / (2 * h)
        corners = [values["z3"], values.get("m3", np.ones((n, units)))]
        if cost == "absolute-error" and units > 1:
            corners.append(values["a3"] - t)
        smooth = np.all([(np.abs(each) > 1e-3).all(axis=1) for each in corners], axis=0)
        assert smooth.sum() > n / 3
        np.testing.assert_allclose(found["d3"][smooth, k], wanted[smooth], rtol=1e-7, atol=2e-9)


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
