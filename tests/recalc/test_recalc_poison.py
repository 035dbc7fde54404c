import zipfile

import openpyxl
import pytest

from xlbackprop.errors import EngineError
from xlbackprop.recalc import Book
from xlbackprop.recalc.poison import POISON, fail_if_poisoned, write_poisoned

# What each program writes for a formula cell.
CELLS = {
    "number": '<c r="A1" s="0"><f>1+1</f><v>2</v></c>',
    "shared": '<c r="A1" s="0"><f t="shared" ref="A1:A2" si="3">1+1</f><v>2</v></c>',
    "shared below": '<c r="A1"><f t="shared" si="3"/><v>2</v></c>',
    "openpyxl": '<c r="A1"><f>1+1</f><v></v></c>',
    "openpyxl without lxml": '<c r="A1"><f>1+1</f><v /></c>',
    "no value": '<c r="A1"><f>1+1</f></c>',
    "text": '<c r="A1" s="0" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
    "truth": '<c r="A1" t="b" s="0"><f>1=1</f><v>1</v></c>',
    "error": '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    "inline": '<c r="A1" t="inlineStr"><f>"a"</f><is><t>a</t></is></c>',
    "libreoffice": '<c r="A1" s="0" t="n"><f aca="false">1+1</f><v>2</v></c>',
    "gnumeric": '\n<c r="A1" t="s">\n  <f>"a"</f>\n  <v>0</v>\n</c>\n',
    "array": '<c r="A1"><f t="array" ref="A1">SUM(B1:B2)</f><v>5</v></c>',
}


def poisoned(path, tmp_path):
    copy = tmp_path / "poisoned.xlsx"
    write_poisoned(path, copy)
    return copy


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_every_form_of_formula_cell_is_poisoned(cell, make, tmp_path):
    path = make(f'<row r="1">{cell}<c r="B1" t="str"><v>kept</v></c></row>')
    sheet = openpyxl.load_workbook(poisoned(path, tmp_path), data_only=True)["S"]
    assert sheet["A1"].value == POISON
    assert sheet["A1"].data_type == "n"
    assert sheet["B1"].value == "kept"


def test_inputs_and_neighbours_stay_as_they_are(make, tmp_path):
    inputs = '<c r="A1"><v>1</v></c><c r="B1" s="0"/><c r="C1" t="b"><v>1</v></c>'
    path = make(f'<row r="1">{inputs}<c r="D1"><f>A1</f><v>1</v></c><c r="E1"><v>2</v></c></row>')
    sheet = openpyxl.load_workbook(poisoned(path, tmp_path), data_only=True)["S"]
    assert [cell.value for cell in sheet[1]] == [1, None, True, POISON, 2]


def test_formulas_stay_as_they_are(make, tmp_path):
    cell = '<row r="1"><c r="A1" t="str"><f>IF(1&lt;2,"&lt;f&gt;","")</f><v>x</v></c></row>'
    sheet = openpyxl.load_workbook(poisoned(make(cell), tmp_path))["S"]
    assert sheet["A1"].value == '=IF(1<2,"<f>","")'


def test_all_cells_of_an_array_formula_are_poisoned(make, tmp_path):
    path = make(
        '<row r="1"><c r="Z1"><f t="array" ref="Z1:AA2">MMULT(A1:A2,A1:B1)</f><v>1</v></c>'
        '<c r="AA1"><v>1</v></c><c r="AB1"><v>1</v></c></row>'
        '<row r="2"><c r="Z2" t="str"><v>x</v></c><c r="AA2"><v>1</v></c></row>'
    )
    sheet = openpyxl.load_workbook(poisoned(path, tmp_path), data_only=True)["S"]
    values = [[sheet[f"{column}{row}"].value for column in ("Z", "AA", "AB")] for row in (1, 2)]
    assert values == [[POISON, POISON, 1], [POISON, POISON, None]]


def test_cells_with_a_namespace_prefix_are_poisoned(make, edit, tmp_path):
    path = make('<row r="1"><c r="A1" t="str"><f>1+1</f><v>2</v></c></row>')
    part = "xl/worksheets/sheet1.xml"
    edit(path, part, rb"<(/?)(?=[a-zA-Z])", rb"<\1x:")
    edit(path, part, rb"xmlns=", b"xmlns:x=")
    sheet = openpyxl.load_workbook(poisoned(path, tmp_path), data_only=True)["S"]
    assert sheet["A1"].value == POISON


def test_all_other_parts_are_copied_byte_for_byte(make, tmp_path):
    path = make('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>')
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(poisoned(path, tmp_path)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_poison_that_survives_is_found_with_its_address(make, tmp_path):
    path = make('<row r="5"><c r="A5"><v>1</v></c><c r="AB5"><f>1+1</f><v>2</v></c></row>')
    book = Book.open(poisoned(path, tmp_path))
    with pytest.raises(EngineError, match="Calc kept the stored value of S!AB5"):
        fail_if_poisoned(book, "Calc")
    book.evaluate()
    fail_if_poisoned(book, "Calc")
