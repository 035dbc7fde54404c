"""Sums or means, with ½ or without, biases that decay: every sheet says and computes the same."""

from pathlib import Path

import numpy as np
import pytest
from programs import in_other_programs
from views import new_sheet, plain, texts
from workbooks import Made, agreeing, few, make, retyped

import xlbackprop as xb
from xlbackprop.network.costs import COSTS
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.training.equations import sum_equation
from xlbackprop.workbook.address import address

MEAN = {"reduction": "mean"}
NONE: dict[str, object] = {"views": []}


def training(lesson: str = "xor", **changes: object) -> set[str]:
    """All texts on Training."""
    return set(texts(new_sheet(xb.load(lesson, **NONE, **changes), "training")))


def formulas(recipe: xb.Recipe, symbol: str) -> list[str]:
    """The formulas of C_T, or of a sum_g_..., block by block."""
    layout = layout_of(recipe)
    sheet, blocks = new_sheet(recipe, "training"), range(layout.training.steps.updates)
    columns = layout.training.columns
    column = columns["C"] if symbol == "C_T" else columns[symbol.removeprefix("sum_")]
    rows = {layout.training.sum_row(block): block for block in blocks}
    found = {}
    for block in sheet.blocks:
        place = column - block.column
        if block.row in rows and 0 <= place < len(block.formulas):
            found[rows[block.row]] = block.formulas[place]
    return [found[block] for block in blocks]


def test_a_mean_is_over_the_examples_that_each_batch_has() -> None:
    recipe = xb.load("xor", epochs=2, batch=3, **MEAN, **NONE)
    for symbol in ("C_T", "sum_g_w2_1_1"):
        threes, ones = formulas(recipe, symbol)[::2], formulas(recipe, symbol)[1::2]
        assert all(text.endswith(":" + text.split(":")[1][:-2] + "/3") for text in threes)
        assert not any("/" in text for text in ones)  # of one example the mean is its own
    said = training(epochs=2, batch=3, **MEAN)
    assert {"Σ/3", "Σ/1", "Σ/4"} <= said
    assert "Σ" not in said


def test_a_sum_stays_a_sum_unless_it_is_told() -> None:
    said = training(epochs=1)
    assert "Σ" in said
    assert not any("1/n" in text for text in said)


@pytest.mark.parametrize("gradients", ["per-example", "summed"])
def test_the_equations_above_the_numbers_say_that_they_are_means(gradients: str) -> None:
    said = training(epochs=1, gradients=gradients, **MEAN)
    assert any("w ← w − η (1/n) Σ ∂C/∂w" in text for text in said)
    assert any("C_T = (1/n) Σ C" in text for text in said)
    if gradients == "summed":
        equation = sum_equation(layout_of(xb.load("xor", gradients=gradients, **MEAN)))
        assert equation.startswith("(1/n) Σ ∂C/∂wⱼᵢ = (1/n) Σ δⱼ aᵢ   ")


@pytest.mark.parametrize(
    ("lang", "sheet", "words"),
    [
        ("en", "progress", {"Mean cost", "(1/n) Σ C"}),
        ("en", "compare", {"mean cost C_T"}),
        ("en", "gradient-check", {"(1/n) Σ ∂C/∂w"}),
        ("en", "start", {"Yes: the sheet's live formulas and Python give the same mean cost."}),
        ("zh", "progress", {"平均代价", "(1/n) Σ C"}),
        ("zh", "compare", {"平均代价 C_T"}),
        ("zh", "gradient-check", {"(1/n) Σ ∂C/∂w"}),
    ],
)
def test_every_sheet_calls_it_a_mean(lang: str, sheet: str, words: set[str]) -> None:
    recipe = xb.load("xor", epochs=2, batch=3, lang=lang, **MEAN)
    said = set(texts(new_sheet(recipe, sheet)))
    assert words <= said
    total = {"en": "otal cost", "zh": "总代价"}[lang]
    assert not [text for text in said if total in text]


