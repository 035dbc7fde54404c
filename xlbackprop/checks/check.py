"""Comparing a workbook with Python, cell by cell and stage by stage.

The recipe and the inputs are read from the file as it is now. Every formula cell is then compared
with what Python computes *from the cells that this formula reads*: so rounding does not pile up
along the training, nothing wrong can hide, and nothing right is blamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from xlbackprop.checks.inputs import recipe_text
from xlbackprop.checks.lesson import LessonTrial, is_lesson
from xlbackprop.checks.network import NetworkTrial
from xlbackprop.checks.report import Comparison, Report
from xlbackprop.checks.structure import RestructuredError
from xlbackprop.errors import EngineError
from xlbackprop.recalc import ENGINES, Book, every_engine, recalculate_open


class Trial(Protocol):
    """A workbook whose formulas, inputs and stored values were judged."""

    @property
    def report(self) -> Report:
        """What the file itself says."""

    def compare(self, book: Book, engine: str) -> Comparison:
        """Compare the values that it has, recalculated, with what each ought to be."""


def check(path: str | Path, engine: str | Sequence[str] = "ironcalc") -> Report:
    """Compare a workbook with Python.

    Args:
        path: a workbook that xlbackprop wrote and anybody may have changed.
        engine: a name of ``recalc.ENGINES``, several, or ``"all"``; the values stored in the file
            are compared, too. Of all, an optional package that fails is left out, and said.

    Raises:
        FileError: the file can't be read.
        BookError: it isn't a workbook, or not one of ours.
        EngineError: a spreadsheet program is missing or failed.
    """
    names = (engine,) if isinstance(engine, str) else tuple(engine)
    every = "all" in names
    [report] = check_many([path], every_engine() if every else names, leave_out=every)
    return report


def check_many(
    paths: Sequence[str | Path], engines: Sequence[str] = ("ironcalc",), *, leave_out: bool = False
) -> list[Report]:
    """Compare several workbooks with Python, starting each spreadsheet program once.

    Args:
        paths: workbooks that xlbackprop wrote and anybody may have changed.
        engines: names of ``recalc.ENGINES``.
        leave_out: whether the others judge where an optional package fails.

    Raises:
        FileError, BookError, EngineError: as ``check`` does.
    """
    _check_engines(engines)
    books = [Book.open(path) for path in paths]
    trials = [_trial(book) for book in books]
    reports = [trial.report for trial in trials]
    for engine in engines:
        if engine == "saved":
            continue
        try:
            recalculated = recalculate_open(engine, books)
        except EngineError as error:
            if not (leave_out and ENGINES[engine].optional):
                raise
            reports = [replace(one, left_out=(*one.left_out, str(error))) for one in reports]
            continue
        for i, book in enumerate(recalculated):
            if isinstance(trials[i], Restructured):
                continue
            found = trials[i].compare(book, engine)
            reports[i] = replace(reports[i], comparisons=(*reports[i].comparisons, found))
    return reports


def _trial(book: Book) -> Trial:
    """What kind of workbook it is, is told by its recipe."""
    lesson = is_lesson(recipe_text(book, str(book.path)))
    try:
        return LessonTrial.of(book) if lesson else NetworkTrial.of(book)
    except RestructuredError as error:
        return Restructured(Report(str(book.path), error.formulas, (), faults=error.sentences))


@dataclass(frozen=True)
class Restructured:
    """A workbook whose cells stand elsewhere: there is nothing to compare."""

    report: Report

    def compare(self, book: Book, engine: str) -> Comparison:
        """Nothing was compared."""
        return Comparison(engine, 0, 0.0, 0.0, ())


def _check_engines(engines: Sequence[str]) -> None:
    for name in engines:
        if name not in ENGINES:
            raise EngineError(f"engine: got {name!r}, wanted one of {', '.join(ENGINES)}.")
        missing = ENGINES[name].why_missing()
        if missing:
            raise EngineError(missing)
