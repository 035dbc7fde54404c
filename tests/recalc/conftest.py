"""Workbooks for the tests, made by openpyxl and by hand, and the engines on this computer."""

import re
import zipfile
from pathlib import Path

import openpyxl
import programs
import pytest
import wanting

from xlbackprop.recalc import ENGINES, gnumeric, libreoffice


@pytest.fixture
def engine(request):
    """An engine by name."""
    wanting.program(request.param)
    return ENGINES[request.param]


@pytest.fixture
def afresh(monkeypatch):
    """The package's own way to its programs: a start and a profile for each call, nothing kept."""
    monkeypatch.setattr(libreoffice, "convert", programs.OWN["libreoffice"])
    monkeypatch.setattr(gnumeric, "_convert", programs.OWN["gnumeric"])


@pytest.fixture
def edit():
    """Replace text in one part of a package."""

    def edit(path, part, pattern, replacement, count=0):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        before = parts[part]
        parts[part] = re.sub(pattern, replacement, before, count=count, flags=re.DOTALL)
        assert parts[part] != before
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return edit


@pytest.fixture
def make(tmp_path, edit):
    """A workbook with one sheet "S" whose rows are given as XML."""

    def make(rows: str = '<row r="1"/>', name: str = "book.xlsx") -> Path:
        path = tmp_path / name
        book = openpyxl.Workbook()
        book.active.title = "S"
        book.save(path)
        data = f"<sheetData>{rows}</sheetData>".encode()
        sheet = "xl/worksheets/sheet1.xml"
        edit(path, sheet, rb"<dimension[^>]*/>", b"")  # that of an empty sheet
        edit(path, sheet, rb"<sheetData ?/>|<sheetData></sheetData>", data)
        return path

    return make
