"""The Gradient check sheet: Σ∂C/∂w beside the slope of C_T that the sheet computes by itself."""

import numpy as np
import openpyxl
import pytest
from plain_loops import total_cost
from programs import in_every_program, in_other_programs
from reading import read
from views import formula, new_sheet, plain
from workbooks import Made, few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.checks.report import Report
from xlbackprop.recalc import ENGINES
from xlbackprop.sheets.gradient_check.layout import MOST_CELLS, QUOTIENT, GradientLayout
from xlbackprop.sheets.gradient_check.layout import H as SIZES
from xlbackprop.sheets.gradient_check.sheet import step_size
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.workbook.address import address

SHEET = "Gradient check"
VIEWS = ["gradient-check"]
PARAMETER, BLOCK, H = "B3", "B4", "B5"
SMALL = {"kind": "normal", "mean": 0.0, "sd": 0.7}
STACKED = [
    {"kind": "convolution", "filters": 2, "kernel": 3, "padding": 1, "activation": "relu"},
    {"kind": "max-pooling", "size": 2},
    {"units": 3, "activation": "softmax"},
]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """8 images of 0 and 1, 2 epochs; no other pages than those that are looked at."""
    folder, data = tmp_path_factory.mktemp("images"), few("backprop", 8)
    return make(folder, "backprop", epochs=2, data=data, views=VIEWS)


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    """Exclusive or, 3 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=3, views=VIEWS)


def chosen(made, folder, *, parameter=1, block=1, h=1e-4):
    """A copy in which this is typed into the yellow cells."""
    [place] = [one for one in made.layout.asked if one.name == "gradient parameter"]
    symbol = place.names[parameter - 1] if isinstance(parameter, int) else parameter
    sheet, entries = made.sheet("gradient-check"), {PARAMETER: symbol, BLOCK: block, H: h}
    return typed(made.path, folder, {(sheet, cell): entry for cell, entry in entries.items()})


def table(made: Made, path) -> np.ndarray:
    """h, C_T(w + h), C_T(w − h), quotient, Σ∂C/∂w, difference and decimals, row by row."""
    [book] = ENGINES["ironcalc"].recalculate([path])
    check = made.layout.own(GradientLayout.of)
    name, rows = made.sheet("gradient-check"), check.steps
    return np.array(book.values(name, check.table_row(0), SIZES, rows, 7))


def verdicts(report: Report) -> list[bool]:
    return [comparison.agrees for comparison in report.comparisons[1:]]


@pytest.mark.parametrize(
    ("lesson", "changes", "parameter", "block", "h"),
    [
        ("backprop", {}, 1, 1, 1e-4),
        ("backprop", {}, 40, 2, 0.3),
        ("xor", {}, 13, 3, -1e-3),
        ("worked-example", {}, 5, 2, 1e-2),
        ("iris", {}, 20, 2, 1e-5),
        ("iris", {"batch": 4, "rule": "momentum", "weight_decay": 0.1}, 7, 4, 1e-3),
        ("xor", {"gradients": "summed", "batch": 3}, 2, 2, 1e-3),
        # The second of two batches has one example: it is the mean over that one.
        ("xor", {"reduction": "mean", "batch": 3}, 2, 2, 1e-3),
        ("iris", {"reduction": "mean", "cost": "squared-error", "cost_factor": 1}, 20, 2, 1e-5),
        ("worked-example", {"output_reduction": "mean", "cost_factor": 1}, 5, 2, 1e-2),
    ],
    ids=str,
)
def test_the_slope_is_that_of_plain_loops_and_of_the_training(
    tmp_path, lesson, changes, parameter, block, h
):
    """Both costs are those of plain loops, and Σ∂C/∂w is what the training has."""
    data = {} if lesson in ("xor", "worked-example") else {"data": few(lesson, 8)}
    made = make(tmp_path, lesson, epochs=3, views=VIEWS, **data, **changes)
    rows = table(made, chosen(made, tmp_path, parameter=parameter, block=block, h=h))
    trace = xb.run(made.recipe)
    labels, network = made.layout.network.all_parameter_labels, made.layout.network
    index = np.flatnonzero(network.trained)[parameter - 1]
    now = dict(zip(labels, trace.parameter_values[block - 1].tolist(), strict=True))
    examples = (trace.steps.numbers[trace.steps.rows(block - 1)] - 1).tolist()
    for step, (size, plus, minus, quotient, slope, *_) in enumerate(rows.tolist()):
        assert size == pytest.approx(10.0**-step if step else h, rel=1e-14)
        moved = (now | {labels[index]: now[labels[index]] + way * size} for way in (1, -1))
        wanted = [total_cost(made.recipe, parameters, examples) for parameters in moved]
        assert [plus, minus] == pytest.approx(wanted, rel=1e-12)
        rounding = 1e-15 * len(examples) * max(wanted) / abs(size)
        numeric = (wanted[0] - wanted[1]) / (2 * size)
        assert quotient == pytest.approx(numeric, rel=1e-12, abs=rounding + 1e-12)
        assert slope == pytest.approx(trace.gradient[block - 1, index], rel=1e-12, abs=1e-13)
    apart = np.abs(rows[:, 3] - rows[:, 4])
    np.testing.assert_allclose(rows[:, 5], apart, rtol=1e-9, atol=1e-15)
    decimals = np.maximum(0, -np.log10(np.maximum(apart, 1e-16)))
    np.testing.assert_allclose(rows[:, 6], decimals, atol=1e-6)
    assert apart[5] < 1e-6 * max(1.0, abs(rows[0, 4]))  # h = 10⁻⁵


def test_a_large_h_misses_the_curvature_and_a_small_one_drowns_in_rounding(images):
    """As the sentence below says, with the largest h within a digit of the closest."""
    rows = table(images, images.path)[1:]
    best = int(rows[:, 5].argmin())
    assert 0 < best < 7
    assert rows[0, 5] > 1e3 * rows[best, 5] < 1e3 * rows[7, 5]
    [book] = ENGINES["ironcalc"].recalculate([images.path])
    near = int(np.flatnonzero(rows[:, 5] <= 10 * rows[best, 5])[0])
    power = "¹²³⁴⁵⁶⁷⁸"[near]
    said = book.value(SHEET, images.layout.own(GradientLayout.of).closest_row, 1)
    assert said.startswith(f"h = 10⁻{power} is the largest that comes within a digit of ")


def test_the_sentence_names_the_parameter_and_both_gradients(images, tmp_path):
    path = chosen(images, tmp_path, parameter=40, block=2, h=1e-3)
    [book] = ENGINES["ironcalc"].recalculate([path])
    trace, label = xb.run(images.recipe), images.layout.network.all_parameter_labels[39]
    assert label == "w3_1_1"
    w, slope = trace.parameter_values[1, 39], trace.gradient[1, 39]
    [numeric] = {round(row[3], 6) for row in table(images, path)[:1].tolist()}
    assert book.value(SHEET, 6, 1) == (
        f"w³₁₁ = {w:.6f}   ·   (C_T(w + h) − C_T(w − h)) / 2h = {numeric:.6f}"
        f"   ·   backpropagation: Σ ∂C/∂w = {slope:.6f}"
    ).replace("-", "−")
    assert book.value(SHEET, 7, 1) == "✓  They agree."
    assert book.value(SHEET, 3, 2) == "w³₁₁"


def test_the_parameter_is_chosen_from_a_list_of_all_symbols_that_are_trained(tmp_path):
    layers = [{"units": 2, "bias": "fixed"}, {"units": 1}]
    made = make(tmp_path, "xor", epochs=1, views=VIEWS, layers=layers, start=SMALL)
    sheet = openpyxl.load_workbook(made.path)[SHEET]
    [rule] = [one for one in sheet.data_validations.dataValidation if PARAMETER in one.sqref]
    assert rule.type == "list"
    listed = [cell.value for cell in sheet[rule.formula1.replace("$", "")][0]]
    symbols = [text for text in listed if text and text != "–"]
    assert symbols == ["w²₁₁", "w²₁₂", "w²₂₁", "w²₂₂", "w³₁₁", "w³₁₂", "b³₁"]
    assert sheet[PARAMETER].value == "w²₁₁"


def test_symbols_that_two_layers_share_are_told_apart_by_the_layer():
    layers = [
        {"kind": "convolution", "filters": 1, "kernel": 2},
        {"kind": "convolution", "filters": 1, "kernel": 2},
        {"units": 3},
    ]
    layout = layout_of(xb.load("cnn", epochs=1, views=VIEWS, layers=layers, start=SMALL))
    [place] = [one for one in layout.asked if one.name == "gradient parameter"]
    assert (place.names[0], place.names[5]) == ("wᶠ¹₁₁ (2)", "wᶠ¹₁₁ (3)")
    assert len(set(place.names)) == len(place.names) == layout.network.trained.sum()
    assert place.names[-1] == "bᴼ₃"


def test_a_wrong_gradient_is_seen_by_the_reader_and_blamed_where_it_is(images, tmp_path):
    """The sheet says that both differ; the check blames Training alone."""
    sheet, cell = images.total("g_w2_1_1", epoch=1)
    path = retyped(images, tmp_path, (sheet, cell), f"={formula(images, (sheet, cell))}*2.001")
    [book] = ENGINES["ironcalc"].recalculate([path])
    assert book.value(SHEET, 7, 1).startswith("✗  They differ")
    [_, ironcalc] = xb.check(path).comparisons
    assert {(m.sheet, m.cell) for m in ironcalc.mismatches} == {(sheet, cell)}


def test_a_wrong_pass_or_quotient_is_found(xor, tmp_path):
    """A formula of the passes, and one of the quotients, is blamed itself."""
    check = xor.layout.own(GradientLayout.of)
    z = address(check.top + 1, check.passes.columns[1]["z2_1"])
    for cell in (z, address(check.table_row(8), QUOTIENT)):
        place = (SHEET, cell)
        path = retyped(xor, tmp_path, place, f"={formula(xor, place)}+0.0001")
        [_, ironcalc] = xb.check(path).comparisons
        assert [(m.sheet, m.cell) for m in ironcalc.mismatches] == [place]


CASES = [
    ("backprop", {"epochs": 2}, {"parameter": 39, "h": 0.01}),
    ("backprop", {"epochs": 1, "lang": "zh"}, {"parameter": 47, "h": 1e-9}),
    ("worked-example", {"lang": "zh"}, {"parameter": 8, "block": 20, "h": 1e-7}),
    ("xor", {"epochs": 8, "batch": 3}, {"parameter": 4, "block": 16}),
    ("xor", {"epochs": 4, "cost": "absolute-error"}, {"parameter": 10}),
    ("iris", {"epochs": 2}, {"parameter": 43, "block": 2}),
    ("iris", {"epochs": 1, "batch": 40, "gradients": "summed"}, {"parameter": 6, "block": 4}),
    ("sine", {"epochs": 2, "scaling": "z-score"}, {"parameter": 19, "block": 2, "h": -1e-3}),
    ("cnn", {"epochs": 1}, {"parameter": 3, "h": 1e-3}),
    (
        "cnn",
        {
            "epochs": 2,
            "data": few("cnn", 6),
            "layers": STACKED,
            "start": SMALL,
            "cost": "cross-entropy",
            "gradients": "summed",
        },
        {"parameter": 11, "block": 2},
    ),
    (
        "sine",
        {"epochs": 2, "layers": [{"units": 1, "activation": "linear", "bias": "none"}]},
        {"parameter": 1, "block": 2},
    ),
    (
        "iris",
        {
            "epochs": 1,
            "data": few("iris", 9),
            "start": SMALL,
            "cost": "hinge",
            "layers": [{"units": 2, "bias": "shared"}, {"units": 3, "activation": "linear"}],
        },
        {"parameter": 9},
    ),
]


@pytest.mark.exhaustive  # a plain run has the like in test_every_view
@pytest.mark.parametrize(("lesson", "changes", "entries"), CASES, ids=str)
@in_every_program("each program rounds the small differences of large sums in its way")
def test_whatever_is_chosen_agrees(tmp_path, need, engine, lesson, changes, entries):
    need(engine)
    made = make(tmp_path, lesson, views=VIEWS, **changes)
    assert "gradient-check" in made.layout.sheets
    report = xb.check(chosen(made, tmp_path, **entries), engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert (report.faults, report.edits) == ((), ())


def test_what_is_chosen_is_no_fault_but_a_changed_input(xor, tmp_path):
    report = xb.check(chosen(xor, tmp_path, parameter=4, block=2, h=0.5))
    assert verdicts(report) == [True]
    assert report.faults == ()
    assert report.changes == (
        "Gradient check!B3  parameter = w²₂₁ (was w²₁₁)",
        "Gradient check!B4  block = 2 (was 1)",
        "Gradient check!B5  h = 0.5 (was 0.0001)",
    )


def assert_named_and_nothing_else(report, cell, wanted):
    [fault] = report.faults
    assert fault.startswith(f"{SHEET}!{cell}: got ")
    assert fault.endswith(f"wanted {wanted}; type one.")
    assert (report.edits, report.changes) == ((), ())
    assert all(not comparison.mismatches for comparison in report.comparisons)


MOST = {PARAMETER: 13, BLOCK: 3}
WANTED = {PARAMETER: "a symbol of its list, such as w²₁₁", BLOCK: "a whole number from 1 to 3"}


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("entry", [0, "one too many", 1.5, None, "w", "1"])
@pytest.mark.parametrize("cell", MOST)
def test_what_cannot_be_chosen_is_named_and_nothing_else(xor, tmp_path, cell, entry):
    most = MOST[cell]
    entry = most + 1 if entry == "one too many" else entry
    report = xb.check(retyped(xor, tmp_path, (SHEET, cell), entry))
    assert_named_and_nothing_else(report, cell, WANTED[cell])


@in_other_programs("what INDEX makes of nothing or a text is decided by each program")
@pytest.mark.parametrize("entry", [None, "w"])
@pytest.mark.parametrize("cell", MOST)
def test_what_cannot_be_chosen_is_named_in_every_program(xor, tmp_path, need, engine, cell, entry):
    need(engine)
    report = xb.check(retyped(xor, tmp_path, (SHEET, cell), entry), engine)
    assert_named_and_nothing_else(report, cell, WANTED[cell])


@in_every_program("what a sum with a text comes to is decided by each program", quick=False)
@pytest.mark.parametrize("entry", [None, "small"])
def test_an_h_that_is_no_number_is_named_and_nothing_else(xor, tmp_path, need, engine, entry):
    need(engine)
    report = xb.check(retyped(xor, tmp_path, (SHEET, H), entry), engine)
    assert_named_and_nothing_else(report, H, "a number")


@in_every_program("each program has an error of its own for a division by zero")
def test_no_h_at_all_is_a_division_by_zero_on_both_sides(xor, tmp_path, need, engine):
    """No formula is blamed; the cell is, as no step has that size."""
    need(engine)
    path = chosen(xor, tmp_path, h=0)
    report = xb.check(path, engine)
    assert verdicts(report) == [True]
    sheet, cell = xor.number("h")
    [book] = ENGINES[engine].recalculate([path])
    h = step_size(xor.layout)
    assert "other than 0" in book.value(sheet, h.row, h.column + 1)
    assert report.faults == (f"{sheet}!{cell}: got 0, wanted a number other than 0; type one.",)
    assert not report.agrees


@pytest.mark.parametrize(
    ("place", "value"),
    [("start", 0.7), ("input", 3), ("eta", 0.9)],
)
def test_a_changed_number_elsewhere_still_agrees(images, tmp_path, place, value):
    """A weight, a pixel and η: the sheet follows."""
    cell = {
        "start": images.start("w2_1_1"),
        "input": images.input("x_1_1", 5),
        "eta": images.eta,
    }[place]
    report = xb.check(retyped(images, tmp_path, cell, value))
    assert verdicts(report) == [True]
    assert len(report.changes) == 1


def test_an_untouched_file_needs_no_second_look(images):
    """Quotients of a small h differ from Python's by rounding, and are still as they must be."""
    report = xb.check(images.path)
    assert report.lines()[-1].startswith("All ")
    [_, ironcalc] = report.comparisons
    assert ironcalc.compared == report.formulas


