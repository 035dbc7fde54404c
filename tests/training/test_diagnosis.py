"""A training that goes wrong is told in one sentence: where, why, and what to try instead."""

import re
from typing import Any

import numpy as np
import pytest

import xlbackprop as xb
from xlbackprop.recipe.read import from_mapping
from xlbackprop.training.diagnosis import diagnosed
from xlbackprop.training.engine import run
from xlbackprop.training.eta import best_eta, candidates

LINE = {"columns": ["x", "y"], "rows": [[1, 1], [2, 3], [3, 2], [4, 5]]}


def recipe(**changes: Any) -> xb.Recipe:
    content = {
        "data": LINE,
        "targets": ["y"],
        "layers": [{"units": 1, "activation": "linear"}],
        "eta": 0.01,
        "epochs": 20,
        "start": {"w2": [[0]], "b2": [0]},
    }
    return from_mapping(content | changes)


def told(found: xb.Recipe) -> str:
    """The sentence, if there is one."""
    lines = diagnosed(found, run(found))
    assert len(lines) <= 1
    return "".join(lines)


def by_hand(eta: float, epochs: int) -> np.ndarray:
    """C_T before each update of the straight line's w and b."""
    w = b = 0.0
    x, y = np.array(LINE["rows"], dtype=float).T
    costs = []
    for _ in range(epochs + 1):
        apart = w * x + b - y
        costs.append(float((apart**2).sum() / 2))
        w, b = w - eta * (apart * x).sum(), b - eta * apart.sum()
    return np.array(costs)


def test_a_training_that_goes_well_needs_no_word() -> None:
    assert told(recipe()) == ""
    assert told(recipe(epochs=0)) == ""


def test_steps_that_are_too_long_are_told_with_the_cost_and_a_rate_that_helps() -> None:
    costs = by_hand(0.1, 20)
    assert costs[-1] > costs[0]
    said = told(recipe(eta=0.1))
    assert said.startswith(
        f"training: C_T per example rises from {costs[0] / 4:.4g} to {costs[-1] / 4:.4g}, and is "
        "lowest in epoch 1: the steps are too long; try --eta "
    )
    eta, end = re.search(r"try --eta (\S+): C_T per example then ends at (\S+)\.$", said).groups()
    assert by_hand(float(eta), 20)[-1] / 4 == pytest.approx(float(end), rel=1e-3)
    assert float(end) < costs[0] / 4 / 5


def test_numbers_that_become_too_large_are_told_with_the_epoch() -> None:
    with np.errstate(all="ignore"):
        costs = by_hand(10, 200)
    first = int(np.flatnonzero(~np.isfinite(costs))[0]) + 1
    said = told(recipe(eta=10, epochs=200))
    assert said.startswith(
        f"training: the numbers become too large to be computed in epoch {first}: each step"
    )
    assert "try --eta" in said


def test_steps_that_are_too_short_are_told() -> None:
    said = told(recipe(eta=1e-9))
    assert said.startswith("training: C_T per example stays at 4.875: the steps are too short; try")


def test_a_layer_of_relus_that_are_all_0_is_told_with_its_number_and_epoch() -> None:
    layers = [{"units": 2, "activation": "relu"}, {"units": 1, "activation": "linear"}]
    start = {"w2": [[-1], [-2]], "b2": [0, 0], "w3": [[1, 1]], "b3": [0]}
    said = told(recipe(layers=layers, start=start))
    assert "all units of layer 2 are 0 for every example from epoch 1 on" in said
    alive = start | {"w2": [[1], [-2]]}
    assert "are 0" not in told(recipe(layers=layers, start=alive))


def test_answers_that_name_one_class_only_are_told_with_their_share() -> None:
    data = {"columns": ["x", "kind"], "rows": [[0, "a"], [0, "a"], [0, "a"], [0, "b"]]}
    layers = [{"units": 2, "activation": "softmax"}]
    start = {"w2": [[0], [0]], "b2": [0, 0]}
    said = told(
        recipe(
            data=data,
            targets=[],
            label="kind",
            layers=layers,
            cost="cross-entropy",
            start=start,
            eta=0.1,
        )
    )
    assert said.startswith("training: 75% right after 20 epochs is no more than always naming one")


def test_the_rate_that_is_named_is_the_best_of_those_that_are_tried() -> None:
    found = recipe(epochs=10)
    ends = {eta: by_hand(eta, 10)[-1] for eta in candidates(found)}
    eta, trace = best_eta(found)
    assert eta == min(ends, key=ends.get)
    assert trace.cost[-1] == pytest.approx(ends[eta], rel=1e-12)


def test_rates_are_tried_by_the_size_of_a_batch_as_gradients_are_sums() -> None:
    whole, single = candidates(recipe()), candidates(recipe(batch=1))
    assert [4 * eta for eta in whole] == pytest.approx(list(single), rel=0.2)
    assert candidates(recipe(rule="adam")) == candidates(recipe(rule="adam", batch=1))


@pytest.mark.parametrize("option", ["--eta", "--scaling", "--seed"])
def test_what_is_named_to_try_is_an_option_of_the_command(option: str) -> None:
    from xlbackprop.cli.options import FIELDS

    assert option.removeprefix("--") in FIELDS


def test_scaling_is_named_where_the_inputs_are_what_hinders() -> None:
    rows = [[1000 + n, 5 * (n % 3), n / 4] for n in range(12)]
    data = {"columns": ["p", "q", "y"], "rows": rows}
    start = {"w2": [[0, 0]], "b2": [0]}
    said = told(recipe(data=data, start=start, eta=0.1, epochs=30))
    assert " --scaling z-score: C_T per example then ends at " in said
    assert "--scaling" not in told(recipe(eta=0.1))  # there it would not help by much


def test_an_easy_first_example_makes_no_training_that_rises() -> None:
    found = xb.load("iris", batch=1, epochs=3, seed=8, start={"kind": "xavier"}, eta=0.02)
    trace = run(found)
    assert trace.mean_cost[0] < 0.1 < trace.mean_cost[-1] < 0.3  # by the first example alone
    assert told(found) == ""
