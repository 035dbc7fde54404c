"""Numbers in what is told of a walk."""

import pytest

from xlbackprop.lessons.descent.words import figures


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (0.0, "0"),
        (3.14159, "3.14"),
        (-4000.0, "−4,000"),
        (1234567.0, "1,230,000"),
        (0.0003000001, "0.0003"),
        (3e-6, "3·10⁻⁶"),
        (-1e12, "−1·10¹²"),
        (2.5e300, "2.5·10³⁰⁰"),
    ],
)
def test_a_number_is_told_to_three_figures(number, wanted):
    assert figures(number) == wanted


def test_more_figures_tell_two_places_apart():
    assert [figures(x, 6) for x in (2.985, 2.99985, -0.03000000000000025)] == [
        "2.985",
        "2.99985",
        "−0.03",
    ]
