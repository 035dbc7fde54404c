"""The numbers of the Solver sheet: of a new workbook, or what they ought to be in a file."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xlbackprop.judge.restage import judged
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.solver import IN_USE
from xlbackprop.training.solver import Solution
from xlbackprop.training.trace import Trace, column_slices

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SolverNumbers:
    """What the Solver sheet shows.

    Attributes:
        start: the starting parameters that Python wrote, (P,).
        solution: what scipy found from there.
        in_use: the parameters that the choice picks, (P,).
        values: the columns of the pass, (examples, columns).
        cost: C_T of what is shown.
        accuracy: share of right answers of what is shown; NaN where there are no answers.
    """

    start: Array
    solution: Solution
    in_use: Array
    values: Array
    cost: float
    accuracy: float

    @classmethod
    def of(cls, trace: Trace, solution: Solution) -> "SolverNumbers":
        """Those of a new workbook: a person's parameters are the starting ones."""
        start = trace.parameter_values[0]
        cost, accuracy = float(trace.cost[0]), float(trace.accuracy[0])
        return cls(start, solution, start, trace.values, cost, accuracy)

    @classmethod
    def judged(
        cls,
        layout: Layout,
        shown: Array,
        *,
        sets: tuple[Array, Array, Solution],
        choice: int,
        x: Array,
        t: Array,
    ) -> "SolverNumbers":
        """Those that a sheet ought to show, given the numbers that it does show.

        Args:
            layout: where things stand.
            shown: everything that the sheet shows, (rows, columns).
            sets: yours, the start, and what scipy found, as the sheet has them.
            choice: which of them is in use, from 1; 0 where the choice can't be used.
            x: the inputs of each row, (examples, inputs).
            t: the targets of each row, (examples, outputs).
        """
        solver, network, (yours, start, solution) = layout.solver, layout.network, sets
        slices = column_slices(solver.groups)
        rows, columns = np.array(solver.cells(IN_USE)).T - 1
        values = shown[solver.top - 1 : solver.bottom, solver.NUMBER : solver.last_column]
        in_use = (np.full_like(yours, np.nan), yours, start, solution.parameters)[choice]
        share = np.nan
        with np.errstate(all="ignore"):
            expected = judged(network, shown[rows, columns], values, x, t, slices)
            cost = float(values[:, slices["C"]].sum())
            if network.answers:
                share = float(values[:, slices["right"]].mean())
        return cls(start, solution, in_use, expected, cost, share)
