"""What holds for every page of maths: right in every program, editable, in two languages."""

import math
import re
import string
import tomllib
from itertools import combinations

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_to_tuple
from pages import changed, new
from programs import in_every_program
from workbooks import typed

import xlbackprop as xb
from xlbackprop import syllabus
from xlbackprop.lessons.book import blank, page
from xlbackprop.lessons.recipe import module
from xlbackprop.page.paper import CHARACTER, ROW, column_widths
from xlbackprop.syllabus import LESSONS, PAGES
from xlbackprop.words.catalogue import languages, messages, templates
from xlbackprop.workbook.address import address
from xlbackprop.workbook.theme import shipped_theme

VARIANTS = {  # settings with which a page says other things
    "gradient-descent": ({"function": "log(x)"}, {"function": "x**2"}),
}


def edited(source, target, place, value):
    """A copy, saved by openpyxl, in which an input holds something else."""
    book = openpyxl.load_workbook(source)
    book[place.sheet][place.cell].value = value
    book.save(target)
    return target


@in_every_program("that each program computes the formulas of a page as Python is the point")
@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_agrees_with_python_in_every_program(books, need, engine, name):
    need(engine)
    report = xb.check(books[name], engine)
    assert report.agrees, "\n".join(report.lines())
    assert report.edits == report.faults == report.changes == ()


@in_every_program("what a page shows for other numbers, programs compute and nobody stored")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_page_agrees_when_all_its_inputs_are_changed(
    collection, need, tmp_path, engine, seed
):
    """Numbers by up to a half of themselves, choices to any that is allowed."""
    need(engine)
    random, changes = np.random.default_rng(seed), {}
    for name in PAGES:
        for place in new(name).inputs:
            number = random.integers(1, place.most + 1) if place.most else place.usual
            if not place.most:
                number = number * random.uniform(0.5, 1.5) if number else random.choice([0, 0.3])
                number = number if place.allows(number) else place.usual
            changes[place] = float(number)
    report = xb.check(changed(collection, tmp_path / "book.xlsx", changes), engine)
    assert report.agrees, "\n".join(report.lines())
    told = {line.rpartition("!")[0] for line in report.changes}
    assert told == {new(name).grid.name for name in PAGES}


@pytest.mark.exhaustive(quick=5)
@pytest.mark.parametrize("name", PAGES)
def test_text_in_an_input_is_told_and_nothing_else_is_blamed(books, tmp_path, name):
    place = new(name).inputs[0]
    report = xb.check(changed(books[name], tmp_path / "text.xlsx", {place: "two"}))
    wanted = f"a whole number from 1 to {place.most:,}" if place.most else "a number"
    where = f"{place.sheet}!{place.cell}"
    assert report.faults == (f"{where}: got 'two', wanted {wanted}; type one.",)
    assert all(not comparison.mismatches for comparison in report.comparisons)


@pytest.mark.exhaustive(quick=5)
@pytest.mark.parametrize("name", PAGES)
def test_a_changed_formula_is_told(books, tmp_path, name):
    grid = new(name).grid
    row, column, formula, _ = next(f for f in grid.formulas() if isinstance(f[3], float))
    cell = address(row, column)
    report = xb.check(typed(books[name], tmp_path, {(grid.name, cell): f"={formula}+1"}))
    assert [edit.cell for edit in report.edits] == [cell]
    [mismatch, *_] = report.comparisons[-1].mismatches
    assert mismatch.cell == cell


@pytest.mark.exhaustive(quick=3)
@pytest.mark.parametrize("name", PAGES)
def test_a_workbook_gives_back_its_recipe_with_the_numbers_that_it_has(books, tmp_path, name):
    place = new(name).inputs[-1]
    other = 1.0 if place.most else place.usual + 0.5
    recipe = xb.load(edited(books[name], tmp_path / "other.xlsx", place, other))
    assert dict(recipe.numbers) in ({place.name: other}, {})
    xb.write(recipe, tmp_path / "again.xlsx")
    assert xb.check(tmp_path / "again.xlsx").agrees


