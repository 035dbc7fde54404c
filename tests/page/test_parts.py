"""What pages of maths are made of: rows that follow each other, headings, sentences."""

import numpy as np
import pytest

import xlbackprop as xb
from xlbackprop.lessons.book import blank
from xlbackprop.page.cells import Live
from xlbackprop.page.parts import Rows, headings, told, told_if, verdict
from xlbackprop.page.sentences import Word, sentence
from xlbackprop.workbook.theme import shipped_theme

TEXTS = {
    "part.a": "Number a",
    "part.b": "Number b",
    "part.b_note": "from 1 to {most}",
    "part.c": "Both",
    "part.told": "With {b} tries, {a} is {word}.",
    "part.more": "{a} is more than {b}.",
    "part.less": "{a} is less than {b}.",
    "part.other": "{b} is less than {a}.",
}


class Texts(dict):
    def __call__(self, key, **values):
        return self[key].format(**values) if values else self[key]


@pytest.fixture
def page():
    """A page without a lesson."""
    made = blank(xb.load("neuron"), shipped_theme())
    made.grid.cells.clear()
    made.text = Texts(TEXTS)
    return made


def cells(page):
    return {(cell.row, cell.column): cell for cell in page.grid.cells}


def test_rows_follow_each_other(page):
    """Each call fills the next row; several rows of numbers take as many, a gap leaves one."""
    rows = Rows(page, "part", 5, label=2, column=4)
    a = rows.asks("a", 1.5)
    b = rows.asks_for("b", np.ones((2, 3)))
    rows.gap()
    c = rows.says("c", f"{a}+1", a + 1)
    assert (a.cell, str(b), c.cell, rows.row) == ("D5", "D6:F7", "D9", 10)
    found = cells(page)
    assert [found[row, 2].value for row in (5, 6, 9)] == ["Number a", "Number b", "Both"]
    assert (found[9, 4].formula, found[9, 4].value) == ("D5+1", 2.5)


def test_a_number_has_its_note_beside_it_unless_that_stands_elsewhere(page):
    rows = Rows(page, "part", 5)
    rows.asks("a", 1.0)
    rows.asks("b", 2, most=3)
    rows.asks("c", 1.0, limit="positive")
    found = cells(page)
    assert (5, 3) not in found
    assert found[6, 3].value == "from 1 to 3"
    assert (7, 3) in found
    page.grid.cells.clear()
    Rows(page, "part", 5).asks("b", 2, most=3, note=False)
    assert (5, 3) not in cells(page)


def test_the_last_role_of_headings_goes_on(page):
    headings(page, 3, 1, ("u", "v", "w"), "data", "cost")
    headings(page, 4, 2, "xy", "update", kind="band")
    styles = {place: cell.style for place, cell in cells(page).items()}
    assert [styles[3, column] for column in (1, 2, 3)] == [
        "heading-data",
        "heading-cost",
        "heading-cost",
    ]
    assert [styles[4, column] for column in (2, 3)] == ["band-update", "band-update"]


def test_a_sentence_has_its_places_where_the_language_wants_them(page):
    a = Live(0.25, "B2")
    parts = told(page, "part.told", a=a, b=3, word=Word('IF(B2>1,"much","little")', "little"))
    formula, text = sentence(parts, "too large")
    assert text == "With 3 tries, 0.250 is little."
    assert "IF(B2>1" in formula
    assert "FIXED(ROUND(B2*" in formula


@pytest.mark.parametrize(("first", "told"), [(2.0, "more"), (0.5, "less")])
def test_of_two_sentences_the_one_is_told_whose_condition_holds(page, first, told):
    a, b = Live(first, "B2"), Live(1.0, "B3")
    keys = ("part.more", "part.less")
    formula, text = sentence(told_if(page, f"{a}>{b}", a > b, keys, a=a, b=b), "too large")
    assert text == f"{first:.3f} is {told} than 1.000."
    assert 'IF(B2>B3," is more than "," is less than ")' in formula


def test_a_number_without_a_value_may_stand_in_both_of_two_sentences(page):
    a, b = Live(float("nan"), "B2"), Live(1.0, "B3")
    keys = ("part.more", "part.less")
    _, text = sentence(told_if(page, "B2>B3", a > b, keys, a=a, b=b), "too large")
    assert np.isnan(text)


def test_two_sentences_with_places_in_another_order_are_a_mistake(page):
    a, b = Live(2.0, "B2"), Live(1.0, "B3")
    with pytest.raises(ValueError, match="their places in another order"):
        told_if(page, "B2>B3", True, ("part.more", "part.other"), a=a, b=b)


def test_a_verdict_stands_in_a_row_of_its_own(page):
    verdict(page, 9, ["All is well."], 24)
    assert page.grid.heights[9] == 24
    assert (cells(page)[9, 1].style, cells(page)[9, 1].value) == ("verdict-line", "All is well.")
