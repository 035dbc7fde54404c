"""Parts of the package in the form that Excel gives them.

What openpyxl writes is valid. But programs that look for ``xdr:anchor`` by its letters, or for the
five sides of a border, know only what Excel writes.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree import ElementTree

from openpyxl.xml.constants import (
    CHART_NS,
    DRAWING_NS,
    REL_NS,
    SHEET_DRAWING_NS,
    SHEET_MAIN_NS,
)

from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.charts import words
from xlbackprop.workbook.grid import Grid

# openpyxl does the same, but with lxml's table of prefixes where lxml is installed.
for prefix, namespace in {
    "a": DRAWING_NS,
    "c": CHART_NS,
    "r": REL_NS,
    "xdr": SHEET_DRAWING_NS,
}.items():
    ElementTree.register_namespace(prefix, namespace)

MAIN = f"{{{SHEET_MAIN_NS}}}"
_DRAWN, _SHAPE = f"{{{SHEET_DRAWING_NS}}}", f"{{{DRAWING_NS}}}"
_FONT_ORDER = (
    "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
)
_SIDES = "start end left right top bottom diagonal vertical horizontal"
_ALWAYS = "left right top bottom diagonal"
# openpyxl names them to lxml instead, where that is installed.
for _prefix, _namespace in {
    "a": DRAWING_NS,
    "c": CHART_NS,
    "r": REL_NS,
    "xdr": SHEET_DRAWING_NS,
}.items():
    ElementTree.register_namespace(_prefix, _namespace)


def as_excel_writes(parts: dict[str, bytes], grids: Sequence[Grid], language: str) -> None:
    """Give styles, drawings and charts their usual form; ``parts`` is changed in place."""
    parts["xl/styles.xml"] = _styles(parts["xl/styles.xml"])
    text = Catalogue(language)
    drawn = (grid for grid in grids if grid.charts or grid.images)  # each has one drawing
    for number, grid in enumerate(drawn, 1):
        name = f"xl/drawings/drawing{number}.xml"
        parts[name] = _drawing(parts[name], list(_alternatives(grid, text)))
    for name in parts:
        if name.startswith("xl/charts/chart"):
            parts[name] = _written(ElementTree.fromstring(parts[name]))


def main_part(tree: ElementTree.Element) -> bytes:
    """A part of the main kind, its elements without a prefix."""
    for element in tree.iter():
        element.tag = element.tag.removeprefix(MAIN)
    tree.set("xmlns", SHEET_MAIN_NS)
    return _written(tree)


def _written(tree: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(tree, encoding="utf-8")
    return written


@lru_cache(maxsize=4)  # books of a theme have the same styles
def _styles(styles: bytes) -> bytes:
    """Children of ``<font>`` in the order of the schema, all sides of each cell's border."""
    tree = ElementTree.fromstring(styles)
    for font in tree.iter(f"{MAIN}font"):
        _sort(font, _FONT_ORDER)
    for border in tree.iterfind(f"{MAIN}borders/{MAIN}border"):
        for side in _ALWAYS.split():
            if border.find(MAIN + side) is None:
                ElementTree.SubElement(border, MAIN + side)
        _sort(border, _SIDES)
    return main_part(tree)


def _sort(parent: ElementTree.Element, order: str) -> None:
    names = [MAIN + name for name in order.split()]
    parent[:] = sorted(parent, key=lambda child: names.index(child.tag))


def _drawing(drawing: bytes, alternatives: Sequence[str]) -> bytes:
    """A drawing with a text for each chart and picture, in their order."""
    tree = ElementTree.fromstring(drawing)
    shown = list(tree.iter(f"{_DRAWN}cNvPr"))
    for properties, text in zip(shown, alternatives, strict=True):
        properties.set("descr", text)
    for frame in tree.iter(f"{_DRAWN}graphicFrame"):
        frame.set("macro", "")
        place = frame.find(f"{_DRAWN}xfrm")
        if place is not None and not len(place):
            ElementTree.SubElement(place, f"{_SHAPE}off", x="0", y="0")
            ElementTree.SubElement(place, f"{_SHAPE}ext", cx="0", cy="0")
    return _written(tree)


def _alternatives(grid: Grid, text: Catalogue) -> Iterator[str]:
    """What is read out to somebody who doesn't see a chart or a picture."""
    for _, chart in grid.charts:
        title, across, up = words(chart)
        kind = "named" if across or up else "plain"
        yield text(f"alternative.{kind}", title=title, across=across or "x", up=up or "y")
    for _ in grid.images:
        yield text("alternative.logo")
