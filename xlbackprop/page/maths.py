"""Arithmetic as spreadsheets do it: what has no value is NaN, and nothing is raised."""

import numpy as np

from xlbackprop.arrays import Array


def ratio(dividend: float, divisor: float) -> float:
    """A quotient; NaN where a spreadsheet shows #DIV/0!."""
    return float("nan") if divisor == 0 else float(dividend) / float(divisor)


def ln(x: Array | float) -> Array:
    """The natural logarithm; NaN where a spreadsheet's LN shows #NUM!."""
    with np.errstate(all="ignore"):
        logarithm: Array = np.where(np.asarray(x) > 0, np.log(x), np.nan)
    return logarithm


def finite(x: Array) -> Array:
    """Numbers, and NaN for those that are too large for a spreadsheet."""
    kept: Array = np.where(np.isfinite(x), x, np.nan)
    return kept


def chosen(values: Array, number: float) -> float:
    """INDEX: the value with a number, from 1; NaN where there is none."""
    known = np.isfinite(number) and 1 <= number <= len(values)
    return float(values[int(number) - 1]) if known else float("nan")


def power(base: float, exponent: float) -> float:
    """A power; infinite where it is too large, NaN where it has no value."""
    with np.errstate(all="ignore"):
        return float(np.float64(base) ** exponent)


def length(x: float, y: float) -> float:
    """SQRT(x*x+y*y), where squares may be too large or vanish; ``hypot`` would avoid that."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.float64(x) * x + np.float64(y) * y))


DECIMALS = 12


def is_zero(x: float) -> bool:
    """Whether a number is 0 but for rounding."""
    return abs(x) < 0.5 * 10.0**-DECIMALS


def is_zero_text(x: object) -> str:
    """The same as formula text; programs differ on whether 1E-17 equals 0."""
    return f"ROUND({x},{DECIMALS})=0"
