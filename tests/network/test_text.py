"""Pieces of formulas."""

import pytest

from xlbackprop.network.text import positive

from .formulas import evaluate


@pytest.mark.parametrize(
    ("numbers", "count"), [([0.5], 1), ([0, -1], 0), ([1e-300, -1e-300, 2], 2), ([3, 2, 1], 3)]
)
def test_cells_above_nought_are_counted(numbers: list[float], count: int) -> None:
    names = {f"m{i}": number for i, number in enumerate(numbers)}
    assert evaluate(positive(f"{{{name}}}" for name in names), **names) == count
