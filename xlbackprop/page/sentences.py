"""Live sentences: text with the sheet's own numbers filled in, as a formula and as Python says it.

Numbers are rounded by ROUND and written by FIXED, which know no locale. Spreadsheets disagree on
numbers that lie halfway but for their last bit, so each is first moved away from 0 by a 10⁻¹² of
itself. A minus is written as −; numbers too large to be written out make a sentence of their own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, isfinite, nan
from typing import TypeVar

from xlbackprop.page.cells import Live

NUDGE = "1.000000000001"
LARGE = 1_000_000
FIGURES = 3  # decimals
ROOM = 6000  # characters for the pieces of a formula, as a cell takes 8,192
T = TypeVar("T")


@dataclass(frozen=True)
class Number:
    """A number in a sentence.

    Attributes:
        cell: formula text of it.
        value: what it is.
        decimals: how many are shown.
        whole: whether whole numbers are shown without decimals.
        factor: whether a negative number stands in brackets.
        term: whether its sign is written as an operator, " + " or " − ".
    """

    cell: str
    value: float
    decimals: int = FIGURES
    whole: bool = False
    factor: bool = False
    term: bool = False

    @classmethod
    def of(cls, live: Live, decimals: int = FIGURES, **how: bool) -> "Number":
        """The number in a cell."""
        return cls(live.cell, float(live), decimals, **how)

    @property
    def excel(self) -> str:
        """Formula text of the number as text."""
        cell, decimals = self.cell, str(self.decimals)
        if self.whole:
            decimals = f"IF({cell}=INT({cell}),0,{decimals})"
        size = f"ABS({cell})" if self.term else cell
        shown = f"FIXED(ROUND({size}*{NUDGE},{self.decimals}),{decimals},TRUE)"
        if self.term:
            return f'IF({cell}<{self._least}," − "," + ")&{shown}'
        if self.factor:
            return f'IF({cell}<{self._least},"("&{shown}&")",{shown})'
        return shown

    @property
    def _least(self) -> str:
        """Numbers below it have a minus when they are rounded; no half, which would be a tie."""
        return f"-0.{'0' * self.decimals}49"

    @property
    def text(self) -> str:
        """The same in Python."""
        value, decimals = self.value, self.decimals
        if self.whole and value == floor(value):
            decimals = 0
        shown = fixed(abs(value) if self.term else value, self.decimals, decimals)
        if self.term:
            return f"{' − ' if value < float(self._least) else ' + '}{shown}"
        return f"({shown})" if self.factor and value < float(self._least) else shown


@dataclass(frozen=True)
class Word:
    """A text that a formula finds; None where it finds none."""

    excel: str
    text: str | None


Part = str | Number | Word


def fixed(value: float, decimals: int, shown: int | None = None) -> str:
    """FIXED(ROUND(value · NUDGE, decimals), shown, TRUE): halves away from 0, no −0.000."""
    size = floor(abs(value * float(NUDGE)) * 10**decimals + 0.5) / 10**decimals
    sign = "-" if value < 0 < size else ""
    return f"{sign}{size:.{decimals if shown is None else shown}f}"


def sentence(parts: Iterable[Part], too_large: str) -> tuple[str, str | float]:
    """Formula and value of a sentence; NaN, a spreadsheet error, where a number isn't one."""
    parts = list(joined(parts))
    numbers = [part for part in parts if isinstance(part, Number)]
    formula = f'SUBSTITUTE({"&".join(map(_excel, parts))},"-","−")'
    if numbers:
        cells = ",".join(dict.fromkeys(number.cell for number in numbers))
        small = f"AND(MAX({cells})<{LARGE},MIN({cells})>-{LARGE})"
        formula = f"IF({small},{formula},{quoted(too_large)})"
    values = [number.value for number in numbers]
    if not all(map(isfinite, values)):
        return formula, nan
    if any(abs(value) >= LARGE for value in values):
        return formula, too_large
    words = [part.text if isinstance(part, Number | Word) else part for part in parts]
    texts = [word for word in words if word is not None]
    if len(texts) < len(words):
        return formula, nan
    return formula, "".join(texts).replace("-", "−")


def _excel(part: Part) -> str:
    return quoted(part) if isinstance(part, str) else part.excel


def quoted(text: str) -> str:
    """A text inside a formula: a quotation mark is written twice."""
    return '"' + text.replace('"', '""') + '"'


def fitting(
    pieces: Callable[[int], Iterable[T]], length: Callable[[T], int], choices: Sequence[int]
) -> list[T]:
    """What a formula is made of, so that it fits into a cell.

    Args:
        pieces: makes them, of a choice how much they say.
        length: characters of a piece.
        choices: from the most on; the last is taken where none fits.
    """
    *others, least = choices
    for most in others:
        found = list(pieces(most))
        if sum(map(length, found)) <= ROOM:
            return found
    return list(pieces(least))


def joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Neighbouring texts as one."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


def filled(pattern: str, **values: list[Part]) -> list[Part]:
    """A pattern with parts in place of ``{names}``."""
    parts: list[Part] = []
    for piece in re.split(r"(\{\w+\})", pattern):
        parts += values[piece[1:-1]] if piece.startswith("{") else [piece]
    return parts


def summed(terms: Sequence[Sequence[Part]], most: int) -> list[Part]:
    """Terms with " + " between them; "…" stands for those beyond ``most``."""
    parts: list[Part] = []
    for i, term in enumerate(terms[:most]):
        parts += [" + " if i else "", *term]
    return [*parts, *([" + …"] if len(terms) > most else [])]


GAP = "   ·   "
