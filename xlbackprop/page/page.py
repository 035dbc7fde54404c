"""A page of maths: formulas and what Python makes of them, written on adjacent lines.

A number on a page knows its cell. In the text of a formula it stands for the cell, in arithmetic
for the number that the cell shows::

    x = page.number("x", 5, 2, usual=2.0)
    y = page.put(6, 2, f"{x}*{x}", x * x)          # B6: =B5*B5, 4

On a new page a cell shows what Python computed. When a file is checked, it shows what stands in
the file, so that each formula is judged by the very numbers that it reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.arrays import Array, all_held, held
from xlbackprop.errors import RecipeError
from xlbackprop.page.bands import Band, put_bands
from xlbackprop.page.cells import Area, Column, Input, Live, Symbols
from xlbackprop.page.colours import pixel_colours, signed_colours
from xlbackprop.page.sentences import Part, quoted, sentence
from xlbackprop.page.validations import number_only, whole_error, whole_numbers
from xlbackprop.words.bounds import LIMITS, SIGNS
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Block, Cell, Grid, Value
from xlbackprop.workbook.style import coloured, large_numbers, narrow_numbers
from xlbackprop.workbook.theme import Theme

SWITCH = "switch"  # the limit of a cell that a program shows as a tick box


@dataclass
class Page:
    """One sheet, filled by its builder.

    Attributes:
        kind: what its builder fills: the name of a lesson.
        grid: the sheet so far.
        text: the texts of its own.
        common: the texts of all workbooks.
        theme: how it looks.
        given: what inputs begin with, by name, where that isn't their usual number.
        settings: what else decides it, by name.
        found: what the input cells hold, by name, NaN where that can't be used; None on a new page.
        shown: what all cells show, from the first on; None on a new page.
        inputs: the input cells so far.
        notes: row and column of the cell that tells what is wrong, by the name of the input.
        symbols: what a trace calls the numbers, see ``page.facts``.
        spoken: the cells of the grid that conclude something, by their places in it: what they say
            while an input can't be used; empty for what the line below the title says then.
        quiet: those that are blank then, and whose formulas see to it themselves.
    """

    kind: str
    grid: Grid
    text: Catalogue
    common: Catalogue
    theme: Theme
    given: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, float] | None = None
    shown: Array | None = None
    inputs: list[Input] = field(default_factory=list)
    notes: dict[str, tuple[int, int]] = field(default_factory=dict)
    symbols: list[Symbols] = field(default_factory=list)
    spoken: dict[int, str] = field(default_factory=dict)
    quiet: set[int] = field(default_factory=set)

    # Numbers that a reader types.

    def number(
        self,
        name: str,
        row: int,
        column: int,
        usual: float,
        style: str = "number-input",
        *,
        limit: str = "",
    ) -> Live:
        """A yellow cell that takes any number, or those within a limit, one of ``LIMITS``.

        A limit needs a note, see ``page.notes``.
        """
        place = Input(name, self.grid.name, row, column, usual, limit=limit)
        if not limit:
            return self.ask(place, style, self._any_number)
        validation = number_only(self.common, limit, place.cell)
        self.grid.validations.append(validation)
        for sign, bound in LIMITS[limit].conditions:
            rule = coloured(SIGNS[sign].opposite, [f"{bound:g}"], self.theme.bad)
            self.grid.conditional.append((place.cell, rule))
        return self.ask(place, style, validation)

    @cached_property
    def _any_number(self) -> DataValidation:
        """One validation for all cells that take any number."""
        validation = number_only(self.common)
        self.grid.validations.append(validation)
        return validation

    def numbers(
        self,
        name: str,
        row: int,
        column: int,
        usual: Array,
        style: str = "number-input",
        *,
        limit: str = "",
    ) -> Area:
        """Yellow cells in rows and columns, (rows, columns), as ``number`` makes them."""
        values = np.empty(usual.shape)
        for (i, j), number in np.ndenumerate(usual):
            label = f"{name}_{i + 1}_{j + 1}"
            usually = float(number)
            values[i, j] = self.number(label, row + i, column + j, usually, style, limit=limit)
        return Area(row, column, values)

    def choice(self, name: str, row: int, column: int, usual: int, most: int) -> Live:
        """A yellow cell that takes a whole number from 1 on; NaN where it holds none.

        It needs a note, see ``page.notes``.
        """
        validation = whole_numbers(self.common, most, whole_error(self.common, most))
        place = Input(name, self.grid.name, row, column, usual, most)
        self.grid.validations.append(validation)
        rule = coloured("notBetween", ["1", str(most)], self.theme.bad)
        self.grid.conditional.append((place.cell, rule))
        return self.ask(place, "plain-input", validation)

    def ask(self, place: Input, style: str, validation: DataValidation | None = None) -> Live:
        """A yellow cell, and what it holds; NaN where that can't be used.

        Args:
            place: the cell.
            style: how it looks.
            validation: what it takes; None where that is said of a whole area.

        Raises:
            RecipeError: it begins with a number that it doesn't take.
        """
        given = self.given.get(place.name, place.usual)
        if not place.allows(held(given)):
            words = place.wanted(Catalogue("en"))
            raise RecipeError(f"numbers.{place.name}: got {given:g}, wanted {words}.")
        number = held(given if self.found is None else self.found[place.name])
        self.inputs.append(place)
        shown: Value = None if isnan(number) else place.shown(number)
        shown = bool(number) if place.limit == SWITCH and shown is not None else shown
        self.grid.cells.append(Cell(place.row, place.column, shown, style=style))
        if validation:
            validation.add(place.cell)
        return Live(number, place.cell)

    # Formulas.

    def put(
        self,
        row: int,
        column: int,
        formula: str,
        value: float,
        style: str = "number-forward",
        *,
        symbol: str = "",
    ) -> Live:
        """A formula, and what Python makes of it.

        Args:
            row: row of the cell.
            column: column of the cell.
            formula: without ``=``.
            value: what Python makes of it.
            style: how it looks.
            symbol: what a trace calls it; empty for what it has no name for.
        """
        value = float(value)
        if symbol:
            self.symbols.append(Symbols(row, column, 1, (symbol,)))
        self.grid.cells.append(Cell(row, column, value, formula, style))
        return self.live(row, column, value)

    def live(self, row: int, column: int, value: float) -> Live:
        """What a cell shows: the value itself on a new page, if it is one that a cell holds."""
        return Live(float(self.seen(row, column, np.array([[value]]))[0, 0]), address(row, column))

    def put_area(
        self,
        row: int,
        column: int,
        formula: Callable[[int, int], str],
        values: Array,
        style: str = "number-forward",
    ) -> Area:
        """A formula for each row and column, from 0, and what Python makes of them."""
        shown = np.empty(values.shape)
        for (i, j), value in np.ndenumerate(values):
            shown[i, j] = self.put(row + i, column + j, formula(i, j), float(value), style)
        return Area(row, column, shown)

    def column(
        self,
        row: int,
        column: int,
        formula: str | None,
        values: Array | Sequence[float],
        style: str = "number-forward",
    ) -> Column:
        """A formula filled down, ``{r}`` for its own row; or constants, without one."""
        block = np.asarray(values, dtype=float)[:, None]
        self.grid.blocks.append(Block(row, column, (formula,), block, (style,)))
        seen = block if formula is None else self.seen(row, column, block)
        return Column(column, row, seen[:, 0])

    def rows(
        self,
        row: int,
        column: int,
        formulas: Sequence[str | None],
        values: Array,
        styles: str | Sequence[str],
        *,
        symbols: Sequence[str] = (),
        outline: int = 0,
        hidden: bool = False,
    ) -> Area:
        """Rows that are filled down from the first: a formula per column, or constants.

        Args:
            row: the first row.
            column: the first column.
            formulas: one per column, ``{r}`` for its own row; None for constants.
            values: what Python makes of them, (rows, columns).
            styles: how they look, each column or all alike.
            symbols: what a trace calls the numbers of each column, empty for those without a name.
            outline: depth of the outline group that the rows belong to; 0 for none.
            hidden: whether that group is folded.
        """
        looks = (styles,) * len(formulas) if isinstance(styles, str) else tuple(styles)
        if symbols:
            self.symbols.append(Symbols(row, column, len(values), symbols))
        self.grid.blocks.append(Block(row, column, tuple(formulas), values, looks, outline, hidden))
        return Area(row, column, self.seen(row, column, values))

    def seen(self, row: int, column: int, values: Array) -> Array:
        """What the cells from a place on show: the values themselves on a new page, as cells do."""
        if self.shown is None:
            return all_held(values)
        rows, columns = values.shape
        return self.shown[row - 1 : row - 1 + rows, column - 1 : column - 1 + columns]

    def sentence(
        self, row: int, column: int, parts: Sequence[Part], style: str = "sentence-forward"
    ) -> None:
        """A text with the page's own numbers filled in, as long as all of them have a value."""
        none = self.common("limits.no_value") if len(parts) > 1 else "–"
        formula, value = sentence(parts, none)
        if isinstance(value, float) and self.usable:
            value = none
        formula = f"IFERROR({formula},{quoted(none)})"
        if len(parts) > 1 or style == "verdict-line":
            self.speak(row, column, formula, value, style)
        else:
            self.grid.cells.append(Cell(row, column, value, formula, style))

    def speak(
        self, row: int, column: int, formula: str, value: Value, style: str, *, instead: str = ""
    ) -> None:
        """A formula that concludes something, as long as the inputs can be used; see ``guards``."""
        self.spoken[len(self.grid.cells)] = instead
        self.grid.cells.append(Cell(row, column, value, formula, style))

    @property
    def usable(self) -> bool:
        """Whether all inputs so far are numbers that can be used."""
        return self.found is None or not any(isnan(self.found[i.name]) for i in self.inputs)

    # Words.

    def write(self, row: int, column: int, words: Value, style: str = "text") -> None:
        """A text."""
        self.grid.cells.append(Cell(row, column, words, style=style))

    def section(self, row: int, key: str) -> None:
        """A heading, and below it the sentence on what to see."""
        self.write(row, 1, self.text(f"{key}.title"), "section")
        self.grid.heights[row] = 26.0
        if f"{key}.about" in self.text:
            self.write(row + 1, 1, self.text(f"{key}.about"), "note")

    def band(
        self,
        row: int,
        column: int,
        columns: int,
        role: str,
        title: str,
        equation: str = "",
        headings: Sequence[Value] = (),
    ) -> int:
        """A coloured band over columns; the row below it.

        A title, an equation where there is one, and headings where there are some.
        """
        band = Band(role, column, tuple(headings) or ("",) * columns, title, equation)
        put_bands(self.grid, row, [band], equations=bool(equation), headings=bool(headings))
        below = row + 1 + bool(equation) + bool(headings)
        self.grid.heights |= dict.fromkeys(range(row, below), 22.0)
        return below

    def pixels(self, *cells: Area) -> None:
        """Colour areas as pictures of numbers from 0 to 1."""
        self.coloured(cells, pixel_colours(self.theme.pictures))

    def signed(self, most: float, *cells: Area) -> None:
        """Colour areas as pictures of numbers below and above 0, strongest from ``most`` on."""
        self.coloured(cells, signed_colours(np.array([most]), self.theme.pictures))

    def coloured(self, cells: Sequence[Area | Live | str], rule: Rule) -> None:
        """Colour areas by a conditional format of one rule."""
        self.grid.conditional.append((" ".join(map(str, cells)), rule))

    def narrow(self, *cells: Area | Live | str) -> None:
        """Let numbers in narrow columns have fewer digits, so that no cell shows ####."""
        for rule in narrow_numbers():
            self.coloured(cells, rule)

    def large(self, top: int, left: int, bottom: int, right: int) -> None:
        """Let large numbers have an exponent, so that no cell shows ####."""
        self.grid.conditional.append((area(top, left, bottom, right), large_numbers()))
