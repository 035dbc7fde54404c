"""Drawings in blocks of cells, as people make them in a spreadsheet; wanted values typed here."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from xlbackprop.api import load
from xlbackprop.cli.commands import app
from xlbackprop.data.files import read
from xlbackprop.data.reading import Reading
from xlbackprop.errors import DataError

RING = ["111", "1 1", "1 1", "111"]
STROKE = [" 1 ", " 1 ", " 1 ", " 1 "]
PIXELS = {"0": [1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1], "1": [0, 1, 0] * 4}
Sheet = openpyxl.worksheet.worksheet.Worksheet
Draw = Callable[[Iterable[tuple[str, str, str, list[str]]]], Path]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """A workbook of drawings: cell of the label, the label, first cell, rows of the picture."""

    def draw(drawings: Iterable[tuple[str, str, str, list[str]]]) -> Path:
        book = openpyxl.Workbook()
        for cell, label, first, rows in drawings:
            book.active[cell] = int(label) if label.isdecimal() else label
            corner = book.active[first]
            for i, row in enumerate(rows):
                for j, sign in enumerate(row):
                    if sign != " ":
                        book.active.cell(corner.row + i, corner.column + j, int(sign))
        book.save(tmp_path / "d.xlsx")
        return tmp_path / "d.xlsx"

    return draw


ABOVE = [
    *[("A1", "0", "A2", RING), ("E1", "1", "E2", STROKE)],
    *[("A7", "1", "A8", STROKE), ("E7", "0", "E8", RING)],
]
LEFT = [
    *[("A1", "0", "B1", RING), ("F1", "1", "G1", STROKE)],
    *[("A5", "1", "B5", STROKE), ("F5", "0", "G5", RING)],
]
STAIRS = [("A1", "0", "A2", RING), ("A6", "1", "A7", STROKE), ("H3", "1", "H4", STROKE)]


@pytest.mark.parametrize(
    ("side", "drawings", "labels"),
    [
        ("above", ABOVE, "0110"),
        ("left", LEFT, "0110"),
        ("above", STAIRS, "011"),
        ("above", [("C2", "0", "C3", RING)], "0"),
    ],
    ids=["labels above", "labels on the left", "no rows in common", "not at A1"],
)
def test_each_block_of_cells_is_an_example_and_its_empty_cells_are_0(
    draw: Draw, side: str, drawings: list[tuple[str, str, str, list[str]]], labels: str
) -> None:
    table = read(draw(drawings), Reading(drawings=side, image=(4, 3)))
    assert table.columns == (
        *("label", "x11", "x12", "x13", "x21", "x22", "x23"),
        *("x31", "x32", "x33", "x41", "x42", "x43"),
    )
    found = sorted((str(int(float(row[0]))), list(row[1:])) for row in table.rows)
    assert found == sorted((label, PIXELS[label]) for label in labels)


def test_titles_above_the_drawings_are_passed_over_by_header(draw: Draw) -> None:
    path = draw([("A1", "Mine", "B1", []), *(("A3", "a", "A4", RING), ("E3", "b", "E4", STROKE))])
    with pytest.raises(DataError, match=r"^d\.xlsx, cell A3: 'a' is no number.*\(--header N\)\.$"):
        read(path, Reading(drawings="above", image=(4, 3)))
    table = read(path, Reading(drawings="above", image=(4, 3), header=1))
    assert table.column("label") == ("a", "b")


def test_the_command_trains_on_drawings_and_says_how_they_were_read(
    draw: Draw, tmp_path: Path
) -> None:
    made = tmp_path / "made.xlsx"
    words = ["--set", "image=[4,3]", "--drawings", "above", "--epochs", "1", "-o", str(made)]
    done = CliRunner().invoke(app, ["make", "--data", str(draw(ABOVE)), *words])
    assert done.exit_code == 0, done.output
    line = "each block of cells is a drawing, and empty cells in it are 0"
    assert line in done.stderr
    assert line in openpyxl.load_workbook(made)["Start"]["B5"].value
    recipe = load(made)
    assert recipe.image == (4, 3)
    assert recipe.labels() == (0, 1, 1, 0)
    assert recipe.raw().tolist() == [PIXELS[label] for label in "0110"]


@pytest.mark.parametrize(("side", "drawings"), [("above", ABOVE), ("left", LEFT)])
def test_a_cell_more_is_never_a_pixel_or_a_drawing_in_silence(
    draw: Draw, side: str, drawings: list[tuple[str, str, str, list[str]]]
) -> None:
    path = draw(drawings)
    book = openpyxl.load_workbook(path)
    wanted = read(path, Reading(drawings=side, image=(4, 3)))
    inside = {
        (cell.row, cell.column)
        for place, _, first, _ in drawings
        for corner in [book.active[first]]
        for cells in book.active.iter_rows(
            corner.row, corner.row + 3, corner.column, corner.column + 2
        )
        for cell in (*cells, book.active[place])
    }
    taken = []
    for row in range(1, 15):
        for column in range(1, 13):
            if (row, column) in inside:
                continue
            book.active.cell(row, column, 1)
            book.save(path)
            with suppress(DataError):
                taken.append((row, column, read(path, Reading(drawings=side, image=(4, 3)))))
            book.active.cell(row, column).value = None
    assert taken == []
    assert len(wanted.rows) == 4


def test_blocks_without_a_word_are_refused_with_what_reads_them(draw: Draw, tmp_path: Path) -> None:
    words = ["make", "--data", str(draw(ABOVE)), "--set", "image=[4,3]", "--label", "label"]
    done = CliRunner().invoke(app, [*words, "-o", str(tmp_path / "made.xlsx")])
    assert done.exit_code == 2
    assert "where its label stands with drawings = 'above' or 'left' (--drawings abo" in done.stderr


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("d.csv", ["--set", "image=[4,3]"], "drawings: got d.csv, wanted a workbook (.xlsx, .xls"),
        ("d.xlsx", [], "drawings: wanted the size of each drawing beside it; say image = [rows, c"),
    ],
)
def test_drawings_need_a_workbook_and_a_size(
    name: str, words: list[str], said: str, draw: Draw, tmp_path: Path
) -> None:
    path = draw(ABOVE).rename(tmp_path / name)
    done = CliRunner().invoke(
        app, ["make", "--data", str(path), "--drawings", "above", *words, "-o", "made.xlsx"]
    )
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
