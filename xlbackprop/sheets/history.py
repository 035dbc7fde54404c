"""The History sheet: one row per epoch, and the curves of C_T and of right answers."""

from xlbackprop.sheets.bands import Band, put_bands, put_title
from xlbackprop.sheets.content import Array, Content
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.typeset import typeset
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper, Run
from xlbackprop.workbook.style import ROLES, large_numbers

# Below the repeated rows, and so low that both charts end before the first page does.
FIRST_CHART, SECOND_CHART, LAST_CHART_ROW = 6, 20, 34
CHART = (18.0, 6.6)  # centimetres; 14 rows are 7 centimetres high

TOTAL_COST = (Run("C", italic=True), Run("T", "subscript"))


def grid(layout: Layout, content: Content) -> Grid:
    """The History sheet."""
    history, text = layout.history, layout.text
    last = history.FIRST_PARAMETER + len(layout.network.all_parameter_labels) - 1
    sheet = Grid(
        layout.sheet("history"),
        freeze=address(history.TOP, history.COST),
        tab_color=ROLES["cost"].band,
        columns=[
            Columns(history.EPOCH, history.EPOCH, 9),
            Columns(history.COST, history.NORM, 14),
            Columns(history.NORM + 1, history.FIRST_PARAMETER - 1, 8.5),
            Columns(history.FIRST_PARAMETER, last, 11),
        ],
        paper=Paper(
            repeat_rows="3:5",
            area=area(1, 1, max(history.row(history.epochs), LAST_CHART_ROW), 17),
        ),
    )
    put_title(sheet, text("history.title"), text("history.intro"))
    _put_bands(sheet, layout)
    for step in range(history.epochs + 1):
        _put_epoch(sheet, layout, content, step)
    bottom = history.row(history.epochs)
    sheet.conditional.append((area(history.TOP, history.COST, bottom, last), large_numbers()))
    sheet.charts += _charts(layout)
    return sheet


def _put_bands(sheet: Grid, layout: Layout) -> None:
    history, text = layout.history, layout.text
    labels = layout.network.all_parameter_labels
    bands = [
        Band("update", history.EPOCH, (text("history.epoch"),), ""),
        Band("cost", history.COST, (TOTAL_COST,), text("history.cost"), "Σ C"),
        Band("cost", history.ACCURACY, (text("history.share"),), text("history.accuracy"), ""),
        *_norm_band(layout),
        Band(
            "parameter",
            history.FIRST_PARAMETER,
            tuple(typeset(label) for label in labels),
            text("history.parameters"),
            text("history.parameters_note"),
        ),
    ]
    put_bands(sheet, 3, bands)
    sheet.heights.update({3: 36, 4: 20, 5: 22})


def _norm_band(layout: Layout) -> list[Band]:
    if not layout.network.trains:
        return []
    norm = layout.text("history.norm")
    return [Band("gradient", layout.history.NORM, ("|∇C|",), norm, "√Σ(∂C/∂w)²")]


def _put_epoch(sheet: Grid, layout: Layout, content: Content, step: int) -> None:
    history, training, live = layout.history, layout.training, content.live
    row, sums = history.row(step), training.sum_row(step)

    def at(row: int, column: int) -> str:
        return layout.on("training", address(row, column))

    columns = training.columns
    sheet.cells += [
        Cell(row, history.EPOCH, step + 1, style="count"),
        Cell(row, history.COST, float(live.cost[step]), at(sums, columns["C"]), "cost-cost"),
    ]
    if layout.network.answers:
        value, formula = float(live.accuracy[step]), at(sums, columns["right"])
        sheet.cells.append(Cell(row, history.ACCURACY, value, formula, "percent-cost"))
    else:
        sheet.cells.append(Cell(row, history.ACCURACY, "–", style="plain-cost"))
    if step < history.epochs:
        gradient = area(sums, training.first_parameter, sums, training.last_column)
        norm = f"SQRT(SUMSQ({layout.on('training', gradient)}))"
        value = float(live.gradient_norm()[step])
        sheet.cells.append(Cell(row, history.NORM, value, norm, "number-gradient"))
    elif layout.network.trains:
        sheet.cells.append(Cell(row, history.NORM, "–", style="plain-gradient"))
    sheet.blocks.append(_parameters(layout, live.parameter_values[step], step))


def _parameters(layout: Layout, values: Array, step: int) -> Block:
    """The parameters of an epoch, each a reference to the Training sheet."""
    training = layout.training
    columns = range(training.first_parameter, training.last_column + 1)
    row = training.parameter_row(step)
    return Block(
        layout.history.row(step),
        layout.history.FIRST_PARAMETER,
        tuple(layout.on("training", address(row, column)) for column in columns),
        values[None, :],
        ("number-parameter",) * len(columns),
    )


def _charts(layout: Layout) -> list[tuple[str, object]]:
    text = layout.text
    cost = curves(
        text("history.cost_chart"),
        text("history.epoch"),
        "C_T",
        [_curve(layout, layout.history.COST, "C_T", ROLES["cost"].band)],
        y_format="General",
        size=CHART,
    )
    column = letters(layout.history.CHART)
    if not layout.network.answers:
        return [(f"{column}{FIRST_CHART}", cost)]
    accuracy = curves(
        text("history.accuracy_chart"),
        text("history.epoch"),
        text("history.share"),
        [_curve(layout, layout.history.ACCURACY, text("history.share"), ROLES["forward"].band)],
        y_format="0%",
        y_range=(0, 1),
        size=CHART,
    )
    return [(f"{column}{FIRST_CHART}", cost), (f"{column}{SECOND_CHART}", accuracy)]


def _curve(layout: Layout, column: int, name: str, color: str) -> Curve:
    history = layout.history

    def absolute(column: int) -> str:
        letter = letters(column)
        first, last = history.row(0), history.row(history.epochs)
        return f"'{layout.sheet('history')}'!${letter}${first}:${letter}${last}"

    # A curve through a single point can't be seen.
    marker = history.epochs == 0
    return Curve(absolute(history.EPOCH), absolute(column), name, color, marker=marker)
