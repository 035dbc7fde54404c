"""What an array of numbers is called in the types of every function; numbers as cells hold them."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

SMALLEST = 2.2250738585072014e-308  # a spreadsheet has no subnormal numbers


def held(number: float) -> float:
    """A number as a cell holds it: one that is too small is 0."""
    return number if abs(number) >= SMALLEST or number != number else 0.0


def all_held(numbers: Array) -> Array:
    """Numbers as cells hold them: 0 for one that is too small, NaN for one that is too large."""
    large = np.where(np.isfinite(numbers), numbers, np.nan)
    return np.where(np.abs(large) < SMALLEST, 0.0, large)


def whole(numbers: Array) -> Whole:
    """What stands before the point: of 2.9 that is 2; of 2.99999999999999, 3 but for rounding, 3.

    0 where there is no number.
    """
    known = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    return np.floor(known * (1 + 1e-13)).astype(np.int64)
