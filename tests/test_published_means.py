"""Worked examples of courses whose costs are means, with and without ½: their published figures.

Each is printed by the course with the learning rate that stands in its recipe here.
"""

from typing import Any

import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from workbooks import Made

import xlbackprop as xb
from xlbackprop.recalc import ENGINES
from xlbackprop.recipe.read import from_mapping

Published = list[tuple[int, str, float, float]]  # epoch, symbol, figure, half of its last digit


def course(layer: str, rows: list[list[float]], **fields: Any) -> xb.Recipe:
    """One unit that starts at 0 and learns by gradient descent."""
    columns = [*(f"x{i}" for i in range(1, len(rows[0]))), "y"]
    content = {
        "data": {"columns": columns, "rows": rows},
        "targets": ["y"],
        "layers": [{"units": 1, "activation": layer}],
        "start": {"w2": [[0.0] * (len(columns) - 1)], "b2": [0.0]},
        "reduction": "mean",
        "views": [],
    }
    return from_mapping({**content, **fields})


# Machine Learning Specialization (Andrew Ng), course 1, labs of week 1 on gradient descent:
# J = 1/(2m) Σ(f − y)², two houses. A cost that the lab prints is that after the iteration's update.
HOUSES = course("linear", [[1, 300], [2, 500]], eta=0.01, epochs=1002)
OF_HOUSES: Published = [
    (1, "g_w2_1_1", -650, 0.05),
    (1, "g_b2_1", -400, 0.05),
    (2, "C_T", 7.93e4, 50),
    (2, "w2_1_1", 6.5, 5e-4),
    (2, "b2_1", 4.0, 5e-6),
    (1001, "g_w2_1_1", -3.712e-1, 5e-5),
    (1001, "g_b2_1", 6.007e-1, 5e-5),
    (1002, "C_T", 3.41, 5e-3),
    (1002, "w2_1_1", 1.949e2, 0.05),
    (1002, "b2_1", 1.08228e2, 5e-4),
]
# The same course, labs of week 3 on logistic regression: J = −1/m Σ(y ln f + (1 − y) ln(1 − f)).
POINTS = [[0.5, 1.5, 0], [1, 1, 0], [1.5, 0.5, 0], [3, 0.5, 1], [2, 2, 1], [1, 2.5, 1]]
TUMOURS = course("sigmoid", POINTS, cost="cross-entropy", eta=0.1, epochs=1001)
OF_TUMOURS: Published = [
    (2, "C_T", 0.684610468560574, 1e-14),
    (1002, "C_T", 0.1590977666870457, 1e-13),
]
# Google's Machine Learning Crash Course, linear regression, gradient descent: the mean of the
# squares without ½; weights of cars in thousands of pounds, miles per gallon.
PAIRS = [[3.5, 18], [3.69, 15], [3.44, 18], [3.43, 16], [4.34, 15], [4.42, 14], [2.37, 24]]
CARS = course("linear", PAIRS, cost_factor=1, eta=0.01, epochs=5)
OF_CARS: Published = [
    (1, "C_T", 303.71, 5e-3),
    (1, "g_w2_1_1", -119.7, 0.05),
    (1, "g_b2_1", -34.3, 0.05),
    *((n, "C_T", loss, 5e-3) for n, loss in enumerate([170.84, 103.17, 68.70, 51.13, 42.17], 2)),
    (2, "w2_1_1", 1.20, 5e-3),
    (2, "b2_1", 0.34, 5e-3),
    (3, "w2_1_1", 2.05, 5e-3),
    (3, "b2_1", 0.59, 5e-3),
    (4, "w2_1_1", 2.66, 5e-3),
    (4, "b2_1", 0.78, 5e-3),
    (5, "w2_1_1", 3.09, 5e-3),
    (5, "b2_1", 0.91, 5e-3),
    (6, "w2_1_1", 3.40, 5e-3),
    (6, "b2_1", 1.01, 5e-3),
]
COURSES = {
    "houses": (HOUSES, OF_HOUSES),
    "tumours": (TUMOURS, OF_TUMOURS),
    "cars": (CARS, OF_CARS),
}


@pytest.mark.parametrize("name", COURSES)
def test_python_has_the_figures_that_a_course_publishes(name: str) -> None:
    recipe, published = COURSES[name]
    trace = xb.run(recipe)
    gradients = {f"g_{label}": i for i, label in enumerate(trace.parameters.columns)}
    for epoch, symbol, figure, half in published:
        if symbol == "C_T":
            found = trace.cost[epoch - 1]
        elif symbol in gradients:
            found = trace.gradient[epoch - 1, gradients[symbol]]
        else:
            found = trace.parameters.loc[epoch, symbol]
        assert found == pytest.approx(figure, abs=half), (epoch, symbol)


def test_gradients_of_a_course_are_those_at_any_weights() -> None:
    """The labs print the gradient at w = (2, 3), b = 1, and the cost at w = (1, 1), b = −3."""
    at = {"start": {"w2": [[2.0, 3.0]], "b2": [1.0]}}
    changed = course("sigmoid", POINTS, cost="cross-entropy", eta=0.1, epochs=1, **at)
    published = [0.498333393278696, 0.49883942983996693, 0.49861806546328574]
    assert xb.run(changed).gradient[0].tolist() == pytest.approx(published, rel=1e-14)
    at = {"start": {"w2": [[1.0, 1.0]], "b2": [-3.0]}}
    changed = course("sigmoid", POINTS, cost="cross-entropy", eta=0.1, epochs=1, **at)
    assert xb.run(changed).cost[0] == pytest.approx(0.36686678640551745, rel=1e-14)


@pytest.mark.parametrize("name", ["houses", "cars"])
def test_the_cells_of_a_workbook_have_the_figures_that_a_course_publishes(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    recipe, published = COURSES[name]
    recipe = recipe.changed(epochs=min(recipe.epochs, 5))
    made = Made(tmp_path_factory.mktemp("course") / f"{name}.xlsx", recipe)
    xb.write(recipe, made.path)
    assert xb.check(made.path).agrees
    [book] = ENGINES["ironcalc"].recalculate([made.path])
    early = [one for one in published if one[0] <= 5 and one[1][0] in "wb"]
    assert early
    for epoch, symbol, figure, half in early:
        sheet, cell = made.parameter(symbol, epoch=epoch)
        found = book.value(sheet, *coordinate_to_tuple(cell))
        assert found == pytest.approx(figure, abs=half), (epoch, symbol)
