"""The page on regression, with the seven students and with a reader's own data."""

import csv
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from pages import new, values
from pages import typed as typed_page
from programs import in_every_program
from typer.testing import CliRunner
from workbooks import typed

import xlbackprop as xb
from xlbackprop.checks.check import check_many
from xlbackprop.cli.commands import app
from xlbackprop.errors import DataError
from xlbackprop.lessons.book import page
from xlbackprop.lessons.descent.regression import EE, FIT, OWN_EE, TOP, E, U, V
from xlbackprop.lessons.descent.walks import STEPS

HEIGHTS = np.array([153.3, 164.9, 168.1, 151.5, 157.8, 156.7, 161.1])
WEIGHTS = np.array([45.5, 56.0, 55.0, 52.8, 55.6, 50.8, 56.4])


def cells_of(recipe):
    """Values of the formula cells by row and column."""
    return {(row, column): value for row, column, _, value in page(recipe).grid.formulas()}


def least_squares(x, y):
    """Slope and intercept as numpy finds them."""
    return np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y, rcond=None)[0]


def column(cells, number, count=7, top=TOP):
    return np.array([cells[top + i, number] for i in range(count)])


def written(folder, lines, name="mine.csv"):
    with open(folder / name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    return folder / name


def test_the_line_is_that_of_numpy():
    """Fitted values, residuals, their squares and C_T."""
    cells = cells_of(xb.load("regression"))
    p, q = least_squares(HEIGHTS, WEIGHTS)
    fit = p * HEIGHTS + q
    np.testing.assert_allclose(column(cells, FIT), fit, rtol=1e-12)
    np.testing.assert_allclose(column(cells, E), WEIGHTS - fit, rtol=1e-10)
    assert cells[TOP + 8, EE] == pytest.approx(((WEIGHTS - fit) ** 2).sum() / 2, rel=1e-12)
    assert abs(column(cells, E).sum()) < 1e-10
    bottom = TOP + 7
    found = [cells[bottom + row, 4] for row in (6, 7, 13, 14)]
    np.testing.assert_allclose(found, [p, q, p, q], rtol=1e-12)


def test_the_normal_equations_hold():
    """Both sides of each are shown, and are the same."""
    cells = cells_of(xb.load("regression"))
    for row, wanted in ((9, (HEIGHTS * WEIGHTS).sum()), (10, WEIGHTS.sum())):
        assert cells[TOP + 7 + row, 4] == pytest.approx(wanted, rel=1e-12)
        assert cells[TOP + 7 + row, 6] == pytest.approx(wanted, rel=1e-12)


def test_no_line_that_a_reader_tries_costs_less():
    random = np.random.default_rng(3)
    least = cells_of(xb.load("regression"))[TOP + 8, EE]
    for p, q in random.normal([0.41, -12], [0.3, 20], (20, 2)):
        cells = cells_of(xb.load("regression", numbers={"p": p, "q": q}))
        cost = ((WEIGHTS - p * HEIGHTS - q) ** 2).sum() / 2
        assert cells[TOP + 8, OWN_EE] == pytest.approx(cost, rel=1e-12)
        assert cost >= least


def test_the_units_are_centred_and_half_a_range_wide():
    cells = cells_of(xb.load("regression"))
    for number, data in ((U, HEIGHTS), (V, WEIGHTS)):
        units = column(cells, number)
        assert abs(units.sum()) < 1e-12
        assert np.ptp(units) == pytest.approx(2, rel=1e-12)
        np.testing.assert_allclose(units * np.ptp(data) / 2 + data.mean(), data, rtol=1e-12)


def walked(x, y, eta, start):
    """Gradient descent by plain loops: slope, height and gradient of each step."""
    p, q = start
    for _ in range(STEPS + 1):
        gp = gq = 0.0
        for u, v in zip(x, y, strict=True):
            gp -= u * (v - p * u - q)
            gq -= v - p * u - q
        yield p, q, gp, gq
        p, q = p - eta * gp, q - eta * gq


@pytest.mark.parametrize(("eta", "p0", "q0"), [(0.1, 0.0, 1.0), (0.15, -2.0, 0.5)])
def test_both_walks_are_those_of_plain_loops(eta, p0, q0):
    """Also in the units of the data, with C_T there."""
    recipe = xb.load("regression", numbers={"eta": eta, "p0": p0, "q0": q0})
    sheet = page(recipe)
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    top = next(place.row for place in sheet.inputs if place.name == "eta") + 4
    middle, wide = HEIGHTS.mean(), np.ptp(HEIGHTS) / 2
    level, high = WEIGHTS.mean(), np.ptp(WEIGHTS) / 2
    centred = (HEIGHTS - middle) / wide, (WEIGHTS - level) / high
    for i, (p, q, gp, gq) in enumerate(walked(*centred, eta, (p0, q0))):
        slope = p * high / wide
        height = level + high * q - slope * middle
        cost = ((WEIGHTS - slope * HEIGHTS - height) ** 2).sum() / 2
        wanted = [p, q, gp, gq, slope, height, cost]
        found = [cells[top + i, 2 + j] for j in range(7)]
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    largest = HEIGHTS.max(), WEIGHTS.max()
    plain = HEIGHTS / largest[0], WEIGHTS / largest[1]
    for i, (p, q, gp, gq) in enumerate(walked(*plain, eta, (p0, q0))):
        slope, height = p * largest[1] / largest[0], q * largest[1]
        cost = ((WEIGHTS - slope * HEIGHTS - height) ** 2).sum() / 2
        wanted = [p, q, gp, gq, slope, height, cost]
        found = [cells[top + i, 9 + j] for j in range(7)]
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


def test_the_centred_walk_arrives_and_the_other_does_not():
    sheet = page(xb.load("regression"))
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    last = next(place.row for place in sheet.inputs if place.name == "eta") + 4 + STEPS
    p, q = least_squares(HEIGHTS, WEIGHTS)
    assert cells[last, 6] == pytest.approx(p, abs=0.001)
    assert cells[last, 7] == pytest.approx(q, abs=0.05)
    assert abs(cells[last, 14] - q) > 60


@in_every_program("how many digits a program keeps of numbers far from 0 is its own")
def test_a_readers_own_columns_agree_with_numpy_and_with_every_program(need, tmp_path, engine):
    """Any two columns of a table; years lie far from 0, which costs digits elsewhere."""
    need(engine)
    random = np.random.default_rng(0)
    years = np.arange(1980.0, 2010.0)
    y = (3.2 + 0.05 * (years - 1980) + random.normal(0, 0.3, 30)).round(2)
    lines = [["town", "year", "rain"], *zip([f"t{i}" for i in range(30)], years, y, strict=True)]
    recipe = xb.load("regression", data=str(written(tmp_path, lines)), x="year", y="rain")
    xb.write(recipe, tmp_path / "book.xlsx")
    report = xb.check(tmp_path / "book.xlsx", engine)
    assert report.agrees, "\n".join(report.lines())
    cells = cells_of(xb.load(tmp_path / "book.xlsx"))
    wanted = least_squares(years - 1990, y)  # numpy itself loses digits over years
    assert cells[TOP + 30 + 6, 4] == pytest.approx(wanted[0], rel=1e-10)
    assert cells[TOP + 30 + 7, 4] == pytest.approx(wanted[1] - 1990 * wanted[0], rel=1e-10)


def test_of_two_columns_one_name_is_enough(tmp_path):
    """The other column is the other number."""
    path = str(written(tmp_path, [["a", "b"], [1, 2], [2, 3.5], [4, 1]]))
    swapped = cells_of(xb.load("regression", data=path, x="b"))
    assert swapped == cells_of(xb.load("regression", data=path, y="a"))
    wanted = least_squares(np.array([2, 3.5, 1]), np.array([1.0, 2, 4]))
    assert [swapped[TOP + 3 + row, 4] for row in (6, 7)] == pytest.approx(wanted)


@in_every_program("whether a small difference is 0, a program decides in its own way")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("level", [5, 0, -0.1])
def test_equal_y_make_a_level_line(level, need, tmp_path, engine):
    """Slope 0 and no residuals, in every program; also where a reader makes them equal."""
    need(engine)
    path = str(written(tmp_path, [["a", "b"], *[[x, level] for x in (1, 2, 4, 9)]]))
    recipe = xb.load("regression", data=path)
    xb.write(recipe, tmp_path / "book.xlsx")
    xb.write(
        xb.load("regression", numbers={f"y{i}": float(level) for i in range(1, 8)}),
        tmp_path / "own.xlsx",
    )
    reports = check_many([tmp_path / "book.xlsx", tmp_path / "own.xlsx"], (engine,))
    for report in reports:
        assert report.agrees, "\n".join(report.lines())
    cells = cells_of(recipe)
    assert all(np.isfinite(v) for v in cells.values() if isinstance(v, float))
    assert [cells[TOP + 4 + row, 4] for row in (6, 7, 13, 14)] == pytest.approx(
        [0, level, 0, level], abs=1e-12
    )
    assert cells[TOP + 5, EE] == pytest.approx(0, abs=1e-20)


def test_data_are_kept_in_the_workbook_with_a_readers_changes(tmp_path):
    written(tmp_path, [["a", "b"], [1, 2], [2, 3.5], [4, 1]])
    xb.write(xb.load("regression", data=str(tmp_path / "mine.csv")), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    book["Regression"].cell(TOP + 1, 3).value = 7
    book.save(tmp_path / "book.xlsx")
    recipe = xb.load(tmp_path / "book.xlsx")
    assert dict(recipe.numbers) == {"y2": 7.0}
    assert dict(recipe.settings)["data"] == {
        "columns": ["a", "b"],
        "rows": [[1, 2], [2, 3.5], [4, 1]],
    }
    assert xb.check(tmp_path / "book.xlsx").agrees


def test_a_column_name_that_looks_like_a_formula_is_text(tmp_path):
    names = ["=1+1", '=HYPERLINK("http://a.b")']
    written(tmp_path, [names, [1, 2], [2, 3.5], [4, 1]])
    xb.write(xb.load("regression", data=str(tmp_path / "mine.csv")), tmp_path / "book.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "book.xlsx")["Regression"]
    assert [sheet.cell(TOP - 1, column).value for column in (2, 3)] == names
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        sheets = b"".join(archive.read(n) for n in archive.namelist() if "/worksheets/" in n)
    assert not re.search(rb"<f[^>]*>[^<]*(HYPERLINK|1\+1)", sheets)
    assert xb.check(tmp_path / "book.xlsx").agrees


@pytest.mark.parametrize(
    ("lines", "options", "said"),
    [
        ([["a"], [1], [2], [3]], [], "mine.csv: got one column, 'a'; wanted two: what is known"),
        ([["a", "b"], [1, 2], [2, 3]], [], "mine.csv: got 2 examples, wanted from 3 to 500."),
        (
            [["a", "b"], *[[i, i % 7] for i in range(501)]],
            [],
            "mine.csv: got 501 examples, wanted from 3 to 500.",
        ),
        (
            [["a", "b"], [1, 2], [2, "=1+1"], [3, 4]],
            [],
            "mine.csv, line 3, column 'b': got text '=1+1', wanted a number; mend the entry, or",
        ),
        ([["a", "b"], [1, 2], [2, ""], [3, 4]], [], "mine.csv, line 3, column 'b': got nothing"),
        ([["a", "b"], [1, 2]], [], "mine.csv: got 1 example, wanted from 3 to 500."),
        (
            [["a", "b"], [5, 2], [5, 3], [5, 4]],
            [],
            "data, column 'a': every number is 5, wanted numbers that differ: a line needs "
            "different places.",
        ),
        ([["a", "b"], [1, 2], [2, 3], [1e60, 4]], [], "data, column 'a': got 1e+60, wanted"),
        (
            [["a", "b", "c"], [1, "x", 2], [2, "y", 3], [3, "z", 5]],
            ["--set", "x=a", "--set", "y=b"],
            "data, row 1, column 'b': got text 'x', wanted a number; mend the entry, or name other",
        ),
        (
            [["a", "b", "c"], [1, 4, 2], [2, 5, 3], [3, 7, 5]],
            [],
            "data: got 3 columns, a, b, c; name two of them, such as --set 'x=a' --set 'y=b'.",
        ),
        (
            [["a", "b", "c"], [1, 4, 2], [2, 5, 3], [3, 7, 5]],
            ["--set", "x=a"],
            "data: got 3 columns, a, b, c; name two of them, such as --set 'x=a' --set 'y=b'.",
        ),
        (
            [["a", "b"], [1, 4], [2, 5], [3, 7]],
            ["--set", "x=a", "--set", "y=a"],
            "x and y: got the column 'a' for both, wanted two different columns.",
        ),
        (
            [["a", "bee", "c"], [1, "x", 2], [2, "y", 3], [3, "z", 5]],
            ["--set", "y=be"],
            "data: there is no column 'be'; did you mean 'bee'?",
        ),
        ([["a", "b"], [1, 2], [2, 3], [3, 4]], ["--set", "x=3"], "x: got 3, wanted the name of"),
    ],
)
def test_data_that_have_no_line_are_refused_in_one_sentence(
    lines, options, said, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, lines)
    done = CliRunner().invoke(app, ["make", "regression", "--data", "mine.csv", *options])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"xlbackprop: {said}")
    assert done.stderr.count("\n") == 1
    assert not Path("regression.xlsx").exists()


def test_examples_at_one_place_have_no_line_and_no_cell_lies(tmp_path):
    """A reader makes all x the same: the slope is an error in the sheet and in Python."""
    xb.write(xb.load("regression"), tmp_path / "book.xlsx")
    equal = {("Regression", f"B{TOP + i}"): 160 for i in range(7)}
    report = xb.check(typed(tmp_path / "book.xlsx", tmp_path, equal))
    assert report.agrees, "\n".join(report.lines())


def test_the_trial_of_a_reader_is_named_in_its_own_row():
    """Beside its p and q."""
    sheet = new("regression")
    [row] = {place.row for place in sheet.inputs if place.name in ("p", "q")}
    beside = [cell.value for cell in sheet.grid.cells if cell.row == row and cell.column == 1]
    assert beside == [sheet.text("examples.own")]


@pytest.mark.parametrize("columns", [{"x": "a", "y": "b"}, {"x": "b", "y": "a"}])
def test_a_column_that_differs_by_rounding_only_is_named(columns):
    """Whether it is x or y."""
    data = {"columns": ["a", "b"], "rows": [[1.0, 5.0], [2.0, 5.0], [4.0, 5.0 + 4e-15]]}
    with pytest.raises(DataError, match=r"^data, column 'b': every number is 5,"):
        page(xb.load("regression", data=data, **columns))


@pytest.mark.parametrize(("more", "told"), [(0.0007, "more."), (0.0003, "the same.")])
def test_a_line_that_costs_more_by_what_can_be_seen_is_said_to(more, told):
    """Half of 7 examples times the squared difference of the heights; three decimals are shown."""
    p, q = least_squares(HEIGHTS, WEIGHTS)
    own = {"p": p, "q": q + np.sqrt(2 * more / 7)}
    assert cells_of(xb.load("regression", numbers=own))[TOP + 9, 1].endswith(f": {told}")


def test_data_as_they_are_would_make_a_step_explode():
    """By 1 − η (Σx² + n), which stands beside the words."""
    sheet = typed_page("regression", {"eta": 0.02})
    row = next(c.row for c in sheet.grid.cells if c.value == sheet.text("walk.raw"))
    assert values(sheet)[row, 13] == pytest.approx(1 - 0.02 * ((HEIGHTS**2).sum() + 7), rel=1e-12)


@pytest.mark.parametrize(
    ("heights", "start"), [((430, 470, 450), 390), ((2.5, 8.5, 6), 0), ((-30, 10, 5), -70)]
)
def test_the_picture_has_as_much_air_below_the_examples_as_they_are_high(heights, start):
    """From a round number on; from 0 on where that is near."""
    data = {"columns": ["a", "b"], "rows": [list(row) for row in enumerate(heights)]}
    chart = page(xb.load("regression", data=data)).grid.charts[0][1]
    assert chart.y_axis.scaling.min == start
