"""What charts show, kept in them: previews draw a chart without computing the sheets."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from openpyxl.chart.data_source import NumData, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.utils.cell import range_to_tuple

from xlbackprop.workbook.escapes import legal_text
from xlbackprop.workbook.grid import Grid, Value
from xlbackprop.workbook.markup import number

Place = tuple[str, int, int]  # sheet, row, column


def keep_values(charts: Sequence[Any], grids: Sequence[Grid]) -> None:
    """Put into each range that a chart names the values of its cells; the charts are changed.

    Args:
        charts: openpyxl's charts.
        grids: all sheets of the book.
    """
    ranges = [found for chart in charts for series in chart.series for found in _ranges(series)]
    places = [list(_places(found.f)) for found in ranges]
    shown = _shown({place for cells in places for place in cells}, grids)
    for found, cells in zip(ranges, places, strict=True):
        values = [shown.get(place) for place in cells]
        if isinstance(found, NumRef):
            found.numCache = _numbers(values)
        else:
            found.strCache = _texts(values)


def _ranges(series: Any) -> Iterator[NumRef | StrRef]:
    sources = (series.tx, series.xVal, series.yVal, series.cat, series.val)
    for source in filter(None, sources):
        for kind in ("numRef", "strRef"):
            if found := getattr(source, kind, None):
                yield found


def _places(reference: str) -> Iterator[Place]:
    """The cells of a range, row by row."""
    sheet, (left, top, right, bottom) = range_to_tuple(reference)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield sheet, row, column


def _shown(wanted: set[Place], grids: Sequence[Grid]) -> Mapping[Place, Value]:
    on: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for sheet, row, column in wanted:
        on[sheet].add((row, column))
    return {
        (grid.name, *place): value
        for grid in grids
        if grid.name in on
        for place, value in grid.values_at(on[grid.name])
    }


def _numbers(values: Sequence[Value]) -> NumData:
    points = [
        NumVal(idx=i, v=number(float(value)))
        for i, value in enumerate(values)
        if isinstance(value, int | float | np.number) and np.isfinite(value)
    ]
    return NumData(formatCode="General", ptCount=len(values), pt=points)


def _texts(values: Sequence[Value]) -> StrData:
    points = [StrVal(idx=i, v=_text(v)) for i, v in enumerate(values) if v is not None]
    return StrData(ptCount=len(values), pt=points)


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return "".join(run.text for run in value)
    return legal_text(value) if isinstance(value, str) else f"{value:.15g}"
