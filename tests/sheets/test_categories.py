"""Text columns as inputs of 0 and 1: live formulas beside the texts, edited, broken, read back."""

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_other_programs
from workbooks import Made, agreeing, make, retyped, with_cell

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.errors import RecipeError
from xlbackprop.recalc import Book, recalculate_open
from xlbackprop.recipe.read import from_toml
from xlbackprop.recipe.write import to_toml
from xlbackprop.workbook.address import address

FRAME = pd.DataFrame(
    {
        "sex": ["male", "Female", "Female", "male", "male", "Female"],
        "age": [22, 38, 26, 35, 4, 58],
        "port, from": ["=S", 'C"1', "=S", "岸", 'C"1', "=S"],
        "cabin": [1, 2, 1, 3, 2, 1],
        "lives": ["no", "yes", "yes", "no", "yes", "no"],
    }
)
FIELDS = {
    "data": {"columns": list(FRAME.columns), "rows": FRAME.to_numpy().tolist()},
    "inputs": ["sex", "age", "port, from", "cabin"],
    "categories": ["sex", "port, from", "cabin"],
    "label": "lives",
    "targets": [],
    "layers": [{"units": 2, "activation": "tanh"}, {"units": 2, "activation": "sigmoid"}],
    "eta": 0.01,
    "epochs": 2,
    "start.kind": "xavier",
}
ONE_HOT = ["sex=Female", "sex=male", "age", "port, from==S", 'port, from=C"1', "port, from=岸"]


@pytest.fixture(scope="module", params=["none", "z-score"])
def made(request, tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("categories")
    return make(folder, "xor", request.param, scaling=request.param, **FIELDS)


def text_cell(made: Made, column: int, example: int) -> tuple[str, str]:
    data = made.layout.data
    return made.sheet("data"), address(data.top + example - 1, data.first_text + column - 1)


def input_cell(made: Made, name: str, example: int) -> tuple[str, str]:
    data = made.layout.data
    column = data.inputs + made.recipe.inputs.index(name)
    return made.sheet("data"), address(data.top + example - 1, column)


def shown(path, *places: tuple[str, str], engine: str = "ironcalc") -> list[object]:
    [book] = recalculate_open(engine, [Book.open(path)])
    return [book.value(sheet, *coordinate_to_tuple(cell)) for sheet, cell in places]


def test_each_text_is_an_input_as_pandas_makes_them(made):
    wanted = pd.get_dummies(FRAME[["sex", "port, from", "cabin"]].astype(str), prefix_sep="=")
    wanted["age"] = FRAME["age"]
    assert set(made.recipe.inputs) == set(wanted.columns)
    assert made.recipe.inputs[:6] == tuple(ONE_HOT)
    for i, name in enumerate(made.recipe.inputs):
        assert made.recipe.raw()[:, i].tolist() == wanted[name].astype(float).tolist()
        places = [input_cell(made, name, n) for n in range(1, 7)]
        assert shown(made.path, *places) == made.recipe.raw()[:, i].tolist()


def test_every_formula_cell_agrees(made):
    agreeing(made.path)


@in_other_programs("each program has its own way of comparing texts")
def test_other_programs_agree(made, engine, need):
    need(engine)
    agreeing(made.path, engine)


def test_a_recipe_with_categories_comes_back(made):
    assert from_toml(to_toml(made.recipe)) == made.recipe == xb.load(made.path)


def test_another_text_moves_the_1(made, tmp_path):
    place = text_cell(made, 1, 1)
    report = check(retyped(made, tmp_path, place, "FEMALE"))  # as a spreadsheet compares it
    assert report.agrees, str(report)
    assert report.changes == (f"{place[0]}!{place[1]}  sex = FEMALE (was male)",)
    now = xb.load(tmp_path / "retyped.xlsx")
    assert now.raw()[0, :2].tolist() == [1, 0]
    assert now.data.column("sex")[0] == "Female"
    places = [input_cell(made, name, 1) for name in ONE_HOT[:2]]
    assert shown(tmp_path / "retyped.xlsx", *places) == [1, 0]


@pytest.mark.parametrize(("text", "got"), [("unknown", "'unknown'"), (None, "nothing")])
def test_a_text_that_nobody_knows_is_told_with_those_that_are_known(text, got, made, tmp_path):
    sheet, cell = place = text_cell(made, 1, 2)
    [fault] = check(retyped(made, tmp_path, place, text)).faults
    assert fault == f"{sheet}!{cell}: got {got}, wanted one of Female, male; type one."


def test_a_formula_that_compares_with_another_text_is_blamed(made, tmp_path):
    place = input_cell(made, "sex=male", 2)
    formula = made.formula(place)
    assert "male" not in formula
    report = check(with_cell(made.path, tmp_path, place, formula=formula.replace("$5", "$4")))
    assert [(edit.sheet, edit.cell) for edit in report.edits] == [place]


def test_a_number_instead_of_the_formula_is_blamed_and_not_taken(made, tmp_path):
    place = input_cell(made, "sex=male", 2)
    report = check(retyped(made, tmp_path, place, 1))
    assert not report.agrees
    assert [(edit.sheet, edit.cell) for edit in report.edits] == [place]


def test_a_file_without_stored_values_agrees(made, tmp_path):
    openpyxl.load_workbook(made.path).save(tmp_path / "bare.xlsx")
    report = check(tmp_path / "bare.xlsx")
    assert report.agrees, str(report)


def test_texts_are_chosen_from_a_list_where_a_file_can_hold_it(made):
    sheet = openpyxl.load_workbook(made.path)[made.sheet("data")]
    lists = [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert '"Female,male"' in lists
    assert not any("岸" in listed for listed in lists)  # one of its texts has a quotation mark


def test_what_is_no_category_is_refused():
    for value in ("sex", [1], [["sex", None]]):
        with pytest.raises(RecipeError, match=r"^categories: got .* wanted a list of column"):
            xb.load("xor", **{**FIELDS, "categories": value})
    with pytest.raises(RecipeError, match=r"'male', which isn't among its texts; add it"):
        xb.load("xor", **{**FIELDS, "categories": [["sex", "Female"], "port, from", "cabin"]})


def test_columns_of_few_texts_are_taken_and_it_is_said():
    recipe = xb.from_data(FRAME.drop(columns="port, from"), label="lives", eta=0.1)
    assert recipe.inputs == ("sex=Female", "sex=male", "age", "cabin")
    assert recipe.data.assumed[-1] == "categories: sex"


def test_the_text_above_an_input_is_the_one_that_makes_it_1(made, tmp_path):
    sheet, cell = input_cell(made, "sex=male", 1)
    place = sheet, f"{cell.rstrip('0123456789')}5"
    assert shown(made.path, place) == ["male"]
    [fault] = check(retyped(made, tmp_path, place, "man")).faults
    assert fault == (
        f"{sheet}!{place[1]}: got 'man', wanted 'male', the text that makes this column 1; type it."
    )


def test_no_text_of_the_data_stands_in_a_formula(made):
    formulas = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(made.path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert not [f for f in formulas if any(text in f for text in ("Female", "male", "岸", '"=S'))]
