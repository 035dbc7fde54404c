"""The Progress sheet: one row per update, and the curves of C_T and of right answers."""

from dataclasses import replace

from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.page import Page
from xlbackprop.page.typeset import MEAN_COST, TOTAL_COST, typeset
from xlbackprop.sheets.lesson_texts import note
from xlbackprop.sheets.outcome import is_told, put_outcome
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
    """The Progress sheet."""
    progress, text = layout.progress, layout.text
    bottom = progress.row(progress.blocks - 1)
    columns = [
        Columns(progress.EPOCH, progress.cost - 1, 9),
        Columns(progress.cost, progress.norm, 14),
        Columns(progress.norm + 1, progress.first_parameter - 1, 8.5),
    ]
    if progress.shows_parameters:
        columns.append(Columns(progress.first_parameter, progress.last_column, 11))
    page = new_page(layout, content, "progress", "cost", columns)
    page.grid.freeze = address(progress.TOP, progress.cost)
    printed = area(1, 1, max(bottom, LAST_CHART_ROW), progress.first_parameter - 1)
    page.grid.paper = Paper(repeat_rows="3:5", area=printed)
    put_title(page.grid, text("progress.title"), text("progress.intro"))
    _put_bands(page.grid, layout)
    if said := note(layout):
        page.write(3, progress.chart, said, "intro-wrapped")
        page.grid.merges.append(area(3, progress.chart, 4, progress.first_parameter - 1))
    costs = [_put_block(page, layout, content.live, block) for block in range(progress.blocks)]
    wholes = _put_wholes(page, layout, content.live) if progress.batched else costs
    if is_told(layout):
        put_outcome(page, layout, content, costs, wholes)
    page.large(progress.TOP, progress.cost, bottom, progress.last_column)
    page.grid.charts += _charts(layout)
    return page


KIND = Kind("progress", build)


def _put_bands(sheet: Grid, layout: Layout) -> None:
    progress, text = layout.progress, layout.text
    counters: tuple[Value, ...] = (text("progress.epoch"),)
    if progress.batched:
        counters = (*counters, text("progress.step"), (Run("n", italic=True),))
    total = "(1/n) Σ C" if progress.averaged else "Σ C"
    bands = [
        Band("update", progress.EPOCH, counters, ""),
        Band("cost", progress.cost, (TOTAL_COST,), text("progress.cost"), total),
        Band("cost", progress.accuracy, (text("progress.share"),), text("progress.accuracy"), ""),
        *_norm_band(layout),
    ]
    if progress.divides:
        bands.append(Band("cost", progress.mean, (MEAN_COST,), text("progress.mean"), "Σ C / n"))
    if progress.batched:
        title, means = text("progress.whole"), text("progress.whole_note")
        sums = "Σ n C_T / Σ n" if progress.averaged else "Σ C / Σ n"
        bands.append(Band("cost", progress.whole, (means,), title, sums))
    if progress.shows_parameters:
        labels = tuple(typeset(label) for label in layout.network.all_parameter_labels)
        title, note = text("progress.parameters"), text("progress.parameters_note")
        bands.append(Band("parameter", progress.first_parameter, labels, title, note))
    put_bands(sheet, 3, bands)
    sheet.heights.update({2: 26, 3: 36, 4: 20, 5: 22})


def _norm_band(layout: Layout) -> list[Band]:
    if not layout.network.trains:
        return []
    norm = layout.text("progress.norm")
    return [Band("gradient", layout.progress.norm, ("|∇C|",), norm, "√Σ(∂C/∂w)²")]


