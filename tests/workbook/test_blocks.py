"""Fill-down blocks: formulas expand to what the pattern says, values come back the same."""

import ironcalc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection import examples

from xlbackprop.workbook.blocks import fills_down
from xlbackprop.workbook.grid import Block, Cell, Grid
from xlbackprop.workbook.rows import sheet_rows

from .conftest import Save, read

IDS = {"text": 1, "number": 2}

SHAREABLE = [
    "B{r}*2",
    "$B{r}*C$7",
    "SUMPRODUCT(C{r}:N{r},AB$6:AM$6)+AN$6",
    "1/(1+EXP(MIN(700,-Q{r})))",
    "IF(AND(B{r}>0,TRUE),1E-5,.5%)",
    'IF(B{r}>=1,"a ""b"" c!",LOG10($A$1))',
    "-2^B{r}&FALSE",
]
NOT_SHAREABLE = [
    "Data!A{r}",
    "Data!A{r-64}",
    "A{r+2}",
    "'A sheet'!A{r}",
    "eta*B{r}",
    "TRUEISH+B{r}",
    "B5+1",
    "$B5+1",
    "B${r}",
    "{r}*2",
    "B{r}*{r}",
    "B{r}{r}",
    '"row {r}"',
    "SUM(A:A)",
    "SUM(5:5)",
    "SUM($5:$5)",
    "SUM({r}:{r})",
    "B1{r}",
    "ABCD{r}",
    "#REF!+1",
    "SUM({1,2})",
]


@pytest.mark.parametrize("pattern", SHAREABLE)
def test_a_formula_of_moving_or_nailed_rows_fills_down(pattern: str) -> None:
    assert fills_down(pattern)


@pytest.mark.parametrize("pattern", NOT_SHAREABLE)
def test_anything_else_is_written_cell_by_cell(pattern: str) -> None:
    assert not fills_down(pattern)


def _block(row: int, formulas: list[str | None], rows: int, first: float = 1.0) -> Block:
    values = np.arange(first, first + rows)[:, None] * np.ones(len(formulas))
    return Block(row, 2, tuple(formulas), values, ("number",) * len(formulas))


def _xml(*blocks: Block) -> str:
    return b"".join(sheet_rows(Grid("S", blocks=list(blocks)), IDS)).decode()


def test_rows_below_the_first_share_its_formula() -> None:
    assert _xml(_block(7, ["A{r}*2"], 2)) == (
        '<row r="7"><c r="B7" s="2"><f t="shared" ref="B7:B8" si="0">A7*2</f><v>1.0</v></c></row>'
        '<row r="8"><c r="B8" s="2"><f t="shared" si="0"/><v>2.0</v></c></row>'
    )


def test_each_shared_formula_of_a_sheet_has_its_own_index() -> None:
    xml = _xml(_block(1, ["A{r}", "A{r}+1"], 2), _block(3, ["A{r}", "A{r}+1"], 2))
    assert [f'si="{i}">' in xml for i in range(5)] == [True, True, True, True, False]


def test_a_block_of_one_row_shares_nothing() -> None:
    assert "shared" not in _xml(_block(7, ["A{r}*2"], 1))


def test_a_formula_with_another_sheet_or_a_name_stands_in_each_cell() -> None:
    xml = _xml(_block(7, ["Data!A{r}", "eta*A{r}"], 2))
    assert "shared" not in xml
    assert all(f"<f>{f}</f>" in xml for f in ["Data!A7", "Data!A8", "eta*A7", "eta*A8"])


def test_percent_signs_and_markup_in_formulas_survive(save: Save) -> None:
    formulas = ["A{r}*5%", '"100%b"&"<a & b>"&eta', 'A{r}&"%d%%"']
    sheet = read(save(Grid("S", blocks=[_block(3, list(formulas), 2)])))
    for row in (3, 4):
        found = [sheet.cell(row, column).value for column in (2, 3, 4)]
        assert found == ["=" + formula.replace("{r}", str(row)) for formula in formulas]


@pytest.mark.parametrize("control", ["\0", "\1", "\x07", "\r"])
def test_a_control_character_in_a_formula_is_refused(control: str) -> None:
    with pytest.raises(ValueError, match=r"control character|argument"):
        _xml(_block(1, [f'"{control}"'], 2))


def test_missing_numbers_are_empty_cells_or_errors() -> None:
    values = np.array([[np.nan, np.nan, 1.0, np.inf]])
    formulas = (None, "1/0", "A1<2", "LN(0)")
    assert _xml(Block(1, 1, formulas, values, ("number",) * 4)) == (
        '<row r="1"><c r="A1" s="2"/>'
        '<c r="B1" s="2" t="e"><f>1/0</f><v>#NUM!</v></c>'
        '<c r="C1" s="2"><f>A1&lt;2</f><v>1.0</v></c>'
        '<c r="D1" s="2" t="e"><f>LN(0)</f><v>#NUM!</v></c></row>'
    )


