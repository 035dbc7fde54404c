"""Reading a workbook back: its recipe, the inputs that it has now, and its training numbers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xlbackprop.catalogue import Catalogue
from xlbackprop.data import Entry, short
from xlbackprop.errors import BookError, XlbackpropError
from xlbackprop.recipe import Recipe
from xlbackprop.recipe_text import LANGUAGES, from_toml
from xlbackprop.scalings import Scaled
from xlbackprop.sheets.content import Inputs
from xlbackprop.sheets.layout import Layout
from xlbackprop.sheets.places import CLASS_ROW, RecipeLayout
from xlbackprop.sheets.solver_layout import SCIPY, START, YOURS
from xlbackprop.steps import Whole
from xlbackprop.workbook.address import address

Array = NDArray[np.float64]


class Values(Protocol):
    """What this module needs of an opened workbook (see ``recalc.book.Book``)."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the sheets."""

    def dimensions(self, sheet: str) -> tuple[int, int]:
        """Last row and last column in use."""

    def value(self, sheet: str, row: int, column: int) -> float | str | bool | None:
        """What one cell shows."""

    def values(
        self, sheet: str, top: int, left: int, rows: int, columns: int
    ) -> list[list[float | str | bool | None]]:
        """What a rectangle of cells shows."""


def recipe_text(book: Values, path: str) -> str:
    """The text of the Recipe sheet.

    Raises:
        BookError: the workbook has no such sheet, so xlbackprop didn't write it.
    """
    names = [Catalogue(language)("sheets.recipe") for language in LANGUAGES]
    name = next((name for name in names if name in book.sheets), None)
    if name is None:
        raise BookError(
            f"{path}: xlbackprop did not write this workbook: got the sheets "
            f"{', '.join(book.sheets[:8])}, wanted one called {names[0]}; check a file that "
            "`xlbackprop make` wrote."
        )
    bottom, _ = book.dimensions(name)
    rows = max(bottom - RecipeLayout.TOP + 1, 0)
    lines = book.values(name, RecipeLayout.TOP, RecipeLayout.COLUMN, rows, 1)
    # Anything but text is an empty line: some programs write <c t="n"/>, which is read as 0.
    return "\n".join(line if isinstance(line, str) else "" for [line] in lines) + "\n"


def read_recipe(book: Values, path: str) -> Recipe:
    """The recipe that a workbook was made from.

    Raises:
        BookError: there is none, or its text is damaged.
    """
    text = recipe_text(book, path)
    try:
        return from_toml(text, name=path)
    except XlbackpropError as error:
        raise BookError(
            f"{path}, sheet Recipe: its text was changed or damaged: {error}"
        ) from error


def check_sheets(book: Values, layout: Layout, path: str, kinds: tuple[str, ...]) -> None:
    """See that the sheets are there.

    Raises:
        BookError: a sheet was removed or renamed.
    """
    missing = [layout.sheet(kind) for kind in kinds if layout.sheet(kind) not in book.sheets]
    if missing:
        raise BookError(
            f"{path}: the sheet {missing[0]!r} is missing; got {', '.join(book.sheets)}. Give the "
            "sheets their first names back or make the workbook again."
        )


@dataclass(frozen=True)
class Found:
    """The inputs that a workbook has now.

    Attributes:
        inputs: numbers and labels; NaN where a cell can't be used.
        faults: one sentence per cell that can't be used.
    """

    inputs: Inputs
    faults: tuple[str, ...]


def read_inputs(book: Values, layout: Layout) -> Found:
    """The cells that a person may have edited, as they are now."""
    faults: list[str] = []
    data, place, compare = layout.data, layout.parameters, layout.compare

    def numbers(kind: str, top: int, left: int, rows: int, columns: int) -> Array:
        sheet = layout.sheet(kind)
        lines = book.values(sheet, top, left, rows, columns)
        for row, line in enumerate(lines, top):
            for column, value in enumerate(line, left):
                if type(value) is not float:
                    got = "nothing" if value is None else repr(value)
                    faults.append(
                        f"{sheet}!{address(row, column)}: got {got}, wanted a number; type one."
                    )
        return as_numbers(lines)

    outputs = layout.network.outputs
    raw = numbers("data", data.top, data.inputs, layout.examples, data.width)
    targets: Array | None = None
    labels: tuple[Entry, ...] = ()
    if data.has_label:
        labels = _labels(book, layout)
        faults += _renamed_classes(book, layout)
    else:
        targets = numbers("data", data.top, data.targets, layout.examples, outputs)
    eta = numbers("parameters", place.ETA_ROW, place.ETA_COLUMN, 1, 1)[0, 0]
    start = np.array(
        [numbers("parameters", row, column, 1, 1)[0, 0] for row, column in place.cells]
    )
    tolerance = numbers("compare", compare.TOLERANCE_ROW, compare.TOLERANCE_COLUMN, 1, 1)[0, 0]
    settings = {
        name: float(numbers("parameters", place.setting_row(name), place.ETA_COLUMN, 1, 1)[0, 0])
        for name in place.settings
    }
    order, wrong = _order(book, layout)
    choices, odd = _choices(book, layout)
    yours = np.empty(0)
    if layout.recipe.solver:
        yours, *_ = (
            np.array([numbers("solver", row, column, 1, 1)[0, 0] for row, column in cells])
            for cells in map(layout.solver.cells, (YOURS, START, SCIPY))
        )
    inputs = Inputs(
        raw, labels, targets, float(eta), start, float(tolerance), settings, order, choices, yours
    )
    return Found(inputs, (*faults, *wrong, *odd))


