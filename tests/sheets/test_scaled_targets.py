"""Workbooks with scaled targets: both scales are shown, right in every engine, edited, broken."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_other_programs
from workbooks import Made, agreeing, make, retyped, with_cell

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.errors import RecipeError
from xlbackprop.recalc import Book, recalculate_open
from xlbackprop.recipe.read import from_toml
from xlbackprop.recipe.write import to_toml
from xlbackprop.sheets.fit import FitLayout
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.workbook.address import address

ROWS = [[50, 150, 0.2], [60, 200, 0.1], [80, 230, 0.4], [100, 310, 0.2], [120, 330, 0.9]]
HOUSES = {
    "data": {"columns": ["area", "price", "=share"], "rows": ROWS},
    "inputs": ["area"],
    "layers": [{"units": 2, "activation": "tanh"}, {"units": 2, "activation": "linear"}],
    "targets": ["price", "=share"],
    "eta": 0.02,
    "epochs": 2,
    "start.kind": "xavier",
}
NAMES = ["min-max", "z-score"]
EACH = pytest.mark.parametrize("name", NAMES)
PRICE, SHARE = np.array(ROWS, dtype=float).T[1:]


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> Callable[..., Made]:
    """A workbook with targets, and perhaps inputs, under a scaling."""

    def book(name: str, inputs: str = "z-score", lang: str = "en") -> Made:
        changes = {**HOUSES, "scaling": inputs, "target_scaling": name, "lang": lang}
        return make(tmp_path_factory.mktemp("targets"), "xor", "houses", **changes)

    return cache(book)


def shown(path, *places: tuple[str, str]) -> list[object]:
    [book] = recalculate_open("ironcalc", [Book.open(path)])
    return [book.value(sheet, *coordinate_to_tuple(cell)) for sheet, cell in places]


def target(made: Made, number: int, example: int, *, raw: bool) -> tuple[str, str]:
    data = made.layout.data
    column = (data.raw_targets if raw else data.targets) + number - 1
    return made.sheet("data"), address(data.top + example - 1, column)


@EACH
@pytest.mark.parametrize("inputs", ["none", *NAMES])
def test_every_formula_cell_agrees(name, inputs, books):
    agreeing(books(name, inputs).path)


@in_other_programs("each program has its own way to sums of squares and roots")
@EACH
def test_other_programs_agree(name, engine, books, need):
    need(engine)
    agreeing(books(name, lang="zh").path, engine)


@EACH
def test_data_shows_what_numpy_makes_of_each_target(name, books):
    made = books(name)
    for number, numbers in enumerate((PRICE, SHARE), 1):
        low, width = {
            "min-max": (numbers.min(), np.ptp(numbers)),
            "z-score": (numbers.mean(), numbers.std()),
        }[name]
        places = [target(made, number, n, raw=False) for n in range(1, 6)]
        assert shown(made.path, *places) == pytest.approx((numbers - low) / width, abs=1e-14)
        places = [target(made, number, n, raw=True) for n in range(1, 6)]
        assert shown(made.path, *places) == numbers.tolist()
        np.testing.assert_allclose(made.recipe.t()[:, number - 1], (numbers - low) / width)


@EACH
def test_predict_and_fit_show_the_outputs_in_the_units_of_the_targets(name, books):
    made = books(name)
    predict, fit = made.layout.own(PredictLayout.of), made.layout.own(FitLayout.of)
    for number, numbers in enumerate((PRICE, SHARE)):
        low, width = {
            "min-max": (numbers.min(), np.ptp(numbers)),
            "z-score": (numbers.mean(), numbers.std()),
        }[name]
        sheet = made.sheet("predict")
        output, in_unit = shown(
            made.path,
            (sheet, address(*predict.shown[f"a3_{number + 1}"])),
            (sheet, address(*predict.shown[f"y{number + 1}"])),
        )
        assert in_unit == pytest.approx(output * width + low, rel=1e-14)
        sheet = made.sheet("fit")
        output, in_unit, point = shown(
            made.path,
            (sheet, address(fit.top, fit.columns[f"a3_{number + 1}"])),
            (sheet, address(fit.top, fit.curve(number))),
            (sheet, address(fit.top, fit.example + 2 + number)),
        )
        assert in_unit == pytest.approx(output * width + low, rel=1e-14)
        assert point == numbers[0]


@EACH
def test_the_verdict_of_predict_names_the_targets_and_has_their_units(name, books):
    made = books(name)
    place = made.layout.own(PredictLayout.of)
    cell = made.sheet("predict"), address(*place.shown["y1"])
    price, said = shown(made.path, cell, (made.sheet("predict"), f"A{place.VERDICT_ROW}"))
    assert said.startswith(f"The network's output: price = {price:.3f}, =share = ")


@EACH
def test_another_target_is_scaled_anew(name, books, tmp_path):
    made = books(name)
    place = target(made, 1, 2, raw=True)
    report = check(retyped(made, tmp_path, place, 500))
    assert report.agrees, str(report)
    assert report.changes == (f"{place[0]}!{place[1]}  price = 500 (was 200)",)
    now = xb.load(tmp_path / "retyped.xlsx")
    assert now.raw_targets()[:, 0].tolist() == [150, 500, 230, 310, 330]
    assert now.t()[:, 0].argmax() == 1


@EACH
def test_targets_that_become_alike_are_0_without_an_error(name, books, tmp_path):
    made = books(name, "none")
    path = made.path
    for n in range(1, 6):
        path = retyped(Made(path, made.recipe), tmp_path, target(made, 1, n, raw=True), 7)
        path = path.rename(tmp_path / f"{n}.xlsx")
    report = check(path)
    assert report.agrees, str(report)
    assert shown(path, *(target(made, 1, n, raw=False) for n in range(1, 6))) == [0] * 5


@EACH
def test_a_wrong_scaling_formula_is_the_only_cell_blamed(name, books, tmp_path):
    made = books(name)
    place = target(made, 2, 3, raw=False)
    report = check(with_cell(made.path, tmp_path, place, formula="1+1", value=2))
    assert [(edit.sheet, edit.cell) for edit in report.edits] == [place]
    [comparison] = [c for c in report.comparisons if c.engine == "ironcalc"]
    assert [(m.sheet, m.cell) for m in comparison.mismatches] == [place]


@EACH
def test_a_recipe_with_scaled_targets_comes_back(name, books):
    recipe = books(name).recipe
    assert from_toml(to_toml(recipe)) == recipe == xb.load(books(name).path)


def test_classes_are_not_scaled():
    with pytest.raises(RecipeError, match=r"^target_scaling: got z-score, but the targets are "):
        xb.load("iris", target_scaling="z-score")


def test_a_spread_that_is_rounding_is_refused():
    data = {"columns": ["x", "y"], "rows": [[0, 0.1], [1, 0.1 + 2**-56]]}
    with pytest.raises(RecipeError, match=r"^target_scaling: z-score divides .*'y' has none but"):
        xb.load("xor", data=data, targets=["y"], inputs=["x"], target_scaling="z-score")
