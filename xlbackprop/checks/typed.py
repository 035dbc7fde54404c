"""Formulas that a person typed where a number is asked: what they come to is used, and said."""

from collections.abc import Iterable, Iterator

from xlbackprop.recalc import Book
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import YOURS
from xlbackprop.sheets.texts import deciding
from xlbackprop.workbook.address import address

Place = tuple[str, int, int]  # sheet, row, column
TICKS = ("TRUE()", "FALSE()")  # how some programs save a tick box


def computed(book: Book, places: Iterable[Place]) -> tuple[str, ...]:
    """Put what they come to in place of formulas in cells that ask for numbers; a sentence each.

    Where the program that saved the file computed nothing, the built-in engine does.
    """
    formulas = {place: formula for place in places if (formula := book.formula(*place)) is not None}
    if not formulas:
        return ()
    values = {place: book.value(*place) for place in formulas}
    if None in values.values():
        engine = Book.open(book.path)
        engine.evaluate()
        values = {place: engine.value(*place) for place in formulas}
    sentences = []
    for (sheet, row, column), formula in formulas.items():
        value = values[sheet, row, column]
        if value is not None:
            book.put(sheet, row, column, value)
        if formula.upper() not in TICKS:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            cell = f"{sheet}!{address(row, column)}"
            sentences.append(f"{cell}  holds a formula, ={formula}, which comes to {shown}")
    return tuple(sentences)


def input_places(layout: Layout) -> Iterator[Place]:
    """The cells of a network's workbook that ask for numbers or classes."""
    data, place = layout.data, layout.parameters
    examples, parameters = layout.sheet("data"), layout.sheet("parameters")
    outputs = range(data.raw_targets, data.raw_targets + layout.network.outputs)
    answers = [data.LABEL] if data.has_label else outputs
    decided = deciding(layout)
    inputs = [c for c in range(data.first_text, data.inputs + data.width) if c not in decided]
    for row in range(data.top, data.top + layout.examples):
        for column in (*inputs, *answers):
            yield examples, row, column
    yield parameters, place.ETA_ROW, place.ETA_COLUMN
    for name in layout.recipe.learning().settings:
        yield parameters, place.setting_row(name), place.ETA_COLUMN
    for row, column in place.cells:
        yield parameters, row, column
    for asked in layout.asked:
        yield asked.sheet, *asked.place
    training = layout.training
    for top, bottom in list(training.example_rows())[:-1]:
        for row in range(top, bottom + 1):
            yield layout.sheet("training"), row, training.example
    if layout.recipe.solver:
        for row, column in layout.solver.cells(YOURS):
            yield layout.sheet("solver"), row, column
