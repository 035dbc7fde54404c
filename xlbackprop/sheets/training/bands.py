"""The headings of the Training sheet: a band above each group of columns."""

from collections.abc import Mapping

from xlbackprop.network.structure import Group
from xlbackprop.page.bands import Band
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.training.looks import ROLE


def bands(layout: Layout) -> list[Band]:
    """All bands from the left."""
    training, text = layout.training, layout.text
    names = ("epoch", "step", "example") if training.steps.batched else ("epoch", "example")
    counters = tuple(text(f"training.{name}") for name in names)
    found = [Band("update", training.EPOCH, counters, "", "")]
    for group in training.groups:
        bands_of = _gradient_bands if group.kind == "g" else unit_bands
        found += bands_of(layout, group, training.columns)
    return found


def unit_bands(layout: Layout, group: Group, columns: Mapping[str, int]) -> list[Band]:
    """One band for a group, or one per map, so that a title is in sight wherever one scrolls."""
    text, network = layout.text, layout.network
    title = text(f"training.band_{_title(layout, group)}", layer=group.layer)
    shape = network.source(group.layer + 1).shape if group.layer else ()
    maps = shape[0] if len(shape) == 3 else 1
    headings = tuple(
        text("training.right") if label == "right" else typeset(label) for label in group.labels
    )
    bands, size = [], len(headings) // maps
    for first in range(0, len(headings), size):
        column = columns[group.labels[first]]
        name = title
        if len(shape) == 3:
            row = text(f"layers.{network.row_name(group.layer)}")
            name = f"{title} · {row} {first // size + 1}"
        own = headings[first : first + size]
        bands.append(Band(ROLE[group.kind], column, own, name, equation(layout, group)))
    return bands


def _title(layout: Layout, group: Group) -> str:
    """Which title a group has: δ of a layer without activation is ∂C/∂a."""
    has_z = not group.layer or layout.network.layers[group.layer - 2].activation
    return group.kind if has_z or group.kind != "d" else "passed"


def _gradient_bands(layout: Layout, group: Group, columns: Mapping[str, int]) -> list[Band]:
    """One band per row of weights, for the same reason."""
    number, layer = group.layer, layout.network.layers[group.layer - 2]
    row = layout.text(f"layers.{layout.network.row_name(number)}")
    units = len(layer.parameter_units(layout.network.source(number)))
    bands = []
    for unit, labels in enumerate(layout.network.parameter_rows(number), 1):
        own = f"band_{layer.wording or 'g'}"
        own += "_fixed" if layer.wording and layer.bias == "fixed" else ""
        key = own if unit <= units else "band_epsilon" if layer.wording else "band_shared"
        bands.append(
            Band(
                "gradient",
                columns[f"g_{labels[0]}"],
                tuple(map(typeset, labels)),
                layout.text(f"training.{key}", layer=number, unit=unit, row=row),
                equation(layout, group),
            )
        )
    return bands