@pytest.mark.parametrize(
    ("changes", "cost", "delta"),
    [
        ({}, "C = ½ Σ(t − a)²", "δ³ⱼ = (a − t) · a(1 − a)"),
        ({"cost_factor": 1}, "C = Σ(t − a)²", "δ³ⱼ = 2 (a − t) · a(1 − a)"),
        (
            {"output_reduction": "mean"},
            "C = 1/2 · ½ Σ(t − a)²",
            "δ³ⱼ = 1/2 · (a − t) · a(1 − a)",
        ),
        (
            {"output_reduction": "mean", "cost_factor": 1},
            "C = 1/2 · Σ(t − a)²",
            "δ³ⱼ = 1/2 · 2 (a − t) · a(1 − a)",
        ),
        (
            {"output_reduction": "mean", "cost": "absolute-error"},
            "C = 1/2 · Σ|t − a|",
            "δ³ⱼ = 1/2 · sign(a − t) · a(1 − a)",
        ),
        (
            {"output_reduction": "mean", "cost": "cross-entropy"},
            "C = −1/2 · Σ(t ln a + (1 − t) ln(1 − a))",
            "δ³ = 1/2 · (a³ − t)  (this cost and this activation simplify to it)",
        ),
    ],
)
def test_the_cost_and_its_slope_are_printed_as_they_are(
    changes: dict[str, object], cost: str, delta: str
) -> None:
    assert {cost, delta} <= training("worked-example", epochs=1, **changes)
    said = texts(new_sheet(xb.load("worked-example", epochs=1, **changes), "walkthrough"))
    assert cost in said


def test_the_figures_of_the_walkthrough_have_the_factors_of_the_cost() -> None:
    fields = {"output_reduction": "mean", "cost_factor": 1}
    said = texts(new_sheet(xb.load("worked-example", epochs=1, **fields, **MEAN), "walkthrough"))
    assert "C = 1/2·((0.010 − 0.751)² + (0.990 − 0.773)²) = 0.298" in said
    assert "δ³₁ = 1/2·2·(0.751 − 0.010)·0.751·(1 − 0.751) = 0.1385" in said
    assert "new w³₁₁ = w³₁₁ − η·(1/n) Σ ∂C/∂w³₁₁" in said


def test_one_output_has_no_mean_to_print() -> None:
    assert "C = ½ Σ(t − a)²" in training(epochs=1, output_reduction="mean")


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "cost: squared error · "),
        ({"cost_factor": 1, **MEAN}, "cost: squared error without ½, mean over the examples · "),
        ({"output_reduction": "mean"}, "cost: squared error, mean over the outputs · "),
    ],
)
def test_start_says_which_cost_it_is(fields: dict[str, object], line: str) -> None:
    said = texts(new_sheet(xb.load("worked-example", epochs=1, **fields), "start"))
    assert [text for text in said if line in text]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "w: r = Σ ∂C/∂w + λ w   b: r = Σ ∂C/∂b"),
        ({"decay_biases": True}, "w: r = Σ ∂C/∂w + λ w   b: r = Σ ∂C/∂b + λ b"),
        (MEAN, "w: r = (1/n) Σ ∂C/∂w + λ w   b: r = (1/n) Σ ∂C/∂b"),
        (
            {"layers": [{"units": 3, "bias": "fixed"}, {"units": 1, "bias": "none"}]},
            "r = Σ ∂C/∂w + λ w",
        ),
    ],
)
def test_what_decays_is_printed(fields: dict[str, object], said: str) -> None:
    start = {"start": {"kind": "normal"}} if "layers" in fields else {}
    assert said in training(epochs=1, weight_decay=0.1, **fields, **start)


