"""What the scaled columns of a sheet ought to show, judged stage by stage."""

import numpy as np
from numpy.typing import NDArray

from xlbackprop.data.scalings import Known, Scaled, Scaling, quotient
from xlbackprop.judge.equality import TOLERANCE

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
    rounding = rounding_of(raw)
    with np.errstate(all="ignore"):
        statistics = {
            s.name: _rounded(s.value(raw, live.statistics), live.statistics[s.name], rounding)
            for s in scaling.statistics
        }
        return Scaled(statistics, rescaled(scaling, raw, live.statistics, live.x, rounding))


def rescaled(scaling: Scaling, r: Array, known: Known, live: Array, rounding: Array) -> Array:
    """What x of raw numbers ought to be.

    Args:
        scaling: the scaling.
        r: the raw numbers, (rows, inputs).
        known: the statistics that the sheet has.
        live: the scaled numbers that the sheet has, (rows, inputs).
        rounding: what rounding may change raw numbers by, (inputs,).
    """
    in_x = quotient(rounding, scaling.width(known))
    return _rounded(scaling.value(r, known), live, in_x)


def rounding_of(raw: Array) -> Array:
    """What rounding may change the raw numbers of each column by, (inputs,)."""
    rounding: Array = DIGITS * np.nan_to_num(np.abs(raw)).max(axis=0)
    return rounding


def _rounded(expected: Array, live: Array, rounding: Array) -> Array:
    """What is expected; the live number where only rounding lies between them."""
    distance = np.abs(live - expected)
    return np.where((distance > TOLERANCE) & (distance <= rounding), live, expected)
