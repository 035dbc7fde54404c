import math
import os
import subprocess
import sys
import time

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from programs import PACKAGES, PROGRAMS, in_other_programs, marked
from workbooks import in_libreoffice

from xlbackprop.errors import BookError, EngineError, FileError
from xlbackprop.recalc import ENGINES, CellError, gnumeric, libreoffice
from xlbackprop.recalc.program import run

ANEW = "that each program computes a file anew is the point"
with_engine = pytest.mark.parametrize(
    "engine",
    ["ironcalc", *PACKAGES, *(marked(name, ANEW) for name in PROGRAMS)],
    indirect=True,
)
SHEET = "«数据» & <net>"

# formula → the right answer, worked out here in Python; A1:A3 = 1, 2, 4; B1:B3 = 3, 5, -1
ANSWERS = {
    "EXP(1)": math.e,
    "TANH(0.5)": math.tanh(0.5),
    "SUMPRODUCT(A1:A3,B1:B3)": 1 * 3 + 2 * 5 + 4 * -1,
    "SUMXMY2(A1:A3,B1:B3)": (1 - 3) ** 2 + (2 - 5) ** 2 + (4 + 1) ** 2,
    "INDEX(A1:A3,MATCH(5,B1:B3,0))": 2,
    'COUNTIF(B1:B3,">0")': 2,
    "SUMSQ(A1:A3)": 1 + 4 + 16,
    "MAX(B1:B3)-MIN(B1:B3)": 6,
    "2^(-0.5)*1E-9": 1e-9 / math.sqrt(2),
    "1/3": 1 / 3,
    'IF(A1=1,"right","wrong")': "right",
    'IF(A1=1,"","wrong")': "",
    "A1=1": True,
    "FIXED(2.5,3,TRUE)": "2.500",
    f"'{SHEET}'!A1*10": 70,
    "eta*2": 14,
}
# Spread over three stale kinds, so that every kind of stored value must be replaced.
STALE = [b"<v>123</v>", b"<v>-4.5</v>", b"<v>0</v>"]


@pytest.fixture
def known(tmp_path, edit):
    """A workbook with known answers, each stored wrongly."""
    path = tmp_path / "known.xlsx"
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet(SHEET)
    first.title = "S"
    for row, (a, b) in enumerate([(1, 3), (2, 5), (4, -1)], start=1):
        first.cell(row, 1, a)
        first.cell(row, 2, b)
    for row, formula in enumerate(ANSWERS, start=1):
        first.cell(row, 3, f"={formula}")
    first["D1"] = "=1/0"
    second["A1"] = 7
    book.defined_names["eta"] = DefinedName("eta", attr_text=f"'{SHEET}'!$A$1")
    book.save(path)
    stale = iter(STALE * len(ANSWERS))
    sheet = "xl/worksheets/sheet1.xml"
    edit(path, sheet, rb"</f><v ?/>|</f><v></v>", lambda _: b"</f>" + next(stale))
    return path


def agrees(got, wanted):
    if isinstance(wanted, str | bool):
        return got == wanted and type(got) is type(wanted)
    return got == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@with_engine
def test_every_engine_computes_the_right_answers_over_wrong_stored_values(engine, known):
    (book,) = engine.recalculate([known])
    got = {formula: book.value("S", row, 3) for row, formula in enumerate(ANSWERS, start=1)}
    wrong = {f: (v, ANSWERS[f]) for f, v in got.items() if not agrees(v, ANSWERS[f])}
    assert wrong == {}


@with_engine
def test_every_engine_tells_an_error_from_text(engine, known):
    (book,) = engine.recalculate([known])
    error = book.value("S", 1, 4)
    assert isinstance(error, CellError)
    assert error == "#DIV/0!"


@with_engine
def test_every_engine_keeps_sheet_names_and_inputs(engine, known):
    (book,) = engine.recalculate([known])
    assert book.sheets == ("S", SHEET)
    assert book.values("S", 1, 1, 3, 2) == [[1, 3], [2, 5], [4, -1]]


@with_engine
def test_an_apostrophe_in_a_sheet_name_is_read_or_an_error(engine, tmp_path):
    wanted = "#VALUE!" if engine.name == "gnumeric" else 7  # Gnumeric can't read 'Lea''s'!A1
    path = tmp_path / "lea.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "S"
    book.active["A1"] = "='Lea''s'!A1"
    book.create_sheet("Lea's")["A1"] = 7
    book.save(path)
    (book,) = engine.recalculate([path])
    got = book.value("S", 1, 1)
    assert got == wanted
    assert isinstance(got, CellError) == isinstance(wanted, str)


@with_engine
def test_every_engine_recalculates_shared_formulas_and_arrays(engine, make):
    path = make(
        '<row r="1"><c r="A1"><v>3</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">A1*2+$A$1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="4"><c r="A4"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="5"><c r="A5"><f t="array" ref="A5:B6">MMULT(A1:A2,TRANSPOSE(A1:A2))</f>'
        '<v>1</v></c><c r="B5"><v>1</v></c></row>'
        '<row r="6"><c r="A6"><v>1</v></c><c r="B6"><v>1</v></c></row>'
    )
    if engine.name == "formualizer":
        with pytest.raises(EngineError, match=r"it has no MMULT\); try another engine"):
            engine.recalculate([path])
        return
    (book,) = engine.recalculate([path])
    assert book.values("S", 1, 1, 4, 1) == [[3], [9], [21], [45]]
    assert book.values("S", 5, 1, 2, 2) == [[9, 27], [27, 81]]


