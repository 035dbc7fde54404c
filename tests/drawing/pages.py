"""Recipes of pages of maths with drawn numbers in their cells, drawn functions and drawn lines."""

from random import Random
from typing import Any

from manifesting.pages import FUNCTIONS, LINES

from drawing.numbers import SIZES, allowed_number, drawn_column
from drawing.texts import odd_text
from xlbackprop.errors import XlbackpropError
from xlbackprop.lessons.book import page
from xlbackprop.lessons.recipe import LessonRecipe, from_mapping
from xlbackprop.syllabus import PAGES
from xlbackprop.words.catalogue import languages

MOST_DRAWN = 50


def drawn_lesson(random: Random) -> tuple[LessonRecipe, int]:
    """The recipe of a page, and how many were refused before it."""
    for refused in range(MOST_DRAWN):
        try:
            return _drawn(random), refused
        except XlbackpropError:
            continue
    raise AssertionError(f"{MOST_DRAWN} pages in a row were refused")


def _drawn(random: Random) -> LessonRecipe:
    lesson = random.choice(PAGES)
    fields: dict[str, Any] = {"lesson": lesson, "lang": random.choice(languages())}
    if lesson == "gradient-descent" and random.random() < 0.7:
        fields["function"] = random.choice([*FUNCTIONS])
    if lesson == "regression" and random.random() < 0.7:
        fields |= random.choice([*LINES, _line(random)])
    share, sizes = random.choice([0.0, 0.2, 1.0]), random.choice([SIZES, ("plain",)])
    places = page(from_mapping(fields)).inputs
    numbers = {
        place.name: allowed_number(random, place, random.choice(sizes))
        for place in places
        if random.random() < share
    }
    recipe = from_mapping(fields | {"numbers": numbers})
    page(recipe)  # says whether numbers go together
    return recipe


def _line(random: Random) -> dict[str, Any]:
    names, count = [odd_text(random), odd_text(random)], random.randint(2, 8)
    size = random.choice(SIZES)
    columns = [drawn_column(random, size, count) for _ in names]
    return {"data": {"columns": names, "rows": [list(row) for row in zip(*columns, strict=True)]}}
