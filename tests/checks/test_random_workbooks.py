"""Whatever a recipe says and a reader types, nothing right is blamed."""

import shutil
from random import Random
from typing import Any

import pytest
from drawing.edits import yellow_cells
from drawing.networks import drawn_network
from drawing.trial import Trial, drawn_trial, findings
from programs import in_every_program, in_other_programs
from random_workbooks import app
from typer.testing import CliRunner
from workbooks import agreeing, in_gnumeric, in_libreoffice, make, typed

import xlbackprop as xb
from xlbackprop.recipe.read import from_mapping
from xlbackprop.syllabus import LESSONS

PARTS, EACH = 5, 30
MOST_REFUSED = 0.25  # of the recipes that are drawn: beyond that little is tried


def told(trials: list[Trial], engine: str) -> str:
    return "\n".join(f"{trial.told()}:\n{what}" for trial, what in findings(trials, engine))


@pytest.mark.parametrize("part", range(PARTS))
def test_random_workbooks_agree_also_after_legal_edits(part, tmp_path, pytestconfig) -> None:
    """In a sample others than in a plain run; ``tests/random_workbooks.py`` draws more of them."""
    seed = pytestconfig.option.seed or "plain"
    numbers = range(part * EACH, (part + 1) * EACH)
    trials = [drawn_trial(seed, number, tmp_path, small=True) for number in numbers]
    assert told(trials, "ironcalc") == ""
    assert sum(trial.refused for trial in trials) < MOST_REFUSED * len(trials)
    assert {bool(trial.edits) for trial in trials} == {True, False}


@in_other_programs("what a program makes of extreme numbers and odd texts is its own")
def test_random_workbooks_agree_in_other_programs(engine, need, tmp_path, pytestconfig) -> None:
    need(engine)
    seed = pytestconfig.option.seed or "plain"
    trials = [drawn_trial(seed, number, tmp_path, small=True) for number in range(12)]
    assert told(trials, engine) == ""


