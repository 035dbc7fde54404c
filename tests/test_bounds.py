"""Which numbers a cell takes."""

import pytest

from xlbackprop.bounds import LIMITS, wanted
from xlbackprop.catalogue import Catalogue
from xlbackprop.sheets.validations import number_only

TEXT = Catalogue("en")
TINY = 1e-9
CASES = {  # numbers that a cell takes, and such that it doesn't
    "": ((-1e6, 0.0, 1e6), ()),
    "positive": ((TINY, 1e6), (0.0, -TINY)),
    "not zero": ((TINY, -TINY), (0.0,)),
    "not negative": ((0.0, 1e6), (-TINY,)),
    "switch": ((0.0, 1.0), (0.5, 2.0, -1.0)),
    "base": ((TINY, 1 - TINY, 1 + TINY), (0.0, 1.0, -1.0)),
    "share": ((0.0, 1 - TINY), (-TINY, 1.0)),
    "factor": ((TINY, 1.0), (0.0, 1 + TINY)),
    "place": ((-100.0, 0.0, 100.0), (-100 - TINY, 100 + TINY)),
    "step": ((TINY, 100.0), (0.0, 100 + TINY, -1.0)),
    "move": ((TINY, -100.0, 100.0), (0.0, 100 + TINY, -100 - TINY)),
}


def test_every_limit_is_tried_out():
    assert set(CASES) == set(LIMITS)


@pytest.mark.parametrize("name", CASES)
def test_a_limit_lets_numbers_pass_up_to_its_ends(name):
    """In Python, and by its formulas, which read the same there but for <>."""
    taken, refused = CASES[name]
    either = {"OR": lambda *found: any(found)}
    formulas = [text.replace("<>", "!=") for text in LIMITS[name].formulas("B5")]
    if name == "switch":
        assert formulas == ["OR(B5=0,B5=1)"]
        formulas = ["OR(B5==0,B5==1)"]
    for number in (*taken, *refused):
        assert LIMITS[name].allows(number) == (number in taken), number
        assert all(eval(text, {"B5": number} | either) for text in formulas) == (number in taken), (
            number
        )


@pytest.mark.parametrize(
    ("name", "kind", "operator", "first", "second"),
    [
        ("", "decimal", "between", "-1E+300", "1E+300"),
        ("positive", "decimal", "greaterThan", "0", None),
        ("not zero", "decimal", "notEqual", "0", None),
        ("base", "custom", None, "AND(COUNT(B5)=1,B5>0,B5<>1)", None),
    ],
)
def test_a_spreadsheet_is_asked_for_the_same(name, kind, operator, first, second):
    """Text is no number above 0, though a spreadsheet thinks so."""
    asked = number_only(TEXT, limit=name, cell="B5")
    assert (asked.type, asked.operator, asked.formula1, asked.formula2) == (
        kind,
        operator,
        first,
        second,
    )
    if name:
        assert asked.error == f"This cell takes {wanted(name, TEXT)}."
