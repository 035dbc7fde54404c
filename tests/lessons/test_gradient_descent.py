"""The page on gradient descent, with the book's function and with a reader's own."""

import itertools
import math
from dataclasses import astuple

import numpy as np
import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from programs import in_every_program
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop.checks.check import check_many
from xlbackprop.cli.commands import app
from xlbackprop.expressions.function import function_of
from xlbackprop.lessons.book import page
from xlbackprop.lessons.descent.endless import falling_places
from xlbackprop.lessons.descent.gradient_descent import WALK
from xlbackprop.lessons.descent.plan import RACE, STEPS, plan, steepest_bend
from xlbackprop.lessons.descent.terrain import usual_window
from xlbackprop.recalc import ENGINES

TOP = WALK + 5  # first row of the walk
OTHERS = [
    "x**2 + x*y + 3*y**2",
    "(x - 1)**2 + 2*(y + 3)**2 - x*y/2 + 5",
    "100*(y - x**2)**2 + (1 - x)**2",
    "x**4 - 3*x**2 + x",
    "x**2 + y**2/2 + z**2*3 + x*y",
    "log(x)*sqrt(y) + x/y",
    "abs(x) + abs(y)",
    "sin(x)*cos(y) + exp(-x**2)",
    "x + y",
    "z",
    "1/(x - 3)",
    "x*log(x)",
]
PARTLY = {  # where a function has values
    "log(x)": lambda x: x > 0,
    "x*log(x)": lambda x: x > 0,
    "sqrt(x)": lambda x: x > 0,
    "1/x": lambda x: x != 0,
    "1/(x - 3)": lambda x: x != 3,
    "log(x - 5)": lambda x: x > 5,
    "sqrt(-x - 200)": lambda x: x < -200,
    "log(x) + log(y) + log(z)": lambda x, y, z: min(x, y, z) > 0,
    "log(y - x) + log(x)": lambda x, y: y > x > 0,
    "sqrt(1 - x**2 - y**2)": lambda x, y: x**2 + y**2 < 1,
    "-sqrt(1 - x**2 - y**2)": lambda x, y: x**2 + y**2 < 1,
}
ENDLESS = [
    "x",
    "x**3",
    "log(x)",
    "x*y",
    "-x**2",
    "x**2 - y**2",
    "x**2 - 3*x*y + y**2",
    "log(x - 5)",
]
LOWEST = ["x**2", "x*log(x)", "1/x**2", "sqrt(x)", "sin(x)", "exp(x)", "abs(x) + abs(y)", OTHERS[2]]


