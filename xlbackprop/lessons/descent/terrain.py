"""What a function looks like: a map of its values in coloured cells, or a curve."""

from collections.abc import Sequence
from itertools import product
from math import isfinite

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule, Rule

from xlbackprop.arrays import Array
from xlbackprop.expressions.expression import excel, value
from xlbackprop.expressions.function import Function
from xlbackprop.lessons.descent.task import twins
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.page import Page
from xlbackprop.page.parts import put_across
from xlbackprop.workbook.charts import Curve
from xlbackprop.workbook.theme import Pictures

CELLS = 11  # of a map across and down
POINTS = 21  # of a curve
NEARER = (0.5, 0.25, 0.1, 0.05, 0.02)  # of the start, where the function has few values


def put_terrain(
    page: Page, row: int, function: Function, symbol: str, start: Sequence[float], path: Curve
) -> int:
    """A section with the function's picture; the row below it.

    Three variables have none. The ends of the picture are yellow cells.
    """
    if len(function.names) == 3:
        return row
    page.section(row, "terrain")
    ends = [
        _ends(page, row + 2, 1 + 6 * i, name, window)
        for i, (name, window) in enumerate(
            zip(function.names, usual_window(function, start), strict=True)
        )
    ]
    if len(function.names) == 1:
        return _curve(page, row + 4, function, symbol, ends[0], path)
    return _map(page, row + 4, function, ends[0], ends[1])


def usual_window(function: Function, start: Sequence[float]) -> list[tuple[float, float]]:
    """Ends of each axis: the lowest point of a quadratic function, or 0, and the start lie inside.

    Where the function has no value somewhere there, less is shown: the side of the start, or only
    what is near to it.
    """
    middle = np.zeros(len(start))
    if function.curvature is not None and (lowest := _lowest(function, start)) is not None:
        middle = lowest
    half = max(float(np.abs(np.array(start) - middle).max()), 1.0) * 1.3
    half = float(f"{half:.1g}")
    centres = [float(f"{m:.2g}") for m in middle]
    windows = [
        [(m - half, m + half) for m in centres],
        [(min(x / 10, 2 * x), max(x / 10, 2 * x)) for x in start],
        *([(_short(x - r * abs(x)), _short(x + r * abs(x))) for x in start] for r in NEARER),
    ]
    return next((window for window in windows if _filled(function, window)), windows[1])


def _short(x: float) -> float:
    return float(f"{x:.3g}")


def _filled(function: Function, window: Sequence[tuple[float, float]]) -> bool:
    """Whether the function has a value at each place of its picture."""
    count = POINTS if len(window) == 1 else CELLS
    ways = (np.linspace(*ends, count).tolist() for ends in window)
    return all(
        isfinite(value(function.value, dict(zip(function.names, place, strict=True))))
        for place in product(*ways)
    )


def _lowest(function: Function, start: Sequence[float]) -> Array | None:
    """The one place where all slopes of a quadratic function are 0."""
    at = dict(zip(function.names, start, strict=True))
    gradient = np.array([value(slope, at) for slope in function.slopes])
    curvature = np.array(function.curvature)
    if abs(np.linalg.det(curvature)) < 1e-9:
        return None
    found: Array = np.array(start) - np.linalg.solve(curvature, gradient)
    return found


def _ends(
    page: Page, row: int, column: int, name: str, window: tuple[float, float]
) -> tuple[Live, Live]:
    """Two yellow cells."""
    page.write(row, column, page.text("terrain.from", name=name), "label")
    page.write(row, column + 2, page.text("terrain.to"), "beside")
    low = page.number(f"{name}_from", row, column + 1, window[0], "plain-input")
    return low, page.number(f"{name}_to", row, column + 3, window[1], "plain-input")


def _between(ends: tuple[Live, Live], i: int, parts: int) -> tuple[str, float]:
    """Formula and value of one of the equal steps from one end to the other."""
    low, high = ends
    if i in (0, parts):
        return str(ends[bool(i)]), float(ends[bool(i)])
    return f"{low}+({high}-{low})*{i}/{parts}", low + (high - low) * i / parts


def _map(
    page: Page, row: int, f: Function, across: tuple[Live, Live], up: tuple[Live, Live]
) -> int:
    """The value at each crossing, low ones blue, high ones red; y grows upwards."""
    parts, (first, second) = CELLS - 1, f.names
    page.write(row, 1, f"{second} ↑  {first} →", "symbol-parameter")
    places = (_between(across, j, parts) for j in range(CELLS))
    columns = put_across(page, row, 2, places, "figure-parameter")
    rows = [
        page.put(row + 1 + i, 1, *_between(up, parts - i, parts), "figure-parameter")
        for i in range(CELLS)
    ]
    values = [[value(f.value, {first: x, second: y}) for x in columns] for y in rows]
    heights = page.put_area(
        row + 1,
        2,
        lambda i, j: excel(f.value, {first: columns[j], second: rows[i]}),
        np.array(values),
        "figure-forward",
    )
    page.large(row + 1, 2, row + CELLS, 1 + CELLS)
    page.coloured([heights], height_colours(page.theme.pictures))
    page.grid.heights |= dict.fromkeys(range(row, row + CELLS + 1), 19.0)
    return row + CELLS + 2


def height_colours(pictures: Pictures) -> Rule:
    """The lowest in the colour of numbers above 0, the middle one of all white, the highest red."""
    return ColorScaleRule(
        start_type="min",
        start_color=pictures.positive,
        mid_type="percentile",
        mid_value=50,
        mid_color=pictures.nought,
        end_type="max",
        end_color=pictures.negative,
    )


def _curve(
    page: Page, row: int, f: Function, symbol: str, ends: tuple[Live, Live], path: Curve
) -> int:
    """The function of one variable as a table and a curve, with the path on it."""
    [name] = f.names
    below = page.band(row, 1, 2, "forward", f"{symbol}({name})", headings=[name, symbol])
    for i in range(POINTS):
        x = page.put(below + i, 1, *_between(ends, i, POINTS - 1), "number-parameter")
        at = {name: x}
        page.put(below + i, 2, *twins(f.value, at), "number-forward")
    page.large(below, 1, below + POINTS - 1, 2)
    places, values = (Column(column, below, np.zeros(POINTS)) for column in (1, 2))
    lines = [curve(page, places, values, symbol, "forward"), path]
    titles = page.text("walk.path_chart"), name, symbol
    put_chart(page, row, 4, titles, lines, size=(16.0, 9.6), legend=False)
    return below + POINTS + 1
