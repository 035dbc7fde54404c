"""Reading the training numbers of a workbook back: Training's blocks and Compare's constants."""

from dataclasses import dataclass, replace

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.checks.cells import Values, as_numbers
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.training import TrainingLayout
from xlbackprop.training.trace import Trace


def read_training(numbers: Array, layout: Layout, eta: float) -> "SheetTraining":
    """The training numbers of a sheet, from everything that it shows, (rows, columns)."""
    training, network = layout.training, layout.network
    steps = training.steps
    below, beside = (np.array(places) for places in zip(*training.places, strict=True))
    blocks = range(steps.updates + 1)
    examples = np.concatenate(
        [np.arange(top - 1, bottom) for top, bottom in training.example_rows()]
    )
    sums = np.array([training.sum_row(block) for block in blocks]) - 1

    def parameters(tops: list[int]) -> Array:
        """What stands in the places of the parameters, (blocks, P)."""
        rows = np.array(tops, dtype=int)[:, None] - 1 + below
        found: Array = numbers[rows, beside - 1]
        return found

    before_last = blocks[:-1]
    gradient = parameters([training.sum_row(block) for block in before_last])
    gradient = np.vstack([gradient, np.full(len(below), np.nan)])
    none = np.full(len(blocks), np.nan)
    trace = Trace(
        network=network,
        steps=steps,
        values=numbers[examples, training.first - 1 : training.last_column],  # notes may follow
        parameter_values=parameters([training.parameter_row(block) for block in blocks]),
        cost=numbers[sums, training.columns["C"] - 1],
        accuracy=numbers[sums, training.columns["right"] - 1] if network.answers else none,
        gradient=np.where(network.trained, gradient, 0.0),
        states={
            name: np.where(
                network.trained,
                parameters([training.state_row(block, name) for block in before_last]),
                0.0,
            )
            for name in training.states
        },
        eta=_rates(numbers, training, eta),
    )
    return SheetTraining(trace, numbers[examples, training.example - 1])


def _rates(numbers: Array, training: TrainingLayout, eta: float) -> Array:
    """The learning rate of each update that a sheet has, (updates,)."""
    updates = training.steps.updates
    if not training.has_rate:
        return np.full(updates, eta)
    rows = np.array([training.rate_row(block) for block in range(updates)], dtype=int)
    rates: Array = numbers[rows - 1, training.rate_column - 1]
    return rates


@dataclass(frozen=True)
class SheetTraining:
    """What the Training sheet shows.

    Attributes:
        trace: its numbers; NaN where there is none.
        examples: the number of the example in each row, (rows,).
    """

    trace: Trace
    examples: Array


def read_python(book: Values, layout: Layout, live: Trace) -> Trace:
    """Python's constants on the Compare sheet, as a trace with only costs and parameters."""
    compare, sheet = layout.compare, layout.sheet("compare")

    def constants(column: int, columns: int) -> Array:
        return as_numbers(book.values(sheet, compare.TOP, column, compare.blocks, columns))

    found = replace(live, cost=constants(compare.python_cost, 1)[:, 0])
    if not compare.parameters:
        return found
    return replace(found, parameter_values=constants(compare.python, compare.parameters))
