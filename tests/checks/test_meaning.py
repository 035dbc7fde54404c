"""Two formulas mean the same if they compute the same, whichever program wrote them."""

import pytest

from xlbackprop.checks.meaning import meaning

SAME = [
    ("SUM(O7:O7)", "SUM(O7)"),
    ("NORM.S.INV(0.3)", "NORMSINV(0.3)"),
    ("_xlfn.NORM.S.INV(A1)", "NORM.S.INV(A1)"),
    ("CHOOSE($B$4,(1-EXP(-B7)),2)", "CHOOSE($B$4,1-EXP(-B7),2)"),
    ("sum( A1 , B2 )", "SUM(A1,B2)"),
    ("'Data'!B5", "Data!$B$5"),
    ("'Gradient check'!A1:B2", "'gradient check'!$A$1:$B$2"),
    ("IF(A1,TRUE(),FALSE)", "IF(A1,TRUE,FALSE())"),
    ("@INDEX(A1:A3,2)", "INDEX(A1:A3,2)"),
    ("-(A1*B1)", "-A1*B1"),
    ("1E-12*A1", "0.000000000001*A1"),
    ("(A1+B1)+C1", "A1+B1+C1"),
    ("+A1", "A1"),
    ('"a ""b"""&A1', '"a ""b""" & A1'),
    ("A1*50%", "A1*(50%)"),
    ("-2", "(-2)"),
]
DIFFERENT = [
    ("SUM(O7:O8)", "SUM(O7)"),
    ("A1-(B1-C1)", "A1-B1-C1"),
    ("A1/(B1*C1)", "A1/B1*C1"),
    ("A1*(B1*C1)", "A1*B1*C1"),  # another rounding
    ("-A1^2", "-(A1^2)"),  # a spreadsheet takes the first for the square of -A1
    ("A1+B1*C1", "(A1+B1)*C1"),
    ('"a b"', '"ab"'),
    ('"a"', '"A"'),
    ("IF(A1>0,1,0)", "IF(A1>=0,1,0)"),
    ("SUM(A1,B1)", "SUM(B1,A1)"),
    ("IF(A1,,1)", "IF(A1,1)"),
    ("Data!B5", "B5"),
    ("A1", "A2"),
    ("0.1", "0.10000000001"),
    ("1+", "1"),
    ("(A1", "A1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_programs_write_in_different_ways_means_the_same(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_computes_something_else_means_something_else(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)
