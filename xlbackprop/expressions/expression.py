"""An expression as a tree, and what it is in a spreadsheet, on paper and in Python.

All three go through the tree in the same order, so that rounding is the same everywhere. The tree
has one shape for each formula: a minus stands at the very left or between two terms, sums and
products are gathered from the left, and no power is negative. So no formula needs a bracket that
a spreadsheet would drop, and none runs into ``-2^2``, which spreadsheets take for (−2)².
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Number:
    """A number that is written out."""

    number: Fraction


@dataclass(frozen=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number that has a name."""

    excel: str
    number: float
    printed: str


@dataclass(frozen=True)
class Minus:
    """The opposite of a variable, a call, a power or a sum."""

    inner: "Expression"


@dataclass(frozen=True)
class Binary:
    """Two expressions with one of ``+ - * / ^`` between them."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Call:
    """One of ``FUNCTIONS`` of an expression."""

    function: str
    inner: "Expression"


Expression: TypeAlias = Number | Name | Constant | Minus | Binary | Call
ONE = Number(Fraction(1))
PI = Constant("PI()", math.pi, "π")


@dataclass(frozen=True)
class Known:
    """A function of one number and its twin in a spreadsheet.

    Attributes:
        excel: its name there.
        value: the same in Python; a ValueError where it has no value.
        printed: how it is written on paper.
    """

    excel: str
    value: Callable[[float], float]
    printed: str


FUNCTIONS: Mapping[str, Known] = {
    "sin": Known("SIN", math.sin, "sin({})"),
    "cos": Known("COS", math.cos, "cos({})"),
    "tan": Known("TAN", math.tan, "tan({})"),
    "exp": Known("EXP", math.exp, "exp({})"),
    "ln": Known("LN", math.log, "ln({})"),
    "sqrt": Known("SQRT", math.sqrt, "√({})"),
    "tanh": Known("TANH", math.tanh, "tanh({})"),
    "abs": Known("ABS", abs, "|{}|"),
    # The slope of |x|; 0 is settled for its corner, where it has none.
    "sign": Known("SIGN", lambda x: float((x > 0) - (x < 0)), "sign({})"),
}
OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_ON_PAPER = {"+": " + ", "-": " − ", "*": "·", "/": "/"}
SMALL_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# Building.


def number(value: Fraction) -> Expression:
    """A number as few digits, or else as a quotient of two whole numbers."""
    if value.denominator == 1 or Fraction(f"{float(value):.12g}") == value:
        return Number(value)
    return divided(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def negated(a: Expression) -> Expression:
    """−a."""
    match a:
        case Number(value):
            return Number(-value)
        case Minus(inner):
            return inner
        case Binary("*" | "/" as sign, left, right):
            return Binary(sign, negated(left), right)
        case Binary("-", left, right):
            return Binary("-", right, left)
        case _:
            return Minus(a)


def negative(a: Expression) -> bool:
    """Whether a minus stands at its very left."""
    match a:
        case Number(value):
            return value < 0
        case Minus():
            return True
        case Binary("*" | "/", left, _):
            return negative(left)
        case _:
            return False


def added(a: Expression, b: Expression) -> Expression:
    """a + b."""
    if negative(b):
        return subtracted(a, negated(b))
    if isinstance(b, Binary) and b.sign in "+-":
        return Binary(b.sign, added(a, b.left), b.right)
    if negative(a):
        return subtracted(b, negated(a))
    return Binary("+", a, b)


def subtracted(a: Expression, b: Expression) -> Expression:
    """a − b."""
    return added(a, negated(b)) if negative(b) else Binary("-", a, b)


def multiplied(a: Expression, b: Expression) -> Expression:
    """a · b."""
    if negative(b):
        return multiplied(negated(a), negated(b))
    if isinstance(b, Binary) and b.sign in "*/":
        return Binary(b.sign, multiplied(a, b.left), b.right)
    return Binary("*", a, b)


def divided(a: Expression, b: Expression) -> Expression:
    """a / b."""
    return Binary("/", negated(a), negated(b)) if negative(b) else Binary("/", a, b)


def raised(a: Expression, power: Fraction) -> Expression:
    """a to a whole power or one that ends in a half, not 0: a half is a square root."""
    if power < 0:
        return divided(ONE, raised(a, -power))
    if power.denominator == 2:
        return raised(Call("sqrt", a), power * 2)
    if negative(a):
        positive = raised(negated(a), power)
        return positive if power % 2 == 0 else negated(positive)
    return a if power == 1 else Binary("^", a, Number(power))


def exponential(base: Expression, power: Expression) -> Expression:
    """A number above 0 to the power of an expression."""
    if negative(power):
        return divided(ONE, exponential(base, negated(power)))
    return Binary("^", base, power)


# Using.


def names_in(a: Expression) -> frozenset[str]:
    """The variables that occur."""
    match a:
        case Name(name):
            return frozenset({name})
        case Minus(inner) | Call(_, inner):
            return names_in(inner)
        case Binary(_, left, right):
            return names_in(left) | names_in(right)
        case _:
            return frozenset()


def value(a: Expression, at: Mapping[str, float]) -> float:
    """What it comes to; NaN where it has no value or the numbers become too large on the way."""
    try:
        return _value(a, at)
    except (ArithmeticError, ValueError):
        return math.nan


def _value(a: Expression, at: Mapping[str, float]) -> float:
    match a:
        case Number(number):
            found = float(number)
        case Name(name):
            found = float(at[name])
        case Constant(_, found):
            pass
        case Minus(inner):
            found = -_value(inner, at)
        case Binary(sign, left, right):
            found = OPERATIONS[sign](_value(left, at), _value(right, at))
        case Call(function, inner):
            found = FUNCTIONS[function].value(_value(inner, at))
    if not math.isfinite(found):  # a spreadsheet has no infinity whose reciprocal is 0
        raise OverflowError
    return found


def excel(a: Expression, cells: Mapping[str, object]) -> str:
    """The formula text with a cell for each variable."""
    match a := _as_product(a):
        case Number(number):
            return _digits(number)
        case Name(name):
            return str(cells[name])
        case Constant(text):
            return text
        case Minus(inner):
            inner = _as_product(inner)
            text = excel(inner, cells)
            # IronCalc reads a minus before a product back without brackets.
            product = isinstance(inner, Binary) and inner.sign == "*"
            return (
                f"-{text}" if product or isinstance(inner, Name | Constant | Call) else f"-({text})"
            )
        case Call(function, inner):
            return f"{FUNCTIONS[function].excel}({excel(inner, cells)})"
        case Binary(sign, left, right):
            left, right = _as_product(left), _as_product(right)
            if sign == "*" and isinstance(right, Binary) and right.sign == "*":
                left, right = multiplied(left, right.left), right.right
            first, second = excel(left, cells), excel(right, cells)
            # IronCalc reads a function beside ^ back in brackets.
            loose = (Call, Constant, Minus) if sign == "^" else ()
            return _between(sign, sign, (left, first), (right, second), loose)
    raise TypeError(a)


def _as_product(a: Expression) -> Expression:
    """x·x for x²: of a tiny number LibreOffice's power is an error, and its product is 0."""
    match a:
        case Binary("^", Name() | Constant() | Call() as base, Number(power)) if power in (2, 3):
            product: Expression = base
            for _ in range(int(power) - 1):
                product = multiplied(product, base)
            return product
    return a