def _put_block(page: Page, layout: Layout, live: Trace, block: int) -> Live:
    """The row of a block; its C_T per example, or C_T where each block has all examples."""
    progress, training, steps = layout.progress, layout.training, layout.training.steps
    row, sums, columns = progress.row(block), training.sum_row(block), training.columns
    counters = [steps.epoch(block)]
    counters += [block + 1, int(steps.sizes[block])] if progress.batched else []
    for column, count in enumerate(counters, 1):
        page.write(row, column, count, "count")
    cell = layout.on("training", address(sums, columns["C"]))
    cost = mean = page.put(row, progress.cost, cell, live.cost[block], "cost-cost", symbol="C_T")
    if progress.divides:
        formula = f"{cost}/{address(row, progress.EXAMPLES)}"
        mean = page.put(row, progress.mean, formula, cost / steps.sizes[block], "cost-cost")
    if layout.network.answers:
        cell = layout.on("training", address(sums, columns["right"]))
        share = live.accuracy[block]
        page.put(row, progress.accuracy, cell, share, "percent-cost", symbol="accuracy")
    else:
        page.write(row, progress.accuracy, "–", "plain-cost")
    if block < steps.updates:
        areas = ",".join(layout.on("training", part) for part in training.gradient_areas(block))
        formula, norm = f"SQRT(SUMSQ({areas}))", live.gradient_norm()[block]
        page.put(row, progress.norm, formula, norm, "number-gradient", symbol="gradient_norm")
    elif layout.network.trains:
        page.write(row, progress.norm, "–", "plain-gradient")
    if progress.shows_parameters:
        put_parameters(page, layout, live, block, (row, progress.first_parameter))
    return mean


def _put_wholes(page: Page, layout: Layout, live: Trace) -> list[Live]:
    """The mean of C over each epoch, beside its last step, and over all examples at the end."""
    progress, steps = layout.progress, layout.training.steps
    found, first, ends = list[Live](), 0, steps.ends_of_epochs()
    for block in set(range(progress.blocks)) - set(ends):
        page.write(progress.row(block), progress.whole, None, "plain-cost")
    for last in ends:
        top, bottom = progress.row(first), progress.row(last)
        shown = page.seen(top, progress.cost, live.cost[first : last + 1, None])[:, 0]
        counts = area(top, progress.EXAMPLES, bottom, progress.EXAMPLES)
        costs, sizes = (
            area(top, progress.cost, bottom, progress.cost),
            steps.sizes[first : last + 1],
        )
        formula, total = f"SUM({costs})/SUM({counts})", shown.sum()
        if progress.averaged:
            formula, total = f"SUMPRODUCT({costs},{counts})/SUM({counts})", shown @ sizes
        value = total / sizes.sum()
        if last == steps.updates:
            mean = page.live(bottom, progress.mean, live.mean_cost[-1])
            formula, value = mean.cell, float(mean)
        whole = page.put(bottom, progress.whole, formula, value, "cost-cost", symbol="C_epoch")
        found.append(whole)
        first = last + 1
    return found


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
    text, progress = layout.text, layout.progress
    name = "C_T / n" if progress.divides else "C_T"
    axis = text("progress.step" if progress.batched else "progress.epoch")
    roles = layout.theme.roles
    lines = [_curve(layout, progress.mean, name, roles["cost"].band)]
    if progress.batched:
        dots = _curve(layout, progress.whole, text("progress.whole_curve"), roles["forward"].band)
        lines.append(replace(dots, marker=True, line=False))
    cost = curves(text("progress.cost_chart"), axis, name, lines, y_format="General", size=CHART)
    column = letters(progress.chart)
    if not layout.network.answers:
        return [(f"{column}{FIRST_CHART}", cost)]
    share = text("progress.share")
    accuracy = curves(
        text("progress.accuracy_chart"),
        axis,
        share,
        [_curve(layout, progress.accuracy, share, roles["forward"].band)],
        y_format="0%",
        y_range=(0, 1),
        size=CHART,
    )
    return [(f"{column}{FIRST_CHART}", cost), (f"{column}{SECOND_CHART}", accuracy)]


def _curve(layout: Layout, column: int, name: str, color: str) -> Curve:
    progress, sheet = layout.progress, layout.sheet("progress")
    rows = progress.row(0), progress.row(progress.blocks - 1)
    counter = progress.STEP if progress.batched else progress.EPOCH
    # A curve through a single point can't be seen.
    return Curve(
        column_of(sheet, counter, *rows),
        column_of(sheet, column, *rows),
        name,
        color,
        marker=progress.blocks == 1,
    )
