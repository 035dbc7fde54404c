"""CellRune as a recalculator: a package to install, which computes in process.

It is asked to add and subtract as computers do (IEEE 754); left alone it takes a tiny difference of
two large numbers as 0, as Excel does where such a difference ends a formula.
"""

from collections.abc import Sequence
from pathlib import Path

from xlbackprop.recalc.book import Book
from xlbackprop.recalc.library import Library

_OWN = Library("cellrune", "CellRune")
why_missing = _OWN.why_missing


def recalculate(paths: Sequence[Path]) -> list[Book]:
    """The workbooks as CellRune recalculates them.

    Raises:
        FileError: A workbook isn't there or can't be read.
        BookError: A workbook isn't a safe .xlsx file.
        EngineError: CellRune is missing, failed or kept stored values.
    """
    return _OWN.recalculate(paths, _convert)


def _convert(source: Path, target: Path) -> None:
    from cellrune import Workbook

    with Workbook.open_path(source) as book:
        book.calculate(arithmetic_semantics="ieee_754")
        book.save(target)
