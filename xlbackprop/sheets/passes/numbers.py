"""The numbers of a pass forward on a sheet, judged stage by stage on those that it shows."""

from dataclasses import dataclass

import numpy as np

from xlbackprop.data.scalings import SCALINGS, Known
from xlbackprop.judge.rescaling import rescaled, rounding_of
from xlbackprop.sheets.passes.layout import PassLayout
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.trace import column_slices


@dataclass(frozen=True)
class PassNumbers:
    """The columns of a pass: x, then z, e and a of each layer.

    Attributes:
        expected: what each ought to be, given the columns before it, (rows, columns).
        shown: what they show; in a new workbook what is expected.
    """

    expected: Array
    shown: Array

    @classmethod
    def of(
        cls,
        layout: Layout,
        content: Content,
        kind: str,
        place: PassLayout,
        *,
        raw: Array,
        parameters: Array,
    ) -> "PassNumbers":
        """Those of a workbook; when a file is checked, on the numbers that its sheets show.

        Args:
            layout: where everything stands.
            content: all numbers.
            kind: of the sheet.
            place: where the pass stands on it.
            raw: what is scaled, (rows, inputs).
            parameters: those of a new workbook, (P,).
        """
        page, used, live = content.shown.get(kind), parameters, None
        if page is not None:
            rows, columns = np.array(place.places).T
            used = page[place.parameters_top - 1 + rows, columns - 1]
            top, left = place.top - 1, place.first - 1
            live = page[top : top + len(raw), left : left + len(place.columns)]
        expected = _pass(layout, content, place, raw, used, live)
        return cls(expected, expected if live is None else live)


def _pass(
    layout: Layout,
    content: Content,
    place: PassLayout,
    raw: Array,
    used: Array,
    live: Array | None,
) -> Array:
    """Each column of the pass, given what the sheet shows before it."""
    network, slices = layout.network, column_slices(place.groups)
    expected = np.empty((len(raw), len(place.columns)))

    def carry(key: str, computed: Array) -> Array:
        if key not in slices:  # targets and the cost: nobody knows what is right
            return computed
        expected[:, slices[key]] = computed
        return computed if live is None else live[:, slices[key]]

    with np.errstate(all="ignore"):
        x = _inputs(layout, content, raw, None if live is None else live[:, slices["x"]])
        network.forward(used, x, np.zeros((len(raw), network.outputs)), carry)
    return expected


def _inputs(layout: Layout, content: Content, raw: Array, live: Array | None) -> Array:
    """What the network sees of raw numbers, (rows, inputs)."""
    scaling = SCALINGS[layout.recipe.scaling]
    if live is None:
        return scaling.value(raw, content.scaled.statistics)
    rounding = rounding_of(np.vstack([content.inputs.raw, raw]))
    return rescaled(scaling, raw, _shown_statistics(layout, content), live, rounding)


def _shown_statistics(layout: Layout, content: Content) -> Known:
    """The statistics of each input that Data shows: a wrong one is blamed there, and only there."""
    data, left = layout.data, layout.data.inputs - 1
    return {
        name: content.shown["data"][data.statistic_row(name) - 1, left : left + data.width]
        for name in data.statistics
    }
