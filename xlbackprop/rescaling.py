"""What the scaled columns of a sheet ought to show, judged stage by stage."""

import numpy as np
from numpy.typing import NDArray

from xlbackprop.report import TOLERANCE
from xlbackprop.scalings import Scaled, Scaling, quotient

Array = NDArray[np.float64]
DIGITS = 1e-14  # LibreOffice saves 15 digits, and a long sum is rounded as much


def rescale(scaling: Scaling, raw: Array, live: Scaled) -> Scaled:
    """What a sheet's statistics and scaled numbers ought to be, given the others that it has.

    Where the numbers of a column are large beside their differences (years, say), the digits that
    a program rounds off weigh more in x than in r. What they can explain is right.

    Args:
        scaling: the scaling.
        raw: the raw numbers that the sheet has, (examples, inputs).
        live: the statistics and the scaled numbers that the sheet has.
    """
    rounding = DIGITS * np.nan_to_num(np.abs(raw)).max(axis=0)
    with np.errstate(all="ignore"):
        statistics = {
            s.name: _rounded(s.value(raw, live.statistics), live.statistics[s.name], rounding)
            for s in scaling.statistics
        }
        x = scaling.value(raw, live.statistics)
        in_x = quotient(rounding, scaling.width(live.statistics))
        return Scaled(statistics, _rounded(x, live.x, in_x))


def _rounded(expected: Array, live: Array, rounding: Array) -> Array:
    """What is expected; the live number where only rounding lies between them."""
    distance = np.abs(live - expected)
    return np.where((distance > TOLERANCE) & (distance <= rounding), live, expected)
