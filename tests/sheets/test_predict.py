"""The Predict sheet: what a person draws, and what the network says to it."""

import re

import numpy as np
import pytest
from convolutional import MAPS, SMALL, STACKED
from programs import in_every_program
from views import drawn as data_of
from views import new_sheet
from workbooks import few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.sheets.predict.sheet import choice as predict_choice
from xlbackprop.sheets.predict.sheet import drawn as drawn_cells
from xlbackprop.sheets.predict.verdict import lead, lead_formula
from xlbackprop.sheets.solver.sheet import choice as solver_choice
from xlbackprop.workbook.address import address

VIEWS = ["predict"]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """8 images of 0 and 1, 3 epochs; no other pages than those that are looked at."""
    folder, data = tmp_path_factory.mktemp("images"), few("backprop", 8)
    return make(folder, "backprop", epochs=3, data=data, views=VIEWS)


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    """Exclusive or, 3 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=3, views=VIEWS)


def drawn(made, folder, values, block=None):
    """A copy in which somebody drew, and perhaps chose a block."""

    layout = made.layout
    cells = dict(zip(drawn_cells(layout), values, strict=True))
    if block is not None:
        cells[predict_choice(layout)] = block
    sheet = made.sheet("predict")
    places = {(sheet, address(cell.row, cell.column)): value for cell, value in cells.items()}
    return typed(made.path, folder, places)


def shown(made, path, engine="ironcalc"):
    """The numbers of the page by symbol, and its sentence."""
    [book] = ENGINES[engine].recalculate([path])
    sheet, page = made.sheet("predict"), made.layout.own(PredictLayout.of)
    values = {label: book.value(sheet, *place) for label, place in page.shown.items()}
    return values, book.value(sheet, page.VERDICT_ROW, 1)


def by_hand(recipe, block, raw):
    """z and a of a dense sigmoid network by plain loops."""
    found = xb.run(recipe).parameters.loc[block]
    values = {}
    a = list(raw)
    for number, layer in enumerate(recipe.layers, 2):
        following = []
        for j in range(1, layer.units + 1):
            weights = [found[f"w{number}_{j}_{i}"] for i in range(1, len(a) + 1)]
            z = sum(w * x for w, x in zip(weights, a, strict=True)) + found[f"b{number}_{j}"]
            values[f"z{number}_{j}"] = z
            values[f"a{number}_{j}"] = 1 / (1 + np.exp(-z))
            following.append(values[f"a{number}_{j}"])
        a = following
    return values, a


ONES = [0, 1, 0] * 4
ZERO = [1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1]


@in_every_program("each program puts the sentence together by its own FIXED", quick=False)
@pytest.mark.parametrize(("picture", "block"), [(ONES, 1), (ONES, 4), (ZERO, 4), ([0.5] * 12, 2)])
def test_what_is_drawn_passes_through_the_weights_of_the_chosen_epoch(
    images, tmp_path, need, engine, picture, block
):
    need(engine)
    path = drawn(images, tmp_path, picture, block)
    values, said = shown(images, path, engine)
    wanted, outputs = by_hand(images.recipe, block, picture)
    assert set(values) == {*wanted, "lead"}
    for label, value in wanted.items():
        assert values[label] == pytest.approx(value, rel=1e-12, abs=1e-12), label
    best, other = max(outputs), min(outputs)
    assert said == (
        f"The network says {outputs.index(best)}   ·   that output is {best:.3f}, "
        f"ahead of the next by {best - other:.3f}"
    )
    report = xb.check(path, engine)
    assert report.faults == report.edits == ()
    assert report.lines()[-1].startswith("All ")


def test_a_new_workbook_shows_the_first_example_with_the_last_weights(images):
    page, trace = images.layout.own(PredictLayout.of), xb.run(images.recipe)
    book = Book.open(images.path)
    last = trace.examples.loc[(images.recipe.epochs + 1, 1)]
    for label, (row, column) in page.drawn.items():
        assert book.value("Predict", row, column) == last[label]
    for label, (row, column) in page.shown.items():
        if label != "lead":
            assert book.value("Predict", row, column) == pytest.approx(last[label], rel=1e-12)


@in_every_program("each program looks the chosen block up in its way", quick=False)
def test_a_drawn_example_gets_the_outputs_that_it_has_on_training(images, tmp_path, need, engine):
    need(engine)
    picture = images.recipe.raw()[5]
    values, _ = shown(images, drawn(images, tmp_path, picture, 2), engine)
    line = xb.run(images.recipe).examples.loc[(2, 6)]
    for label, value in values.items():
        if label != "lead":
            assert value == pytest.approx(line[label], rel=1e-12, abs=1e-12), label


@in_every_program("what an empty cell counts as is decided by each program")
def test_an_empty_cell_is_paper(images, tmp_path, need, engine):
    need(engine)
    empty = [None if pixel == 0 else pixel for pixel in ONES]
    path = drawn(images, tmp_path, empty)
    wanted, _ = by_hand(images.recipe, 4, ONES)
    values, _ = shown(images, path, engine)
    assert values["z2_1"] == pytest.approx(wanted["z2_1"], rel=1e-12)
    report = xb.check(path, engine)
    assert report.faults == ()
    assert report.lines()[-1].startswith("All ")


def test_what_is_drawn_is_told_as_a_change(images, tmp_path):
    picture = [*images.recipe.raw()[0]]
    picture[4] = 0.25
    report = xb.check(drawn(images, tmp_path, picture, 2))
    cell = address(*images.layout.own(PredictLayout.of).drawn["x_2_2"])
    assert report.changes == (
        "Predict!F3  block = 2 (was 4)",
        f"Predict!{cell}  drawn x_2_2 = 0.25 (was 0)",
    )


@in_every_program("what follows from a text or a truth value is decided by each program")
@pytest.mark.parametrize("entry", ["ink", True, 0, 5, 2.5])
def test_a_cell_that_cannot_be_used_is_named_and_nothing_else_is_blamed(
    xor, tmp_path, need, engine, entry
):
    need(engine)
    is_drawn = isinstance(entry, str | bool)
    path = drawn(xor, tmp_path, [entry, 1]) if is_drawn else drawn(xor, tmp_path, [1, 1], entry)
    report = xb.check(path, engine)
    [fault] = report.faults
    page = xor.layout.own(PredictLayout.of)
    cell = address(*page.drawn["x1"]) if is_drawn else address(*page.choice)
    assert fault.startswith(f"Predict!{cell}: got ")
    assert all(not comparison.mismatches for comparison in report.comparisons)


def test_a_changed_formula_is_blamed_where_it_stands(images, tmp_path):
    page = images.layout.own(PredictLayout.of)
    cell = address(page.top, page.columns["z2_1"])
    report = xb.check(retyped(images, tmp_path, ("Predict", cell), "=1"))
    [_, ironcalc] = report.comparisons
    assert [m.cell for m in ironcalc.mismatches] == [cell]


def test_a_single_output_answers_one_from_a_half_on(xor, tmp_path):
    for picture in ([0, 0], [0, 1], [1, 0], [1, 1], [3, -2]):
        _, [output] = by_hand(xor.recipe, 4, picture)
        _, said = shown(xor, drawn(xor, tmp_path, picture))
        answer = 1 if output >= 0.5 else 0
        assert said == (
            f"The network says {answer}   ·   its output is {output:.3f}, "
            "and from 0.5 on that means 1"
        )


def test_outputs_that_are_no_answers_are_told_as_numbers(tmp_path):
    made = make(tmp_path, "sine", epochs=2, data=few("sine", 8), views=VIEWS)
    values, said = shown(made, drawn(made, tmp_path, [0.5]))
    value = f"{values['a3_1']:.3f}".replace("-", "−")
    assert said == f"The network's output: {value}"


@pytest.mark.parametrize("scaling", ["min-max", "z-score"])
@in_every_program("which of the outputs leads is found by each program's own MATCH", quick=False)
def test_raw_values_are_scaled_as_those_of_the_data(tmp_path, need, engine, scaling):
    need(engine)
    data = few("iris", 9)
    made = make(tmp_path, "iris", epochs=2, data=data, scaling=scaling, views=VIEWS)
    raw, flower = made.recipe.raw(), np.array([6.1, 2.0, 7.5, 0.3])
    low, width = raw.min(axis=0), raw.max(axis=0) - raw.min(axis=0)
    middle, spread = (low, width) if scaling == "min-max" else (raw.mean(axis=0), raw.std(axis=0))
    path = drawn(made, tmp_path, flower.tolist(), 2)
    values, said = shown(made, path, engine)
    found = [values[f"x{i}"] for i in range(1, 5)]
    np.testing.assert_allclose(found, (flower - middle) / spread, rtol=1e-12, atol=1e-12)
    outputs = [values[f"a3_{k}"] for k in (1, 2, 3)]
    names = ["setosa", "versicolor", "virginica"]
    best = int(np.argmax(outputs))
    assert said.startswith(f"The network says {names[best]}   ·   that output is ")
    first, second, _ = sorted(outputs, reverse=True)
    assert values["lead"] == pytest.approx(first - second, abs=1e-12)
    assert xb.check(path, engine).lines()[-1].startswith("All ")


@in_every_program("each program looks the values of the choice up in its way", quick=False)
def test_solver_books_use_the_weights_in_use_on_solver(tmp_path, need, engine):
    need(engine)
    made = make(tmp_path, "solver", data=few("solver", 8), views=VIEWS)
    choice = solver_choice(made.layout)
    path = retyped(made, tmp_path, ("Solver", address(choice.row, choice.column)), 3)
    values, _ = shown(made, path, engine)
    solver = made.layout.solver
    [book] = ENGINES[engine].recalculate([path])
    for k in (1, 2):  # the first example is drawn, and stands in the first row there
        column = solver.columns[f"a3_{k}"]
        there = book.value("Solver", solver.top, column)
        assert values[f"a3_{k}"] == pytest.approx(there, rel=1e-12, abs=1e-12)
    assert xb.check(path, engine).lines()[-1].startswith("All ")
    assert predict_choice(made.layout) not in made.layout.asked


KINDS = [
    ("worked-example", {}),
    ("worked-example", {"lang": "zh"}),
    ("xor", {"epochs": 0}),
    ("xor", {"batch": 3, "gradients": "summed"}),
    ("xor", {"layers": [{"units": 1}]}),
    ("iris", {"batch": 7, "cost": "squared-error", "lang": "zh"}),
    ("iris", {"layers": [{"units": 20, "bias": "shared"}, {"units": 3, "bias": "none"}]}),
    ("sine", {"scaling": "z-score", "lang": "zh"}),
    ("backprop", {"epochs": 0, "layers": [{"units": 3, "activation": "step"}, {"units": 2}]}),
    ("backprop", {"scaling": "min-max"}),
    ("cnn", {"epochs": 2}),
    ("cnn", {"layers": MAPS, "gradients": "summed"}),
    ("cnn", {"layers": STACKED, "cost": "cross-entropy", "batch": 5}),
]


@pytest.mark.exhaustive  # a plain run has the like in test_every_view
@pytest.mark.parametrize(("lesson", "changes"), KINDS, ids=str)
@in_every_program("each program has its own way with the texts and numbers of a page")
def test_every_kind_of_network_agrees(tmp_path, need, engine, lesson, changes):
    need(engine)
    usual = {"epochs": 1, "views": VIEWS} | changes
    if lesson not in ("xor", "worked-example"):
        usual |= {"data": few(lesson, 8)}
    if "layers" in changes:
        usual["start"] = SMALL
    made = make(tmp_path, lesson, **usual)
    random = np.random.default_rng(5).normal(size=len(drawn_cells(made.layout))).round(2)
    blocks = 1 if made.layout.has_blocks else None
    path = drawn(made, tmp_path, random.tolist(), blocks)
    report = xb.check(path, engine)
    assert report.lines()[-1].startswith("All "), report.lines()
    assert report.faults == report.edits == ()
    _, said = shown(made, path, engine)
    assert re.search(r"\d\.\d{3}|—|too large|太大", said)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_lead_is_that_of_the_largest_over_the_second(tmp_path, count):
    """The formula is made for any order of the outputs, also with equal ones."""
    random = np.random.default_rng(count)
    for values in (random.normal(size=count), np.zeros(count), np.arange(count, 0.0, -1)):
        first, second, *_ = sorted(values, reverse=True)
        assert lead(values.tolist()) == first - second
        cells = [f"A{i}" for i in range(1, count + 1)]
        text = lead_formula(cells)
        for i in range(count):
            text = text.replace(f"A1:A{i + 1}", "v[:" + str(i + 1) + "]")
        for i in range(count):
            text = re.sub(rf"\bA{i + 1}\b", f"v[{i}]", text)
        largest = lambda *of: np.max(np.hstack(of))  # noqa: E731
        smallest = lambda *of: np.min(np.hstack(of))  # noqa: E731
        assert eval(text, {"v": values, "MAX": largest, "MIN": smallest}) == first - second


def test_there_is_no_page_for_more_than_can_be_read():
    """A picture of 20 × 20 still is one; 21 × 20 pixels aren't."""
    for rows, has in ((20, True), (21, False)):
        columns = [f"p{i}" for i in range(rows * 20)]
        data = {"columns": [*columns, "y"], "rows": [[i % 2] * (rows * 20 + 1) for i in range(2)]}
        changes = {"data": data, "inputs": columns, "image": [rows, 20], "label": "y"}
        layers = [{"units": 2}]
        recipe = xb.load("backprop", epochs=1, layers=layers, start=SMALL, **changes)
        assert ("predict" in layout_of(recipe).sheets) == has


