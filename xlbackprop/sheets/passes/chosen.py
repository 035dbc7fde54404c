"""The parameters that a sheet uses: those of a block that a person chooses, or Solver's."""

from typing import NamedTuple

import numpy as np

from xlbackprop.page.cells import Input
from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import IN_USE
from xlbackprop.workbook.address import address, letters


class Parameters(NamedTuple):
    """All parameters in the sheet's order.

    Attributes:
        formulas: one look-up per parameter.
        values: (P,); NaN where there is no such block.
    """

    formulas: tuple[str, ...]
    values: Array


def chosen(layout: Layout, content: Content, choice: Input) -> Parameters:
    """The parameters of the chosen block; those in use on Solver where there is such a sheet."""
    if layout.recipe.solver:
        return _in_use(layout, content)
    history = layout.history
    columns = range(history.first_parameter, history.last_column + 1)
    top, bottom = history.row(0), history.row(history.blocks - 1)
    if history.blocks == 1:  # spreadsheets disagree on INDEX of a single cell
        formulas = [layout.on("history", f"${letters(column)}${top}") for column in columns]
    else:
        cell = f"${letters(choice.column)}${choice.row}"
        names = [f"${letters(column)}$" for column in columns]
        formulas = [
            f"INDEX({layout.on('history', f'{name}{top}:{name}{bottom}')},{cell})" for name in names
        ]
    block = content.inputs.chosen(choice)
    values = content.live.parameter_values
    row = values[block - 1] if block else np.full(values.shape[1], np.nan)
    return Parameters(tuple(formulas), row)


def _in_use(layout: Layout, content: Content) -> Parameters:
    cells = layout.solver.cells(IN_USE)
    formulas = tuple(layout.on("solver", address(row, column)) for row, column in cells)
    shown = content.shown.get("solver")
    if shown is not None:
        rows, columns = np.array(cells).T - 1
        return Parameters(formulas, shown[rows, columns])
    if content.solver is None:
        raise ValueError("The Solver sheet has no numbers.")
    return Parameters(formulas, content.solver.in_use)
