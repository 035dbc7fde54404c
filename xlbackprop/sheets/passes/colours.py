"""Colours of weights, maps and their gradients: the same number has the same in every epoch."""

from math import inf, isfinite

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule

from xlbackprop.arrays import Array
from xlbackprop.page.colours import pixel_colours, signed_colours
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.trace import Trace
from xlbackprop.words.notation import is_weight

STRONG = 0.99  # of the numbers are told apart; the rest has the strongest colour
ROWS = 2_000  # of a training that are looked at


def map_colours(layout: Layout, trace: Trace, kind: str, number: int) -> ColorScaleRule:
    """The colours of a kind of quantity of a layer: w, z, a, d, or G for ∂C/∂w."""
    pictures = layout.theme.pictures
    if kind == "a":
        low, high = bounds(layout, number)
        if (low, high) == (0, 1):
            return pixel_colours(pictures)
        if isfinite(high):
            return signed_colours(np.array([high]), pictures)
    sizes = np.abs(_values(layout, trace, kind, number))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    strong = np.quantile(sizes, STRONG) if sizes.size else 1.0
    return signed_colours(np.array([strong]), pictures)


def bounds(layout: Layout, number: int) -> tuple[float, float]:
    """Between what the outputs of a layer are; a pooled map has those of its source."""
    if layout.network.layers[number - 2].activation:
        found = layout.network.activation(number)
        return found.low, found.high
    return bounds(layout, number - 1) if number > 2 else (-inf, inf)


def input_colours(layout: Layout) -> ColorScaleRule:
    """From an input cell's colour to blue: for 0 to 1, or all that raw pixels reach."""
    pale, blue = layout.theme.roles["input"].pale, layout.theme.pictures.one
    if layout.data.statistics:
        return ColorScaleRule("min", None, pale, end_type="max", end_color=blue)
    return ColorScaleRule("num", 0, pale, end_type="num", end_value=1, end_color=blue)


def _values(layout: Layout, trace: Trace, kind: str, number: int) -> Array:
    """The quantity's numbers in all examples and epochs, or in evenly spaced ones of many."""
    network = layout.network
    weights = [is_weight(label) for label in network.parameter_labels(number)]
    if kind == "w":
        return trace.parameter_values[:, network.parameter_slice(number)][:, weights]
    rows = trace.values[:: max(1, len(trace.values) // ROWS)]
    if kind != "G":
        return rows[:, trace.slices[f"{kind}{number}"]]
    if not network.summed:
        return rows[:, trace.slices[f"g{number}"]][:, weights]
    # Only sums are kept: an example's share of them.
    examples = 1 if network.averaged else trace.steps.sizes[:, None]
    shares: Array = (trace.gradient / examples)[:, network.parameter_slice(number)]
    return shares[:, weights]
