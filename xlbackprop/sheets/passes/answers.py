"""The answer that outputs give, as a word of a sentence."""

from collections.abc import Sequence
from math import isnan

from xlbackprop.data.table import printable
from xlbackprop.page.sentences import Word
from xlbackprop.sheets.plan.layout import Layout


def yes_or_no(cell: str, value: float) -> Word:
    """What a single output says: 1 from 0.5 on, else 0."""
    return Word(f'IF({cell}>=0.5,"1","0")', None if isnan(value) else "01"[bool(value >= 0.5)])


def largest(layout: Layout, names: str, cells: str, values: Sequence[float]) -> Word:
    """The class of the largest of several outputs, the first of equals.

    Args:
        layout: where everything stands.
        names: the cells with the names of the outputs.
        cells: the cells of the outputs.
        values: the outputs.
    """
    formula = f"INDEX({names},MATCH(MAX({cells}),{cells},0))"
    if any(map(isnan, values)):
        return Word(formula, None)
    return Word(formula, output_name(layout, values.index(max(values)) + 1))


def output_name(layout: Layout, number: int) -> str:
    """The class that an output stands for; "output 1" where there are no classes."""
    if not layout.recipe.label:
        return f"{layout.text('layers.output')} {number}"
    return str(printable(layout.recipe.classes()[number - 1]))
