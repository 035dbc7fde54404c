"""A workbook as a person reads it, before there is a file: by headings, and with live formulas.

The only place where tests of what the sheets say reach into the package: ``read`` makes the sheets
of a recipe as data, a ``Page`` finds a number by the headings above it, and what a formula comes to
is computed by the built-in engine in memory, from the cells that the formula reads.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import product

import ironcalc
import numpy as np
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.cell import coordinate_from_string

import xlbackprop as xb
from xlbackprop.arrays import Array
from xlbackprop.sheets.book import names, new_content
from xlbackprop.sheets.kinds import KINDS, layout_of
from xlbackprop.sheets.learning_rates.layout import FIRST_COST, TABLE_ROW, RatesLayout
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.grid import Cell, Grid, filled

MARKS = {"superscript": "^", "subscript": "_"}
HEADINGS = ("band", "equation", "heading")  # kinds of cells that say what stands below them


def plain(value):
    """Typeset text as one line: w with superscript 2 and subscript 11 is w^2_11."""
    if isinstance(value, tuple):
        return "".join(MARKS.get(run.position, "") + run.text for run in value)
    return value


def cells_of(areas: str) -> set[str]:
    """The cells of ranges: A1, A2 and C3 of "A1:A2 C3"."""
    found = set()
    for one in areas.split():
        left, top, right, bottom = range_boundaries(one)
        cells = product(range(top, bottom + 1), range(left, right + 1))
        found |= {f"{get_column_letter(column)}{row}" for row, column in cells}
    return found


@dataclass(frozen=True)
class Book:
    """All sheets of a workbook, found by their kind: ``book["progress"]``."""

    layout: Layout
    grids: Mapping[str, Grid]
    cells: Mapping[str, Mapping[str, "Seen"]]
    typed: Mapping[tuple[str, str], float | str] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> "Page":
        return Page(self, kind)

    def after(self, typed: Mapping[tuple[str, str], float | str]) -> "Book":
        """The same after somebody typed into cells, named by kind of sheet and cell."""
        return replace(self, typed={**self.typed, **typed})

    @property
    def names(self) -> dict[str, str]:
        """Defined names and the cells that they stand for."""
        return names(self.layout)

    @cached_property
    def engine(self) -> ironcalc.Model:
        """The workbook in the built-in engine, recalculated."""
        model = ironcalc.create("book", "en", "UTC")
        for number, grid in enumerate(self.grids.values()):
            if number:
                model.add_sheet(grid.name)
            else:
                model.rename_sheet(0, grid.name)
        for name, cell in self.names.items():
            model.new_defined_name(name, None, cell)
        for number, kind in enumerate(self.grids):
            for cell, seen in self.cells[kind].items():
                _fill(model, number, cell, seen.value, seen.formula)
        for (kind, cell), value in self.typed.items():
            _fill(model, list(self.grids).index(kind), cell, value)
        model.evaluate()
        return model


@cache
def place(cell: str) -> tuple[int, int]:
    column, row, *_ = range_boundaries(cell)
    return row, column


def _fill(model, sheet: int, cell: str, value, formula=None) -> None:
    row, column = place(cell)
    if formula is not None:
        model.update_cell_with_formula(sheet, row, column, f"={formula}")
    elif isinstance(value, str) and value.startswith("="):
        model.update_cell_with_formula(sheet, row, column, value)
    elif isinstance(value, int | float):
        model.update_cell_with_number(sheet, row, column, float(value))
    elif value is not None:
        model.update_cell_with_text(sheet, row, column, value)


@dataclass(frozen=True)
class Seen:
    """What stands in a cell; a formula with the value that is stored beside it."""

    value: float | str | None
    formula: str | None
    style: str


class Sheets(dict[str, Mapping[str, Seen]]):
    """The cells of each kind of sheet, taken apart when somebody asks for them."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids

    def __missing__(self, kind: str) -> Mapping[str, Seen]:
        self[kind] = cells_in(self.grids[kind])
        return self[kind]


