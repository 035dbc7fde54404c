"""The Walkthrough sheet: one example's pass forward and back, laid out as a network is drawn."""

from collections.abc import Iterator, Mapping

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import Page
from xlbackprop.page.paper import ROW, column_widths, on_pages
from xlbackprop.page.sentences import sentence
from xlbackprop.sheets.passes.arrangement import Part
from xlbackprop.sheets.passes.headings import put_headings
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.training.switches import PART, hide_numbers, put_switches, role_of, switched
from xlbackprop.sheets.walkthrough.figures import Figures
from xlbackprop.sheets.walkthrough.layout import (
    FORWARD_ROW,
    HELPER_ROW,
    VERDICT_ROW,
    WalkthroughLayout,
    choices,
    suits,
    unit_choice,
)
from xlbackprop.sheets.walkthrough.layout import switches as own_switches
from xlbackprop.sheets.walkthrough.looks import add_colours, halves, room, widths
from xlbackprop.sheets.walkthrough.numbers import Numbers
from xlbackprop.sheets.walkthrough.units import Spoken, Usual, followed
from xlbackprop.sheets.walkthrough.verdict import verdict
from xlbackprop.sheets.walkthrough.words import Words
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Grid, Paper, Value

ROWS = (19.0, 16.0)  # heights in points: the usual one, and the least for the sentences' type
TITLES = 22.0


def build(layout: Layout, content: Content) -> Page:
    """The Walkthrough sheet."""
    place, text = layout.own(WalkthroughLayout.of), layout.text
    page = new_page(layout, content, "walkthrough", "delta", widths(place))
    put_title(page.grid, text("walkthrough.title"), text("walkthrough.intro"))
    block, example = _put_choices(page, layout)
    numbers = Numbers(page, layout, content.live, block, example)
    for row, key in ((FORWARD_ROW, "forward"), (place.backward_row, "backward")):
        page.write(row, 1, text(f"walkthrough.{key}"), "section")
        bands = filter(None, (_band(layout, part, key) for part in place.parts))
        put_bands(page.grid, row + 1, bands, equations=False, headings=False)
    put_headings(page.grid, layout, place.forward.headings + place.backward.headings)
    numbers.put(place.pictures)
    switches = _put_switches(page, layout)
    last = _put_words(page, layout, content, numbers, switches)
    told = sentence(verdict(layout, content, numbers), text("walkthrough.too_large"))
    formula, value = switched(switches["forward"], *told)
    page.speak(VERDICT_ROW, 1, formula, value, "verdict-line")
    page.grid.heights[VERDICT_ROW] = 24
    _hide_answers(page, layout, switches)
    page.grid.paper = _paper(page.grid, place, last)
    add_colours(page, layout, content.live)
    return page


def asks(layout: Layout) -> Iterator[Input]:
    """The block, the example and the unit that are shown, and what is hidden."""
    yield from choices(layout)
    yield from filter(None, [unit_choice(layout)])
    yield from layout.own(own_switches).values()


KIND = Kind("walkthrough", build, suits, asks)


def _paper(sheet: Grid, place: WalkthroughLayout, last: int) -> Paper:
    """One page, its rows lower if need be; else pages end between the halves and the passes."""
    left, right = halves(place)
    widths = column_widths(sheet.columns, right[1])
    starts = [place.backward_row, place.words_row]
    for height in ROWS:
        sheet.heights |= dict.fromkeys(range(FORWARD_ROW, last + 1), height)
        sheet.heights |= dict.fromkeys((FORWARD_ROW, *starts), TITLES)
        heights = [sheet.heights.get(row, ROW) for row in range(1, last + 1)]
        paper = on_pages(widths, heights, [left[1] + 1], starts)
        if not paper.row_breaks:
            break
    return paper


def _put_choices(page: Page, layout: Layout) -> Iterator[Live]:
    text = layout.text
    for name, place in zip(("block", "example"), choices(layout), strict=True):
        note = text(f"walkthrough.{name}_note", most=place.most)
        yield put_choice(page, place, text(f"walkthrough.{name}"), note)


def _put_switches(page: Page, layout: Layout) -> dict[str, Live]:
    """What hides and shows the answers, each under the name of what it hides."""
    places = layout.own(own_switches)
    switches = put_switches(page, places)
    for part, place in places.items():
        heading = layout.text(f"walkthrough.show_{part}")
        page.write(HELPER_ROW - 1, place.column, heading, f"symbol-{part}")
    last = max(place.column for place in places.values())
    page.write(HELPER_ROW, last + 1, layout.text("walkthrough.show"), "beside")
    return switches


def _hide_answers(page: Page, layout: Layout, switches: Mapping[str, Live]) -> None:
    """Let each switch hide its numbers."""
    cells = dict[str, list[str]]()
    for picture in layout.own(WalkthroughLayout.of).pictures:
        if role := role_of(picture.kind):
            cells.setdefault(role, []).append(picture.cells)
    for role, areas in cells.items():
        ground = layout.theme.roles[role].pale
        hide_numbers(page, switches[PART[role]], ground, " ".join(areas))


def _band(layout: Layout, part: Part, half: str) -> Band | None:
    """The title above a part of the page."""
    text, left = layout.text, part.left
    columns: tuple[Value, ...] = ("",) * (part.right - left + 1)
    back = half == "backward"
    if part.layer <= 1:
        if back:
            return None
        name = text("walkthrough.input" if part.layer else "walkthrough.targets")
        return Band("data", left, columns, name)
    learns = bool(layout.network.parameter_labels(part.layer))
    kind = layout.network.layers[part.layer - 2].wording or ("layer" if learns else "pooled")
    name = text(f"walkthrough.{half}_{kind}", layer=part.layer)
    return Band("delta" if back else "forward", left, columns, name)


def _put_words(
    page: Page,
    layout: Layout,
    content: Content,
    numbers: Numbers,
    switches: Mapping[str, Live],
) -> int:
    """Each line in symbols, and below it in figures; the last row."""
    place, text, unit = numbers.place, layout.text, None
    page.write(place.words_row, 1, text("walkthrough.words"), "section")
    if chooses := unit_choice(layout):
        note = text("walkthrough.unit_note", most=chooses.most)
        key = "filter" if layout.network.has_maps else "unit"
        unit = put_choice(page, chooses, text(f"walkthrough.{key}"), note)
    usual, wide = Usual(layout), room(place)
    each = [
        Words(layout, content, numbers, Figures(layout, numbers, wide, Spoken(usual, k)))
        for k in range(place.units)
    ]
    passes = ([words.forward() for words in each], [words.backward() for words in each])
    rows, too_large = list[int](), text("walkthrough.too_large")
    for lines, columns in zip(passes, halves(place), strict=True):
        row = place.lines_row
        for alike in zip(*lines, strict=True):
            line = followed(alike, unit)
            told = sentence(line.parts, too_large)
            formula, value = switched(switches[PART[line.role]], *told)
            _put_line(page, row, columns, *line.printed, f"symbols-{line.role}")
            _put_line(page, row + 1, columns, value, formula, f"sentence-{line.role}")
            row += 2
        rows.append(row - 1)
    return max(rows)


def _put_line(
    page: Page, row: int, columns: tuple[int, int], value: Value, formula: str | None, style: str
) -> None:
    first, last = columns
    if formula is None:
        page.write(row, first, value, style)
    else:
        page.speak(row, first, formula, value, style, instead="–")
    for column in range(first + 1, last + 1):
        page.write(row, column, None, style)
    page.grid.merges.append(area(row, first, row, last))
