"""How much a part of a workbook asks a spreadsheet engine to do, counted before one sees it.

A few bytes of XML may stand for millions of cells: an array formula over a whole sheet, a sum over
whole columns, texts that are all empty, a lone cell in the last row.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from xlbackprop.errors import BookError
from xlbackprop.gate import ARRAY_CELLS, COLUMNS, LOOKED_UP, READ_CELLS, READ_EACH, ROWS, TEXTS

_SHARED_TEXT = re.compile(rb"<(?:\w+:)?si\b")
_ARRAY = re.compile(rb'<(?:\w+:)?f\s(?=[^<>]*\bt="array")[^<>]*\bref="([^"]*)"')
_RANGE = re.compile(
    rb"(?<![\w.])\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})(?![\w(])"
    rb"|(?<![\w.])\$?([A-Z]{1,3}):\$?([A-Z]{1,3})(?![\w(])"
    rb"|(?<![\w.])\$?(\d{1,7}):\$?(\d{1,7})(?![\w.(])"
)
_WITH_RANGES = re.compile(rb"<f[ >][^<:]*+:[^<]*")
_PREFIXED = re.compile(rb"<(?:\w+:)?f[ >][^<:]*+:[^<]*")  # slower, and hardly ever met
# One number of a column, as our pages look it up: hardly more work than to read one cell.
_LOOKED_UP = re.compile(rb"SUM\(INDEX\(((?:'[^']*'!)?[^,()']*),")
_TEXT = re.compile(rb'"[^"]*"|&quot;(?:(?!&quot;).)*&quot;')
# Names of a page's titles are whole rows, and no formula reads them.
_PRINTED = rb"(?:_xlnm\.\w+|Print_Titles|Print_Area)"
_NAME = re.compile(
    rb'<(?:\w+:)?definedName\s[^<>]*?name="(?!%b")([^"]*)"[^<>]*>([^<]*)<' % _PRINTED
)
_READS_PRINTED = re.compile(rb"<(?:\w+:)?f[ >][^<]*?%b" % _PRINTED)


def check_amounts(path: Path, name: str, content: bytes) -> None:
    """See that a part stands for no more than an engine can be asked to hold and to compute.

    Raises:
        BookError: it does.
    """
    lower = name.lower()
    if lower.startswith("xl/sharedstrings"):
        _check_texts(path, content)
    elif lower == "xl/workbook.xml":
        _check_names(path, content)
    elif lower.startswith("xl/worksheets/"):
        _check_formulas(path, name, content)


def _check_texts(path: Path, content: bytes) -> None:
    count = sum(1 for _ in _SHARED_TEXT.finditer(content))
    if count > TEXTS:
        raise BookError(f"{path}: got {count:,} texts, wanted at most {TEXTS:,}; make it smaller.")


def _check_names(path: Path, content: bytes) -> None:
    for found in _NAME.finditer(content):
        if (count := sum(_areas(found[2]))) > ARRAY_CELLS:
            called = found[1].decode(errors="replace")
            raise BookError(
                f"{path}: the name {called!r} stands for {count:,} cells, wanted at most "
                f"{ARRAY_CELLS:,}; delete it, or have it stand for fewer."
            )


def _check_formulas(path: Path, name: str, content: bytes) -> None:
    for found in _ARRAY.finditer(content):
        if (count := sum(_areas(found[1]))) > ARRAY_CELLS:
            raise BookError(
                f"{path}: part {name} has a formula over {found[1].decode(errors='replace')}, "
                f"{count:,} cells, wanted at most {ARRAY_CELLS:,}; delete it."
            )
    formulas = (_WITH_RANGES if b"<sheetData" in content else _PREFIXED).finditer(content)
    count = ROWS * sum(1 for _ in _READS_PRINTED.finditer(content)) if b"Print_" in content else 0
    count += sum(_read(found[0].partition(b">")[2]) for found in formulas)
    if count > (most := READ_CELLS + READ_EACH * content.count(b"<c ")):
        raise BookError(
            f"{path}: the formulas of part {name} read {count:,} cells, wanted at most {most:,}; "
            "have them name the rows that are used, as A1:A200, not whole columns."
        )


def _read(formula: bytes) -> int:
    """How many cells a formula reads in ranges."""
    formula = _TEXT.sub(b"", formula)
    looked_up = sum(sum(_areas(cells)) for cells in _LOOKED_UP.findall(formula))
    return sum(_areas(_LOOKED_UP.sub(b"", formula))) + looked_up // LOOKED_UP


def _areas(text: bytes) -> Iterator[int]:
    """How many cells each range in a text stands for."""
    for found in _RANGE.finditer(text):
        left, top, right, bottom, first, last, above, below = found.groups()
        if left:
            yield (abs(int(bottom) - int(top)) + 1) * (abs(_column(right) - _column(left)) + 1)
        elif first:
            yield ROWS * (abs(_column(last) - _column(first)) + 1)
        else:
            yield COLUMNS * (abs(int(below) - int(above)) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
