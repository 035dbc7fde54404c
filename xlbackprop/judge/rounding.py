"""The one rule of rounding: what the last digits of the numbers that a cell reads leave open.

A program that saves 15 digits leaves each number uncertain in its last ones, and sums in another
order differ as much. What that leaves open of a result is found by moving all numbers of a file but
choices, a few times: little as a rule, much where large numbers cancel.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LAST_DIGITS = 1e-14  # of a number
MOVES = 6
SUBSETS = 12
MERGES = 3
SLACK = 4  # times the largest change that was found
DECIMALS = 1e-20  # OpenDocument files keep twenty, of 1.5e-13 therefore eight digits
FEW_DIGITS = 1e-5  # below it twenty decimals are fewer than a number's digits


Move = Callable[[Array], Array]


def flatteners(blind: float) -> Iterator[Move]:
    """Functions that make numbers equal that a program, comparing, takes as equal.

    First those that it takes for 0 become 0, all, then some of them, for a formula may compare one
    of its numbers and compute with another; then those that lie as near to each other become one.
    """
    random = np.random.default_rng(0)

    def flat(share: float, numbers: Array) -> Array:
        chosen = (np.abs(numbers) < blind) & (random.random(numbers.shape) < share)
        return np.where(chosen, 0.0, numbers)

    for share in (1.0, *[0.5] * SUBSETS):
        yield partial(flat, share)

    def merged(shift: float, numbers: Array) -> Array:
        near = np.abs(numbers) < 1  # others' last bits are worth more
        steps = np.floor(np.where(near, numbers, 0.0) / blind + shift)
        return np.where(near, blind * steps, numbers)

    for shift in random.random(MERGES):  # neighbours may lie on both sides of a step
        yield partial(merged, shift)


def mover(*, stored: bool = False) -> Move:
    """A function that moves each number by up to its last digits; the same each time.

    Args:
        stored: whether the numbers were stored in files, perhaps with twenty decimals.
    """
    random = np.random.default_rng(0)

    def moved(numbers: Array) -> Array:
        with np.errstate(all="ignore"):  # the largest number that there is may become infinite
            result = numbers * (1 + LAST_DIGITS * random.uniform(-1.0, 1.0, numbers.shape))
            if stored and (cut := _are_cut(numbers)).any():
                result += cut * DECIMALS * random.uniform(-0.5, 0.5, numbers.shape)
        return result

    return moved


def _are_cut(numbers: Array) -> NDArray[np.bool_]:
    """Which numbers may have lost digits behind the last decimal that a file keeps."""
    steps = np.where(np.abs(numbers) < FEW_DIGITS, numbers, 0.0) / DECIMALS
    return (steps != 0) & (np.abs(steps - np.rint(steps)) <= LAST_DIGITS * np.abs(steps))
