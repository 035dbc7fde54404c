"""How the Training sheet prints: titles on each page, and of a long training its beginning."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from math import ceil
from operator import itemgetter

from xlbackprop.page.bands import text_width
from xlbackprop.page.paper import LEAST_SCALE, ROW, USUAL, across, room
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.looks import is_open
from xlbackprop.workbook.address import area, letters
from xlbackprop.workbook.grid import Grid, Paper

MOST_PAGES = 20  # of a whole training
TITLES = 5  # rows on each page


def paper(sheet: Grid, layout: Layout, starts: Sequence[int]) -> Paper:
    """The print set-up; a page may end before the columns in `starts`.

    Of a training that would take too many pages, the first epoch is printed, and as much of the
    next ones as its pages hold.
    """
    tried = (_tried(sheet, layout, starts, landscape=landscape) for landscape in (True, False))
    return min(tried, key=itemgetter(0))[1]


def _tried(
    sheet: Grid, layout: Layout, starts: Sequence[int], *, landscape: bool
) -> tuple[int, Paper]:
    """The number of pages and the print set-up with the paper held so."""
    training = layout.training
    counters = f"A:{letters(training.example)}"
    paper = Paper(landscape=landscape, repeat_rows=f"1:{TITLES}", repeat_columns=counters)
    edge = max(training.last_column, training.remark_column + _remark(layout))
    paper = across(paper, sheet.columns, edge, starts, training.example)
    rows, wide = list(accumulate(_rows(layout))), 1 + len(paper.column_breaks)
    page = _page(sheet, paper)
    pages = wide * ceil(rows[-1] / page)
    if pages <= MOST_PAGES:
        return pages, paper
    first = min(training.steps.per_epoch, len(rows)) - 1
    held = page * ceil(rows[first] / page)
    last = max(block for block, row in enumerate(rows) if block <= first or row <= held)
    if last == len(rows) - 1:
        return pages, paper
    printed = area(1, 1, training.parameter_row(last + 1) - 1, training.last_column)
    return wide * held // page, replace(paper, area=printed)


def _remark(layout: Layout) -> int:
    """Columns that the remark beside the parameters runs over; there may be none behind it."""
    texts = (layout.text(f"training.{key}") for key in ("parameters", "last_parameters"))
    return ceil(max(map(text_width, texts)) / USUAL)


def _page(sheet: Grid, paper: Paper) -> int:
    """Rows of a page, below its titles."""
    _, height = room(landscape=paper.landscape)
    titles = sum(sheet.heights.get(row, ROW) for row in range(1, TITLES + 1))
    return int((height / (paper.scale / 100 or LEAST_SCALE) - titles) / ROW)


def _rows(layout: Layout) -> list[int]:
    """Rows of each block that aren't folded."""
    training, steps = layout.training, layout.training.steps
    sizes = steps.sizes.tolist()
    return [
        training.extra + (size if is_open(layout, block) else 0) for block, size in enumerate(sizes)
    ]
