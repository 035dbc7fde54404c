"""Limits of numbers: a recipe, a sheet's validation and a check take the same ones."""

import operator
from math import inf, nan

import ironcalc
import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import Made, make, retyped

import xlbackprop as xb
from xlbackprop.page.validations import number_only, switch_only
from xlbackprop.words.bounds import LIMITS
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import address

PROBES = (-1.0, -1e-9, 0.0, 1e-300, 1e-9, 0.5, 0.999999, 1.0, 1.5, 1e9)
TAKEN = {  # of the probes, by limit
    "": PROBES,
    "positive": PROBES[3:],
    "not zero": (*PROBES[:2], *PROBES[3:]),
    "switch": (0.0, 1.0),
    "not negative": PROBES[2:],
    "at least 1": PROBES[7:],
    "below 1": PROBES[2:7],
    "base": (*PROBES[3:7], *PROBES[8:]),
    "factor": PROBES[3:8],
    "place": PROBES[:9],
    "step": PROBES[3:9],
    "move": (*PROBES[:2], *PROBES[3:9]),
}
OPERATORS = {
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
    "notEqual": operator.ne,
    "between": lambda number, low, high: low <= number <= high,
}
WRONG = {  # what each setting may just not be, and what is wanted
    "momentum": (1, "a number of at least 0 and below 1"),
    "beta_1": (-0.01, "a number of at least 0 and below 1"),
    "beta_2": (1, "a number of at least 0 and below 1"),
    "epsilon": (0, "a number above 0"),
    "drop": (0, "a number above 0"),
    "every": (0.5, "a number of at least 1"),
    "slowdown": (-0.5, "a number of at least 0"),
    "weight_decay": (-1, "a number of at least 0"),
}
BOOKS = {
    "adam": {"rule": "adam", "schedule": "step", "weight_decay": 0.01},
    "momentum": {"rule": "momentum", "schedule": "inverse-time"},
}
PLACES = [
    ("momentum", "momentum"),
    ("momentum", "slowdown"),
    *(("adam", name) for name in ("beta_1", "beta_2", "epsilon", "drop", "every", "weight_decay")),
]


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("bounds")
    return {rule: make(folder, "xor", rule, epochs=1, views=[], **of) for rule, of in BOOKS.items()}


@pytest.fixture(scope="module")
def adam(tmp_path_factory) -> Made:
    """With a second update, and with the view that reads the settings."""
    changes = {"epochs": 2, "views": ["learning-rates"], **BOOKS["adam"]}
    return make(tmp_path_factory.mktemp("adam"), "xor", **changes)


@pytest.fixture(scope="module")
def parameters(books) -> dict[str, Worksheet]:
    return {rule: openpyxl.load_workbook(of.path)["Parameters"] for rule, of in books.items()}


def passes(validation, number: float) -> bool:
    """What a spreadsheet says to a number."""
    bounds = [float(f) for f in (validation.formula1, validation.formula2) if f is not None]
    return OPERATORS[validation.operator](number, *bounds)


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_and_its_validation_take_the_same_numbers(limit: str) -> None:
    assert tuple(filter(LIMITS[limit].takes, PROBES)) == TAKEN[limit]
    assert not any(map(LIMITS[limit].takes, (inf, -inf, nan)))
    validation = number_only(Catalogue("en"), limit, "B5")
    if validation.operator:
        assert tuple(n for n in PROBES if passes(validation, n)) == TAKEN[limit]


def test_only_a_formula_tells_more_than_two_ends():
    """Text is no number above 0, though a spreadsheet thinks so."""
    asked = {limit: number_only(Catalogue("en"), limit, "B5") for limit in LIMITS}
    formulas = {limit: of.formula1 for limit, of in asked.items() if of.type == "custom"}
    assert formulas == {
        "switch": "AND(COUNT(B5)=1,OR(B5=0,B5=1))",
        "base": "AND(COUNT(B5)=1,SIGN(B5)>0,B5<>1)",
        "move": "AND(COUNT(B5)=1,B5>=-100,B5<=100,SIGN(B5)<>0)",
    }


def test_a_switch_takes_numbers_and_truth_values_and_nothing_else():
    rule = switch_only(Catalogue("en"), "B5")
    assert (rule.type, rule.allow_blank, rule.showErrorMessage) == ("custom", False, True)
    taken = {"1": True, "0": True, "=TRUE": True, "=FALSE": True}
    refused = dict.fromkeys(["2", "-1", "0.5", "yes", "TRUE!"], False)
    for entry, wanted in (taken | refused).items():
        model = ironcalc.create("book", "en", "UTC")
        model.set_user_input(0, 5, 2, entry)
        model.set_user_input(0, 5, 3, f"={rule.formula1}")
        model.evaluate()
        assert model.get_cell_value(0, 5, 3) is wanted, entry


@pytest.mark.parametrize("limit", [name for name in LIMITS if name != "switch"])
def test_the_formulas_of_a_limit_hold_for_its_numbers(limit: str) -> None:
    """Python reads them in the same way, but for <>."""
    formulas = [text.replace("<>", "!=") for text in LIMITS[limit].formulas("B5")]
    held = tuple(
        n for n in PROBES if all(eval(text, {"B5": n, "SIGN": np.sign}) for text in formulas)
    )
    assert held == TAKEN[limit]


@pytest.mark.parametrize(("rule", "name"), PLACES)
def test_a_setting_beyond_its_limit_is_refused_on_the_sheet_as_in_a_recipe(
    books, parameters, tmp_path, rule: str, name: str
) -> None:
    """The check names the cell, and so does making the workbook anew."""
    made, (number, wanted) = books[rule], WRONG[name]
    place = made.layout.parameters
    cell = address(place.setting_row(name), place.ETA_COLUMN)
    with pytest.raises(xb.XlbackpropError, match=rf"^{name}: got .*, wanted {wanted}\.$"):
        made.recipe.changed(settings=(*made.recipe.settings, (name, number)))
    path = retyped(made, tmp_path, ("Parameters", cell), number)
    report = xb.check(path)
    assert report.faults == (f"Parameters!{cell}: got {number:g}, wanted {wanted}; type one.",)
    assert not report.agrees
    with pytest.raises(xb.XlbackpropError, match=rf"Parameters!{cell}: got .* wanted {wanted}; "):
        xb.load(path)
    sheet = parameters[rule]
    [validation] = [v for v in sheet.data_validations.dataValidation if cell in v.sqref]
    assert not passes(validation, number)
    assert passes(validation, sheet[cell].value)


@pytest.mark.parametrize("eta", [0, -0.2])
def test_a_learning_rate_that_is_not_above_0_is_a_fault_of_its_cell(books, tmp_path, eta) -> None:
    made = books["momentum"]
    report = xb.check(retyped(made, tmp_path, made.eta, eta))
    assert report.faults == (f"Parameters!C5: got {eta:g}, wanted a number above 0; type one.",)


@pytest.mark.parametrize(("name", "number"), [("beta_1", 0), ("every", 1), ("weight_decay", 0)])
def test_a_setting_on_its_limit_is_taken(adam, tmp_path, name: str, number: float) -> None:
    place = adam.layout.parameters
    cell = address(place.setting_row(name), place.ETA_COLUMN)
    report = xb.check(retyped(adam, tmp_path, ("Parameters", cell), number))
    assert report.agrees, str(report)
    assert len(report.changes) == 1