@pytest.mark.parametrize(
    ("changes", "has_kinks"),
    [
        ({}, False),
        ({"cost": "absolute-error"}, True),
        ({"layers": [{"units": 2, "activation": "relu"}, {"units": 1}], "start": SMALL}, True),
        ({"layers": [{"units": 2, "activation": "tanh"}, {"units": 1}], "start": SMALL}, False),
    ],
    ids=str,
)
def test_kinks_are_spoken_of_where_there_are_any(changes, has_kinks):
    recipe = xb.load("xor", epochs=1, views=VIEWS, **changes)
    row = layout_of(recipe).own(GradientLayout.of).note_row
    cells = new_sheet(recipe, "gradient-check").cells
    said = {plain(cell.value) for cell in cells if (cell.row, cell.column) == (row, 1)}
    assert any(text.startswith("C_T of this network has kinks.") for text in said) == has_kinks


def test_where_both_differ_by_more_than_1_no_decimal_agrees(tmp_path):
    """A target of 1,000 makes the slope steep; h = 100 steps over the whole rise of σ."""
    data = {"columns": ["x1", "x2", "y"], "rows": [[0, 1, 1000], [1, 0, 1000]]}
    made = make(tmp_path, "xor", epochs=1, views=VIEWS, data=data, eta=1e-9)
    [first, *_] = table(made, chosen(made, tmp_path, parameter=13, h=100.0))
    *_, apart, decimals = first
    assert apart > 1
    assert decimals == 0


