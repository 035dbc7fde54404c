"""Legal edits: yellow cells that hold something else which they take."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import xlbackprop as xb
from drawing.numbers import SIZES, allowed_number, drawn_number, number_within
from xlbackprop.lessons.book import pages
from xlbackprop.page.cells import Input
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import YOURS
from xlbackprop.words.bounds import ETA
from xlbackprop.workbook.address import address

Place = tuple[str, str]  # sheet and cell
Drawn = Callable[..., float | str]  # of chance, and of sizes of numbers


@dataclass(frozen=True)
class Yellow:
    """A cell that a reader may change.

    Attributes:
        place: sheet and cell.
        drawn: something that it takes.
    """

    place: Place
    drawn: Drawn


def yellow_cells(recipe: xb.Recipe | xb.LessonRecipe) -> list[Yellow]:
    """All cells of a workbook that a reader may change."""
    if isinstance(recipe, xb.LessonRecipe):
        return [
            Yellow((place.sheet, place.cell), lambda *how, p=place: _allowed(p, *how))
            for sheet in pages(recipe)
            for place in sheet.inputs
        ]
    return list(_of_network(layout_of(recipe)))


def _of_network(layout: Layout) -> Iterator[Yellow]:
    yield from _of_data(layout)
    sheet, place = layout.sheet("parameters"), layout.parameters
    yield Yellow((sheet, address(place.ETA_ROW, place.ETA_COLUMN)), _within(ETA))
    for name, setting in layout.recipe.learning().settings.items():
        cell = address(place.setting_row(name), place.ETA_COLUMN)
        yield Yellow((sheet, cell), _within(setting.limit))
    limits = layout.network.limits
    for cell, limit in zip(place.cells, limits, strict=True):
        yield Yellow((sheet, address(*cell)), _within(limit) if limit else _number)
    for asked in layout.asked:
        yield Yellow((asked.sheet, asked.cell), lambda *how, p=asked: _allowed(p, *how))
    if layout.recipe.solver:
        for cell, limit in zip(layout.solver.cells(YOURS), limits, strict=True):
            drawn = _within(limit) if limit else _number
            yield Yellow((layout.sheet("solver"), address(*cell)), drawn)
    for row in _order_rows(layout):
        cell = address(row, layout.training.example)
        yield Yellow(
            (layout.sheet("training"), cell),
            lambda random, *_: float(random.randint(1, layout.examples)),
        )


def _of_data(layout: Layout) -> Iterator[Yellow]:
    data, sheet = layout.data, layout.sheet("data")
    classes = layout.recipe.classes()
    for row in range(data.top, data.top + layout.examples):
        for column in range(data.inputs, data.inputs + data.width):
            yield Yellow((sheet, address(row, column)), _number)
        if data.has_label:
            yield Yellow(
                (sheet, address(row, data.LABEL)), lambda random, *_: random.choice(classes)
            )
        else:
            for column in range(data.targets, data.targets + layout.network.outputs):
                yield Yellow((sheet, address(row, column)), _number)


def _order_rows(layout: Layout) -> list[int]:
    if layout.in_order:
        return []
    blocks = list(layout.training.example_rows())[:-1]
    return [row for top, bottom in blocks for row in range(top, bottom + 1)]


def drawn_edits(random: Random, recipe: xb.Recipe | xb.LessonRecipe) -> dict[Place, float | str]:
    """One or a few yellow cells, all of them, or two places of the order swapped."""
    cells = yellow_cells(recipe)
    how = random.choice(["one", "few", "few", "all", "swap"])
    if how == "swap" and isinstance(recipe, xb.Recipe) and (swap := _swapped(random, recipe)):
        return swap
    count = {"one": 1, "all": len(cells)}.get(how, min(len(cells), random.randint(2, 5)))
    return {cell.place: cell.drawn(random) for cell in random.sample(cells, min(count, len(cells)))}


def _swapped(random: Random, recipe: xb.Recipe) -> dict[Place, float | str]:
    """Two example numbers of the order in each other's places."""
    layout = layout_of(recipe)
    rows, numbers = _order_rows(layout), recipe.steps().numbers.tolist()
    if len(rows) < 2:
        return {}
    one, other = random.sample(range(len(rows)), 2)
    sheet, column = layout.sheet("training"), layout.training.example
    return {
        (sheet, address(rows[one], column)): float(numbers[other]),
        (sheet, address(rows[other], column)): float(numbers[one]),
    }


def _allowed(place: Input, random: Random, sizes: Sequence[str] = SIZES) -> float | str:
    return allowed_number(random, place, random.choice(sizes))


def _within(limit: str) -> Drawn:
    def drawn(random: Random, sizes: Sequence[str] = SIZES) -> float:
        return number_within(random, limit, random.choice(sizes))

    return drawn


def _number(random: Random, sizes: Sequence[str] = SIZES) -> float:
    return drawn_number(random, random.choice(sizes))
