import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from xlbackprop.errors import BookError
from xlbackprop.recalc import Book, CellError

ROWS = (
    '<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" t="b"><v>1</v></c>'
    '<c r="C1" t="e"><v>#NUM!</v></c><c r="D1" t="str"><v>#NUM!</v></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><r><t>z</t></r><r><rPr><vertAlign val="superscript"/>'
    '</rPr><t xml:space="preserve"> 2</t></r></is></c><c r="B2" s="0"/></row>'
    '<row r="3"><c r="A3"><f>A1*2</f><v>99</v></c><c r="B3"><f>A1*2</f></c>'
    '<c r="C3"><f>A1*2</f><v/></c><c r="D3" t="str"><f>IF(A1=1,1,"")</f><v></v></c></row>'
)


def test_stored_values_keep_their_kinds(make):
    book = Book.open(make(ROWS))
    assert book.values("S", 1, 1, 3, 4) == [
        [1.5, True, "#NUM!", "#NUM!"],
        ["z 2", None, None, None],
        [99, None, None, ""],
    ]
    assert type(book.value("S", 1, 2)) is bool


def test_an_error_is_a_cell_error_and_text_that_looks_like_one_is_not(make):
    book = Book.open(make(ROWS))
    assert [type(value) for value in book.values("S", 1, 3, 1, 2)[0]] == [CellError, str]
    assert [type(book.value("S", 1, column)) for column in (3, 4)] == [CellError, str]


@pytest.mark.parametrize("text", ["#GETTING_DATA", "#BLOCKED!", "Err:502", "#N/A"])
def test_a_stored_error_of_any_kind_is_an_error(text, make):
    cell = f'<c r="A1" t="e"><f>B1</f><v>{text}</v></c><c r="B1" t="e"><v>{text}</v></c>'
    book = Book.open(make(f'<row r="1">{cell}</row>'))
    assert [type(value) for value in book.values("S", 1, 1, 1, 2)[0]] == [CellError, CellError]


def test_evaluate_replaces_stale_and_missing_values(make):
    book = Book.open(make(ROWS))
    book.evaluate()
    assert book.values("S", 3, 1, 1, 4) == [[3, 3, 3, ""]]


def test_a_formula_that_makes_no_sense_is_an_error(make):
    book = Book.open(make('<row r="1"><c r="A1"><f>SUM(1,</f><v>7</v></c></row>'))
    book.evaluate()
    assert isinstance(book.value("S", 1, 1), CellError)


def test_formulas_are_expanded_without_equals_and_at_signs(make):
    path = make(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">INDEX(B$1:B$9,$C1)</f><v>1</v></c>'
        '<c r="B1"><v>1</v></c><c r="C1"><f>"a@b ""@"""&amp;INDEX(B1:B2,1)</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    book = Book.open(path)
    assert book.formula("S", 1, 1) == "INDEX(B$1:B$9,$C1)"
    assert book.formula("S", 2, 1) == "INDEX(B$1:B$9,$C2)"
    assert book.formula("S", 1, 3) == '"a@b ""@"""&INDEX(B1:B2,1)'
    assert book.formula("S", 1, 2) is None


def test_sheets_names_and_dimensions_are_the_workbooks(tmp_path):
    path = tmp_path / "names.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "It's «数据»"
    book.create_chartsheet("Chart")
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.active.cell(7, 5, 1)
    book.defined_names["eta"] = DefinedName("eta", attr_text="Hidden!$B$3")
    book.save(path)
    opened = Book.open(str(path))
    assert opened.sheets == ("It's «数据»", "Hidden")
    assert opened.names == {"eta": "Hidden!$B$3"}
    assert opened.dimensions("It's «数据»") == (7, 5)
    assert opened.dimensions("Hidden") == (1, 1)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(make):
    with pytest.raises(BookError, match="has no sheet 'Trianing', only S"):
        Book.open(make()).value("Trianing", 1, 1)


def test_nothing_reaches_the_terminal(make, edit, capfd):
    Book.open(make(ROWS)).evaluate()
    broken = make()
    edit(broken, "xl/_rels/workbook.xml.rels", rb'Id="rId\d"', b'Id="other"')
    with pytest.raises(BookError, match="can't be understood"):
        Book.open(broken)
    assert capfd.readouterr() == ("", "")


def test_deeply_nested_formulas_do_not_end_the_process(make):
    depth = 8000
    formula = "(" * depth + "1+1" + ")" * depth
    book = Book.open(make(f'<row r="1"><c r="A1"><f>{formula}</f><v>0</v></c></row>'))
    book.evaluate()
    assert book.value("S", 1, 1) == 2
