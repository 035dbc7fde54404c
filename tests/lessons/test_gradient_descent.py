"""The page on gradient descent, with the book's function and with a reader's own."""

import math

import numpy as np
import pytest
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop.cli import app
from xlbackprop.comparison import check_many
from xlbackprop.functions.function import function_of
from xlbackprop.lessons.book import page
from xlbackprop.lessons.descent import steepest_bend, usual_rates
from xlbackprop.lessons.gradient_descent import RACE, STEPS, WALK
from xlbackprop.lessons.terrain import usual_window
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
]


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


def test_readers_functions_agree_with_python_in_every_program(need, tmp_path):
    """Those that leave the range where they have a value, too."""
    for engine in ENGINES:
        need(engine)
    paths = []
    for i, text in enumerate(OTHERS):
        paths.append(tmp_path / f"{i}.xlsx")
        recipe = xb.load("gradient-descent", function=text, lang="zh" if i % 2 else "en")
        xb.write(recipe, paths[-1])
    for report in check_many(paths, tuple(ENGINES)):
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
        f"B{TOP}*C{TOP}+B{TOP}^2",
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
    assert steepest_bend(function_of(OTHERS[0])) == pytest.approx(wanted, rel=1e-6)
    assert usual_rates(function_of("x**2 + y**2")) == (0.01, 0.1, 1.02)
    assert usual_rates(function_of("x + y")) == (0.01, 0.1, 1.02)
    assert usual_rates(function_of("sqrt(x - 5)")) == (0.01, 0.1, 1.02)


def test_the_picture_holds_the_start_and_the_lowest_point():
    for text in OTHERS:
        function = function_of(text)
        start = (3.0, 2.0, 1.0)[: len(function.names)]
        for (low, high), x in zip(usual_window(function, start), start, strict=True):
            assert low < x < high
    window = usual_window(function_of("(x - 30)**2 + (y + 20)**2"), (3.0, 2.0))
    assert [low < m < high for (low, high), m in zip(window, (30, -20), strict=True)] == [True] * 2
