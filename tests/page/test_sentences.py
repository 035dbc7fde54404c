"""Sentences with numbers in them: the formula says what Python says."""

import ironcalc
import pytest

from xlbackprop.page.sentences import Number, sentence


def computed(formula: str, number: float) -> str:
    """What the built-in engine makes of a formula that reads A1."""
    model = ironcalc.create("book", "en", "UTC")
    model.update_cell_with_number(0, 1, 1, number)
    model.update_cell_with_formula(0, 1, 2, f"={formula}")
    model.evaluate()
    return model.get_cell_value(0, 1, 2)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1e6, "too large"),
        (-1e6, "too large"),
        (999_999.5, "a = 999999.500"),
        (-999_999.5, "a = −999999.500"),
    ],
)
def test_numbers_are_written_out_below_a_million_on_both_sides_of_0(number, said):
    formula, value = sentence(["a = ", Number("A1", number)], "too large")
    assert value == computed(formula, number) == said
