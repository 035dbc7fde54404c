"""How sheets print on A4: type of at least 7 points, pages broken between groups of columns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil

from xlbackprop.workbook.book import A4, MARGINS
from xlbackprop.workbook.grid import Columns, Paper

LEAST_TYPE = 7.0  # points on paper
SMALLEST = 10.0  # of any text on our sheets, in points; indices apart
LEAST_SCALE = LEAST_TYPE / SMALLEST
ROW = 15.0  # points, of a row without a height
CHARACTER = 5.58  # points, of a digit of the normal font in LibreOffice; 5.25 in Excel
USUAL = 8.43  # characters of a column without a width
MOST_BREAKS = 100  # rows with which a page begins; Excel takes about a thousand
SLACK = 0.98  # spreadsheets round the width of each column and the scale


def room(*, landscape: bool = True) -> tuple[float, float]:
    """Characters across and points down that a page has at 100 %."""
    height, width = sorted(A4) if landscape else sorted(A4, reverse=True)
    across = width - MARGINS["left"] - MARGINS["right"]
    down = height - MARGINS["top"] - MARGINS["bottom"]
    return 72 * across / CHARACTER * SLACK, 72 * down * SLACK


def column_widths(columns: Sequence[Columns], last: int) -> list[float]:
    """The width of each column from the first to the last."""
    widths = [USUAL] * last
    for group in columns:
        span = range(group.first, min(group.last, last) + 1)
        for column in span:
            widths[column - 1] = group.width
    return widths


def across(
    paper: Paper, columns: Sequence[Columns], last: int, starts: Sequence[int], repeated: int = 0
) -> Paper:
    """The paper with its columns on one page, or on as many as readable type takes.

    Args:
        paper: the rest of the print set-up.
        columns: widths.
        last: the last column to print.
        starts: columns before which a page may end; where that isn't enough, before any.
        repeated: columns repeated on each page, from the first on.
    """
    width, _ = room(landscape=paper.landscape)
    widths = column_widths(columns, last)
    breaks, scale = _broken(widths, starts, repeated, width)
    if not breaks:
        return replace(paper, fit_width=1)
    return replace(paper, scale=scale, column_breaks=breaks)


def on_pages(
    widths: Sequence[float],
    heights: Sequence[float],
    column_starts: Sequence[int],
    row_starts: Sequence[int],
) -> Paper:
    """A landscape page, or as few as readable type takes.

    Args:
        widths: of the columns, in characters.
        heights: of the rows, in points.
        column_starts: columns before which a page may end.
        row_starts: rows before which a page may end.
    """
    width, height = room()
    columns, columns_scale = _broken(widths, column_starts, 0, width)
    rows, rows_scale = _broken(heights, row_starts, 0, height)
    if not (columns or rows):
        return Paper(fit_height=1)
    scale = min(columns_scale, rows_scale)
    return Paper(scale=scale, column_breaks=columns, row_breaks=rows, across_first=True)


def in_equal_parts(paper: Paper, width: float, titles: float, top: int, bottom: int) -> Paper:
    """The paper with its rows on pages of equal length, so that none holds just a few.

    Args:
        paper: the rest of the print set-up.
        width: of all columns, in characters; only where all are on one page.
        titles: height above the rows, in points; much of it is repeated on each page.
        top: the first row.
        bottom: the last row.
    """
    wide, high = room(landscape=paper.landscape)
    scale = paper.scale or min(100, int(100 * wide / width))
    most = max(1, int((100 * high / scale - titles) / ROW * SLACK))
    pages = ceil((bottom - top + 1) / most)
    if not 1 < pages <= MOST_BREAKS:
        return paper
    part = ceil((bottom - top + 1) / pages)
    return replace(paper, scale=scale, row_breaks=tuple(range(top + part, bottom + 1, part)))


def _broken(
    sizes: Sequence[float], starts: Sequence[int], repeated: int, most: float
) -> tuple[tuple[int, ...], int]:
    """The columns or rows with which further pages begin, and the scale in percent.

    Args:
        sizes: of the columns or rows, from the first on.
        starts: where a page may begin.
        repeated: how many are repeated on each page.
        most: what a page holds at 100 %.
    """
    kept = sum(sizes[:repeated])
    if kept + sum(sizes[repeated:]) <= most / LEAST_SCALE:
        return (), min(100, int(100 * most / sum(sizes)))
    pages = _pages(sizes, starts, repeated, most / LEAST_SCALE - kept)
    largest = max(sum(sizes[first - 1 : end - 1]) for first, end in pages)
    scale = min(100, int(100 * most / (kept + largest)))
    return tuple(first for first, _ in pages[1:]), scale


def _pages(
    sizes: Sequence[float], starts: Sequence[int], repeated: int, most: float
) -> list[tuple[int, int]]:
    """The first of each page, and the first one behind it."""
    last = len(sizes)
    inner = sorted({start for start in starts if repeated + 1 < start <= last})
    bounds = [repeated + 1, *inner, last + 1]
    pages = list[tuple[int, int]]()
    for first, end in pairwise(bounds):
        if pages and sum(sizes[pages[-1][0] - 1 : end - 1]) <= most:
            pages[-1] = (pages[-1][0], end)
        else:
            pages += _pieces(sizes, first, end, most)
    return pages


def _pieces(sizes: Sequence[float], first: int, end: int, most: float) -> Iterator[tuple[int, int]]:
    """A group, in pieces where it is larger than a page."""
    left, filled = first, 0.0
    for number in range(first, end):
        size = sizes[number - 1]
        if filled + size > most and number > left:
            yield left, number
            left, filled = number, 0.0
        filled += size
    yield left, end
