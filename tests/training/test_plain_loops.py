"""Whole trainings against plain loops: any network, rule, schedule, decay, bias and batch."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from plain_loops import Step, train
from test_any_network import EVERY_PAIR, PAIRS, seeded_recipe

import xlbackprop as xb
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recipe.read import from_mapping

LEARNING = list(product(RULES, SCHEDULES, (0.0, 0.05)))
SCALED = ("adagrad", "rmsprop", "adam")  # rules that divide a gradient by its own size


def random_training(cost: str, activation: str, seed: int, learning: Sequence[object]) -> xb.Recipe:
    """A random network of that cost and output activation, with biases of all kinds."""
    rule, schedule, decay = learning
    recipe = seeded_recipe(cost, activation, seed, most=6)
    choose = random.Random(f"{cost} {activation} {seed} {learning}").choice
    layers = [replace(layer, bias=choose(BIASES)) for layer in recipe.layers]
    if activation == "softmax" and layers[-1].bias == "shared" and rule in SCALED:
        # Shares sum to 1, so that the gradient of one bias of all of them is 0 but for rounding.
        layers[-1] = replace(layers[-1], bias="none")
    settings = (("weight_decay", decay),) if decay else ()
    settings += (("every", 2.0),) if schedule == "step" else ()
    return recipe.changed(
        layers=tuple(layers), rule=rule, schedule=schedule, settings=settings, epochs=5
    )


def steps_of(recipe: xb.Recipe) -> list[list[int]]:
    """The examples of each update, counted from 0."""
    steps = recipe.steps()
    return [(steps.numbers[steps.rows(k)] - 1).tolist() for k in range(steps.updates)]


def assert_equal(trace: xb.Trace, steps: list[Step]) -> None:
    """Equal within 1e-12, relative to what is above 1."""
    assert len(steps) == len(trace.parameters)
    for row, step in enumerate(steps):
        found = trace.parameters.iloc[row]
        assert list(found.index) == list(step.parameters)
        close = {"rtol": 1e-12, "atol": 1e-12}
        np.testing.assert_allclose(found, list(step.parameters.values()), **close)
        np.testing.assert_allclose(trace.gradient[row], list(step.gradient.values()), **close)
        np.testing.assert_allclose(trace.group("C")[trace.steps.rows(row), 0], step.costs, **close)
        total = sum(step.costs) / (len(step.costs) if trace.network.averaged else 1)
        np.testing.assert_allclose(trace.cost[row], total, **close)


@pytest.mark.exhaustive(ways=2)
@EVERY_PAIR
@pytest.mark.parametrize("seed", range(8))
def test_a_training_of_any_network_agrees_with_plain_loops(
    cost: str, activation: str, seed: int
) -> None:
    learning = random.Random(f"{cost} {activation} {seed}").choice(LEARNING)
    recipe = random_training(cost, activation, seed, learning)
    assert_equal(xb.run(recipe), train(recipe, steps_of(recipe)))


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("learning", LEARNING, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_a_training_by_any_rule_agrees_with_plain_loops(
    learning: tuple[str, str, float], seed: int
) -> None:
    pair = random.Random(f"{learning} {seed}").choice(PAIRS)
    recipe = random_training(*pair, seed, learning)
    assert_equal(xb.run(recipe), train(recipe, steps_of(recipe)))


def test_the_random_trainings_have_every_bias_in_every_place() -> None:
    seen = set()
    for seed, pair in product(range(8), PAIRS):
        learning = random.Random(f"{pair[0]} {pair[1]} {seed}").choice(LEARNING)
        layers = random_training(*pair, seed, learning).layers
        seen |= {(layer.bias, layer is layers[-1], layer is layers[0]) for layer in layers}
    assert seen == set(product(BIASES, (True, False), (True, False)))


# The loops themselves.


def _line() -> xb.Recipe:
    """y = w x without a bias: C = ½(y − t)², ∂C/∂w = (w x − t) x."""
    return from_mapping(
        {
            "data": {"columns": ["x", "y"], "rows": [[1, 3], [2, 1]]},
            "targets": ["y"],
            "layers": [{"units": 1, "activation": "linear", "bias": "none"}],
            "start": {"w2": [[2]]},
            "eta": 0.5,
            "epochs": 1,
        }
    )


@pytest.mark.parametrize(
    ("order", "weights"),
    [
        ([[0, 1]], [2, 2 - 0.5 * (-1 + 6)]),
        ([[0]], [2, 2.5]),
        ([[0], [1]], [2, 2.5, 2.5 - 0.5 * 8]),
        ([[1], [0]], [2, -1, -1 - 0.5 * -4]),
        ([[1, 1]], [2, 2 - 0.5 * 12]),
    ],
)
def test_the_loops_take_the_examples_in_the_order_that_they_are_told(
    order: list[list[int]], weights: list[float]
) -> None:
    steps = train(_line(), order)
    assert [step.parameters["w2_1_1"] for step in steps] == weights
    assert [len(step.costs) for step in steps] == [*map(len, order), 2]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_wrong_in_the_tenth_digit_is_caught(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, right = xb.load("xor", rule=rule, epochs=3), RULES[rule]
    steps = train(recipe, steps_of(recipe))
    assert_equal(xb.run(recipe), steps)
    wrong = replace(right, step=lambda now: right.step(now) * (1 + 1e-9))
    monkeypatch.setitem(RULES, rule, wrong)
    with pytest.raises(AssertionError):
        assert_equal(xb.run(recipe), steps)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "linear"])
def test_a_slope_that_is_wrong_in_the_tenth_digit_is_caught(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = seeded_recipe("squared-error", name, seed=2)
    steps, right = train(recipe, steps_of(recipe)), ACTIVATIONS[name]
    assert_equal(xb.run(recipe), steps)
    wrong = replace(right, slope=lambda z, a: right.slope(z, a) * (1 + 1e-9))
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    with pytest.raises(AssertionError):
        assert_equal(xb.run(recipe), steps)