def test_the_script_draws_again_what_was_blamed_and_tells_so(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("random_workbooks.findings", lambda some, _: [(some[0], "it differs")])
    words = ["--seed", "s", "--only", "3", "--keep", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    first, second, *_, last = done.stdout.splitlines()
    assert first.startswith("s:3 (")
    assert second == "it differs"
    assert last.startswith("1 workbooks (")
    assert "in ironcalc: 1 blamed" in last
    assert xb.load(tmp_path / "s-3.xlsx")


def test_the_script_ends_well_where_nothing_is_blamed() -> None:
    done = CliRunner().invoke(app, ["--count", "2", "--seed", "s"])
    assert done.exit_code == 0, done.stdout
    assert done.stdout.startswith("2 workbooks (")


# Every yellow cell.

SMALLER = {"backprop": {"epochs": 1}, "iris": {"epochs": 1}, "cnn": {"epochs": 1}}


def check_all_yellow(recipe, seed: str, folder) -> None:
    """Change all yellow cells, then a few, and check each copy."""
    path, random = folder / "yellow.xlsx", Random(seed)
    xb.write(recipe, path)
    cells = yellow_cells(recipe)
    for some in (cells, random.sample(cells, min(3, len(cells)))):
        values = {cell.place: cell.drawn(random) for cell in some}
        assert values
        trial = Trial(seed, typed(path, folder, values), recipe, values, 0)
        assert told([trial], "ironcalc") == ""


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("name", LESSONS)
def test_every_yellow_cell_of_a_lesson_takes_what_it_takes(name, tmp_path, pytestconfig) -> None:
    recipe = xb.load(name, **SMALLER.get(name, {}))
    check_all_yellow(recipe, f"{pytestconfig.option.seed} {name}", tmp_path)


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("number", range(20))
def test_every_yellow_cell_of_a_random_recipe_takes_what_it_takes(
    number, tmp_path, pytestconfig
) -> None:
    seed = f"{pytestconfig.option.seed} yellow {number}"
    check_all_yellow(drawn_network(Random(seed))[0], seed, tmp_path)


@in_other_programs("whichever program saved it is the point")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("number", range(4))
def test_a_legally_edited_workbook_that_a_program_saved_agrees(
    number, engine, need, tmp_path, pytestconfig
) -> None:
    """Its stored values are the program's; the sheets are then computed once more."""
    need(engine)
    seed = f"{pytestconfig.option.seed} saved {number}"
    random = Random(seed)
    made = make(tmp_path, "xor", epochs=2, views=[], batch=2, rule="adam")
    cells = random.sample(yellow_cells(made.recipe), 4)
    values = {cell.place: cell.drawn(random, ("plain",)) for cell in cells}
    path = typed(made.path, tmp_path, values)
    saved = in_libreoffice if engine == "libreoffice" else in_gnumeric
    report = agreeing(saved(path, tmp_path))
    assert report.comparisons[0].missing == 0


# What was blamed, or could not be written, and was right.

FILTERS = {  # the second convolution looks at none of the values before it
    "data": {"columns": [*"abcdt"], "rows": [[1, 0, 0.5, 1, 1], [0, 1, 1, 0, 0]]},
    "targets": ["t"],
    "image": [2, 2],
    "layers": [
        {"kind": "convolution", "filters": 1, "kernel": 2, "activation": "tanh"},
        {"kind": "convolution", "filters": 1, "kernel": 1, "stride": 2, "padding": 1},
        {"units": 1},
    ],
    "eta": 0.5,
    "epochs": 1,
    "views": ["walkthrough"],
}
RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "a filter too long for a length": ("convolution", {"numbers": {"w1_1_1": -1e200}}),
    "a product of matrices that overflows in one place": (
        "matrix-form",
        {"numbers": {"w2_1_1": 1e300, "x_1_1": 1e300}},
    ),
    "arrows of which one is too long for a length": ("vectors", {"numbers": {"a_1_1": -1e158}}),
    "matrices too far apart for a sum of squares": ("vectors", {"numbers": {"A_1_1": 1e160}}),
    "weights whose squares overflow": ("linear-classifier", {"numbers": {"w_1_1": 1e200}}),
    "a bias whose square overflows": ("linear-classifier", {"numbers": {"w_1_3": -4.2e274}}),
    "a step whose square overflows": ("approximation", {"numbers": {"by_1_2": -1e200}}),
}


@in_every_program("where numbers overflow, each program shows an error in its own way")
@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("name", RIGHT)
def test_a_page_on_which_numbers_overflow_agrees(name, engine, need, tmp_path) -> None:
    need(engine)
    lesson, changes = RIGHT[name]
    path = tmp_path / "page.xlsx"
    xb.write(xb.load(lesson, **changes), path)
    agreeing(path, engine)


def test_a_slope_that_overflows_is_not_read_where_no_curve_bends(tmp_path) -> None:
    numbers = {"f_1_2": -1.8, "g_1_1": 0, "start_1_1": 1e200, "start_1_2": 1e150}
    path = tmp_path / "lagrange.xlsx"
    xb.write(xb.load("lagrange", numbers=numbers), path)
    agreeing(path)


def test_a_step_that_one_program_takes_for_0_is_not_called_0(tmp_path) -> None:
    made = make(tmp_path, "xor", epochs=1, views=["gradient-check"])
    place = made.number("h")
    report = agreeing(typed(made.path, tmp_path, {place: 1e-17}))
    assert report.comparisons[-1].blind


def test_a_value_that_no_filter_looks_at_has_a_walkthrough(tmp_path) -> None:
    path = tmp_path / "filters.xlsx"
    xb.write(from_mapping(FILTERS), path)
    agreeing(path)


@in_every_program("some programs don't look at what follows a FALSE in AND(...)")
def test_a_cost_that_overflows_beside_one_that_differs_has_no_verdict(
    engine, need, tmp_path
) -> None:
    need(engine)
    made = make(
        tmp_path,
        "xor",
        layers=[{"units": 1, "activation": "linear"}],
        start={"w2": [[1e100, 0]], "b2": [0]},
        eta=1e60,
        epochs=2,
        views=[],
    )
    assert xb.run(made.recipe).cost[0] < 1e300
    path = typed(made.path, tmp_path, {made.start("w2_1_1"): 2e100})
    agreeing(shutil.copy(path, tmp_path / "copy.xlsx"), engine)


def test_a_number_that_a_program_saved_in_15_digits_is_not_called_changed(tmp_path) -> None:
    made = make(tmp_path, "xor", epochs=1, eta=0.21391512345678914, rule="adam", beta_1=1 / 3)
    cells = {made.eta: 0.213915123456789, made.start("w2_1_1"): 2.0}
    report = xb.check(typed(made.path, tmp_path, cells))
    assert report.agrees
    [told] = report.changes
    assert "w2_1_1" in told


def test_a_tiny_number_that_is_doubled_is_called_changed(tmp_path) -> None:
    made = make(tmp_path, "xor", epochs=1, eta=1e-18, views=[])
    report = xb.check(typed(made.path, tmp_path, {made.eta: 2e-18}))
    assert report.agrees
    assert [told.partition("  ")[0] for told in report.changes] == ["!".join(made.eta)]
