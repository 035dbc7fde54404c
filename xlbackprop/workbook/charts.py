"""Charts: curves over the epochs, with a title and named axes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.layout import Layout as ChartLayout
from openpyxl.chart.layout import ManualLayout
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties

from xlbackprop.workbook.escapes import legal_text


@dataclass(frozen=True)
class Curve:
    """One curve of a chart.

    Attributes:
        x: range of the x values, as ``'Progress'!$A$6:$A$56``.
        y: range of the y values.
        name: what the curve shows.
        color: RRGGBB.
        marker: whether each point has a dot.
        line: whether the points are joined.
        fine: whether its stroke is thin and its dots are small.
        symbol: shape of a dot: circle, square, triangle, diamond.
        dash: pattern of the stroke, such as ``dash`` or ``sysDot``; empty for none.
        named_by: cell whose number is what the curve is called; empty for ``name``.
    """

    x: str
    y: str
    name: str
    color: str
    marker: bool = False
    line: bool = True
    named_by: str = ""
    fine: bool = False
    symbol: str = "circle"
    dash: str = ""


def curves(
    title: str,
    x_title: str,
    y_title: str,
    lines: list[Curve],
    *,
    y_format: str,
    size: tuple[float, float] = (18.0, 8.5),
    y_range: tuple[float | None, float | None] = (0, None),
    x_from: float | None = 0,
    x_to: float | None = None,
    x_log: bool = False,
    y_log: bool = False,
    letters: int = 10,
) -> Any:
    """A chart of curves.

    Args:
        title: stands above the chart.
        x_title: name of the horizontal axis.
        y_title: name of the vertical axis.
        lines: what is drawn.
        y_format: number format of the vertical axis.
        size: width and height in centimetres.
        y_range: ends of the vertical axis; None lets the spreadsheet choose.
        x_from: where the horizontal axis begins; None lets the spreadsheet choose.
        x_to: where it ends; None lets the spreadsheet choose.
        x_log: whether each mark of the horizontal axis is ten times the one before.
        y_log: the same of the vertical axis.
        letters: size of all but the title, in points.

    Returns:
        An openpyxl chart.
    """
    chart = ScatterChart()
    chart.scatterStyle = "lineMarker"
    chart.style, chart.roundedCorners = 2, False
    chart.title = legal_text(title)
    chart.title.overlay = False
    _set_font(chart.title, 1200)
    chart.width, chart.height = size
    for line in lines:
        chart.series.append(_series(line))
    if len(lines) == 1:
        chart.legend = None
    chart.x_axis.axPos = "b"
    for axis, name in ((chart.x_axis, x_title), (chart.y_axis, y_title)):
        _name(axis, name, letters)
    for part in (chart.x_axis, chart.y_axis, *filter(None, [chart.legend])):
        part.txPr = _of_size(letters)
    chart.x_axis.majorGridlines = None
    chart.y_axis.number_format = y_format
    chart.x_axis.number_format = "0" if x_from == 0 else "General"
    chart.x_axis.scaling.min, chart.x_axis.scaling.max = x_from, x_to
    if x_from is not None and x_to is not None:
        chart.x_axis.majorUnit = max(1, round((x_to - x_from) / 10))
    chart.x_axis.scaling.logBase = 10 if x_log else None
    if x_log:
        chart.x_axis.number_format = "0E+00"
    chart.y_axis.scaling.logBase = 10 if y_log else None
    chart.x_axis.tickLblPos = chart.y_axis.tickLblPos = "low"  # also where values are negative
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = y_range
    if y_format.endswith("%"):
        chart.y_axis.majorUnit = 0.25
    chart.layout = ChartLayout(ManualLayout(x=0.1, y=0.14, w=0.86, h=0.66, layoutTarget="inner"))
    return chart


def _of_size(points: int) -> RichText:
    """How the texts of an axis or legend look."""
    properties = ParagraphProperties(defRPr=CharacterProperties(sz=100 * points))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=CharacterProperties())])


def _name(axis: Any, name: str, points: int) -> None:
    axis.title = legal_text(name)
    axis.title.overlay = False
    _set_font(axis.title, 100 * points)
    axis.delete = False


def bars(
    title: str,
    names: str,
    values: str,
    *,
    color: str,
    size: tuple[float, float],
    y_range: tuple[float | None, float | None],
    gap: int = 60,
) -> Any:
    """A chart with an upright bar for each number.

    Args:
        title: stands above the chart.
        names: range of the names below the bars.
        values: range of the numbers.
        color: RRGGBB.
        size: width and height in centimetres.
        y_range: ends of the vertical axis; None lets the spreadsheet choose.
        gap: between two bars, in hundredths of the width of one.

    Returns:
        An openpyxl chart.
    """
    chart = BarChart()
    chart.type, chart.style, chart.gapWidth, chart.legend = "col", 2, gap, None
    chart.roundedCorners = False
    chart.title = legal_text(title)
    chart.title.overlay = False
    _set_font(chart.title, 1200)
    chart.width, chart.height = size
    chart.x_axis.axPos = "b"
    series = Series(Reference(range_string=values), title=None)
    series.graphicalProperties = GraphicalProperties(solidFill=color)
    series.invertIfNegative = False
    series.cat = AxDataSource(strRef=StrRef(f=names))
    chart.series.append(series)
    chart.y_axis.number_format = "General"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = y_range
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.tickLblPos = "low"  # also where values are negative
    return chart


def words(chart: Any) -> tuple[str, str, str]:
    """The title of a chart and the names of its axes, across and up; empty where it has none."""
    titles = (chart.title, chart.x_axis.title, chart.y_axis.title)
    title, across, up = ("".join(_runs(title)) for title in titles)
    return title, across, up


def _runs(title: Any) -> Iterator[str]:
    if title is not None:
        yield from (run.t for paragraph in title.tx.rich.p for run in paragraph.r)


def _set_font(title: Any, size: int) -> None:
    """Set a title's size, in hundredths of a point."""
    for paragraph in title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=CharacterProperties(sz=size, b=True))


def _series(line: Curve) -> Any:
    x, y = Reference(range_string=line.x), Reference(range_string=line.y)
    series = Series(y, x, title=legal_text(line.name))
    if line.named_by:
        series.tx = SeriesLabel(strRef=StrRef(line.named_by))
    series.marker.symbol = line.symbol if line.marker else "none"
    if line.marker:
        series.marker.size = 5 if line.fine else 9 if line.line else 7
        series.marker.graphicalProperties = GraphicalProperties(solidFill=line.color)
    series.smooth = False
    width = 12700 if line.fine else 28575
    stroke = LineProperties(solidFill=line.color, w=width, prstDash=line.dash or None)
    series.graphicalProperties = GraphicalProperties(
        ln=stroke if line.line else LineProperties(noFill=True)
    )
    return series
