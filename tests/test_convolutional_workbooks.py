"""Workbooks of random convolutional networks against Python, in every engine."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from convolutional import random_recipe
from openpyxl.utils.cell import coordinate_to_tuple
from test_any_network import PAIRS
from workbooks import Made, make, retyped, some_views

import xlbackprop as xb
from xlbackprop.comparison import check, check_many
from xlbackprop.engine import network_of, run
from xlbackprop.network.pooling import TIES, MaxPooling
from xlbackprop.recipe_lines import to_toml
from xlbackprop.recipe_text import from_mapping, from_toml

BOOKS = 64
SAMPLE = 12  # of them for engines that are slower
LARGEST_COST = 1e8  # beyond it Gnumeric's long doubles are visible in differences of costs


def _seeded(seed: int, **changes: Any) -> xb.Recipe:
    choose = random.Random(f"workbook {seed}").choice
    return random_recipe(*PAIRS[seed % len(PAIRS)], choose, **changes)


def _write(recipe: xb.Recipe, path: Path) -> Made:
    recipe = some_views(recipe, crc32(to_toml(recipe).encode()))
    xb.write(recipe, path)
    return Made(path, recipe)


@pytest.mark.parametrize("first", range(0, BOOKS, 16))
def test_every_workbook_agrees_in_the_built_in_engine(first: int, tmp_path: Path) -> None:
    books = [_write(_seeded(n), tmp_path / f"{n}.xlsx") for n in range(first, first + 16)]
    reports = check_many([made.path for made in books])
    assert [report.lines() for report in reports if not report.agrees] == []
    assert all(report.compared == report.formulas > 50 for report in reports)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    """Some of them, for engines that are slower."""
    folder = tmp_path_factory.mktemp("sample")
    recipes = [_seeded(seed) for seed in range(2 * SAMPLE)]
    tame = [recipe for recipe in recipes if run(recipe).cost.max() < LARGEST_COST][:SAMPLE]
    return [_write(recipe, folder / f"{n}.xlsx") for n, recipe in enumerate(tame)]


@pytest.mark.parametrize("engine", ["libreoffice", "gnumeric"])
def test_other_spreadsheets_agree_on_a_sample(
    engine: str, sample: list[Made], need: Callable[[str], None]
) -> None:
    need(engine)
    reports = check_many([made.path for made in sample], [engine])
    assert [report.lines() for report in reports if not report.agrees] == []
    assert len(reports) == SAMPLE


def test_the_sample_has_every_rule_for_ties_and_both_ways_to_gradients() -> None:
    recipes = [_seeded(seed) for seed in range(SAMPLE)]
    assert {network_of(recipe).summed for recipe in recipes} == {True, False}
    pooling = [x for recipe in recipes for x in recipe.layers if isinstance(x, MaxPooling)]
    assert {layer.ties for layer in pooling} == set(TIES)


def test_a_recipe_comes_back_from_its_text() -> None:
    for seed in range(BOOKS):
        recipe = _seeded(seed)
        assert from_toml(to_toml(recipe)) == recipe


def test_a_workbook_holds_the_recipe_that_it_was_made_from(sample: list[Made]) -> None:
    for made in sample:
        loaded = xb.load(made.path)
        assert replace(loaded, start=made.recipe.start) == made.recipe
        assert loaded.start_parameters().tolist() == made.recipe.start_parameters().tolist()


# What a person changes.


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """The lesson with 3 of its pictures, with gradients of each example and with their sums."""
    folder = tmp_path_factory.mktemp("digits")
    names = {"each": "per-example", "sums": "summed"}
    return {name: _small(folder, name, gradients=text) for name, text in names.items()}


def _small(folder: Path, name: str, **changes: Any) -> Made:
    lesson = xb.load("cnn", epochs=1)
    rows = [list(lesson.data.rows[n]) for n in (0, 40, 80)]
    data = {"columns": list(lesson.data.columns), "rows": rows}
    return make(folder, "cnn", name, data=data, epochs=2, **changes)


@pytest.mark.parametrize(
    ("name", "label"),
    [("each", "w2F1_1_1"), ("each", "b2F2"), ("each", "w4O_2_3_1_2"), ("sums", "w2F3_3_2")],
)
def test_a_changed_parameter_is_no_fault_and_python_trains_with_it(
    name: str, label: str, digits: dict[str, Made], tmp_path: Path
) -> None:
    made = digits[name]
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


def test_a_changed_pixel_is_no_fault(digits: dict[str, Made], tmp_path: Path) -> None:
    made = digits["each"]
    path = retyped(made, tmp_path, made.input("x_3_4", 2), 0.5)
    assert check(path).agrees
    assert xb.load(path).x()[1, 15] == 0.5


@pytest.mark.parametrize(
    ("name", "label"),
    [("each", "z2F2_3_1"), ("each", "a3P2_1_2"), ("each", "d2F3_2_2"), ("sums", "d3P1_2_2")],
)
def test_a_changed_formula_is_a_fault_of_its_own(
    name: str, label: str, digits: dict[str, Made], tmp_path: Path
) -> None:
    made = digits[name]
    place = made.example(label, epoch=1, example=2)
    report = check(retyped(made, tmp_path, place, f"={made.formula(place)}+0.001"))
    assert not report.agrees
    assert [edit.cell for edit in report.edits] == [place[1]]
    wrong = {mismatch.cell for found in report.comparisons[1:] for mismatch in found.mismatches}
    assert wrong == {place[1]}


def test_the_weights_stand_above_what_they_multiply_where_gradients_are_summed(
    digits: dict[str, Made],
) -> None:
    made = digits["sums"]
    sheet, cell = made.example("z2F2_1_2", epoch=1, example=1)
    row = coordinate_to_tuple(cell)[0]
    x = {label: made.example(label, epoch=1, example=1)[1] for label in ("x_1_2", "x_1_4")}
    w = {label: made.parameter(label, epoch=1)[1] for label in ("w2F2_1_1", "w2F2_1_3")}
    assert row == 6 + 3  # a row for each filter stands above the examples
    dollars = [re.sub(r"(\d+)$", r"$\1", text) for text in w.values()]
    formula = made.formula((sheet, cell))
    assert formula.startswith(f"SUMPRODUCT({':'.join(x.values())},{':'.join(dollars)})+")


# No epochs, scaled pixels, training that overflows.


@pytest.mark.parametrize("ties", TIES)
def test_one_pass_forward_agrees(ties: str, tmp_path: Path) -> None:
    made = _small(tmp_path, "forward", ties=ties, **{"start.b2": [0.0, 0.0, 0.0]})
    recipe = made.recipe.changed(epochs=0)
    xb.write(recipe, tmp_path / "none.xlsx")
    report = check(tmp_path / "none.xlsx")
    assert report.agrees
    assert report.compared == report.formulas > 100
    labels = list(run(recipe).examples.columns)
    assert "a3P1_1_1" in labels
    assert not [label for label in labels if label.startswith(("d", "g_"))]


def test_filters_that_fire_or_do_not_pass_forward(tmp_path: Path) -> None:
    layers = [
        {"kind": "convolution", "filters": 2, "kernel": 3, "activation": "step"},
        {"kind": "max-pooling", "size": 2},
        {"units": 3, "activation": "step"},
    ]
    made = make(tmp_path, "cnn", layers=layers, start={}, epochs=0)
    assert check(made.path).agrees
    assert set(np.unique(run(made.recipe).group("a3"))) == {0.0, 1.0}


@pytest.mark.parametrize("scaling", ["min-max", "z-score"])
def test_scaled_pixels_agree(scaling: str, tmp_path: Path) -> None:
    numbers = np.random.default_rng(3)
    rows = [[*row, n % 3] for n, row in enumerate(numbers.uniform(0, 255, (4, 36)).tolist())]
    columns = [f"pixel{i}" for i in range(36)]
    data = {"columns": [*columns, "label"], "rows": rows}
    made = make(tmp_path, "cnn", data=data, epochs=2, scaling=scaling)
    report = check(made.path)
    assert report.agrees
    assert np.abs(made.recipe.x()).max() < 3
    path = retyped(made, tmp_path, made.input("x_2_5", 3), 1000)
    assert check(path).agrees


EXTREMES = [1e308, -1e200]


@pytest.mark.parametrize(
    ("activation", "gradients"), [("linear", "per-example"), ("relu", "summed")]
)
def test_trainings_that_overflow_agree(activation: str, gradients: str, tmp_path: Path) -> None:
    """Filters beyond the edge don't see what is infinite; shares of 0 leave it alone."""
    paths = []
    for number, (extreme, kind) in enumerate(product(EXTREMES, [*TIES, "mean"])):
        layers = [
            {
                "kind": "convolution",
                "filters": 2,
                "kernel": 2,
                "padding": 1,
                "activation": activation,
            },
            {"kind": "average-pooling", "size": 2}
            if kind == "mean"
            else {"kind": "max-pooling", "size": 2, "ties": kind},
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
            }
        )
        paths.append(tmp_path / f"{number}.xlsx")
        xb.write(recipe, paths[-1])
    reports = check_many(paths)
    assert [report.lines() for report in reports if not report.agrees] == []
