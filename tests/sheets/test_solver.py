"""The Solver sheet: the model as Excel keeps it, three sets of parameters, and what scipy found."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from programs import in_every_program, office, starts
from scipy.optimize import minimize
from views import new_sheet
from wanting import PYTHON
from workbooks import Made, few, in_libreoffice, make, resaved, retyped, with_value

import xlbackprop as xb
from xlbackprop.checks.untouched import is_untouched
from xlbackprop.recalc import ENGINES, Book
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.plan.solver import SCIPY, START, YOURS, SolverLayout, rectangles
from xlbackprop.training.solver import solve
from xlbackprop.workbook.address import address

# As the issue lists them, which took them from files that Excel saved.
OPTIONS = {
    "typ": "2",
    "eng": "1",
    "neg": "2",
    "num": "0",
    "ver": "3",
    "cvg": "0.0001",
    "pre": "0.000001",
    "drv": "1",
    "scl": "1",
    **dict.fromkeys(("itr", "tim", "nod", "mip"), "2147483647"),
    "mni": "30",
    "mrt": "0.075",
    "msl": "2",
    "nwt": "1",
    "rbv": "1",
    "rlx": "2",
    "rsd": "0",
    "sho": "2",
    "ssz": "100",
    "tol": "0.01",
    "est": "1",
    "val": "0",
}
# A small network, quickly made: exclusive or with three hidden units.
SMALL = {"epochs": 0, "solver": True, "views": []}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """16 of the lesson's pictures, and no other pages."""
    folder, data = tmp_path_factory.mktemp("solver"), few("solver", 16)
    return make(folder, "solver", data=data, views=[])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make(tmp_path_factory.mktemp("small"), "xor", **SMALL)


def cell(made: Made, number: int, label: str) -> tuple[str, str]:
    """Sheet and cell of a parameter in one of the sets."""
    place = made.layout.network.all_parameter_labels.index(label)
    return made.sheet("solver"), address(*made.layout.solver.cells(number)[place])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def pass_of(recipe, found):
    """C_T and share of right answers of the pictures by plain numpy."""
    w2, b2 = found[:39].reshape(3, 13)[:, :12], found[:39].reshape(3, 13)[:, 12]
    w3, b3 = found[39:].reshape(2, 4)[:, :3], found[39:].reshape(2, 4)[:, 3]
    a = sigmoid(sigmoid(recipe.x() @ w2.T + b2) @ w3.T + b3)
    return ((recipe.t() - a) ** 2).sum() / 2, (a.argmax(1) == recipe.t().argmax(1)).mean()


# The model.


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_model_stands_in_hidden_names_of_the_sheet(tmp_path, language):
    path = make(tmp_path, "solver", lang=language, data=few("solver", 8), views=[]).path
    book = openpyxl.load_workbook(path)
    sheet = book[{"en": "Solver", "zh": "规划求解"}[language]]
    names = {k: n for k, n in sheet.defined_names.items() if k.startswith("solver_")}
    found = {key.removeprefix("solver_"): name.attr_text for key, name in names.items()}
    target, changing = found.pop("opt"), found.pop("adj")
    assert found == OPTIONS
    assert all(name.hidden for name in names.values())
    assert not any(name.startswith("solver_") for name in book.defined_names)
    prefix = {"en": "Solver!", "zh": "'规划求解'!"}[language]
    assert target == f"{prefix}$B$7"
    assert re.fullmatch(r"SUM\([A-Z]+28:[A-Z]+35\)", str(sheet["B7"].value).removeprefix("="))
    assert changing == ",".join(
        prefix + area for area in ("$B$16:$M$18", "$P$16:$W$16", "$S$17:$U$17")
    )


def test_the_changing_cells_are_all_parameters_and_nothing_else(made):
    solver = made.layout.solver
    cells = [
        (row, column)
        for top, left, bottom, right in solver.changing
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    ]
    assert sorted(cells) == sorted(solver.cells(YOURS))
    assert solver.count == len(cells) == 12 * 3 + 3 + 3 * 2 + 2


def test_fixed_biases_are_not_changed(tmp_path):
    layers = [{"units": 2, "bias": "fixed"}, {"units": 1, "bias": "fixed"}]
    made = make(tmp_path, "xor", layers=layers, **SMALL)
    labels = made.layout.network.all_parameter_labels
    fixed = [i for i, label in enumerate(labels) if label.startswith("b")]
    assert made.layout.solver.count == len(labels) - len(fixed) == 6
    found = solve(made.recipe).parameters
    np.testing.assert_array_equal(found[fixed], made.recipe.start_parameters()[fixed])
    assert (found != made.recipe.start_parameters()).sum() == 6
    assert xb.check(made.path).agrees


