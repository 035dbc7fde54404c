"""Whole numbers in what a program shows."""

from math import inf, nan

import numpy as np
import pytest

from xlbackprop.arrays import whole


@pytest.mark.parametrize(
    ("number", "before_the_point"),
    [
        (3.0, 3),
        (2.9, 2),
        (3 - 1e-14, 3),  # what a program saved with 15 digits, or moved by rounding
        (1500 * (1 - 1e-14), 1500),
        (2.999999, 2),
        (0.0, 0),
        (nan, 0),
        (inf, 0),
    ],
)
def test_what_stands_before_the_point(number, before_the_point):
    assert whole(np.array([number])).tolist() == [before_the_point]
