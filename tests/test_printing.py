"""PDF and pictures: every page readable and free of errors, printed from the sheets asked for."""

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from programs import starts
from typer.testing import CliRunner
from workbooks import Made, make, part_of, stored

import xlbackprop as xb
from xlbackprop import printing
from xlbackprop.cli.commands import app
from xlbackprop.errors import BookError, EngineError, FileError
from xlbackprop.recalc import libreoffice, poppler
from xlbackprop.workbook.logo import read_logo

on_paper = starts("libreoffice", why="how sheets fall on pages is decided by the program")
LESSONS = {
    "backprop": {},
    "xor": {},
    "worked-example": {},
    "iris": {},
    "solver": {},
    "cnn": {"epochs": 2},
    "sine": {},
    "xor-zh": {"lang": "zh"},
}
# Pages of the Training sheet from top to bottom, of the Walkthrough, of Parameters.
PAGES = {
    "backprop": (2, 1, 1),
    "xor": (1, 1, 1),
    "worked-example": (1, 1, 1),
    "iris": (5, 2, 1),  # with Adam's m and s in its lines
    "solver": (2, 0, 1),
    "cnn": (3, 4, 1),
    "sine": (1, 2, 1),
    "xor-zh": (1, 1, 1),
}
SMALL = ("worked-example", "xor-zh")
ERRORS = ("###", "#NUM!", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#N/A", "Err:")
LEAST = 7.0  # points
INDEX = re.compile(r"[\d,\-–TijkFPOSb⁻ ]{1,7}|-z")  # as in w_{3,1-22}, C_T, e^{-z}


def output(*command: object) -> str:
    return subprocess.run(
        list(map(str, command)), check=True, capture_output=True, encoding="utf-8"
    ).stdout


@dataclass(frozen=True)
class Page:
    """What poppler reads on a page: the sheet's name below it, and texts with their type."""

    sheet: str
    texts: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Printed:
    path: Path
    made: Made
    pages: int

    @cached_property
    def texts(self) -> list[str]:
        return output("pdftotext", "-layout", self.path, "-").split("\f")[:-1]

    @cached_property
    def read(self) -> list[Page]:
        xml = output("pdftohtml", "-xml", "-i", "-zoom", 3, "-stdout", self.path)
        sizes, pages = {}, []
        for content in xml.split("<page ")[1:]:
            height = int(re.search(r'height="(\d+)"', content)[1])
            found = re.findall(r'<fontspec id="(\d+)" size="(-?\d+)"', content)
            sizes |= {font: int(size) / 3 for font, size in found}
            texts = [
                (int(top), sizes[font], re.sub("<[^>]*>", "", text).strip())
                for top, font, text in re.findall(
                    r'<text top="(-?\d+)"[^>]* font="(\d+)">(.*?)</text>', content
                )
            ]
            below = [text for top, _, text in texts if top > 0.93 * height]
            pages.append(Page(below[0], tuple(t[1:] for t in texts if t[0] <= 0.93 * height)))
        return pages


def lesson(name: str) -> object:
    """A set of parameters for the tests of a printed lesson: the small ones are quick."""
    when = pytest.mark.exhaustive(quick=len(SMALL) if name in SMALL else 0)
    return pytest.param(name, marks=[on_paper, when])


@pytest.fixture(scope="session", params=map(lesson, LESSONS))
def printed(request, need, tmp_path_factory) -> Printed:
    """A lesson on paper."""
    need("libreoffice")
    need("poppler")
    folder = tmp_path_factory.mktemp(request.param)
    made = make(folder, request.param.removesuffix("-zh"), "book", **LESSONS[request.param])
    path = folder / f"{request.param}.pdf"
    return Printed(path, made, xb.pdf(made.path, path, sheets=["all"]))


def test_all_pages_are_counted(printed: Printed) -> None:
    said = int(re.search(r"Pages:\s+(\d+)", output("pdfinfo", printed.path))[1])
    assert printed.pages == said == len(printed.texts)


def test_pages_are_a4(printed: Printed) -> None:
    sizes = re.findall(r"size:\s+([\d.]+) x ([\d.]+)", output("pdfinfo", "-l", -1, printed.path))
    assert len(sizes) == printed.pages
    for size in sizes:
        assert sorted(map(float, size)) == pytest.approx([595.3, 841.9], abs=0.5)


def test_no_page_shows_an_error_or_a_column_too_narrow(printed: Printed) -> None:
    found = [(n, e) for n, text in enumerate(printed.texts, 1) for e in ERRORS if e in text]
    assert found == []
    assert all(text.strip() for text in printed.texts)


def test_all_type_is_readable(printed: Printed) -> None:
    """Indices apart, which are as small as they are in print."""
    small = {
        (page.sheet, round(size, 1), text)
        for page in printed.read
        for size, text in page.texts
        if size < LEAST and not INDEX.fullmatch(text)
    }
    assert small == set()


def test_sheets_take_the_pages_that_they_should(printed: Printed) -> None:
    pages = Counter(page.sheet for page in printed.read)
    made = printed.made
    down, walkthrough, parameters = PAGES[printed.path.stem]
    # More would mean that columns didn't fit their page.
    assert pages[made.sheet("training")] == down * (column_breaks(made) + 1)
    assert pages[made.layout.text("sheets.walkthrough")] == walkthrough
    assert pages[made.sheet("parameters")] == parameters
    assert pages[made.sheet("progress")] <= 3
    assert sum(pages.values()) == printed.pages


def column_breaks(made: Made) -> int:
    with zipfile.ZipFile(made.path) as archive:
        training = archive.read(part_of(made.path, made.sheet("training")))
    [breaks] = re.findall(rb"<colBreaks .*?</colBreaks>", training) or [b""]
    return breaks.count(b"<brk ")


def test_every_page_of_training_names_its_rows(printed: Printed) -> None:
    """Titles are repeated: each page has the headings of the counters."""
    made = printed.made
    heading = made.layout.text("training.example")
    pages = [page for page in printed.read if page.sheet == made.sheet("training")]
    assert all(heading in [text for _, text in page.texts] for page in pages)


def test_the_first_epoch_is_on_paper_to_its_last_example(printed: Printed) -> None:
    made = printed.made
    text = " ".join(
        t for p in printed.read if p.sheet == made.sheet("training") for _, t in p.texts
    )
    last = len(made.recipe.t())
    cost = float(stored(made.path, made.example("C", epoch=1, example=last)))
    assert f"{cost:.6f}" in text


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A workbook that is quickly printed."""
    return make(tmp_path_factory.mktemp("small"), "xor", epochs=1, views=[])


# Sheets by name.


@pytest.mark.parametrize("name", ["Progress", "progress", "训练记录", "PROGRESS"])
def test_a_sheet_is_found_by_its_name_in_any_of_our_languages(small: Made, name: str) -> None:
    assert printing.find_sheet(small.path, name) == "Progress"


def test_an_unknown_sheet_is_refused_with_a_suggestion(small: Made) -> None:
    with pytest.raises(BookError, match=r"no sheet 'Trainin'; did you mean 'Training'\?$"):
        printing.find_sheet(small.path, "Trainin")
    with pytest.raises(BookError, match="no sheet 'zzz'; it has Start, Data, Parameters, "):
        printing.find_sheet(small.path, "zzz")


@on_paper
def test_only_the_sheets_asked_for_are_printed(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    need("poppler")
    path = tmp_path / "some.pdf"
    pages = xb.pdf(small.path, path, sheets=["对照", "parameters"])
    text = output("pdftotext", path, "-")
    assert pages == 2
    assert "Learning rate" in text
    assert "Count as equal up to a difference of" in text


def test_what_one_hands_out_is_printed_and_the_rest_on_request(tmp_path: Path) -> None:
    book = make(tmp_path, "backprop", "network", epochs=1).path
    names = printing.sheet_names(book)
    assert {"Data", "Training", "Compare", "Recipe"} < set(names)
    handed = ["Start", "Walkthrough", "Pictures", "Progress"]
    assert printing._handed_out(book) == [name for name in names if name in handed]
    maths = make(tmp_path, "vectors", "maths").path
    assert "Recipe" in printing.sheet_names(maths)
    assert printing._handed_out(maths) == [
        name for name in printing.sheet_names(maths) if name != "Recipe"
    ]


@on_paper
def test_a_hidden_sheet_is_printed_only_on_request(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    need("poppler")
    book = openpyxl.load_workbook(small.path)
    for sheet in book:
        sheet.sheet_state = "visible" if sheet.title == "Parameters" else "hidden"
    book.active = book["Parameters"]
    path = tmp_path / 'hidden & "odd" name\'s.xlsx'
    book.save(path)
    assert xb.pdf(path) == 1
    assert xb.pdf(path, tmp_path / "b.pdf", sheets=["compare"]) == 1
    assert "Compare" in output("pdftotext", tmp_path / "b.pdf", "-")


@on_paper
def test_printing_only_reads_the_workbook(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    before = small.path.read_bytes()
    xb.pdf(small.path, tmp_path / "a.pdf", sheets=["start"])
    assert small.path.read_bytes() == before


# Pictures.


def test_what_is_not_white_decides_the_picture() -> None:
    shades = np.full((200, 300), 255, np.uint8)
    shades[50, 40] = shades[90, 260] = 254
    margin = printing.MARGIN
    left, top, width, height = printing._box(shades)
    assert (left, top) == (40 - margin, 50 - margin)
    assert (width, height) == (221 + 2 * margin, 41 + 2 * margin)
    assert printing._box(np.full((9, 9), 255, np.uint8)) == (0, 0, 9, 9)
    assert printing._box(np.zeros((9, 9), np.uint8)) == (0, 0, 9, 9)


@on_paper
def test_a_picture_is_a_png_without_the_white_around(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    need("poppler")
    path = tmp_path / "start.png"
    xb.picture(small.path, "Parameters", path, dpi=50)
    found = read_logo(path)  # reads its size
    assert found.kind == "png"
    # A portrait page is 413 × 585 pixels; the tables fill its upper half.
    assert 200 < found.width < 400
    assert 80 < found.height < 292


@on_paper
def test_a_page_that_is_not_there_has_no_picture(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    need("poppler")
    with pytest.raises(BookError, match=r"sheet start: page: got 2, wanted 1, its only page\.$"):
        xb.picture(small.path, "start", tmp_path / "x.png", page=2)
    assert not list(tmp_path.iterdir())


@on_paper
def test_a_picture_of_one_of_several_pages_says_so_and_how_to_have_another(
    need, small: Made, tmp_path: Path
) -> None:
    need("libreoffice")
    need("poppler")
    xb.pdf(small.path, tmp_path / "all.pdf", sheets=["training"])
    pages = int(re.search(r"Pages:\s+(\d+)", output("pdfinfo", tmp_path / "all.pdf"))[1])
    assert pages > 1
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    told = run("picture", small.path, "training", "-o", first, "--dpi", 30)
    assert told.stdout == f"{first}: training, page 1 of {pages}; --page N takes another.\n"
    told = run("picture", small.path, "training", "-o", second, "--dpi", 30, "--page", 2)
    assert told.stdout == f"{second}: training, page 2 of {pages}; --page N takes another.\n"
    assert first.read_bytes() != second.read_bytes()
    for page in (-1, 0, pages + 1):
        out = tmp_path / "x.png"
        sentence = refused("picture", small.path, "training", "-o", out, "--page", page)
        assert sentence.endswith(f"training: page: got {page}, wanted a page from 1 to {pages}.")
        assert not out.exists()


# On the command line.


def run(*arguments: object):
    return CliRunner().invoke(app, list(map(str, arguments)))


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("xlbackprop: ").strip()


@on_paper
def test_the_commands_name_their_files(need, small: Made, tmp_path: Path) -> None:
    need("libreoffice")
    need("poppler")
    book = shutil.copy(small.path, tmp_path / "b.xlsx")
    assert run("pdf", book, "--sheets", "start").stdout == f"{tmp_path / 'b.pdf'}: 1 page.\n"
    result = run("picture", book, "start", "--dpi", 30)
    assert result.stdout == f"{tmp_path / 'b-start.png'}: start.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"b.xlsx", "b.pdf", "b-start.png"}


@pytest.mark.parametrize("command", [["pdf"], ["picture", "start"]])
def test_a_file_that_is_there_is_left_alone(
    small: Made, tmp_path: Path, command: list[str]
) -> None:
    name, *sheet = command
    path = tmp_path / ("a.pdf" if name == "pdf" else "a.png")
    path.write_text("mine")
    assert "already there" in refused(name, small.path, *sheet, "-o", path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("command", [["pdf"], ["picture", "start"]])
def test_another_ending_is_refused(small: Made, tmp_path: Path, command: list[str]) -> None:
    name, *sheet = command
    sentence = refused(name, small.path, *sheet, "-o", tmp_path / "a.gif")
    assert sentence.endswith(f"got .gif, wanted a name in .{'pdf' if name == 'pdf' else 'png'}.")


@pytest.mark.parametrize("command", [["pdf"], ["picture", "start"]])
def test_a_missing_libreoffice_is_named_with_the_way_to_install_it(
    small: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(libreoffice, "_program", lambda: None)
    monkeypatch.setattr(poppler, "program", lambda: "pdftoppm")
    name, *sheet = command
    out = tmp_path / ("a.pdf" if name == "pdf" else "a.png")
    sentence = refused(name, small.path, *sheet, "-o", out)
    assert sentence.startswith("LibreOffice is not installed; to install it: ")
    assert not list(tmp_path.iterdir())


def test_a_missing_poppler_is_named_before_anything_is_printed(
    small: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poppler, "find", lambda name: None)
    monkeypatch.setattr(libreoffice, "convert", lambda *_: pytest.fail("printed"))
    with pytest.raises(EngineError, match=r"^poppler is not installed; to install it: .*poppler"):
        xb.picture(small.path, "start", tmp_path / "x.png")


def test_a_program_that_prints_nothing_is_found_out(
    small: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "_program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "convert", lambda *_: None)
    with pytest.raises(EngineError, match="LibreOffice could not print it"):
        xb.pdf(small.path, tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


def test_an_unsafe_file_never_reaches_libreoffice(
    small: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "_program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "convert", lambda *_: pytest.fail("printed"))
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(small.path) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/extra.xml", "<!DOCTYPE a><a/>")
    with pytest.raises(BookError, match="has a DOCTYPE"):
        xb.pdf(bad)
    with pytest.raises(FileError, match="there is no such file"):
        xb.pdf(tmp_path / "none.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.xlsx"]
