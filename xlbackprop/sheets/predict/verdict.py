"""The Predict sheet's sentence: what the network says, and how sure it is."""

from math import nan

import numpy as np

from xlbackprop.page.sentences import Number, Part, filled
from xlbackprop.sheets.passes.answers import largest, yes_or_no
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.predict.numbers import PredictNumbers
from xlbackprop.workbook.address import address

MOST = 6  # outputs that are written out


def verdict(layout: Layout, numbers: PredictNumbers) -> list[Part]:
    """The sentence; where outputs are no answers, it has the numbers."""
    network, text, shown = layout.network, layout.text, layout.predict.shown
    labels = network.output_labels(network.last)
    values = [numbers.values[label] for label in labels]
    cells = [address(*shown[label]) for label in labels]
    if not network.answers:
        return [text("predict.output"), " ", *_listed(cells, values)]
    if len(labels) == 1:
        answer: list[Part] = [yes_or_no(cells[0], values[0])]
        return filled(text("predict.says_one"), answer=answer, a=[Number(cells[0], values[0])])
    names = layout.predict.names
    start, end = address(*names[0]), address(*names[-1])
    whole = f"{cells[0]}:{cells[-1]}"
    value = nan if np.isnan(values).any() else max(values)
    return filled(
        text("predict.says"),
        answer=[largest(layout, f"{start}:{end}", whole, values)],
        a=[Number(f"MAX({whole})", value)],
        lead=[Number(address(*shown["lead"]), lead(values))],
    )


def _listed(cells: list[str], values: list[float]) -> list[Part]:
    parts: list[Part] = []
    for cell, value in list(zip(cells, values, strict=True))[:MOST]:
        parts += [", " if parts else "", Number(cell, value)]
    return [*parts, *([", …"] if len(cells) > MOST else [])]


def lead(values: list[float]) -> float:
    """How far the largest of several outputs is ahead of the next."""
    if np.isnan(values).any():
        return nan
    *_, second, first = sorted(values)
    return first - second


def lead_formula(cells: list[str]) -> str:
    """The same as formula text.

    The second largest is the largest that some output has in common with those before it.
    """
    pairs = [f"MIN({_largest_of(cells[:k])},{cell})" for k, cell in enumerate(cells) if k]
    second = pairs[0] if len(pairs) == 1 else f"MAX({','.join(pairs)})"
    return f"MAX({cells[0]}:{cells[-1]})-{second}"


def _largest_of(cells: list[str]) -> str:
    return cells[0] if len(cells) == 1 else f"MAX({cells[0]}:{cells[-1]})"
