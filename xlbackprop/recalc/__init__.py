"""Workbooks recalculated by real spreadsheet engines, one module per engine.

saved         the values stored in the file, as they are
ironcalc      built in
libreoffice   a program to install; 15 significant digits
gnumeric      a program to install; long doubles
formualizer   a package to install; no MMULT
cellrune      a package to install
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlbackprop.recalc import cellrune, formualizer, gnumeric, libreoffice
from xlbackprop.recalc.book import Book, CellError, Value

__all__ = ["ENGINES", "Book", "CellError", "Engine", "Value", "every_engine", "recalculate_open"]


@dataclass(frozen=True)
class Engine:
    """A way to get a workbook's values.

    Attributes:
        name: as the command line has it.
        recalculate: the workbooks of files.
        why_missing: None when it can be used, else how to install it.
        evaluate: recalculates an open workbook in place, where it can.
        optional: a package beside those that are always there.
        blind: its flaw, if it has this one: two numbers that differ by less compare as equal.
        wide: whether its numbers are longer than doubles, so that they overflow later.
    """

    name: str
    recalculate: Callable[[Sequence[Path]], list[Book]]
    why_missing: Callable[[], str | None] = lambda: None
    evaluate: Callable[[Book], None] | None = None
    optional: bool = False
    blind: float = 0.0
    wide: bool = False


def _saved(paths: Sequence[Path]) -> list[Book]:
    return [Book.open(path) for path in paths]


def _ironcalc(paths: Sequence[Path]) -> list[Book]:
    books = _saved(paths)
    for book in books:
        book.evaluate()
    return books


ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine("saved", _saved),
        Engine("ironcalc", _ironcalc, evaluate=Book.evaluate, blind=2.0**-52),
        Engine("libreoffice", libreoffice.recalculate, libreoffice.why_missing),
        Engine("gnumeric", gnumeric.recalculate, gnumeric.why_missing, wide=True),
        Engine("formualizer", formualizer.recalculate, formualizer.why_missing, optional=True),
        Engine("cellrune", cellrune.recalculate, cellrune.why_missing, optional=True),
    )
}


def every_engine() -> tuple[str, ...]:
    """What ``all`` means: the engines by name, but for optional packages that aren't there."""
    there = (one for one in ENGINES.values() if not (one.optional and one.why_missing()))
    return tuple(one.name for one in there)


def recalculate_open(engine: str, books: Sequence[Book]) -> list[Book]:
    """Opened workbooks as an engine computes them; one that can does so in place.

    Raises:
        EngineError: The engine is missing or failed.
        BookError: The engine can't read a workbook.
    """
    asked = ENGINES[engine]
    if asked.evaluate is None:
        return asked.recalculate([book.path for book in books])
    for book in books:
        asked.evaluate(book)
    return list(books)