def shown(function="x**2 + y**2", **numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("gradient-descent", function=function, numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def walk(cells, columns, top=TOP, rows=STEPS + 1):
    return np.array([[cells[top + i, column] for column in columns] for i in range(rows)])


def test_the_books_walk_is_its_closed_form():
    """x = 3 · 0.8ⁱ and y = 2 · 0.8ⁱ, with gradient, displacement and value of section 2-11."""
    cells = shown()
    i = np.arange(STEPS + 1)
    x, y = 3 * 0.8**i, 2 * 0.8**i
    wanted = np.column_stack([x, y, 2 * x, 2 * y, -0.2 * x, -0.2 * y, x**2 + y**2])
    np.testing.assert_allclose(walk(cells, range(2, 9)), wanted, rtol=1e-12, atol=1e-15)
    first = [3.0, 2.0, 6.0, 4.0, -0.6, -0.4, 13.0]
    np.testing.assert_allclose(walk(cells, range(2, 9))[0], first, rtol=1e-12)


def test_the_three_rates_are_too_small_right_and_too_large():
    """Closed forms of the three walks: (1 − 2η)ⁱ."""
    sheet = page(xb.load("gradient-descent"))
    rates = [place.usual for place in sheet.inputs if place.name.startswith("eta_")]
    assert rates == [0.01, 0.1, 1.02]
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    eta = next(place for place in sheet.inputs if place.name == "eta_1")
    i = np.arange(RACE + 1)
    for number, rate in enumerate(rates):
        found = walk(cells, range(2 + 3 * number, 5 + 3 * number), eta.row + 3, RACE + 1)
        x, y = 3 * (1 - 2 * rate) ** i, 2 * (1 - 2 * rate) ** i
        wanted = np.column_stack([x, y, x**2 + y**2])
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
    texts = [value for value in cells.values() if isinstance(value, str)]
    assert [text.endswith("it falls.") for text in texts[-3:]] == [True, True, False]


def test_contour_lines_pass_through_the_steps():
    """Each point of a line has the value of its step, for a slanting ellipse too."""
    for text, f in {
        "x**2 + y**2": lambda x, y: x**2 + y**2,
        OTHERS[0]: lambda x, y: x**2 + x * y + 3 * y**2,
        OTHERS[1]: lambda x, y: (x - 1) ** 2 + 2 * (y + 3) ** 2 - x * y / 2 + 5,
    }.items():
        cells = shown(text)
        last = max(row for row, _ in cells)
        for k, step in enumerate((0, 2, 4, 8)):
            height = cells[TOP + step, 8]
            for row in range(last - 36, last + 1):
                x, y = cells[row, 5 + 2 * k], cells[row, 6 + 2 * k]
                assert f(x, y) == pytest.approx(height, rel=1e-9)


@pytest.mark.parametrize("text", OTHERS[:6])
def test_a_readers_function_is_descended_as_by_plain_loops(text):
    """Python reads the text itself; slopes come from differences."""
    known = {"log": math.log, "sqrt": math.sqrt}
    names = [name for name in "xyz" if name in text.replace("exp", "")]
    sheet = page(xb.load("gradient-descent", function=text))
    eta = next(place.usual for place in sheet.inputs if place.name == "eta")
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    point = dict(zip(names, (3.0, 2.0, 1.0), strict=False))
    f = compile(text, "text", "eval")
    for i in range(6):
        count = len(names)
        found = [cells[TOP + i, 2 + k] for k in range(count)]
        np.testing.assert_allclose(found, list(point.values()), rtol=1e-6)
        assert cells[TOP + i, 2 + 3 * count] == pytest.approx(eval(f, known, point), rel=1e-5)
        gradient = {
            name: (
                eval(f, known, point | {name: x + 1e-5}) - eval(f, known, point | {name: x - 1e-5})
            )
            / 2e-5
            for name, x in point.items()
        }
        point = {name: x - eta * gradient[name] for name, x in point.items()}


@in_every_program("any formula may come of a reader's function, and each program reads it itself")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("first", range(6))
def test_readers_functions_agree_with_python_in_every_program(need, tmp_path, engine, first):
    """Those that leave the range where they have a value, too; every sixth of them."""
    need(engine)
    paths = []
    for i, text in enumerate(OTHERS[first::6]):
        paths.append(tmp_path / f"{i}.xlsx")
        recipe = xb.load("gradient-descent", function=text, lang="zh" if i % 2 else "en")
        xb.write(recipe, paths[-1])
    for report in check_many(paths, (engine,)):
        assert report.agrees, "\n".join(report.lines())


def test_a_workbook_knows_its_function(tmp_path):
    """It gives back the text, and is rebuilt from it."""
    recipe = xb.load("gradient-descent", function=OTHERS[0], numbers={"x": -1.5})
    xb.write(recipe, tmp_path / "book.xlsx")
    again = xb.load(tmp_path / "book.xlsx")
    assert dict(again.settings) == {"function": OTHERS[0]}
    assert dict(again.numbers) == {"x": -1.5}


def test_the_function_is_an_option_of_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["make", "gradient-descent", "--function", "x*y + x**2"])
    assert (done.exit_code, done.stdout) == (0, "gradient-descent.xlsx: Gradient descent.\n")
    cells = page(xb.load("gradient-descent.xlsx")).grid.formulas()
    assert {formula for _, _, formula, _ in cells} >= {
        f"B{TOP}*C{TOP}+B{TOP}*B{TOP}",
        f"2*B{TOP}+C{TOP}",
    }


@pytest.mark.parametrize(
    "text", ["__import__('os').system('touch hacked')", "x.y", "x**999999999", "w + x", "", "(x"]
)
def test_a_hostile_function_is_refused_in_one_sentence(text, tmp_path, monkeypatch):
    """Exit status 2, no file, nothing run."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["make", "gradient-descent", "--function", text])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("xlbackprop: function: got ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_usual_learning_rates_suit_the_curvature():
    """The steepest bend is the largest eigenvalue of the second derivatives."""
    wanted = np.linalg.eigvalsh([[2, 1], [1, 6]]).max()
    assert steepest_bend(function_of(OTHERS[0]), (3.0, 2.0)) == pytest.approx(wanted, rel=1e-6)
    assert plan(function_of("x**2 + y**2")).rates == (0.01, 0.1, 1.02)
    assert plan(function_of("x + y")).rates == (0.01, 0.1, 1.0)
    assert plan(function_of("1/x")).rates == (0.1, 1.0, 10.0)


@pytest.mark.parametrize("text", PARTLY)
def test_a_walk_begins_and_stays_where_the_function_has_values(text):
    """All positions of the walk lie there, all values are numbers, and none is above the last."""
    cells, has_value = shown(text), PARTLY[text]
    count = has_value.__code__.co_argcount
    found = walk(cells, range(2, 3 + 3 * count))
    assert np.isfinite(found).all()
    assert all(has_value(*position) for position in found[:, :count])
    heights = found[:, -1]
    assert (np.diff(heights) <= 1e-9).all()
    assert heights[0] - heights[-1] > 0.01


def test_a_steep_or_flat_place_is_no_start():
    """exp(exp(3)) is half a billion, and (x − 3)² has its lowest place at 3."""
    steep = plan(function_of("exp(exp(x))"))
    assert steep.start == (1.5,)
    assert steep.rates[1] > 1e-5
    assert plan(function_of("(x - 3)**2")).start == (1.5,)


@pytest.mark.parametrize(("lang", "words"), [("en", "Step {} leaves"), ("zh", "第 {} 步走出了")])
def test_a_walk_that_leaves_says_where(lang, words):
    """The step that plain loops find; from there on no cell has a number."""
    x, first = 0.5, 0
    while x > 0:
        x, first = x - 0.03 / x, first + 1
    assert 3 < first < STEPS
    recipe = xb.load(
        "gradient-descent", function="log(x)", lang=lang, numbers={"x": 0.5, "eta": 0.03}
    )
    cells = {(row, column): v for row, column, _, v in page(recipe).grid.formulas()}
    assert cells[TOP + STEPS + 1, 1].startswith(words.format(first))
    assert "y = ln(x)" in cells[TOP + STEPS + 1, 1]
    heights = walk(cells, [5])[:, 0]
    assert np.isfinite(heights[:first]).all()
    assert not np.isfinite(heights[first:]).any()
    assert not np.isfinite(walk(cells, [2])[first + 1 :]).any()
    texts = [value for value in cells.values() if isinstance(value, str)]
    assert sum("ln(x)" in text for text in texts) >= 2  # η too large leaves, too


def test_a_start_without_a_value_is_told():
    cells = shown("log(x)", x=-1.0)
    assert cells[TOP + STEPS + 1, 1] == ("At the start y = ln(x) has no value: take another start.")


LEAVING = [
    ("log(x)", {"x": 0.5, "eta": 0.03}),
    ("log(x)", {"x": -1.0}),
    ("x*log(x)", {"eta": 3.0}),
    ("sqrt(x)", {"x": 0.0}),
    ("1/x + log(y)", {"x": 0.0}),
    ("x**3", {"x": -3.0, "eta": 1.0}),
]


@in_every_program("what a program makes of a value that is none or too large is its own")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("first", range(3))
def test_leaving_is_told_alike_by_every_program(need, tmp_path, engine, first, lang):
    """Also where a walk begins outside, and where its numbers become too large."""
    need(engine)
    paths = []
    for i, (text, numbers) in enumerate(LEAVING[first::3]):
        paths.append(tmp_path / f"{i}.xlsx")
        xb.write(xb.load("gradient-descent", function=text, lang=lang, numbers=numbers), paths[-1])
    for report in check_many(paths, (engine,)):
        assert report.agrees, "\n".join(report.lines())


@pytest.mark.parametrize("text", ["x**2 + y**2", "log(x)*y"])
def test_a_copied_row_is_one_more_step(text, need, tmp_path):
    """The last row of the walk can be copied down."""
    need("ironcalc")
    xb.write(xb.load("gradient-descent", function=text), tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    sheet, last = book["Gradient descent"], TOP + STEPS
    for column in range(2, 9):
        cell = sheet.cell(last, column)
        moved = Translator(cell.value, cell.coordinate)
        below = sheet.cell(last + 1, column)
        below.value = moved.translate_formula(below.coordinate)
    book.save(tmp_path / "more.xlsx")
    [found] = ENGINES["ironcalc"].recalculate([tmp_path / "more.xlsx"])
    x, y, dx, dy = (found.value("Gradient descent", last, int(j)) for j in (2, 3, 6, 7))
    assert found.value("Gradient descent", last + 1, 2) == pytest.approx(x + dx, rel=1e-12)
    assert found.value("Gradient descent", last + 1, 3) == pytest.approx(y + dy, rel=1e-12)
    eta = next(
        p.usual for p in page(xb.load("gradient-descent", function=text)).inputs if p.name == "eta"
    )
    slope = found.value("Gradient descent", last + 1, 4)
    assert found.value("Gradient descent", last + 1, 6) == pytest.approx(-eta * slope, rel=1e-12)


@pytest.mark.parametrize("text", ENDLESS)
def test_a_function_that_falls_without_end_is_known(text):
    """Its values at the two places that are told are lower and lower."""
    first, last = falling_places(function_of(text))
    names = function_of(text).names
    known = {"log": math.log}
    places = (plan(function_of(text)).start, first, last)
    start, low, lower = (eval(text, known, dict(zip(names, p, strict=True))) for p in places)
    assert lower < low < start


@pytest.mark.parametrize("text", LOWEST)
def test_a_function_that_falls_no_farther_is_not_said_to(text):
    assert falling_places(function_of(text)) is None


def told(text, lang="en"):
    """All plain texts of a page."""
    grid = page(xb.load("gradient-descent", function=text, lang=lang)).grid
    return [cell.value for cell in grid.cells if isinstance(cell.value, str)]


@pytest.mark.parametrize(
    ("lang", "judged", "plain"), [("en", "η too large", "η large"), ("zh", "η 过大", "η 较大")]
)
def test_what_is_true_of_the_books_function_alone_stands_only_there(lang, judged, plain):
    """Others are told when they have no lowest place, and then no η is too large."""
    book, log, bowl = (told(text, lang) for text in ("x^2 + y^2", "log(x)", "x**2 + 3*y**2"))
    assert sum("0.8" in text for text in book) == 1
    assert not any("0.8ⁱ" in text or "1 − 2η" in text for text in log + bowl)
    assert judged in book
    assert judged in bowl
    assert plain in log
    assert judged not in log
    assert sum("x = 0.03" in text and "−3.51" in text for text in log) == 1
    assert not any("0.03" in text for text in book)


def test_the_picture_holds_the_start_and_the_lowest_point():
    for text in OTHERS:
        function = function_of(text)
        start = plan(function).start
        for (low, high), x in zip(usual_window(function, start), start, strict=True):
            assert low < x < high
    window = usual_window(function_of("(x - 30)**2 + (y + 20)**2"), (3.0, 2.0))
    assert [low < m < high for (low, high), m in zip(window, (30, -20), strict=True)] == [True] * 2


@pytest.mark.parametrize("text", PARTLY)
def test_the_picture_shows_where_the_function_has_values(text):
    function, has_value = function_of(text), PARTLY[text]
    if len(function.names) < 3:
        for place in itertools.product(*usual_window(function, plan(function).start)):
            assert has_value(*place)


def test_a_faster_rate_is_none_with_which_the_last_value_is_too_large():
    """Down −x³ three times the right rate passes a million below 0 in the last step."""
    start, (_, right, large), *_ = astuple(plan(function_of("-x**3")))
    x, heights = start[0], []
    for _ in range(RACE + 1):
        heights.append(-(x**3))
        x += 3 * right * 3 * x**2
    assert heights[-1] < -1e6 < heights[-2]
    assert large > 3 * right


def test_the_sentence_below_the_walk_tells_the_last_step():
    """3 · 0.8³⁰ and 2 · 0.8³⁰ are too small to be seen: here the walk is slower."""
    x, y = 3 * 0.98**STEPS, 2 * 0.98**STEPS
    assert shown(eta=0.01)[TOP + STEPS + 1, 1] == (
        f"After 30 steps: x = {x:.3f}, y = {y:.3f}, z = {x * x + y * y:.3f}."
    )


def test_of_three_rates_too_a_walk_that_has_left_never_comes_back():
    """Down ln x from 1 with η = 2 the first step leads to −1, the second would lead back to 1."""
    numbers = {"x": 1.0, "eta_1": 2.0}
    sheet = page(xb.load("gradient-descent", function="log(x)", numbers=numbers))
    [top] = {place.row + 3 for place in sheet.inputs if place.name == "eta_1"}
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    found = walk(cells, (2, 3), top, RACE + 1)
    assert found[:2, 0].tolist() == [1, -1]
    assert found[0, 1] == 0
    assert np.isnan(found[2:, 0]).all()
    assert np.isnan(found[1:, 1]).all()


def test_the_map_has_11_places_each_way_from_end_to_end():
    """With y growing upwards; an odd number, so that the middle is one of them."""
    ends = {"x_from": 0.0, "x_to": 10.0, "y_from": -5.0, "y_to": 5.0}
    sheet = page(xb.load("gradient-descent", function="x**2 - 3*y", numbers=ends))
    [top] = {place.row + 3 for place in sheet.inputs if place.name == "x_from"}
    cells = {(row, column): value for row, column, _, value in sheet.grid.formulas()}
    x, y = np.arange(11.0), np.arange(5.0, -6.0, -1.0)
    wanted = x[None, :] ** 2 - 3 * y[:, None]
    np.testing.assert_allclose(walk(cells, range(2, 13), top, 11), wanted, atol=1e-12)
