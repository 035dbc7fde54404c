"""The pages of workbooks: as grids without a file, and with something typed wherever they ask."""

from functools import cache
from pathlib import Path

import numpy as np
from convolutional import SMALL
from openpyxl.utils.cell import coordinate_to_tuple
from workbooks import Made, typed

import xlbackprop as xb
from xlbackprop.page.cells import Input
from xlbackprop.page.page import Page
from xlbackprop.recalc import Book
from xlbackprop.sheets.book import new_content
from xlbackprop.sheets.kinds import KINDS, layout_of
from xlbackprop.sheets.plan.content import Content
from xlbackprop.workbook.grid import Grid


def drawn(side: int) -> dict[str, object]:
    """Three pictures of so many pixels each way, a class each: those of a lesson take longer."""
    pixels = [f"pixel {i}" for i in range(1, side * side + 1)]
    rows = [[d, *(d * i % 5 // 3 for i in range(1, side * side + 1))] for d in (1, 2, 3)]
    data = {"columns": ["label", *pixels], "rows": rows}
    return {"data": data, "inputs": pixels, "image": [side, side], "start": SMALL}


@cache
def new_page(recipe: xb.Recipe, kind: str) -> Page:
    """A page of a new workbook, without a file."""
    return KINDS[kind].page(layout_of(recipe), _content(recipe))


def new_sheet(recipe: xb.Recipe, kind: str) -> Grid:
    """The same as data."""
    return new_page(recipe, kind).grid


@cache
def _content(recipe: xb.Recipe) -> Content:
    return new_content(layout_of(recipe), xb.run(recipe))


def formula(made: Made, place: tuple[str, str]) -> str:
    """A formula as the built-in engine reads it: much sooner than openpyxl does."""
    sheet, cell = place
    return Book.open(made.path).formula(sheet, *coordinate_to_tuple(cell))


def texts(sheet: Grid) -> list[str]:
    """All texts of a sheet, typeset ones as their letters."""
    return [text for cell in sheet.cells if (text := plain(cell.value))]


def plain(value: object) -> str:
    """A cell's text; "" of what is none."""
    if isinstance(value, tuple):
        return "".join(run.text for run in value)
    return value if isinstance(value, str) else ""


def everywhere(made: Made) -> dict[tuple[str, str], float | str]:
    """Another choice or number than the usual for each cell that asks; nothing is hidden."""
    random = np.random.default_rng(5)
    asked = (cell for cell in made.layout.asked if cell.limit != "switch" and cell.most != 1)
    return {(cell.sheet, cell.cell): _another(cell, random) for cell in asked}


def _another(cell: Input, random: np.random.Generator) -> float | str:
    if cell.most:
        return cell.shown(cell.most if cell.usual != cell.most else 1)
    return {"positive": 0.35, "not zero": 1e-3}.get(cell.limit) or round(random.normal(), 2)


def filled(made: Made, folder: Path) -> Path:
    """A copy in which that is typed everywhere."""
    return typed(made.path, folder, everywhere(made))
