"""Sheets written to a file, and files read back by other programs."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.style import Look, Looks

LOOKS = Looks(
    {
        "text": Look(),
        "number": Look(number_format="0.000"),
        "heading": Look(font=Font(name="Arial", sz=14, b=True, u="single", color="FFFFFF")),
    }
)

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(*grids: Grid, name: str = "book.xlsx", **options: object) -> Path:
        path = tmp_path / name
        defaults = {"looks": LOOKS, "names": {}, "title": "Title", "language": "en"}
        write_book(path, grids, **{**defaults, **options})
        return path

    return write


def read(path: Path, sheet: str = "S", **options: bool) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(path, **options)[sheet]