@dataclass(frozen=True)
class Page:
    """One sheet."""

    book: Book
    kind: str

    @property
    def grid(self) -> Grid:
        """What is beside the cells, too."""
        return self.book.grids[self.kind]

    @property
    def cells(self) -> Mapping[str, Seen]:
        """Everything that stands in a cell."""
        return self.book.cells[self.kind]

    def value(self, cell: str):
        """What is stored in a cell."""
        return self.cells[cell].value if cell in self.cells else None

    def formula(self, cell: str) -> str | None:
        return self.cells[cell].formula

    def computed(self, cell: str):
        """What the built-in engine makes of a cell."""
        sheet = list(self.book.grids).index(self.kind)
        return self.book.engine.get_cell_value(sheet, *place(cell))

    def find(self, text: str) -> str:
        """The only cell that says this."""
        [cell] = (cell for cell, seen in self.cells.items() if seen.value == text)
        return cell

    def beside(self, text: str) -> str:
        """The cell to the right of the only one that says this."""
        row, column = place(self.find(text))
        return f"{get_column_letter(column + 1)}{row}"

    def row(self, text: str) -> int:
        """The row of the only cell that says this."""
        return place(self.find(text))[0]

    def texts(self, *, rows: Iterable[int] | None = None) -> list[str]:
        """All texts that are no formulas, from the top, each row from the left."""
        places = sorted((place(cell), seen) for cell, seen in self._texts if seen.formula is None)
        return [s.value for (row, _), s in places if rows is None or row in rows]

    @cached_property
    def _texts(self) -> list[tuple[str, Seen]]:
        return [(c, s) for c, s in self.cells.items() if isinstance(s.value, str)]

    @cached_property
    def _heads(self) -> list[tuple[int, set[str], str]]:
        """Row, letters of the columns that it stands over, and text of each heading."""
        spans = {area.split(":")[0]: cells_of(area) for area in self.grid.merges}
        found = []
        for cell, seen in self._texts:
            if seen.style.startswith(HEADINGS):
                over = {coordinate_from_string(one)[0] for one in spans.get(cell, {cell})}
                found.append((place(cell)[0], over, seen.value))
        return found

    def column(self, *headings: str, rows: range = range(1, 10)) -> str:
        """The only column that stands under all of these headings."""
        over = [
            [letters for row, letters, text in self._heads if text == heading and row in rows]
            for heading in headings
        ]
        for heading, found in zip(headings, over, strict=True):
            assert found, f"{self.kind} says nowhere {heading!r}"
        [column] = set.intersection(*(set().union(*found) for found in over))
        return column

    def under(self, *headings: str, rows: range = range(1, 10)) -> list[str]:
        """The cells in use below these headings, from the top, up to the first empty one."""
        column = self.column(*headings, rows=rows)
        last = max(row for row, over, _ in self._heads if column in over and row in rows)
        below = [row for row in self._rows[column] if row > last]
        return [f"{column}{row}" for i, row in enumerate(below) if row == below[0] + i]

    @cached_property
    def _rows(self) -> dict[str, list[int]]:
        """Rows of each column that have something in them, from the top."""
        found = defaultdict(list)
        for row, column in sorted(place(c) for c, s in self.cells.items() if s.value is not None):
            found[get_column_letter(column)].append(row)
        return found

    def shows(self, cells: Sequence[str], wanted: Sequence[float | str]) -> None:
        """Assert what cells show: as they are stored and, where formulas, as they are computed."""
        for found in (self.value, self.computed):
            got = list(map(found, cells))
            assert len(got) == len(wanted), (got, wanted)
            if any(isinstance(one, str) for one in (*got, *wanted)):
                assert [_near(one) for one in got] == [_near(one) for one in wanted]
            else:
                np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)

    # What is beside the cells.

    def rules(self, kind: str) -> list[tuple[str, str, list[str]]]:
        """Range, operator and operands of the colours ("fill") or number formats ("numFmt")."""
        return [
            (area, rule.operator, list(rule.formula))
            for area, rule in self.grid.conditional
            if rule.dxf is not None and getattr(rule.dxf, kind) is not None
        ]

    def validation(self, cell: str):
        """The only validation of a cell; None where there is none."""
        found = [v for v in self.grid.validations if cell in cells_of(str(v.sqref))]
        assert len(found) < 2
        return found[0] if found else None

    @property
    def validated(self) -> set[str]:
        """All cells that refuse something."""
        return set().union(*(cells_of(str(v.sqref)) for v in self.grid.validations))

    @property
    def yellow(self) -> set[str]:
        """All cells that look as if somebody may type into them."""
        return {
            cell
            for cell, seen in self.cells.items()
            if seen.style.endswith("-input")
            and not seen.style.startswith((*HEADINGS, "label", "text"))
        }


def _near(value):
    return value if isinstance(value, str) else float(f"{value:.11g}")


def cells_in(grid: Grid) -> dict[str, Seen]:
    """Everything that stands in a cell."""
    found = {}
    for cell in (*grid.cells, *_unfolded(grid)):
        name = f"{get_column_letter(cell.column)}{cell.row}"
        assert name not in found, f"{grid.name}!{name} is written twice"
        found[name] = Seen(plain(cell.value), cell.formula, cell.style)
    return found


def _unfolded(grid: Grid) -> Iterable[Cell]:
    """The cells of all blocks, one by one; an empty one is none."""
    for block in grid.blocks:
        places = product(range(len(block.values)), enumerate(block.formulas))
        for i, (j, formula) in places:
            row, value = block.row + i, float(block.values[i, j])
            if formula is not None or value == value:
                own = None if formula is None else filled(formula, row)
                yield Cell(row, block.column + j, value, own, block.styles[j])


