"""A function of one to three variables with its slopes, the partial derivatives."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.expressions.expression import (
    ONE,
    OPERATIONS,
    PI,
    Binary,
    Call,
    Constant,
    Expression,
    Minus,
    Name,
    Number,
    added,
    divided,
    excel,
    exponential,
    multiplied,
    names_in,
    negated,
    number,
    raised,
)
from xlbackprop.expressions.text import parsed
from xlbackprop.expressions.typed import VARIABLES

LONGEST_SLOPE = 2_000  # characters of its formula
LARGEST = 10**15  # whole number that a spreadsheet keeps to the last digit


@dataclass(frozen=True)
class Function:
    """A function that a reader named.

    Attributes:
        names: its variables, in the order of the alphabet.
        value: the function itself.
        slopes: its partial derivatives, one per variable.
        curvature: its second derivatives where all of them are constant, (variables, variables);
            else None.
    """

    names: tuple[str, ...]
    value: Expression
    slopes: tuple[Expression, ...]
    curvature: tuple[tuple[float, ...], ...] | None


@cache
def function_of(text: str) -> Function:
    """The function that a text stands for.

    Raises:
        RecipeError: the text can't be used, or the function has no slope.
    """
    value = parsed(text)
    names = tuple(name for name in VARIABLES if name in names_in(value))
    import sympy  # slow to import, and needed for this alone

    symbols = [sympy.Symbol(name) for name in names]
    found = _to_sympy(value, _twins())
    if found.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
        raise RecipeError(f"function: {text!r} has no value anywhere, wanted one that has.")
    slopes = tuple(_slope(found.diff(symbol)) for symbol in symbols)
    return Function(names, value, slopes, _curvature(found, symbols))


def _curvature(found: Any, symbols: list[Any]) -> tuple[tuple[float, ...], ...] | None:
    """Second derivatives, if they are numbers; nothing is expanded, which may take for ever."""
    if found.has(_twins()["abs"]):
        return None
    rows = [[found.diff(first, second) for second in symbols] for first in symbols]
    if not all(entry.is_Rational for row in rows for entry in row):
        return None
    return tuple(tuple(map(float, row)) for row in rows)


def _slope(found: Any) -> Expression:
    slope = _from_sympy(found)
    if len(excel(slope, dict.fromkeys(VARIABLES, "A1"))) > LONGEST_SLOPE:
        raise RecipeError("function: its slope is too long for a cell, wanted a simpler function.")
    return slope


@cache
def _twins() -> Mapping[str, Any]:
    """What each function is in sympy.

    The size of a number is one of its own: sympy's |x| asks whether x may be complex.
    """
    import sympy

    class Sign(sympy.Function):  # type: ignore[misc]
        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.S.Zero

    class Size(sympy.Function):  # type: ignore[misc]
        def fdiff(self, argindex: int = 1) -> Any:
            return Sign(self.args[0])

    own = {"ln": sympy.log, "abs": Size, "sign": Sign}
    return own | {
        name: getattr(sympy, name) for name in ("sin", "cos", "tan", "exp", "sqrt", "tanh")
    }


def _to_sympy(a: Expression, twins: Mapping[str, Any]) -> Any:
    import sympy

    match a:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Name(name):
            return sympy.Symbol(name)
        case Constant():
            return sympy.pi
        case Call(function, inner):
            return twins[function](_to_sympy(inner, twins))
        case Minus(inner):
            return -_to_sympy(inner, twins)
        case Binary(sign, left, right):
            return OPERATIONS[sign](_to_sympy(left, twins), _to_sympy(right, twins))
    raise TypeError(a)


def _from_sympy(found: Any) -> Expression:
    if found.is_Symbol:
        return Name(found.name)
    if found.is_Rational:
        return _bounded(Fraction(int(found.p), int(found.q)))
    if found.is_Add:
        return reduce(added, map(_from_sympy, found.as_ordered_terms()))
    if found.is_Mul:
        return _product(found)
    if found.is_Pow:
        return _power(*found.as_base_exp())
    if str(found) == "pi":
        return PI
    if str(found) == "E":
        return Call("exp", ONE)
    for name, twin in _twins().items():
        if found.func is twin:
            return Call(name, _from_sympy(found.args[0]))
    raise RecipeError(
        f"function: its slope has {type(found).__name__} in it, which can't be a formula; wanted "
        "another function."
    )


def _product(found: Any) -> Expression:
    """Factors over factors; those with negative powers stand below the line."""
    coefficient, rest = found.as_coeff_Mul()
    above, below = list[Expression](), list[Expression]()
    match _bounded(Fraction(abs(int(coefficient.p)), int(coefficient.q))):
        case Binary("/", many, parts):
            below.append(parts)
        case many:
            pass
    if many != ONE:
        above.append(many)
    for factor in rest.as_ordered_factors():
        base, power = factor.as_base_exp()
        if factor.is_Pow and power.is_Rational and power < 0:
            below.append(_power(base, -power))
        else:
            above.append(_from_sympy(factor))
    product = reduce(multiplied, above) if above else ONE
    product = divided(product, reduce(multiplied, below)) if below else product
    return negated(product) if coefficient < 0 else product


def _power(base: Any, power: Any) -> Expression:
    if power.is_Rational and power.q <= 2:
        return raised(_from_sympy(base), Fraction(int(power.p), int(power.q)))
    if base.is_Rational:
        return exponential(_from_sympy(base), _from_sympy(power))
    return Call("exp", multiplied(_from_sympy(power), Call("ln", _from_sympy(base))))


def _bounded(value: Fraction) -> Expression:
    if max(abs(value.numerator), value.denominator) > LARGEST:
        raise RecipeError(
            "function: the numbers of its slope become too large, wanted smaller numbers or powers."
        )
    return number(value)
