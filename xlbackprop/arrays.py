"""What an array of numbers is called in the types of every function; whole numbers in it."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


def whole(numbers: Array) -> Whole:
    """What stands before the point: of 2.9 that is 2; of 2.99999999999999, 3 but for rounding, 3.

    0 where there is no number.
    """
    known = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    return np.floor(known * (1 + 1e-13)).astype(np.int64)