def read(
    recipe: xb.Recipe,
    *,
    edited: xb.Recipe | None = None,
    costs: tuple[Sequence[float], Sequence[float]] | None = None,
    weights: tuple[Sequence[Sequence[float]], Sequence[Sequence[float]]] | None = None,
    tolerance: float | None = None,
    asked: Mapping[str, float] | None = None,
    shown: Mapping[str, Array] | None = None,
    curves: Sequence[Sequence[float]] | None = None,
    kinds: Sequence[str] | None = None,
) -> Book:
    """The sheets of a recipe's workbook.

    Args:
        recipe: what to build.
        edited: the recipe to which somebody edited the yellow cells after Python wrote its numbers.
        costs: C_T of each block that the sheet, and that Python came to, whatever they were.
        weights: all parameters of each block that the sheet, and that Python came to.
        tolerance: of the Compare sheet.
        asked: what cells of the views ask for, by name, where that isn't the usual number.
        shown: all numbers of a kind of sheet as a program saved them, from ``shown_by``.
        curves: C_T of each block and η on Learning rates, whatever it was.
        kinds: the sheets to make; all when None.
    """
    layout, content = layout_of(recipe), new_content(layout_of(recipe), xb.run(recipe))
    if edited is not None:
        now = new_content(layout_of(edited), xb.run(edited))
        content = replace(now, python=content.python, recipe_text=content.recipe_text)
    for name, both in (("cost", costs), ("parameter_values", weights)):
        if both is not None:
            live, python = (np.array(one, dtype=float) for one in both)
            content = replace(
                content,
                live=replace(content.live, **{name: live}),
                python=replace(content.python, **{name: python}),
            )
    asked = {**(asked or {}), **({} if tolerance is None else {"tolerance": tolerance})}
    if asked:
        numbers = {**content.inputs.asked, **asked}
        content = replace(content, inputs=replace(content.inputs, asked=numbers))
    if shown is not None:
        content = replace(content, shown=shown)
    if curves is not None:
        content = replace(content, shown={"learning-rates": _with_curves(layout, content, curves)})
    wanted = layout.sheets if kinds is None else kinds
    grids = {kind: KINDS[kind].grid(layout, content) for kind in wanted}
    return Book(layout, grids, Sheets(grids))


def _with_curves(layout: Layout, content: Content, curves: Sequence[Sequence[float]]) -> Array:
    """All numbers of a Learning rates sheet on which the curves are others."""
    grid = KINDS["learning-rates"].grid(layout, content)
    rates, drawn = layout.own(RatesLayout.of), np.array(curves, dtype=float)
    top, left = rates.curve_row(0) - 1, FIRST_COST - 1
    numbers = shown_by(grid)
    height, width = drawn.shape
    numbers[top : top + height, left : left + width] = drawn
    for number in range(width):
        numbers[TABLE_ROW + number, left : left + 2] = drawn[[0, -1], number]
    return numbers


def shown_by(grid: Grid) -> Array:
    """All numbers of a sheet, the first row and column being 0; NaN where there is none."""
    cells = {place(name): seen.value for name, seen in cells_in(grid).items()}
    shown = np.full([max(numbers) for numbers in zip(*cells, strict=True)], np.nan)
    for (row, column), value in cells.items():
        if isinstance(value, int | float):
            shown[row - 1, column - 1] = value
    return shown


def wide(inputs: int, hidden: int, outputs: int) -> xb.Recipe:
    """A pass forward with (inputs + 1) hidden + (hidden + 1) outputs parameters, of no interest."""
    names = [f"x{i}" for i in range(inputs)], [f"t{i}" for i in range(outputs)]
    return xb.load(
        "xor",
        epochs=0,
        views=[],
        data={"columns": [*names[0], *names[1]], "rows": [[0] * (inputs + outputs)]},
        targets=names[1],
        layers=[{"units": hidden, "activation": "sigmoid"}, {"units": outputs}],
    )


def judged(book: Book, moved: Callable[[Array], Array] = np.copy) -> dict[str, Seen]:
    """Learning rates with the numbers that each formula ought to show, given those it reads."""
    layout, page = book.layout, book["learning-rates"]
    places = {place(cell): page.computed(cell) for cell in page.cells}
    shown = np.full([max(numbers) for numbers in zip(*places, strict=True)], np.nan)
    for (row, column), value in places.items():
        if isinstance(value, float):
            shown[row - 1, column - 1] = value
    content = new_content(layout, xb.run(layout.recipe))
    etas = [page.computed(f"A{row}") for row in range(5, 11)]
    asked = content.inputs.asked | {f"eta {i}": eta for i, eta in enumerate(etas, 1)}
    inputs = replace(content.inputs, asked=asked)
    content = replace(content, inputs=inputs, shown={page.kind: moved(shown)})
    return cells_in(KINDS[page.kind].grid(layout, content))
