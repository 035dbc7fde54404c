"""Workbooks of every rule, schedule, weight decay, bias and start, in all spreadsheet engines."""

from typing import Any

import numpy as np
import pytest
from programs import in_other_programs
from workbooks import Made, agreeing, few, make

import xlbackprop as xb
from xlbackprop.checks.changes import edits
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recalc import Book
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.starts import SCALES
from xlbackprop.sheets.book import new_grids


def every_way_to_learn(test: Any) -> Any:
    for name, values in (("decay", (0.0, 0.01)), ("schedule", SCHEDULES), ("rule", RULES)):
        test = pytest.mark.parametrize(name, values)(test)
    return test


def every_network(test: Any) -> Any:
    for name, values in (("start", [*SCALES, "normal"]), ("second", BIASES), ("first", BIASES)):
        test = pytest.mark.parametrize(name, values)(test)
    return test


def learning_changes(rule, schedule, decay):
    changes = {"every": 2.0} if schedule == "step" else {}
    changes |= {"weight_decay": decay} if decay else {}
    return changes | {"rule": rule, "schedule": schedule, "epochs": 4, "eta": 0.05}


def learning(folder, rule, schedule, decay, **changes) -> Made:
    """A workbook of training and its progress."""
    views = {"views": []} | changes
    return make(folder, "xor", **learning_changes(rule, schedule, decay), **views)


def network(folder, first, second, start) -> Made:
    layers = [{"units": 3, "bias": first}, {"units": 2, "bias": second}]
    changes = {"layers": layers, "start": {"kind": start}, "rule": "adam"}
    return make(folder, "backprop", data=few("backprop", 8), epochs=2, views=[], **changes)


@pytest.mark.exhaustive(ways=2)
@every_way_to_learn
def test_every_way_to_learn_agrees(rule, schedule, decay, tmp_path):
    assert agreeing(learning(tmp_path, rule, schedule, decay).path).formulas > 500


@pytest.mark.exhaustive(quick=2)
@every_way_to_learn
def test_the_views_of_every_way_to_learn_agree(rule, schedule, decay, tmp_path):
    made = learning(tmp_path, rule, schedule, decay, views=list(VIEWS))
    assert agreeing(made.path).formulas > 3000


@pytest.mark.exhaustive(ways=1)
@in_other_programs("each program has its own powers and roots, of which the rules make use")
@every_way_to_learn
def test_other_programs_agree_on_every_way_to_learn(rule, schedule, decay, engine, need, tmp_path):
    need(engine)
    agreeing(learning(tmp_path, rule, schedule, decay).path, engine)


@pytest.mark.exhaustive(ways=1)
@every_way_to_learn
def test_formulas_are_read_back_as_they_were_written(rule, schedule, decay, tmp_path):
    """A check of a file that a person saved compares their wording; that of a new file does not."""
    made = learning(tmp_path, rule, schedule, decay)
    written = new_grids(made.layout, xb.run(made.recipe))
    assert list(edits(Book.open(made.path), written)) == []


@pytest.mark.exhaustive(ways=1)
@every_network
def test_every_bias_and_every_start_agrees(first, second, start, tmp_path):
    assert agreeing(network(tmp_path, first, second, start).path).formulas > 500


@in_other_programs("each program reads references to a bias that units share in its own way")
@every_network
def test_other_programs_agree_on_biases_and_starts(first, second, start, engine, need, tmp_path):
    need(engine)
    agreeing(network(tmp_path, first, second, start).path, engine)


@pytest.mark.exhaustive(ways=1)
@every_way_to_learn
def test_a_recipe_keeps_its_settings_on_the_way_through_text(rule, schedule, decay):
    recipe = xb.load("xor", **learning_changes(rule, schedule, decay))
    assert xb.from_toml(xb.to_toml(recipe)) == recipe


@pytest.mark.exhaustive(ways=1)
@every_network
def test_a_workbook_gives_its_recipe_back(first, second, start, tmp_path):
    made = network(tmp_path, first, second, start)
    again = xb.load(made.path)
    np.testing.assert_array_equal(again.start_parameters(), made.recipe.start_parameters())
    assert again.settings == made.recipe.settings


@pytest.mark.parametrize(("kind", "sd"), [("xavier", (2 / 15) ** 0.5), ("he", (2 / 12) ** 0.5)])
def test_scaled_starts_are_as_wide_as_their_papers_say(kind, sd):
    wide = xb.load("backprop", start={"kind": kind}, layers=[{"units": 3}, {"units": 2}])
    draws = [wide.changed(seed=seed).start_parameters()[:12] for seed in range(300)]
    assert np.std(draws) == pytest.approx(sd, rel=0.05)  # 3600 draws: within 1.2 % as a rule


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"momentum": 0.5}, "momentum: rule gradient-descent with schedule constant has no such"),
        ({"rule": "momentum", "momentum": 1.0}, "momentum: got 1, wanted a number of at least 0"),
        ({"rule": "adam", "beta_1": -0.1}, "beta_1: got -0.1, wanted a number of at least 0"),
        ({"rule": "adma"}, "rule: got 'adma', wanted one of"),
        ({"schedule": "step", "every": 0.5}, "every: got 0.5, wanted a number of at least 1"),
        ({"weight_decay": -1}, "weight_decay: got -1, wanted a number of at least 0"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_in_one_sentence(changes, said):
    with pytest.raises(xb.XlbackpropError) as error:
        xb.load("xor", **changes)
    assert str(error.value).startswith(said)