def test_errors_are_marked_under_shared_formulas_too() -> None:
    values = np.array([[np.nan, 5], [np.nan, 6]])
    xml = _xml(Block(1, 1, ("B{r}/0", None), values, ("number",) * 2))
    assert xml.count('t="e"><f t="shared"') == 2
    assert xml.count("#NUM!") == 2
    assert "null" not in xml


def test_a_formula_that_says_null_is_no_missing_number() -> None:
    values = np.array([[np.nan, 2.0]])
    xml = _xml(Block(1, 1, (None, "null"), values, ("number",) * 2))
    assert "<f>null</f><v>2.0</v>" in xml


def test_blocks_longer_than_a_batch_stay_in_step(save: Save) -> None:
    sheet = read(save(Grid("S", blocks=[_block(5, [None, "B{r}+0"], 3000)])), data_only=True)
    found = list(sheet.iter_rows(min_row=5, min_col=2, values_only=True))
    assert found == [(float(i), float(i)) for i in range(1, 3001)]


def test_values_may_lie_in_memory_in_any_order(save: Save) -> None:
    values = np.arange(60.0).reshape(10, 6)[::2, ::-1].T
    sheet = read(save(Grid("S", blocks=[Block(1, 1, (None,) * 5, values, ("text",) * 5)])))
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == values.tolist()


def test_formulas_expand_to_the_pattern_and_recalculate_to_the_value(save: Save) -> None:
    """The same sheet, read by a library and calculated by an engine."""
    x = np.array([0.5, 1.5, -2.0, 3.25])
    y = np.array([2.0, 1.0, 4.0, 8.0])
    top, eta, fixed = 7, 0.1, 10.0
    columns = [
        (None, x),
        (None, y),
        ("B{r}*C{r}", x * y),
        ("SUMPRODUCT(B{r}:C{r},B$7:C$7)", x * x[0] + y * y[0]),
        ("$B{r}-eta*$C{r}", x - eta * y),
        ("SUM(Data!A$1:A$4)*$B{r}", (4 * fixed + 6) * x),
        ("C7+B{r}", y[0] + x),
        ("IF(B{r}>0,1,0)+5%", (x > 0) + 0.05),
        ("B${r}+{r}", x + np.arange(7, 11)),
        ("1/(1+EXP(MIN(700,-B{r})))", 1 / (1 + np.exp(-x))),
    ]
    formulas = tuple(formula for formula, _ in columns)
    values = np.column_stack([value for _, value in columns])
    block = Block(top, 2, formulas, values, ("number",) * len(columns))
    data = [Cell(i, 1, fixed + i - 1) for i in range(1, 5)] + [Cell(1, 2, eta)]
    path = save(Grid("S", blocks=[block]), Grid("Data", cells=data), names={"eta": "Data!$B$1"})

    sheet = read(path)
    stored = read(path, data_only=True)
    engine = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    engine.evaluate()
    compared = 0
    for row in range(top, top + 4):
        for column, formula in enumerate(formulas, 2):
            value = values[row - top, column - 2]
            assert stored.cell(row, column).value == value
            if formula is not None:
                expected = "=" + formula.replace("{r}", str(row))
                assert sheet.cell(row, column).value == expected
                assert engine.get_cell_content(0, row, column) == expected
                assert engine.get_cell_value(0, row, column) == pytest.approx(value, rel=1e-12)
                compared += 1
    assert compared == 32


@settings(max_examples=examples(200))
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_any_number_reads_back_bit_equal(numbers: list[float]) -> None:
    """But for subnormal numbers and -0.0, which become 0 as in Excel."""
    xml = _xml(Block(1, 1, (None,) * len(numbers), np.array([numbers]), ("text",) * len(numbers)))
    texts = xml.split("<v>")[1:]
    for number, text in zip(numbers, texts, strict=True):
        normal = abs(number) >= np.finfo(float).tiny
        assert float(text.split("<")[0]).hex() == (number if normal else 0.0).hex()


def test_a_formula_of_a_row_above_or_below_says_so_in_each_row(save: Save) -> None:
    formulas = ("It!A{r-64}*64+B$64", "A{r}+C{r+10}", 'A{r-3}&"{r}"&5%')
    block = Block(70, 1, formulas, np.ones((3, 3)), ("number",) * 3)
    path = save(Grid("S", blocks=[block]), Grid("It"))
    wanted = [
        [f"=It!A{n - 64}*64+B$64", f"=A{n}+C{n + 10}", f'=A{n - 3}&"{n}"&5%'] for n in (70, 71, 72)
    ]
    sheet = read(path)
    assert [[cell.value for cell in row] for row in sheet["A70:C72"]] == wanted
    assert [[f"={block.formula_at(r, c)}" for c in (1, 2, 3)] for r in (70, 71, 72)] == wanted
    grid = Grid("S", blocks=[block])
    assert sorted(f"={text}" for _, _, text, _ in grid.formulas()) == sorted(
        text for row in wanted for text in row
    )
