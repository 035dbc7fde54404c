"""Workbooks of every rule, schedule, weight decay, bias and start, in all spreadsheet engines."""

from itertools import product

import numpy as np
import pytest
from workbooks import some_views

import xlbackprop as xb
from xlbackprop.changes import edits
from xlbackprop.comparison import check_many
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recalc import Book
from xlbackprop.sheets.book import new_grids
from xlbackprop.sheets.layout import Layout
from xlbackprop.starts import SCALES

LEARNING = list(product(RULES, SCHEDULES, (0.0, 0.01)))
NETWORKS = list(product(BIASES, BIASES, [*SCALES, "normal"]))


def learning_recipe(rule, schedule, decay):
    changes = {"every": 2.0} if schedule == "step" else {}
    changes |= {"weight_decay": decay} if decay else {}
    return xb.load("xor", rule=rule, schedule=schedule, epochs=4, eta=0.05, **changes)


def network_recipe(first, second, start):
    layers = [{"units": 3, "bias": first}, {"units": 2, "bias": second}]
    return xb.load("backprop", epochs=2, layers=layers, start={"kind": start}, rule="adam")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """One workbook per recipe."""
    folder = tmp_path_factory.mktemp("learning")
    recipes = [learning_recipe(*options) for options in LEARNING]
    recipes += [network_recipe(*options) for options in NETWORKS]
    paths = [folder / f"{number}.xlsx" for number in range(len(recipes))]
    for number, (recipe, path) in enumerate(zip(recipes, paths, strict=True)):
        xb.write(some_views(recipe, number), path)
    return paths


def test_every_combination_agrees_in_the_built_in_engine(books):
    reports = check_many(books)
    assert [report.path for report in reports if not report.agrees] == []
    assert all(report.compared == report.formulas > 200 for report in reports)


def test_formulas_are_read_back_as_they_were_written(books):
    """A check of a file that a person saved compares their wording; that of a new file does not."""
    for number, (path, options) in enumerate(zip(books, LEARNING, strict=False)):
        recipe = some_views(learning_recipe(*options), number)
        written = new_grids(Layout.of(recipe), xb.run(recipe))
        assert list(edits(Book.open(path), written)) == []


@pytest.mark.parametrize("engine", ["libreoffice", "gnumeric"])
def test_a_sample_agrees_in_other_engines(books, need, engine):
    need(engine)
    reports = check_many(books[::9], [engine])
    assert [report.path for report in reports if not report.agrees] == []


@pytest.mark.parametrize("options", LEARNING[::5])
def test_a_recipe_keeps_its_settings_on_the_way_through_text(options):
    recipe = learning_recipe(*options)
    assert xb.from_toml(xb.to_toml(recipe)) == recipe


@pytest.mark.parametrize("options", NETWORKS[::3])
def test_a_workbook_gives_its_recipe_back(options, tmp_path):
    recipe = network_recipe(*options)
    xb.write(recipe, tmp_path / "book.xlsx")
    again = xb.load(tmp_path / "book.xlsx")
    np.testing.assert_array_equal(again.start_parameters(), recipe.start_parameters())
    assert again.settings == recipe.settings


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
