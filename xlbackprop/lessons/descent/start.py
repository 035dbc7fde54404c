"""Where a walk down a function begins."""

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from math import isfinite

from xlbackprop.expressions.expression import value
from xlbackprop.expressions.function import Function

START = (3.0, 2.0, 1.0)
TIMES = (1.0, 0.5, 2.0, 0.1, 10.0, 0.01, 100.0)  # what the usual start is multiplied by
SLOPES = (1e-2, 1e-6)  # that a start has at least, better the first
STEEPEST = 1e6  # slope at a start, and the largest value there

Point = tuple[float, ...]


def usual_start(function: Function) -> Point:
    """(3, 2, 1), or where the function has no value there, or is flat, some place like it."""
    places = list(_starts(len(function.names)))
    serving = (p for least in SLOPES for p in places if _serves(function, p, least))
    return next(serving, places[0])


def _starts(count: int) -> Iterator[Point]:
    """Places to try: the usual one nearer to 0 and farther from it, then in other directions."""
    for signs, order in product(product((1, -1), repeat=count), permutations(START[:count])):
        for times in TIMES:
            yield tuple(rounded(times * sign * x) for sign, x in zip(signs, order, strict=True))


def _serves(function: Function, place: Point, least: float) -> bool:
    height, gradient = seen(function, place)
    if not all(map(isfinite, (height, *gradient))):
        return False
    return abs(height) < STEEPEST and least < max(map(abs, gradient)) < STEEPEST


def seen(function: Function, point: Sequence[float]) -> tuple[float, list[float]]:
    """Value and gradient at a place."""
    at = dict(zip(function.names, point, strict=True))
    return value(function.value, at), [value(slope, at) for slope in function.slopes]


def rounded(number: float) -> float:
    """To three figures."""
    return float(f"{number:.3g}")
