"""The History sheet: one row per update, and the curves of C_T and of right answers."""

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.typeset import MEAN_COST, TOTAL_COST, typeset
from xlbackprop.sheets.lesson_texts import note
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import address, area, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Paper, Run, Value
from xlbackprop.workbook.style import large_numbers

# Below the repeated rows, and so low that both charts end before the first page does.
# A row below the headings: printed pages repeat these, and would have the edge of the chart.
FIRST_CHART, SECOND_CHART, LAST_CHART_ROW = 7, 20, 33
CHART = (18.0, 6.2)  # centimetres; 13 rows are 6.5 centimetres high


def grid(layout: Layout, content: Content) -> Grid:
    """The History sheet."""
    history, text = layout.history, layout.text
    bottom = history.row(history.blocks - 1)
    sheet = Grid(
        layout.sheet("history"),
        freeze=address(history.TOP, history.cost),
        tab_color=layout.theme.roles["cost"].band,
        columns=[
            Columns(history.EPOCH, history.cost - 1, 9),
            Columns(history.cost, history.norm, 14),
            Columns(history.norm + 1, history.first_parameter - 1, 8.5),
            *(
                [Columns(history.first_parameter, history.last_column, 11)]
                if history.shows_parameters
                else []
            ),
        ],
        paper=Paper(
            repeat_rows="3:5",
            area=area(1, 1, max(bottom, LAST_CHART_ROW), history.first_parameter - 1),
        ),
    )
    put_title(sheet, text("history.title"), text("history.intro"))
    _put_bands(sheet, layout)
    if said := note(layout):
        sheet.cells.append(Cell(3, history.chart, said, style="intro-wrapped"))
        sheet.merges.append(area(3, history.chart, 4, history.first_parameter - 1))
    for block in range(history.blocks):
        _put_block(sheet, layout, content, block)
    numbers = area(history.TOP, history.cost, bottom, history.last_column)
    sheet.conditional.append((numbers, large_numbers()))
    sheet.charts += _charts(layout)
    return sheet


def _put_bands(sheet: Grid, layout: Layout) -> None:
    history, text = layout.history, layout.text
    counters: tuple[Value, ...] = (text("history.epoch"),)
    if history.batched:
        counters = (*counters, text("history.step"), (Run("n", italic=True),))
    bands = [
        Band("update", history.EPOCH, counters, ""),
        Band("cost", history.cost, (TOTAL_COST,), text("history.cost"), "Σ C"),
        Band("cost", history.accuracy, (text("history.share"),), text("history.accuracy"), ""),
        *_norm_band(layout),
    ]
    if history.batched:
        bands.append(Band("cost", history.mean, (MEAN_COST,), text("history.mean"), "Σ C / n"))
    if history.shows_parameters:
        labels = tuple(typeset(label) for label in layout.network.all_parameter_labels)
        title, note = text("history.parameters"), text("history.parameters_note")
        bands.append(Band("parameter", history.first_parameter, labels, title, note))
    put_bands(sheet, 3, bands)
    sheet.heights.update({2: 26, 3: 36, 4: 20, 5: 22})


def _norm_band(layout: Layout) -> list[Band]:
    if not layout.network.trains:
        return []
    norm = layout.text("history.norm")
    return [Band("gradient", layout.history.norm, ("|∇C|",), norm, "√Σ(∂C/∂w)²")]


def _put_block(sheet: Grid, layout: Layout, content: Content, block: int) -> None:
    history, training, live = layout.history, layout.training, content.live
    steps, columns = training.steps, training.columns
    row, sums = history.row(block), training.sum_row(block)
    cost = layout.on("training", address(sums, columns["C"]))
    counters = [steps.epoch(block)]
    counters += [block + 1, int(steps.sizes[block])] if history.batched else []
    sheet.cells += [
        *(Cell(row, column, count, style="count") for column, count in enumerate(counters, 1)),
        Cell(row, history.cost, float(live.cost[block]), cost, "cost-cost"),
    ]
    if history.batched:
        mean = float(live.cost[block] / steps.sizes[block])
        formula = f"{address(row, history.cost)}/{address(row, history.EXAMPLES)}"
        sheet.cells.append(Cell(row, history.mean, mean, formula, "cost-cost"))
    if layout.network.answers:
        formula = layout.on("training", address(sums, columns["right"]))
        share = float(live.accuracy[block])
        sheet.cells.append(Cell(row, history.accuracy, share, formula, "percent-cost"))
    else:
        sheet.cells.append(Cell(row, history.accuracy, "–", style="plain-cost"))
    if block < steps.updates:
        areas = [layout.on("training", part) for part in training.gradient_areas(block)]
        norm = f"SQRT(SUMSQ({','.join(areas)}))"
        value = float(live.gradient_norm()[block])
        sheet.cells.append(Cell(row, history.norm, value, norm, "number-gradient"))
    elif layout.network.trains:
        sheet.cells.append(Cell(row, history.norm, "–", style="plain-gradient"))
    if history.shows_parameters:
        values = live.parameter_values[block]
        sheet.blocks.append(parameters(layout, values, block, row, history.first_parameter))


def parameters(layout: Layout, values: Array, block: int, row: int, column: int) -> Block:
    """The parameters of a block in a row, each a reference to the Training sheet."""
    training = layout.training
    top = training.parameter_row(block)
    cells = [address(top + below, beside) for below, beside in training.places]
    return Block(
        row,
        column,
        tuple(layout.on("training", cell) for cell in cells),
        values[None, :],
        ("number-parameter",) * len(cells),
    )


def _charts(layout: Layout) -> list[tuple[str, object]]:
    text, history = layout.text, layout.history
    name = "C_T / n" if history.batched else "C_T"
    axis = text("history.step" if history.batched else "history.epoch")
    cost = curves(
        text("history.cost_chart"),
        axis,
        name,
        [_curve(layout, history.mean, name, layout.theme.roles["cost"].band)],
        y_format="General",
        size=CHART,
    )
    column = letters(history.chart)
    if not layout.network.answers:
        return [(f"{column}{FIRST_CHART}", cost)]
    share = text("history.share")
    accuracy = curves(
        text("history.accuracy_chart"),
        axis,
        share,
        [_curve(layout, history.accuracy, share, layout.theme.roles["forward"].band)],
        y_format="0%",
        y_range=(0, 1),
        size=CHART,
    )
    return [(f"{column}{FIRST_CHART}", cost), (f"{column}{SECOND_CHART}", accuracy)]


def _curve(layout: Layout, column: int, name: str, color: str) -> Curve:
    history = layout.history

    def absolute(column: int) -> str:
        letter = letters(column)
        first, last = history.row(0), history.row(history.blocks - 1)
        return f"'{layout.sheet('history')}'!${letter}${first}:${letter}${last}"

    counter = history.STEP if history.batched else history.EPOCH
    # A curve through a single point can't be seen.
    marker = history.blocks == 1
    return Curve(absolute(counter), absolute(column), name, color, marker=marker)
