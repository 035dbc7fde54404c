"""Progress and Start say how the training went: falls, rises, stays, too large, all 0."""

import numpy as np
import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_other_programs
from workbooks import Made, agreeing, make, retyped

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.recalc import Book, recalculate_open
from xlbackprop.sheets import outcome, start
from xlbackprop.workbook.address import address

RELU = {
    "layers": [{"units": 2, "activation": "relu"}, {"units": 1, "activation": "linear"}],
    "start": {"w2": [[-1, -1], [-2, -1]], "b2": [0, 0], "w3": [[1, 1]], "b3": [0]},
}
LINE = {"layers": [{"units": 1, "activation": "linear"}], "epochs": 20}
CASES = {  # changes to the lesson xor, and what is said
    "falls": ({"epochs": 20}, "C_T falls from "),
    "rises": ({**LINE, "eta": 0.5, "epochs": 5}, "✗ C_T rises from "),
    "stays": ({"epochs": 5, "eta": 1e-9}, "✗ C_T stays at "),
    "lost": ({**LINE, "eta": 1e9, "epochs": 40}, "✗ From epoch "),
    "dead": ({**RELU, "epochs": 3}, "✗ In the end all units of layer 2 are 0 for every example: "),
    "in batches": ({"epochs": 20, "batch": 2}, "C_T per example falls from "),
    "lost in batches": ({**LINE, "eta": 1e9, "epochs": 40, "batch": 2}, "✗ From step "),
    "much": ({**LINE, "eta": 3}, "✗ C_T rises: each step overshoots. Take a tenth of η"),
}


def said(path, made: Made, engine: str = "ironcalc") -> tuple[str, str]:
    """The sentence on Progress and on Start."""
    [book] = recalculate_open(engine, [Book.open(path)])
    progress = address(outcome.ROW, made.layout.progress.chart)
    places = [("progress", progress), ("start", f"A{start.VERDICT + 6}")]
    first, second = (
        book.value(made.sheet(kind), *coordinate_to_tuple(cell)) for kind, cell in places
    )
    return first, second


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outcome")
    return {what: make(folder, "xor", what, **changes) for what, (changes, _) in CASES.items()}


@pytest.mark.parametrize("what", CASES)
def test_it_is_said_on_both_sheets(what, books):
    made, (_, wanted) = books[what], CASES[what]
    agreeing(made.path)
    first, second = said(made.path, made)
    assert first == second
    assert first.startswith(wanted)


@in_other_programs("programs count errors and write numbers in their own ways")
@pytest.mark.parametrize("what", CASES)
def test_other_programs_say_the_same(what, engine, books, need):
    need(engine)
    assert said(books[what].path, books[what], engine) == said(books[what].path, books[what])


def test_the_numbers_are_those_of_the_training(books):
    made = books["falls"]
    cost = xb.run(made.recipe).cost
    assert said(made.path, made)[0] == f"C_T falls from {cost[0]:.4f} to {cost[-1]:.4f}."
    made = books["in batches"]
    trace = xb.run(made.recipe)
    end = trace.steps.per_epoch
    first = trace.cost[:end].sum() / trace.steps.sizes[:end].sum()
    last = trace.cost[-1] / trace.steps.sizes[-1]
    assert said(made.path, made)[0] == f"C_T per example falls from {first:.4f} to {last:.4f}."


def test_the_place_from_which_on_there_is_no_number_is_right(books):
    for what in ("lost", "lost in batches"):
        cost = xb.run(books[what].recipe).cost
        first = int(np.flatnonzero(~np.isfinite(cost))[0]) + 1
        assert f" {first} on the numbers are too large" in said(books[what].path, books[what])[0]


def test_another_learning_rate_makes_another_sentence(books, tmp_path):
    made = books["falls"]
    report = check(retyped(made, tmp_path, made.eta, 1e-9))
    assert report.agrees, str(report)
    assert said(tmp_path / "retyped.xlsx", made)[0].startswith("✗ C_T stays at ")


def test_scaling_is_named_only_where_the_inputs_are_not_scaled(tmp_path):
    changes = {**LINE, "eta": 0.5, "epochs": 5}
    plain = make(tmp_path, "xor", "plain", **changes)
    scaled = make(tmp_path, "xor", "scaled", scaling="z-score", **changes)
    assert said(plain.path, plain)[0].endswith(" or scale the inputs.")
    assert "scale" not in said(scaled.path, scaled)[0]


@pytest.mark.parametrize("what", ["falls", "dead", "lost"])
def test_a_wrong_sentence_is_blamed(what, books, tmp_path):
    from workbooks import with_cell

    made = books[what]
    place = made.sheet("progress"), address(outcome.ROW, made.layout.progress.chart)
    [comparison] = [
        c
        for c in check(with_cell(made.path, tmp_path, place, formula='"All is well."')).comparisons
        if c.engine == "ironcalc"
    ]
    assert (comparison.mismatches[0].sheet, comparison.mismatches[0].cell) == place


def test_where_nothing_is_trained_nothing_is_said(tmp_path):
    made = make(tmp_path, "xor", "forward", epochs=0)
    book = Book.open(made.path)
    assert book.value(made.sheet("start"), start.VERDICT + 6, 1) is None


def test_chinese_says_the_same_in_chinese(tmp_path):
    made = make(tmp_path, "xor", "zh", lang="zh", epochs=20)
    agreeing(made.path)
    assert said(made.path, made)[0].startswith("C_T 从 0.")
