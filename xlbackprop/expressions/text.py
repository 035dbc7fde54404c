"""The text of a function: Python's parser takes it apart, and only what is on a list gets through.

Nothing of the text is ever run. What may be in it is bounded before anything is computed: its
length, its depth, its numbers and its powers.
"""

import ast
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction

from xlbackprop.errors import RecipeError
from xlbackprop.expressions.expression import (
    FUNCTIONS,
    ONE,
    PI,
    Binary,
    Call,
    Expression,
    Minus,
    Name,
    Number,
    added,
    divided,
    exponential,
    multiplied,
    names_in,
    negated,
    raised,
    subtracted,
)
from xlbackprop.expressions.typed import CONSTANTS, NUMBERS, VARIABLES, plain, short

LONGEST = 200  # characters
DEEPEST = 40  # operations inside each other
LARGEST, SMALLEST = 10**6, Fraction(1, 10**6)  # numbers
HIGHEST = 20  # power
CALLS = {name: name for name in FUNCTIONS if name != "sign"} | {"log": "ln"}
WANTED = (
    "wanted an expression of x, y and z with numbers, + - * / **, brackets and "
    f"{', '.join((*CALLS, *CONSTANTS))}, such as x**2 + x*y + 3*y**2"
)
_SIGNS: Mapping[type[ast.operator], Callable[[Expression, Expression], Expression]] = {
    ast.Add: added,
    ast.Sub: subtracted,
    ast.Mult: multiplied,
    ast.Div: divided,
}


def parsed(text: object) -> Expression:
    """The expression that a text stands for; see ``typed`` for what is understood.

    Raises:
        RecipeError: anything else.
    """
    if not isinstance(text, str):
        raise RecipeError(f"function: got {short(repr(text))}, {WANTED}.")
    if len(text) > LONGEST:
        raise RecipeError(
            f"function: got {len(text):,} characters, wanted at most {LONGEST}, such as "
            "x**2 + x*y + 3*y**2."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on what it parses
            body = ast.parse(plain(text, frozenset(CALLS)), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise RecipeError(f"function: got {short(repr(text))}, {WANTED}.") from None
    try:
        found = _read(body, DEEPEST)
    except RecursionError:  # in what is told of a deep piece
        raise RecipeError(f"function: got {short(repr(text))}, {WANTED}.") from None
    if not names_in(found):
        raise RecipeError(f"function: got {short(repr(text))} without a variable, {WANTED}.")
    return found


def _refused(node: ast.AST, why: str) -> RecipeError:
    return RecipeError(f"function: got {short(ast.unparse(node))!r}, {why}.")


def _read(node: ast.expr, depth: int) -> Expression:
    if not depth:
        raise RecipeError(
            f"function: got more than {DEEPEST} operations inside each other, wanted fewer."
        )
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(node, value)
        case ast.Name(id=name) if name in VARIABLES:
            return Name(name)
        case ast.Name(id="pi"):
            return PI
        case ast.Name(id="e"):
            return Call("exp", ONE)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return negated(_read(operand, depth - 1))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _read(operand, depth - 1)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(node, _read(left, depth - 1), _read(right, depth - 1))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            made = _SIGNS[type(sign)](_read(left, depth - 1), _read(right, depth - 1))
            _constant(node, made)
            return made
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in CALLS:
            return Call(CALLS[name], _read(inner, depth - 1))
    raise _refused(node, WANTED)


def _number(node: ast.AST, value: float) -> Expression:
    if value > LARGEST or 0 < value < SMALLEST or float(f"{value:.10g}") != value:
        raise _refused(node, NUMBERS)
    return Number(Fraction(str(value)))


def _power(node: ast.AST, base: Expression, power: Expression) -> Expression:
    exponent, number = _constant(node, power), _constant(node, base)
    if base == Call("exp", ONE) and exponent is None:
        return Call("exp", power)
    if exponent is not None:
        if exponent == 0 or abs(exponent) > HIGHEST or exponent.denominator > 2:
            raise _refused(
                node, f"wanted a power from −{HIGHEST} to {HIGHEST}, whole or a half, and not 0"
            )
        made = raised(base, exponent)
        _constant(node, made)
        return made
    if number is None or number <= 0 or number == 1:
        raise _refused(
            node,
            "wanted a number as the power, as in x**3, or a number above 0 and not 1 as the base, "
            "as in 2**x",
        )
    return exponential(base, power)


def _constant(node: ast.AST, a: Expression) -> Fraction | None:
    """What a calculation with numbers only comes to; None where there is something else.

    Raises:
        RecipeError: it divides by 0, or the numbers become too large.
    """
    try:
        found = _exact(a)
    except ZeroDivisionError:
        raise _refused(node, "wanted no division by 0") from None
    if found is not None and not -LARGEST <= found <= LARGEST:
        raise _refused(node, f"wanted calculations with numbers that stay below {LARGEST:,}")
    return found


def _exact(a: Expression) -> Fraction | None:
    match a:
        case Number(number):
            return number
        case Minus(inner):
            found = _exact(inner)
            return None if found is None else -found
        case Binary(sign, left, right):
            first, second = _exact(left), _exact(right)
            if first is None or second is None or (sign == "^" and second.denominator > 1):
                return None
            return _computed(sign, first, second)
    return None


def _computed(sign: str, a: Fraction, b: Fraction) -> Fraction:
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
    return Fraction(a**b)
