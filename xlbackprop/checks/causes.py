"""Which of the cells that differ are causes: those that read no other cell that differs.

A stored value that is wrong, or a cell that was emptied, makes the cells that read it differ from
what they ought to show, and some of these stand on earlier sheets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils.cell import range_boundaries

from xlbackprop.checks.report import Mismatch
from xlbackprop.workbook.address import coordinate

MOST = 500  # cells that are looked at: of more a person reads the first few
Span = tuple[str, int, int, int, int]  # sheet, first column, first row, last column, last row
Places = dict[str, set[tuple[int, int]]]  # row and column, by sheet


def causes_first(mismatches: Sequence[Mismatch]) -> tuple[Mismatch, ...]:
    """The same, causes before cells that read them; each kind in the order of the sheets."""
    if not 1 < len(mismatches) <= MOST:
        return tuple(mismatches)
    wrong: Places = defaultdict(set)
    for m in mismatches:
        wrong[m.sheet].add(coordinate(m.cell))
    return tuple(sorted(mismatches, key=lambda m: _reads(m, wrong)))


def _reads(m: Mismatch, wrong: Places) -> bool:
    """Whether its formula reads another cell that differs."""
    own = m.sheet, coordinate(m.cell)
    return any(
        left <= column <= right and top <= row <= bottom and (sheet, (row, column)) != own
        for sheet, left, top, right, bottom in _spans(m)
        for row, column in wrong.get(sheet, ())
    )


def _spans(m: Mismatch) -> Iterator[Span]:
    """The cells that a formula reads."""
    for text in _references(m.formula):
        name, _, cells = text.rpartition("!")
        sheet = name.strip("'").replace("''", "'") if name else m.sheet
        try:
            left, top, right, bottom = range_boundaries(cells)
        except ValueError:  # a name, such as eta
            continue
        if None not in (left, top, right, bottom):
            yield sheet, left, top, right, bottom


def _references(formula: str) -> Iterable[str]:
    try:
        tokens = Tokenizer(f"={formula}").items
    except Exception:  # the tokenizer's own errors have no class in common
        return []
    return [t.value for t in tokens if t.type == Token.OPERAND and t.subtype == Token.RANGE]
