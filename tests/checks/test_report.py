"""The report: when a check agrees, and how it is told to people and to programs."""

import json
from dataclasses import replace
from math import inf, nan

import pytest
from workbooks import make, stored, with_value

import xlbackprop as xb
from xlbackprop.checks.report import Comparison, Edit, Mismatch, Report
from xlbackprop.judge.equality import RULE, TOLERANCE

WRONG = Mismatch("Training", "B7", "A1+1", 2.5, 0.1 + 0.2)
EDIT = Edit("Training", "C8", "A1-1", "A1+1")
GOOD = Comparison("ironcalc", 1234, 2.5e-16, 1e-15, (), 0, -3e-17, measure=1.5e-16)
REPORT = Report("book.xlsx", 1234, (replace(GOOD, engine="saved"), GOOD))


def with_comparison(**changes: object) -> Report:
    return replace(REPORT, comparisons=(REPORT.comparisons[0], replace(GOOD, **changes)))


def test_all_compared_and_equal_agrees():
    assert REPORT.agrees
    assert REPORT.verdict() == "All 1,234 formula cells agree with Python."


@pytest.mark.parametrize(
    "report",
    [
        with_comparison(mismatches=(WRONG,)),
        replace(REPORT, edits=(EDIT,)),
        replace(REPORT, faults=("Data!B7: got nothing, wanted a number; type one.",)),
        with_comparison(compared=0),
        replace(REPORT, comparisons=()),
    ],
)
def test_a_difference_a_changed_formula_a_fault_or_nothing_compared_does_not_agree(report):
    assert not report.agrees
    assert report.verdict() in {
        "The sheet and Python differ.",
        "No formula cell could be compared: nothing is proved.",
    }


def test_a_single_cell_compared_is_enough_and_a_missing_one_is_none():
    alone = replace(GOOD, compared=1)
    report = replace(REPORT, formulas=1, comparisons=(alone,))
    assert (alone.agrees, report.agrees) == (True, True)
    assert replace(report, comparisons=(replace(alone, compared=0, missing=1),)).agrees is False


def test_nothing_compared_is_said():
    report = replace(REPORT, comparisons=(replace(GOOD, compared=0, missing=1234),))
    assert not report.agrees
    assert report.lines()[-1] == "No formula cell could be compared: nothing is proved."


def test_a_changed_input_is_told_and_still_agrees():
    report = replace(REPORT, changes=("Parameters!C5  eta = 0.7 (the recipe has 0.2)",))
    assert report.agrees
    assert "  inputs changed since the file was made: 1" in report.lines()
    assert "      Parameters!C5  eta = 0.7 (the recipe has 0.2)" in report.lines()


def test_the_rule_of_equality_is_printed_as_it_is_applied():
    assert TOLERANCE == 1e-12
    assert RULE == "|sheet - Python| <= 1e-12 * (1 + |Python|)"
    assert REPORT.lines()[0] == f"book.xlsx: 1,234 formula cells; equal means {RULE}"


def test_a_line_per_engine_has_its_figures():
    assert REPORT.lines()[2] == (
        "  ironcalc         1,234 compared, no difference; largest difference 1.5e-16 * "
        "(1 + |Python|); drift of C_T at the end -3.0e-17"
    )


def test_cells_that_only_rounding_excuses_are_counted_beside_the_rule():
    assert (
        "; 3 of them beyond 1e-12, by no more than the last digits (1e-14) of the numbers that "
        "they read leave open" in with_comparison(rounded=3).lines()[2]
    )


def test_numbers_where_doubles_overflow_are_counted():
    assert "; 2 of them hold numbers only because" in with_comparison(wide=2).lines()[2]


def test_the_largest_difference_is_measured_as_the_rule_has_it(tmp_path):
    """9e-13 of a number near 1 is 90 % of a millionth of a millionth, and half of what may be."""
    made = make(tmp_path, "xor", epochs=1, views=[])
    place = made.parameter("w2_1_1", epoch=2)
    old = float(stored(made.path, place))
    saved = xb.check(with_value(made.path, tmp_path, place, repr(old + 9e-13))).comparisons[0]
    assert saved.measure == pytest.approx(9e-13 / (1 + abs(old)), rel=1e-3)


def test_a_drift_that_is_no_number_is_left_out():
    assert "drift" not in with_comparison(drift=nan).lines()[2]
    assert with_comparison(drift=inf).as_dict()["engines"][1]["drift"] is None


def test_a_difference_is_told_with_sheet_cell_formula_and_both_values_in_full():
    assert WRONG.sentence() == ("Training!B7  =A1+1  shows 2.5, Python has 0.30000000000000004")
    assert replace(WRONG, formula="", got=None).sentence() == (
        "Training!B7  no formula  shows nothing, Python has 0.30000000000000004"
    )


def test_a_changed_formula_is_told_with_both_formulas():
    assert EDIT.sentence() == "Training!C8  has =A1-1, was written as =A1+1"
    assert replace(EDIT, got=None).sentence() == "Training!C8  has no formula, was written as =A1+1"


def test_a_long_list_is_cut_and_counted():
    many = tuple(replace(WRONG, cell=f"B{row}") for row in range(1, 26))
    lines = with_comparison(mismatches=many).lines(most=10)
    assert "25 differ" in lines[2]
    assert [line.split()[0] for line in lines[3:13]] == [f"Training!B{row}" for row in range(1, 11)]
    assert lines[13] == "      ... and 15 more"


def test_json_holds_the_same_as_the_text():
    report = replace(
        with_comparison(mismatches=(WRONG,), missing=3),
        edits=(EDIT,),
        faults=("f",),
        changes=("c",),
        left_out=("l",),
    )
    read = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert read == {
        "file": "book.xlsx",
        "agrees": False,
        "formulas": 1234,
        "rule": RULE,
        "engines": [
            {
                "engine": name,
                "agrees": not first,
                "compared": 1234,
                "missing": missing,
                "differences": len(first),
                "largest_absolute": 2.5e-16,
                "largest_relative": 1e-15,
                "blind": 0,
                "wide": 0,
                "largest": 1.5e-16,
                "rounded": 0,
                "drift": -3e-17,
                "first": first,
            }
            for name, missing, first in (("saved", 0, []), ("ironcalc", 3, [WRONG.sentence()]))
        ],
        "changed_formulas": [EDIT.sentence()],
        "faults": ["f"],
        "changed_inputs": ["c"],
        "left_out": ["l"],
    }
