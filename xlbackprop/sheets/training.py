"""The Training sheet: a block per epoch, a row per example, a column per symbol.

Each parameter has one column, and its story is read straight down: its value, what every example
asks of it, the sum, its next value.
"""

from math import ceil

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule

from xlbackprop.network.network import Group
from xlbackprop.sheets import training_formulas
from xlbackprop.sheets.bands import Band, put_bands, put_title
from xlbackprop.sheets.content import Content
from xlbackprop.sheets.equations import equation
from xlbackprop.sheets.layout import Layout, TrainingCells
from xlbackprop.sheets.typeset import typeset
from xlbackprop.trace import Trace
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper
from xlbackprop.workbook.style import BAD, PIXEL, ROLES, large_numbers

ROLE = {
    "x": "data",
    "t": "data",
    "z": "forward",
    "e": "forward",
    "a": "forward",
    "m": "cost",
    "C": "cost",
    "right": "cost",
    "c": "delta",
    "d": "delta",
    "g": "gradient",
}
STYLE = {"x": "plain-data", "t": "plain-data", "C": "cost-cost", "right": "whole-cost"}
WIDTH = {"x": 10.0, "t": 10.0, "C": 16.0, "right": 10.0}
PAGE_CHARACTERS = 175  # of a landscape A4 page at the smallest readable type


def grid(layout: Layout, content: Content) -> Grid:
    """The Training sheet."""
    training, text = layout.training, layout.text
    sheet = Grid(
        layout.sheet("training"),
        freeze=address(training.TOP, training.FIRST),
        tab_color=ROLES["forward"].band,
        columns=_columns(layout),
        paper=Paper(
            fit_width=max(1, ceil(_total_width(layout) / PAGE_CHARACTERS)),
            repeat_rows="1:5",
            repeat_columns="A:B",
        ),
    )
    put_title(sheet, text("training.title"), text("training.intro"), column=training.FIRST)
    put_bands(sheet, 3, _bands(layout))
    sheet.heights.update({3: 32, 4: 34, 5: 22})
    for step in range(training.epochs + 1):
        _add_block(sheet, layout, content.expected, step)
    _add_colours(sheet, layout)
    return sheet


# Headings.


def _bands(layout: Layout) -> list[Band]:
    training, text = layout.training, layout.text
    counters = (text("training.epoch"), text("training.example"))
    bands = [Band("update", training.EPOCH, counters, "", "")]
    for group in training.groups:
        bands += _gradient_bands(layout, group) if group.kind == "g" else [_band(layout, group)]
    return bands


def _band(layout: Layout, group: Group) -> Band:
    text = layout.text
    headings = tuple(
        text("training.right") if label == "right" else typeset(label) for label in group.labels
    )
    return Band(
        ROLE[group.kind],
        layout.training.columns[group.labels[0]],
        headings,
        text(f"training.band_{group.kind}", layer=group.layer),
        equation(layout, group),
    )


def _gradient_bands(layout: Layout, group: Group) -> list[Band]:
    """One band per unit, so that a title is in sight wherever one scrolls."""
    number, units = group.layer, layout.network.layers[group.layer - 2].units
    bands = []
    for unit, labels in enumerate(layout.network.parameter_rows(number), 1):
        key = "band_g" if unit <= units else "band_shared"
        bands.append(
            Band(
                "gradient",
                layout.training.columns[labels[0]],
                tuple(map(typeset, labels)),
                layout.text(f"training.{key}", layer=number, unit=unit),
                equation(layout, group),
            )
        )
    return bands


# Blocks.


def _add_block(sheet: Grid, layout: Layout, trace: Trace, step: int) -> None:
    _add_parameter_row(sheet, layout, trace, step)
    _add_example_rows(sheet, layout, trace, step)
    _add_sum_row(sheet, layout, trace, step)
    if step < layout.training.epochs:
        _add_state_rows(sheet, layout, trace, step)