@pytest.mark.parametrize("biases", [False, True])
def test_biases_shrink_where_they_are_told_only(biases: bool) -> None:
    """Of an example that is met exactly nothing remains but the decay."""
    data = {"columns": ["x", "y"], "rows": [[1, 5]]}
    fields = {"targets": ["y"], "layers": [{"units": 1, "activation": "linear"}]}
    recipe = xb.load(
        "xor",
        **{"data": data, "start": {"w2": [[2]], "b2": [3]}, "eta": 0.5, "epochs": 1, **fields},
        weight_decay=0.1,
        decay_biases=biases,
    )
    after = xb.run(recipe).parameters.loc[2]
    assert after["w2_1_1"] == pytest.approx(2 - 0.5 * 0.1 * 2, rel=1e-15)
    assert after["b2_1"] == pytest.approx(3 - (0.5 * 0.1 * 3 if biases else 0), rel=1e-15)


def test_the_cell_that_solver_makes_small_is_the_mean() -> None:
    found = {}
    for kind in ("sum", "mean"):
        recipe = xb.load("xor", epochs=0, solver=True, reduction=kind, **NONE)
        solver, sheet = layout_of(recipe).solver, new_sheet(recipe, "solver")
        place = solver.table_row(0), solver.COST
        [cell] = [cell for cell in sheet.cells if (cell.row, cell.column) == place]
        found[kind] = cell.formula, cell.value
    assert found["mean"][0] == f"{found['sum'][0]}/4"
    assert found["mean"][1] == pytest.approx(found["sum"][1] / 4, rel=1e-15)


FORMS = {
    "mean": {**MEAN, "batch": 3},
    "mean, summed gradients": {**MEAN, "batch": 3, "gradients": "summed"},
    "without ½": {"cost_factor": 1},
    "adam of a mean": {**MEAN, "rule": "adam", "weight_decay": 0.1},
    "all biases": {"weight_decay": 0.1, "decay_biases": True, "rule": "momentum"},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_workbook_agrees_and_its_recipe_comes_back(form: str, tmp_path: Path) -> None:
    made = make(tmp_path, "xor", epochs=2, **FORMS[form])
    assert agreeing(made.path).formulas > 500
    assert xb.load(made.path) == made.recipe
    assert xb.from_toml(xb.to_toml(made.recipe)) == made.recipe


COSTED = [(name, one.activations[0] if one.activations else "sigmoid") for name in COSTS
          for one in COSTS[name] if not one.one_term]  # fmt: skip


@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize(("cost", "activation"), COSTED)
@in_other_programs("each program has its own way with COUNTIF and SUMXMY2 in a quotient")
def test_means_over_outputs_agree_in_other_programs(
    need, engine: str, cost: str, activation: str, tmp_path: Path
) -> None:
    need(engine)
    layers = [{"units": 2}, {"units": 3, "activation": activation}]
    fields = {"layers": layers, "start": {"kind": "normal"}, "views": [], "epochs": 2}
    forms = {"output_reduction": "mean", **MEAN, "batch": 5}
    made = make(tmp_path, "iris", cost=cost, data=few("iris", 8), **fields, **forms)
    agreeing(made.path, engine)


def test_other_examples_in_a_batch_are_averaged_too(tmp_path: Path) -> None:
    made: Made = make(tmp_path, "xor", epochs=1, batch=3, **MEAN, **NONE)
    training = made.layout.training
    cell = address(training.first_example(0), training.example)
    path = retyped(made, tmp_path, (made.sheet("training"), cell), 4)
    report = xb.check(path)
    assert report.comparisons[-1].agrees
    changed = xb.load(path)
    assert changed.order[0][0] == 4
    seen = [number - 1 for number in changed.order[0][:3]]
    costs = np.square(changed.t()[seen] - xb.run(changed).group("a3")[:3]).sum(axis=1) / 2
    assert xb.run(changed).cost[0] == pytest.approx(costs.mean(), rel=1e-14)


def test_progress_has_one_column_of_costs_where_they_are_means() -> None:
    recipe = xb.load("xor", epochs=2, batch=3, **MEAN, **NONE)
    headings = [plain(cell.value) for cell in new_sheet(recipe, "progress").cells if cell.row == 5]
    assert headings[:4] == ["epoch", "step", "n", "CT"]
    assert "CT / n" not in headings
