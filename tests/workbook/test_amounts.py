"""How much a part asks an engine to do: what pages look up is little, whole columns are much."""

from pathlib import Path

import pytest

from xlbackprop.errors import BookError
from xlbackprop.workbook.amounts import check_amounts


def _part(formula: str, count: int) -> bytes:
    cells = f"<c><f>{formula}</f></c>" * count
    return f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(INDEX(Training!$BL$1:$BL$54777,$E$6))",
        "SUM(INDEX('Gradient check'!$BL$1:$BL$54777,$E$6+1))*SUM(INDEX(训练!B1:B54777,$E$6))",
    ],
)
def test_numbers_that_a_page_looks_up_in_a_long_training_are_not_much(formula: str) -> None:
    check_amounts(Path("b.xlsx"), "xl/worksheets/sheet5.xml", _part(formula, 10_000))


@pytest.mark.parametrize(
    "formula",
    [
        "SUMPRODUCT(INDEX(A1:A1000000,0)*INDEX(B1:B1000000,0))",
        "SUMPRODUCT((A1:A1000000=1)*B1:B1000000)",
        "SUM(INDEX(A1:A1000000,1))*SUMPRODUCT(A:A*B:B)",
    ],
)
def test_what_makes_whole_columns_anew_is_refused(formula: str) -> None:
    with pytest.raises(BookError, match=r"^b\.xlsx: the formulas of part .* read [\d,]+ cells, "):
        check_amounts(Path("b.xlsx"), "xl/worksheets/sheet5.xml", _part(formula, 3))