def _add_parameter_row(sheet: Grid, layout: Layout, trace: Trace, step: int) -> None:
    training = layout.training
    row = training.parameter_row(step)
    formulas = training_formulas.parameters(layout, step)
    sheet.blocks.append(
        Block(
            row,
            training.first_parameter,
            tuple(formulas),
            trace.parameter_values[step : step + 1],
            ("strong-parameter",) * len(formulas),
        )
    )
    key = {0: "parameters", training.epochs: "last_parameters"}.get(step)
    _add_labels(sheet, layout, row, step, ("w, b", key), "parameter")
    _add_ground(sheet, row, training.FIRST + 1, training.first_parameter, "parameter")


def _add_labels(
    sheet: Grid, layout: Layout, row: int, step: int, texts: tuple[str, str | None], role: str
) -> None:
    """Epoch, kind of row and, in some rows, a remark under the name ``training.<key>``."""
    training, (kind, key) = layout.training, texts
    remark = layout.text(f"training.{key}") if key else None
    sheet.cells += [
        Cell(row, training.EPOCH, step + 1, style=f"label-{role}"),
        Cell(row, training.EXAMPLE, kind, style=f"label-{role}"),
        Cell(row, training.FIRST, remark, style=f"note-{role}"),
    ]


def _add_ground(sheet: Grid, row: int, first: int, end: int, role: str) -> None:
    """Colour the cells from one column up to another that have no number in this row."""
    empty = np.full((1, end - first), np.nan)
    styles = (f"note-{role}",) * (end - first)
    sheet.blocks.append(Block(row, first, (None,) * (end - first), empty, styles))


def _add_example_rows(sheet: Grid, layout: Layout, trace: Trace, step: int) -> None:
    training, network = layout.training, layout.network
    cells = TrainingCells(training, training.parameter_row(step))
    is_last = step == training.epochs
    formulas: list[str | None] = [None, None, *training_formulas.lookups(layout)]
    formulas += training_formulas.forward(network, cells)
    if not is_last:
        formulas += training_formulas.backward(network, cells)
    values = trace.values[step, :, : len(formulas) - 2]
    numbers = np.column_stack(
        [np.full(training.examples, step + 1.0), np.arange(1.0, training.examples + 1)]
    )
    if not is_last:
        values = np.where([formula is None for formula in formulas[2:]], np.nan, values)
    sheet.blocks.append(
        Block(
            training.first_example(step),
            training.EPOCH,
            tuple(formulas),
            np.hstack([numbers, values]),
            _example_styles(layout)[: len(formulas)],
            outline=1,
            hidden=step > 0,
        )
    )


def _example_styles(layout: Layout) -> tuple[str, ...]:
    styles = ["count", "count"]
    for group in layout.training.groups:
        styles += [_style(layout, group)] * len(group.labels)
    return tuple(styles)


def _style(layout: Layout, group: Group) -> str:
    if group.kind == "x" and layout.data.statistics and not layout.recipe.image:
        return "number-data"  # a quotient has many digits; those of data are few
    return STYLE.get(group.kind, f"number-{ROLE[group.kind]}")


def _add_sum_row(sheet: Grid, layout: Layout, trace: Trace, step: int) -> None:
    training = layout.training
    row, formulas = training.sum_row(step), training_formulas.sums(layout, step)
    cost, after = training.columns["C"], training.columns["C"] + 1
    _add_labels(sheet, layout, row, step, ("Σ", None if step else "sums"), "update")
    _add_ground(sheet, row, training.FIRST + 1, cost, "update")
    sheet.cells.append(Cell(row, cost, float(trace.cost[step]), formulas[cost], "strong-cost-cost"))
    if layout.network.answers:
        share, style = float(trace.accuracy[step]), "strong-percent-cost"
        sheet.cells.append(Cell(row, after, share, formulas[after], style))
        after += 1
    _add_ground(sheet, row, after, training.first_parameter, "update")
    if step == training.epochs:
        return
    columns = range(training.first_parameter, training.last_column + 1)
    patterns = tuple(formulas.get(column) for column in columns)
    values = np.where([pattern is None for pattern in patterns], np.nan, trace.gradient[step])
    sheet.blocks.append(
        Block(
            row,
            training.first_parameter,
            patterns,
            values[None, :],
            ("strong-gradient",) * len(patterns),
        )
    )


