import math
import os
import signal
import subprocess
import sys
import time

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from programs import PACKAGES, PROGRAMS, in_other_programs, marked
from workbooks import in_libreoffice

from xlbackprop.errors import BookError, EngineError, FileError
from xlbackprop.recalc import ENGINES, CellError, gnumeric, libreoffice, program
from xlbackprop.recalc.program import BYTES_A_SECOND, Patience, patient, run

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
    with (
        patient(Patience(0.5)),
        pytest.raises(EngineError, match=r"Python made no progress for 0.5 seconds .* --patience"),
    ):
        run("Python", [sys.executable, "-c", parent], tmp_path)
    if os.name == "posix":
        time.sleep(2.5)
        assert not (tmp_path / "late").exists()


WRITES = "import time, sys\nfor i in range(8): open(str(i), 'w').write('a'); time.sleep(0.2)"


def test_a_program_that_writes_now_and_then_is_not_stopped(tmp_path, monkeypatch):
    """It takes 1.6 seconds, and never 0.8 without a new file."""
    monkeypatch.setattr(program, "GLANCE", 0.1)
    with patient(Patience(0.8)):
        run("Python", [sys.executable, "-c", WRITES], tmp_path)
    assert len(list(tmp_path.iterdir())) == 8


def test_one_is_told_once_that_a_program_takes_its_time(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "GLANCE", 0.1)
    said = []
    with patient(Patience(5, first_word=0.3, say=said.append)):
        run("Python", [sys.executable, "-c", "import time; time.sleep(1)"], tmp_path)
    assert said == [
        "Python has been at work for 0 seconds; it is stopped after 5 seconds without progress "
        "(--patience SECONDS allows more)."
    ]


def test_a_large_workbook_is_given_more_time(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "GLANCE", 0.1)
    (tmp_path / "in.xlsx").write_bytes(bytes(3 * BYTES_A_SECOND))
    with patient(Patience(0.2)):
        run("Python", [sys.executable, "-c", "import time; time.sleep(1)"], tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_signal_while_a_program_starts_waits_until_the_program_can_be_ended(
    tmp_path, monkeypatch
):
    """Else the program would go on, and nobody knew its number."""
    started = []

    def start(*arguments):
        process = begin(*arguments)
        started.append(process)
        signal.raise_signal(signal.SIGINT)
        return process

    begin = program._start
    monkeypatch.setattr(program, "_start", start)
    with pytest.raises(KeyboardInterrupt):
        run("Python", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    assert started[0].returncode == -signal.SIGKILL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_fails_is_quoted(tmp_path):
    with pytest.raises(EngineError, match=r"Python ended with status 1 \(no paper\)"):
        run("Python", [sys.executable, "-c", "raise SystemExit('no paper')"], tmp_path)


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
