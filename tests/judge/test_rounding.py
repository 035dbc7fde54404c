"""What the last digits of the numbers that a cell reads leave open is right; more is not."""

import numpy as np
import pytest
from programs import in_every_program
from views import new_page
from workbooks import agreeing, make, with_formula

import xlbackprop as xb
from xlbackprop.checks.network import NetworkTrial
from xlbackprop.judge.rounding import LAST_DIGITS, mover
from xlbackprop.page.facts import facts
from xlbackprop.recalc import Book
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.workbook.address import coordinate

CANCELLING = {  # z of the last example has terms of 10⁴ that cancel
    "layers": [{"units": 1, "activation": "tanh"}, {"units": 1, "activation": "linear"}],
    "start": {"w2": [[1e4, -1e4]], "b2": [0.1], "w3": [[1.0]], "b3": [0.0]},
    "cost": "squared-error",
}
YEARS = [[1999 + 1 / 7, 1], [2003 + 1 / 7, 2], [2012 + 1 / 7, 0], [2020 + 1 / 7, 3]]


class Planted:
    """A workbook of which one cell shows something else."""

    def __init__(self, book, sheet, cell, change):
        self._book, self._place, self._change = book, (sheet, coordinate(cell)), change

    def __getattr__(self, name):
        return getattr(self._book, name)

    def value(self, sheet, row, column):
        return self.values(sheet, row, column, 1, 1)[0][0]

    def values(self, sheet, top, left, rows, columns):
        lines = [list(line) for line in self._book.values(sheet, top, left, rows, columns)]
        name, (row, column) = self._place
        if sheet == name and 0 <= row - top < rows and 0 <= column - left < columns:
            lines[row - top][column - left] += self._change
        return lines


def blamed(tmp_path, recipe, kind, cell, change):
    """The cells that are blamed where one shows something else."""
    path = tmp_path / "book.xlsx"
    xb.write(recipe, path, force=True)
    book, sheet = Book.open(path), layout_of(recipe).sheet(kind)
    found = NetworkTrial.of(book).compare(Planted(book, sheet, cell, change), "some program")
    return [(m.sheet, m.cell) for m in found.mismatches]


def cell_of(recipe, kind, symbol, number=0):
    """The address of one of the numbers under a symbol."""
    return [fact.cell for fact in facts(new_page(recipe, kind)) if fact.symbol == symbol][number]


@pytest.mark.parametrize(("planted", "wrong"), [(5e-15, False), (1e-12, True)])
def test_what_cancelling_terms_leave_open_is_no_fault(tmp_path, planted, wrong):
    """What follows is computed from the number that is shown, and so is right either way."""
    recipe = xb.load("xor", epochs=1, views=[], **CANCELLING)
    cell = cell_of(recipe, "training", "z2_1", 3)
    found = blamed(tmp_path, recipe, "training", cell, planted * 2e4)
    assert (("Training", cell) in found) == wrong


@pytest.mark.parametrize(("planted", "wrong"), [(2e-14, False), (1e-10, True)])
def test_scaled_numbers_far_from_0_may_lose_their_last_digits(tmp_path, planted, wrong):
    """Of a year minus the mean of years 15 digits leave 2e-12; of 2,000 that is 1e-15."""
    data = {"columns": ["year", "t"], "rows": YEARS}
    changes = {"data": data, "targets": ["t"], "scaling": "z-score", "epochs": 1, "views": []}
    recipe = xb.load("sine", **changes)
    cell = f"C{layout_of(recipe).data.top + 1}"
    found = blamed(tmp_path, recipe, "data", cell, planted * 100)
    assert (("Data", cell) in found) == wrong


@pytest.mark.parametrize(("planted", "wrong"), [(1e-14, False), (1e-11, True)])
def test_the_mean_of_numbers_that_cancel_may_be_off_by_their_last_digits(tmp_path, planted, wrong):
    """What is read are the numbers that were typed, which no sheet computes."""
    rows = [[sign * 1e6 * k / 7 + 6.5, k] for k in (1, 2) for sign in (-1, 1)]
    changes = {"data": {"columns": ["x", "t"], "rows": rows}, "targets": ["t"]}
    recipe = xb.load("sine", scaling="z-score", epochs=1, views=[], **changes)
    cell = f"B{layout_of(recipe).data.statistic_row('m')}"
    assert (("Data", cell) in blamed(tmp_path, recipe, "data", cell, planted * 1e5)) == wrong


@pytest.mark.parametrize(("planted", "wrong"), [(1e-14, False), (1e-12, True)])
def test_a_quotient_may_be_off_by_the_rounding_of_both_costs(tmp_path, planted, wrong):
    """A small h makes the rounding of C_T 1/2h times as large."""
    recipe = xb.load("xor", epochs=1, views=["gradient-check"])
    cost = float(xb.run(recipe).cost[0])
    found = blamed(tmp_path, recipe, "gradient-check", "E18", planted * cost / 2e-8)
    assert (("Gradient check", "E18") in found) == wrong