@pytest.mark.parametrize("name", PAGES)
def test_a_new_page_shows_no_error_and_no_cell_twice(name):
    sheet = new(name)
    values = [value for *_, value in sheet.grid.formulas()]
    assert all(np.isfinite(value) for value in values if isinstance(value, float))
    names = [place.name for place in sheet.inputs]
    assert len(names) == len(set(names))


def unnamed(sheet):
    """Yellow cells without a text before, above or, with an arrow, behind them.

    Other yellow cells may stand between both, and then empty ones.
    """
    cells = {(cell.row, cell.column): cell.value for cell in sheet.grid.cells}
    cells = {place: value for place, value in cells.items() if value is not None}
    for left, top, right, _ in map(range_boundaries, sheet.grid.merges):
        cells |= {(top, column): cells[top, left] for column in range(left, right + 1)}
    asked = {(place.row, place.column) for place in sheet.inputs}

    def met(place, step):
        while place in asked:
            place = place[0] - step[0], place[1] - step[1]
        while min(place) > 0 and place not in cells:
            place = place[0] - step[0], place[1] - step[1]
        return cells.get(place)

    for row, column in asked:
        names = met((row, column), (0, 1)), met((row, column), (1, 0))
        behind = str(cells.get((row, column + 1))).startswith("←")
        if not behind and not any(isinstance(name, str | tuple) for name in names):
            yield address(row, column)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_that_a_reader_types_is_named(name):
    assert list(unnamed(new(name))) == []


def rooms(grid):
    """Left, top, right and lower end of each chart, in points."""
    widths = column_widths(grid.columns, 100)
    for cell, chart in grid.charts:
        row, column = coordinate_to_tuple(cell)
        left = CHARACTER * sum(widths[: column - 1])
        top = sum(grid.heights.get(above, ROW) for above in range(1, row))
        yield left, top, left + chart.width * 72 / 2.54, top + chart.height * 72 / 2.54


@pytest.mark.parametrize(
    ("name", "changes"),
    [(name, changes) for name in PAGES for changes in ({}, *VARIANTS.get(name, ()))],
    ids=str,
)
def test_no_chart_lies_on_another(name, changes):
    grid = page(xb.load(name, **changes)).grid if changes else new(name).grid
    for one, other in combinations(rooms(grid), 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_say_the_same_things(name):
    """The same keys, with the same places to fill in, and every key is used."""
    english, chinese = (messages(language, f"lessons/{name}") for language in ("en", "zh"))
    assert list(english) == list(chinese)
    for key, text in english.items():
        filled = [
            {n for _, n, _, _ in string.Formatter().parse(t) if n} for t in (text, chinese[key])
        ]
        assert filled[0] == filled[1], key
        assert chinese[key] != text or not re.search("[a-z]{4}", text), key
    used = _used(name)
    assert set(english) - used == set()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", PAGES)
def test_no_text_of_a_page_is_a_piece_of_a_sentence(name, language):
    """A sentence with numbers in it is one text with places: their order is the translator's."""
    texts = messages(language, f"lessons/{name}")
    pieces = [
        key for key, text in texts.items() if text != text.strip() or text[0] in ",.;:，。；："
    ]
    assert pieces == []


def _used(name):
    """The keys that a page asks for."""
    known = new(name).text
    asked = {"line", "sheet", "title", "intro"}

    class Asking:
        def __call__(self, key, **values):
            asked.add(key)
            return known(key, **values)

        def __contains__(self, key):
            asked.add(key)
            return key in known

    for changes in ({}, *VARIANTS.get(name, ())):
        fresh = blank(xb.load(name, **changes), shipped_theme())
        fresh.text = Asking()
        module(name).build(fresh)
    return asked


@pytest.mark.parametrize("name", PAGES)
def test_the_recipe_of_a_page_names_its_lesson(name):
    """Each page has a recipe file, and stands in the list of lessons."""
    assert name in LESSONS
    content = tomllib.loads((templates() / f"{name}.toml").read_text(encoding="utf-8"))
    assert content["lesson"] == name


def test_a_network_may_be_called_as_a_page(tmp_path):
    """Its title is its name, and the file is checked as a network's."""
    recipe = xb.load("xor", epochs=1, name=PAGES[0])
    xb.write(recipe, tmp_path / "book.xlsx")
    assert xb.check(tmp_path / "book.xlsx").agrees


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epochs": 3}, "epochs: the lesson convolution knows no such key; wanted one of lesson,"),
        ({"lang": "de"}, "lang: got 'de', wanted one of en, zh."),
        ({"numbers": {"x_1_1": "one"}}, "numbers.x_1_1: got 'one', wanted a number."),
        ({"numbers": {"x_1_1": 10**400}}, "numbers.x_1_1: got 1000"),
        ({"numbers": {"x_1_1": -math.inf}}, "numbers.x_1_1: got -inf, wanted a finite number."),
        ({"numbers": {"y": 1}}, "numbers.y: convolution has no such number; it has x_1_1, "),
        ({"numbers": 3}, "numbers: got 3, wanted a table of names and numbers."),
        ({"lesson": "convolutions"}, "lesson: got 'convolutions', wanted one of "),
    ],
)
def test_a_bad_recipe_of_a_page_is_told_in_one_sentence(tmp_path, changes, sentence):
    with pytest.raises(xb.XlbackpropError) as told:
        xb.write(xb.load("convolution", **changes), tmp_path / "book.xlsx")
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "book.xlsx").exists()