def printed(a: Expression) -> str:
    """As on paper: x² + x·y + 3y²."""
    match a:
        case Number(number):
            return _digits(number).replace("-", "−")
        case Name(name):
            return name
        case Constant(_, _, text):
            return text
        case Minus(inner):
            sums = isinstance(inner, Binary) and inner.sign in "+-"
            return f"−({printed(inner)})" if sums else f"−{printed(inner)}"
        case Call("exp", Number(number)) if number == 1:
            return "e"
        case Call(function, inner):
            return FUNCTIONS[function].printed.format(printed(inner))
        case Binary("^", base, Number(power)):
            text = printed(base)
            text = f"({text})" if isinstance(base, Binary | Minus) else text
            return text + _digits(power).translate(SMALL_DIGITS)
        case Binary(sign, left, right):
            first, second = printed(left), printed(right)
            on_paper = _ON_PAPER.get(sign, sign)
            if sign == "*" and isinstance(left, Number) and second[0].isalpha():
                on_paper = ""  # 2x
            loose = (Minus,) if sign == "^" else ()
            return _between(on_paper, sign, (left, first), (right, second), loose)
    raise TypeError(a)


def _digits(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.12f}".rstrip("0")


_TIGHTNESS = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


def _between(
    text: str,
    sign: str,
    left: tuple[Expression, str],
    right: tuple[Expression, str],
    loose: tuple[type, ...],
) -> str:
    """Two texts with a sign between them, in brackets where they would fall apart."""
    tight = _TIGHTNESS[sign]
    first = _held(*left, tight + (sign == "^"), loose)
    return f"{first}{text}{_held(*right, tight + (sign != '+'), loose)}"


def _held(a: Expression, text: str, tight: int, loose: tuple[type, ...]) -> str:
    """A text, in brackets if its own sign holds it together less than it must."""
    falls = isinstance(a, Binary) and _TIGHTNESS[a.sign] < tight
    return f"({text})" if falls or isinstance(a, loose) else text
