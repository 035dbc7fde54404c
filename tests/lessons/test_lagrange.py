"""The page on Lagrange multipliers."""

import numpy as np
import openpyxl
import pytest
from pages import computed, computed_column, typed, values
from scipy.optimize import minimize

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.quantities.circle import ROWS_BEHIND
from xlbackprop.lessons.quantities.conic import ANGLES
from xlbackprop.lessons.quantities.lagrange import BEHIND, CIRCLE, NEWTON, SOLVER
from xlbackprop.lessons.quantities.newton import STEPS

X, Y, FACTOR, F, G = range(2, 7)
LACKS = (11, 12, 13)
END = NEWTON + 1 + STEPS


def shown(**numbers):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("lagrange", numbers=numbers)).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


def problem(f, g, k, start):
    """The inputs of a problem, by name."""
    numbers = {"k": k}
    for name, given in (("f", f), ("g", g), ("start", start)):
        numbers |= {f"{name}_1_{i}": float(value) for i, value in enumerate(given, 1)}
    return numbers


def told(**numbers):
    return [text for text in shown(**numbers).values() if isinstance(text, str)]


def quadratic(c, x):
    return c[0] * x[0] ** 2 + c[1] * x[0] * x[1] + c[2] * x[1] ** 2 + c[3] * x[0] + c[4] * x[1]


def test_the_sum_on_the_unit_circle():
    """x + y is smallest and largest at ±(1, 1)/√2, where it is ±√2; so is λ, ±1/√2."""
    cells = shown()
    half = np.sqrt(0.5)
    for column, sign in ((2, -1), (3, 1)):
        got = [cells[CIRCLE + 7 + i, column] for i in range(4)]
        assert got == pytest.approx([sign * half] * 3 + [sign * np.sqrt(2)], rel=1e-14)
        sides = [cells[CIRCLE + 11 + i, column] for i in range(3)]
        np.testing.assert_allclose(sides, 1, rtol=1e-15)  # p, q and r²


def test_any_weights_and_radius():
    """f lies between ∓r√(p² + q²), whatever the sign of the radius."""
    for r in (2.5, -2.5):
        cells = shown(p=3.0, q=-4.0, r=r)
        assert [cells[CIRCLE + 10, column] for column in (2, 3)] == pytest.approx([-12.5, 12.5])


