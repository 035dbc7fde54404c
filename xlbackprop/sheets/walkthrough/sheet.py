"""The Walkthrough sheet: one example's pass forward and back, laid out as a network is drawn."""

from collections.abc import Iterator

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.paper import ROW, column_widths, on_pages
from xlbackprop.page.sentences import sentence
from xlbackprop.sheets.passes.headings import put_headings
from xlbackprop.sheets.passes.looks import ROLE, style
from xlbackprop.sheets.plan.choices import on, put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.switches import PART, hide_numbers, put_switches, role_of, switched
from xlbackprop.sheets.walkthrough.area import Part
from xlbackprop.sheets.walkthrough.figures import Figures
from xlbackprop.sheets.walkthrough.looks import add_colours, halves, room, widths
from xlbackprop.sheets.walkthrough.numbers import Numbers
from xlbackprop.sheets.walkthrough.units import Spoken, Usual, followed
from xlbackprop.sheets.walkthrough.verdict import verdict
from xlbackprop.sheets.walkthrough.words import Words
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Cell, Grid, Paper, Value

ROWS = (19.0, 16.0)  # heights in points: the usual one, and the least for the sentences' type
TITLES = 22.0


def grid(layout: Layout, content: Content) -> Grid:
    """The Walkthrough sheet."""
    page, text = layout.walkthrough, layout.text
    sheet = Grid(
        layout.sheet("walkthrough"),
        tab_color=layout.theme.roles["delta"].band,
        columns=widths(page),
    )
    put_title(sheet, text("walkthrough.title"), text("walkthrough.intro"))
    numbers = Numbers.of(layout, content)
    _put_choices(sheet, layout, content)
    _put_helpers(sheet, layout, numbers)
    for row, key in ((page.FORWARD_ROW, "forward"), (page.backward_row, "backward")):
        sheet.cells.append(Cell(row, 1, text(f"walkthrough.{key}"), style="section"))
        bands = [_band(layout, part, key) for part in page.parts]
        put_bands(sheet, row + 1, [band for band in bands if band], equations=False, headings=False)
    put_headings(sheet, layout, page.forward.headings + page.backward.headings)
    sheet.cells += _numbers(layout, numbers)
    _put_switches(sheet, layout, content)
    last = _put_words(sheet, layout, content, numbers)
    formula, value = sentence(verdict(layout, content, numbers), text("walkthrough.too_large"))
    formula, value = switched(layout.walkthrough_switches["forward"], content, formula, value)
    sheet.cells.append(Cell(page.VERDICT_ROW, 1, value, formula, "verdict-line"))
    _hide_answers(sheet, layout)
    sheet.heights[page.VERDICT_ROW] = 24
    sheet.paper = _paper(sheet, layout, last)
    add_colours(sheet, layout, content.live)
    return sheet


def _paper(sheet: Grid, layout: Layout, last: int) -> Paper:
    """One page, its rows lower if need be; else pages end between the halves and the passes."""
    page = layout.walkthrough
    left, right = halves(page)
    widths = column_widths(sheet.columns, right[1])
    starts = [page.backward_row, page.words_row]
    for height in ROWS:
        sheet.heights |= dict.fromkeys(range(page.FORWARD_ROW, last + 1), height)
        sheet.heights |= dict.fromkeys((page.FORWARD_ROW, *starts), TITLES)
        heights = [sheet.heights.get(row, ROW) for row in range(1, last + 1)]
        paper = on_pages(widths, heights, [left[1] + 1], starts)
        if not paper.row_breaks:
            break
    return paper


def _put_choices(sheet: Grid, layout: Layout, content: Content) -> None:
    text = layout.text
    for name, choice in zip(("block", "example"), layout.walkthrough_choices, strict=True):
        note = text(f"walkthrough.{name}_note", most=choice.most)
        put_choice(on(sheet, layout, content), choice, text(f"walkthrough.{name}"), note)