def test_rectangles_hold_the_cells_and_nothing_else():
    assert rectangles([(1, 1), (1, 2), (2, 1), (2, 2), (1, 4)]) == ((1, 1, 2, 2), (1, 4, 1, 4))
    assert rectangles([(1, 1), (1, 2), (2, 1)]) == ((1, 1, 1, 2), (2, 1, 2, 1))
    assert rectangles([(1, 1), (3, 1)]) == ((1, 1, 1, 1), (3, 1, 3, 1))


@pytest.mark.parametrize(("units", "names"), [(13, 27), (14, 0)])
def test_more_than_200_changing_cells_are_told_and_no_model_is_set(tmp_path, units, names):
    layers = [{"units": units}, {"units": 2}]  # 15 · units + 2 parameters: 197 or 212
    changes = {"layers": layers, "start": {"kind": "normal"}, "data": few("solver", 4)}
    made = make(tmp_path, "solver", **changes, views=[])
    sheet = new_sheet(made.recipe, "solver")
    assert sum(name.startswith("solver_") for name in sheet.hidden_names) == names
    [said] = [c.value for c in sheet.cells if (c.row, c.column) == (SolverLayout.MODEL_ROW, 2)]
    assert ("no model is set" in said) == (names == 0)
    assert str(15 * units + 2) in said
    assert xb.check(made.path).agrees


@starts("libreoffice", why="what a program keeps of hidden names is its own")
def test_the_names_survive_other_programs(small, tmp_path, need):
    need("libreoffice")
    book = openpyxl.load_workbook(in_libreoffice(small.path, tmp_path))
    names = book["Solver"].defined_names
    assert {f"solver_{key}" for key in (*OPTIONS, "opt", "adj")} <= set(names)
    assert names["solver_opt"].attr_text.replace("'", "") == "Solver!$B$7"


# The numbers.


@pytest.mark.parametrize("choice", [1, 2, 3])
@in_every_program("each program looks the values of the choice up in its way")
def test_every_choice_shows_its_own_network(made, tmp_path, need, engine, choice):
    need(engine)
    path = retyped(made, tmp_path, ("Solver", "B4"), choice)
    [book] = ENGINES[engine].recalculate([path])
    start = made.recipe.start_parameters()
    found = solve(made.recipe).parameters if choice == 3 else start
    cost, share = pass_of(made.recipe, found)
    np.testing.assert_allclose(book.value("Solver", 7, 2), cost, rtol=1e-9)
    assert book.value("Solver", 7, 3) == pytest.approx(share, rel=1e-12)
    report = xb.check(path, engine)
    assert (report.comparisons[-1].agrees, report.faults, report.edits) == (True, (), ())
    assert report.changes == (() if choice == 1 else (f"Solver!B4  values = {choice} (was 1)",))


def test_what_scipy_found_is_far_better_than_the_start(made):
    lesson = xb.load("solver")
    cost, share = pass_of(lesson, solve(lesson).parameters)
    assert pass_of(lesson, lesson.start_parameters())[0] > 18
    assert (cost < 0.001, share) == (True, 1.0)
    solution, book = solve(made.recipe), Book.open(made.path)
    cost, _ = pass_of(made.recipe, solution.parameters)
    assert book.value("Solver", 9, 2) == pytest.approx(cost, rel=1e-9)
    assert book.value("Solver", 9, 4) == solution.iterations
    assert solution.evaluations >= solution.iterations > 3


def test_scipy_finds_the_same_again(made):
    one, two = solve(made.recipe), solve(made.recipe)
    np.testing.assert_array_equal(one.parameters, two.parameters)
    assert (one.iterations, one.evaluations) == (two.iterations, two.evaluations)


def test_the_search_ends_where_the_slopes_are_0():
    lesson = xb.load("solver")
    found = solve(lesson).parameters
    step = 1e-6
    for i in range(0, len(found), 5):
        up, down = found.copy(), found.copy()
        up[i] += step
        down[i] -= step
        slope = (pass_of(lesson, up)[0] - pass_of(lesson, down)[0]) / (2 * step)
        assert abs(slope) < 1e-4


