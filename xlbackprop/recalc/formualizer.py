"""Formualizer as a recalculator: a package to install, which computes in process.

It has no MMULT, which only the lesson matrix-form needs, and reads no sheets of many columns, as
sine, iris and cnn have, or of as many formulas as the whole lesson backprop has.
"""

from collections.abc import Sequence
from pathlib import Path

from xlbackprop.recalc.book import Book
from xlbackprop.recalc.library import Library

_OWN = Library("formualizer", "Formualizer")
why_missing = _OWN.why_missing


def recalculate(paths: Sequence[Path]) -> list[Book]:
    """The workbooks as Formualizer recalculates them.

    Raises:
        FileError: A workbook isn't there or can't be read.
        BookError: A workbook isn't a safe .xlsx file.
        EngineError: Formualizer is missing, failed or kept stored values.
    """
    return _OWN.recalculate(paths, _convert)


def _convert(source: Path, target: Path) -> None:
    from formualizer import recalculate_xlsx_file

    told = recalculate_xlsx_file(str(source), str(target))
    lacking = [function["name"] for function in told["summary"].get("unknown_functions", ())]
    if lacking:
        raise ValueError(f"it has no {', '.join(lacking)}")
