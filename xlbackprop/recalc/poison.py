"""Poison: a copy of a workbook whose formulas all have a stored value that can't be right.

A program that opens a workbook may keep the stored values instead of computing them, and then it
agrees with everything. In a poisoned copy a value that was merely kept shows.
"""

import re
from pathlib import Path

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.workbook.address import address, letters
from xlbackprop.workbook.opened import WORKSHEET, rewrite

# Fifteen digits, below 2^53: every program reads and writes this number exactly.
POISON = -987_654_321_012_345.0
_TEXT = b"%d" % int(POISON)

# The tag <c ...>, less its type: a stored text, error or truth value becomes a number.
_TAG = rb'<(\w+:)?c((?:\s+(?!t=)[^\s>]+)*)(?:\s+t="\w+")?((?:\s+[^\s>]+)*)\s*>'
_FORMULA_CELL = re.compile(
    _TAG + rb"(\s*<(?:\w+:)?f(?:\s[^>]*)?(?:(?<=/)>|>.*?</(?:\w+:)?f>)).*?</(?:\w+:)?c>", re.DOTALL
)
_POISONED_FORMULA_CELL = rb"<\1c\2\3>\4<\1v>" + _TEXT + rb"</\1v></\1c>"

_ARRAY = re.compile(rb'<(?:\w+:)?f(?=[^>]*\st="array")[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PLAIN_CELL = re.compile(_TAG + rb"\s*<(?:\w+:)?(?:v|is)\b.*?</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb'\sr="([A-Z]+\d+)"')


def write_poisoned(source: Path, target: Path) -> None:
    """Write a copy in which every formula cell stores POISON; inputs keep their values."""
    rewrite(source, target, _poison)


def fail_if_poisoned(book: Book, program: str) -> None:
    """Do nothing if no cell of a recalculated workbook holds POISON.

    Raises:
        EngineError: A cell does, so the program kept stored values.
    """
    for sheet in book.sheets:
        rows, columns = book.dimensions(sheet)
        for row, line in enumerate(book.values(sheet, 1, 1, rows, columns), start=1):
            if POISON in line:
                where = f"{sheet}!{address(row, line.index(POISON) + 1)}"
                raise EngineError(
                    f"{book.path}: {program} kept the stored value of {where} instead of "
                    "computing it; what it says doesn't count, so use another engine."
                )


def _poison(name: str, content: bytes) -> bytes:
    if not WORKSHEET.fullmatch(name):
        return content
    content = _FORMULA_CELL.sub(_POISONED_FORMULA_CELL, content)
    members = _array_members(content)
    if not members:
        return content

    def replace(cell: re.Match[bytes]) -> bytes:
        reference = _REFERENCE.search(cell[0])
        if reference is None or reference[1] not in members:
            return cell[0]
        return cell.expand(rb"<\1c\2\3><\1v>" + _TEXT + rb"</\1v></\1c>")

    return _PLAIN_CELL.sub(replace, content)


def _array_members(content: bytes) -> set[bytes]:
    """Addresses inside array formulas: all but the first cell carry a value and no formula."""
    return {
        b"%s%d" % (column, row)
        for left, top, right, bottom in _ARRAY.findall(content)
        for column in _columns(left, right)
        for row in range(int(top), int(bottom) + 1)
    }


def _columns(left: bytes, right: bytes) -> list[bytes]:
    return [letters(column).encode() for column in range(_number(left), _number(right) + 1)]


def _number(column: bytes) -> int:
    """Column number of letters: AA → 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number
