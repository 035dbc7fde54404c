"""What options leave open is chosen so that the network learns, on data that everybody has.

``sets`` has small copies: every n-th row of the sets that scikit-learn brings, Palmer's penguins
that miss nothing, six houses.
"""

import re
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.gate import FILE_BYTES
from xlbackprop.recipe.from_options import from_data
from xlbackprop.sheets.effort import Effort
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.eta import best_eta

SETS = Path(__file__).parent / "sets"
IRIS = Path(__file__).parents[2] / "templates" / "iris.csv"


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (IRIS, ["--label", "species"]),
        (SETS / "wine.csv", ["--label", "target"]),
        (SETS / "breast_cancer.csv", ["--label", "target"]),
        (SETS / "digits.csv", ["--label", "target"]),
        (SETS / "xor.csv", ["--label", "y"]),
        (SETS / "penguins.csv", ["--label", "species"]),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_classes_are_learnt_with_the_data_and_the_label_alone(
    data: Path, options: list[str]
) -> None:
    done = CliRunner().invoke(app, ["trace", "--data", str(data), *options, "--what", "history"])
    assert done.exit_code == 0, done.output
    *_, last = done.stdout.splitlines()
    accuracy = dict(zip(done.stdout.splitlines()[0].split(","), last.split(","), strict=True))
    assert float(accuracy["accuracy"]) > 0.9
    assert "training:" not in done.stderr


@pytest.mark.parametrize(
    ("data", "target"), [("xor", "y"), ("house", "price"), ("diabetes", "target")]
)
def test_numbers_are_learnt_with_the_data_and_the_target_alone(data: str, target: str) -> None:
    recipe = from_data({"data": str(SETS / f"{data}.csv"), "targets": [target]})
    _, trace = best_eta(recipe)
    assert trace.cost[-1] < trace.cost[0] / 10


def test_a_target_of_0_and_1_is_answered_by_one_sigmoid_unit() -> None:
    for options in ({"targets": ["y"]}, {"label": "y", "layers": "2,2,1"}):
        recipe = from_data({"data": str(SETS / "xor.csv"), **options})
        assert recipe.widths()[-1] == 1
        assert (recipe.layers[-1].activation, recipe.cost) == ("sigmoid", "cross-entropy")


def test_numbers_far_from_0_are_scaled_and_numbers_about_1_stay() -> None:
    houses = from_data({"data": str(SETS / "house.csv"), "targets": ["price"]})
    assert (houses.scaling, houses.target_scaling) == ("z-score", "z-score")
    assert abs(houses.t().mean()) < 1e-12
    pixels = from_data({"data": str(SETS / "xor.csv"), "targets": ["y"]})
    assert (pixels.scaling, pixels.target_scaling) == ("none", "none")
    tiny = from_data({"data": str(SETS / "diabetes.csv"), "targets": ["target"]})
    assert tiny.scaling == "z-score"  # all within 0.2 of 0


def test_what_is_given_stays_as_it_is() -> None:
    recipe = from_data(
        {
            "data": str(SETS / "house.csv"),
            "targets": ["price"],
            "scaling": "min-max",
            "target_scaling": "none",
            "epochs": 3,
            "cost": "absolute-error",
            "start": {"kind": "zeros"},
        }
    )
    assert (recipe.scaling, recipe.target_scaling, recipe.epochs) == ("min-max", "none", 3)
    assert (recipe.cost, recipe.start_parameters().any()) == ("absolute-error", False)


def test_the_learning_rate_that_was_chosen_is_said_and_one_that_is_given_is_taken() -> None:
    options = ["--data", str(SETS / "xor.csv"), "--label", "y"]
    chosen = CliRunner().invoke(app, ["recipe", *options])
    eta = re.search(r"^eta: (\S+), of those that were tried", chosen.stderr, re.M)
    assert f"eta = {eta[1]}\n" in chosen.stdout
    given = CliRunner().invoke(app, ["recipe", *options, "--eta", "0.123"])
    assert "eta: " not in given.stderr
    assert "eta = 0.123\n" in given.stdout


def test_a_pixel_that_is_always_0_is_told_and_hinders_nothing() -> None:
    recipe = from_data({"data": str(SETS / "digits.csv"), "label": "target"})
    constant = [i for i, column in enumerate(recipe.raw().T) if len(set(column)) == 1]
    assert len(constant) > 0
    assert not recipe.x()[:, constant].any()
    [line] = [line for line in xb.recipe.advice.warnings(recipe) if line.startswith("scaling: ")]
    assert "pixel_0_0" in line


def test_data_that_would_make_a_workbook_too_large_to_check_show_sums_of_gradients() -> None:
    digits = pd.read_csv(SETS / "digits.csv")
    many = pd.concat([digits] * (1 + 1_500 // len(digits)))
    recipe = from_data({"data": many, "label": "target"})
    layout = Layout.of(recipe)
    assert recipe.gradients == "summed"
    assert Effort.of_writing(layout).file < FILE_BYTES
    [line] = [one for one in xb.recipe.advice.warnings(recipe) if one.startswith("gradients: ")]
    assert '(gradients = "per-example")' in line
    asked = from_data({"data": many, "label": "target", "gradients": "per-example"})
    assert Effort.of_writing(Layout.of(asked)).file > FILE_BYTES
    assert from_data({"data": digits, "label": "target", "epochs": 1}).gradients == "per-example"
