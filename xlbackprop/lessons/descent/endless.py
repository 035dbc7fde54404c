"""Whether a function seems to fall without end: judged by its values in many directions."""

from collections.abc import Sequence
from itertools import pairwise, product
from math import inf, isfinite

from xlbackprop.expressions.domain import divisors
from xlbackprop.expressions.expression import value
from xlbackprop.expressions.function import Function
from xlbackprop.lessons.descent.start import Point, usual_start

FAR = tuple(10.0**k for k in range(1, 7))
SHOWN = (1, 3)  # the places that are told
BISECTIONS = 60
LAST = 3  # steps whose drops must not shrink


def falling_places(function: Function) -> tuple[Point, Point] | None:
    """Two places on a way on which the function falls ever more; None where none was found.

    A way leads straight from the usual start, either ten times as far each time, or ten times as
    near to where the function has no value. The numbers show it, they don't prove it.
    """
    start = usual_start(function)
    for way in sorted(product((0, -1, 1), repeat=len(start)), key=lambda way: sum(map(abs, way))):
        for places in (_far(start, way), *_near_the_edge(function, start, way)):
            if any(way) and _keeps_falling([_height(function, place) for place in places]):
                return places[SHOWN[0]], places[SHOWN[1]]
    return None


def _far(start: Point, way: Sequence[int]) -> list[Point]:
    return [tuple(t * d or x for x, d in zip(start, way, strict=True)) for t in FAR]


def _moved(start: Point, way: Sequence[int], t: float) -> Point:
    return tuple(x + t * d for x, d in zip(start, way, strict=True))


def _height(function: Function, point: Point) -> float:
    return value(function.value, dict(zip(function.names, point, strict=True)))


def _keeps_falling(heights: Sequence[float]) -> bool:
    """Whether each is lower than the one before, and at last by no less than that one was."""
    if not heights or not all(map(isfinite, heights)):
        return False
    drops = [before - after for before, after in pairwise(heights)]
    return min(drops) > 0 and all(b >= 0.99 * a for a, b in pairwise(drops[-LAST:]))


def _near_the_edge(function: Function, start: Point, way: Sequence[int]) -> list[list[Point]]:
    """Places ever nearer to where the values end on a way, on both sides; none if they don't.

    They also end where something is divided by 0, though there are values on both sides of it.
    """
    signs = _signs(function, start)

    def goes_on(t: float) -> bool:
        place = _moved(start, way, t)
        return isfinite(_height(function, place)) and _signs(function, place) == signs

    within, beyond = 0.0, next((t for t in FAR if not goes_on(t)), inf)
    if not isfinite(beyond):
        return []
    for _ in range(BISECTIONS):
        middle = (within + beyond) / 2
        within, beyond = (middle, beyond) if goes_on(middle) else (within, middle)
    return [[_moved(start, way, beyond * (1 + side / t)) for t in FAR] for side in (-1, 1)]


def _signs(function: Function, place: Point) -> list[bool]:
    """Whether each divisor is above 0."""
    at = dict(zip(function.names, place, strict=True))
    return [value(divisor, at) > 0 for divisor in divisors(function.value)]
