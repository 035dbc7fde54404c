"""Cells that newer versions of Excel show as tick boxes; other programs show their 1 or 0.

Such a cell holds a truth value, and its look is marked with the extension that Excel 365 writes
(MS-XLSX, feature property bags). Programs that don't know it ignore it.
"""

from collections.abc import Iterable
from functools import lru_cache
from xml.etree import ElementTree

from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.parts import MAIN, main_part

STYLE = "switch-input"  # the look of the cells
_BAGS = "http://schemas.microsoft.com/office/spreadsheetml/2022/featurepropertybag"
_PART = "featurePropertyBag/featurePropertyBag.xml"
_URI = "{C7286773-470A-42A8-94C5-96B5CB345126}"
_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<FeaturePropertyBags xmlns="{_BAGS}">'
    '<bag type="Checkbox"/>'
    '<bag type="XFControls"><bagId k="CellControl">0</bagId></bag>'
    '<bag type="XFComplement"><bagId k="XFControls">1</bagId></bag>'
    '<bag type="XFComplements" extRef="XFComplementsMapperExtRef">'
    '<a k="MappedFeaturePropertyBags"><bagId>2</bagId></a></bag>'
    "</FeaturePropertyBags>"
)
_TYPE = (
    f'<Override PartName="/xl/{_PART}" '
    'ContentType="application/vnd.ms-excel.featurepropertybag+xml"/></Types>'
)
_RELATION = (
    '<Relationship Id="rIdTickBoxes" Target="' + _PART + '" Type="http://schemas.microsoft.com/'
    'office/2022/11/relationships/FeaturePropertyBag"/></Relationships>'
)


def has_tick_boxes(grids: Iterable[Grid]) -> bool:
    """Whether any sheet has such a cell."""
    return any(cell.style == STYLE for grid in grids for cell in grid.cells)


def add_tick_boxes(parts: dict[str, bytes], style: int) -> None:
    """Let the cells of a look, given by its number, be tick boxes.

    Args:
        parts: the package, name to content; changed in place.
        style: number of the look among the cell formats.
    """
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    parts[types] = parts[types].replace(b"</Types>", _TYPE.encode())
    parts[relations] = parts[relations].replace(b"</Relationships>", _RELATION.encode())
    parts["xl/styles.xml"] = _marked(parts["xl/styles.xml"], style)
    parts[f"xl/{_PART}"] = _CONTENT.encode()


@lru_cache(maxsize=4)  # books of a theme have the same styles
def _marked(styles: bytes, style: int) -> bytes:
    """The styles with the extension on one cell format."""
    ElementTree.register_namespace("xfpb", _BAGS)
    tree = ElementTree.fromstring(styles)
    formats = tree.find(f"{MAIN}cellXfs")
    if formats is None:
        raise ValueError("styles: got no cell formats.")
    extensions = ElementTree.SubElement(formats[style], f"{MAIN}extLst")
    extension = ElementTree.SubElement(extensions, f"{MAIN}ext", uri=_URI)
    ElementTree.SubElement(extension, f"{{{_BAGS}}}xfComplement", i="0")
    return main_part(tree)
