"""Reading a workbook back: its recipe, the inputs that it has now, and its training numbers."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xlbackprop import syllabus
from xlbackprop.arrays import Array, Whole
from xlbackprop.checks.cells import Reader, Values, read_asked
from xlbackprop.checks.typed import computed, input_places
from xlbackprop.data.table import Entry, folded, short
from xlbackprop.errors import BookError, NoFormulasError, XlbackpropError
from xlbackprop.page.recipe_sheet import RecipeLayout
from xlbackprop.recalc import Book
from xlbackprop.recipe.categories import input_names
from xlbackprop.recipe.read import from_toml
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.sheets.limits import check_size
from xlbackprop.sheets.plan.content import Inputs, is_of
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import SCIPY, START, YOURS
from xlbackprop.sheets.plan.tables import CLASS_ROW
from xlbackprop.sheets.texts import deciding
from xlbackprop.words.bounds import ETA
from xlbackprop.words.catalogue import Catalogue, languages
from xlbackprop.workbook.address import address

# Excel keeps the name History to itself: it neither gives a sheet that name nor copies one.
FORMER = {"History": "Progress", "历程": "训练记录"}


def recipe_text(book: Values, path: str) -> str:
    """The text of the Recipe sheet.

    Raises:
        BookError: the workbook has no such sheet: xlbackprop didn't write it, or it is the one that
            leads to the lessons of a course.
    """
    names = [Catalogue(language)("sheets.recipe") for language in languages()]
    name = next((name for name in names if name in book.sheets), None)
    if name is None and _leads_to_lessons(book):
        lesson = Path(path).with_name(f"{syllabus.LESSONS[0]}.xlsx")
        raise NoFormulasError(
            f"{path}: this is the overview of a course, which has no formula, so there is nothing "
            f"to check or to compute; name a lesson's workbook beside it, as in `xlbackprop check "
            f"{shlex.quote(str(lesson))}`."
        )
    if name is None:
        raise BookError(
            f"{path}: xlbackprop did not write this workbook: got the sheets "
            f"{', '.join(book.sheets[:8])}{', …' * (len(book.sheets) > 8)}, wanted "
            f"one called {names[0]}; check a file that `xlbackprop make` wrote."
        )
    bottom, _ = book.dimensions(name)
    rows = max(bottom - RecipeLayout.TOP + 1, 0)
    lines = book.values(name, RecipeLayout.TOP, RecipeLayout.COLUMN, rows, 1)
    # Anything but text is an empty line: some programs write <c t="n"/>, which is read as 0.
    return "\n".join(line if isinstance(line, str) else "" for [line] in lines) + "\n"


def _leads_to_lessons(book: Values) -> bool:
    """Whether a workbook is the overview that ``write_course`` puts beside the lessons."""
    texts = map(Catalogue, languages())
    titles = {text("course.sheet"): text("course.title") for text in texts}
    return any(book.value(name, 1, 1) == titles[name] for name in titles if name in book.sheets)


def read_recipe(book: Values, path: str) -> Recipe:
    """The recipe that a workbook was made from.

    Raises:
        BookError: there is none, its text is damaged, or asks for more than a sheet holds.
    """
    text = recipe_text(book, path)
    try:
        recipe = from_toml(text, name=path)
        check_size(layout_of(recipe))  # before anything is drawn or computed
        return recipe
    except XlbackpropError as error:
        raise BookError(
            f"{path}, sheet Recipe: its text was changed or damaged: {error}"
        ) from error


def check_sheets(book: Values, path: str, wanted: Iterable[str]) -> None:
    """See that the sheets are there.

    Raises:
        BookError: a sheet was removed or renamed, or has the name that earlier versions gave it.
    """
    wanted = list(wanted)
    missing = [name for name in wanted if name not in book.sheets]
    if not missing:
        return
    others = [name for name in book.sheets if name not in wanted]
    for name in others:
        if FORMER.get(name) in missing:
            raise BookError(
                f"{path}: an earlier version wrote this workbook: got a sheet {name!r}, wanted one "
                f"called {FORMER[name]!r}; make the workbook again, also from itself: `xlbackprop "
                f"make {shlex.quote(path)}`."
            )
    if others:
        raise BookError(
            f"{path}: got a sheet {short(others[0])!r} and no {missing[0]!r}: it was renamed; call "
            f"it {missing[0]} again."
        )
    raise BookError(
        f"{path}: the sheet {missing[0]!r} was deleted, which others read; make the workbook again."
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
    read = Reader(book, layout.sheet)
    data, place = layout.data, layout.parameters
    texts = _texts(read, layout)
    raw = _raw(read, layout, texts)
    targets: Array | None = None
    labels: tuple[Entry, ...] = ()
    if data.has_label:
        wanted = "the class of the example, a name or a number"
        rows = layout.examples
        labels = tuple(read.entries("data", data.top, data.LABEL, rows, wanted))
        read.faults += _renamed_classes(book, layout)
    else:
        outputs = layout.network.outputs
        targets = read.numbers("data", data.top, data.raw_targets, layout.examples, outputs)
    if layout.recipe.solver:  # to see that they are numbers
        for number in (START, SCIPY):
            read.each("solver", layout.solver.cells(number))
    inputs = Inputs(
        raw,
        labels,
        targets,
        eta=read.number("parameters", place.ETA_ROW, place.ETA_COLUMN, limit=ETA),
        start=read.each("parameters", place.cells, layout.network.limits),
        settings={
            name: read.number(
                "parameters", place.setting_row(name), place.ETA_COLUMN, limit=setting.limit
            )
            for name, setting in layout.recipe.learning().settings.items()
        },
        order=_order(read, layout),
        asked={place.name: read_asked(book, place, read.faults) for place in layout.asked},
        texts=texts,
        yours=read.each("solver", layout.solver.cells(YOURS), layout.network.limits)
        if layout.recipe.solver
        else np.empty(0),
    )
    return Found(inputs, tuple(read.faults))


def _texts(read: Reader, layout: Layout) -> list[tuple[Entry, ...]]:
    """The texts that decide inputs, column by column; another one than was known is a fault."""
    data, found = layout.data, []
    for column, (_, item) in deciding(layout).items():
        got = read.book.value(layout.sheet("data"), CLASS_ROW, column)
        if got is None or folded(_class(got)) != folded(item):
            cell = f"{layout.sheet('data')}!{address(CLASS_ROW, column)}"
            what = f"wanted {short(item)!r}, the text that makes this column 1"
            told = "nothing" if got is None else repr(short(_class(got)))
            read.faults.append(f"{cell}: got {told}, {what}; type it.")
    for column, (_, known) in enumerate(layout.recipe.categories, data.first_text):
        wanted = f"one of {', '.join(str(short(item)) for item in known)}"
        entries = read.entries("data", data.top, column, layout.examples, wanted)
        found.append(tuple(entries))
        spelled = set(map(folded, known))
        for row, entry in enumerate(entries, data.top):
            if entry == entry and folded(entry) not in spelled:
                cell = f"{layout.sheet('data')}!{address(row, column)}"
                read.faults.append(f"{cell}: got {short(entry)!r}, wanted {wanted}; type one.")
    return found


def _raw(read: Reader, layout: Layout, texts: Sequence[Sequence[Entry]]) -> Array:
    """The inputs: numbers, or what a text decides, NaN where it can't be used."""
    data, recipe = layout.data, layout.recipe
    decided: dict[str, list[float]] = {}
    for (name, known), entries in zip(recipe.categories, texts, strict=True):
        for one, item in zip(input_names(name, known), known, strict=True):
            decided[one] = [is_of(entry, item) for entry in entries]
    if not decided:
        return read.numbers("data", data.top, data.inputs, layout.examples, data.width)
    columns = [
        decided[name]
        if name in decided
        else read.numbers("data", data.top, column, layout.examples)[:, 0]
        for column, name in enumerate(recipe.inputs, data.inputs)
    ]
    return np.column_stack(columns)


