"""Single cells: what stands in a grid is what other programs read."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.escape import unescape
from selection import examples

from xlbackprop.workbook.cells import cell_xml
from xlbackprop.workbook.grid import Cell, Grid, Run, Value

from .conftest import Save, read

# What XML 1.0 can hold. openpyxl doesn't decode _x000D_ by itself, so unescape does it here.
LEGAL = st.characters(
    codec="utf-8", exclude_characters=[chr(i) for i in range(32)] + ["\ufffe", "\uffff"]
) | st.sampled_from("\t\n\r")


def _xml(value: Value, formula: str | None = None) -> str:
    return cell_xml(Cell(1, 1, value, formula), 5, Font(name=None, sz=None)).decode()


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (None, '<c r="A1" s="5"/>'),
        ("", '<c r="A1" s="5"/>'),
        (math.nan, '<c r="A1" s="5"/>'),
        (True, '<c r="A1" s="5" t="b"><v>1</v></c>'),
        (3, '<c r="A1" s="5"><v>3</v></c>'),
        (0.1, '<c r="A1" s="5"><v>0.1</v></c>'),
        (-0.0, '<c r="A1" s="5"><v>0</v></c>'),
        (5e-324, '<c r="A1" s="5"><v>0</v></c>'),
        (np.float64(0.1), '<c r="A1" s="5"><v>0.1</v></c>'),
        (np.int64(3), '<c r="A1" s="5"><v>3</v></c>'),
        ("=1+1", '<c r="A1" s="5" t="inlineStr"><is><t>=1+1</t></is></c>'),
        (" a", '<c r="A1" s="5" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
        ("a\nb", '<c r="A1" s="5" t="inlineStr"><is><t xml:space="preserve">a\nb</t></is></c>'),
        ("<&>", '<c r="A1" s="5" t="inlineStr"><is><t>&lt;&amp;&gt;</t></is></c>'),
        ("\x07", '<c r="A1" s="5" t="inlineStr"><is><t>_x0007_</t></is></c>'),
        ("_x0041_", '<c r="A1" s="5" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'),
    ],
)
def test_constants(value: Value, xml: str) -> None:
    assert _xml(value) == xml


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (2.5, '<c r="A1" s="5"><f>x&lt;1</f><v>2.5</v></c>'),
        (False, '<c r="A1" s="5" t="b"><f>x&lt;1</f><v>0</v></c>'),
        ("a&b", '<c r="A1" s="5" t="str"><f>x&lt;1</f><v>a&amp;b</v></c>'),
        ("", '<c r="A1" s="5" t="str"><f>x&lt;1</f><v></v></c>'),
        (math.nan, '<c r="A1" s="5" t="e"><f>x&lt;1</f><v>#NUM!</v></c>'),
        (-math.inf, '<c r="A1" s="5" t="e"><f>x&lt;1</f><v>#NUM!</v></c>'),
        (None, '<c r="A1" s="5"><f>x&lt;1</f></c>'),
    ],
)
def test_formulas_with_their_results(value: Value, xml: str) -> None:
    assert _xml(value, "x<1") == xml


def test_typeset_text_as_a_result_is_refused() -> None:
    with pytest.raises(ValueError, match="A1: got typeset text as a formula's result"):
        _xml((Run("w"),), "1+1")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "'a", "1.5", "TRUE", "#NUM!", "_x0041"])
def test_text_stays_text(text: str, save: Save) -> None:
    cell = read(save(Grid("S", cells=[Cell(1, 1, text)])))["A1"]
    assert (cell.value, cell.data_type) == (text, "s")


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(LEGAL, min_size=1), min_size=1, max_size=50))
@example(["_x0041_", "_x0041\r", "_x0041_x0042_", "__x0041_", " \n ", "a\tb", "_x005F_"])
def test_any_text_comes_back_the_same(save: Save, texts: list[str]) -> None:
    cells = [Cell(row, 1, text) for row, text in enumerate(texts, 1)]
    sheet = read(save(Grid("S", cells=cells), force=True))
    assert [unescape(sheet.cell(cell.row, 1).value) for cell in cells] == texts


@given(st.text(st.characters(max_codepoint=0x2F) | st.sampled_from("_x0041F\ud800\uffff")))
def test_illegal_characters_decode_to_what_they_were(text: str) -> None:
    """Decoded as Excel does, from left to right."""
    found = re.search("<t[^>]*>(.*)</t>", _xml(text) if text else "<t></t>", re.DOTALL)
    assert found is not None
    plain = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert unescape(plain) == text


def test_typeset_text_comes_back_with_its_positions(save: Save) -> None:
    heading = (Run("w", italic=True), Run("2", "superscript"), Run(" 13", "subscript"))
    sheet = read(save(Grid("S", cells=[Cell(1, 1, heading, style="heading")])), rich_text=True)
    found = [
        Run(block.text, block.font.vertAlign or "", bool(block.font.i))
        for block in sheet["A1"].value
    ]
    assert tuple(found) == heading


def test_typeset_text_keeps_the_font_of_its_cell(save: Save) -> None:
    heading = (Run("w"), Run("2", "superscript"))
    sheet = read(save(Grid("S", cells=[Cell(1, 1, heading, style="heading")])), rich_text=True)
    for block in sheet["A1"].value:
        font = block.font
        assert (font.rFont, font.sz, font.b, font.u) == ("Arial", 14, True, "single")
        assert font.color.rgb == "00FFFFFF"


def test_typeset_text_is_read_as_its_letters(save: Save) -> None:
    import ironcalc

    path: Path = save(Grid("S", cells=[Cell(1, 1, (Run("δ"), Run(" 2", "superscript")))]))
    engine = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    assert engine.get_cell_value(0, 1, 1) == "δ 2"
    assert read(path)["A1"].value == "δ 2"


def test_an_array_formula_fills_its_range(save: Save) -> None:
    """It stands in the first cell; the others hold values, and all are computed."""
    cells = [
        Cell(2, 2, 2.0, "TRANSPOSE(A1:B1)", array="B2:B3"),
        Cell(3, 2, 3.0, array="B2:B3"),
    ]
    grid = Grid("S", cells=[Cell(1, 1, 2.0), Cell(1, 2, 3.0), *cells])
    sheet = read(save(grid))
    formula = sheet["B2"].value
    assert (formula.ref, formula.text) == ("B2:B3", "=TRANSPOSE(A1:B1)")
    assert sheet["B3"].value == 3
    assert grid.formula_count() == 2
    assert [place[:2] for place in grid.formulas()] == [(2, 2)]
