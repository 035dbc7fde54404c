"""What doesn't fit is refused with the numbers, before anything is written."""

from pathlib import Path

import numpy as np
import pytest

from xlbackprop.errors import TooLargeError
from xlbackprop.workbook.grid import Block, Cell, Grid, Run
from xlbackprop.workbook.limits import check_limits

from .conftest import Save


def _block(row: int, column: int, rows: int, columns: int, formula: str | None = None) -> Block:
    values = np.broadcast_to(0.0, (rows, columns))
    return Block(row, column, (formula,) * columns, values, ("text",) * columns)


FITS = [
    Grid("S" * 31),
    Grid("S", cells=[Cell(1_048_576, 16_384, 1)]),
    Grid("S", blocks=[_block(2, 1, 1_048_575, 1)]),
    Grid("S", cells=[Cell(1, 1, "a" * 32_767), Cell(1, 2, 1, "1" * 8_192)]),
    Grid("S", blocks=[_block(10, 1, 1, 1, "A{r}+" + "1" * 8_188)]),
]
TOO_LARGE = [
    (Grid("S" * 32), "got 32 characters, wanted at most 31; '" + "S" * 31 + "' would fit"),
    (Grid("a/b"), r"Sheet name 'a/b': wanted 1 to 31 characters, none of \[ \] : \* \? / "),
    (Grid(" "), "Sheet name ' ': wanted 1 to 31 characters"),
    (Grid("'a"), "no ' at either end"),
    (Grid("S", cells=[Cell(1_048_577, 1, 1)]), "Sheet 'S': got 1,048,577 rows, wanted at most"),
    (Grid("S", blocks=[_block(1, 1, 2_097_152, 1)]), "50 % of it would fit"),
    (Grid("S", cells=[Cell(1, 16_385, 1)]), "got 16,385 columns, wanted at most 16,384"),
    (Grid("S", cells=[Cell(3, 2, "a" * 32_768)]), "S!B3: text: got 32,768 characters"),
    (Grid("S", cells=[Cell(1, 1, (Run("a" * 32_767), Run("b")))]), "got 32,768 characters"),
    (Grid("S", cells=[Cell(3, 2, 1, "1" * 8_193)]), "S!B3: formula: got 8,193 characters"),
    (
        Grid("S", blocks=[_block(98, 1, 3, 1, "A{r}+" + "1" * 8_188)]),
        "S!A100: formula: got 8,193 characters, wanted at most 8,192; shorten it by 1 ",
    ),
]


def test_a_formula_is_measured_with_its_row_numbers_in_place() -> None:
    formula = "+".join(["A{r}"] * 1_500)
    check_limits([Grid("S", blocks=[_block(99, 1, 1, 1, formula)])])
    with pytest.raises(TooLargeError, match="S!A1000000: formula: got 13,499 characters"):
        check_limits([Grid("S", blocks=[_block(1_000_000, 1, 1, 1, formula)])])


@pytest.mark.parametrize("grid", FITS)
def test_the_largest_that_fits_passes(grid: Grid) -> None:
    check_limits([grid])


@pytest.mark.parametrize(("grid", "sentence"), TOO_LARGE)
def test_one_more_is_refused_with_the_numbers(grid: Grid, sentence: str) -> None:
    with pytest.raises(TooLargeError, match=sentence):
        check_limits([grid])


def test_two_sheets_may_not_differ_by_case_only() -> None:
    with pytest.raises(TooLargeError, match="Sheet name 'data': got it twice"):
        check_limits([Grid("Data"), Grid("data")])


def test_nothing_is_written_when_a_limit_is_passed(save: Save, tmp_path: Path) -> None:
    with pytest.raises(TooLargeError):
        save(Grid("a/b"))
    assert list(tmp_path.iterdir()) == []
