"""The numbers of the Predict sheet: a pass forward of what is drawn, judged stage by stage."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xlbackprop.rescaling import rescaled, rounding_of
from xlbackprop.scalings import SCALINGS
from xlbackprop.sheets.chosen import Parameters, chosen
from xlbackprop.sheets.content import Array, Content
from xlbackprop.sheets.layout import Layout
from xlbackprop.trace import column_slices


@dataclass(frozen=True)
class PredictNumbers:
    """What the page shows.

    Attributes:
        parameters: those that it uses.
        expected: what each column of the pass ought to be, given the columns before it, (columns,).
        values: what the pass shows under each symbol.
    """

    parameters: Parameters
    expected: Array
    values: Mapping[str, float]

    @classmethod
    def of(cls, layout: Layout, content: Content) -> "PredictNumbers":
        """Those of a workbook; when a file is checked, on the numbers that its page shows."""
        place, page = layout.predict, content.shown.get("predict")
        parameters = chosen(layout, content, layout.predict_choice)
        used, live = parameters.values, None
        if page is not None:
            rows, columns = np.array(place.places).T
            used = page[place.parameters_top - 1 + rows, columns - 1]
            live = page[place.top - 1, place.first - 1 : place.first - 1 + len(place.columns)]
        expected = _pass(layout, content, used, live)
        shown = expected if live is None else live
        return cls(parameters, expected, dict(zip(place.columns, shown.tolist(), strict=True)))


def _pass(layout: Layout, content: Content, used: Array, live: Array | None) -> Array:
    """Each column of the pass, given what the page shows before it."""
    network, slices = layout.network, column_slices(layout.predict.groups)
    expected = np.empty(len(layout.predict.columns))

    def carry(key: str, computed: Array) -> Array:
        if key not in slices:  # targets and the cost: nobody knows what is right
            return computed
        expected[slices[key]] = computed[0]
        return computed if live is None else live[slices[key]][None]

    with np.errstate(all="ignore"):
        x = _inputs(layout, content, None if live is None else live[slices["x"]][None])
        network.forward(used, x, np.zeros((1, network.outputs)), carry)
    return expected


def _inputs(layout: Layout, content: Content, live: Array | None) -> Array:
    """What the network sees of what is drawn, (1, inputs)."""
    numbers, known = content.inputs.numbers, content.scaled.statistics
    drawn = np.array([[numbers[number.name] for number in layout.drawn]])
    scaling = SCALINGS[layout.recipe.scaling]
    if live is None:
        return scaling.value(drawn, known)
    data, left = layout.data, layout.data.inputs - 1
    known = {  # as Data shows them
        name: content.shown["data"][data.statistic_row(name) - 1, left : left + data.width]
        for name in data.statistics
    }
    rounding = rounding_of(np.vstack([content.inputs.raw, drawn]))
    return rescaled(scaling, drawn, known, live, rounding)
