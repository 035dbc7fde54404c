"""Rows or columns that were inserted or deleted: one sentence, in place of all that follows.

A sheet is compared by its pattern: which cells of each row hold something, and the texts among
them. A shift that makes the rest of it fit says what was done, and where.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from xlbackprop.recalc import Book
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.limits import extent

Pattern = dict[int, frozenset[tuple[int, str]]]  # of each row its filled columns, with their texts
MOST = 10  # rows or columns inserted or deleted at once
FIT = 0.8  # of what stands behind the place: a person may have typed something, too
READ_AT_ONCE = 2_000  # rows
MUCH, FEW = 4, 20_000  # times as many cells as there are, or as are quickly computed


class RestructuredError(Exception):
    """Cells no longer stand where they were written; a sentence for each sheet."""

    def __init__(self, sentences: tuple[str, ...], sheets: Sequence[Grid] = ()) -> None:
        """Keep the sentences, and how many formulas there were."""
        self.sentences = sentences
        self.formulas = sum(grid.formula_count() for grid in sheets)


def check_structure(book: Book, sheets: Sequence[Grid]) -> None:
    """See that rows and columns are where they were written.

    Raises:
        RestructuredError: they aren't.
    """
    if sentences := tuple(restructured(book, sheets)):
        raise RestructuredError(sentences, sheets)


def check_extent(book: Book, layout: Layout) -> None:
    """See that the text on Recipe doesn't ask for much more than the file holds.

    Raises:
        RestructuredError: it does.
    """
    training, sheet = layout.training, layout.sheet("training")
    asked, there = (training.last_row, training.last_column), book.dimensions(sheet)
    if prod(asked) > MUCH * max(prod(there), FEW):
        raise RestructuredError(
            (
                f"{layout.sheet('recipe')}: its text describes {asked[0]:,} rows and {asked[1]:,} "
                f"columns on {sheet}, which has {there[0]:,} and {there[1]:,}; undo that, or make "
                "the workbook again.",
            )
        )


def check_epochs(book: Book, layout: Layout) -> None:
    """See that the text on Recipe asks for as many epochs as Training has.

    Raises:
        RestructuredError: it asks for others.
    """
    recipe, last = layout.recipe, layout.training.last_row
    if not recipe.epochs:
        return
    longer = replace(recipe, epochs=recipe.epochs + 1, order=(), detail="all")
    height = Layout.of(longer).training.last_row - last
    rows, _ = book.dimensions(layout.sheet("training"))
    more, rest = divmod(rows - last, height)
    if more and not rest and recipe.epochs + more > 0:
        raise RestructuredError(
            (
                f"{layout.sheet('recipe')}: its text says epochs = {recipe.epochs}, and "
                f"{layout.sheet('training')} has {recipe.epochs + more}; undo that, or make the "
                "workbook again.",
            )
        )


def rows_below(book: Book, layout: Layout) -> Iterator[str]:
    """Rows that a person typed below the last example of Data, where no formula looks."""
    data, sheet = layout.data, layout.sheet("data")
    bottom, right = book.dimensions(sheet)
    below = min(bottom - data.bottom, MOST)
    for row, line in enumerate(book.values(sheet, data.bottom + 1, 1, max(below, 0), right)):
        if sum(type(value) is float for value in line) >= data.width:
            cell = f"{sheet}!A{data.bottom + 1 + row}"
            yield (
                f"{cell}  rows below the last example, row {data.bottom}, are not used; make a "
                "workbook of all of them"
            )
            return


def restructured(book: Book, sheets: Sequence[Grid]) -> Iterator[str]:
    """A sentence for each sheet whose rows or columns are no longer where they were."""
    for grid in sheets:
        if extent(grid) != _last_in_use(book, grid):
            wanted, got = _written(grid), _found(book, grid)
            yield from _shifted(grid.name, wanted, got, "row", str)
            yield from _shifted(grid.name, _turned(wanted), _turned(got), "column", letters)


def _shifted(sheet: str, wanted: Pattern, got: Pattern, what: str, named: object) -> Iterator[str]:
    rows = sorted({*wanted, *got})
    first = next((row for row in rows if wanted.get(row) != got.get(row)), None)
    if first is None:
        return
    shifts = [*range(1, MOST + 1), *range(-1, -MOST - 1, -1)]
    fit, shift = max((_fits(wanted, got, first, shift), shift) for shift in shifts)
    if fit >= FIT and fit > _fits(wanted, got, first, 0):
        done = "inserted" if shift > 0 else "deleted"
        yield _sentence(sheet, what, named, first, abs(shift), done)


def _fits(wanted: Pattern, got: Pattern, first: int, shift: int) -> float:
    """How much of the pattern from a row on is found so many rows below, 0 to 1."""
    rows = [row for row in wanted if row >= first - min(shift, 0)]
    pairs = [(wanted[row], got.get(row + shift, frozenset())) for row in rows]
    shares = [len(one & other) / len(one | other) for one, other in pairs]
    return sum(shares) / max(len(rows), 1)


def _sentence(sheet: str, what: str, named: object, first: int, count: int, done: str) -> str:
    some = f"a {what} was" if count == 1 else f"{count} {what}s were"
    place = named(first) if callable(named) else first
    where = f"before {what} {place}" if done == "inserted" else f"from {what} {place} on"
    return (
        f"{sheet}: {some} {done} {where}, so that other cells stand where the formulas were "
        "written; undo that, or make the workbook again."
    )


def _written(grid: Grid) -> Pattern:
    rows: dict[int, set[tuple[int, str]]] = {}
    for cell in grid.cells:
        if cell.formula is not None or cell.value is not None:
            text = "" if cell.formula is not None else _text(cell.value)
            rows.setdefault(cell.row, set()).add((cell.column, text))
    for block in grid.blocks:
        filled = ~np.isnan(block.values) | [formula is not None for formula in block.formulas]
        for row, line in enumerate(filled, block.row):
            columns = (np.flatnonzero(line) + block.column).tolist()
            rows.setdefault(row, set()).update((column, "") for column in columns)
    return {row: frozenset(columns) for row, columns in rows.items()}


def _found(book: Book, grid: Grid) -> Pattern:
    bottom, right = _last_in_use(book, grid)
    rows: Pattern = {}
    for top in range(1, bottom + 1, READ_AT_ONCE):
        lines = book.values(grid.name, top, 1, min(READ_AT_ONCE, bottom + 1 - top), right)
        for row, line in enumerate(lines, top):
            formulas = [book.formula(grid.name, row, column) for column in range(1, right + 1)]
            filled = frozenset(
                (column, "" if formula is not None else _text(value))
                for column, (value, formula) in enumerate(zip(line, formulas, strict=True), 1)
                if value is not None or formula is not None
            )
            if filled:
                rows[row] = filled
    return rows


def _text(value: object) -> str:
    """A text, typeset or not; nothing of a number."""
    if isinstance(value, tuple):
        return "".join(run.text for run in value)
    return value if isinstance(value, str) else ""


def _last_in_use(book: Book, grid: Grid) -> tuple[int, int]:
    """The last row and column in use, but for what is far beyond the sheet that was written."""
    bottom, right = extent(grid)
    rows, columns = book.dimensions(grid.name)
    return min(rows, bottom + MOST), min(columns, right + MOST)


def _turned(pattern: Pattern) -> Pattern:
    """Of each column the rows."""
    columns: dict[int, set[tuple[int, str]]] = {}
    for row, found in pattern.items():
        for column, text in found:
            columns.setdefault(column, set()).add((row, text))
    return {column: frozenset(rows) for column, rows in columns.items()}
