"""Whatever number a reader types into a page of maths: it is taken, or a sentence says why not."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from pages import changed, free, new, typed, values
from programs import in_every_program, in_other_programs
from typer.testing import CliRunner
from workbooks import with_value

import xlbackprop as xb
from xlbackprop.checks.check import check_many
from xlbackprop.checks.lesson import LessonTrial
from xlbackprop.cli.commands import app
from xlbackprop.lessons.book import page
from xlbackprop.page.cells import Input
from xlbackprop.recalc import Book, recalculate_open
from xlbackprop.syllabus import PAGES
from xlbackprop.workbook.address import address

TYPED = (0.0, -1.0, 1.0, 1e3, 0.5)
WANTED = {
    "positive": "a number above 0",
    "not zero": "a number other than 0",
    "not negative": "a number of at least 0",
    "base": "a number above 0 other than 1",
    "below 1": "a number of at least 0 and below 1",
    "factor": "a number above 0 and at most 1",
    "place": "a number from −100 to 100",
    "step": "a number above 0 and at most 100",
    "move": "a number from −100 to 100 other than 0",
}


def wanted(place):
    """What a cell takes, in words."""
    return f"a whole number from 1 to {place.most:,}" if place.most else WANTED[place.limit]


def forbidden(place):
    """A number that a cell with a limit doesn't take."""
    return next(x for x in (*TYPED, place.most + 1.0) if not place.allows(x))


def warnings(sheet):
    """What the notes of a page say that is wrong."""
    texts = [value for value in values(sheet).values() if isinstance(value, str)]
    return [text for text in texts if text.startswith("✗")]


def errors(sheet):
    """Cells of a page that show an error."""
    return [
        place
        for place, value in values(sheet).items()
        if isinstance(value, float) and not np.isfinite(value)
    ]


def part_of(everything, part, parts):
    """One of several parts of a list, with at least one thing in each."""
    return everything[part % len(everything) :: parts]


# Numbers beyond a limit.


@dataclass(frozen=True)
class Case:
    """A workbook with one number that can't be used, and where the page says so."""

    path: Path
    place: Input
    number: float
    note: tuple[int, int]


LIMITS = ("", *WANTED)  # the first of a choice, which is a whole number


def limited(limit):
    """The inputs of all pages that have a limit, and the page of each."""
    found = [(name, place) for name in PAGES for place in new(name).inputs if place.limited]
    assert {place.limit for _, place in found} == set(LIMITS)
    return [(name, place) for name, place in found if place.limit == limit]


def case(name, source, target, place):
    number = forbidden(place)
    path = changed(source, target, {place: number})
    return Case(path, place, number, new(name).notes[place.name])


def assert_told(engine, cases):
    """By check and on the page, with the cell and what is wanted; nothing else is blamed."""
    books = [Book.open(case.path) for case in cases]
    for case, book, now in zip(cases, books, recalculate_open(engine, books), strict=True):
        place, trial = case.place, LessonTrial.of(book)
        where = f"{place.sheet}!{place.cell}"
        told = f"{where}: got {case.number:g}, wanted {wanted(place)}; type one."
        assert trial.report.faults == (told,)
        assert not trial.report.agrees
        comparison = trial.compare(now, engine)
        assert not comparison.mismatches, case
        assert comparison.compared == trial.report.formulas
        note = now.value(place.sheet, *case.note)
        assert isinstance(note, str), case
        assert note.startswith("✗ "), case
        assert place.cell in note
        assert note.endswith(f"takes {wanted(place)}.")


@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("part", range(13))
def test_a_number_beyond_its_limit_is_told_by_check_and_on_the_page(books, tmp_path, part):
    """For each kind of limit; for all inputs that have it, in some part."""
    places = [one for limit in LIMITS for one in part_of(limited(limit), part, 13)]
    cases = [
        case(name, books[name], tmp_path / f"{i}.xlsx", place)
        for i, (name, place) in enumerate(places)
    ]
    assert_told("ironcalc", cases)


@in_other_programs("what a program takes for a number and makes of an error is its own")
@pytest.mark.exhaustive(quick=3)
@pytest.mark.parametrize("part", range(5))
@pytest.mark.parametrize("limit", LIMITS)
def test_a_number_beyond_its_limit_is_told_in_every_program(
    books, need, tmp_path, engine, limit, part
):
    need(engine)
    cases = [
        case(name, books[name], tmp_path / f"{i}.xlsx", place)
        for i, (name, place) in enumerate(part_of(limited(limit), part, 5))
    ]
    assert_told(engine, cases)


LARGE = [("chain-rule", {"r": 1000.0}), ("regression", {"x1": 1e6}), ("approximation", {"r": 1e5})]


@in_every_program("how many digits a program keeps is its own")
@pytest.mark.parametrize(("name", "numbers"), LARGE)
def test_large_numbers_that_cancel_blame_no_formula(books, need, tmp_path, engine, name, numbers):
    """A program that saves 15 digits leaves little of their difference."""
    need(engine)
    inputs = {place.name: place for place in new(name).inputs}
    changes = {inputs[key]: number for key, number in numbers.items()}
    report = xb.check(changed(books[name], tmp_path / "large.xlsx", changes), engine)
    assert report.agrees, report.lines()


def test_a_number_that_is_wrong_where_nothing_cancels_is_blamed(books, tmp_path):
    """However little, in a file of any program."""
    sheet = new("vectors").grid
    row, column, value = next(
        (row, column, value)
        for row, column, _, value in sheet.formulas()
        if isinstance(value, float) and value
    )
    place = sheet.name, address(row, column)
    path = with_value(books["vectors"], tmp_path, place, repr(value * (1 + 1e-9)))
    [saved] = LessonTrial.of(Book.open(path)).report.comparisons
    assert place in {(m.sheet, m.cell) for m in saved.mismatches}