def _add_state_rows(sheet: Grid, layout: Layout, trace: Trace, step: int) -> None:
    """What the update rule remembers of each parameter, and η where it changes."""
    training = layout.training
    for state, formulas in training_formulas.states(layout, step):
        row, empty = training.state_row(step, state.name), [f is None for f in formulas]
        values = np.where(empty, np.nan, trace.states[state.name][step])
        styles = ("number-update",) * len(formulas)
        _add_remark(sheet, layout, row, step, state.name, state.equation)
        sheet.blocks.append(
            Block(row, training.first_parameter, tuple(formulas), values[None, :], styles)
        )
    if training.has_rate:
        row, schedule = training.rate_row(step), layout.recipe.learning().schedule
        _add_remark(sheet, layout, row, step, "η", f"η = {schedule.equation}")
        rate = Cell(
            row,
            training.first_parameter,
            float(trace.eta[step]),
            training_formulas.rate(layout, step),
            "number-update",
        )
        sheet.cells.append(rate)


def _add_remark(sheet: Grid, layout: Layout, row: int, step: int, name: str, equation: str) -> None:
    """Epoch, name and equation of a row that has numbers for the parameters only."""
    training = layout.training
    sheet.cells += [
        Cell(row, training.EPOCH, step + 1, style="label-update"),
        Cell(row, training.EXAMPLE, name, style="label-update"),
        Cell(row, training.FIRST, None if step else equation, style="note-update"),
    ]
    _add_ground(sheet, row, training.FIRST + 1, training.first_parameter, "update")


# Looks.


def _columns(layout: Layout) -> list[Columns]:
    """Widths, and outline groups that fold the inputs and each unit's weights."""
    training = layout.training
    widths = [Columns(training.EPOCH, training.EPOCH, 8), Columns(training.EXAMPLE, 2, 10)]
    for group in training.groups:
        if group.kind == "g":
            widths += _gradient_columns(layout, group)
            continue
        first = training.columns[group.labels[0]]
        widths.append(
            Columns(
                first,
                first + len(group.labels) - 1,
                _width(group, is_picture=bool(layout.recipe.image)),
                outline=1 if group.kind == "x" else 0,
            )
        )
    return widths


def _width(group: Group, *, is_picture: bool) -> float:
    # Titles need about 30 characters however few columns a group has.
    least = {"x": 20, "t": 14, "z": 30, "a": 28, "d": 32}.get(group.kind, 0)
    usual = 6.0 if is_picture and group.kind == "x" else WIDTH.get(group.kind, 11.0)
    return max(usual, least / len(group.labels))


def _gradient_columns(layout: Layout, group: Group) -> list[Columns]:
    columns = []
    for labels in layout.network.parameter_rows(group.layer):
        first, size = layout.training.columns[labels[0]], len(labels)
        width = max(11.0, 60 / size)
        if size > 1:
            columns.append(Columns(first, first + size - 2, width, outline=1))
        columns.append(Columns(first + size - 1, first + size - 1, width))
    return columns


def _total_width(layout: Layout) -> float:
    return sum((last - first + 1) * width for first, last, width, *_ in _columns(layout))


def _add_colours(sheet: Grid, layout: Layout) -> None:
    training = layout.training
    numbers = area(training.TOP, training.FIRST, training.last_row, training.last_column)
    sheet.conditional.append((numbers, large_numbers()))
    if layout.network.answers:
        answers = letters(training.columns["right"])
        column = f"{answers}{training.TOP}:{answers}{training.last_row}"
        # A colour scale passes over empty cells; a rule "equal to 0" would colour them, too.
        pale = ROLES["cost"].pale
        wrong = ColorScaleRule("num", 0, BAD[1], end_type="num", end_value=1, end_color=pale)
        sheet.conditional.append((column, wrong))
    if layout.recipe.image:
        last = training.FIRST + len(layout.recipe.inputs) - 1
        pixels = area(training.TOP, training.FIRST, training.last_row, last)
        sheet.conditional.append((pixels, pixel_colours()))


def pixel_colours() -> ColorScaleRule:
    """White for 0, blue for 1, shades between."""
    return ColorScaleRule("num", 0, PIXEL[0], end_type="num", end_value=1, end_color=PIXEL[1])
