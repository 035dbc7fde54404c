"""Gradient descent: down a function step by step, with its path and with three learning rates.

Source: Wakui & Wakui, section 2-11, where z = x² + y² is descended from (3, 2) with η = 0.1 in
30 steps. Any other function of one to three variables takes its place by ``--function``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from xlbackprop.expressions.expression import (
    Expression,
    Name,
    excel,
    multiplied,
    printed,
    subtracted,
    value,
)
from xlbackprop.expressions.function import Function, function_of
from xlbackprop.lessons.descent.plan import RACE, STEPS, Plan, plan
from xlbackprop.lessons.descent.task import Task, twins
from xlbackprop.lessons.descent.terrain import put_terrain
from xlbackprop.lessons.descent.words import lowest_words, put_end
from xlbackprop.lessons.recipe import Setting
from xlbackprop.lessons.shared.contours import contour_curves, has_contours
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Place, blanks, counts, put_across, told, told_if
from xlbackprop.page.sentences import Number, Part
from xlbackprop.workbook.address import area
from xlbackprop.workbook.charts import Curve
from xlbackprop.workbook.grid import Columns, Paper

LEVELS = (0, 2, 4, 8)  # steps whose contour lines are drawn
INPUTS, WALK = 4, 11  # rows of sections
WIDTHS = ((13.5, 10), (9.8, 13), (9.8, 13))  # of the columns, and the last one, by variables
COLOURS = ("parameter", "forward", "gradient")  # roles


def _text(given: Any, folder: Path | None) -> str:
    function_of(given)
    return str(given)


BOOK = "x**2 + y**2"
SETTINGS = {"function": Setting(BOOK, _text)}


@dataclass(frozen=True)
class Step:
    """One row of the walk: numbers for each variable, and the value there."""

    position: Sequence[Live]
    gradient: Sequence[Live]
    displacement: Sequence[Live]
    height: Live


def build(page: Page) -> None:
    """Fill the page."""
    function = function_of(page.settings["function"])
    count = len(function.names)
    width, last = WIDTHS[count - 1]
    page.grid.columns += [Columns(1, 1, 8.4), Columns(2, last, width)]
    page.grid.heights |= dict.fromkeys(range(3, 130), 16.5)
    first = plan(function)
    task = _inputs(page, function, first)
    steps = _walk(page, task)
    row = _why(page, WALK + STEPS + 7, task, first) + 3 * (count == 1)  # which ends the first page
    x, y = (Column(j, WALK + 5, np.zeros(STEPS + 1)) for j in (2, 2 + 3 * count))
    path = replace(curve(page, x, y, "", "parameter", marker=True), fine=True)
    row = put_terrain(page, row, function, task.symbol, first.start, path)
    row = _race(page, row, task, first)
    page.grid.paper = Paper(landscape=False, area=area(1, 1, row - 1, last))
    _charts(page, task, steps, row + 1)


def _why(page: Page, row: int, task: Task, first: Plan) -> int:
    """Why the path leads down; the row below it."""
    page.section(row, "why")
    lines = [page.text(f"why.line{i}") for i in (1, 2, 3)]
    is_book = task.function == function_of(BOOK)
    lines.append(page.text("why.book") if is_book else lowest_words(page, task, first.endless))
    for below, line in enumerate([*lines, page.text("why.line5")], row + 1):
        page.write(below, 1, line)
        page.grid.heights[below] = 19
    return row + 7


def _inputs(page: Page, function: Function, first: Plan) -> Task:
    """The function with its slopes, the start and the learning rate."""
    names, row = function.names, INPUTS + 1
    page.section(INPUTS, "inputs")
    symbol = "y" if names == ("x",) else "f" if "z" in names else "z"
    page.write(row + 1, 1, f"{symbol} = {printed(function.value)}", "symbols-forward")
    slopes = [
        f"∂{symbol}/∂{name} = {printed(slope)}"
        for name, slope in zip(names, function.slopes, strict=True)
    ]
    page.write(row + 2, 1, ",   ".join(slopes), "symbols-gradient")
    for offset, style in ((1, "symbols-forward"), (2, "symbols-gradient")):
        blanks(page, row + offset, 2, 14, style)
        page.grid.heights[row + offset] = 22.0
    start = []
    for i, name in enumerate(names):
        page.write(row + 4, 1 + 3 * i, page.text("inputs.start", name=name), "label")
        start.append(page.number(name, row + 4, 2 + 3 * i, first.start[i], "plain-input"))
    column = 1 + 3 * len(names)
    page.write(row + 4, column, "η", "label")
    eta = page.number("eta", row + 4, column + 1, first.rates[1], "plain-input")
    if len(names) < 3:
        page.write(row + 4, column + 2, page.text("inputs.eta"), "beside")
    return Task(function, symbol, tuple(start), eta)


# The walk.


def _walk(page: Page, task: Task) -> list[Step]:
    """Position, gradient, displacement and value of every step."""
    page.section(WALK, "walk")
    top, count = WALK + 3, len(task.names)
    above = top - 1
    titles = ("step", "position", "gradient", "displacement", "value")
    roles = ("update", "parameter", "gradient", "update", "cost")
    signs = ("i", "{}", f"∂{task.symbol}/∂{{}}", "Δ{}", task.symbol)
    column = 1
    for title, role, sign in zip(titles, roles, signs, strict=True):
        headings = [sign.format(name) for name in task.names] if "{}" in sign else [sign]
        words = page.text(f"walk.{title}"), page.text(f"walk.{title}_equation")
        page.band(above, column, len(headings), role, *words, headings)
        column += len(headings)
    page.grid.heights[above] = page.grid.heights[above + 1] = 33.0
    steps = list[Step]()
    for i in range(STEPS + 1):
        steps.append(_step(page, task, top + 2 + i, steps[-1] if steps else None))
    page.large(top + 2, 2, top + 2 + STEPS, 2 + 3 * count)
    put_end(page, task, top + STEPS + 3, [step.height for step in steps], _came(page, task, steps))
    page.grid.heights[top + STEPS + 3] = 24.0
    return steps


def _came(page: Page, task: Task, steps: list[Step]) -> list[Part]:
    """Where the walk has come to, as a sentence."""
    last, place = steps[-1], list[Part]()
    for name, x in task.at(last.position).items():
        place += [f"{', ' if place else ''}{name} = ", Number.of(x)]
    end: dict[str, Place] = {"symbol": task.symbol, "value": last.height}
    return told(page, "walk.verdict", steps=STEPS, place=place, **end)


def _step(page: Page, task: Task, row: int, before: Step | None) -> Step:
    """One row: where it stands, the gradient there, and where it goes."""
    count, f = len(task.names), task.function
    page.write(row, 1, row - WALK - 5, "count")
    arrivals = [_arrival(task, before, k) for k in range(count)]
    position = put_across(page, row, 2, arrivals, "number-parameter")
    at = task.at(position)
    slopes = (twins(slope, at) for slope in f.slopes)
    gradient = put_across(page, row, 2 + count, slopes, "number-gradient")
    moves = ((f"-{task.eta.fixed}*{g}", -task.eta * g) for g in gradient)
    displacement = put_across(page, row, 2 + 2 * count, moves, "number-update")
    height = page.put(row, 2 + 3 * count, *twins(f.value, at), "number-cost")
    return Step(position, gradient, displacement, height)


def _arrival(task: Task, before: Step | None, k: int) -> tuple[str, float]:
    """Formula and value of a coordinate: the start, or the position above plus the step from it."""
    if before is None:
        return str(task.start[k]), float(task.start[k])
    x, step = before.position[k], before.displacement[k]
    return task.step(before.height, f"{x}+{step}", x + step)


# Three learning rates.


def _race(page: Page, row: int, task: Task, first: Plan) -> int:
    """The same walk with η too small, right and too large; the row below it."""
    page.section(row, "race")
    names, count = task.names, len(task.names)
    top, lines, ends = row + 2, list[Curve](), list[tuple[str, list[Live]]]()
    page.band(top + 1, 1, 1, "update", page.text("walk.step"), headings=["i"])
    counts(page, top + 3, 0, RACE)
    for number, usual in enumerate(first.rates):
        left = 2 + number * (count + 1)
        page.write(top, left, "η", "beside")
        eta = page.number(f"eta_{number + 1}", top, left + 1, usual, "plain-input")
        title = page.text(f"race.{'title' if first.judged else 'plain'}{number + 1}")
        page.band(top + 1, left, count + 1, "parameter", title, headings=[*names, task.symbol])
        heights = _lane(page, top + 3, left, task, eta)
        ends.append((title, heights))
        steps, cells = (Column(j, top + 3, np.zeros(RACE + 1)) for j in (1, left + count))
        lines.append(curve(page, steps, cells, title, COLOURS[number]))
    page.grid.heights[top + 1] = 22.0
    bottom = top + 4 + RACE
    page.large(top + 3, 2, bottom - 1, 1 + 3 * (count + 1))
    for i, (title, heights) in enumerate(ends):
        put_end(page, task, bottom + i, heights, _end(page, task, title, heights), title)
        page.grid.heights[bottom + i] = 22.0
    titles = page.text("race.chart", symbol=task.symbol), "i", task.symbol
    if count == 1:  # there is room beside the table
        put_chart(page, top, 8, titles, lines, size=(7.6, 8.0))
        return bottom + 4
    put_chart(page, bottom + 4, 1, titles, lines, size=(22.0, 7.0))
    return bottom + 4 + 14


def _lane(page: Page, top: int, left: int, task: Task, eta: Live) -> list[Live]:
    """The walk with one learning rate: positions and values; the values."""
    f, count = task.function, len(task.names)
    position, heights = list(task.start), list[Live]()
    moves: list[Expression] = [
        subtracted(Name(name), multiplied(Name("eta"), slope))
        for name, slope in zip(task.names, f.slopes, strict=True)
    ]
    for row in range(top, top + RACE + 1):
        arrivals = [(str(x), float(x)) for x in position]
        if heights:
            at, cells = task.at(position), {**task.at(position), "eta": eta.fixed}
            arrivals = [
                task.step(heights[-1], excel(move, cells), value(move, at | {"eta": eta}))
                for move in moves
            ]
        position = put_across(page, row, left, arrivals, "number-parameter")
        here = twins(f.value, task.at(position))
        heights.append(page.put(row, left + count, *here, "number-cost"))
    return heights


def _end(page: Page, task: Task, title: str, heights: list[Live]) -> list[Part]:
    """What became of a walk, as a sentence."""
    first, last = heights[0], heights[-1]
    places: dict[str, Place] = {"title": title, "symbol": task.symbol}
    places |= {"first": first, "last": last}
    keys = ("race.down", "race.up")
    return told_if(page, f"{last}<{first}", bool(last < first), keys, **places)


# Charts.


def _charts(page: Page, task: Task, steps: list[Step], row: int) -> None:
    """The path on contour lines, and the value by step, beside the walk."""
    count, top = len(task.names), WALK + 5
    cells = [Column(j, top, np.zeros(STEPS + 1)) for j in range(1, 3 + 3 * count)]
    if count < 3:
        height = curve(page, cells[0], cells[-1], task.symbol, "cost")
        titles = page.text("walk.chart", symbol=task.symbol), "i", task.symbol
        place = (top, 7) if count == 1 else (top + 15, 9)
        put_chart(page, *place, titles, [height], size=(9.4, 7.0))
    if count == 2:
        lines = []
        if has_contours(task.function):
            heights = {i: steps[i].height for i in LEVELS}
            start = steps[0].position, steps[0].gradient
            lines = contour_curves(page, row, task.function, start, heights)
        path = curve(page, cells[1], cells[2], "", "parameter", marker=True)
        path = replace(path, fine=True)
        titles = page.text("walk.path_chart"), task.names[0], task.names[1]
        put_chart(page, WALK + 2, 9, titles, [*lines, path], size=(9.4, 9.6), legend=False)