def test_a_large_network_has_no_table_and_a_very_large_one_no_sheet():
    """The limit is for the cells of the whole sheet, and Start says what it would have needed."""
    assert layout_of(xb.load("iris", epochs=1)).own(GradientLayout.of).has_table
    cnn = layout_of(xb.load("cnn", epochs=1))
    assert "gradient-check" in cnn.sheets
    without = cnn.own(GradientLayout.of)
    assert not without.has_table
    assert without.helper_row == without.note_row + 2  # no empty rows in the table's place
    rows = [[0.1 * k, 0.2 * k, k % 2] for k in range(400)]
    data = {"columns": ["x1", "x2", "t"], "rows": rows}
    large = xb.load(
        "xor", epochs=1, data=data, inputs=["x1", "x2"], targets=["t"], start=SMALL,
        layers=[{"units": 60}, {"units": 1}],
    )  # fmt: skip
    layout = layout_of(large)
    assert "gradient-check" not in layout.sheets
    assert layout.too_large["gradient-check"] == (
        layout.own(GradientLayout.of).cells(1),
        MOST_CELLS,
    )


@pytest.mark.parametrize(("lesson", "steps"), [("xor", 9), ("cnn", 1)])
def test_the_cells_are_about_as_many_as_the_layout_says(lesson, steps):
    recipe = xb.load(lesson, epochs=1, views=VIEWS)
    formulas = new_sheet(recipe, "gradient-check").formula_count()
    assert formulas == pytest.approx(layout_of(recipe).own(GradientLayout.of).cells(steps), abs=130)


def test_there_is_no_sheet_where_nothing_is_trained():
    assert "gradient-check" not in layout_of(xb.load("xor", epochs=0)).sheets


@pytest.mark.parametrize("h", [-0.01, 2.0])
def test_a_step_downwards_or_a_large_one_is_as_good_as_any(h):
    """The note beside h stays as it is, whatever h is but 0."""
    book = read(xb.load("xor", epochs=1, views=VIEWS))
    notes = [book.after({("gradient-check", H): x})["gradient-check"] for x in (1e-4, h, 0)]
    usual, other, none = (page.computed("C5") for page in notes)
    assert usual == other == book["gradient-check"].value("C5")
    assert none != usual
