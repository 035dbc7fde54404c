"""Workbooks with scaled inputs: right in every engine, edited, broken, rebuilt, and read."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from programs import in_every_program, in_other_programs
from workbooks import Made, agreeing, few, make, retyped, stored, typed, with_cell, with_value

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.recalc import Book, recalculate_open

NAMES = [name for name in SCALINGS if name != "none"]
EACH = pytest.mark.parametrize("name", NAMES)

# Numbers large beside their differences: 15 digits of them are too few for 1e-12 of x.
FAR = {
    "columns": ["year", "seconds", "balance", "y"],
    "rows": [
        [2001.25 + n / 7, 1.7e9 + 86.4 * n + n % 7 / 3, (-1) ** n * 1e6 + n / 3, n % 2]
        for n in range(40)
    ],
}
# Three examples, a column of tiny numbers, a name that needs two lines, one that is a formula.
FEW = {
    "columns": ["tiny", "a long name of many words that goes on", "=1/0", "y"],
    "rows": [[1e-9, 20, 0.5, 0], [-3e-9, 50000, 0.25, 1], [2e-9, 0, 1, 0]],
}


CASES = {  # changes to a lesson, by what is scaled
    "iris": {"lesson": "iris", "epochs": 1, "data": few("iris", 15), "views": []},
    "iris in Chinese": {
        "lesson": "iris",
        "epochs": 1,
        "data": few("iris", 3),
        "lang": "zh",
        "views": [],
    },
    "pictures": {
        "lesson": "backprop",
        "epochs": 1,
        "data": few("backprop", 8),
        "views": ["walkthrough", "pictures"],
    },
    "targets that are numbers": {"lesson": "xor", "epochs": 3, "views": ["predict"]},
    "all views": {"lesson": "xor", "epochs": 2},
    "a curve": {"lesson": "sine", "epochs": 2, "views": ["predict", "fit"]},
    "numbers far from 0": {
        "lesson": "xor",
        "data": FAR,
        "inputs": FAR["columns"][:3],
        "epochs": 1,
        "start.kind": "xavier",
        "views": [],
    },
    "three examples": {
        "lesson": "xor",
        "data": FEW,
        "epochs": 2,
        "start.kind": "xavier",
        "views": [],
    },
}


def case(folder: Path, what: str, name: str) -> Made:
    """A workbook under a scaling."""
    changes = {**CASES[what]}
    return make(folder, changes.pop("lesson"), what, scaling=name, **changes)


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> Callable[..., Made]:
    """The workbook of a case, made once."""
    return cache(lambda what, name: case(tmp_path_factory.mktemp("scaled"), what, name))


@pytest.fixture(scope="module", params=NAMES)
def xor(request, books) -> Made:
    return books("targets that are numbers", request.param)


def blamed(report: xb.Report, engine: str = "ironcalc") -> list[tuple[str, str]]:
    [comparison] = [c for c in report.comparisons if c.engine == engine]
    return [(m.sheet, m.cell) for m in comparison.mismatches]


def edits(report: xb.Report) -> list[tuple[str, str]]:
    return [(edit.sheet, edit.cell) for edit in report.edits]


def shown(path: Path, *places: tuple[str, str], engine: str = "ironcalc") -> list[object]:
    """What cells show after recalculation."""
    [book] = recalculate_open(engine, [Book.open(path)])
    to_tuple = openpyxl.utils.cell.coordinate_to_tuple
    return [book.value(sheet, *to_tuple(cell)) for sheet, cell in places]


def with_formula(made, folder, place, old, new):
    """A copy in which the first such piece of a formula is another, its stored value kept."""
    formula = made.formula(place).replace(old, new, 1)
    assert formula != made.formula(place)
    return with_cell(made.path, folder, place, formula=formula, value=stored(made.path, place))


# Right workbooks.


@EACH
@pytest.mark.parametrize("what", CASES)
def test_every_formula_cell_agrees(what, name, books):
    assert agreeing(books(what, name).path).changes == ()


@in_other_programs("each program has its own way to sums of squares and roots")
@EACH
@pytest.mark.parametrize("what", [what for what in CASES if what != "numbers far from 0"])
def test_other_programs_agree_on_every_formula_cell(what, name, engine, books, need):
    need(engine)
    assert agreeing(books(what, name).path, engine).changes == ()


@pytest.mark.exhaustive(ways=1)
@in_other_programs("a program that saves 15 digits loses what is small beside a large number")
@EACH
def test_other_programs_agree_on_numbers_far_from_0(name, engine, books, need):
    need(engine)
    agreeing(books("numbers far from 0", name).path, engine)


@EACH
def test_the_sheet_shows_the_raw_numbers_their_statistics_and_what_numpy_makes_of_them(name, books):
    made = books("iris", name)
    raw = np.array([row[:4] for row in made.recipe.data.rows], dtype=float)
    sheet = book_of(made, values=True)[made.sheet("data")]

    def values(first: tuple[str, str], rows: int) -> np.ndarray:
        row, column = openpyxl.utils.cell.coordinate_to_tuple(first[1])
        area = sheet.iter_rows(row, row + rows - 1, column, column + 3, values_only=True)
        return np.array(list(area), dtype=float)

    low, high, mean, sd = raw.min(axis=0), raw.max(axis=0), raw.mean(axis=0), raw.std(axis=0)
    wanted = {
        "min-max": ([low, high], (raw - low) / (high - low)),
        "z-score": ([mean, sd], (raw - mean) / sd),
    }[name]
    assert np.array_equal(values(made.input("x1", 1), 15), raw)
    first = SCALINGS[name].statistics[0].name
    np.testing.assert_allclose(values(made.statistic(first, "x1"), 2), wanted[0], rtol=1e-14)
    np.testing.assert_allclose(values(made.scaled("x1", 1), 15), wanted[1], atol=1e-14)


def test_formulas_read_like_the_equations_above_them(books):
    low, high = books("iris", "min-max"), books("iris", "z-score")
    assert low.formula(low.statistic("min", "x2")) == "MIN(D$9:D$23)"
    assert low.formula(low.scaled("x2", 3)) == "IF(D$8=D$7,0,(D11-D$7)/(D$8-D$7))"
    assert high.formula(high.statistic("m", "x2")) == "AVERAGE(D$9:D$23)"
    assert high.formula(high.statistic("s", "x2")) == (
        "IF(MAX(D$9:D$23)=MIN(D$9:D$23),0,SQRT(SUMPRODUCT((D$9:D$23-D$7)*(D$9:D$23-D$7))/COUNT(D$9:D$23)))"
    )
    assert high.formula(high.scaled("x2", 3)) == "IF(D$8=0,0,(D11-D$7)/D$8)"
    assert high.formula(high.example("x2", epoch=1, example=3)) == "Data!H11"


# Edits.


def test_an_edited_raw_number_is_named_by_its_column_and_everything_follows(xor, tmp_path):
    place = xor.input("x1", 2)
    report = check(retyped(xor, tmp_path, place, 5))
    assert report.agrees, str(report)
    assert report.changes == (f"{place[0]}!{place[1]}  {xor.recipe.inputs[0]} = 5 (was 0)",)
    now = xb.load(tmp_path / "retyped.xlsx")
    [drift] = [c.drift for c in report.comparisons if c.engine == "ironcalc"]
    assert drift == pytest.approx(0, abs=1e-12)
    assert now.x()[:, 0].max() == now.x()[1, 0] > xor.recipe.x()[1, 0]
    places = xor.scaled("x1", 2), xor.example("x1", epoch=3, example=2)
    found = shown(tmp_path / "retyped.xlsx", *places)
    assert found == pytest.approx([now.x()[1, 0]] * 2, abs=1e-12)


@pytest.mark.exhaustive(ways=1)
@in_every_program("the mean of equal numbers may differ from them in a program's last digit")
@EACH
def test_a_column_that_an_edit_makes_constant_becomes_0_without_an_error(
    name, engine, books, need, tmp_path
):
    need(engine)
    made = books("three examples", name)
    # The mean of three is 0.10000000000000002.
    path = typed(made.path, tmp_path, {made.input("x1", n): 0.1 for n in (1, 2, 3)})
    report = check(path, [engine])
    assert report.agrees, str(report)
    assert len(report.changes) == 3
    wanted_0 = [made.scaled("x1", n) for n in (1, 2, 3)]
    wanted_0 += [made.statistic("s", "x1")] if name == "z-score" else []
    assert shown(path, *wanted_0, engine=engine) == [0] * len(wanted_0)
    assert not xb.load(path).x()[:, 0].any()


def test_a_raw_cell_that_is_no_number_is_the_only_fault(xor, tmp_path):
    sheet, cell = xor.input("x1", 2)
    for value, got in (("much", "'much'"), (None, "nothing")):
        report = check(retyped(xor, tmp_path, (sheet, cell), value))
        assert report.faults == (f"{sheet}!{cell}: got {got}, wanted a number; type one.",)
        assert edits(report) == blamed(report) == []


# Faults.


def test_a_wrong_scaling_formula_is_the_only_cell_blamed(xor, tmp_path):
    place = xor.scaled("x2", 3)
    report = check(with_formula(xor, tmp_path, place, "-", "+0.5-"))
    assert edits(report) == blamed(report) == [place]
    assert not report.agrees


WRONG = [
    ("min-max", "min", "MIN", "MAX"),
    ("min-max", "max", "MAX(", "0.5*MAX("),
    ("z-score", "m", "AVERAGE(", "SUM("),
    ("z-score", "s", "/COUNT(", "/3+0*COUNT("),  # of a sample, not of the population
    ("z-score", "s", "SUMPRODUCT((B$9", "SUMPRODUCT((B$10"),
]


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("what", ["targets that are numbers", "a curve"])
@pytest.mark.parametrize(("name", "statistic", "old", "new"), WRONG)
def test_a_wrong_statistic_is_the_only_cell_blamed(
    what, name, statistic, old, new, books, tmp_path
):
    """Neither x beside it, nor the sheets Predict and Fit, which scale numbers of their own."""
    made = books(what, name)
    place = made.statistic(statistic, "x1")
    report = check(with_formula(made, tmp_path, place, old, new))
    assert edits(report) == blamed(report) == [place]
    assert not report.agrees


def test_a_lookup_that_reads_the_raw_numbers_is_the_only_cell_blamed(xor, tmp_path):
    place = xor.example("x1", epoch=2, example=4)
    report = check(with_formula(xor, tmp_path, place, "!D", "!B"))
    assert edits(report) == [place]
    assert set(blamed(report)) <= {place}


def test_a_scaled_number_typed_over_its_formula_is_named(xor, tmp_path):
    place = xor.scaled("x1", 3)
    report = check(retyped(xor, tmp_path, place, 0.75))
    assert edits(report) == [place]
    assert blamed(report) == [place]


def test_a_stale_scaled_number_is_blamed_under_saved(xor, tmp_path):
    place = xor.scaled("x1", 3)
    report = check(with_value(xor.path, tmp_path, place, "0.123"))
    assert place in blamed(report, "saved")
    assert blamed(report) == []


# Rebuilding, and what a reader sees.


def test_a_workbook_rebuilt_from_itself_keeps_raw_numbers_and_scaling(xor, tmp_path):
    again = xb.load(xor.path)
    assert again.scaling == xor.recipe.scaling
    assert np.array_equal(again.raw(), xor.recipe.raw())
    xb.write(again, tmp_path / "again.xlsx")
    assert xb.load(tmp_path / "again.xlsx") == again
    plain = xb.load(xor.path, scaling="none")
    assert np.array_equal(plain.x(), xor.recipe.raw())


@cache
def book_of(made: Made, *, values: bool = False) -> openpyxl.Workbook:
    """What is read only, with formulas or with their values."""
    return openpyxl.load_workbook(made.path, data_only=values)


def texts(made: Made, *, rows: int = 8) -> list[list[object]]:
    """What stands at the top of the Data sheet, row by row, without empty cells."""
    sheet = book_of(made, values=True)[made.sheet("data")]
    lines = sheet.iter_rows(4, rows, values_only=True)
    return [[value for value in line if value is not None] for line in lines]


def test_headings_name_the_raw_columns_and_say_how_x_is_made(books):
    english, chinese = texts(books("iris", "z-score")), texts(books("iris in Chinese", "z-score"))
    names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    equation = "x = (r − m)/s    s = √(Σ(r − m)²/n)"
    assert english[0] == ["Raw input r", "Input x: standardized (z-score)", "Target t"]
    assert english[1] == [equation, "setosa", "versicolor", "virginica"]
    assert english[2][:7] == ["example", "label", *names, "x1"]
    assert [line[0] for line in english[3:]] == ["mean m", "sd s"]
    assert chinese[0] == ["原始输入 r", "输入 x：标准化（z 分数）", "目标 t"]
    assert chinese[1] == english[1]
    assert chinese[2][:7] == ["样本", "标签", *names, "x1"]
    assert [line[0] for line in chinese[3:]] == ["平均值 m", "标准差 s"]
    assert [line[0] for line in texts(books("iris in Chinese", "min-max"))[3:]] == [
        "最小值",
        "最大值",
    ]


def test_the_start_sheet_tells_the_scaling(books):
    for made, told in (
        (books("iris", "min-max"), "inputs: min-max scaling"),
        (books("iris in Chinese", "z-score"), "输入：标准化（z 分数）"),
    ):
        book = book_of(made)
        assert book[made.sheet("start")]["B4"].value.endswith(told)


def test_a_long_name_has_room_in_its_heading_and_one_like_a_formula_is_a_text(books):
    made = books("three examples", "min-max")
    sheet = book_of(made)[made.sheet("data")]
    long, formula = sheet["C6"], sheet["D6"]
    assert (long.value, formula.value, formula.data_type) == (FEW["columns"][1], "=1/0", "s")
    assert long.alignment.wrap_text
    lines = sheet.row_dimensions[6].height / 15
    assert lines * sheet.column_dimensions["B"].width > len(long.value)


def test_a_column_of_any_name_can_be_scaled(tmp_path):
    names = [" ", "鸢尾花萼片的平均长度", "n" * 300, "a\nb", "\x07"]
    data = {"columns": [*names, "y"], "rows": [[1] * 5 + [0], [2] * 5 + [1]]}
    changes = {"inputs": names, "epochs": 1, "start.kind": "xavier"}
    made = make(tmp_path, "xor", data=data, scaling="z-score", views=[], **changes)
    assert check(made.path).agrees
    [headings] = book_of(made)["Data"].iter_rows(6, 6, 2, 6, values_only=True)
    assert all(0 < len(heading) <= 60 for heading in headings)


def test_statistics_and_headings_stay_in_sight_and_on_every_page(books):
    sheet = book_of(books("iris", "min-max"))["Data"]
    assert sheet.freeze_panes == "C9"
    assert sheet.print_title_rows == "$4:$8"


def test_only_raw_numbers_and_labels_may_be_typed(books):
    sheet = book_of(books("iris", "min-max"))["Data"]
    areas = {str(v.sqref): v.type for v in sheet.data_validations.dataValidation}
    assert areas == {"C9:F23": "decimal", "B9:B23": "list"}
    yellow = {
        cell.coordinate
        for line in sheet.iter_rows(7)
        for cell in line
        if cell.fill.fgColor.rgb.endswith("FFF6CC")
    }
    assert {re.sub(r"\d", "", cell) for cell in yellow} == {"B", "C", "D", "E", "F"}
    assert min(int(re.sub(r"\D", "", cell)) for cell in yellow) == 9