@pytest.mark.parametrize("lesson", ["backprop", "iris", "cnn", "xor"])
def test_no_two_things_share_a_cell(lesson):
    page = layout_of(xb.load(lesson, epochs=1)).own(PredictLayout.of)
    places = [place for picture in page.page.pictures for _, place in picture.places]
    headings = [(h.top, c) for h in page.page.headings for c in range(h.left, h.right + 1)]
    assert len(places + headings) == len({*places, *headings})
    assert max(column for _, column in places) < page.chart


def test_the_chart_draws_the_outputs_below_their_names(images):
    [(_, chart)] = new_sheet(images.recipe, "predict").charts
    [series] = chart.series
    page = images.layout.own(PredictLayout.of)
    names = [address(*place) for place in page.names]
    outputs = [address(*page.shown[f"a3_{k}"]) for k in (1, 2)]
    assert series.cat.strRef.f.replace("$", "") == f"'Predict'!{names[0]}:{names[-1]}"
    assert series.val.numRef.f.replace("$", "") == f"'Predict'!{outputs[0]}:{outputs[-1]}"
    assert (chart.y_axis.scaling.min, chart.y_axis.scaling.max) == (0, 1)


@pytest.mark.parametrize(("units", "height"), [(13, 46), (14, 42), (16, 37)])
def test_all_rows_of_a_network_have_room_on_a_screen(units, height):
    """600 pixels, of which a row takes 46 at most; a pixel is ¾ of a point."""
    layers = [{"units": units}, {"units": 1}]
    page = new_sheet(xb.load("xor", epochs=1, start=SMALL, layers=layers, views=VIEWS), "predict")
    heights = list(page.heights.values())
    assert heights.count(height * 0.75) == units


