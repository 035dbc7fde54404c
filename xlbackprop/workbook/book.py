"""Everything of a book but its rows, as an openpyxl workbook with empty sheets."""

import datetime
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as ScratchCell
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.image import Image as DrawnImage
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Font
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlbackprop.workbook.address import letters
from xlbackprop.workbook.chart_values import keep_values
from xlbackprop.workbook.escapes import legal_text
from xlbackprop.workbook.grid import Columns, Grid, Image, Paper
from xlbackprop.workbook.theme import Letterhead, Theme

if TYPE_CHECKING:
    from xlbackprop.workbook.style import Look, Looks

# No clock: equal input gives equal bytes.
EPOCH = datetime.datetime(2000, 1, 1)
_CALCULATION = 191029  # the number that Excel 2019, 2021, 2024 and 365 write
_A4 = 9  # its number in the file format
A4 = (8.27, 11.69)  # inches
# Where openpyxl keeps what looks are made of.
_LISTS = ("_fonts", "_fills", "_borders", "_alignments", "_number_formats", "_cell_styles")
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6, "header": 0.3, "footer": 0.3}

FOOTER = 12  # points, which leave 7 on the narrowest page of maths


def empty_book(
    grids: Sequence[Grid],
    *,
    looks: "Looks",
    names: Mapping[str, str],
    title: str,
    language: str,
    theme: Theme,
) -> tuple[Workbook, dict[str, int]]:
    """A book whose sheets lack only their rows, and the number of each look in it."""
    book = Workbook()
    book.remove(book.active)
    _set_normal_font(book, theme.fonts.text)
    for grid in grids:
        _add_sheet(book, grid, theme)
    keep_values([chart for sheet in book.worksheets for chart in sheet._charts], grids)
    book.active = 0
    book.active.sheet_view.tabSelected = True
    for name, target in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=target)
    # Excel computes anew what an older version saved, and then asks at closing to save that. All
    # values are stored, so nothing needs it.
    book.calculation = CalcProperties(calcId=_CALCULATION, fullCalcOnLoad=None)
    book.properties.title = legal_text(title)
    book.properties.language = language
    book.properties.creator = "xlbackprop"
    book.properties.created = book.properties.modified = EPOCH
    return book, _registered(book, looks)


def _set_normal_font(book: Workbook, name: str) -> None:
    """Widths of columns count in digits of the normal font: it must be the one of the cells."""
    normal = book._named_styles["Normal"]
    if normal.font.name != name:
        normal.font = Font(name=name, sz=11, family=2)
        book._fonts[0] = normal.font


def style_ids(looks: "Looks") -> dict[str, int]:
    """The number that each look has in a book of ours; it depends on the looks alone."""
    return _numbered(looks, "Calibri")[0]


def _registered(book: Workbook, looks: "Looks") -> dict[str, int]:
    """Give a book the looks, and tell the number of each."""
    ids, lists = _numbered(looks, book._named_styles["Normal"].font.name)
    for name, content in lists.items():
        setattr(book, name, IndexedList(content))
    return ids


@lru_cache(maxsize=4)
def _numbered(looks: "Looks", normal: str) -> tuple[dict[str, int], dict[str, list[object]]]:
    """The number of each look, and a book's lists of what looks are made of: once in a run."""
    book = Workbook()
    _set_normal_font(book, normal)
    ids = {name: _register(book, look) for name, look in looks.items()}
    return ids, {name: list(getattr(book, name)) for name in _LISTS}


def _register(book: Workbook, look: "Look") -> int:
    """The number under which the book knows a look."""
    cell = ScratchCell(book.active, row=1, column=1)  # never becomes part of the sheet
    cell.font = look.font
    cell.fill = look.fill
    cell.border = look.border
    cell.alignment = look.alignment
    cell.number_format = look.number_format
    return int(cell.style_id)


