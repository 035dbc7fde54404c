"""What a page on descending a function begins with: the function, the start, the learning rates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xlbackprop.functions.expression import value
from xlbackprop.functions.function import Function
from xlbackprop.lessons.cells import Live

START = (3.0, 2.0, 1.0)


@dataclass(frozen=True)
class Task:
    """The function, what its value is called, and the cells that it begins with."""

    function: Function
    symbol: str
    start: tuple[Live, ...]
    eta: Live

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return self.function.names

    def at(self, point: Sequence[Live]) -> dict[str, Live]:
        """The variables' cells at a point."""
        return dict(zip(self.names, point, strict=True))


def steepest_bend(function: Function) -> float:
    """The largest second derivative in any direction at the usual start; 2 where none is known."""
    point = dict(zip(function.names, START, strict=False))
    h = 1e-4
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


def usual_rates(function: Function) -> tuple[float, float, float]:
    """Learning rates that are too small, right, and too large where the function is quadratic.

    A step multiplies the distance in the steepest direction by 1 − η · bend: 0.98, 0.8 and −1.04.
    """
    bend = steepest_bend(function)
    return float(f"{0.02 / bend:.1g}"), float(f"{0.2 / bend:.1g}"), float(f"{2.04 / bend:.3g}")