def _choices(book: Values, layout: Layout) -> tuple[dict[str, int], list[str]]:
    """What a person chose to see, and one sentence per cell that can't be used; 0 there."""
    choices, faults = {}, list[str]()
    for choice in layout.choices:
        sheet = layout.sheet(choice.kind)
        value = book.value(sheet, choice.row, choice.column)
        known = type(value) is float and value.is_integer() and 1 <= value <= choice.most
        choices[choice.name] = int(value) if known and type(value) is float else 0
        if not known:
            got = "nothing" if value is None else _shown(value)
            faults.append(
                f"{sheet}!{address(choice.row, choice.column)}: got {got}, wanted a whole number "
                f"from 1 to {choice.most:,}; type one."
            )
    return choices, faults


def _order(book: Values, layout: Layout) -> tuple[Whole, list[str]]:
    """Example numbers of all updates, and one sentence per cell that holds none; 0 there."""
    training, sheet, faults = layout.training, layout.sheet("training"), list[str]()
    lines = book.values(sheet, training.TOP, training.example, training.last_row, 1)
    order = list[int]()
    for top, bottom in list(training.example_rows())[:-1]:
        for row in range(top, bottom + 1):
            value = lines[row - training.TOP][0]
            known = type(value) is float and value.is_integer() and 1 <= value <= layout.examples
            order.append(int(value) if known and type(value) is float else 0)
            if not known:
                got = "nothing" if value is None else _shown(value)
                faults.append(
                    f"{sheet}!{address(row, training.example)}: got {got}, wanted the number of an "
                    f"example, from 1 to {layout.examples:,}; type one."
                )
    return np.array(order, dtype=np.int64), faults


def _shown(value: float | str | bool) -> str:
    return f"{value:g}" if type(value) is float else repr(value)


def _renamed_classes(book: Values, layout: Layout) -> Iterator[str]:
    """Headings above the targets that no longer are the classes that the outputs stand for."""
    for column, (got, wanted) in enumerate(_headings(book, layout), layout.data.targets):
        if got != wanted:
            cell = f"{layout.sheet('data')}!{address(CLASS_ROW, column)}"
            told = "nothing" if got == "" else repr(short(got))
            what = f"wanted {short(wanted)!r}, the class of this column"
            yield f"{cell}: got {told}, {what}; type it."


def read_classes(book: Values, layout: Layout) -> tuple[Entry, ...]:
    """What the targets' formulas compare labels with, as it is now; empty without labels."""
    return tuple(_compared(got, wanted) for got, wanted in _headings(book, layout))


def _compared(got: Entry, wanted: Entry) -> Entry:
    """A heading as a spreadsheet compares it: blind to capitals, and an empty cell equals 0."""
    if isinstance(got, str) and isinstance(wanted, str) and got.casefold() == wanted.casefold():
        return wanted
    return 0.0 if got == "" else got


def _headings(book: Values, layout: Layout) -> list[tuple[Entry, Entry]]:
    """The heading above each target, and the class that it was written as."""
    classes, data = layout.recipe.classes(), layout.data
    if not classes:
        return []
    [line] = book.values(layout.sheet("data"), CLASS_ROW, data.targets, 1, len(classes))
    return list(zip(map(_class, line), classes, strict=True))


def _class(value: float | str | bool | None) -> Entry:
    return "" if value is None else _entry(value)


def read_scaled(book: Values, layout: Layout) -> Scaled:
    """What the network sees of the inputs, as the sheet has it now; NaN where it's no number."""
    data, sheet = layout.data, layout.sheet("data")
    statistics = {
        name: as_numbers(book.values(sheet, row, data.inputs, 1, data.width))[0]
        for row, name in enumerate(data.statistics, data.FIRST)
    }
    return Scaled(
        statistics, as_numbers(book.values(sheet, data.top, data.x, layout.examples, data.width))
    )


def _labels(book: Values, layout: Layout) -> tuple[Entry, ...]:
    data = layout.data
    lines = book.values(layout.sheet("data"), data.top, data.LABEL, layout.examples, 1)
    return tuple(_class(label) for [label] in lines)


def _entry(label: float | str | bool) -> Entry:
    return str(label) if isinstance(label, bool | str) else float(label)


def read_numbers(book: Values, sheet: str, rows: int, columns: int) -> Array:
    """What a sheet shows, from its first cell on, (rows, columns); NaN where it isn't a number."""
    numbers = np.full((rows, columns), math.nan)
    for row in range(rows):  # one at a time: a large sheet is a lot of values
        [line] = book.values(sheet, row + 1, 1, 1, columns)
        only = set(map(type, line))
        numbers[row] = line if only == {float} else as_numbers([line])
    return numbers


def as_numbers(lines: list[list[float | str | bool | None]]) -> Array:
    """Values as numbers; NaN for everything that isn't one."""
    nan = math.nan
    return np.array([[v if type(v) is float else nan for v in line] for line in lines])


def current_recipe(book: Values, path: str) -> Recipe:
    """The recipe of a workbook with the inputs that it has now.

    Raises:
        BookError: xlbackprop didn't write the workbook.
        XlbackpropError: an input can't be used.
    """
    recipe = read_recipe(book, path)
    layout = Layout.of(recipe)
    check_sheets(book, layout, path, ("data", "parameters", "compare"))
    found = read_inputs(book, layout)
    if found.faults:
        raise BookError(f"{path}, {found.faults[0]}")
    return with_inputs(recipe, found.inputs)


def with_inputs(recipe: Recipe, inputs: Inputs) -> Recipe:
    """The recipe with the inputs that a sheet has now.

    Raises:
        XlbackpropError: the inputs can't be trained with.
    """
    return recipe.with_numbers(
        raw=inputs.raw,
        labels=inputs.labels,
        targets=inputs.targets,
        eta=inputs.eta,
        settings=inputs.settings,
        start=inputs.start,
        order=inputs.order,
    )
