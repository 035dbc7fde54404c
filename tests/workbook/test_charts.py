"""Charts as programs see them that compute nothing: their values, their sides, their words."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from openpyxl.chart import ScatterChart

from xlbackprop.workbook.charts import Curve, bars, curves
from xlbackprop.workbook.grid import Block, Cell, Grid, Run

from .conftest import Save

DATA = "Its 1"
LINES = [
    Curve("'Its 1'!$A$2:$A$4", "'Its 1'!$B$2:$B$4", "C_T", "1C418E"),
    Curve("'Its 1'!$A$2:$A$4", "'Its 1'!$B$2:$B$4", "", "1C418E", named_by="'Its 1'!$A$1"),
]


def _drawn(save: Save, **options: str) -> Path:
    values = np.array([[0, 0.1], [1, np.nan], [2, -1e-9]])
    data = Grid(
        DATA,
        cells=[Cell(1, 1, (Run("w"), Run("1", "subscript"))), Cell(1, 2, 0.5)],
        blocks=[Block(2, 1, (None, "A{r}*2"), values, ("number",) * 2)],
    )
    scatter = curves("Cost", "epoch", "C", LINES, y_format="General")
    upright = bars(
        "Bars",
        "'Its 1'!$A$1:$B$1",
        "'Its 1'!$B$2:$B$4",
        color="1C418E",
        size=(9.0, 6.0),
        y_range=(0, 1),
    )
    return save(Grid("S", charts=[("A1", scatter), ("A20", upright)]), data, **options)


def _cached(path: Path, number: int) -> list[list[str]]:
    with zipfile.ZipFile(path) as package:
        chart = ElementTree.fromstring(package.read(f"xl/charts/chart{number}.xml"))
    caches = [found for found in chart.iter() if found.tag.endswith("Cache")]
    return [[f"{p.get('idx')}={p[0].text}" for p in cache.iterfind("{*}pt")] for cache in caches]


def test_a_chart_keeps_the_values_of_its_cells(save: Save) -> None:
    path = _drawn(save)
    x, y = ["0=0", "1=1", "2=2"], ["0=0.1", "2=-1e-09"]
    assert _cached(path, 1) == [x, y, ["0=w1"], x, y]
    assert _cached(path, 2) == [["0=w1", "1=0.5"], y]


def test_the_lower_axis_stands_below_and_the_other_at_the_left(save: Save) -> None:
    drawn = openpyxl.load_workbook(_drawn(save))["S"]._charts
    assert [(chart.x_axis.axPos, chart.y_axis.axPos) for chart in drawn] == [("b", "l")] * 2


def test_the_corners_of_charts_are_square(save: Save) -> None:
    with zipfile.ZipFile(_drawn(save)) as package:
        for number in (1, 2):
            chart = package.read(f"xl/charts/chart{number}.xml")
            assert b'<c:roundedCorners val="0" />' in chart  # left out it means round


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Chart: Cost; across: epoch; up: C.", "Chart: Bars."]),
        ("zh", ["图表：Cost；横轴：epoch；纵轴：C。", "图表：Bars。"]),
    ],
)
def test_a_chart_says_what_it_shows_to_those_who_cannot_see_it(
    save: Save, language: str, told: list[str]
) -> None:
    with zipfile.ZipFile(_drawn(save, language=language)) as package:
        drawing = ElementTree.fromstring(package.read("xl/drawings/drawing1.xml"))
    assert [found.get("descr") for found in drawing.iter() if found.get("name")] == told


def test_the_lines_behind_curves_have_the_colour_of_the_theme(save: Save) -> None:
    chart = openpyxl.load_workbook(_drawn(save))["S"]._charts[0]
    assert isinstance(chart, ScatterChart)
    line = chart.y_axis.majorGridlines.spPr.ln.solidFill
    assert line.srgbClr == "E3E3E3"  # ink.grid in templates/theme.toml
