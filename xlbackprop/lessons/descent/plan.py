"""With which learning rates a walk down a function is made: found by trying."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import isfinite, nan

import numpy as np

from xlbackprop.expressions.expression import value
from xlbackprop.expressions.function import Function
from xlbackprop.lessons.descent.endless import falling_places
from xlbackprop.lessons.descent.start import STEEPEST, Point, rounded, seen, usual_start

STEPS, RACE = 30, 15
LARGER = (1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 300, 1000)  # times the right rate
FASTER = (10, 5, 3)  # times the right rate, where there is no lowest place
HALVINGS = 40
PART = 0.1  # of the first value, by which the function falls with a good learning rate

Wish = Callable[[float, list[float]], bool]


@dataclass(frozen=True)
class Plan:
    """What a page on a function begins with.

    Attributes:
        start: a place where the function has a value and is neither flat nor too steep.
        rates: learning rates that are too small, right and too large.
        endless: two places on a way on which the function falls ever more; None if there are none.
        judged: whether there is a right one: the function has some end, and the walk with the
            largest rate climbs, or leaves where the function has values.
    """

    start: Point
    rates: tuple[float, float, float]
    endless: tuple[Point, Point] | None
    judged: bool


@cache
def plan(function: Function) -> Plan:
    """The plan for a function."""
    start, endless = usual_start(function), falling_places(function)
    bend = steepest_bend(function, start)
    right = _right(function, start, 0.2 / bend)
    small = float(f"{0.1 * right:.1g}")
    large = (_faster if endless else _too_large)(function, start, right, rounded(2.04 / bend))
    fails = _fails(_values(function, start, large, RACE))
    return Plan(start, (small, right, large), endless, fails and not endless)


def steepest_bend(function: Function, start: Point) -> float:
    """The largest second derivative in any direction at a place; 2 where none is known."""
    point = dict(zip(function.names, start, strict=True))
    h = 1e-4 * min(1.0, *(abs(x) for x in start))
    rows = [
        [
            (value(slope, point | {name: x + h}) - value(slope, point | {name: x - h})) / (2 * h)
            for name, x in point.items()
        ]
        for slope in function.slopes
    ]
    if not np.isfinite(rows).all():
        return 2.0
    most = float(np.abs(np.linalg.eigvalsh(np.array(rows))).max())
    return most if most > 0 else 2.0


def _values(function: Function, start: Point, eta: float, steps: int) -> list[float]:
    """The value at each step; NaN from where on there is none."""
    point, heights = start, list[float]()
    for _ in range(steps + 1):
        height, gradient = seen(function, point)
        heights.append(height)
        if not isfinite(height):
            return heights + [nan] * (steps + 1 - len(heights))
        point = tuple(x - eta * g for x, g in zip(point, gradient, strict=True))
    return heights


def _falls(heights: list[float]) -> bool:
    """Whether no step climbs, but for rounding."""
    return all(after <= before + 1e-9 * (1 + abs(before)) for before, after in pairwise(heights))


def _fails(heights: list[float]) -> bool:
    """Whether it ends higher than it began, or nowhere."""
    return not heights[-1] <= heights[0]


def _right(function: Function, start: Point, first: float) -> float:
    """The largest of some learning rates with which each step has a value, and none climbs.

    One up to 1 is better, if the function falls by some part of its value with it.
    """
    halves = [float(f"{first / 2**i:.1g}") for i in range(HALVINGS)]
    walks = [_values(function, start, eta, STEPS) for eta in halves]
    wanted: tuple[Wish, ...] = (
        lambda eta, walk: eta <= 1 and _falls(walk) and walk[0] - walk[-1] > PART * abs(walk[0]),
        lambda _, walk: _falls(walk),
        lambda _, walk: not _fails(walk),
    )
    return _first(halves, walks, wanted) or halves[0]


def _too_large(function: Function, start: Point, right: float, first: float) -> float:
    """A learning rate with which the walk climbs; or with which it leaves; or just a large one.

    ``first`` makes each step of a walk down a quadratic function climb a little.
    """
    rates = sorted([first, *(rounded(times * right) for times in LARGER)])
    rates = [eta for eta in rates if eta > right]
    walks = [_values(function, start, eta, RACE) for eta in rates]
    wanted: tuple[Wish, ...] = (
        lambda _, walk: walk[-1] > walk[0],
        lambda _, walk: not isfinite(walk[-1]),
    )
    return _first(rates, walks, wanted) or rounded(10 * right)


def _faster(function: Function, start: Point, right: float, first: float) -> float:
    """A larger learning rate with which the function still falls; else one that is too large."""
    rates = [rounded(times * right) for times in FASTER]
    walks = [_values(function, start, eta, RACE) for eta in rates]
    wanted = [lambda _, walk: _falls(walk) and abs(walk[-1]) < STEEPEST]
    return _first(rates, walks, wanted) or _too_large(function, start, right, first)


def _first(
    rates: Sequence[float], walks: Sequence[list[float]], wanted: Sequence[Wish]
) -> float | None:
    """The first learning rate whose walk is as wished, by the first wish that any fulfils."""
    for wish in wanted:
        for eta, walk in zip(rates, walks, strict=True):
            if wish(eta, walk):
                return eta
    return None
