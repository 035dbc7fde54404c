"""No epochs: a workbook of one pass forward, without any trace of training."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from programs import in_other_programs
from typer.testing import CliRunner
from workbooks import Made, agreeing, few, make, retyped

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recipe.advice import warnings
from xlbackprop.words.catalogue import Catalogue, languages

# Exclusive or by hand, with units that fire or do not: h₁ = x₁ or x₂, h₂ = x₁ and x₂.
STEPS = {
    "layers": [{"units": 2, "activation": "step"}, {"units": 1, "activation": "step"}],
    "start": {"w2": [[1, 1], [1, 1]], "b2": [-0.5, -1.5], "w3": [[1, -1]], "b3": [-0.5]},
}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "steps": ("xor", STEPS),
    "absolute error": ("xor", STEPS | {"cost": "absolute-error"}),
    "one example": ("worked-example", {}),
    "labels": ("backprop", {}),
    "softmax": ("iris", {}),
    "softmax, general": ("iris", {"cost": "squared-error"}),
    "hinge": ("iris", {"cost": "hinge", "layers": [{"units": 3, "activation": "linear"}]}),
    "step outputs for labels": (
        "iris",
        {"cost": "squared-error", "layers": [{"units": 3, "activation": "step"}]},
    ),
    **{
        f"{bias} bias": (
            "xor",
            {"layers": [{"units": 2, "bias": bias}, {"units": 1, "bias": bias}]},
        )
        for bias in BIASES
    },
}


Find = Callable[[str], Made]  # of a case its workbook


def recipe_of(case: str) -> xb.Recipe:
    """Of flowers there are some, of pictures all."""
    lesson, fields = CASES[case]
    data = {"data": few("iris", 6)} if lesson == "iris" else {}
    return xb.load(lesson, epochs=0, **data, **fields)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Find:
    """The workbook of a case, written once."""
    folder = tmp_path_factory.mktemp("forward")

    @cache
    def workbook(case: str) -> Made:
        made = Made(folder / f"{case}.xlsx", recipe_of(case))
        xb.write(made.recipe, made.path)
        return made

    return workbook


# The numbers.


def test_units_that_fire_or_do_not_compute_exclusive_or() -> None:
    trace = xb.run(recipe_of("steps"))
    assert trace.examples["a2_1"].tolist() == [0, 1, 1, 1]
    assert trace.examples["a2_2"].tolist() == [0, 0, 0, 1]
    assert trace.examples["a3_1"].tolist() == [0, 1, 1, 0]
    assert (trace.updates, trace.cost.tolist(), trace.accuracy.tolist()) == (0, [0], [1])


def test_the_pass_is_the_one_that_a_training_begins_with() -> None:
    for lesson in ("worked-example", "xor", "backprop", "iris"):
        only, first = xb.run(xb.load(lesson, epochs=0)), xb.run(xb.load(lesson, epochs=1))
        columns = list(only.examples.columns)
        assert columns == [c for c in first.examples.columns if not re.match("[cdg]\\d?_|[cd]", c)]
        np.testing.assert_array_equal(only.examples, first.examples.loc[[1], columns])
        np.testing.assert_array_equal(only.parameters, first.parameters.loc[[1]])
        assert only.cost.tolist() == first.cost[:1].tolist()


def test_there_is_no_gradient_and_so_no_length_of_one() -> None:
    trace = xb.run(xb.load("xor", epochs=0))
    assert np.isnan(trace.gradient_norm()).all()
    assert trace.history["gradient_norm"].isna().all()
    assert trace.states == {}
    assert trace.eta.tolist() == []


def test_a_pass_forward_needs_no_advice_on_training() -> None:
    assert warnings(xb.load("iris", epochs=1, cost="squared-error")) != ()
    assert warnings(xb.load("iris", epochs=0, cost="squared-error")) == ()


# The workbook.


@pytest.mark.parametrize("case", CASES)
def test_every_workbook_agrees_in_the_built_in_engine(case: str, workbook: Find) -> None:
    assert agreeing(workbook(case).path).formulas > 50


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("rule", RULES)
def test_a_workbook_agrees_whatever_the_rule_that_is_not_applied(
    rule: str, schedule: str, tmp_path: Path
) -> None:
    changes = {"rule": rule, "schedule": schedule, "weight_decay": 0.1}
    assert agreeing(make(tmp_path, "xor", epochs=0, views=[], **changes).path).formulas > 50


@in_other_programs("each program has its own rules for steps and for sums over one row")
@pytest.mark.parametrize("case", CASES)
def test_every_workbook_agrees_in_other_engines(
    case: str, engine: str, workbook: Find, need: Callable[[str], None]
) -> None:
    need(engine)
    agreeing(workbook(case).path, engine)


def test_a_changed_weight_is_no_fault_and_a_changed_formula_is_one(
    workbook: Find, tmp_path: Path
) -> None:
    made = workbook("steps")
    changed = retyped(made, tmp_path, made.start("w2_1_1"), -1)
    report = xb.check(changed)
    assert report.agrees
    place = "!".join(made.start("w2_1_1"))
    assert report.changes == (f"{place}  w2_1_1 = -1 (was 1)",)
    assert xb.run(xb.load(changed)).examples["a3_1"].tolist() != [0, 1, 1, 0]
    report = xb.check(retyped(made, tmp_path, made.example("a2_1", epoch=1, example=2), "=1+1"))
    assert [edit.cell for edit in report.edits] == [made.example("a2_1", epoch=1, example=2)[1]]
    assert not report.agrees


def test_a_workbook_can_be_made_again_and_trained(workbook: Find) -> None:
    made = workbook("labels")
    assert xb.load(made.path) == made.recipe
    assert (
        xb.run(xb.load(made.path, epochs=3)).cost[-1]
        == xb.run(xb.load("backprop", epochs=3)).cost[-1]
    )
    with pytest.raises(xb.XlbackpropError, match="got step, which can't be trained"):
        xb.load(workbook("steps").path, epochs=3)


# What a reader sees.


@pytest.mark.parametrize("language", languages())
def test_nothing_speaks_of_training_errors_or_gradients(language: str, tmp_path: Path) -> None:
    made = make(tmp_path, "backprop", epochs=0, data=few("backprop", 8), lang=language)
    words = {
        "en": r"epoch|update|error δ|gradient|starting|learn",
        "zh": "轮|更新|误差 δ|梯度|初始|学会",
    }
    left = {}
    for sheet in openpyxl.load_workbook(made.path).worksheets[:-1]:
        for cell in (cell for line in sheet.iter_rows() for cell in line):
            text = str(cell.value or "")
            if cell.data_type == "s" and re.search(f"{words[language]}|∂|δ|∇|Σ ∂", text):
                left[f"{sheet.title}!{cell.coordinate}"] = text
    # The learning rate stands on Parameters, with the remark that it isn't used.
    eta = Catalogue(language)("parameters.eta")
    assert {place: text for place, text in left.items() if text != eta} == {}


def test_there_is_one_block_of_the_pass_with_the_weights_above_it(workbook: Find) -> None:
    book = openpyxl.load_workbook(workbook("steps").path, data_only=True)
    assert book.sheetnames[3] == "Forward"
    rows = [[cell.value for cell in line] for line in book["Forward"].iter_rows(min_row=5)]
    assert [row[1] for row in rows] == ["example", "w, b unit 1", "w, b unit 2", 1, 2, 3, 4, "Σ"]
    assert rows[0][2:13] == [
        *("x1", "x2", "t1", "z21", "z22", "a21", "a22", "z31", "a31", "C", "right?"),
    ]
    assert rows[1][2:11] == [1, 1, None, -0.5, -1.5, 1, -1, -0.5, None]  # above what they meet
    assert rows[2][2:11] == [1, 1, *[None] * 7]


def test_start_progress_and_compare_have_one_row(workbook: Find) -> None:
    book = openpyxl.load_workbook(workbook("steps").path, data_only=True)
    start = [[cell.value for cell in line] for line in book["Start"].iter_rows(max_col=4)]
    row = next(i for i, line in enumerate(start) if line[0] == "Total cost C_T")
    assert start[row][1:] == [0, 0, 0]
    assert start[row + 1][0] == Catalogue("en")("start.agree")
    assert [cell.value for cell in book["Progress"]["A"]][4:] == ["pass", 1]
    assert [cell.value for cell in book["Progress"]["D"]] == [None] * 6
    assert [cell.value for cell in book["Compare"]["A"]][6:] == ["pass", 1]


def test_the_one_point_of_a_chart_can_be_seen(workbook: Find) -> None:
    sheet = openpyxl.load_workbook(workbook("steps").path)["Progress"]
    assert [chart.series[0].marker.symbol for chart in sheet._charts] == ["circle"] * 2


# The command line.


def test_the_command_line_says_what_the_pass_comes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["make", "xor", "--epochs", "0"])
    assert (done.exit_code, done.stderr) == (0, "Next:  xlbackprop check xor.xlsx\n")
    assert done.stdout == (
        "xor.xlsx: C_T 0.440711; 50.0% right; one pass forward, nothing is trained.\n"
    )
    refused = CliRunner().invoke(
        app, ["make", "xor", "--force", "--set", "layers=[{units=1,activation='step'}]"]
    )
    assert refused.exit_code == 2
    assert refused.stderr.endswith("use sigmoid, or take epochs = 0 to see its outputs only.\n")
