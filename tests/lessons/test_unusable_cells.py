"""A yellow cell that can't be used: every sentence of the page names it and what it takes."""

import pytest
from pages import changed, new, values
from test_typed_numbers import forbidden

from xlbackprop.checks.lesson import LessonTrial
from xlbackprop.page.guards import INTRO_ROW
from xlbackprop.recalc import Book, CellError, recalculate_open
from xlbackprop.syllabus import PAGES
from xlbackprop.words.catalogue import Catalogue

PARTS = 4  # of the cells of a page


def unusable(place):
    """What a cell can't take: a text, nothing, a number beyond its limit."""
    beyond = [forbidden(place)] if place.limited else []
    return [*([None] if place.empty is None else []), "abc", *beyond]


def sentences(sheet):
    """Places of the sentences of a page that conclude something, and of its line on what to do."""
    cells = [sheet.grid.cells[i] for i in sheet.spoken]
    return [(INTRO_ROW, 1), *((cell.row, cell.column) for cell in cells)]


@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_each_cell_that_can_not_be_used_and_shows_no_error_in_a_sentence(
    books, tmp_path, name, part
):
    sheet = new(name)
    cases = [(place, value) for place in sheet.inputs for value in unusable(place)][part::PARTS]
    for place, value in cases:
        path = changed(books[name], tmp_path / "book.xlsx", {place: value})
        book = Book.open(path)
        trial = LessonTrial.of(book)
        [now] = recalculate_open("ironcalc", [book])
        told = f"✗ In {place.cell} only {place.wanted(Catalogue('en'))} will do."
        assert {now.value(place.sheet, *at) for at in sentences(sheet)} == {told}, (place, value)
        comparison = trial.compare(now, "ironcalc")
        assert not comparison.mismatches, (place, value, comparison.mismatches[:3])
        assert CellError not in map(type, texts(sheet, now)), (place, value)


def texts(sheet, now):
    """What the cells of a page show in which texts stand while all is well."""
    for (row, column), value in values(sheet).items():
        if isinstance(value, str):
            yield now.value(sheet.grid.name, row, column)
