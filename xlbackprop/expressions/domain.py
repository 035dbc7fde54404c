"""Where an expression may have no value."""

from xlbackprop.expressions.expression import Binary, Call, Expression, Minus, names_in


def divisors(a: Expression) -> list[Expression]:
    """The variable expressions by which something in it is divided."""
    match a:
        case Minus(inner) | Call(_, inner):
            return divisors(inner)
        case Binary(sign, left, right):
            own = [right] if sign == "/" and names_in(right) else []
            return [*own, *divisors(left), *divisors(right)]
        case _:
            return []


def is_partial(a: Expression) -> bool:
    """Whether it may have no value somewhere: a logarithm, a root, or a quotient by a variable."""
    match a:
        case Minus(inner):
            return is_partial(inner)
        case Call(function, inner):
            return function in ("ln", "sqrt") or is_partial(inner)
        case Binary(_, left, right):
            return bool(divisors(a)) or is_partial(left) or is_partial(right)
        case _:
            return False