@in_every_program("last digits that 1 − a² makes large are each program's own", quick=False)
def test_a_saturated_unit_with_a_large_delta_agrees(engine, need, tmp_path):
    """1 − a² of a = 1 − 1e-10 has six digits; δ is 1e6."""
    need(engine)
    rows = [[0, 1, 1e5], [1, 0, -1e5], [0.5, 0.3, 1e5]]
    made = make(
        tmp_path,
        "xor",
        layers=[{"units": 1, "activation": "tanh"}, {"units": 1, "activation": "linear"}],
        start={"w2": [[12, 12]], "b2": [0.0], "w3": [[12]], "b3": [0.1]},
        data={"columns": ["x1", "x2", "y"], "rows": rows},
        targets=["y"],
        eta=1e-9,
        epochs=2,
        views=[],
    )
    a = xb.run(made.recipe).group("a2")
    assert 0 < 1 - a[0, 0] < 1e-9
    agreeing(made.path, engine)


def test_where_nothing_cancels_only_a_millionth_of_a_millionth_is_open(tmp_path):
    recipe = xb.load("worked-example", views=[])
    cell = cell_of(recipe, "training", "a2_1")
    assert blamed(tmp_path, recipe, "training", cell, 1e-13) == []
    assert ("Training", cell) in blamed(tmp_path, recipe, "training", cell, 1e-11)


def test_numbers_are_moved_the_same_way_each_time_by_their_last_digits():
    numbers = np.array([1.0, -2e10, 3e-10, 0.0, np.nan])
    one, other = mover(), mover()
    for _ in range(3):
        moved, again = one(numbers), other(numbers)
        np.testing.assert_array_equal(moved, again)
        assert (np.abs(moved - numbers)[:4] <= LAST_DIGITS * np.abs(numbers)[:4] * 1.1).all()
    assert (moved[:3] != numbers[:3]).all()


def test_a_stored_number_that_twenty_decimals_cut_is_moved_by_half_the_last_of_them():
    cut, whole = 1.2345678e-13, 1.23456789012345e-13
    numbers, move, stored = np.array([cut, whole, 0.0]), mover(), mover(stored=True)
    for _ in range(3):
        assert np.allclose(move(numbers), numbers, rtol=1.1e-14, atol=0)
        moved = stored(numbers) - numbers
        assert 1e-22 < abs(moved[0]) <= 5.1e-21
        assert abs(moved[1]) <= 1.1e-14 * whole
        assert moved[2] == 0


# Numbers that IronCalc takes for 0 where it compares.

BARELY_ABOVE_0 = {  # z = 0.1 + 0.2 − 0.3 = 5.6e-17
    "data": {"columns": ["p", "q", "r", "t"], "rows": [[0.1, 0.2, 0.3, 1]]},
    "inputs": ["p", "q", "r"],
    "targets": ["t"],
    "layers": [{"units": 1, "activation": "relu"}, {"units": 1, "activation": "linear"}],
    "start": {"w2": [[1, 1, -1]], "b2": [0], "w3": [[0.5]], "b3": [0.25]},
    "epochs": 1,
}


def barely_above_0(folder):
    return make(folder, "xor", **BARELY_ABOVE_0)


def test_a_slope_just_above_a_kink_is_judged_by_exact_arithmetic(tmp_path):
    made = barely_above_0(tmp_path)
    assert 0 < xb.run(made.recipe).group("z2")[0, 0] < 2e-16
    report = xb.check(made.path)
    assert report.agrees
    assert report.comparisons[1].blind
    assert "which Excel does not" in report.lines()[2]


def test_outputs_that_differ_in_the_last_bit_are_judged_by_exact_arithmetic(tmp_path):
    """The second one is larger by a bit; IronCalc says that both are the largest."""
    made = make(
        tmp_path,
        "xor",
        data={"columns": ["p", "t"], "rows": [[1, "no"], [0, "yes"]]},
        inputs=["p"],
        label="t",
        targets=[],
        layers=[{"units": 2, "activation": "linear"}],
        cost="squared-error",
        start={"w2": [[0], [0]], "b2": [0.007, 0.007000000000000001]},
        epochs=0,
        views=["predict"],
    )
    report = xb.check(made.path)
    assert report.agrees, "\n".join(report.lines())
    assert report.comparisons[1].blind
    assert [c.blind for c in xb.check(made.path, "saved").comparisons] == [0]


def test_the_flaw_is_named_for_no_other_program_and_where_no_number_is_so_small(tmp_path):
    made = make(tmp_path, "xor", epochs=2, views=[])
    report = xb.check(made.path)
    assert [c.blind for c in report.comparisons] == [0, 0]


def test_a_planted_fault_in_the_same_cell_is_still_found(tmp_path):
    made = barely_above_0(tmp_path)
    place = made.example("d2_1", epoch=1, example=1)
    report = xb.check(with_formula(made, tmp_path, place, ">0,1,0)", ">0,1,0.5)"))
    assert [(edit.sheet, edit.cell) for edit in report.edits] == [place]
    assert [(m.sheet, m.cell) for m in report.comparisons[1].mismatches] == [place]
