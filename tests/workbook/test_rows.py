"""Rows: blocks and cells side by side, in order, with height and outline."""

import re

import numpy as np
import pytest

from xlbackprop.workbook.grid import Block, Cell, Grid
from xlbackprop.workbook.rows import sheet_rows

from .conftest import Save, read

IDS = {"text": 1, "number": 2}


def _xml(grid: Grid) -> str:
    return b"".join(sheet_rows(grid, IDS)).decode()


def _block(row: int, column: int, rows: int, columns: int, **options: int) -> Block:
    values = np.arange(rows * columns, dtype=float).reshape(rows, columns)
    return Block(row, column, (None,) * columns, values, ("number",) * columns, **options)


def test_blocks_and_cells_may_stand_in_any_order_and_side_by_side(save: Save) -> None:
    grid = Grid(
        "S",
        cells=[Cell(9, 1, "last"), Cell(2, 6, "right"), Cell(2, 1, "left"), Cell(1, 3, "first")],
        blocks=[_block(6, 2, 2, 2), _block(2, 4, 3, 2), _block(3, 1, 2, 3), _block(2, 2, 1, 1)],
    )
    expected: list[list[object]] = [[None] * 6 for _ in range(9)]
    for cell in grid.cells:
        expected[cell.row - 1][cell.column - 1] = cell.value
    for block in grid.blocks:
        for (i, j), value in np.ndenumerate(block.values):
            expected[block.row + i - 1][block.column + j - 1] = value
    sheet = read(save(grid))
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == expected
    rows = [int(row) for row in re.findall(r'<row r="(\d+)"', _xml(grid))]
    assert rows == [1, 2, 3, 4, 6, 7, 9]


@pytest.mark.parametrize(
    ("cells", "blocks", "where"),
    [
        ([Cell(1, 1, 1), Cell(1, 1, 2)], [], "A1"),
        ([Cell(3, 3, 1)], [_block(2, 2, 2, 2)], "C3"),
        ([], [_block(2, 2, 2, 2), _block(3, 1, 1, 2)], "B3"),
        ([], [_block(2, 2, 2, 2), _block(3, 3, 5, 5)], "C3"),
    ],
)
def test_two_contents_for_one_cell_are_refused(
    cells: list[Cell], blocks: list[Block], where: str
) -> None:
    with pytest.raises(ValueError, match=f"^S!{where}: got two contents for one cell"):
        _xml(Grid("S", cells=cells, blocks=blocks))


def test_a_row_has_its_height_also_when_it_is_empty() -> None:
    assert _xml(Grid("S", heights={2: 30, 3: 12.5}, cells=[Cell(3, 1, 1)])) == (
        '<row r="2" ht="30" customHeight="1"></row>'
        '<row r="3" ht="12.5" customHeight="1"><c r="A3" s="1"><v>1</v></c></row>'
    )


def test_a_folded_group_is_hidden_and_the_row_after_it_says_so() -> None:
    blocks = [_block(2, 1, 2, 1, outline=1, hidden=True), _block(4, 1, 1, 1)]
    heads = re.findall(r"<row ([^>]*)>", _xml(Grid("S", blocks=blocks)))
    assert heads == [
        'r="2" hidden="1" outlineLevel="1"',
        'r="3" hidden="1" outlineLevel="1"',
        'r="4" collapsed="1"',
    ]


def test_the_row_after_a_folded_group_exists_even_when_empty() -> None:
    xml = _xml(Grid("S", blocks=[_block(2, 1, 1, 1, outline=1, hidden=True), _block(9, 1, 1, 1)]))
    assert '<row r="3" collapsed="1"></row><row r="9">' in xml


def test_an_open_group_is_neither_hidden_nor_collapsed() -> None:
    xml = _xml(Grid("S", blocks=[_block(2, 1, 1, 1, outline=1), _block(3, 1, 1, 1)]))
    assert 'r="2" outlineLevel="1"' in xml
    assert "hidden" not in xml
    assert "collapsed" not in xml


def test_an_empty_sheet_has_no_rows() -> None:
    empty = Block(1, 1, (None,), np.empty((0, 1)), ("text",))
    assert _xml(Grid("S", blocks=[empty])) == ""


def test_an_unknown_style_is_named() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        _xml(Grid("S", cells=[Cell(1, 1, 1, style="nonsense")]))
