"""The numbers of the Predict sheet: a pass forward of what is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xlbackprop.sheets.passes.chosen import Parameters, chosen
from xlbackprop.sheets.passes.numbers import PassNumbers
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout


@dataclass(frozen=True)
class PredictNumbers:
    """What the page shows.

    Attributes:
        parameters: those that it uses.
        expected: what each column of the pass ought to be, given the columns before it,
            (1, columns).
        values: what the pass shows under each symbol.
    """

    parameters: Parameters
    expected: Array
    values: Mapping[str, float]

    @classmethod
    def of(cls, layout: Layout, content: Content) -> "PredictNumbers":
        """Those of a workbook; when a file is checked, on the numbers that its page shows."""
        place, numbers = layout.predict, content.inputs.asked
        parameters = chosen(layout, content, layout.predict_choice)
        drawn = np.array([[numbers[number.name] for number in layout.drawn]])
        found = PassNumbers.of(
            layout, content, "predict", place, raw=drawn, parameters=parameters.values
        )
        values = dict(zip(place.columns, found.shown[0].tolist(), strict=True))
        return cls(parameters, found.expected, values)
