"""Numbers with uncertain last digits: a program that saves 15 of them leaves them so.

What such numbers leave open of a result is found by moving all of them, a few times: little as a
rule, much where large numbers cancel.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LAST_DIGITS = 1e-14  # of a number
MOVES = 4


def mover() -> Callable[[Array], Array]:
    """A function that moves each number by its last digits, up or down; the same each time."""
    random = np.random.default_rng(0)

    def moved(numbers: Array) -> Array:
        return numbers * (1 + LAST_DIGITS * random.choice([-1.0, 1.0], numbers.shape))

    return moved