def test_a_pixel_to_draw_in_is_square_and_a_number_beside_it_has_room():
    """Rows of 46 pixels; a character is 7 wide."""
    recipe = xb.load("cnn", epochs=1, views=VIEWS, **data_of(4))
    sheet, page = new_sheet(recipe, "predict"), layout_of(recipe).own(PredictLayout.of)
    widths = {c: own.width for own in sheet.columns for c in range(own.first, own.last + 1)}
    rows, columns = (set(numbers) for numbers in zip(*page.drawn.values(), strict=True))
    assert {sheet.heights[row] for row in rows} == {46 * 0.75}
    assert {round(7 * widths[column]) for column in columns} == {46}
    assert all(widths[column] > 7 for _, column in page.shown.values())


def test_maps_stand_as_their_units_see_them():
    """Each row of a map in a row of the sheet, also of a pooled one."""
    layers = [
        {"kind": "convolution", "filters": 2, "kernel": 2},
        {"kind": "max-pooling", "size": 1},
        {"units": 2},
        {"units": 3},
    ]
    recipe = xb.load("cnn", epochs=1, **data_of(4), layers=layers)
    shown = layout_of(recipe).own(PredictLayout.of).shown
    for symbol in ("z2F", "a2F", "a3P"):
        for f in (1, 2):
            top, left = shown[f"{symbol}{f}_1_1"]
            for r, c in np.ndindex(3, 3):
                assert shown[f"{symbol}{f}_{r + 1}_{c + 1}"] == (top + r, left + c)