CASES = {
    "numbers to meet": ("sine", {}),
    "scaled inputs": ("sine", {"scaling": "z-score"}),
    "one example": ("worked-example", {}),
    "softmax": ("iris", {"scaling": "min-max"}),
    "hinge": ("iris", {"cost": "hinge", "layers": [{"units": 3, "activation": "linear"}]}),
    "shared and no bias": (
        "xor",
        {"layers": [{"units": 3, "bias": "shared"}, {"units": 1, "bias": "none"}]},
    ),
    "filters": ("cnn-solver", {}),
    "filters, Chinese": ("cnn-solver", {"lang": "zh", "ties": "split"}),
}


def _also_met_with_more(case):
    """A plain run leaves out what another case has as well."""
    met = case in ("numbers to meet", "filters")
    return pytest.param(case, marks=[pytest.mark.exhaustive] * met)


@in_every_program("each program has its own way with large sums", quick=False)
@pytest.mark.parametrize("case", [*map(_also_met_with_more, CASES)])
def test_every_kind_of_network_agrees(tmp_path, need, engine, case):
    need(engine)
    lesson, changes = CASES[case]
    data = {} if lesson in ("xor", "worked-example") else {"data": few(lesson, 3)}
    report = xb.check(make(tmp_path, lesson, **(SMALL | data | changes)).path, engine)
    assert report.agrees, report.lines()
    assert report.compared == report.formulas


# What a person changes.


def test_an_untouched_workbook_is_known_as_one(small):
    from xlbackprop.sheets.book import new_grids

    book, trace = Book.open(small.path), xb.run(small.recipe)
    assert is_untouched(book, new_grids(small.layout, trace))


def test_another_machine_may_have_found_other_values(small, tmp_path, monkeypatch):
    """What scipy finds isn't computed again for a check; it stands in the file."""
    monkeypatch.setattr("xlbackprop.sheets.book.solve", lambda recipe: 1 / 0)
    report = xb.check(small.path)
    assert (report.agrees, report.changes) == (True, ())


def test_a_changed_weight_of_yours_is_followed(small, tmp_path):
    sheet, place = cell(small, YOURS, "w2_1_1")
    path = retyped(small, tmp_path, (sheet, place), 2.5)
    report = xb.check(path)
    start = small.recipe.start_parameters()[0]
    assert (report.comparisons[-1].agrees, report.faults, report.edits) == (True, (), ())
    assert report.changes == (f"Solver!{place}  w2_1_1 = 2.5 (was {start:g})",)
    [book] = ENGINES["ironcalc"].recalculate([path])
    changed = np.concatenate([[2.5], small.recipe.start_parameters()[1:]])
    other = small.recipe.with_numbers(
        raw=small.recipe.raw(),
        labels=(),
        targets=small.recipe.t(),
        eta=1.0,
        start=changed,
    )
    wanted = xb.run(other).cost[0]
    assert book.value("Solver", 7, 2) == pytest.approx(wanted, rel=1e-12)


def test_all_of_yours_may_be_what_solver_found(small, tmp_path):
    solution = solve(small.recipe)

    def change(book):
        for (row, column), value in zip(
            small.layout.solver.cells(YOURS), solution.parameters.tolist(), strict=True
        ):
            book["Solver"].cell(row, column).value = value

    path = resaved(small, tmp_path, change)
    report = xb.check(path)
    assert report.comparisons[-1].agrees
    assert len(report.changes) == small.layout.solver.count
    start = xb.load(path).start_parameters()  # it stays what it was
    np.testing.assert_allclose(start, small.recipe.start_parameters(), rtol=1e-14)
    [book] = ENGINES["ironcalc"].recalculate([path])
    assert book.value("Solver", 7, 2) == pytest.approx(book.value("Solver", 9, 2), rel=1e-9)


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("typed", [None, "many", True])
@pytest.mark.parametrize("number", [YOURS, START, SCIPY])
def test_a_weight_that_is_no_number_is_named(small, tmp_path, number, typed):
    sheet, place = cell(small, number, "w3_1_2")
    report = xb.check(retyped(small, tmp_path, (sheet, place), typed))
    [fault] = report.faults
    got = "nothing" if typed is None else repr(typed)
    assert fault == f"Solver!{place}: got {got}, wanted a number; type one."
    assert not report.agrees


@pytest.mark.exhaustive(quick=3)
@pytest.mark.parametrize("typed", [0, 4, 1.5, None, "mine"])
def test_a_choice_that_does_not_exist_is_named(small, tmp_path, typed):
    report = xb.check(retyped(small, tmp_path, ("Solver", "B4"), typed))
    [fault] = report.faults
    assert fault.startswith("Solver!B4: got ")
    assert fault.endswith("wanted a whole number from 1 to 3; type one.")
    assert report.changes == ()


