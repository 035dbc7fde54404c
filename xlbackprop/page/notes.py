"""Notes beside yellow cells: what to type, and what is wrong once it can't be used.

A note is a formula. While all is well it shows its words, or nothing; where a number is beyond its
limit, it says which, and what the cell takes; where some numbers on the page have no value, why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan, nan

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import quoted
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell

BLANK = " "
LARGEST = 1e300
MARK = "✗ "


@dataclass(frozen=True)
class Lost:
    """What to say where some numbers have no value.

    Attributes:
        cells: of these cells, as formula text.
        any: whether there are such numbers now.
        words: what is said.
    """

    cells: str
    any: bool
    words: str

    @property
    def formula(self) -> str:
        """Whether all have a value, as formula text; one program's MAX of an overflow is large."""
        most = f"MAX(MAX({self.cells}),-MIN({self.cells}))"
        return f"IFERROR({most},10^300)<10^300"

    def joined(self, other: "Lost") -> "Lost":
        """The same of cells elsewhere, too."""
        return Lost(f"{self.cells},{other.cells}", self.any or other.any, self.words)


def lost(page: Page, top: int, left: int, bottom: int, right: int, words: str) -> Lost:
    """Numbers without a value among those that a part of the page has so far."""
    cells = area(top, left, bottom, right)
    numbers = _numbers(page, top, left, bottom, right)
    return Lost(cells, not bool((np.abs(numbers) < LARGEST).all()), MARK + words)


def _numbers(page: Page, top: int, left: int, bottom: int, right: int) -> Array:
    """The numbers in a part of the page, as the page shows them, and 0 where there is none."""
    found = np.zeros((bottom, right))
    for cell in page.grid.cells:
        if cell.row <= bottom and cell.column <= right and isinstance(cell.value, float):
            found[cell.row - 1, cell.column - 1] = cell.value if page.shown is None else nan
    for block in page.grid.blocks:
        rows, columns = block.values.shape
        part = found[block.row - 1 : block.row - 1 + rows, block.column - 1 :][:, :columns]
        part[:] = block.values[: part.shape[0], : part.shape[1]] if page.shown is None else nan
    if page.shown is not None:
        found = np.where(np.isnan(found), page.shown[:bottom, :right], found)
    return found[top - 1 :, left - 1 :]


def put_note(
    page: Page,
    row: int,
    column: int,
    *numbers: Live,
    words: str = BLANK,
    missing: Lost | None = None,
    style: str = "beside",
) -> None:
    """The note on some yellow cells.

    Args:
        page: the page.
        row: row of the note.
        column: its column; the note needs the room to its right.
        numbers: the cells.
        words: what it says while all is well.
        missing: what it says where numbers have no value.
        style: how it looks.
    """
    places = {place.cell: place for place in page.inputs}
    given = [(places[number.cell], float(number)) for number in numbers]
    page.notes |= {place.name: (row, column) for place, _ in given}
    told = _while_limits_hold(page, words, missing)
    for _, group in reversed([(kind, list(group)) for kind, group in groupby(given, _kind)]):
        told = _told(page, group, told)
    formula, shown = told
    if formula == quoted(words):
        page.write(row, column, words, style)
        return
    if missing and shown in (words, missing.words):
        page.quiet.add(len(page.grid.cells))
    page.grid.cells.append(Cell(row, column, shown, formula, style))


def _while_limits_hold(page: Page, words: str, missing: Lost | None) -> tuple[str, str | float]:
    """Formula text and value of what is said while no number is beyond its limit."""
    if missing is None:
        return quoted(words), words
    formula = f"IF({missing.formula},{quoted(words)},{quoted(missing.words)})"
    formula = f'IF(LEFT($A$2,1)="{MARK.strip()}",{quoted(BLANK)},{formula})'  # see page.guards
    return formula, missing.words if missing.any else words


def _told(
    page: Page, group: Sequence[tuple[Input, float]], otherwise: tuple[str, str | float]
) -> tuple[str, str | float]:
    """The same, unless one of some neighbours with one limit is beyond it."""
    places = [place for place, _ in group]
    conditions = [condition for place in places for condition in place.formulas]
    formula, shown = otherwise
    if not conditions:
        return otherwise
    wrong = _wrong(page, places)
    every = f"AND({','.join(conditions)})" if len(conditions) > 1 else conditions[0]
    # Text is larger than any number, and INT of it an error.
    count = f"COUNT({','.join(place.cell for place in places)})={len(places)}"
    right = all(not isnan(number) and place.allows(number) for place, number in group)
    return f"IF(IF({count},{every},FALSE),{formula},{quoted(wrong)})", shown if right else wrong


def _kind(given: tuple[Input, float]) -> tuple[str, int]:
    place, _ = given
    return place.limit, place.most


def _wrong(page: Page, places: Sequence[Input]) -> str:
    """What is said of neighbours with one limit."""
    wanted, cells = places[0].wanted(page.common), ", ".join(place.cell for place in places)
    key = "limits.notes" if places[1:] else "limits.note"
    return MARK + page.common(key, cells=cells, wanted=wanted)