def _add_sheet(book: Workbook, grid: Grid, theme: Theme) -> None:
    sheet = book.create_sheet(grid.name)
    _set_view(sheet, grid)
    _set_columns(sheet, grid.columns)
    _set_paper(sheet, grid.paper)
    _set_margins(sheet, theme.page)
    for link in grid.links:
        place = f"'{link.sheet.replace(chr(39), chr(39) * 2)}'!A1" if link.sheet else None
        target = Hyperlink(ref=link.cell, location=place, target=link.file or None)
        sheet[link.cell].hyperlink = target
    for merge in grid.merges:  # merge_cells would make cells, too, which our rows replace
        sheet.merged_cells.add(merge)
    # openpyxl numbers these objects while it writes; the caller's stay as they were.
    for cells, rule in grid.conditional:
        sheet.conditional_formatting.add(cells, deepcopy(rule))
    for validation in grid.validations:
        sheet.add_data_validation(deepcopy(validation))
    for anchor, chart in grid.charts:
        sheet.add_chart(_lined(deepcopy(chart), theme.ink.grid), anchor)
    for picture in grid.images:
        sheet.add_image(_LogoImage(picture), picture.cell)
    for name, target in grid.hidden_names.items():
        sheet.defined_names[name] = DefinedName(name, attr_text=target, hidden=True)


def _lined(chart: Any, color: str) -> Any:
    """A chart whose grid has the colour of the theme's."""
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill=color))
    )
    return chart


def _set_view(sheet: Worksheet, grid: Grid) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = grid.zoom
    sheet.freeze_panes = grid.freeze or None
    sheet.sheet_properties.outlinePr.summaryBelow = True
    if grid.tab_color:
        sheet.sheet_properties.tabColor = grid.tab_color
    # Without this Excel leaves no room for the brackets beside the rows.
    deepest = max((block.outline for block in grid.blocks), default=0)
    sheet.sheet_format.outlineLevelRow = deepest or None


def _set_columns(sheet: Worksheet, columns: Sequence[Columns]) -> None:
    for group in columns:
        sheet.column_dimensions[letters(group.first)] = ColumnDimension(
            sheet,
            index=letters(group.first),
            min=group.first,
            max=group.last,
            width=group.width,
            outlineLevel=group.outline,
            hidden=group.hidden,
        )
    # openpyxl looks for the deepest group only after it has written its depth.
    deepest = max((group.outline for group in columns), default=0)
    sheet.column_dimensions.max_outline = deepest or None
    for group in columns:
        if group.outline and group.hidden:
            _mark_collapsed(sheet, group.last + 1)


def _mark_collapsed(sheet: Worksheet, column: int) -> None:
    """Let the column behind a folded group carry the + of the group."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min <= column <= dimension.max:
            dimension.collapsed = True
            return
    sheet.column_dimensions[letters(column)] = ColumnDimension(
        sheet, index=letters(column), min=column, max=column, collapsed=True
    )


def _set_paper(sheet: Worksheet, paper: Paper) -> None:
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if paper.landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=not paper.scale)
    if paper.scale:
        sheet.page_setup.scale = paper.scale
    else:
        sheet.page_setup.fitToWidth = paper.fit_width
        sheet.page_setup.fitToHeight = paper.fit_height
    # Breaks count from 0; a break stands before the column or row with its number.
    for column in paper.column_breaks:
        sheet.col_breaks.append(Break(id=column - 1, max=1048575))
    for row in paper.row_breaks:
        sheet.row_breaks.append(Break(id=row - 1))
    sheet.page_margins = PageMargins(**MARGINS)
    if paper.across_first:
        sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_title_rows = paper.repeat_rows or None
    sheet.print_title_cols = paper.repeat_columns or None
    if paper.area:
        sheet.print_area = paper.area


def _set_margins(sheet: Worksheet, page: Letterhead) -> None:
    """The sheet's name and the page number below each page, and the texts of the theme."""
    texts = (
        (sheet.oddHeader.left, _literal(page.header)),
        (sheet.oddFooter.left, "&A"),
        (sheet.oddFooter.center, _literal(page.footer)),
        (sheet.oddFooter.right, "&P / &N"),
    )
    for part, text in texts:
        if text:
            part.text, part.size = text, FOOTER  # shrinks with the page


def _literal(text: str) -> str:
    """A text as headers and footers hold it: & begins a code there."""
    return legal_text(text).replace("&", "&&")


class _LogoImage(DrawnImage):  # type: ignore[misc]  # openpyxl has no types
    """A picture as openpyxl writes it; its own class needs Pillow to learn the size."""

    def __init__(self, picture: Image) -> None:
        self._content = picture.logo.content
        self.format = picture.logo.kind
        self.width, self.height = picture.logo.fitted(picture.width, picture.height)

    def _data(self) -> bytes:
        return self._content
