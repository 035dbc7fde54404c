r"""The XML of fill-down blocks, many rows at a time.

A training sheet repeats a few blocks thousands of times, with other row numbers in the formulas.
So the XML of a block is made in three steps, each a plain substitution of bytes:

    outline    once per shape of block, where a shape is the formulas without their numbers
    template   once per block: the numbers and the indices of shared formulas are put in
    row        once per row: the row's number and its values are put in

In an outline a number is ``%b``, a value ``%%b``; in a template the row's number is ``\0``, the
block's last row ``\1``, the row 64 above ``\2-64\2`` and a value ``%b``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from xlbackprop.arrays import SMALLEST
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.escapes import escape_formula
from xlbackprop.workbook.grid import Block

_NUMBERS = re.compile(r"([0-9]+)")
_ROWS_AT_ONCE = 1024  # what a block needs of memory is that of so many rows

# A formula that says the same when a spreadsheet fills it down as when {r} becomes the row's
# number. Whatever isn't listed here (other sheets, defined names, A5, $A{r}*{r}, A:A) is written
# cell by cell; Excel itself never shares a formula with another sheet or a defined name.
_FILLS_DOWN = re.compile(
    r"""(?: "(?:[^"{]|"")*+"                              # a text
          | \$?[A-Z]{1,3}(?:\{r\}|\$[0-9]+)(?![\w.{($])   # a cell: its own row, or a fixed one
          | (?:TRUE|FALSE)(?![\w.(])
          | [A-Z][A-Z0-9.]*\(                             # a function
          | (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E[+-]?[0-9]+)?(?![\w.{:$])
          | [-+*/^&=<>(),;:%\s]
        )*+""",
    re.VERBOSE | re.IGNORECASE,
)
_SHIFT = re.compile(rb"\x02([-+]\d+)\x02")
_SHIFTED = re.compile(r"\{r([-+])%b\}")
_ERROR = re.compile(rb"(<c [^>]*)(><f[^>]*(?:/>|>[^<]*</f>)<v>)null<")


class _Piece(NamedTuple):
    """Outline XML and where the numbers in it come from.

    The numbers of all formulas of the block are counted from 0, then the indices of its shared
    formulas.
    """

    xml: bytes
    numbers: tuple[int, ...]

    def filled(self, numbers: list[bytes]) -> bytes:
        return self.xml % tuple([numbers[i] for i in self.numbers])


class _Outline(NamedTuple):
    """The first row of a block, the rows below, and how many formulas these share with it."""

    first: _Piece
    below: _Piece
    shared: int


def fills_down(pattern: str) -> bool:
    """Whether filling the formula down gives what replacing ``{r}`` gives."""
    return _FILLS_DOWN.fullmatch(pattern) is not None


def block_rows(
    block: Block, style_ids: Mapping[str, int], groups: Iterator[int]
) -> Iterator[bytes]:
    """The cells of a block, row by row, without the ``<row>`` around them.

    ``groups`` counts the shared formulas of the sheet.

    Raises:
        ValueError: a formula holds a control character.
    """
    first, below = _templates(block, style_ids, groups)
    shifts = {*_SHIFT.findall(first), *_SHIFT.findall(below)}
    rows = count(block.row)
    for start in range(0, len(block.values), _ROWS_AT_ONCE):
        values = block.values[start : start + _ROWS_AT_ONCE]
        complete = bool(np.isfinite(values).all())
        for texts in _value_texts(values):
            row = next(rows)
            template = (first if row == block.row else below).replace(b"\0", b"%d" % row)
            for shift in shifts:
                template = template.replace(b"\2%b\2" % shift, b"%d" % (row + int(shift)))
            cells = template % tuple(texts)
            yield cells if complete else _mark_missing(cells)


def _value_texts(values: NDArray[np.float64]) -> list[list[bytes]]:
    """Shortest texts that read back as the same bits; ``null`` for NaN and infinity.

    A whole number keeps its ``.0``: dropping it saves half a percent of the file and costs a
    fifth of the speed.
    """
    # Excel has no subnormal numbers and no -0.0.
    clean = np.where(np.abs(values) < SMALLEST, 0.0, values)
    text = orjson.dumps(np.ascontiguousarray(clean), option=orjson.OPT_SERIALIZE_NUMPY)
    return [row.split(b",") for row in text[2:-2].split(b"],[")]


def _mark_missing(cells: bytes) -> bytes:
    """A value that is no number: an error under a formula, an empty cell elsewhere."""
    marked = _ERROR.sub(rb'\1 t="e"\2#NUM!<', cells)
    return marked.replace(b"><v>null</v></c>", b"/>")


def _templates(
    block: Block, style_ids: Mapping[str, int], groups: Iterator[int]
) -> tuple[bytes, bytes]:
    """XML of the first row and of the rows below."""
    text = "\0".join([formula or "" for formula in block.formulas])
    parts = _NUMBERS.split(text)
    words, numbers = tuple(parts[::2]), [part.encode() for part in parts[1::2]]
    styles = tuple([style_ids[style] for style in block.styles])
    outline = _outline(words, block.column, styles, len(block.values) > 1)
    numbers += [b"%d" % next(groups) for _ in range(outline.shared)]
    last = b"%d" % (block.row + len(block.values) - 1)
    first = outline.first.filled(numbers).replace(b"\1", last)
    return first, outline.below.filled(numbers)


@lru_cache(maxsize=256)
def _outline(words: tuple[str, ...], column: int, styles: tuple[int, ...], tall: bool) -> _Outline:
    """The outline of a block whose formulas are the words with numbers in between.

    ``tall`` says that there is a row below the first; only then anything is shared.
    """
    patterns = "1".join(words).split("\0")
    shares = [tall and bool(pattern) and fills_down(pattern) for pattern in patterns]
    numbers, groups = count(), count(len(words) - 1)
    first, below = list[_Piece](), list[_Piece]()
    for offset, (pattern, share) in enumerate(zip(patterns, shares, strict=True)):
        own = tuple(next(numbers) for _ in _NUMBERS.findall(pattern))
        formula = _formula_outline(pattern)
        if share:
            name, group = letters(column + offset).encode(), next(groups)
            head = b'<f t="shared" ref="%b\0:%b\1" si="%%b">' % (name, name)
            first.append(_Piece(head + formula + b"</f>", (group, *own)))
            below.append(_Piece(b'<f t="shared" si="%b"/>', (group,)))
        else:
            cell = _Piece(b"<f>" + formula + b"</f>" if pattern else b"", own)
            first.append(cell)
            below.append(cell)
    return _Outline(
        _row_outline(column, styles, first), _row_outline(column, styles, below), sum(shares)
    )


def _row_outline(column: int, styles: tuple[int, ...], formulas: list[_Piece]) -> _Piece:
    """One row of cells around their formulas."""
    cells = [
        b'<c r="%b\0" s="%d">%b<v>%%%%b</v></c>'
        % (letters(column + j).encode(), style, formula.xml)
        for j, (style, formula) in enumerate(zip(styles, formulas, strict=True))
    ]
    return _Piece(b"".join(cells), tuple(i for formula in formulas for i in formula.numbers))


def _formula_outline(pattern: str) -> bytes:
    r"""A formula's XML: ``\0`` for its row, ``\2-%b\2`` for one above, ``%b`` for each number.

    Percent signs are kept.
    """
    escaped = escape_formula(pattern).replace("%", "%%%%")
    outline = _NUMBERS.sub("%b", escaped).replace("{r}", "\0")
    return _SHIFTED.sub("\2\\1%b\2", outline).encode()
