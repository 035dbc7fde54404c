"""What a page knows of each cell that a formula fills, as data for others to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlbackprop.page.page import Page
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Value

_TEXT = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"""(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?        # Data!  'Gradient check'!
        (?<![\w.$])(?P<first>\$?[A-Z]{1,3}\$?[0-9]+)         # $B$7
        (?::(?P<last>\$?[A-Z]{1,3}\$?[0-9]+))?(?![\w(.!])    # :$B$21
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Fact:
    """What a page knows of a cell.

    Attributes:
        cell: its address.
        symbol: what a trace calls its number: ``z2_1``, ``w2_1_1``, ``C_T``; empty for none.
        role: whose colour it has: ``forward``, ``gradient`` ...; empty for none.
        formula: without ``=``.
        value: what Python makes of it.
        reads: the cells that it reads: ``B5``, ``B5:D7``, ``Training!C9``.
    """

    cell: str
    symbol: str
    role: str
    formula: str
    value: Value
    reads: tuple[str, ...]


def facts(page: Page) -> Iterator[Fact]:
    """What the page knows of every formula cell, in the order in which they were put there."""
    symbols, looks = _symbols(page), _looks(page)
    for row, column, formula, value in page.grid.formulas():
        place = row, column
        role = looks[place].rpartition("-")[2]
        role = role if role in page.theme.roles else ""
        symbol = symbols.get(place, "")
        yield Fact(address(row, column), symbol, role, formula, value, reads(formula))


def reads(formula: str) -> tuple[str, ...]:
    """The cells that a formula reads, each once, in its order, without dollar signs.

    >>> reads('IF($B$5>0,SUM(Data!C$7:C$21),"A1")')
    ('B5', 'Data!C7:C21')
    """
    found = dict[str, None]()
    for match in _REFERENCE.finditer(_TEXT.sub('""', formula)):
        sheet, first, last = match["sheet"], match["first"], match["last"]
        cells = f"{first}:{last}" if last and last != first else first
        found[f"{sheet}!{cells.replace('$', '')}" if sheet else cells.replace("$", "")] = None
    return tuple(found)


def _symbols(page: Page) -> dict[tuple[int, int], str]:
    """The symbol of each cell that has one, by row and column."""
    return {
        (row, column): label
        for named in page.symbols
        for column, label in enumerate(named.labels, named.column)
        if label
        for row in range(named.row, named.row + named.rows)
    }


def _looks(page: Page) -> dict[tuple[int, int], str]:
    """The style of each cell, by row and column."""
    found = {(cell.row, cell.column): cell.style for cell in page.grid.cells}
    for block in page.grid.blocks:
        for column, style in enumerate(block.styles, block.column):
            rows = range(block.row, block.row + len(block.values))
            found |= {(row, column): style for row in rows}
    return found
