"""The text of a function: what gets through, and what is refused in one sentence."""

import math
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from xlbackprop.errors import RecipeError
from xlbackprop.expressions.expression import excel, printed, value
from xlbackprop.expressions.function import function_of
from xlbackprop.expressions.text import parsed

CELLS = {"x": "B1", "y": "B2", "z": "B3"}
HOSTILE = [
    "__import__('os').system('touch hacked')",
    "x.__class__.__base__",
    "().__class__",
    "open('hacked', 'w')",
    "eval('x')",
    "exec('import os')",
    "lambda: x",
    "(lambda x: x)(y)",
    "[x for x in y]",
    "{x: y}",
    "x if y else z",
    "x and y",
    "x == y",
    "x < y",
    "x[0]",
    "*x",
    "x, y",
    "x := 3",
    "x; y",
    "x = y",
    "import os",
    "f'{x}'",
    "'x' * 10",
    "b'x'",
    "x @ y",
    "x // y",
    "x % y",
    "x << 9",
    "~x",
    "~" * 199 + "x",
    "[" * 90 + "x" + "]" * 90,
    "not x",
    "None + x",
    "True + x",
    "... + x",
    "1j * x",
    "await x",
    "yield x",
]
UNKNOWN = ["a + x", "w", "ex", "x2", "xpi", "sinh(x)", "sum(x)", "sign(x)", "g + x"]
CALLS = ["sin()", "sin(x, y)", "sin(x=1)", "sin(*x)"]
UNBALANCED = [
    "",
    " ",
    "(x",
    "x)",
    "x +",
    "* x",
    "x\ny",
    "x\n+y",
    "x\0",
    "(" * 90 + "x",
]
NOTHING = ["3", "2**3", "sin(1)", "1 + 2*3"]


