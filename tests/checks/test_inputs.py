"""Reading a workbook back: its recipe and the inputs that it has now."""

import numpy as np
import openpyxl
import pytest
from workbooks import few, make, resaved, retyped, typed, with_value

import xlbackprop as xb
from xlbackprop.checks.inputs import current_recipe, read_inputs, read_recipe, recipe_text
from xlbackprop.errors import BookError
from xlbackprop.recalc import Book
from xlbackprop.recipe.write import to_toml


def now(path) -> xb.Recipe:
    return current_recipe(Book.open(path), str(path))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Eight of the images of 0 and 1, without views."""
    folder, data = tmp_path_factory.mktemp("pictures"), few("backprop", 8)
    return make(folder, "backprop", data=data, epochs=2, views=[])


@pytest.mark.parametrize("name", ["xor", "example", "pictures"])
def test_the_recipe_in_a_workbook_is_the_one_it_was_made_from(name, request):
    made = request.getfixturevalue(name)
    book = Book.open(made.path)
    assert recipe_text(book, "book") == to_toml(made.recipe)
    assert read_recipe(book, "book") == made.recipe


@pytest.mark.parametrize("name", ["xor", "example", "pictures"])
def test_an_unchanged_workbook_trains_as_its_recipe_does(name, request):
    made = request.getfixturevalue(name)
    trace, wanted = xb.run(now(made.path)), xb.run(made.recipe)
    assert np.array_equal(trace.values, wanted.values)
    assert np.array_equal(trace.parameter_values, wanted.parameter_values)


def test_a_workbook_saved_by_another_program_keeps_its_recipe(pictures, tmp_path):
    path = resaved(pictures, tmp_path, lambda book: None)
    assert read_recipe(Book.open(path), "book") == pictures.recipe


def test_the_inputs_are_the_cells_as_they_are_now(pictures, tmp_path):
    cells = {
        pictures.eta: 0.75,
        pictures.start("b3_2"): -4.5,
        pictures.input("x_4_1", 2): 0.25,
        pictures.label(3): 1,
    }
    assert pictures.recipe.labels()[2] == 0
    recipe = now(typed(pictures.path, tmp_path, cells))
    place = pictures.layout.network.all_parameter_labels.index("b3_2")
    assert recipe.eta == 0.75
    assert recipe.start_parameters()[place] == -4.5
    assert recipe.x()[1, 9] == 0.25
    assert recipe.labels()[2] == 1


def test_an_eta_that_nobody_can_train_with_is_told(xor, tmp_path):
    path = with_value(xor.path, tmp_path, xor.eta, "-1")
    with pytest.raises(BookError, match=r"Parameters!C5: got -1, wanted a number above 0; type"):
        now(path)


def test_text_in_an_input_is_told_by_file_sheet_and_cell(xor, tmp_path):
    sheet, cell = xor.input("x2", 3)
    path = retyped(xor, tmp_path, (sheet, cell), "one")
    with pytest.raises(BookError, match=rf"retyped\.xlsx, {sheet}!{cell}: got 'one', wanted a num"):
        now(path)


def test_every_cell_that_cannot_be_used_is_a_fault_of_its_own(xor, tmp_path):
    cells = {xor.eta: "text 0", xor.start("b3_1"): "text 1", xor.input("x1", 4): "text 2"}
    found = read_inputs(Book.open(typed(xor.path, tmp_path, cells)), xor.layout)
    places = ["!".join(place) for place in (xor.input("x1", 4), xor.eta, xor.start("b3_1"))]
    assert [fault.split(":")[0] for fault in found.faults] == places
    assert np.isnan(found.inputs.eta)
    assert np.isnan(found.inputs.raw[3, 0])
    assert np.isfinite(found.inputs.raw[:3]).all()


@pytest.mark.parametrize("of", ["an example", "the rate"])
def test_a_truth_value_is_no_number(xor, tmp_path, of):
    sheet, cell = xor.input("x2", 3) if of == "an example" else xor.eta
    book = Book.open(retyped(xor, tmp_path, (sheet, cell), True))
    [fault] = read_inputs(book, xor.layout).faults
    assert fault == f"{sheet}!{cell}: got True, wanted a number; type one."


def test_a_number_beside_the_training_is_read_and_its_change_told(xor, tmp_path):
    """The tolerance of the Compare sheet is such a number."""
    path = with_value(xor.path, tmp_path, xor.number("tolerance"), "0.25")
    assert read_inputs(Book.open(path), xor.layout).inputs.asked["tolerance"] == 0.25
    report = xb.check(path, "saved")
    assert report.changes == ("Compare!E3  tolerance = 0.25 (was 1e-09)",)
    text = retyped(xor, tmp_path, xor.number("tolerance"), "little")
    [fault] = read_inputs(Book.open(text), xor.layout).faults
    assert fault == "Compare!E3: got 'little', wanted a number; type one."


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [("h", "0", "a number other than 0"), ("eta 3", "-1", "a number above 0")],
)
def test_a_number_without_sense_is_told(xor, tmp_path, name, value, wanted):
    """The step of the gradient check, a learning rate to try."""
    sheet, cell = xor.number(name)
    [fault] = xb.check(with_value(xor.path, tmp_path, (sheet, cell), value)).faults
    assert fault == f"{sheet}!{cell}: got {value}, wanted {wanted}; type one."


def test_a_foreign_workbook_is_told_by_its_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Budget"
    book.save(tmp_path / "budget.xlsx")
    with pytest.raises(BookError, match=r"got the sheets Budget, wanted one called Recipe"):
        read_recipe(Book.open(tmp_path / "budget.xlsx"), "budget.xlsx")
