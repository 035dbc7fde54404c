"""Update rules: how the parameters change after each step, and the Excel text of the same.

One entry per rule. All parameters change at the same moment, by the sum of the gradients over the
examples (no mean).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class UpdateRule:
    """One update rule and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        step: (w, Σ∂C/∂w, η) → the next w, any shape.
        excel: the same as formula text; ``{w}`` and ``{g}`` are cells, ``{eta}`` the name of η.
        equation: the rule as printed above the columns.
    """

    name: str
    step: Callable[[Array, Array, float], Array]
    excel: str
    equation: str


RULES = {
    entry.name: entry
    for entry in (
        UpdateRule(
            name="gradient-descent",
            step=lambda w, g, eta: w - eta * g,
            excel="{w}-{eta}*{g}",
            equation="w ← w − η Σ ∂C/∂w",
        ),
    )
}
