"""What is expected of a sheet's scaled columns: rounding is excused, nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

from xlbackprop.data.scalings import SCALINGS, Scaled, scale
from xlbackprop.judge.rescaling import rescale

EACH = pytest.mark.parametrize("name", list(SCALINGS))
YEARS = np.array([[1999, 2], [2003, 1], [2012, 4], [2020, 3], [2001, 0], [2007, 0]]) + 1 / 7


def fifteen_digits(values):
    """Values as LibreOffice saves them."""
    return np.array([[float(f"{value:.15g}") for value in row] for row in np.atleast_2d(values)])


def right(name: str, raw=YEARS) -> Scaled:
    return scale(SCALINGS[name], raw)


@EACH
def test_what_python_computes_is_what_is_expected(name):
    found, wanted = rescale(SCALINGS[name], YEARS, right(name)), right(name)
    assert np.array_equal(found.x, wanted.x)
    assert found.statistics.keys() == wanted.statistics.keys()
    for key, value in wanted.statistics.items():
        assert np.array_equal(found.statistics[key], value)


@EACH
@pytest.mark.parametrize("far", [0.0, 1e3, 1e6])
def test_fifteen_digits_are_enough_however_far_the_numbers_are_from_0(name, far):
    sheet = right(name, YEARS + far)
    shown = Scaled(
        {key: fifteen_digits(value)[0] for key, value in sheet.statistics.items()},
        fifteen_digits(sheet.x),
    )
    raw = fifteen_digits(YEARS + far)
    found = rescale(SCALINGS[name], raw, shown)
    np.testing.assert_allclose(shown.x, found.x, rtol=1e-12, atol=1e-12)
    for key, value in shown.statistics.items():
        np.testing.assert_allclose(value, found.statistics[key], rtol=1e-12, atol=1e-12)


@EACH
def test_a_scaled_number_that_rounding_does_not_explain_is_not_excused(name):
    sheet = right(name)
    x = sheet.x.copy()
    x[1] += 1e-10
    found = rescale(SCALINGS[name], YEARS, replace(sheet, x=x))
    assert np.array_equal(found.x, sheet.x)


@pytest.mark.parametrize(("name", "key"), [("min-max", "max"), ("z-score", "m"), ("z-score", "s")])
def test_a_wrong_statistic_is_blamed_and_what_reads_it_is_not(name, key):
    sheet = right(name)
    wrong = {**sheet.statistics, key: sheet.statistics[key] + [0, 0.25]}
    x = SCALINGS[name].value(YEARS, wrong)
    found = rescale(SCALINGS[name], YEARS, Scaled(wrong, x))
    assert np.array_equal(found.x, x)
    assert np.array_equal(found.statistics[key], sheet.statistics[key])


@EACH
def test_an_error_in_a_cell_is_not_what_is_expected_of_it(name):
    sheet = right(name)
    x = sheet.x.copy()
    x[2, 0] = np.nan
    assert np.isfinite(rescale(SCALINGS[name], YEARS, replace(sheet, x=x)).x).all()


@pytest.mark.parametrize("name", ["min-max", "z-score"])
def test_in_a_constant_column_nothing_but_0_is_expected(name):
    raw = np.array([[2000.1, 1], [2000.1, 2], [2000.1, 3]])
    sheet = right(name, raw)
    x = sheet.x.copy()
    x[:, 0] = [0.5, 1e-9, -3]
    assert rescale(SCALINGS[name], raw, replace(sheet, x=x)).x[:, 0].tolist() == [0, 0, 0]


def test_small_differences_are_left_to_be_reported():
    sheet = right("z-score")
    found = rescale(SCALINGS["z-score"], YEARS, replace(sheet, x=sheet.x + 5e-13))
    assert np.array_equal(found.x, sheet.x)
