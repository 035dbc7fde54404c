"""No number is too wide for its column: where it is, programs show ### in its place."""

import re

import openpyxl
import pytest
from workbooks import few

import xlbackprop as xb
from xlbackprop.syllabus import LESSONS, NETWORKS

SHORT = {name: {"epochs": 2} for name in NETWORKS if "solver" not in name} | {
    "backprop": {"epochs": 2, "data": few("backprop", 4)},
}
FIXED = re.compile(r"(#,##)?0(?:\.(0+))?(%?)")
USUAL = 11.0  # points of the letters that widths are counted in
SIGN, EDGES = 0.6, 0.6  # characters: width of a point or a minus, of what stays free


def printed(value: float, form: str) -> str | None:
    """A number as a cell shows it; None where the form is another one."""
    match = FIXED.fullmatch(form)
    if not match:
        return None
    thousands, decimals, percent = match.groups()
    number = value * (100 if percent else 1)
    return f"{number:{',' if thousands else ''}.{len(decimals or '')}f}{percent}"


@pytest.mark.exhaustive(quick=4)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_number_is_shown_whole(lesson, tmp_path):
    path = tmp_path / "book.xlsx"
    xb.write(xb.load(lesson, **SHORT.get(lesson, {})), path)
    seen, cut = 0, []
    for sheet in openpyxl.load_workbook(path, data_only=True):
        widths = {
            column: one.width
            for one in sheet.column_dimensions.values()
            for column in range(one.min, one.max + 1)
        }
        merged = {
            cell for area in sheet.merged_cells.ranges for row in area.cells for cell in [row]
        }
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if not isinstance(cell.value, float | int) or (cell.row, cell.column) in merged:
                continue
            text = printed(float(cell.value), cell.number_format)
            if text is None or cell.alignment.shrink_to_fit:
                continue
            seen += 1
            room = widths.get(cell.column, 8.43)
            size = sum(1 if sign.isdigit() else SIGN for sign in text)
            if size * cell.font.size / USUAL + EDGES > room:
                cut.append((sheet.title, cell.coordinate, text, room))
    assert seen > 20
    assert cut == []
