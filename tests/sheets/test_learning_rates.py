"""The Learning rates sheet: the same training with several η side by side."""

import numpy as np
import pytest
from programs import in_every_program
from views import formula, new_sheet, plain
from workbooks import few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.learning_rates.layout import (
    CURVE_ROW,
    ETAS,
    FIRST_COST,
    LEAST_UPDATES,
    MOST_CELLS,
    MOST_UPDATES,
    TABLE_ROW,
    VERDICT,
    RatesLayout,
)
from xlbackprop.sheets.learning_rates.sheet import asks as rates_asked
from xlbackprop.workbook.address import address

SHEET = "Learning rates"
VIEWS = ["learning-rates"]
SMALL = {"kind": "normal", "mean": 0.0, "sd": 0.7}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """8 images of 0 and 1, 3 epochs; no other pages than those that are looked at."""
    folder, data = tmp_path_factory.mktemp("images"), few("backprop", 8)
    return make(folder, "backprop", epochs=3, data=data, views=VIEWS)


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    """Exclusive or, 3 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=3, views=VIEWS)


def curves(made, path=None):
    """C_T of each block and η as the sheet computes it, (blocks, η)."""
    [book] = ENGINES["ironcalc"].recalculate([path or made.path])
    rates, name = made.layout.own(RatesLayout.of), made.sheet("learning-rates")
    rows = rates.updates + 1
    return np.array(book.values(name, rates.curve_row(0), FIRST_COST, rows, len(ETAS)))


def costs(recipe, eta, blocks):
    """C_T of the first blocks of a whole training with another η, per example with batches."""
    trace = xb.run(recipe.changed(eta=eta))
    is_sum = trace.steps.batched and recipe.reduction == "sum"
    found = trace.cost / trace.steps.sizes if is_sum else trace.cost
    return found[:blocks]


def place(made, number):
    """Sheet and cell of an η, counted from 0."""
    cell = rates_asked(made.layout)[number]
    return made.sheet("learning-rates"), address(cell.row, cell.column)


CASES = [
    ("backprop", {"epochs": 4, "data": few("backprop", 8)}),
    ("xor", {"epochs": 30}),
    ("worked-example", {}),
    ("sine", {"epochs": 6, "scaling": "z-score", "data": few("sine", 8)}),
    ("iris", {"epochs": 4, "data": few("iris", 12)}),
    ("iris", {"epochs": 2, "batch": 5, "data": few("iris", 9)}),
    ("xor", {"epochs": 5, "batch": 3, "schedule": "inverse-time", "rule": "nesterov"}),
    ("xor", {"epochs": 1}),
    ("xor", {"epochs": 3, "batch": 3, "reduction": "mean", "cost_factor": 1}),
    ("xor", {"epochs": 6, "rule": "adam", "reduction": "mean", "weight_decay": 0.1}),
    ("xor", {"epochs": 6, "schedule": "step", "settings": {"every": 2.0}, "weight_decay": 0.1}),
    ("xor", {"epochs": 6, "rule": "adagrad", "gradients": "summed"}),
    ("xor", {"epochs": 6, "rule": "rmsprop", "cost": "absolute-error"}),
    ("cnn", {"epochs": 2, "data": few("cnn", 3), "start": SMALL}),
    (
        "iris",
        {
            "epochs": 3,
            "data": few("iris", 8),
            "rule": "momentum",
            "start": SMALL,
            "cost": "hinge",
            "layers": [
                {"units": 2, "bias": "shared"},
                {"units": 2, "bias": "none", "activation": "relu"},
                {"units": 3, "bias": "fixed", "activation": "linear"},
            ],
        },
    ),
]


def loaded(lesson, changes, **more):
    """A lesson with settings of its schedule given like other fields."""
    changes = dict(changes)
    settings = changes.pop("settings", {})
    return lesson, {"views": VIEWS} | changes | settings | more


@pytest.mark.exhaustive(quick=6)
@pytest.mark.parametrize(("lesson", "changes"), CASES, ids=str)
def test_each_curve_is_that_of_a_training_with_its_own_rate(tmp_path, lesson, changes):
    lesson, changes = loaded(lesson, changes)
    made = make(tmp_path, lesson, **changes)
    found = curves(made)
    assert (
        len(found) == min(made.layout.own(RatesLayout.of).updates, made.recipe.steps().updates) + 1
    )
    for number, eta in enumerate(ETAS):
        wanted = costs(made.recipe, eta, len(found))
        np.testing.assert_allclose(found[:, number], wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.exhaustive  # a plain run has the like in test_every_view
@pytest.mark.parametrize(("lesson", "changes"), CASES, ids=str)
@in_every_program("rounding grows along trainings, in each program by its own sums")
def test_an_edited_rate_agrees(tmp_path, need, engine, lesson, changes):
    need(engine)
    lesson, changes = loaded(lesson, changes, lang="zh")
    made = make(tmp_path, lesson, **changes)
    report = xb.check(retyped(made, tmp_path, place(made, 3), 0.35), engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert (report.faults, report.edits) == ((), ())
    sheet, cell = place(made, 3)
    assert report.changes == (f"{sheet}!{cell}  eta 4 = 0.35 (was 0.8)",)


def test_an_edited_rate_moves_its_own_curve_and_no_other(images, tmp_path):
    before = curves(images)
    path = retyped(images, tmp_path, place(images, 5), 0.3)
    after = curves(images, path)
    np.testing.assert_array_equal(after[:, :5], before[:, :5])
    np.testing.assert_allclose(after[:, 5], costs(images.recipe, 0.3, len(after)), rtol=1e-12)
    assert xb.check(path).changes == (f"{SHEET}!A10  eta 6 = 0.3 (was 2)",)


def test_the_words_say_what_the_curves_do():
    recipe = xb.load("backprop", epochs=5, views=VIEWS)
    rates = layout_of(recipe).own(RatesLayout.of)
    cells = {(cell.row, cell.column): cell for cell in new_sheet(recipe, "learning-rates").cells}
    words = [plain(cells[TABLE_ROW + 1 + i, VERDICT].value) for i in range(len(ETAS))]
    for word, eta in zip(words, ETAS, strict=True):
        curve = costs(recipe, eta, rates.updates + 1)
        if curve[-1] > curve[0]:
            assert word == "rises"
        else:
            assert word == ("rises at first, then falls" if curve.max() > curve[0] else "falls")
    assert set(words) == {"falls", "rises at first, then falls", "rises"}


def test_a_curve_that_hardly_moves_and_one_beyond_all_numbers_have_their_words(tmp_path):
    changes = {"rule": "gradient-descent", "data": few("sine", 8), "views": VIEWS}
    made = make(tmp_path, "sine", epochs=8, **changes)
    path = typed(made.path, tmp_path, {place(made, 0): 1e-9, place(made, 1): 1e90})
    [book] = ENGINES["ironcalc"].recalculate([path])
    made.layout.own(RatesLayout.of)
    words = [book.value(SHEET, TABLE_ROW + 1 + i, VERDICT) for i in (0, 1)]
    assert words == ["hardly changes", "grows beyond all numbers"]
    assert xb.check(path).lines()[-1].startswith("All ")


@in_every_program("what follows from nothing or a text is decided by each program")
@pytest.mark.parametrize("entry", [None, "fast"])
def test_a_rate_that_is_no_number_is_named_and_nothing_else(xor, tmp_path, need, engine, entry):
    need(engine)
    sheet, cell = place(xor, 2)
    report = xb.check(retyped(xor, tmp_path, (sheet, cell), entry), engine)
    [fault] = report.faults
    assert fault.startswith(f"{sheet}!{cell}: got ")
    assert (report.edits, report.changes) == ((), ())
    assert all(not comparison.mismatches for comparison in report.comparisons)


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize(
    "which", ["start", "input", "order", "setting"],
)  # fmt: skip
def test_a_changed_number_elsewhere_still_agrees(tmp_path, which):
    """A weight, an input, an example of a mini-batch, a setting: all curves follow."""
    made = make(tmp_path, "xor", epochs=2, batch=3, rule="momentum", views=VIEWS)
    parameters = made.layout.parameters
    cells = {
        "start": (made.start("w2_1_1"), 0.7),
        "input": (made.input("x1", 3), 3),
        "order": ((made.sheet("training"), "C7"), 4),
        "setting": (
            (made.sheet("parameters"), address(parameters.setting_row("momentum"), 3)),
            0.5,
        ),
    }
    cell, value = cells[which]
    path = retyped(made, tmp_path, cell, value)
    report = xb.check(path)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert len(report.changes) == 1
    if which != "order":
        assert not np.allclose(curves(made, path), curves(made), rtol=1e-6)


def test_wrong_updates_and_gradients_are_found_and_nothing_else_is_blamed(xor, tmp_path):
    rates = xor.layout.own(RatesLayout.of)
    training = rates.training(2)
    first = rates.passes.first
    cells = [
        address(rates.curve_row(2), FIRST_COST + 2),
        address(training.parameter_row(1), first),
        address(rates.first_example(2) + 1, training.columns["d2_1"]),
        address(training.sum_row(1), first + 3),
    ]
    wrong = {(SHEET, cell): f"={formula(xor, (SHEET, cell))}+0.0001" for cell in cells}
    [_, ironcalc] = xb.check(typed(xor.path, tmp_path, wrong)).comparisons
    assert sorted((m.sheet, m.cell) for m in ironcalc.mismatches) == sorted(wrong)


def test_there_are_as_many_updates_as_have_room():
    """At most 20, never more than the training has, and few where each takes many cells."""
    assert layout_of(xb.load("xor", epochs=100)).own(RatesLayout.of).updates == MOST_UPDATES
    assert layout_of(xb.load("xor", epochs=7)).own(RatesLayout.of).updates == 7
    backprop = layout_of(xb.load("backprop")).own(RatesLayout.of)
    assert LEAST_UPDATES <= backprop.updates < MOST_UPDATES


def test_a_training_too_large_is_left_out_and_start_says_so(tmp_path):
    made = make(tmp_path, "cnn", epochs=1, views=VIEWS)
    book = Book.open(made.path)
    assert SHEET not in book.sheets
    cells = made.layout.own(RatesLayout.of).least_cells
    assert cells > MOST_CELLS
    said = book.values("Start", 1, 1, book.dimensions("Start")[0], 2)
    assert [SHEET, f"left out: it would need about {cells:,} cells, more than 100,000"] in said
    assert xb.check(made.path).lines()[-1].startswith("All ")
    without = layout_of(xb.load("cnn", epochs=1, views=["walkthrough"]))
    assert without.too_large == {}


def test_the_cells_are_about_as_many_as_the_layout_says():
    recipe = xb.load("backprop", epochs=3, views=VIEWS)
    rates = layout_of(recipe).own(RatesLayout.of)
    assert rates.updates == LEAST_UPDATES
    formulas = new_sheet(recipe, "learning-rates").formula_count()
    assert formulas == pytest.approx(rates.least_cells, abs=100)


def test_the_chart_has_a_curve_for_each_rate_called_by_its_cell(images):
    [(_, chart)], rates = (
        new_sheet(images.recipe, "learning-rates").charts,
        images.layout.own(RatesLayout.of),
    )
    top, bottom = rates.curve_row(0), rates.curve_row(rates.updates)
    for series, letter in zip(chart.series, "BCDEFG", strict=True):
        assert series.xVal.numRef.f == f"'{SHEET}'!$A${top}:$A${bottom}"
        assert series.yVal.numRef.f == f"'{SHEET}'!${letter}${top}:${letter}${bottom}"
        assert series.tx.strRef.f == f"'{SHEET}'!${letter}${CURVE_ROW + 1}"


def test_there_is_no_sheet_where_nothing_is_trained():
    assert "learning-rates" not in layout_of(xb.load("xor", epochs=0)).sheets
