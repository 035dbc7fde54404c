"""Workbooks of random convolutional networks against Python, in every engine."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from convolutional import random_recipe
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_other_programs
from test_any_network import PAIRS
from workbooks import Made, agreeing, few, make, retyped, some_views

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.network.pooling import TIES, MaxPooling
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.read import from_mapping, from_toml
from xlbackprop.recipe.write import to_toml
from xlbackprop.training.engine import run

BOOKS = 64
SAMPLE = 10  # of them for each run and for other programs
LARGEST_COST = 1e8  # beyond it Gnumeric's long doubles are visible in differences of costs
THREE = few("cnn", 3)  # a picture of each class


def _seeded(seed: int, **changes: Any) -> xb.Recipe:
    choose = random.Random(f"workbook {seed}").choice
    return random_recipe(*PAIRS[seed % len(PAIRS)], choose, **changes)


def _write(recipe: xb.Recipe, path: Path) -> Made:
    recipe = some_views(recipe, crc32(to_toml(recipe).encode()))
    xb.write(recipe, path)
    return Made(path, recipe)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(SAMPLE, BOOKS))
def test_every_workbook_agrees(seed: int, tmp_path: Path) -> None:
    assert agreeing(_write(_seeded(seed), tmp_path / "book.xlsx").path).formulas > 50


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Made]:
    """Some of them by their seeds, without views, each written once."""
    folder = tmp_path_factory.mktemp("sample")

    @cache
    def sample(seed: int) -> Made:
        made = Made(folder / f"{seed}.xlsx", _seeded(seed).changed(views=()))
        xb.write(made.recipe, made.path)
        return made

    return sample


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_the_sample_agrees(seed: int, sample: Callable[[int], Made]) -> None:
    assert agreeing(sample(seed).path).formulas > 50


@pytest.mark.parametrize("seed", range(SAMPLE))
def test_a_workbook_holds_the_recipe_that_it_was_made_from(
    seed: int, sample: Callable[[int], Made]
) -> None:
    made = sample(seed)
    loaded = xb.load(made.path)
    assert replace(loaded, start=made.recipe.start) == made.recipe
    assert loaded.start_parameters().tolist() == made.recipe.start_parameters().tolist()


@pytest.mark.exhaustive(quick=2)
@in_other_programs("each program takes sums of products over rectangles in its own order")
@pytest.mark.parametrize("seed", range(SAMPLE))
def test_other_programs_agree_on_the_sample(
    seed: int, engine: str, sample: Callable[[int], Made], need: Callable[[str], None]
) -> None:
    need(engine)
    made = sample(seed)
    assert run(made.recipe).cost.max() < LARGEST_COST
    agreeing(made.path, engine)


def test_the_sample_has_every_rule_for_ties_and_both_ways_to_gradients() -> None:
    recipes = [_seeded(seed) for seed in range(SAMPLE)]
    assert {network_of(recipe).summed for recipe in recipes} == {True, False}
    pooling = [x for recipe in recipes for x in recipe.layers if isinstance(x, MaxPooling)]
    assert {layer.ties for layer in pooling} == set(TIES)


def test_a_recipe_comes_back_from_its_text() -> None:
    for seed in range(BOOKS):
        recipe = _seeded(seed)
        assert from_toml(to_toml(recipe)) == recipe


# What a person changes.


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """The lesson with 3 of its pictures: gradients of each example, or their sums, or all views."""
    folder = tmp_path_factory.mktemp("digits")
    changes: dict[str, dict[str, Any]] = {
        "each": {"views": []},
        "sums": {"views": [], "gradients": "summed"},
        "views": {},
    }
    return cache(lambda name: make(folder, "cnn", name, data=THREE, epochs=1, **changes[name]))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("each", "w2F1_1_1"),
        ("each", "b2F2"),
        ("each", "w4O_2_3_1_2"),
        ("sums", "w2F3_3_2"),
        pytest.param("views", "w2F2_1_3", marks=pytest.mark.exhaustive),
    ],
)
def test_a_changed_parameter_is_no_fault_and_python_trains_with_it(
    name: str, label: str, digits: Callable[[str], Made], tmp_path: Path
) -> None:
    made = digits(name)
    path = retyped(made, tmp_path, made.start(label), 0.75)
    report = check(path)
    assert report.agrees
    place = "!".join(made.start(label))
    [change] = report.changes
    assert change.startswith(f"{place}  {label} = 0.75 (was ")
    loaded = xb.load(path)
    before, after = run(made.recipe), run(loaded)
    wanted = before.parameter_values[0].copy()
    wanted[made.layout.network.all_parameter_labels.index(label)] = 0.75
    # The program that saved the copy keeps 16 digits.
    np.testing.assert_allclose(after.parameter_values[0], wanted, rtol=1e-15)
    assert after.cost[-1] != before.cost[-1]


def test_a_changed_pixel_is_no_fault(digits: Callable[[str], Made], tmp_path: Path) -> None:
    made = digits("each")
    path = retyped(made, tmp_path, made.input("x_3_4", 2), 0.5)
    assert check(path).agrees
    assert xb.load(path).x()[1, 15] == 0.5


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("each", "z2F2_3_1"),
        ("each", "a3P2_1_2"),
        ("each", "d2F3_2_2"),
        ("sums", "d3P1_2_2"),
        pytest.param("views", "d2F3_2_2", marks=pytest.mark.exhaustive),
    ],
)
def test_a_changed_formula_is_a_fault_of_its_own(
    name: str, label: str, digits: Callable[[str], Made], tmp_path: Path
) -> None:
    made = digits(name)
    place = made.example(label, epoch=1, example=2)
    report = check(retyped(made, tmp_path, place, f"={made.formula(place)}+0.001"))
    assert not report.agrees
    assert [edit.cell for edit in report.edits] == [place[1]]
    wrong = {mismatch.cell for found in report.comparisons[1:] for mismatch in found.mismatches}
    assert wrong == {place[1]}


def test_the_weights_stand_above_what_they_multiply_where_gradients_are_summed(
    digits: Callable[[str], Made],
) -> None:
    made = digits("sums")
    sheet, cell = made.example("z2F2_1_2", epoch=1, example=1)
    row = coordinate_to_tuple(cell)[0]
    x = {label: made.example(label, epoch=1, example=1)[1] for label in ("x_1_2", "x_1_4")}
    w = {label: made.parameter(label, epoch=1)[1] for label in ("w2F2_1_1", "w2F2_1_3")}
    assert row == 6 + 3  # a row for each filter stands above the examples
    dollars = [re.sub(r"(\d+)$", r"$\1", text) for text in w.values()]
    formula = made.formula((sheet, cell))
    assert formula.startswith(f"SUMPRODUCT({':'.join(x.values())},{':'.join(dollars)})+")


# No epochs, scaled pixels, training that overflows.


@pytest.mark.parametrize(
    "views", [[], pytest.param(list(VIEWS), marks=pytest.mark.exhaustive)], ids=["none", "all"]
)
@pytest.mark.parametrize("ties", TIES)
def test_one_pass_forward_agrees(ties: str, views: list[str], tmp_path: Path) -> None:
    changes = {"data": THREE, "ties": ties, "start.b2": [0.0, 0.0, 0.0], "views": views}
    made = make(tmp_path, "cnn", epochs=0, **changes)
    assert agreeing(made.path).formulas > 100
    labels = list(run(made.recipe).examples.columns)
    assert "a3P1_1_1" in labels
    assert not [label for label in labels if label.startswith(("d", "g_"))]


def test_filters_that_fire_or_do_not_pass_forward(tmp_path: Path) -> None:
    layers = [
        {"kind": "convolution", "filters": 2, "kernel": 3, "activation": "step"},
        {"kind": "max-pooling", "size": 2},
        {"units": 3, "activation": "step"},
    ]
    made = make(tmp_path, "cnn", data=few("cnn", 8), layers=layers, start={}, epochs=0, views=[])
    assert check(made.path).agrees
    assert set(np.unique(run(made.recipe).group("a3"))) == {0.0, 1.0}


@pytest.mark.parametrize("scaling", ["min-max", "z-score"])
def test_scaled_pixels_agree(scaling: str, tmp_path: Path) -> None:
    numbers = np.random.default_rng(3)
    rows = [[*row, n % 3] for n, row in enumerate(numbers.uniform(0, 255, (4, 36)).tolist())]
    columns = [f"pixel{i}" for i in range(36)]
    data = {"columns": [*columns, "label"], "rows": rows}
    made = make(tmp_path, "cnn", data=data, epochs=1, scaling=scaling, views=[])
    report = check(made.path)
    assert report.agrees
    assert np.abs(made.recipe.x()).max() < 3
    path = retyped(made, tmp_path, made.input("x_2_5", 3), 1000)
    assert check(path).agrees


EXTREMES = [1e308, -1e200]


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("kind", [*TIES, "mean"])
@pytest.mark.parametrize("extreme", EXTREMES)
@pytest.mark.parametrize(
    ("activation", "gradients"), [("linear", "per-example"), ("relu", "summed")]
)
def test_trainings_that_overflow_agree(
    activation: str, gradients: str, extreme: float, kind: str, tmp_path: Path
) -> None:
    """Filters beyond the edge don't see what is infinite; shares of 0 leave it alone."""
    filters = {"kind": "convolution", "filters": 2, "kernel": 2, "padding": 1}
    pooling = {"kind": "max-pooling", "size": 2, "ties": kind}
    layers = [
        filters | {"activation": activation},
        {"kind": "average-pooling", "size": 2} if kind == "mean" else pooling,
        {"units": 2, "activation": "linear"},
    ]
    start = {
        "w2": [[[extreme, 1.0], [0.0, extreme]], [[1.0, 0.5], [-1.0, 2.0]]],
        "b2": [0.5, extreme],
        "w4": [[1e200, 1.0, -extreme, 0, 0, 1, 2, 3], [1.0] * 8],
        "b4": [0.0, 0.0],
    }
    data = {
        "columns": [*"abcdefghi", "u", "v"],
        "rows": [[*range(9), 0.5, 1e200], [*[1.0, 0.0, -1.0] * 3, 0.0, 1.0]],
    }
    recipe = from_mapping(
        {
            "data": data,
            "targets": ["u", "v"],
            "image": [3, 3],
            "layers": layers,
            "start": start,
            "gradients": gradients,
            "eta": 0.1,
            "epochs": 2,
            "views": list(VIEWS) if (kind, activation) == ("mean", "relu") else [],
        }
    )
    xb.write(recipe, tmp_path / "extreme.xlsx")
    agreeing(tmp_path / "extreme.xlsx")
