"""Whether a workbook is, to the byte, the one that xlbackprop would write.

If so, its formulas are the ones that were written and its stored values are Python's own, and a
check needs neither to read the formulas nor to compare the stored values one by one. A file that
another program saved, or that was made on a machine whose arithmetic differs in the last digit,
isn't; then everything is read and compared.
"""

from collections.abc import Iterable, Sequence

from xlbackprop.recalc import Book
from xlbackprop.workbook.book import style_ids
from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.opened import read_part
from xlbackprop.workbook.rows import sheet_rows
from xlbackprop.workbook.style import STYLES

_BEGIN, _END = b"<sheetData>", b"</sheetData>"


def is_untouched(book: Book, grids: Sequence[Grid]) -> bool:
    """Whether a workbook has exactly the rows of these sheets."""
    if book.sheets != tuple(grid.name for grid in grids):
        return False
    ids, fonts = style_ids(STYLES), {name: look.font for name, look in STYLES.items()}
    parts = (f"xl/worksheets/sheet{number}.xml" for number in range(1, len(grids) + 1))
    return all(
        _has_rows(read_part(book.path, part), sheet_rows(grid, ids, fonts))
        for part, grid in zip(parts, grids, strict=True)
    )


def _has_rows(sheet: bytes | None, rows: Iterable[bytes]) -> bool:
    begin = sheet.find(_BEGIN) if sheet else -1
    if sheet is None or begin < 0:
        return False
    place = begin + len(_BEGIN)
    for chunk in rows:
        if not sheet.startswith(chunk, place):
            return False
        place += len(chunk)
    return sheet.startswith(_END, place)
