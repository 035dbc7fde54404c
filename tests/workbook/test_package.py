"""The whole file: valid, the same every time, and with all that belongs to a book."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
import wanting
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

import xlbackprop
from xlbackprop.workbook.grid import Block, Cell, Columns, Grid, Link, Paper, Run
from xlbackprop.workbook.style import Look, Looks

from .conftest import LOOKS, Save, read


def _chart() -> ScatterChart:
    source = openpyxl.Workbook().active
    source.title = "S"
    chart = ScatterChart(scatterStyle="lineMarker")
    xs, ys = (Reference(source, min_col=column, min_row=5, max_row=8) for column in (1, 2))
    chart.series.append(Series(ys, xs, title="C_T"))
    return chart


def _book() -> list[Grid]:
    """Everything that a grid can hold."""
    values = np.array([[1, 2, np.nan, np.nan], [2, 4, 0.5, 1], [3, 6, 1, 2], [4, 8, 1.5, 3.0]])
    formulas = (None, "A{r}*2", None, "eta*A{r}")
    return [
        Grid(
            "S",
            cells=[
                Cell(1, 1, (Run("w"), Run("2", "superscript", True)), style="heading"),
                Cell(2, 1, " <text> & _x0041_ \x07\r\n"),
                Cell(3, 1, True),
                Cell(3, 2, "yes", 'IF(1>0,"yes","no")'),
                Cell(3, 3, True, "1>0"),
                Cell(3, 4, float("nan"), "LN(0)"),
            ],
            blocks=[
                Block(5, 1, formulas, values, ("number",) * 4, 1, True),
                Block(9, 1, ("SUM(A5:A8)",), np.array([[10.0]]), ("number",)),
            ],
            columns=[Columns(1, 1, 20), Columns(2, 3, 9, 1, True), Columns(4, 4, 12)],
            heights={1: 30},
            merges=["A11:B12", "C11:D11", "F1:G9"],
            freeze="B5",
            conditional=[("A5:A8", CellIsRule("greaterThan", ["2"], font=Font(i=True, b=True)))],
            validations=[DataValidation("whole", formula1="1", formula2="9", sqref="A5:A8")],
            charts=[("F10", _chart())],
            links=[Link("A2", "It's data")],
            paper=Paper(
                fit_width=3, fit_height=2, repeat_rows="1:4", repeat_columns="A:A", area="A1:D9"
            ),
            tab_color="FF8800",
            zoom=85,
        ),
        Grid("It's data", cells=[Cell(1, 1, 0.5)], paper=Paper(landscape=False)),
        Grid("Empty"),
    ]


NAMES = {"eta": "'It''s data'!$A$1"}


def test_the_same_book_gives_the_same_bytes(save: Save) -> None:
    grids = _book()
    first = save(*grids, names=NAMES, name="a.xlsx")
    second = save(*grids, names=NAMES, name="b.xlsx")
    assert first.read_bytes() == second.read_bytes()


def test_another_process_gives_the_same_bytes(save: Save, tmp_path: Path) -> None:
    here = Path(__file__).parents
    folders = [str(Path(xlbackprop.__file__).parents[1]), str(here[1]), str(here[2])]
    path = tmp_path / "other.xlsx"
    program = (
        "import sys; from xlbackprop.workbook.package import write_book; "
        f"from {__name__} import LOOKS, NAMES, _book; write_book("
        "sys.argv[1], _book(), looks=LOOKS, names=NAMES, title='Title', language='en')"
    )
    ours = save(*_book(), names=NAMES).read_bytes()
    for seed in ("1", "2"):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(folders),
            "TZ": "Asia/Tokyo",
        }
        command = [sys.executable, "-c", program, str(path)]
        subprocess.run(command, check=True, env=environment)
        assert path.read_bytes() == ours
        path.unlink()


def test_a_book_is_written_where_openpyxl_writes_with_lxml(save: Save, tmp_path: Path) -> None:
    wanting.package("lxml")
    path = tmp_path / "other.xlsx"
    program = (
        f"import sys; sys.path[:] = {sys.path!r}; import openpyxl; assert openpyxl.LXML; "
        "from xlbackprop.workbook.package import write_book; "
        f"from {__name__} import LOOKS, NAMES, _book; write_book("
        "sys.argv[1], _book(), looks=LOOKS, names=NAMES, title='Title', language='en')"
    )
    environment = os.environ | {"OPENPYXL_LXML": "True"}
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, env=environment)
    usual = save(*_book(), names=NAMES)
    for part in ("xl/styles.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"):
        assert _part(path, part) == _part(usual, part)
    assert list(read(path).values) == list(read(usual).values)


def test_no_part_of_the_package_has_a_clock_or_tells_the_system(save: Save) -> None:
    with zipfile.ZipFile(save(*_book(), names=NAMES)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {part.create_system for part in package.infolist()} == {0}
        core = package.read("docProps/core.xml")
    assert core.count(b">2000-01-01T00:00:00Z<") == 2


def test_the_package_is_whole_and_starts_with_its_contents(save: Save) -> None:
    with zipfile.ZipFile(save(*_book(), names=NAMES)) as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "[Content_Types].xml"


def test_a_standard_without_our_hook_for_deflate_still_writes(
    save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Renamed(zipfile._ZipWriteFile):
        __slots__ = ()

        def __getattribute__(self, name: str) -> object:
            if name == "_compressor" and sys._getframe(1).f_code.co_name == "_add_part":
                raise AttributeError(name)
            return super().__getattribute__(name)

    monkeypatch.setattr(zipfile, "_ZipWriteFile", Renamed)
    assert read(save(Grid("S", cells=[Cell(1, 1, "a")])))["A1"].value == "a"


def test_microsofts_validator_finds_nothing(save: Save) -> None:
    path = save(*_book(), names=NAMES)
    output = subprocess.run(
        [wanting.validator(), str(path)], capture_output=True, check=False
    ).stdout
    assert json.loads(output)["errors"] == []


def test_a_second_validator_finds_nothing_and_does_find_a_planted_fault(
    save: Save, tmp_path: Path
) -> None:
    audit = wanting.package("openxml_audit", install="openxml-audit").OpenXmlValidator()
    path, broken = save(*_book(), names=NAMES), tmp_path / "broken.xlsx"
    # It tells that Excel will keep texts in a part of their own, which is no fault.
    assert {error.id for error in audit.validate(path).errors} <= {"Excel_InlineStrCells"}
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(broken, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name).replace(b"<sheetData>", b"<sheetData><rows/>"))
    assert audit.validate(broken).error_count > 0


def test_the_validator_does_find_a_planted_fault(save: Save, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(save(Grid("S"))) as good, zipfile.ZipFile(broken, "w") as bad:
        for name in good.namelist():
            part = good.read(name).replace(b"<sheetData>", b"<sheetData><rows/>")
            bad.writestr(name, part)
    output = subprocess.run(
        [wanting.validator(), str(broken)], capture_output=True, check=False
    ).stdout
    assert json.loads(output)["errors"]


def test_children_of_fonts_stand_in_the_order_of_the_schema(save: Save) -> None:
    with zipfile.ZipFile(save(*_book(), names=NAMES)) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    order = "b i strike condense extend outline shadow u vertAlign sz color name family scheme"
    fonts = [font for font in styles.iter() if font.tag.endswith("}font")]
    assert len(fonts) >= 4
    for font in fonts:
        children = [child.tag.split("}")[1] for child in font]
        assert children == [child for child in order.split() if child in children]


def test_cells_look_as_their_style_says(save: Save) -> None:
    fill = PatternFill("solid", fgColor="00FFF6CC")
    looks = Looks(LOOKS | {"input": Look(fill=fill, number_format="0.0%")})
    cell = read(save(Grid("S", cells=[Cell(1, 1, 0.5, style="input")]), looks=looks))["A1"]
    assert (cell.fill.fgColor.rgb, cell.number_format) == ("00FFF6CC", "0.0%")


def test_a_book_has_its_views_columns_and_names(save: Save) -> None:
    book = openpyxl.load_workbook(save(*_book(), names=NAMES))
    sheet = book["S"]
    assert book.defined_names["eta"].attr_text == NAMES["eta"]
    assert (book.properties.title, book.properties.language) == ("Title", "en")
    assert book.active is sheet
    assert (sheet.freeze_panes, sheet.sheet_view.zoomScale) == ("B5", 85)
    assert sheet.sheet_view.showGridLines is False
    assert sheet.sheet_properties.tabColor.rgb == "00FF8800"
    assert sheet.sheet_format.outlineLevelRow == 1
    assert sheet.column_dimensions["A"].width == 20
    folded = sheet.column_dimensions["B"]
    assert (folded.min, folded.max, folded.outlineLevel, folded.hidden) == (2, 3, 1, True)
    assert sheet.column_dimensions["D"].collapsed is True
    assert sorted(map(str, sheet.merged_cells)) == ["A11:B12", "C11:D11", "F1:G9"]
    assert sheet["A2"].hyperlink.location == "'It''s data'!A1"
    assert sheet["A2"].value.startswith(" <text>")
    assert len(sheet._charts) == len(sheet.data_validations.dataValidation) == 1
    assert [str(rules.sqref) for rules in sheet.conditional_formatting] == ["A5:A8"]
    assert sheet.dimensions == "A1:G12"  # openpyxl counts merged cells


def test_a_hidden_name_is_known_to_its_sheet_only(save: Save) -> None:
    changing = "'T t'!$A$1:$B$2,'T t'!$D$1"
    hidden = {"solver_adj": changing, "solver_typ": "2"}
    cells = [Cell(1, 1, 1.0)]
    path = save(Grid("S", cells=cells), Grid("T t", cells=cells, hidden_names=hidden))
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode()
    start = '<definedName name="solver_adj" localSheetId="1" hidden="1">'
    assert f"{start}{changing}</definedName>" in book
    read_back = openpyxl.load_workbook(path)
    names = read_back["T t"].defined_names
    assert {name: names[name].attr_text for name in names} == hidden
    assert not set(hidden) & {*read_back.defined_names, *read_back["S"].defined_names}


def test_a_sheet_prints_on_a4(save: Save) -> None:
    book = openpyxl.load_workbook(save(*_book(), names=NAMES))
    sheet = book["S"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (3, 2)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$4", "$A:$A")
    assert sheet.print_area == "'S'!$A$1:$D$9"
    assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == ("&A", "&P / &N")
    assert book["It's data"].page_setup.orientation == "portrait"


def test_a_sheet_prints_at_a_scale_with_breaks_before_rows_and_columns(save: Save) -> None:
    paper = Paper(scale=73, column_breaks=(3, 9), row_breaks=(21,))
    sheet = read(save(Grid("S", cells=[Cell(1, 1, 0.5)], paper=paper)))
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is False
    assert sheet.page_setup.scale == 73
    # The format counts from 0 and breaks before the one that it names: C, I and row 21.
    assert [item.id for item in sheet.col_breaks.brk] == [2, 8]
    assert [item.id for item in sheet.row_breaks.brk] == [20]


def test_writing_leaves_the_sheets_as_they_were(save: Save) -> None:
    grids = _book()
    rule = grids[0].conditional[0][1]
    save(*grids, names=NAMES)
    assert (rule.priority, rule.dxfId) == (0, None)


def test_a_book_needs_a_sheet(save: Save) -> None:
    with pytest.raises(ValueError, match="got no sheets"):
        save()


def test_progress_counts_all_cells(save: Save) -> None:
    values = np.zeros((5000, 20))
    block = Block(1, 1, ("A$1+1",) * 20, values, ("number",) * 20)
    grids = [Grid("S", blocks=[block]), Grid("T", cells=[Cell(1, 1, "<c r=")])]
    seen: list[tuple[int, int]] = []
    save(*grids, progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == (100_001, 100_001)


def test_memory_does_not_grow_with_the_rows(save: Save) -> None:
    import tracemalloc

    def peak(rows: int) -> int:
        values = np.random.default_rng(0).random((rows, 10))
        grid = Grid("S", blocks=[Block(1, 1, ("A$1+1",) * 10, values, ("number",) * 10)])
        tracemalloc.start()
        save(grid, name=f"{rows}.xlsx")
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    save(Grid("S"))  # what is loaded once
    assert peak(12_000) < peak(4_000) + 200_000


def _part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def test_no_part_of_the_main_kind_has_a_prefix(save: Save) -> None:
    styles = _part(save(*_book(), Grid("T", cells=[Cell(1, 1, value=True)])), "xl/styles.xml")
    assert "<styleSheet " in styles
    assert "<xf " in styles
    assert not re.search(r"<(?!xfpb)\w+:", styles)


def test_each_border_of_a_cell_has_its_five_sides(save: Save) -> None:
    looks = Looks(LOOKS | {"under": Look(border=Border(bottom=Side("thin")))})
    styles = ElementTree.fromstring(_part(save(Grid("S"), looks=looks), "xl/styles.xml"))
    borders = styles.findall("{*}borders/{*}border")
    assert len(borders) >= 2
    for border in borders:
        sides = [side.tag.split("}")[1] for side in border]
        assert sides == ["left", "right", "top", "bottom", "diagonal"]


def test_drawings_have_the_prefixes_that_excel_gives_them(save: Save) -> None:
    drawing = _part(save(*_book(), names=NAMES), "xl/drawings/drawing1.xml")
    assert "<xdr:wsDr " in drawing
    assert "<xdr:from><xdr:col>5</xdr:col>" in drawing
    assert "<a:graphic><a:graphicData " in drawing


def test_the_file_claims_excels_present_engine_and_asks_for_no_calculation(save: Save) -> None:
    book = _part(save(*_book(), names=NAMES), "xl/workbook.xml")
    # Excel 2019 to 365 write this number; with an older one they compute all, and ask to save.
    assert '<calcPr calcId="191029" />' in book


@pytest.mark.parametrize("text", [" ", " a", "a ", "a\nb", "\t"])
def test_a_text_that_a_formula_gives_keeps_its_outer_blanks(save: Save, text: str) -> None:
    path = save(Grid("S", cells=[Cell(1, 1, text, "B1")]))
    assert '<v xml:space="preserve">' in _part(path, "xl/worksheets/sheet1.xml")
    assert read(path, data_only=True)["A1"].value == text


@pytest.mark.parametrize("text", ["1", "-2.5", "1,000", "3%", "1E+05"])
def test_numbers_that_are_texts_show_no_green_triangles(save: Save, text: str) -> None:
    path = save(Grid("S", cells=[Cell(1, 1, text)], charts=[("B2", _chart())]))
    found = _part(path, "xl/worksheets/sheet1.xml")
    ignored = '<ignoredErrors><ignoredError sqref="A1" numberStoredAsText="1"/></ignoredErrors>'
    assert f"{ignored}<drawing " in found
    plain = save(Grid("S", cells=[Cell(1, 1, f"{text} m")]), name="plain.xlsx")
    assert "ignoredErrors" not in _part(plain, "xl/worksheets/sheet1.xml")