@pytest.mark.parametrize("text", [*HOSTILE, *UNKNOWN, *CALLS, *UNBALANCED, *NOTHING])
def test_what_is_not_on_the_list_is_refused_in_one_sentence(text, tmp_path, monkeypatch):
    """It says what it got and what it wanted, and nothing was run."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError) as told:
        parsed(text)
    said = str(told.value)
    assert said.startswith("function: got ")
    assert "wanted an expression of x, y and z with numbers, + - * / **, brackets and" in said
    assert "\n" not in said
    assert len(said) < 300
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x**21", "got 'x ** 21', wanted a power from −20 to 20"),
        ("x**9999999999", "got '9999999999', wanted numbers from 0.000001 to 1,000,000"),
        ("x**0", "got 'x ** 0', wanted a power from"),
        ("x**(1/3)", "wanted a power from −20 to 20, whole or a half"),
        (
            "9**9**9**9*x",
            "got '9 ** 9', wanted calculations with numbers that stay below 1,000,000",
        ),
        ("999*999*999*x", "wanted calculations with numbers that stay below"),
        ("x**y", "got 'x ** y', wanted a number as the power"),
        ("(-2)**x", "wanted a number as the power"),
        ("0**x", "wanted a number as the power"),
        ("x + 1/0", "got '1 / 0', wanted no division by 0"),
        ("0**-1*x", "got '0 ** (-1)', wanted no division by 0"),
        ("1e7*x", "wanted numbers from 0.000001 to 1,000,000 with at most 10 digits"),
        ("1e400*x", "got '1e400', wanted numbers from 0.000001 to 1,000,000"),
        ("1e-7*x", "wanted numbers from"),
        (f"{'9' * 150}*x", "wanted numbers from"),
        ("0.12345678901*x", "at most 10 digits"),
        ("x" * 10_000_000, "got 10,000,000 characters, wanted at most 200"),
        ("-" * 190 + "x", "got more than 40 operations inside each other, wanted fewer"),
        (None, "got None, wanted an expression"),
        (3, "got 3, wanted an expression"),
        (["x"] * 1000, "got ['x', "),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_computed(text, said):
    with pytest.raises(RecipeError) as told:
        parsed(text)
    assert said in str(told.value)
    assert len(str(told.value)) < 300


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x # and nothing else", "wanted an expression without #."),
        ("x#", "wanted an expression without #."),
        ("0x1F*x", "wanted decimal numbers, such as 16 or 0.5."),
        ("x + 0b11", "wanted decimal numbers, such as 16 or 0.5."),
        ("x**0o2", "wanted decimal numbers, such as 16 or 0.5."),
        ("1_000*x", "wanted numbers without _, such as 1000."),
    ],
)
def test_what_python_takes_and_a_reader_hardly_means_is_refused(text, said):
    """A comment is no part of a function."""
    with pytest.raises(RecipeError) as told:
        parsed(text)
    assert str(told.value) == f"function: got {text!r}, {said}"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("x² + y²", "x**2 + y**2"),
        ("x³ − 2·x", "x**3 - 2*x"),
        ("x¹² × y⁻²", "x**12 * y**-2"),
        ("(x − 1)² ÷ 4", "(x - 1)**2 / 4"),
        ("−x²", "-x**2"),
        ("2^x²", "2**(x**2)"),
        ("√(x) ⋅ y", "sqrt(x)*y"),
        ("（x＋1）＊y", "(x+1)*y"),
        ("1e2*x", "100*x"),
        ("sin(2*x)", "sin(2*x)"),
        ("3xy", "3*x*y"),
        ("2x² + 3xy", "2*x**2 + 3*x*y"),
        ("x²y", "x**2*y"),
        ("x y", "x*y"),
        ("2 (x + 1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("x(2 + x)", "x*(2 + x)"),
        ("0.5sin(x)", "0.5*sin(x)"),
        ("sin(x)(y)", "sin(x)*y"),
        ("1e3x", "1000*x"),
        ("1/(2x)", "1/(2*x)"),
        ("e^x", "exp(x)"),
        ("2e^-x", "2*exp(-x)"),
        ("e**(x y)", "exp(x*y)"),
        ("|x|", "abs(x)"),
        ("|x - 1| + |y|", "abs(x - 1) + abs(y)"),
        ("||x| - 1|", "abs(abs(x) - 1)"),
        ("X^2 + Y", "x**2 + y"),
        ("Sin(X)", "sin(x)"),
        ("sin x + cos y", "sin(x) + cos(y)"),
        ("√x", "sqrt(x)"),
        ("πx", "pi*x"),
        ("2 pi x", "2*pi*x"),
        ("f(x)=x^2", "x**2"),
        ("f(x, y) = 3xy", "3*x*y"),
        ("y = x²", "x**2"),
        ("z = x² + y²", "x**2 + y**2"),
    ],
)
def test_what_people_type_is_understood(typed, plain):
    """Signs of print, small digits as powers, wide signs of Chinese keys, signs left out."""
    assert parsed(typed) == parsed(plain)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1/2x", "'2x' behind /"),
        ("3 + x/2y", "'2y' behind /"),
        ("2^3x", "'3x' behind **"),
        ("x^2y", "'2y' behind **"),
        ("1/(x+1)(x-1)", "'(x+1)(' behind /"),
        ("1/sin(x)y", "'sin(x)y' behind /"),
    ],
)
def test_a_product_that_can_be_read_in_two_ways_is_refused_with_its_part(text, part):
    with pytest.raises(RecipeError) as told:
        parsed(text)
    said = "which can be read in two ways; wanted * in each product or brackets"
    assert str(told.value).startswith(f"function: got {part}, {said}")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sin 2x", "sin 2"),
        ("sin x^2", "sin x"),
        ("cos xy", "cos x"),
        ("sin²x", "sin ²"),
        ("sin", "sin"),
        ("sin.cos(x)", "sin ."),
        ("3 + ln", "ln"),
    ],
)
def test_a_function_of_nobody_knows_how_much_is_refused_with_its_part(text, part):
    with pytest.raises(RecipeError) as told:
        parsed(text)
    assert str(told.value).startswith(f"function: got {part!r}, wanted brackets around what")


def test_pi_and_e_are_numbers_of_every_digit():
    """In Python, in a spreadsheet and on paper."""
    expression = parsed("pi*x + e*y")
    assert value(expression, {"x": 2.0, "y": 3.0}) == 2 * math.pi + 3 * math.e
    assert excel(expression, CELLS) == "PI()*B1+EXP(1)*B2"
    assert printed(expression) == "π·x + e·y"
    assert [excel(slope, CELLS) for slope in function_of("sin(pi*x)").slopes] == [
        "PI()*COS(PI()*B1)"
    ]


@pytest.mark.parametrize("text", ["log(0)+x", "log(-1)*x", "sqrt(-2)+x", "x/(1-1)"])
def test_a_function_without_a_value_is_refused(text):
    with pytest.raises(RecipeError, match=r"has no value anywhere|no division by 0"):
        function_of(text)


def seconds(text):
    """What a text takes of a processor, be it done or refused."""
    start = time.process_time()
    with suppress(RecipeError):
        function_of(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "text",
    [
        "((x+y+z)**20)**20*(x-y)**20",
        "exp(" * 30 + "x" + ")" * 30,
        "*".join(f"sqrt({999_983 + i})" for i in range(12)) + "*x",
    ],
)
def test_a_text_that_makes_work_is_done_or_refused_soon(text):
    """Nothing is expanded; what is too long for a cell is told."""
    assert seconds(text) < 30


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "text",
    [
        "sin(" * 20 + "x*y*z" + ")" * 20,
        "2**" * 30 + "x",
        "*".join(f"(x+{i}*y)**20" for i in range(12)),
    ],
)
def test_a_text_that_makes_as_much_work_as_it_can_is_done_or_refused_soon(text):
    assert seconds(text) < 30


def test_sympy_is_not_imported_before_it_is_needed():
    """Help and other lessons start fast."""
    code = (
        "import sys, xlbackprop.cli.commands, xlbackprop.api, xlbackprop.expressions.function;"
        "print('sympy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("x**2 + x*y + 3*y**2", "B1*B1+B1*B2+3*B2*B2"),
        ("x^2+y^2", "B1*B1+B2*B2"),
        (" x ", "B1"),
        ("-x**2", "-B1*B1"),
        ("(-x)**2", "B1*B1"),
        ("(-x)**3", "-B1*B1*B1"),
        ("-2**x", "-(2^B1)"),
        ("x*-y", "-B1*B2"),
        ("x - -y", "B1+B2"),
        ("-x + y", "B2-B1"),
        ("-(x + y)", "-(B1+B2)"),
        ("-(x - y)", "B2-B1"),
        ("x + (y + z)", "B1+B2+B3"),
        ("x + (y - z)", "B1+B2-B3"),
        ("x - (y - z)", "B1-(B2-B3)"),
        ("x*(y*z)", "B1*B2*B3"),
        ("x/(y/z)", "B1/(B2/B3)"),
        ("(x + 1)*(y - 2)", "(B1+1)*(B2-2)"),
        ("x**-2", "1/(B1*B1)"),
        ("x**0.5", "SQRT(B1)"),
        ("x**1.5", "SQRT(B1)*SQRT(B1)*SQRT(B1)"),
        ("sin(x)**2", "SIN(B1)*SIN(B1)"),
        ("2**-x", "1/2^B1"),
        ("2**(x*y)", "2^(B1*B2)"),
        ("log(x)", "LN(B1)"),
        ("ln(x)", "LN(B1)"),
        ("0.25*x/1e5", "0.25*B1/100000"),
        ("0.00001*x", "0.00001*B1"),
    ],
)
def test_a_text_becomes_a_formula_without_a_bracket_too_many(text, formula):
    """A minus before a power is bracketed: -2^2 is 4 in a spreadsheet."""
    assert excel(parsed(text), CELLS) == formula


def test_a_text_means_what_it_means_in_python():
    """The minus trap, and the order of powers and quotients."""
    at = {"x": 3.0, "y": 2.0, "z": 0.5}
    for text in ("-x**2", "2**-x", "-2**x", "x/y/z", "x/(y/z)", "x-y-z", "x-(y-z)", "2**3**2*x"):
        assert value(parsed(text), at) == eval(text, {}, at)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("1000000*x", True),
        ("1000001*x", False),
        ("0.000002*x", True),
        ("0.0000009*x", False),
        ("1000*1000*x", True),
        ("1000*1001*x", False),
    ],
)
def test_numbers_and_what_is_computed_of_them_are_taken_up_to_a_million(text, taken):
    if taken:
        assert value(parsed(text), {"x": 2.0}) == pytest.approx(eval(text, {"x": 2.0}), rel=1e-15)
        return
    with pytest.raises(RecipeError, match="1,000,000"):
        parsed(text)


@pytest.mark.parametrize("sign", ["+", "-"])
def test_as_many_signs_are_taken_as_other_operations(sign):
    """Each is one of the 40 that may stand inside each other with the variable."""
    assert value(parsed(sign * 39 + "x"), {"x": 2.5}) == (2.5 if sign == "+" else -2.5)
    with pytest.raises(RecipeError, match="got more than 40 operations inside each other"):
        parsed(sign * 40 + "x")


@pytest.mark.parametrize("power", ["1 + 1/2", "2 - 1/2", "3*(1/2)", "3/2"])
def test_a_power_may_be_computed_of_fractions(power):
    assert excel(parsed(f"x**({power})"), CELLS) == "SQRT(B1)*SQRT(B1)*SQRT(B1)"
