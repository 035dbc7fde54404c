"""Scalings against numbers worked out by hand, exact fractions and scikit-learn."""

import math
from fractions import Fraction

import numpy as np
import pytest
from wanting import package

from xlbackprop.data.scalings import SCALINGS, scale

EACH = pytest.mark.parametrize("name", [name for name in SCALINGS if name != "none"])
COLUMNS = {  # each scaled beside the others
    "small": [1.0, 2.0, 3.0, 6.0, -4.5],
    "years": [1999.0, 2003.0, 2012.5, 2020.25, 2021.0],
    "far from 0": [1e6 + 0.1, 1e6 + 0.2, 1e6 + 0.3, 1e6 + 0.4, 1e6],
    "large": [1e100, -2e100, 3e100, 7e99, 0.0],
    "tiny": [1e-100, -2e-100, 3e-100, 7e-101, 0.0],
    "shares": [0.1, 0.1, 0.1, 0.1, 0.3],
}


def scaled(name: str, columns: list[list[float]]) -> list[list[float]]:
    return scale(SCALINGS[name], np.array(columns).T).values.T.tolist()


def test_min_max_goes_from_0_to_1():
    assert scaled("min-max", [[1, 2, 3, 6], [5, -5, 0, 5]]) == [[0, 0.2, 0.4, 1], [1, 0, 0.5, 1]]


def test_z_score_divides_by_the_deviation_of_the_population():
    # mean 3; deviations -2, -1, 0, 3; the mean of their squares is 14/4
    wanted = [d / math.sqrt(3.5) for d in (-2, -1, 0, 3)]
    assert scaled("z-score", [[1, 2, 3, 6]]) == [pytest.approx(wanted, abs=1e-15)]


def test_statistics_are_told_by_column():
    raw = np.array([[1.0, 10], [3, 40]])
    found = {
        name: {key: value.tolist() for key, value in scale(entry, raw).statistics.items()}
        for name, entry in SCALINGS.items()
    }
    assert found == {
        "none": {},
        "min-max": {"min": [1, 10], "max": [3, 40]},
        "z-score": {"m": [2, 25], "s": [1, 15]},
    }


def test_no_scaling_leaves_the_numbers_alone():
    assert scaled("none", list(COLUMNS.values())) == list(COLUMNS.values())


def exact(name: str, column: list[float]) -> list[float]:
    """The definitions in exact fractions; only the root is rounded."""
    r = [Fraction(number) for number in column]
    if name == "min-max":
        return [float((x - min(r)) / (max(r) - min(r))) for x in r]
    mean = sum(r) / len(r)
    variance = sum((x - mean) ** 2 for x in r) / len(r)
    return [math.copysign(math.sqrt((x - mean) ** 2 / variance), x - mean) for x in r]


@EACH
@pytest.mark.parametrize("column", COLUMNS)
def test_every_scaling_agrees_with_exact_fractions(name, column):
    numbers = COLUMNS[column]
    [found] = scaled(name, [numbers])
    # A mean far from 0 is rounded as its size is, and x by that over the deviation.
    rounding = 4e-16 * max(map(abs, numbers)) / np.std(numbers)
    assert found == pytest.approx(exact(name, numbers), abs=1e-15 + rounding, rel=0)


@EACH
def test_every_scaling_agrees_with_scikit_learn(name):
    preprocessing = package("sklearn.preprocessing", install="scikit-learn")
    theirs = {"min-max": preprocessing.MinMaxScaler, "z-score": preprocessing.StandardScaler}
    random = np.random.default_rng(5)
    raw = random.normal([0, 50, -3, 1013], [1, 20, 1e-3, 10], (200, 4))
    wanted = theirs[name]().fit_transform(raw)
    # Theirs computes min-max as a product and a sum, which rounds the last column a little more.
    np.testing.assert_allclose(scale(SCALINGS[name], raw).values, wanted, rtol=0, atol=1e-12)


@EACH
@pytest.mark.parametrize("number", [0.0, 7.0, 0.1, -1e150])
def test_a_constant_column_becomes_0_although_its_mean_is_rounded(name, number):
    assert scaled(name, [[number] * 3, [0, 1, 2]])[0] == [0] * 3


@EACH
def test_a_single_example_becomes_0(name):
    assert scaled(name, [[5.5], [0.1]]) == [[0], [0]]


@EACH
def test_what_is_no_number_spoils_its_own_column_only(name):
    first, second = scaled(name, [[1, math.nan, 3], [1, 2, 3]])
    assert all(map(math.isnan, first))
    assert np.isfinite(second).all()
