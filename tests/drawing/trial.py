"""A random workbook on trial: drawn, written, perhaps edited as a reader may, and checked."""

import traceback
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import numpy as np
import openpyxl
from workbooks import typed

import xlbackprop as xb
from drawing.edits import Place, drawn_edits
from drawing.networks import drawn_network
from drawing.pages import drawn_lesson
from xlbackprop.checks.check import check_many
from xlbackprop.errors import XlbackpropError
from xlbackprop.recalc import ENGINES, Book, CellError

LESSONS = 0.2  # share of the workbooks that are pages of maths
EDITED = 0.5  # share that is edited
BARE = 0.1  # share of those that openpyxl saves, without any value
SEEN = 8  # of small ones, one in so many keeps its views
LARGEST = 1e70  # its fourth power is a number
KNOWN = 4  # sentences of a report that are shown


@dataclass(frozen=True)
class Trial:
    """A workbook on trial.

    Attributes:
        name: seed and number: what draws it again.
        path: the workbook.
        recipe: of the workbook as it was written.
        edits: what yellow cells hold now.
        refused: how many recipes were refused before this one.
        bare: whether openpyxl saved it.
    """

    name: str
    path: Path
    recipe: xb.Recipe | xb.LessonRecipe
    edits: dict[Place, float | str]
    refused: int
    bare: bool = False

    def told(self) -> str:
        """What it is, in a line."""
        of = self.recipe.lesson if isinstance(self.recipe, xb.LessonRecipe) else "a network"
        edited = f", {len(self.edits)} cells edited" if self.edits else ""
        return f"{self.name} ({of}{edited}{', saved by openpyxl' if self.bare else ''})"


def drawn_trial(seed: str, number: int, folder: Path, *, small: bool = False) -> Trial:
    """The workbook that a seed and a number draw, written into a folder.

    Args:
        seed: a text.
        number: of the workbook.
        folder: for the workbook, which is called by its number.
        small: whether most networks go without views, which take most of the time.

    Raises:
        XlbackpropError: it can't be written.
    """
    name = f"{seed}:{number}"
    random = Random(name)
    draw = drawn_lesson if random.random() < LESSONS else drawn_network
    recipe, refused = draw(random)
    if small and isinstance(recipe, xb.Recipe) and number % SEEN:
        recipe = recipe.changed(views=())
    path = folder / f"{number}.xlsx"
    xb.write(recipe, path)
    _see_that_it_parses(path)
    if random.random() >= EDITED:
        return Trial(name, path, recipe, {}, refused)
    edits = drawn_edits(random, recipe)
    typed(path, folder, edits).replace(path)
    bare = random.random() < BARE
    if bare:
        openpyxl.load_workbook(path).save(path)
    return Trial(name, path, recipe, edits, refused, bare)


def _see_that_it_parses(path: Path) -> None:
    """Each part that isn't rows, which `check` reads, is XML."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(("xml", "rels")) and "worksheets/sheet" not in name:
                ElementTree.fromstring(archive.read(name))


def fitting(trials: Sequence[Trial], engine: str) -> list[Trial]:
    """Those that an engine is tried with.

    One whose numbers are longer than doubles computes something else wherever a double overflows
    or vanishes on the way, so it gets none whose numbers, or their squares, are near to that.
    """
    return [t for t in trials if not (ENGINES[engine].wide and _is_extreme(t.path))]


def _is_extreme(path: Path) -> bool:
    book = Book.open(path)
    book.evaluate()
    for sheet in book.sheets:
        values = book.values(sheet, 1, 1, *book.dimensions(sheet))
        shown = [value for line in values for value in line]
        numbers = np.abs([x for x in shown if type(x) is float and x != 0.0])
        if (numbers > LARGEST).any() or (numbers < 1 / LARGEST).any():
            return True
        if any(isinstance(x, CellError) for x in shown):
            return True
    return False


def findings(trials: Sequence[Trial], engine: str) -> Iterator[tuple[Trial, str]]:
    """Trials whose workbook is blamed, or can't be checked, and what is said."""
    trials = fitting(trials, engine)
    try:
        reports: Sequence[xb.Report | str] = check_many([t.path for t in trials], (engine,))
    except Exception as error:
        if len(trials) > 1:  # one of them
            for trial in trials:
                yield from findings([trial], engine)
            return
        own = isinstance(error, XlbackpropError)
        reports = [f"{error}" if own else traceback.format_exc()]
    for trial, report in zip(trials, reports, strict=True):
        if told := report if isinstance(report, str) else _blamed(trial, report):
            yield trial, told


def _blamed(trial: Trial, report: xb.Report) -> str:
    """What a report says against a workbook in which nothing is wrong; empty for nothing."""
    if not report.agrees or report.comparisons[-1].compared != report.formulas:
        return "\n".join(report.lines(most=KNOWN)[1:])
    edited = {"!".join(place) for place in trial.edits}
    named = {sentence.partition("  ")[0] for sentence in report.changes}
    return f"named as changed: {sorted(named - edited)}" if named - edited else ""
