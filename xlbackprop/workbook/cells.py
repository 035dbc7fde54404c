"""The XML of a single cell."""

import math

import numpy as np
from openpyxl.styles import Font

from xlbackprop.workbook.address import address
from xlbackprop.workbook.escapes import escape_formula, escape_text
from xlbackprop.workbook.grid import Cell, Value
from xlbackprop.workbook.markup import inline_text, kept, number

_OVERFLOW = ' t="e"><v>#NUM!</v>'


def cell_xml(cell: Cell, style: int, font: Font) -> bytes:
    """The ``<c>`` element of a cell.

    Args:
        cell: the cell.
        style: index of its look in the book's cell formats.
        font: the font of that look, for typeset text.

    A text is written into the cell and marked as such, so one that starts with = stays a text.

    Raises:
        ValueError: a formula with a typeset result, or with a control character.
    """
    value = cell.value.item() if isinstance(cell.value, np.generic) else cell.value
    head = f'r="{address(cell.row, cell.column)}" s="{style}"'
    if cell.formula is None:
        if cell.array and isinstance(value, float) and not math.isfinite(value):
            return f"<c {head}{_OVERFLOW}</c>".encode()
        return f"<c {head}{_constant(value, font)}".encode()
    kind, result = _result(cell, value)
    array = f' t="array" ref="{cell.array}"' if cell.array else ""
    return f"<c {head}{kind}><f{array}>{escape_formula(cell.formula)}</f>{result}</c>".encode()


def _constant(value: Value, font: Font) -> str:
    """What follows the attributes r and s of a cell without a formula."""
    match value:
        case None | "" | ():
            return "/>"
        case bool():
            return f' t="b"><v>{value:d}</v></c>'
        case str() | tuple():
            return f' t="inlineStr">{inline_text(value, font)}</c>'
        case _:
            return f"><v>{number(value)}</v></c>" if math.isfinite(value) else "/>"


def _result(cell: Cell, value: Value) -> tuple[str, str]:
    """The type attribute and the ``<v>`` element of a formula's result."""
    match value:
        case None:
            return "", ""
        case bool():
            return ' t="b"', f"<v>{value:d}</v>"
        case str():
            return ' t="str"', f"<v{kept(value)}>{escape_text(value)}</v>"
        case tuple():
            where = address(cell.row, cell.column)
            raise ValueError(f"{where}: got typeset text as a formula's result, wanted plain text.")
        case _ if math.isfinite(value):
            return "", f"<v>{number(value)}</v>"
        case _:
            return ' t="e"', "<v>#NUM!</v>"
