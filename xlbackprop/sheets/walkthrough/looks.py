"""How the Walkthrough sheet looks: styles, widths and colours."""

from collections.abc import Sequence
from math import ceil

from xlbackprop.page.colours import pixel_colours
from xlbackprop.page.page import Page
from xlbackprop.page.paper import LEAST_SCALE
from xlbackprop.page.paper import room as page_room
from xlbackprop.sheets.passes.arrangement import Picture
from xlbackprop.sheets.passes.colours import map_colours
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.walkthrough.layout import FORWARD_ROW, WalkthroughLayout
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Columns

WIDTH, GAP, NAMES = 7.6, 2.0, 11.0
LINE, USUAL = 150.0, 8.43  # characters of both lines at least; of a column without a width


def widths(page: WalkthroughLayout) -> list[Columns]:
    """Gaps between pictures are narrow, names of classes need room."""
    used, names = set(page.columns), page.parts[-1].left
    wide = {column: WIDTH if column in used else GAP for column in range(1, page.last_column + 1)}
    wide[names] = NAMES
    return [Columns(column, column, width) for column, width in wide.items()]


def halves(page: WalkthroughLayout) -> list[tuple[int, int]]:
    """First and last column of the lines forward and of those back: half of the width each."""
    sizes = [columns.width for columns in widths(page)]
    sizes += [USUAL] * max(0, ceil((LINE - sum(sizes)) / USUAL))  # a page may be narrower
    if _is_broken(sizes):  # with a part, where a printed page ends, too
        ends = [part.left - 1 for part in page.parts[1:]]
        half = min(ends, key=lambda end: abs(sum(sizes[:end]) - sum(sizes) / 2))
    else:
        half = next(i for i in range(len(sizes)) if sum(sizes[: i + 1]) >= sum(sizes) / 2)
    return [(1, half), (half + 1, len(sizes))]


def _is_broken(sizes: Sequence[float]) -> bool:
    """Whether columns of these widths take more than one printed page."""
    width, _ = page_room()
    return sum(sizes) > width / LEAST_SCALE


def room(page: WalkthroughLayout) -> float:
    """Characters of a line; its type is larger than that of cells."""
    sizes = [columns.width for columns in widths(page)]
    half = max(LINE, sum(sizes)) / 2
    if _is_broken(sizes):
        half = min(sum(sizes[first - 1 : last]) for first, last in halves(page))
    return half * 11 / 12


def add_colours(sheet: Page, layout: Layout, trace: Trace) -> None:
    """Red and blue for weights, gradients and maps; shades of blue for pixels."""
    page = layout.own(WalkthroughLayout.of)
    sheet.narrow(area(FORWARD_ROW, 1, page.backward.rows, page.last_column))
    for picture in page.pictures:
        if picture.kind == "x" and layout.recipe.image:
            sheet.coloured([picture.cells], pixel_colours(layout.theme.pictures))
    alike: dict[tuple[str, int], list[str]] = {}
    for picture in page.pictures:
        if picture.kind in "wG" or (picture.kind in "zad" and _is_map(picture)):
            alike.setdefault((picture.kind, picture.layer), []).append(picture.cells)
    for (kind, number), cells in alike.items():
        sheet.coloured(cells, map_colours(layout, trace, kind, number))


def _is_map(picture: Picture) -> bool:
    return max(map(len, picture.labels)) > 1