def _order(read: Reader, layout: Layout) -> Whole:
    """Example numbers of all updates."""
    training = layout.training
    blocks = list(training.example_rows())[:-1]
    rows = [row for top, bottom in blocks for row in range(top, bottom + 1)]
    if not rows:
        return np.empty(0, dtype=np.int64)
    wanted = "the number of an example,"
    order = read.wholes("training", rows, training.example, layout.examples, wanted)
    found = np.array(order, dtype=np.int64)
    if not layout.in_order:
        return found
    known = training.steps.numbers[: len(rows)]
    for i in np.flatnonzero((found != known) & (found > 0)).tolist():
        cell = f"{layout.sheet('training')}!{address(rows[i], training.example)}"
        what = f"wanted {known[i]}, as the examples stand in the order of Data"
        read.faults.append(f"{cell}: got {found[i]}, {what}; type it.")
    return known


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
    if folded(got) == folded(wanted):
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


def _entry(label: float | str | bool) -> Entry:
    return str(label) if isinstance(label, bool | str) else float(label)


def current_recipe(book: Book, path: str) -> Recipe:
    """The recipe of a workbook with the inputs that it has now.

    Raises:
        BookError: xlbackprop didn't write the workbook.
        XlbackpropError: an input can't be used.
    """
    recipe = read_recipe(book, path)
    layout = layout_of(recipe)
    check_sheets(book, path, map(layout.sheet, ("data", "parameters", "compare")))
    computed(book, input_places(layout))
    found = read_inputs(book, layout)
    if found.faults:
        raise BookError(f"{path}, {found.faults[0]}")
    return with_inputs(recipe, found.inputs)


def with_inputs(recipe: Recipe, inputs: Inputs) -> Recipe:
    """The recipe with the inputs that a sheet has now.

    Raises:
        XlbackpropError: the inputs can't be trained with.
    """
    spelled = {folded(item): item for item in recipe.classes()}
    return recipe.with_numbers(
        raw=inputs.raw,
        labels=[spelled.get(folded(label), label) for label in inputs.labels],
        targets=inputs.targets,
        eta=inputs.eta,
        settings=inputs.settings,
        texts=[
            [{folded(item): item for item in known}.get(folded(entry), entry) for entry in entries]
            for (_, known), entries in zip(recipe.categories, inputs.texts, strict=True)
        ],
        start=inputs.start,
        order=inputs.order,
    )
