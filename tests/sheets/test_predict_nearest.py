"""The sentence on the training example that is nearest to what a person draws on Predict."""

import numpy as np
import pytest
from programs import in_every_program
from views import new_sheet
from workbooks import few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.recalc import ENGINES
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.predict.layout import EXAMPLES, PredictLayout
from xlbackprop.sheets.predict.sheet import drawn as drawn_cells
from xlbackprop.workbook.address import address, coordinate

VIEWS = ["predict"]
RIGHT_COLUMN = [0, 0, 1] * 4  # a 1 beside those that the lesson has in the middle
PROGRAMS = "each program adds up the squares and finds the smallest sum by itself"


def drawn(made, folder, values):
    sheet, cells = made.sheet("predict"), drawn_cells(made.layout)
    places = {
        (sheet, address(cell.row, cell.column)): value
        for cell, value in zip(cells, values, strict=True)
    }
    return typed(made.path, folder, places)


def said(made, path, engine="ironcalc"):
    [book] = ENGINES[engine].recalculate([path])
    return book.value(made.sheet("predict"), PredictLayout.NEAREST_ROW, 1)


def agrees(path, engine="ironcalc"):
    report = xb.check(path, engine)
    assert report.faults == report.edits == ()
    return report.lines()[-1].startswith("All ")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """The 64 pictures of 0 and 1 of the lesson."""
    return make(tmp_path_factory.mktemp("images"), "backprop", epochs=1, views=VIEWS)


@pytest.fixture(scope="module")
def xor(tmp_path_factory):
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=1, views=VIEWS)


@in_every_program(PROGRAMS, quick=False)
def test_a_1_in_the_right_column_is_nearest_to_a_0_and_most_that_are_as_near_are_0s(
    images, tmp_path, need, engine
):
    need(engine)
    path = drawn(images, tmp_path, RIGHT_COLUMN)
    differ = (images.recipe.raw() != RIGHT_COLUMN).sum(axis=1)
    near = np.flatnonzero(differ == differ.min())
    labels = [int(images.recipe.labels()[i]) for i in near]
    assert labels == [0, 0, 0, 0, 1, 1]
    assert said(images, path, engine) == (
        f"Nearest training example: no. {near[0] + 1} (0)   ·   pixels that differ: "
        f"{differ.min()}   ·   the first of 6 that are as near, and 4 of these are 0"
    )
    assert agrees(path, engine)


@pytest.mark.parametrize("scaling", ["none", "min-max", "z-score"])
@in_every_program(PROGRAMS, quick=False)
def test_numbers_have_a_distance_in_the_scale_of_the_network(tmp_path, need, engine, scaling):
    need(engine)
    made = make(
        tmp_path, "iris", epochs=1, data=few("iris", 40), scaling=scaling, views=VIEWS, lang="zh"
    )
    flower, raw = np.array([5.81, 3.07, 3.3, 1.02]), made.recipe.raw()
    spread = {"none": 1, "min-max": np.ptp(raw, axis=0), "z-score": raw.std(axis=0)}[scaling]
    distances = np.sqrt((((raw - flower) / spread) ** 2).sum(axis=1))
    first = distances.argmin()
    path = drawn(made, tmp_path, flower.tolist())
    assert said(made, path, engine) == (
        f"最近的训练样本：第 {first + 1} 个（{made.recipe.labels()[first]}）   ·   "
        f"距离 √Σ(x − x′)² 为 {distances[first]:.3f}"
    )
    assert agrees(path, engine)


@in_every_program(PROGRAMS, quick=False)
def test_without_classes_the_sentence_has_the_targets(xor, tmp_path, need, engine):
    need(engine)
    path = drawn(xor, tmp_path, [1, 0.5])
    first = np.flatnonzero(xor.recipe.raw()[:, 0] == 1)[0]  # of (1, 0) and (1, 1)
    y = int(xor.recipe.t()[first, 0])
    assert said(xor, path, engine) == (
        f"Nearest training example: no. {first + 1} (t₁ = {y})   ·   its distance "
        f"√Σ(x − x′)² is 0.500   ·   the first of 2 that are as near"
    )
    assert agrees(path, engine)
    curve = make(tmp_path, "sine", epochs=1, data=few("sine", 8), views=VIEWS)
    x, y = curve.recipe.raw()[:, 0], curve.recipe.t()[:, 0]
    typed_x = (x[3] + 2 * x[4]) / 3
    path = drawn(curve, tmp_path, [typed_x])
    assert said(curve, path, engine) == (
        f"Nearest training example: no. 5 (t₁ = {y[4]:.3f})   ·   its distance √Σ(x − x′)² is "
        f"{abs(typed_x - x[4]):.3f}"
    ).replace("-", "−")
    assert agrees(curve.path, engine)


