"""The sheet that leads to the lessons of a course, chapter by chapter."""

from collections.abc import Mapping

from xlbackprop import syllabus
from xlbackprop.page.bands import put_title
from xlbackprop.workbook.address import address
from xlbackprop.workbook.grid import Cell, Columns, Grid, Link, Paper
from xlbackprop.workbook.theme import Theme

TOP = 4


def contents(
    language: str, titles: tuple[str, str, str], links: Mapping[str, Link], theme: Theme
) -> Grid:
    """A line for each lesson that there is a link to.

    Args:
        language: of the texts.
        titles: name of the sheet, its title, and the sentence on what to do.
        links: where each lesson is found; their cells are filled in.
        theme: how it looks.
    """
    name, title, intro = titles
    sheet = Grid(
        name,
        tab_color=theme.roles["update"].band,
        columns=[Columns(1, 1, 4), Columns(2, 2, 58), Columns(3, 3, 138)],
        paper=Paper(fit_height=1),
    )
    put_title(sheet, title, intro)
    row, number = TOP, 0
    for chapter, names in syllabus.chapters(language):
        here = [lesson for lesson in names if lesson in links]
        if not here:
            continue
        sheet.cells.append(Cell(row, 1, chapter, style="section"))
        sheet.heights[row] = 28
        for lesson in here:
            row, number = row + 1, number + 1
            sheet.cells += [
                Cell(row, 1, float(number), style="count"),
                Cell(row, 2, syllabus.told(lesson, language, "title"), style="link"),
                Cell(row, 3, syllabus.told(lesson, language, "line"), style="note"),
            ]
            sheet.links.append(links[lesson]._replace(cell=address(row, 2)))
            sheet.heights[row] = 20
        row += 1
    return sheet
