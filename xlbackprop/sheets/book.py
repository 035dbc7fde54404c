"""All sheets of a workbook."""

from collections.abc import Collection

import numpy as np

from xlbackprop.data.scalings import SCALINGS, scale
from xlbackprop.recipe.write import to_toml
from xlbackprop.sheets.kinds import KINDS
from xlbackprop.sheets.plan.content import Content, Inputs
from xlbackprop.sheets.plan.layout import ETA, Layout
from xlbackprop.training.solver import Solution, solve
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Grid


def grids(layout: Layout, content: Content, only: Collection[str] | None = None) -> list[Grid]:
    """Every sheet, or only those of some names, in the order of the workbook."""
    kinds = [kind for kind in layout.sheets if only is None or layout.sheet(kind) in only]
    with np.errstate(all="ignore"):  # numbers in a file may be too large, or none
        return [KINDS[kind].grid(layout, content) for kind in kinds]


def new_grids(layout: Layout, trace: Trace, solution: Solution | None = None) -> list[Grid]:
    """Every sheet of a new workbook: its numbers are Python's; see ``new_content``."""
    return grids(layout, new_content(layout, trace, solution))


def new_content(layout: Layout, trace: Trace, solution: Solution | None = None) -> Content:
    """The numbers of a new workbook.

    Args:
        layout: where everything stands.
        trace: the training.
        solution: what scipy found; None to let it search, where the recipe asks for it.
    """
    inputs = Inputs.of(layout)
    scaled = scale(SCALINGS[layout.recipe.scaling], inputs.raw)
    raw_targets = inputs.t(layout.recipe.classes())
    targets = scale(SCALINGS[layout.recipe.target_scaling], raw_targets)
    if layout.recipe.solver and solution is None:
        solution = solve(layout.recipe)
    text = to_toml(layout.recipe)
    examples = trace.steps.numbers.astype(float)
    return Content(text, inputs, scaled, targets, examples, trace, trace, trace, solution)


def names(layout: Layout) -> dict[str, str]:
    """Defined names and the cells that they stand for."""
    place = layout.parameters
    rows = {ETA: place.ETA_ROW} | {name: place.setting_row(name) for name in place.settings}
    column = letters(place.ETA_COLUMN)
    return {name: layout.on("parameters", f"${column}${row}") for name, row in rows.items()}