@in_every_program(PROGRAMS, quick=False)
def test_sums_that_are_equal_but_for_rounding_are_as_near(tmp_path, need, engine):
    """100.1 is as far from 99.8 as from 100.4, but for digits that both lost."""
    need(engine)
    far, near = 100.4 - 100.1, 100.1 - 99.8
    assert 1e-14 < far / near - 1 < 1e-12  # more than a program's own comparison forgives
    rows = [[100.4, 1, 0], [99.8, 1, 1], [90, 1, 1], [110, 0, 1]]
    data = {"columns": ["x1", "x2", "y"], "rows": rows}
    made = make(tmp_path, "xor", data=data, epochs=1, views=VIEWS)
    path = drawn(made, tmp_path, [100.1, 1])
    assert said(made, path, engine) == (
        "Nearest training example: no. 1 (t₁ = 0)   ·   its distance √Σ(x − x′)² is 0.300   ·   "
        "the first of 2 that are as near"
    )
    assert agrees(path, engine)


@in_every_program("where squares overflow each program goes another way")
@pytest.mark.parametrize("large", [1e9, 1e160, -1.7e308])
def test_numbers_whose_squares_overflow_make_no_error(xor, tmp_path, need, engine, large):
    need(engine)
    path = drawn(xor, tmp_path, [large, 1])
    assert said(xor, path, engine) == "The numbers are too large to be written out."
    [book] = ENGINES[engine].recalculate([path])
    place = xor.layout.own(PredictLayout.of)
    for column in range(place.distances, place.nearest_targets + 1):
        if column != place.nearest - 1:
            assert isinstance(book.value("Predict", place.parameters_top, column), float)
    assert agrees(path, engine)


@in_every_program("what follows from a text is decided by each program")
def test_while_a_cell_cannot_be_used_nothing_is_said_to_be_near(xor, tmp_path, need, engine):
    need(engine)
    path = drawn(xor, tmp_path, ["ink", 1])
    assert said(xor, path, engine) == "–"
    [fault] = xb.check(path, engine).faults
    assert fault.startswith("Predict!")


@pytest.mark.parametrize("shift", [1, 2, 4, 5, 6, 7])
def test_a_changed_formula_beside_the_distances_is_blamed_where_it_stands(xor, tmp_path, shift):
    place = xor.layout.own(PredictLayout.of)
    row = place.parameters_top + (shift == 2)  # the first cell is what the rows below share
    cell = address(row, place.distances + shift)
    report = xb.check(retyped(xor, tmp_path, ("Predict", cell), "=7"))
    [_, ironcalc] = report.comparisons
    assert [m.cell for m in ironcalc.mismatches] == [cell]


def test_it_is_told_where_there_are_several_examples_and_not_too_many():
    data = {"columns": ["x", "y"], "rows": [[i, i % 2] for i in range(EXAMPLES + 1)]}
    usual = {"inputs": ["x"], "epochs": 0, "start": {"kind": "normal"}}
    most = xb.load("xor", **usual, data={**data, "rows": data["rows"][:EXAMPLES]})
    for recipe, tells in (
        (most, True),
        (xb.load("xor", **usual, data=data), False),
        (xb.load("worked-example"), False),
    ):
        assert layout_of(recipe).own(PredictLayout.of).finds_nearest == tells


@pytest.mark.parametrize("name", ["\ue047\u2028b", "=1+1", '"&A1&"', "x" * 300])
def test_no_name_of_a_column_becomes_part_of_a_formula(tmp_path, name):
    rows = [[0.5, 1], [0.25, 0.5]]
    made = make(tmp_path, "sine", data={"columns": ["x", name], "rows": rows}, inputs=["x"],
                targets=[name], epochs=1, views=VIEWS)  # fmt: skip
    formulas = [cell.formula or "" for cell in new_sheet(made.recipe, "predict").cells]
    assert not any(name in formula for formula in formulas)
    assert agrees(made.path, "ironcalc")


def test_the_distances_are_not_printed(images):
    place = images.layout.own(PredictLayout.of)
    printed = new_sheet(images.recipe, "predict").paper.area
    assert coordinate(printed.split(":")[1])[1] < place.distances
