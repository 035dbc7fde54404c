"""Functions beside sympy's own reading of them, and beside spreadsheets."""

import math
from contextlib import suppress

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from programs import in_every_program
from selection import examples

from xlbackprop.errors import RecipeError
from xlbackprop.expressions.expression import excel, printed, value
from xlbackprop.expressions.function import function_of
from xlbackprop.recalc import ENGINES
from xlbackprop.recalc.book import CellError
from xlbackprop.workbook.grid import Cell, Grid
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.style import STYLES

POINT = {"x": 0.75, "y": 1.5, "z": -0.625}
CELLS = {"x": "A1", "y": "B1", "z": "C1"}
LEAVES = st.sampled_from(["x", "y", "z", "1", "2", "0.5", "3"])


def _grown(inner):
    names = st.sampled_from(["sin", "cos", "tanh", "exp", "sqrt", "log", "abs", "tan"])
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}) {p[1]} ({p[2]})"),
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"{p[0]} {p[1]} {p[2]}"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5", "(-2)", "1.5"])).map(
            lambda p: f"({p[0]})**{p[1]}"
        ),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"-{text}"),
        st.tuples(names, inner).map(lambda p: f"{p[0]}({p[1]})"),
        inner.map(lambda text: f"2**({text})"),
    )


TEXTS = st.recursive(LEAVES, _grown, max_leaves=6)


def functions(texts):
    """The functions of those texts that have one."""
    found = {}
    for text in texts:
        with suppress(RecipeError):  # anything else is a failure
            found[text] = function_of(text)
    return found


def exactly(expression, at):
    """What sympy makes of an expression with fifty digits, NaN where that isn't a real number."""
    try:
        found = sympy.N(expression.subs(at), 50)
    except (TypeError, ZeroDivisionError):
        return math.nan
    return float(found) if found.is_real and found.is_finite else math.nan


@settings(max_examples=examples(300), suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_any_function_and_its_slopes_are_those_of_sympy(text):
    """Sympy reads the text itself and computes with fifty digits."""
    found = functions([text])
    assume(found)
    function = found[text]
    symbols = {name: sympy.Symbol(name, real=True) for name in "xyz"}
    own = sympy.sympify(text.replace("abs", "Abs"), locals=symbols, rational=True)
    at = {symbols[name]: sympy.Rational(number) for name, number in POINT.items()}
    got, wanted = value(function.value, POINT), exactly(own, at)
    if math.isfinite(got) and math.isfinite(wanted) and abs(wanted) < 1e6:
        assert got == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    for name, slope in zip(function.names, function.slopes, strict=True):
        got, wanted = value(slope, POINT), exactly(own.diff(symbols[name]).doit(), at)
        if math.isfinite(got) and math.isfinite(wanted) and abs(wanted) < 1e6:
            assert got == pytest.approx(wanted, rel=1e-6, abs=1e-6), (text, name)


@pytest.mark.parametrize(
    "text",
    [
        "x**2 + x*y + 3*y**2",
        "100*(y - x**2)**2 + (1 - x)**2",
        "exp(-x**2 - y**2)*sin(3*x)",
        "log(1 + x**2 + y**2)/(1 + z**2)",
        "sqrt(x**2 + y**2) + tanh(x*y*z)",
        "tan(x/3) + cos(y)**3 + 2**(x*z)",
        "abs(x - y) + abs(z)*x",
        "x**1.5 + y**-2",
    ],
)
def test_slopes_are_those_of_finite_differences(text):
    function = function_of(text)
    h = 1e-6
    for name, slope in zip(function.names, function.slopes, strict=True):
        up, down = (value(function.value, POINT | {name: POINT[name] + d}) for d in (h, -h))
        assert value(slope, POINT) == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-8)


def book_of(path, formulas):
    """A workbook with the point in its first row and formulas below."""
    cells = [Cell(1, j, number) for j, number in enumerate(POINT.values(), 1)]
    cells += [Cell(i, 1, number, text) for i, (text, number) in enumerate(formulas, 2)]
    grid = Grid("Sheet", cells=cells)
    write_book(path, [grid], looks=STYLES, names={}, title="t", language="en")
    return path


def agrees(book, formulas):
    for i, (text, wanted) in enumerate(formulas, 2):
        assert book.formula("Sheet", i, 1) == text
        got = book.value("Sheet", i, 1)
        if math.isnan(wanted):
            assert isinstance(got, CellError), text
        else:
            assert isinstance(got, float), (text, got, wanted)
            assert abs(got - wanted) <= 1e-12 + 1e-12 * abs(wanted), text