@with_engine
def test_every_engine_gives_many_books_in_the_order_asked(engine, make, afresh):
    """As the package itself starts the programs: LibreOffice once for all, Gnumeric for each."""
    cell = '<row r="1"><c r="A1"><f>{n}*{n}</f><v>5</v></c></row>'
    paths = [make(cell.format(n=n), f"book {n} é.xlsx") for n in range(12)]
    books = engine.recalculate(paths)
    assert [book.value("S", 1, 1) for book in books] == [n * n for n in range(12)]
    assert [book.path for book in books] == paths


@with_engine
def test_every_engine_shows_an_overflow_as_an_error(engine, make):
    path = make('<row r="1"><c r="A1"><f>EXP(1000)</f><v>5</v></c></row>')
    (book,) = engine.recalculate([path])
    assert isinstance(book.value("S", 1, 1), CellError)


@with_engine
def test_every_engine_keeps_a_subnormal_input_a_number(engine, make):
    path = make('<row r="1"><c r="A1"><v>4.9E-320</v></c></row>')
    (book,) = engine.recalculate([path])
    assert book.value("S", 1, 1) == pytest.approx(4.9e-320, rel=1e-3)


@pytest.mark.parametrize("engine", list(ENGINES), indirect=True)
def test_every_engine_refuses_bad_files_in_one_sentence(engine, tmp_path):
    bad = tmp_path / "bad.xlsx"
    with pytest.raises(FileError, match="no such file"):
        engine.recalculate([bad])
    bad.write_text("a,b\n1,2\n")
    with pytest.raises(BookError, match="text file"):
        engine.recalculate([bad])


@pytest.mark.parametrize("engine", list(ENGINES), indirect=True)
def test_every_engine_answers_nothing_with_nothing(engine):
    assert engine.recalculate([]) == []


def test_saved_gives_the_stored_values(known):
    (book,) = ENGINES["saved"].recalculate([known])
    assert book.values("S", 1, 3, 2, 2) == [[123, -4.5], [0, None]]  # written row by row


@in_other_programs("the way in which a program saves formulas is its own", indirect=True)
def test_files_that_other_programs_save_can_be_read_again(engine, known, tmp_path):
    if engine.name == "libreoffice":
        saved = in_libreoffice(known, tmp_path)
    else:
        saved = tmp_path / "out.xlsx"
        command = ["ssconvert", "--recalc", str(known), str(saved)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    stored, computed = (ENGINES[name].recalculate([saved])[0] for name in ("saved", "ironcalc"))
    for row, wanted in enumerate(ANSWERS.values(), start=1):
        assert agrees(stored.value("S", row, 3), wanted)
        assert agrees(computed.value("S", row, 3), wanted)


@pytest.mark.parametrize("module", [libreoffice, gnumeric])
def test_a_missing_program_is_named_with_the_way_to_install_it(module, monkeypatch, make):
    monkeypatch.setattr(module, "_program", lambda: None)
    assert "to install it: " in module.why_missing()
    with pytest.raises(EngineError, match="is not installed; to install it"):
        module.recalculate([make()])


def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path):
    child = f"import time,pathlib; time.sleep(2); pathlib.Path({str(tmp_path / 'late')!r}).touch()"
    parent = f"import subprocess,sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(EngineError, match=r"Python did not finish within 0.5 seconds"):
        run("Python", [sys.executable, "-c", parent], tmp_path, seconds=0.5)
    if os.name == "posix":
        time.sleep(2.5)
        assert not (tmp_path / "late").exists()


def test_a_program_that_fails_is_quoted(tmp_path):
    with pytest.raises(EngineError, match=r"Python ended with status 1 \(no paper\)"):
        run("Python", [sys.executable, "-c", "raise SystemExit('no paper')"], tmp_path, seconds=60)


def test_a_program_that_keeps_stored_values_is_found_out(make, monkeypatch, engine_that_copies):
    path = make('<row r="1"><c r="B1"><f>1+1</f><v>2</v></c></row>')
    with pytest.raises(EngineError, match=r"book.xlsx: Gnumeric kept the stored value of S!B1"):
        gnumeric.recalculate([path])


def test_a_program_that_writes_nothing_is_found_out(make, monkeypatch):
    monkeypatch.setattr(gnumeric, "_program", lambda: "ssconvert")
    monkeypatch.setattr(gnumeric, "_convert", lambda *_: None)
    with pytest.raises(EngineError, match=r"book.xlsx: Gnumeric could not convert it"):
        gnumeric.recalculate([make()])


@pytest.fixture
def engine_that_copies(monkeypatch):
    def copy(_, folder, names):
        for name in names:
            (folder / "in" / name).rename(folder / "out" / name)

    monkeypatch.setattr(gnumeric, "_program", lambda: "ssconvert")
    monkeypatch.setattr(gnumeric, "_convert", copy)


def test_importing_the_engines_loads_no_engine():
    code = "import sys, xlbackprop.recalc; assert not {'ironcalc', 'openpyxl'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
