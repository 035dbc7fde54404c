"""Reading the constants of the Solver sheet back: what Python once wrote there."""

from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.checks.cells import Values, as_numbers
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import SCIPY, START
from xlbackprop.training.solver import Solution


@dataclass(frozen=True)
class SolverConstants:
    """What Python wrote on the Solver sheet; NaN where that is no number any more.

    Attributes:
        start: starting parameters, (P,).
        solution: what scipy found.
        measures: C_T and share of right answers, (2,), of ``START`` and ``SCIPY``.
        examples: number of the example in each row, (examples,).
    """

    start: Array
    solution: Solution
    measures: dict[int, Array]
    examples: Array


def read_solver(book: Values, layout: Layout) -> SolverConstants:
    """The constants of the Solver sheet as they are now."""
    solver, sheet = layout.solver, layout.sheet("solver")

    def constants(row: int, column: int, rows: int, columns: int) -> Array:
        return as_numbers(book.values(sheet, row, column, rows, columns))

    def parameters(number: int) -> Array:
        return np.array([constants(*cell, 1, 1)[0, 0] for cell in solver.cells(number)])

    row = solver.table_row(SCIPY)
    iterations, evaluations = constants(row, solver.ITERATIONS, 1, 2)[0].tolist()
    return SolverConstants(
        parameters(START),
        Solution(parameters(SCIPY), iterations, evaluations),
        {kind: constants(solver.table_row(kind), solver.COST, 1, 2)[0] for kind in (START, SCIPY)},
        constants(solver.top, solver.NUMBER, solver.examples, 1)[:, 0],
    )
