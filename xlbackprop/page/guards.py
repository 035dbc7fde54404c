"""What a page says while a yellow cell can't be used: which one, and what it takes.

The line below a title says what to do. While something can't be used, it says that instead,
and so does every sentence of the page: none shows an error or draws a conclusion from one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import isnan

from xlbackprop.page.cells import Input
from xlbackprop.page.page import SWITCH, Page
from xlbackprop.page.sentences import quoted
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import absolute, area
from xlbackprop.workbook.grid import Cell

MARK = "✗"
INTRO_ROW = 2
MOST = 40  # cells that are named one by one
LONGEST = 250  # characters of a text inside a formula


@dataclass(frozen=True)
class Guard:
    """Something that must hold for the numbers of a page to mean anything.

    Attributes:
        formula: formula text of it, never an error.
        holds: the same in Python.
        told: formula text of what is said while it doesn't hold.
        text: the same in Python.
    """

    formula: str
    holds: bool
    told: str
    text: str


def finished(page: Page, *guards: Guard) -> Page:
    """A page whose builder is done: its line on what to do, and its sentences, are on guard.

    Args:
        page: the page.
        guards: what else must hold, beside that its own inputs can be used.
    """
    every = [*_own(page), *guards]
    cells = page.grid.cells
    intro = next((i for i, cell in enumerate(cells) if _is_intro(cell)), None)
    if not every or intro is None:
        return page
    wrong = next((guard.text for guard in every if not guard.holds), None)
    words = cells[intro]
    formula = literal(str(words.value))
    for guard in reversed(every):
        formula = f"IF({guard.formula},{formula},{guard.told})"
    cells[intro] = replace(words, value=wrong or words.value, formula=formula)
    place = absolute(words.row, words.column, words.row, words.column).split(":")[0]
    for i, instead in page.spoken.items():
        said, other = cells[i], quoted(instead) if instead else place
        guarded = f'IF(LEFT({place},1)="{MARK}",{other},{said.formula})'
        cells[i] = replace(said, formula=guarded, value=(wrong and instead) or wrong or said.value)
    for i in page.quiet if wrong else ():
        cells[i] = replace(cells[i], value=" ")
    return page


def _is_intro(cell: Cell) -> bool:
    return cell.row == INTRO_ROW and cell.style.startswith("intro")


def _own(page: Page) -> Iterator[Guard]:
    """That each input of a page holds what it takes; neighbours of a kind together."""
    for _, group in groupby(
        page.inputs, lambda place: (place.limit, place.most, place.empty, place.names)
    ):
        places = list(group)
        bad = [place for place in places if not _is_usable(page, place)]
        if len(places) > MOST and len(places) == _size(places):
            yield together(page.common, places, bad)
            continue
        for first in range(0, len(places), MOST):
            part = places[first : first + MOST]
            yield named(page.common, part, [place for place in part if place in bad])


def _is_usable(page: Page, place: Input) -> bool:
    if page.found is None:
        return True
    number = page.found[place.name]
    return not isnan(number) and place.allows(number)


def _size(places: Sequence[Input]) -> int:
    """How many cells the smallest rectangle has that holds some."""
    rows, columns = ({place.place[k] for place in places} for k in (0, 1))
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


def named(
    text: Catalogue,
    places: Sequence[Input],
    bad: Sequence[Input],
    cell: Callable[[Input], str] = lambda place: place.cell,
) -> Guard:
    """That each of some cells of a kind can be used; those that can't are named one by one.

    Args:
        text: the texts.
        places: the cells.
        bad: those that can't be used.
        cell: the name of a cell, as formula text and in the sentence.
    """
    names = [cell(place) for place in places]
    right = [_right(place, name) for place, name in zip(places, names, strict=True)]
    every = f"AND({','.join(right)})" if right[1:] else right[0]
    listed = "&".join(
        f'IF({ok},"",{quoted(f", {name}")})' for ok, name in zip(right, names, strict=True)
    )
    shown = f"MID({listed},3,255)" if names[1:] else quoted(names[0])
    return _guard(text, places[0], every, not bad, shown, ", ".join(map(cell, bad)))


def together(text: Catalogue, places: Sequence[Input], bad: Sequence[Input]) -> Guard:
    """The same of many cells, which are named as a whole; they fill a rectangle."""
    rows, columns = ([place.place[k] for place in places] for k in (0, 1))
    cells = area(min(rows), min(columns), max(rows), max(columns))
    count = f"COUNT({cells})"
    if places[0].empty is not None:
        count += f"+COUNTBLANK({cells})"
    return _guard(text, places[0], f"{count}={len(places)}", not bad, quoted(cells), cells)


def of_range(
    text: Catalogue, cells: str, count: int, limit: Input, *, holds: bool, more: str = ""
) -> Guard:
    """That so many cells of another sheet hold numbers, and what else must hold of them."""
    every = f"COUNT({cells})={count}"
    every = f"AND({every},{more})" if more else every
    return _guard(text, limit, every, holds, quoted(cells), cells)


def of_other(told: str, text: str | None) -> Guard:
    """That all is well on another sheet, whose line on what to do says so if it isn't.

    Args:
        told: the cell of that line, as formula text.
        text: what it says of something that can't be used; None where all is well.
    """
    return Guard(f'LEFT({told},1)<>"{MARK}"', text is None, told, text or "")


def _guard(
    text: Catalogue, place: Input, formula: str, holds: bool, cells: str, shown: str
) -> Guard:
    pattern = f"{MARK} {text('limits.wrong', cells='{cells}', wanted=place.wanted(text))}"
    before, after = map(quoted, pattern.split("{cells}"))
    said = pattern.replace("{cells}", shown)
    return Guard(formula, holds, f"{before}&{cells}&{after}", said)


def _right(place: Input, cell: str) -> str:
    """Whether a cell can be used, as formula text that is never an error."""
    conditions = place.conditions(cell)
    if place.names:
        return conditions[0]
    if place.limit == SWITCH:
        return f"IF(ISBLANK({cell}),FALSE,OR({cell}=1,{cell}=0,{cell}=TRUE,{cell}=FALSE))"
    if place.empty is not None:
        return f"OR(COUNT({cell})=1,ISBLANK({cell}))"
    if not conditions:
        return f"COUNT({cell})=1"
    every = f"AND({','.join(conditions)})" if conditions[1:] else conditions[0]
    return f"IF(COUNT({cell})=1,{every},FALSE)"


def literal(text: str) -> str:
    """A text inside a formula, however long: Excel takes no piece beyond 255 characters."""
    pieces = [text[i : i + LONGEST] for i in range(0, len(text), LONGEST)] or [""]
    return "&".join(map(quoted, pieces))
