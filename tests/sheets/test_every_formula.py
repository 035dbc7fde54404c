"""What holds for every formula of every lesson."""

import re
import zipfile

import pytest
from workbooks import make

from xlbackprop.syllabus import COLLECTION

LESSONS = {
    COLLECTION: {},
    "worked-example": {"epochs": 2},
    "backprop": {"epochs": 1},
    "iris": {"epochs": 1, "batch": 32},
    "cnn": {"epochs": 1},
    "solver": {},
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_formula_begins_with_index(lesson, tmp_path):
    """Excel 365 would show it as =@INDEX, as the file has no marks of dynamic arrays."""
    with zipfile.ZipFile(make(tmp_path, lesson, **LESSONS[lesson]).path) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
    formulas = [text for sheet in sheets for text in re.findall(rb"<f[^>]*>([^<]+)</f>", sheet)]
    assert len(formulas) > 50
    assert [text for text in formulas if text.startswith(b"INDEX(")] == []