@settings(max_examples=examples(8), suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=40, max_size=40))
def test_any_formula_is_kept_and_computed_by_ironcalc_as_by_python(texts, tmp_path_factory):
    """No bracket is dropped, and values agree, errors included."""
    formulas = []
    for function in functions(texts).values():
        for expression in (function.value, *function.slopes):
            formulas.append((excel(expression, CELLS), value(expression, POINT)))
    assume(formulas)
    path = book_of(tmp_path_factory.mktemp("any") / "book.xlsx", formulas)
    [book] = ENGINES["ironcalc"].recalculate([path])
    agrees(book, formulas)


@in_every_program("each program has its own sin, exp and TANH, and its own largest number")
def test_every_function_is_computed_as_in_python_in_every_program(engine, need, tmp_path):
    """And the file holds these values before any program opens it."""
    need(engine)
    texts = [f"{name}({x})" for name in ("sin", "cos", "tan", "exp", "tanh", "abs") for x in "xyz"]
    texts += [
        "log(x)",
        "sqrt(y)",
        "x**3",
        "2**x",
        "0.5**z",
        "x**2.5",
        "abs(z)*sin(z)",
        "exp(800*x)",
    ]
    texts += ["log(z)", "sqrt(z)", "1/(x-0.75)", "z**-3", "-z**2", "z**1.5"]
    if engine != "gnumeric":  # which computes with longer numbers on the way
        texts += ["exp(900*x)", "1/(1+exp(900*x))"]
    formulas = [
        (excel(e, CELLS), value(e, POINT))
        for f in functions(texts).values()
        for e in (f.value, *f.slopes)
    ]
    path = book_of(tmp_path / "book.xlsx", formulas)
    for name in ("saved", engine):
        [book] = ENGINES[name].recalculate([path])
        agrees(book, formulas)


def test_a_value_that_is_too_large_on_the_way_is_none():
    """1/(1 + ∞) is 0 for a computer; a spreadsheet has no ∞."""
    assert math.isnan(value(function_of("1/(1+exp(x))").value, {"x": 1e6}))
    assert math.isnan(value(function_of("x**3").value, {"x": 1e200}))
    assert math.isnan(value(function_of("2**x").value, {"x": math.nan}))
    assert math.isnan(value(function_of("abs(x)").value, {"x": math.nan}))
    assert math.isnan(value(function_of("abs(x)").slopes[0], {"x": math.nan}))


def test_the_corner_of_a_size_has_slope_0():
    [slope] = function_of("abs(x)").slopes
    assert [value(slope, {"x": x}) for x in (-2.0, 0.0, 2.0)] == [-1.0, 0.0, 1.0]


def test_constant_second_derivatives_are_known():
    """Those of a quadratic function; none of any other."""
    assert function_of("x**2 + x*y + 3*y**2").curvature == ((2.0, 1.0), (1.0, 6.0))
    assert function_of("(x - 1)*(x + 2*y)").curvature == ((2.0, 2.0), (2.0, 0.0))
    for text in ("x**3", "abs(x) + x**2", "sin(x)*y", "exp(x + y)"):
        assert function_of(text).curvature is None


def test_a_function_is_printed_as_on_paper():
    for text, wanted in {
        "x**2 + x*y + 3*y**2": "x² + x·y + 3y²",
        "-x**2 - (x + y)**3/7": "−x² − (x + y)³/7",
        "sqrt(x)*abs(y) - sin(x)**2": "√(x)·|y| − sin(x)²",
        "2**x*0.5": "2^x·0.5",
        "exp(-x**2)": "exp(−x²)",
        "-(x + y)": "−(x + y)",
        "x**12": "x¹²",
    }.items():
        assert printed(function_of(text).value) == wanted
    assert np.isfinite(value(function_of("x**2").value, POINT))


def test_a_slope_has_whole_numbers_up_to_the_last_that_a_spreadsheet_keeps():
    """Fifteen digits: 10¹⁵ is 2 · 500 · 10¹²."""
    [slope] = function_of("1000000*(1000000*(500*x**2))").slopes
    assert value(slope, {"x": 1.0}) == 1e15
    with pytest.raises(RecipeError, match="the numbers of its slope become too large"):
        function_of("1000000*(1000000*(501*x**2))")


def test_a_root_in_a_slope_stays_above_the_line():
    """Below it, as 1/√y, it would have no value at 0."""
    slope = function_of("x**2*sqrt(y)").slopes[0]
    assert excel(slope, CELLS) == "2*A1*SQRT(B1)"
    assert value(slope, {"x": 3.0, "y": 0.0}) == 0