def test_a_page_of_maths_has_nothing_to_trace():
    with pytest.raises(xb.XlbackpropError, match="convolution: this lesson is a page of maths"):
        xb.run(xb.load("convolution"))


# All pages in one workbook.


@in_every_program("that each program computes the formulas of a page as Python is the point")
def test_all_pages_fit_into_one_workbook(collection, need, engine):
    """With every formula of the single pages."""
    need(engine)
    report = xb.check(collection, engine)
    assert report.agrees, "\n".join(report.lines())
    assert report.formulas == sum(new(name).grid.formula_count() for name in PAGES)


def test_a_page_of_contents_leads_to_all_pages(collection):
    book = openpyxl.load_workbook(collection)
    sheets = [new(name).grid.name for name in PAGES]
    assert book.sheetnames == ["Contents", *sheets, "Recipe"]
    links = [c.hyperlink.location for row in book["Contents"] for c in row if c.hyperlink]
    assert links == [f"'{sheet}'!A1" for sheet in sheets]


def test_a_number_of_a_page_in_the_collection_is_named_with_its_lesson(monkeypatch, tmp_path):
    """In the recipe, and in what a check says of the sheet; here of two pages."""
    monkeypatch.setattr(syllabus, "PAGES", ("vectors", "convolution"))
    xb.write(xb.load("all-maths"), tmp_path / "two.xlsx")
    [place] = [place for place in new("convolution").inputs if place.name == "b1"]
    path = edited(tmp_path / "two.xlsx", tmp_path / "other.xlsx", place, -2.0)
    assert dict(xb.load(path).numbers) == {"convolution.b1": -2.0}
    assert xb.check(path).changes[0].endswith("b1 = -2 (was -1)")
    again = xb.load("all-maths", **{"numbers.convolution.b1": -2.0})
    xb.write(again, tmp_path / "again.xlsx")
    assert xb.check(tmp_path / "again.xlsx").agrees
    with pytest.raises(
        xb.XlbackpropError, match=r"numbers\.b1: wanted the name of a lesson, a dot"
    ):
        xb.write(xb.load("all-maths", numbers={"b1": 1}), tmp_path / "no.xlsx")


def test_a_number_too_small_for_a_cell_is_the_0_that_the_cell_holds(tmp_path):
    recipe = xb.load("linear-classifier", numbers={"w_3_1": 5e-324})
    assert dict(recipe.numbers) == {"w_3_1": 0}
    xb.write(recipe, tmp_path / "page.xlsx")
    assert xb.check(tmp_path / "page.xlsx").changes == ()
