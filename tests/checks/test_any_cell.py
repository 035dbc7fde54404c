"""Whatever stands in any cell of a file: a report, or one sentence; never an error of Python."""

import random
import re
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

import xlbackprop as xb
from xlbackprop.errors import XlbackpropError
from xlbackprop.syllabus import PAGES

NETWORKS = {"worked-example": {}, "xor": {"epochs": 2}, "solver": {}}
BOOKS: dict[str, dict[str, object]] = {name: {} for name in PAGES} | NETWORKS
CONTENTS = (  # what follows a cell's place and style
    b"/>",
    *(b"><v>%b</v></c>" % number for number in (b"0", b"1e308", b"-1e308", b"1e-320", b"-3")),
    *(b"><v>%b</v></c>" % number for number in (b"0.5", b"1e15", b"-1")),
    b' t="inlineStr"><is><t>abc</t></is></c>',
    b' t="b"><v>1</v></c>',
    *(b' t="e"><v>%b</v></c>' % error for error in (b"#DIV/0!", b"#N/A", b"#NUM!")),
)
CELL = re.compile(rb'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
FORMULA = re.compile(rb"<f.*?(?:/>|</f>)", re.DOTALL)
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
WRONG = {  # once errors of Python
    ("matrix-form", "E83"): b"><v>5</v></c>",
    ("matrix-form", "B107"): b"><v>5</v></c>",
    ("gradient-descent", "B114"): b"/>",
    ("linear-classifier", "O166"): b"><v>1e308</v></c>",
}


@cache
def parts(name: str, folder: Path) -> dict[str, bytes]:
    path = folder / f"{name}.xlsx"
    xb.write(xb.load(name, **BOOKS[name]), path)
    with zipfile.ZipFile(path) as archive:
        return {part: archive.read(part) for part in archive.namelist()}


def saved(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def with_content(sheet: bytes, cell: re.Match[bytes], content: bytes, *, formula: bool) -> bytes:
    """A sheet in which a cell holds something else, and keeps its formula or not."""
    kept = FORMULA.search(cell[0]) if formula else None
    if kept and b"><v>" in content:
        content = content.replace(b"><v>", b">" + kept[0] + b"<v>", 1)
    new = b'<c r="%b"%b%b' % (cell[1], cell[2] or b"", content)
    return sheet[: cell.start()] + new + sheet[cell.end() :]


def answered(path: Path) -> None:
    """See that a file is answered, on checking and on reading it again."""
    for ask in (lambda: xb.check(path).lines(), lambda: xb.load(path)):
        with suppress(XlbackpropError):
            assert ask()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any-cell")


@pytest.mark.parametrize(("name", "place"), WRONG)
def test_a_number_that_no_formula_gives_is_blamed_where_it_stands(name, place, folder, tmp_path):
    content = dict(parts(name, folder))
    sheet = content["xl/worksheets/sheet1.xml"]
    [cell] = [found for found in CELL.finditer(sheet) if found[1].decode() == place]
    new = with_content(sheet, cell, WRONG[name, place], formula=False)
    content["xl/worksheets/sheet1.xml"] = new
    report = xb.check(saved(tmp_path / "wrong.xlsx", content))
    assert not report.agrees
    blamed = [edit.cell for edit in report.edits]
    blamed += [found.cell for one in report.comparisons for found in one.mismatches]
    assert place in blamed


@pytest.mark.exhaustive(quick=20)
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", BOOKS)
def test_any_content_of_any_cells_is_answered(name, seed, folder, tmp_path):
    draw = random.Random(f"{name} {seed}")
    content = dict(parts(name, folder))
    for _ in range(6):
        part = draw.choice(sorted(filter(SHEET.fullmatch, content)))
        cells = list(CELL.finditer(content[part]))
        sheet = content[part]
        chosen = draw.sample(cells, min(len(cells), draw.choice([1, 1, 2, 4])))
        for cell in sorted(chosen, key=re.Match.start, reverse=True):
            kept = draw.random() < 0.4
            sheet = with_content(sheet, cell, draw.choice(CONTENTS), formula=kept)
        answered(saved(tmp_path / "any.xlsx", content | {part: sheet}))
