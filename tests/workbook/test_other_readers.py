"""Libraries of others that read .xlsx files find in each lesson's the values that stand there."""

import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

import openpyxl
import pytest
import wanting
from openpyxl.utils.escape import unescape
from workbooks import few

import xlbackprop as xb
from xlbackprop.syllabus import LESSONS, NETWORKS
from xlbackprop.workbook.address import address

Cells: TypeAlias = dict[str, dict[str, float | str | bool]]  # by sheet and cell, without blanks
Read: TypeAlias = Callable[[str, Path], Cells]

NODE = ("exceljs", "xlsx", "xlsx-populate")
SHORT: dict[str, dict[str, object]] = {
    name: {"epochs": 2} for name in NETWORKS if "solver" not in name
}
SHORT["backprop"] = {"epochs": 2, "data": few("backprop", 4)}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="session")
def reading() -> Iterator[Read]:
    """How a library reads a file; those of node share one process."""
    processes: list[subprocess.Popen[str]] = []

    def by_node(library: str, path: Path) -> Cells:
        if not processes:
            script = Path(__file__).parents[1] / "readers.js"
            node = wanting.node(*NODE)
            processes.append(
                subprocess.Popen(
                    [node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
        [process] = processes
        assert process.stdin
        assert process.stdout
        print(json.dumps([library, str(path)]), file=process.stdin, flush=True)
        found: Cells = json.loads(process.stdout.readline())
        return found

    yield (
        lambda library, path: (
            _READERS[library](path) if library in _READERS else by_node(library, path)
        )
    )
    for process in processes:
        process.communicate(timeout=60)


def _openpyxl(path: Path) -> Cells:
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: unescape(cell.value) if isinstance(cell.value, str) else cell.value
            for row in sheet.iter_rows()
            for cell in row
        }
        for sheet in book.worksheets
    }


def _calamine(path: Path) -> Cells:
    calamine = wanting.package("python_calamine", install="python-calamine")
    book = calamine.CalamineWorkbook.from_path(str(path))
    read = {}
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        read[name] = {
            address(i, j): value for i, row in enumerate(rows, 1) for j, value in enumerate(row, 1)
        }
    return read


_READERS = {"openpyxl": _openpyxl, "calamine": _calamine}


def _stored(path: Path) -> Cells:
    """The values as the file's XML has them."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.get("name", "") for sheet in book.iter(f"{MAIN}sheet")]
        return {
            name: {
                cell.get("r", ""): _value(cell)
                for cell in ElementTree.fromstring(
                    archive.read(f"xl/worksheets/sheet{number}.xml")
                ).iter(f"{MAIN}c")
            }
            for number, name in enumerate(names, 1)
        }


def _value(cell: ElementTree.Element) -> float | str | bool:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return unescape("".join(text.text or "" for text in cell.iter(f"{MAIN}t")))
    value = cell.findtext(f"{MAIN}v") or ""
    if kind == "b":
        return value == "1"
    return float(value) if kind == "n" and value else unescape(value)


def _filled(cells: Cells) -> Cells:
    return {
        sheet: {place: value for place, value in found.items() if value not in ("", None)}
        for sheet, found in cells.items()
    }


@pytest.mark.exhaustive(quick=10)
@pytest.mark.parametrize("library", [*NODE, *_READERS])
@pytest.mark.parametrize("lesson", LESSONS)
def test_another_library_reads_the_values_of_every_cell_as_they_were_written(
    lesson: str, library: str, reading: Read, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    xb.write(xb.load(lesson, **SHORT.get(lesson, {})), path)
    wanted = _filled(_stored(path))
    assert sum(map(len, wanted.values())) > 100
    found = _filled(reading(library, path))
    assert list(found) == list(wanted)
    for sheet, cells in wanted.items():
        both = {
            place: (cells.get(place), found[sheet].get(place))
            for place in cells.keys() | found[sheet].keys()
        }
        differing = {place: pair for place, pair in both.items() if not _equal(*pair, library)}
        assert not differing, sheet


def _equal(wanted: object, found: object, library: str) -> bool:
    """Numbers to the last digit; xlsx-populate takes any result that looks like one for one."""
    if library == "xlsx-populate" and isinstance(wanted, str) and isinstance(found, int | float):
        return float(wanted) == found
    return wanted == found and isinstance(wanted, str | bool) == isinstance(found, str | bool)


def test_a_difference_in_a_digit_a_blank_or_a_kind_is_seen() -> None:
    for wanted, found in [(0.1, 0.1 + 2**-56), (" ", ""), ("a", "a "), ("1", 1), (True, 1)]:
        assert _equal(wanted, wanted, "exceljs")
        assert not _equal(wanted, found, "exceljs")
