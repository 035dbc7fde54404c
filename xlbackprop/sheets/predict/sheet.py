"""The Predict sheet: a person draws, and the network answers."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, isfinite

from xlbackprop.data.scalings import SCALINGS
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.colours import pixel_colours
from xlbackprop.page.paper import ROW, column_widths, on_pages
from xlbackprop.page.sentences import sentence
from xlbackprop.page.validations import number_only
from xlbackprop.sheets import scaled
from xlbackprop.sheets.data import input_colours
from xlbackprop.sheets.passes import forward as forward_pass
from xlbackprop.sheets.passes.colours import bounds, map_colours
from xlbackprop.sheets.passes.headings import put_headings
from xlbackprop.sheets.passes.looks import style
from xlbackprop.sheets.plan.choices import on, put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.predict.numbers import PredictNumbers
from xlbackprop.sheets.predict.verdict import lead, lead_formula, verdict
from xlbackprop.sheets.training import formulas as training_formulas
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.training.looks import ROLE
from xlbackprop.sheets.walkthrough.area import Part, Picture
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import absolute, address, area, letters
from xlbackprop.workbook.charts import bars
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper
from xlbackprop.workbook.style import large_numbers, narrow_numbers

CHART = (10.5, 7.0)  # centimetres
BELOW_CHART = 14  # rows that it may reach down


def grid(layout: Layout, content: Content) -> Grid:
    """The Predict sheet."""
    page, text = layout.predict, layout.text
    last = page.chart + page.CHART - 1
    sheet = Grid(
        layout.sheet("predict"),
        tab_color=layout.theme.roles["forward"].band,
        columns=[
            *(Columns(column, column, width) for column, width in page.widths.items()),
            Columns(page.right + 1, page.right + 1, 2),
            Columns(page.chart, last, page.CHART_WIDTH),
            Columns(page.number, page.number, 14),
            *forward_pass.columns(page, is_picture=page.is_picture),
        ],
    )
    put_title(sheet, text("predict.title"), text(f"predict.intro_{_kind(layout)}"))
    numbers = PredictNumbers.of(layout, content)
    _put_choice(sheet, layout, content)
    formula, value = sentence(verdict(layout, numbers), text("walkthrough.too_large"))
    sheet.cells.append(Cell(page.VERDICT_ROW, 1, value, formula, "verdict-line"))
    where = text("predict.where", row=page.top, column=letters(page.first))
    sheet.cells.append(Cell(page.VERDICT_ROW + 1, 1, where, style="note"))
    put_bands(sheet, page.BAND_ROW, _bands(layout), headings=False)
    put_headings(sheet, layout, page.page.headings)
    _put_drawn(sheet, layout, content)
    sheet.cells += _shown(layout, numbers)
    _put_pass(sheet, layout, numbers)
    _set_heights(sheet, layout)
    sheet.paper = _paper(sheet, layout, last)
    _add_colours(sheet, layout, content.live)
    sheet.charts.append((address(page.BAND_ROW, page.chart), _chart(layout)))
    return sheet


def _kind(layout: Layout) -> str:
    """Whether inputs are drawn or typed."""
    return "picture" if layout.recipe.image else "values"


def _put_choice(sheet: Grid, layout: Layout, content: Content) -> None:
    """The cell that chooses a block; where there is only one, whose weights are used."""
    text, row = layout.text, layout.predict.CHOICE_ROW
    if not layout.has_blocks:
        sheet.cells.append(Cell(row, 1, text("choices.only"), style="note"))
        sheet.heights[row] = 20
        return
    note = text("choices.note", blocks=layout.history.blocks)
    put_choice(on(sheet, layout, content), layout.predict_choice, text("choices.block"), note)


# On the left.


def _bands(layout: Layout) -> list[Band]:
    """Titles and equations above what is drawn and above each layer."""
    return [_band(layout, part) for part in layout.predict.parts]


def _band(layout: Layout, part: Part) -> Band:
    text, columns = layout.text, ("",) * (part.right - part.left + 1)
    if part.layer == 1:
        title = text(f"predict.{_kind(layout)}")
        equation_or_hint = SCALINGS[layout.recipe.scaling].equation or (
            text("predict.hint") if layout.recipe.image else ""
        )
        return Band("input", part.left, columns, title, equation_or_hint)
    network = layout.network
    groups = (g for g in network.forward_groups() if g.layer == part.layer and g.kind in "zea")
    equations = "\n".join(equation(layout, group) for group in groups)
    key = "outputs" if part.layer == network.last else "layer"
    return Band("forward", part.left, columns, text(f"predict.{key}", layer=part.layer), equations)


def _put_drawn(sheet: Grid, layout: Layout, content: Content) -> None:
    """The cells in which a person draws."""
    numbers = number_only(layout.text)
    for number in layout.drawn:
        value = content.inputs.asked[number.name]
        sheet.cells.append(Cell(number.row, number.column, value, style="plain-input"))
    for picture in layout.predict.page.pictures:
        if picture.kind == "r":
            numbers.add(picture.cells)
            if layout.recipe.image:
                sheet.conditional.append((picture.cells, input_colours(layout)))
    sheet.validations.append(numbers)


def _shown(layout: Layout, numbers: PredictNumbers) -> Iterator[Cell]:
    """z and a of each layer, as the pass has them; and how far the largest output is ahead."""
    page, network = layout.predict, layout.network
    for picture in page.page.pictures:
        if picture.kind == "r":
            continue
        look = f"figure-{ROLE['x']}" if picture.kind == "x" else style(picture)
        for label, (row, column) in picture.places:
            if label == "lead":
                labels = network.output_labels(network.last)
                value = lead([numbers.values[own] for own in labels])
                formula = lead_formula([address(*page.shown[own]) for own in labels])
            else:
                value = numbers.values[label]
                formula = address(page.top, page.columns[label])
            yield Cell(row, column, value, formula, look)


# The pass itself, on the right.


def _put_pass(sheet: Grid, layout: Layout, numbers: PredictNumbers) -> None:
    page, text = layout.predict, layout.text
    title = Band("update", page.number, ("",), "", text("predict.pass"))
    put_bands(sheet, page.BAND_ROW, [title, *forward_pass.bands(layout, page)])
    forward_pass.put_parameters(sheet, layout, page, page.number, numbers.parameters)
    sheet.cells.append(Cell(page.top, page.number, "→", style="count"))
    formulas = (*_inputs(layout), *training_formulas.outputs(layout.network, page.cells))
    styles = tuple(
        f"number-{ROLE[group.kind]}" if group.kind != "x" or page.scaled else "plain-data"
        for group in page.groups
        for _ in group.labels
    )
    sheet.blocks.append(Block(page.top, page.first, formulas, numbers.expected, styles))


def _inputs(layout: Layout) -> list[str]:
    """x of what is drawn."""
    cells = [address(number.row, number.column) for number in layout.drawn]
    if not layout.predict.scaled:
        return cells
    return [scaled.elsewhere(layout, cell, i) for i, cell in enumerate(cells)]


# Looks.


def _set_heights(sheet: Grid, layout: Layout) -> None:
    page = layout.predict
    rows = range(page.TOP + 1, page.bottom + 1)
    sheet.heights |= dict.fromkeys(rows, page.height * 0.75)
    sheet.heights |= {page.VERDICT_ROW: 34.0, page.VERDICT_ROW + 1: 22.0}
    sheet.heights |= {page.BAND_ROW: 26.0, page.TOP: 22.0}
    needed = [
        sum(ceil(len(line) / (_width(layout, part) - 2)) for line in band.equation.split("\n"))
        for part, band in zip(page.parts, _bands(layout), strict=True)
    ]
    sheet.heights[page.BAND_ROW + 1] = 10.0 + 15.0 * max(needed)


def _paper(sheet: Grid, layout: Layout, last: int) -> Paper:
    """What stands on the left, and the chart."""
    page = layout.predict
    bottom = max(page.bottom, page.TOP + BELOW_CHART)
    heights = [sheet.heights.get(row, ROW) for row in range(1, bottom + 1)]
    starts = [part.left for part in page.parts]  # the chart stays beside the outputs
    paper = on_pages(column_widths(sheet.columns, last), heights, starts, [])
    return replace(paper, area=area(1, 1, bottom, last))


def _width(layout: Layout, part: Part) -> float:
    return sum(layout.predict.widths[c] for c in range(part.left, part.right + 1))


def _add_colours(sheet: Grid, layout: Layout, trace: Trace) -> None:
    """Shades of blue for outputs from 0 to 1; red and blue for z of maps and for other outputs."""
    page = layout.predict
    shown_cells = " ".join(p.cells for p in page.page.pictures if p.kind != "r")
    sheet.conditional += [(shown_cells, rule) for rule in narrow_numbers()]
    passed = area(page.parameters_top, page.first, page.top, page.first + len(page.columns) - 1)
    sheet.conditional.append((passed, large_numbers()))
    alike: dict[tuple[str, int], list[Picture]] = {}
    for picture in page.page.pictures:
        is_map = len(picture.labels[0]) > 1
        if picture.kind in "xa" or (picture.kind == "z" and is_map):
            alike.setdefault((picture.kind, picture.layer), []).append(picture)
    for (kind, layer), pictures in alike.items():
        cells = " ".join(p.cells for p in pictures)
        if kind == "x" and not layout.recipe.image:
            continue
        is_drawn, pictures_of = kind == "x", layout.theme.pictures
        rule = pixel_colours(pictures_of) if is_drawn else map_colours(layout, trace, kind, layer)
        sheet.conditional.append((cells, rule))


def _chart(layout: Layout) -> object:
    page, network, sheet = layout.predict, layout.network, layout.sheet("predict")
    labels = network.output_labels(network.last)
    ends = [end if isfinite(end) else None for end in bounds(layout, network.last)]
    return bars(
        layout.text("predict.chart"),
        f"'{sheet}'!{absolute(*page.names[0], *page.names[-1])}",
        f"'{sheet}'!{absolute(*page.shown[labels[0]], *page.shown[labels[-1]])}",
        color=layout.theme.roles["forward"].band,
        size=CHART,
        y_range=(ends[0], ends[1]),
        gap=max(60, 300 // len(labels)),  # a single bar isn't as wide as the chart
    )
