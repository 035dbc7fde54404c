"""Cells that newer versions of Excel show as tick boxes."""

import re
import zipfile

from xlbackprop.workbook.grid import Cell, Grid
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.style import STYLES
from xlbackprop.workbook.tick_boxes import STYLE


def parts(folder, *cells):
    """The parts of a book with these cells."""
    path = folder / "book.xlsx"
    sheet = Grid("S", cells=list(cells))
    write_book(path, [sheet], looks=STYLES, names={}, title="", language="en")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_only_cells_of_that_look_are_tick_boxes(tmp_path):
    found = parts(
        tmp_path, Cell(1, 1, value=True, style=STYLE), Cell(1, 2, value=1, style="plain-input")
    )
    sheet = found["xl/worksheets/sheet1.xml"]
    marked, plain = (re.search(rf'r="{cell}" s="(\d+)"', sheet)[1] for cell in ("A1", "B1"))
    formats = re.search(r"<(\w+:)?cellXfs.*</(\w+:)?cellXfs>", found["xl/styles.xml"])[0]
    each = re.split(r"<(?:\w+:)?xf ", formats)[1:]
    assert [i for i, text in enumerate(each) if "xfComplement" in text] == [int(marked)]
    assert plain != marked
    assert f'r="A1" s="{marked}" t="b"><v>1</v>' in sheet


def test_the_package_names_the_part_that_describes_them(tmp_path):
    found = parts(tmp_path, Cell(1, 1, value=False, style=STYLE))
    name = "featurePropertyBag/featurePropertyBag.xml"
    assert 'type="Checkbox"' in found[f"xl/{name}"]
    assert f'PartName="/xl/{name}"' in found["[Content_Types].xml"]
    assert f'Target="{name}"' in found["xl/_rels/workbook.xml.rels"]


def test_a_book_without_them_has_no_such_part(tmp_path):
    found = parts(tmp_path, Cell(1, 1, value=1, style="plain-input"))
    assert not any("featureProperty" in name or "featureProperty" in found[name] for name in found)