def test_newtons_steps_end_where_scipy_finds_the_smallest_value():
    f, g = [1, 0, 1, -4, -2], [1, 0, 4, 0, 0]
    wanted = minimize(
        lambda x: quadratic(f, x),
        [1.0, 1.0],
        constraints={"type": "eq", "fun": lambda x: quadratic(g, x) - 4},
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    cells = shown()
    assert [cells[END, X], cells[END, Y]] == pytest.approx(wanted.x.tolist(), rel=1e-6)
    assert cells[END, F] == pytest.approx(wanted.fun, rel=1e-10)
    np.testing.assert_allclose([cells[END, column] for column in LACKS], 0, atol=1e-14)
    assert any("f is smallest there" in text for text in told())


def test_each_step_is_that_of_numpy():
    """The linear equations solved by numpy, from a start that leads to the largest value."""
    f, g = np.array([1.0, 0.5, 2.0, -4.0, -2.0]), np.array([1.0, 0.2, 4.0, 0.3, 0.1])
    x, y, factor = -1.0, -1.0, 1.0
    numbers = problem(f, g, 4.0, (x, y, factor))
    cells = shown(**numbers)
    for n in range(STEPS + 1):
        got = [cells[NEWTON + 1 + n, column] for column in (X, Y, FACTOR)]
        np.testing.assert_allclose(got, [x, y, factor], rtol=1e-9, atol=1e-12)
        of_f, of_g = (
            np.array([2 * c[0] * x + c[1] * y + c[3], c[1] * x + 2 * c[2] * y + c[4]])
            for c in (f, g)
        )
        a, b, d, *_ = f - factor * g
        bend = np.array([[2 * a, b], [b, 2 * d]])
        matrix = np.block([[bend, -of_g[:, None]], [of_g[None, :], np.zeros((1, 1))]])
        lacks = [*(of_f - factor * of_g), quadratic(g, (x, y)) - 4.0]
        x, y, factor = np.array([x, y, factor]) - np.linalg.solve(matrix, lacks)
    assert any("f is largest there" in text for text in told(**numbers))


def test_a_linear_constraint():
    """x² + y² on x + 2y = 5 is smallest at (1, 2), with λ = 2, after one step."""
    cells = shown(**problem([1, 0, 1, 0, 0], [0, 0, 0, 1, 2], 5.0, (0, 0, 0)))
    for n in (1, STEPS):
        row = NEWTON + 1 + n
        assert [cells[row, i] for i in (X, Y, FACTOR, F)] == pytest.approx([1, 2, 2, 5])


def test_the_multiplier_is_the_price_of_the_constraint():
    """The best f changes by λ times the change of k."""
    step = 1e-4
    high, low, middle = (shown(k=4.0 + change) for change in (step, -step, 0.0))
    price = (high[END, F] - low[END, F]) / (2 * step)
    assert middle[END, FACTOR] == pytest.approx(price, rel=1e-6)


def test_a_start_that_leads_nowhere_is_told():
    """With no gradient of g there is no step to take."""
    numbers = problem([1, 0, 1, -4, -2], [1, 0, 4, 0, 0], 4.0, (0, 0, 0))
    cells = shown(**numbers)
    assert [cells[END, i] for i in (X, Y)] == [0, 0]
    assert any(text.startswith("The equations do not hold") for text in told(**numbers))


@pytest.mark.parametrize(("lang", "sheet"), [("en", "Lagrange!"), ("zh", "'拉格朗日乘数法'!")])
def test_solvers_model_stands_in_hidden_names(tmp_path, lang, sheet):
    """Target, changing cells and the constraint g = k, as Excel keeps them."""
    xb.write(xb.load("lagrange", lang=lang), tmp_path / "book.xlsx")
    [name, *_] = openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames
    names = openpyxl.load_workbook(tmp_path / "book.xlsx")[name].defined_names
    found = {key: of.attr_text for key, of in names.items() if key.startswith("solver_")}
    top = SOLVER + 3
    assert found["solver_opt"] == f"{sheet}$B${top + 2}"
    assert found["solver_adj"] == f"{sheet}$B${top}:$B${top + 1}"
    assert found["solver_lhs1"] == f"{sheet}$B${top + 3}"
    assert found["solver_rhs1"] == f"{sheet}$B${top + 4}"
    assert (found["solver_num"], found["solver_rel1"], found["solver_typ"]) == ("1", "2", "2")
    assert all(of.hidden for key, of in names.items() if key.startswith("solver_"))
    assert len(found) == 27 + 3  # as in other workbooks, and the constraint


def test_solvers_answer_is_as_good_as_newtons():
    """With it typed into the cells that Solver changes, target and constraint are met."""
    cells = shown()
    x, y = cells[END, X], cells[END, Y]
    again = shown(solver_x=x, solver_y=y)
    assert again[SOLVER + 5, 2] == pytest.approx(cells[END, F], rel=1e-14)
    assert again[SOLVER + 6, 2] == pytest.approx(again[SOLVER + 7, 2], rel=1e-14)


@pytest.mark.parametrize(
    ("g", "k"),
    [([1, 0, 4, 0, 0], 4.0), ([1, 0.5, -2, 0.3, 1], 3.0), ([0, 0, 1, -2, 0], 1.0)],
    ids=["ellipse", "hyperbola", "parabola"],
)
def test_the_drawn_points_lie_on_the_constraint(g, k):
    """And none is farther away than asked; an ellipse is drawn all around."""
    cells = shown(far=6.0, **problem([1, 0, 1, -4, -2], g, k, (1, 1, 0)))
    top = BEHIND + STEPS + 7 + ROWS_BEHIND + 2
    points = np.array([[cells[top + i, 7], cells[top + i, 8]] for i in range(len(ANGLES))])
    np.testing.assert_allclose([quadratic(g, point) for point in points], k, atol=1e-11)
    end = np.array([cells[END, X], cells[END, Y]])
    assert np.hypot(*(points - end).T).max() <= 6.0
    assert len(np.unique(points.round(9), axis=0)) > len(ANGLES) / 2


def test_a_linear_constraint_is_drawn_as_a_line():
    cells = shown(far=2.0, **problem([1, 0, 1, 0, 0], [0, 0, 0, 1, 2], 5.0, (0, 0, 0)))
    top = BEHIND + STEPS + 7 + ROWS_BEHIND + 2
    points = np.array([[cells[top + i, 7], cells[top + i, 8]] for i in range(len(ANGLES))])
    np.testing.assert_allclose(points @ [1, 2], 5.0, rtol=1e-14)
    assert np.hypot(*(points[0] - points[-1])) > 3.9


@pytest.mark.parametrize(
    ("f", "kind"),
    [([0, 0, 0.25], "is smallest"), ([0, 0, 0], "does not bend"), ([0, 0, -0.25], "is largest")],
)
def test_the_verdict_says_how_f_bends_along_the_constraint(f, kind):
    """f = x + c y² on x = 1, which bends by 2c along y; also by the formula."""
    sheet = typed("lagrange", problem([*f, 1, 0], [0, 0, 0, 1, 0], 1.0, (1, 0, 1)))
    row = NEWTON + STEPS + 3
    assert kind in computed(sheet, row, 1)
    assert kind in values(sheet)[row, 1]


@pytest.mark.parametrize(("far", "left"), [(3.9999, 0.0), (4.0, -4.0)])
def test_the_constraint_is_drawn_up_to_the_distance_that_is_asked_for(far, left):
    """The circle x² + y² = 4, seen from (2, 0), is 4 wide; also by the formula."""
    numbers = problem([0, 0, 0, 1, 0], [1, 0, 1, 0, 0], 4.0, (2, 0, 0.25))
    sheet = typed("lagrange", numbers | {"far": far})
    top = BEHIND + STEPS + 7 + ROWS_BEHIND + 2
    assert values(sheet)[top, 6] == computed(sheet, top, 6) == left


def test_a_line_is_drawn_as_far_to_both_sides_by_the_formula():
    """In even steps, of which the last would be the first of the next turn."""
    sheet = typed(
        "lagrange", problem([1, 0, 1, 0, 0], [0, 0, 0, 1, 2], 5.0, (0, 0, 0)) | {"far": 2}
    )
    top = BEHIND + STEPS + 7 + ROWS_BEHIND + 2
    found = computed_column(sheet, 6, top, len(ANGLES))
    np.testing.assert_allclose(found, np.linspace(-2, 2, len(ANGLES), endpoint=False), atol=1e-14)


def test_the_circle_is_drawn_all_around_and_f_above_each_angle():
    """In degrees; p·x + q·y at r·(cos, sin), also by the formulas."""
    sheet = typed("lagrange", {"p": 3.0, "q": -4.0, "r": 2.5})
    top, turn = BEHIND + STEPS + 7 + 2, np.linspace(0, 2 * np.pi, 37)
    x, y = 2.5 * np.cos(turn), 2.5 * np.sin(turn)
    for column, wanted in ((2, x), (3, y), (4, 3 * x - 4 * y)):
        shown_there = [values(sheet)[top + i, column] for i in range(37)]
        np.testing.assert_allclose(shown_there, wanted, atol=1e-14)
        np.testing.assert_allclose(computed_column(sheet, column, top, 37), wanted, atol=1e-14)


def test_both_lines_that_touch_the_circle_are_as_long_as_it_is_wide():
    """On each f is what it is at the point that it touches, ±12.5."""
    cells = values(typed("lagrange", {"p": 3.0, "q": -4.0, "r": 2.5}))
    top = BEHIND + STEPS + 7 + 2
    for row, f in ((top, -12.5), (top + 3, 12.5)):
        ends = np.array([[cells[row + j, column] for column in (7, 8)] for j in (0, 1)])
        np.testing.assert_allclose(ends @ [3, -4], f, rtol=1e-14)
        assert np.hypot(*(ends[1] - ends[0])) == pytest.approx(5, rel=1e-14)


@pytest.mark.parametrize(("bend", "linear"), [(0.0, 1.0), (0.5, 0.0)])
def test_whether_the_constraint_is_linear_stands_below_these_words(bend, linear):
    sheet = typed("lagrange", {"g_1_1": 0.0, "g_1_2": 0.0, "g_1_3": bend})
    [row] = [cell.row for cell in sheet.grid.cells if cell.value == sheet.text("behind.linear")]
    assert values(sheet)[row + 1, 10] == linear
