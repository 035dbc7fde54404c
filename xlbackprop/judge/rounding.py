"""The one rule of rounding: what the last digits of the numbers that a cell reads leave open.

A program that saves 15 digits leaves each number uncertain in its last ones, and sums in another
order differ as much. What that leaves open of a result is found by moving all numbers of a file but
choices, a few times: little as a rule, much where large numbers cancel.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LAST_DIGITS = 1e-14  # of a number
MOVES = 6
SLACK = 4  # times the largest change that was found


Move = Callable[[Array], Array]


def mover() -> Move:
    """A function that moves each number by up to its last digits; the same each time."""
    random = np.random.default_rng(0)

    def moved(numbers: Array) -> Array:
        return numbers * (1 + LAST_DIGITS * random.uniform(-1.0, 1.0, numbers.shape))

    return moved
