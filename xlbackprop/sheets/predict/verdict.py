"""The Predict sheet's sentence: what the network says, and how sure it is."""

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from xlbackprop.data.table import printable
from xlbackprop.page.cells import Live
from xlbackprop.page.sentences import Number, Part, filled
from xlbackprop.sheets.passes.answers import largest, yes_or_no
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.workbook.address import address

MOST = 6  # numbers that are written out


def verdict(layout: Layout, place: PredictLayout, shown: Mapping[str, Live]) -> list[Part]:
    """The sentence; where outputs are no answers, it has the numbers."""
    network, text = layout.network, layout.text
    outputs = [shown[label] for label in place.output_labels]
    if not network.answers:
        labels = place.unit_labels if place.in_units else place.output_labels
        targets = place.outputs if place.in_units else ()
        return [text("predict.output"), " ", *listed([shown[label] for label in labels], targets)]
    if len(outputs) == 1:
        answer: list[Part] = [yes_or_no(f"{outputs[0]}", outputs[0])]
        return filled(text("predict.says_one"), answer=answer, a=[Number.of(outputs[0])])
    names = f"{address(*place.names[0])}:{address(*place.names[-1])}"
    cells = f"{outputs[0]}:{outputs[-1]}"
    value = nan if np.isnan(outputs).any() else max(outputs)
    return filled(
        text("predict.says"),
        answer=[largest(layout, names, cells, outputs)],
        a=[Number(f"MAX({cells})", value)],
        lead=[Number.of(shown["lead"])],
    )


def listed(numbers: Sequence[Live], names: Sequence[str], *, whole: bool = False) -> list[Part]:
    """Numbers with their names, if they have some; "…" stands for those beyond ``MOST``.

    Args:
        numbers: the numbers.
        names: their names, or none.
        whole: whether whole numbers have no decimals.
    """
    parts: list[Part] = []
    for k, number in enumerate(numbers[:MOST]):
        name = f"{printable(names[k])} = " if names else ""
        parts += [f"{', ' if parts else ''}{name}", Number.of(number, whole=whole)]
    return [*parts, *([", …"] if len(numbers) > MOST else [])]


def lead(values: Sequence[float]) -> float:
    """How far the largest of several outputs is ahead of the next."""
    if np.isnan(values).any():
        return nan
    *_, second, first = sorted(values)
    return first - second


def lead_formula(cells: Sequence[Live]) -> str:
    """The same as formula text.

    The second largest is the largest that some output has in common with those before it.
    """
    pairs = [f"MIN({_largest_of(cells[:k])},{cell})" for k, cell in enumerate(cells) if k]
    second = pairs[0] if len(pairs) == 1 else f"MAX({','.join(pairs)})"
    return f"MAX({cells[0]}:{cells[-1]})-{second}"


def _largest_of(cells: Sequence[Live]) -> str:
    return f"{cells[0]}" if len(cells) == 1 else f"MAX({cells[0]}:{cells[-1]})"
