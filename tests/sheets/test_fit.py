"""The Fit sheet: the curve of a network with one input, at a step that a person chooses."""

import math

import numpy as np
import pytest
from convolutional import SMALL
from programs import in_every_program
from views import new_sheet
from workbooks import agreeing, few, make, retyped, typed

import xlbackprop as xb
from xlbackprop.recalc import ENGINES
from xlbackprop.sheets.fit import FitLayout
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.workbook.address import address

VIEWS = ["fit"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """9 points of the lesson, 6 epochs; no other pages than those that are looked at."""
    changes = {"data": few("sine", 9), "scaling": "z-score", "views": VIEWS}
    return make(tmp_path_factory.mktemp("fit"), "sine", epochs=6, **changes)


def curve(made, book, block):
    """The output at each point by plain numpy, and what the sheet shows."""
    fit, recipe = made.layout.own(FitLayout.of), made.recipe
    parameters = xb.run(recipe).parameters.loc[block]
    raw = recipe.raw()[:, 0]
    points = np.linspace(raw.min(), raw.max(), fit.POINTS)
    x = (points - raw.mean()) / raw.std()
    output = np.full(len(x), parameters["b3_1"])
    for j in range(1, 7):
        hidden = np.tanh(parameters[f"w2_{j}_1"] * x + parameters[f"b2_{j}"])
        output += parameters[f"w3_1_{j}"] * hidden
    column = fit.columns["a3_1"]
    return output, [line[0] for line in book.values("Fit", fit.top, column, fit.POINTS, 1)]


def test_the_curve_is_the_output_after_the_last_update(made):
    [book] = ENGINES["ironcalc"].recalculate([made.path])
    wanted, found = curve(made, book, 7)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("outputs", "shown"), [(4, True), (5, False)])
def test_there_are_as_many_curves_as_colours(outputs, shown):
    names = [f"t{k}" for k in range(1, outputs + 1)]
    data = {"columns": ["x", *names], "rows": [[0] * (outputs + 1), [1] * (outputs + 1)]}
    layers = [{"units": outputs}]
    changes = {"data": data, "inputs": ["x"], "targets": names, "layers": layers, "start": SMALL}
    assert ("fit" in layout_of(xb.load("sine", epochs=1, views=VIEWS, **changes)).sheets) == shown


def test_a_chosen_step_shows_its_own_curve_and_is_no_fault(made, tmp_path):
    path = retyped(made, tmp_path, ("Fit", "C3"), 2)
    [book] = ENGINES["ironcalc"].recalculate([path])
    wanted, found = curve(made, book, 2)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)
    report = xb.check(path)
    [_, ironcalc] = report.comparisons
    assert (ironcalc.agrees, report.faults, report.edits) == (True, (), ())
    assert report.changes == ("Fit!C3  block = 2 (was 7)",)


def test_numbers_typed_over_a_point_are_the_only_cells_blamed(made, tmp_path):
    """What follows from them is judged on what the sheet shows."""
    top = made.layout.own(FitLayout.of).top
    columns = "BCDJQ"  # r, x, z and a inside, the output
    places = [("Fit", f"{column}{top + 3 * i}") for i, column in enumerate(columns, 1)]
    report = xb.check(typed(made.path, tmp_path, dict.fromkeys(places, 0.321)))
    [_, ironcalc] = report.comparisons
    assert [(m.sheet, m.cell) for m in ironcalc.mismatches] == places
    assert [(edit.sheet, edit.cell) for edit in report.edits] == places


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("entry", [0, 8, 1.5, None, "last"])
def test_a_step_that_does_not_exist_is_named(made, tmp_path, entry):
    report = xb.check(retyped(made, tmp_path, ("Fit", "C3"), entry))
    [fault] = report.faults
    assert fault.startswith("Fit!C3: got ")
    assert fault.endswith("wanted a whole number from 1 to 7; type one.")
    assert report.changes == ()


def test_the_chart_draws_all_examples_and_all_points(made):
    fit = made.layout.own(FitLayout.of)
    [(_, chart)] = new_sheet(made.recipe, "fit").charts
    points, line = chart.series
    first, last = fit.top, fit.top + len(made.recipe.data.rows) - 1
    example = address(1, fit.example + 1)[:-1]
    assert points.xVal.numRef.f == f"'Fit'!${example}${first}:${example}${last}"
    assert line.xVal.numRef.f == f"'Fit'!$B${fit.top}:$B${fit.bottom}"
    assert points.graphicalProperties.line.noFill
    assert points.marker.symbol == "circle"
    assert line.marker.symbol in (None, "none")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scaling": "min-max", "batch": 7},
        {"gradients": "summed"},
        {"epochs": 0},
        {"layers": [{"units": 1, "activation": "linear", "bias": "none"}]},
        {"layers": [{"units": 2, "bias": "shared"}, {"units": 1, "bias": "shared"}], "lang": "zh"},
        {"targets": ["y", "y2"], "layers": [{"units": 2}, {"units": 2}]},
    ],
    ids=str,
)
@in_every_program("each program looks the chosen block up in its way", quick=False)
def test_every_kind_of_curve_agrees(tmp_path, need, engine, changes):
    need(engine)
    rows = [[i / 4, math.sin(i / 4), math.cos(i)] for i in range(9)]
    data = {"columns": ["x", "y", "y2"], "rows": rows}
    recipe = xb.load(
        "sine", **({"epochs": 2, "data": data, "inputs": ["x"], "views": VIEWS} | changes)
    )
    xb.write(recipe, tmp_path / "book.xlsx")
    report = xb.check(tmp_path / "book.xlsx", engine)
    assert report.lines()[-1].startswith("All ")
    assert report.compared == report.formulas


@pytest.mark.parametrize("lesson", ["xor", "iris", "worked-example"])
def test_classes_and_several_inputs_have_no_curve(lesson):
    assert "fit" not in layout_of(xb.load(lesson, epochs=1)).sheets


def test_the_lesson_fits_its_curve():
    trace = xb.run(xb.load("sine"))
    recipe = xb.load("sine")
    outputs = trace.block(trace.updates)[:, trace.slices["a3"]]
    assert np.abs(outputs - recipe.t()).max() < 0.05
    np.testing.assert_allclose(recipe.t()[:, 0], np.sin(recipe.x()[:, 0]), atol=5.1e-5)


def test_places_between_huge_numbers_are_computed_in_the_order_of_the_formula(tmp_path):
    """Between -6.1e90 and 6.1e90 lies 0, or what rounding makes of it."""
    rows = [[-6.1e90 / 3, 0.2], [6.1e90 / 3, 0.4], [1e89 / 7, 0.5]]
    data = {"columns": ["x", "t"], "rows": rows}
    made = make(tmp_path, "sine", data=data, targets=["t"], epochs=1, views=["fit"])
    agreeing(made.path)
