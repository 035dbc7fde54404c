"""Type of the pages of maths on A4: its size in the file, and how much a page is squeezed."""

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

CHARACTER = 5.58 / 72  # inches, of a digit in LibreOffice; Excel's are narrower
ROW = 15 / 72  # inches, of a row without a height
A4 = (8.27, 11.69)
LEAST, LEAST_TEXT = 7.0, 5.9  # points, as the README says


@pytest.fixture(scope="module")
def sheets(collection):
    return openpyxl.load_workbook(collection).worksheets


def squeezed(sheet):
    """What one point of a sheet's type is on paper."""
    if not sheet.sheet_properties.pageSetUpPr.fitToPage:
        return sheet.page_setup.scale / 100
    printed = sheet.print_area or sheet.dimensions
    left, top, right, bottom = range_boundaries(printed.split("!")[-1].replace("$", ""))
    widths = dict.fromkeys(range(left, right + 1), 8.43)
    for group in sheet.column_dimensions.values():
        widths |= {j: group.width for j in range(group.min, group.max + 1) if j in widths}
    heights = [sheet.row_dimensions[i].height for i in range(top, bottom + 1)]
    down = sum(height / 72 if height else ROW for height in heights)
    margins, landscape = sheet.page_margins, sheet.page_setup.orientation == "landscape"
    wide, high = sorted(A4, reverse=landscape)
    scale = (wide - margins.left - margins.right) / (sum(widths.values()) * CHARACTER)
    pages = sheet.page_setup.fitToHeight
    if pages:
        scale = min(scale, pages * (high - margins.top - margins.bottom) / down)
    return min(1.0, scale)


def of_charts(sheet):
    """Sizes of a sheet's charts' texts, in points."""
    for chart in sheet._charts:
        parts = [chart.x_axis, chart.y_axis, *([chart.legend] if chart.legend else [])]
        for part in parts:
            said = part.txPr.p[0].pPr.defRPr.sz if part.txPr else 1000  # what programs take
            yield said / 100
        titles = [title for title in (chart.title, chart.x_axis.title, chart.y_axis.title) if title]
        yield from (p.pPr.defRPr.sz / 100 for title in titles for p in title.tx.rich.p)


def test_charts_and_footers_have_at_least_seven_points(sheets):
    squeezes = {sheet.title: squeezed(sheet) for sheet in sheets}
    assert min(squeezes.values()) < 0.65  # some pages are squeezed a lot
    charts = {(s.title, size * squeezes[s.title]) for s in sheets for size in of_charts(s)}
    assert len(charts) > 10
    assert [found for found in charts if found[1] < LEAST] == []
    for sheet in sheets:
        for part in (sheet.oddFooter.left, sheet.oddFooter.right):
            assert part.size * squeezes[sheet.title] >= LEAST, sheet.title


def test_texts_are_as_large_as_the_readme_says(sheets):
    smallest = {
        sheet.title: squeezed(sheet)
        * min(cell.font.sz for row in sheet.iter_rows() for cell in row if cell.value is not None)
        for sheet in sheets
    }
    assert {title: size for title, size in smallest.items() if size < LEAST_TEXT} == {}
    assert min(smallest.values()) < LEAST_TEXT + 0.5  # the README promises no less than is true