def test_a_changed_start_is_told(small, tmp_path):
    place = cell(small, START, "w2_1_1")
    report = xb.check(retyped(small, tmp_path, place, 9))
    assert report.comparisons[-1].agrees
    start = small.recipe.start_parameters()[0]
    assert report.changes[0] == f"Solver!{place[1]}  w2_1_1 = 9 (was {start:g})"
    assert report.changes[1].startswith("Solver!B8  Python's constant = ")


def test_a_changed_value_of_scipys_is_told_by_its_cost(small, tmp_path):
    report = xb.check(retyped(small, tmp_path, cell(small, SCIPY, "w2_1_1"), 9))
    assert report.comparisons[-1].agrees
    assert re.match(r"Solver!B9  Python's constant = \S+ \(its parameters, .*", report.changes[0])


def test_a_changed_formula_is_an_edit(small, tmp_path):
    solver = small.layout.solver
    place = address(*solver.cells(3)[0])
    report = xb.check(retyped(small, tmp_path, ("Solver", place), "=1"))
    assert [edit.cell for edit in report.edits] == [place]


def test_a_wrong_value_is_found(small, tmp_path):
    solver = small.layout.solver
    place = "Solver", address(solver.top + 1, solver.columns["a2_1"])
    report = xb.check(with_value(small.path, tmp_path, place, "0.123"))
    assert place in [(m.sheet, m.cell) for m in report.comparisons[0].mismatches]


def test_a_planted_fault_in_a_formula_is_found_by_the_engine(small, tmp_path):
    """z of one example with another sign, told as an edit and as a difference."""
    solver = small.layout.solver
    place = address(solver.top + 1, solver.columns["z2_1"])
    report = xb.check(retyped(small, tmp_path, ("Solver", place), "=-1"))
    assert [m.cell for m in report.comparisons[-1].mismatches] == [place]


# The recipe.


def test_the_recipe_comes_back(made):
    assert xb.load(made.path) == made.recipe
    assert made.recipe == xb.load("solver", data=few("solver", 16), views=[])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 3}, "solver: got true with epochs = 3, .* take epochs = 0, or solver = false"),
        ({"solver": 1}, "solver: got 1, wanted true or false"),
        (
            {"layers": [{"units": 3, "activation": "step"}, {"units": 2}]},
            "got step, which can't be trained: .* or take solver = false",
        ),
    ],
)
def test_what_does_not_go_with_solver_is_refused(changes, said):
    with pytest.raises(xb.XlbackpropError, match=said):
        xb.load("solver", **changes)


@pytest.mark.parametrize("lesson", ["backprop", "xor"])
def test_other_workbooks_have_no_such_sheet(lesson):
    assert "solver" not in layout_of(xb.load(lesson, epochs=0)).sheets
    assert "solver" not in xb.load(lesson).name


def test_the_lessons_begin_where_the_book_begins():
    cost = xb.run(xb.load("solver")).cost[0]
    np.testing.assert_allclose(cost, 18.347093520533, rtol=1e-12)
    dense, filters = xb.load("cnn-solver"), xb.load("cnn")
    assert dense.start == filters.start


# LibreOffice's own solver.


@starts("libreoffice", why="Solver is a part of the program that works on the sheet")
def test_libreoffices_solver_makes_the_cost_fall(made, tmp_path, need):
    """The target and the last two changing cells, the output biases, are read from the names."""
    need("libreoffice")
    need("uno")
    before, parameters = made.recipe.start_parameters(), made.recipe.start_parameters()

    def cost_with(biases):
        parameters[[42, 46]] = biases
        return pass_of(made.recipe, parameters)[0]

    start, least = cost_with(before[[42, 46]]), minimize(cost_with, before[[42, 46]]).fun
    assert least < 0.9 * start
    names = openpyxl.load_workbook(made.path)["Solver"].defined_names
    target = names["solver_opt"].attr_text.partition("!")[2]
    biases = [address(*made.layout.solver.cells(YOURS)[i]) for i in (42, 46)]
    script = Path(__file__).with_name("libreoffice_solver.py")
    wanted = (start + 2 * least) / 3
    with office(tmp_path) as pipe:
        where = [pipe, made.path, "Solver", target, ",".join(biases)]
        command = [PYTHON, script, *where, "10", str(wanted)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["before"] == pytest.approx(start, rel=1e-12)
    assert found["after"] == pytest.approx(cost_with(found["found"]), rel=1e-12)
    assert found["after"] < wanted