def test_check_ends_with_1_where_a_number_is_beyond_its_limit(books, tmp_path):
    [place] = [place for place in new("derivatives").inputs if place.name == "h"]
    path = changed(books["derivatives"], tmp_path / "book.xlsx", {place: 0.0})
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1
    assert "Derivatives!C5: got 0, wanted a number above 0 and at most 100" in result.stdout


@pytest.mark.parametrize("name", PAGES)
def test_a_recipe_with_a_number_beyond_a_limit_is_refused(name):
    for place in new(name).inputs:
        if place.limited:
            number = forbidden(place)
            with pytest.raises(xb.XlbackpropError) as told:
                page(xb.load(name, numbers={place.name: number}))
            assert (
                str(told.value) == f"numbers.{place.name}: got {number:g}, wanted {wanted(place)}."
            )


@pytest.mark.parametrize(
    ("lesson", "setting"),
    [("derivatives", "numbers.h=0"), ("all-maths", "numbers.derivatives.h=0")],
)
def test_make_refuses_a_number_beyond_its_limit(tmp_path, lesson, setting):
    """One sentence, exit status 2, and nothing is written."""
    path = tmp_path / "book.xlsx"
    result = CliRunner().invoke(app, ["make", lesson, "-o", str(path), "--set", setting])
    assert result.exit_code == 2
    assert "numbers.h: got 0, wanted a number above 0 and at most 100." in result.stderr
    assert not path.exists()


@pytest.mark.parametrize("name", PAGES)
def test_a_spreadsheet_refuses_a_number_beyond_a_limit(name):
    """It says what the cell takes, in the language of the page."""
    sheets = [page(xb.load(name, lang=language)) for language in ("en", "zh")]
    for place in sheets[0].inputs:
        english, chinese = (
            next(v for v in sheet.grid.validations if place.cell in v.sqref) for sheet in sheets
        )
        assert english.showErrorMessage
        assert english.formula1 == chinese.formula1
        assert place.limited == (english.formula1 != "-1E+300")
        if place.limited:
            assert english.error == f"This cell takes {wanted(place)}."
            assert chinese.error.startswith("此单元格只接受")


# Numbers within the limits.


PARTS = 16  # of the numbers that can be typed into a page: each takes a while


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", PAGES)
def test_an_input_without_a_limit_takes_every_number(name, part):
    """No cell of the page shows an error for it."""
    everything = [(place, number) for place in free(name) for number in TYPED]
    for place, number in part_of(everything, part, PARTS):
        assert errors(typed(name, {place.name: number})) == [], (place, number)


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", PAGES)
def test_where_a_number_has_no_value_a_note_says_so_and_sentences_stay_sentences(name, part):
    """With functions and examples chosen at random: ln has no value at -1."""
    sheet, random = new(name), np.random.default_rng(part)
    texts = {place for place, value in values(sheet).items() if isinstance(value, str)}
    choices = [place for place in sheet.inputs if place.most]
    everything = [(place, x) for place in sheet.inputs for x in TYPED if place.allows(x)]
    for place, number in part_of(everything, part, PARTS):
        for chosen in [[], choices, choices] if choices else [[]]:
            picked = {c.name: float(random.integers(1, min(c.most, 12) + 1)) for c in chosen}
            now = typed(name, {place.name: number} | picked)
            found = errors(now)
            assert not texts & set(found), (place, number, picked)
            assert bool(found) <= bool(warnings(now)), (place, number, picked)


HOLES = [
    ("derivatives", {"x": -1.0}),
    ("derivatives", {"from": -1.0, "drawn": 5.0}),
    ("derivatives", {"c": 0.0, "v": 1.0}),
    ("chain-rule", {"x": -1.0, "u": 5.0}),
    ("approximation", {"x": -1.0, "f": 6.0}),
    ("lagrange", {"p": 0.0, "q": 0.0}),
    ("costs", {f"true_1_{k}": 0.0 for k in range(1, 5)}),
]


@in_every_program("what a program makes of a logarithm of 0 or a division by 0 is its own")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("first", range(2))
def test_numbers_without_a_value_are_told_by_a_note_in_every_program(
    books, tmp_path, need, engine, first
):
    """Not by check: what was typed is right."""
    need(engine)
    paths = []
    for i, (name, numbers) in enumerate(HOLES[first::2]):
        sheet = typed(name, numbers)
        assert errors(sheet)
        assert warnings(sheet)
        places = {place: numbers[place.name] for place in sheet.inputs if place.name in numbers}
        paths.append(changed(books[name], tmp_path / f"{i}.xlsx", places))
    for report in check_many(paths, (engine,)):
        assert report.agrees, "\n".join(report.lines())


@in_every_program("what a program makes of small differences of large numbers is its own")
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("first", range(3))
@pytest.mark.parametrize("turn", range(3))
def test_every_program_takes_0_a_negative_and_a_large_number(
    books, tmp_path, need, engine, turn, first
):
    """One input of every third page; in each turn another one, and another number."""
    need(engine)
    paths, random = [], np.random.default_rng(turn)
    for i, name in enumerate(PAGES[first::3]):
        place = free(name)[random.integers(len(free(name)))]
        number = (0.0, -1.0, 1e3)[(i + turn) % 3]
        paths.append(changed(books[name], tmp_path / f"{name}.xlsx", {place: number}))
    for report in check_many(paths, (engine,)):
        assert report.faults == ()
        assert not any(c.mismatches for c in report.comparisons), "\n".join(report.lines())
