"""Workbooks for the tests, made by openpyxl and by hand, and the engines on this computer."""

import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from xlbackprop.recalc import ENGINES


@pytest.fixture
def engine(request):
    """An engine by name; a missing one is a failure where all must be there, otherwise a skip."""
    engine = ENGINES[request.param]
    if reason := engine.why_missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return engine


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
        edit(path, "xl/worksheets/sheet1.xml", rb"<sheetData ?/>|<sheetData></sheetData>", data)
        return path

    return make
