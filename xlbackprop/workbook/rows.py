"""The rows of a sheet as XML, from top to bottom.

Any number of blocks and single cells may stand side by side on a row. Memory doesn't grow with
the number of rows: each block hands over one row at a time.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import count, pairwise
from typing import NamedTuple

from openpyxl.styles import Font

from xlbackprop.gate import ROWS
from xlbackprop.workbook.address import address
from xlbackprop.workbook.blocks import block_rows
from xlbackprop.workbook.cells import cell_xml
from xlbackprop.workbook.grid import Block, Cell, Grid
from xlbackprop.workbook.markup import number

HIGHEST = 409  # points of a row
_CHUNK = 1 << 18  # bytes handed on at once
_NO_FONT = Font()


class _Piece(NamedTuple):
    """Neighbouring cells of one row."""

    column: int
    width: int
    xml: bytes


class _Open(NamedTuple):
    """A block whose rows are being written."""

    block: Block
    rows: Iterator[bytes]

    @property
    def last(self) -> int:
        return self.block.row + len(self.block.values) - 1

    def piece(self) -> _Piece:
        return _Piece(self.block.column, len(self.block.formulas), next(self.rows))


class _Fold(NamedTuple):
    """How a row stands in the outline."""

    outline: int = 0
    hidden: bool = False


def sheet_rows(
    grid: Grid, style_ids: Mapping[str, int], fonts: Mapping[str, Font] | None = None
) -> Iterator[bytes]:
    """The ``<row>`` elements of a sheet in order, some hundred kilobytes at a time.

    Args:
        grid: the sheet.
        style_ids: index of each style in the book's cell formats.
        fonts: the font of each style, for typeset text.

    Raises:
        ValueError: two contents for one cell, or a formula with a control character.
    """
    chunk, size = list[bytes](), 0
    for row in _rows(grid, style_ids, fonts or {}):
        chunk.append(row)
        size += len(row)
        if size > _CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    yield b"".join(chunk)


def _rows(grid: Grid, style_ids: Mapping[str, int], fonts: Mapping[str, Font]) -> Iterator[bytes]:
    """Each ``<row>`` element, from the top."""
    groups = count()
    waiting = deque(sorted(filter(_has_cells, grid.blocks), key=lambda block: block.row))
    single = _cells_by_row(grid)
    marked = deque(sorted({*single, *grid.heights, *_rows_after_folds(grid)}))
    active: list[_Open] = []
    row, fold = 0, _Fold()
    while active or waiting or marked:
        above = fold if active else _Fold()
        row = row + 1 if active else min(_starts(waiting, marked))
        active = [opened for opened in active if opened.last >= row]
        while waiting and waiting[0].row == row:
            block = waiting.popleft()
            active.append(_Open(block, block_rows(block, style_ids, groups)))
        if marked and marked[0] == row:
            marked.popleft()
        elif not active:
            continue
        pieces = [opened.piece() for opened in active]
        pieces += [
            _Piece(
                cell.column,
                1,
                cell_xml(cell, style_ids[cell.style], fonts.get(cell.style, _NO_FONT)),
            )
            for cell in single.get(row, ())
        ]
        fold = _fold([opened.block for opened in active])
        attributes = _attributes(grid.heights.get(row), fold, above)
        yield b'<row r="%d"%b>%b</row>' % (row, attributes, _join(grid.name, row, pieces))


def _has_cells(block: Block) -> bool:
    return block.values.size > 0


def _cells_by_row(grid: Grid) -> dict[int, list[Cell]]:
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return rows


def _rows_after_folds(grid: Grid) -> Iterator[int]:
    """The rows that carry the + of a folded group, also when they are empty."""
    for block in grid.blocks:
        after = block.row + len(block.values)
        if block.outline and block.hidden and after <= ROWS:
            yield after


def _starts(waiting: deque[Block], marked: deque[int]) -> Iterator[int]:
    """Where the next rows with something in them may begin."""
    if waiting:
        yield waiting[0].row
    if marked:
        yield marked[0]


def _fold(blocks: list[Block]) -> _Fold:
    return _Fold(
        max((block.outline for block in blocks), default=0),
        any(block.hidden for block in blocks),
    )


def _attributes(height: float | None, fold: _Fold, above: _Fold) -> bytes:
    """The attributes of a row beside its number."""
    text = "" if height is None else f' ht="{number(min(height, HIGHEST))}" customHeight="1"'
    if fold.hidden:
        text += ' hidden="1"'
    if fold.outline:
        text += f' outlineLevel="{fold.outline}"'
    if above.hidden and above.outline > fold.outline:
        text += ' collapsed="1"'  # without it Excel shows no + beside the row
    return text.encode()


def _join(sheet: str, row: int, pieces: list[_Piece]) -> bytes:
    """The cells of a row from left to right.

    Raises:
        ValueError: two pieces cover the same cell.
    """
    if len(pieces) == 1:
        return pieces[0].xml
    pieces.sort()
    for left, right in pairwise(pieces):
        if left.column + left.width > right.column:
            where = f"{sheet}!{address(row, right.column)}"
            raise ValueError(f"{where}: got two contents for one cell, wanted one.")
    return b"".join([piece.xml for piece in pieces])
