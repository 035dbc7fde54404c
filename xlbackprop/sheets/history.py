"""The History sheet: one row per update, and the curves of C_T and of right answers."""

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Area
from xlbackprop.page.page import Page
from xlbackprop.page.typeset import MEAN_COST, TOTAL_COST, typeset
from xlbackprop.sheets.lesson_texts import note
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address, area, column_of, letters
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Columns, Grid, Paper, Run, Value

# Below the repeated rows, and so low that both charts end before the first page does.
# A row below the headings: printed pages repeat these, and would have the edge of the chart.
FIRST_CHART, SECOND_CHART, LAST_CHART_ROW = 7, 20, 33
CHART = (18.0, 6.2)  # centimetres; 13 rows are 6.5 centimetres high


def build(layout: Layout, content: Content) -> Page:
    """The History sheet."""
    history, text = layout.history, layout.text
    bottom = history.row(history.blocks - 1)
    columns = [
        Columns(history.EPOCH, history.cost - 1, 9),
        Columns(history.cost, history.norm, 14),
        Columns(history.norm + 1, history.first_parameter - 1, 8.5),
    ]
    if history.shows_parameters:
        columns.append(Columns(history.first_parameter, history.last_column, 11))
    page = new_page(layout, content, "history", "cost", columns)
    page.grid.freeze = address(history.TOP, history.cost)
    printed = area(1, 1, max(bottom, LAST_CHART_ROW), history.first_parameter - 1)
    page.grid.paper = Paper(repeat_rows="3:5", area=printed)
    put_title(page.grid, text("history.title"), text("history.intro"))
    _put_bands(page.grid, layout)
    if said := note(layout):
        page.write(3, history.chart, said, "intro-wrapped")
        page.grid.merges.append(area(3, history.chart, 4, history.first_parameter - 1))
    for block in range(history.blocks):
        _put_block(page, layout, content.live, block)
    page.large(history.TOP, history.cost, bottom, history.last_column)
    page.grid.charts += _charts(layout)
    return page


KIND = Kind("history", build)


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


def _put_block(page: Page, layout: Layout, live: Trace, block: int) -> None:
    history, training, steps = layout.history, layout.training, layout.training.steps
    row, sums, columns = history.row(block), training.sum_row(block), training.columns
    counters = [steps.epoch(block)]
    counters += [block + 1, int(steps.sizes[block])] if history.batched else []
    for column, count in enumerate(counters, 1):
        page.write(row, column, count, "count")
    cell = layout.on("training", address(sums, columns["C"]))
    cost = page.put(row, history.cost, cell, live.cost[block], "cost-cost", symbol="C_T")
    if history.batched:
        formula = f"{cost}/{address(row, history.EXAMPLES)}"
        page.put(row, history.mean, formula, cost / steps.sizes[block], "cost-cost")
    if layout.network.answers:
        cell = layout.on("training", address(sums, columns["right"]))
        share = live.accuracy[block]
        page.put(row, history.accuracy, cell, share, "percent-cost", symbol="accuracy")
    else:
        page.write(row, history.accuracy, "–", "plain-cost")
    if block < steps.updates:
        areas = ",".join(layout.on("training", part) for part in training.gradient_areas(block))
        formula, norm = f"SQRT(SUMSQ({areas}))", live.gradient_norm()[block]
        page.put(row, history.norm, formula, norm, "number-gradient", symbol="gradient_norm")
    elif layout.network.trains:
        page.write(row, history.norm, "–", "plain-gradient")
    if history.shows_parameters:
        put_parameters(page, layout, live, block, (row, history.first_parameter))


def put_parameters(
    page: Page, layout: Layout, live: Trace, block: int, place: tuple[int, int]
) -> Area:
    """The parameters of a block in a row, each a reference to the Training sheet."""
    top, values = layout.training.parameter_row(block), live.parameter_values[block]
    cells = (address(top + below, beside) for below, beside in layout.training.places)
    texts = [layout.on("training", cell) for cell in cells]
    labels = layout.network.all_parameter_labels
    return page.rows(*place, texts, values[None, :], "number-parameter", symbols=labels)


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
    history, sheet = layout.history, layout.sheet("history")
    rows = history.row(0), history.row(history.blocks - 1)
    counter = history.STEP if history.batched else history.EPOCH
    # A curve through a single point can't be seen.
    return Curve(
        column_of(sheet, counter, *rows),
        column_of(sheet, column, *rows),
        name,
        color,
        marker=history.blocks == 1,
    )