def _put_helpers(sheet: Grid, layout: Layout, numbers: Numbers) -> None:
    """Where the numbers stand on Training."""
    page, row = layout.walkthrough, layout.walkthrough.HELPER_ROW
    sheet.cells.append(Cell(row, 1, layout.text("walkthrough.rows"), style="label"))
    for column, (name, formula, value) in zip(page.helper_columns, numbers.helpers, strict=True):
        heading = layout.text(f"walkthrough.row_{name}")
        sheet.cells += [
            Cell(row - 1, column, heading, style="symbol-update"),
            Cell(row, column, value, formula, "whole-update"),
        ]
    sheet.heights[row - 1] = 20


def _put_switches(sheet: Grid, layout: Layout, content: Content) -> None:
    """What hides and shows the answers, each under the name of what it hides."""
    switches, row = layout.walkthrough_switches, layout.walkthrough.HELPER_ROW
    put_switches(sheet, content, layout, switches.values())
    for part, switch in switches.items():
        heading = layout.text(f"walkthrough.show_{part}")
        sheet.cells.append(Cell(row - 1, switch.column, heading, style=f"symbol-{part}"))
    last = max(switch.column for switch in switches.values())
    sheet.cells.append(Cell(row, last + 1, layout.text("walkthrough.show"), style="beside"))


def _hide_answers(sheet: Grid, layout: Layout) -> None:
    """Let each switch hide its numbers."""
    switches, cells = layout.walkthrough_switches, dict[str, list[str]]()
    for picture in layout.walkthrough.pictures:
        if role := role_of(picture.kind):
            cells.setdefault(role, []).append(picture.cells)
    for role, areas in cells.items():
        ground = layout.theme.roles[role].pale
        hide_numbers(sheet, switches[PART[role]], ground, " ".join(areas))


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
    key = f"walkthrough.{half}_layer" if learns else f"walkthrough.{half}_pooled"
    return Band("delta" if back else "forward", left, columns, text(key, layer=part.layer))


def _numbers(layout: Layout, numbers: Numbers) -> Iterator[Cell]:
    for picture in layout.walkthrough.pictures:
        for label, (row, column) in picture.places:
            formula = numbers.formula(label, again=picture.kind == "A")
            if formula is None:
                yield Cell(row, column, "–", style=f"plain-{ROLE[picture.kind]}")
            else:
                yield Cell(row, column, numbers.values[label], formula, style(picture))


def _put_words(sheet: Grid, layout: Layout, content: Content, numbers: Numbers) -> int:
    """Each line in symbols, and below it in figures; the last row."""
    page, text = layout.walkthrough, layout.text
    sheet.cells.append(Cell(page.words_row, 1, text("walkthrough.words"), style="section"))
    unit = layout.walkthrough_unit
    if unit:
        note = text("walkthrough.unit_note", most=unit.most)
        key = "filter" if layout.network.has_maps else "unit"
        put_choice(on(sheet, layout, content), unit, text(f"walkthrough.{key}"), note)
    chosen = content.inputs.chosen(unit) if unit else 1
    usual, wide = Usual(layout), room(page)
    each = [
        Words(layout, content, numbers, Figures(layout, numbers, wide, Spoken(usual, k)))
        for k in range(page.units)
    ]
    rows = list[int]()
    passes = ([words.forward() for words in each], [words.backward() for words in each])
    for lines, (first, last) in zip(passes, halves(page), strict=True):
        row = page.lines_row
        for alike in zip(*lines, strict=True):
            line = followed(layout, alike, chosen)
            switch = layout.walkthrough_switches[PART[line.role]]
            too_large = text("walkthrough.too_large")
            formula, value = switched(switch, content, *sentence(line.parts, too_large))
            _put_line(sheet, row, (first, last), *line.printed, f"symbols-{line.role}")
            _put_line(sheet, row + 1, (first, last), value, formula, f"sentence-{line.role}")
            row += 2
        rows.append(row - 1)
    return max(rows)


def _put_line(
    sheet: Grid, row: int, columns: tuple[int, int], value: Value, formula: str | None, style: str
) -> None:
    first, last = columns
    sheet.cells.append(Cell(row, first, value, formula, style))
    sheet.cells += [Cell(row, column, None, style=style) for column in range(first + 1, last + 1)]
    sheet.merges.append(area(row, first, row, last))
