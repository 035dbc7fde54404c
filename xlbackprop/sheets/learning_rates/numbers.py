"""The numbers of the Learning rates sheet: of a new one, or what they ought to be in a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from xlbackprop.judge.equality import TOLERANCE
from xlbackprop.judge.restage import restage
from xlbackprop.judge.rounding import MOVES, mover
from xlbackprop.network.updates import Learning
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.learning_rates.layout import ETAS, RatesLayout
from xlbackprop.training.engine import train
from xlbackprop.training.trace import Trace

Array = NDArray[np.float64]


@dataclass(frozen=True)
class RatesNumbers:
    """What the Learning rates sheet shows.

    Attributes:
        etas: the learning rates, (η,).
        examples: number of the example in each row, (rows,).
        traces: the training with each η.
        curves: C_T of each block, per example with mini-batches, (blocks, η).
        drawn: the same as the table finds it.
        ends: the first and the last of them as the verdicts find it, (2, η).
    """

    etas: Sequence[float]
    examples: Array
    traces: Sequence[Trace]
    curves: Array
    drawn: Array
    ends: Array

    @classmethod
    def of(cls, rates: RatesLayout, recipe: Recipe) -> "RatesNumbers":
        """Those of a new workbook."""
        steps = rates.steps
        traces = [train(rates.network, recipe, steps, eta) for eta in ETAS]
        curves = measured(rates, traces)
        return cls(ETAS, steps.numbers.astype(float), traces, curves, curves, curves[[0, -1]])

    @classmethod
    def judged(
        cls,
        rates: RatesLayout,
        shown: Array,
        *,
        learning: Learning,
        etas: Sequence[float],
        settings: Mapping[str, float],
        start: Array,
        examples: Array,
        tables: tuple[Array, Array],
    ) -> "RatesNumbers":
        """Those that a sheet ought to show, given the numbers that it does show.

        Args:
            rates: where things stand.
            shown: everything that the sheet shows, (rows, columns).
            learning: what happens between two steps.
            etas: the learning rates that the sheet has.
            settings: the settings that the workbook has.
            start: the starting parameters that it has, (P,).
            examples: number of the example in each row of its training.
            tables: x and t of all examples.
        """
        rows = _example_rows(rates)
        x, t = (looked_up(table, shown[rows, rates.EXAMPLE - 1]) for table in tables)
        live = [_read(rates, shown, number, rows) for number in range(len(ETAS))]
        traces = []
        for trace, eta in zip(live, etas, strict=True):
            restaged = partial(
                restage, learning=learning, eta=eta, settings=settings, start=start, x=x, t=t
            )
            traces.append(_tolerant(trace, restaged))
        top = rates.curve_row(0) - 1
        drawn = shown[top : top + rates.updates + 1, 1 : 1 + len(ETAS)]
        table = slice(rates.table_row(0) - 1, rates.table_row(len(ETAS)) - 1)
        ends = shown[table, rates.FIRST_COST - 1 : rates.LAST_COST].T
        own = examples[: len(rows)]
        return cls(etas, own, traces, measured(rates, traces), drawn, ends)


def _tolerant(live: Trace, restaged: Callable[[Trace], Trace]) -> Trace:
    """What a training ought to be, and what it is where rounding of its numbers can have made it.

    With a large η numbers grow beyond measure, and where such cancel little is certain. How little
    is found by moving all of them by their last digits, a few times.
    """
    expected = restaged(live)
    names = ("values", "parameter_values", "gradient")
    if not any(_differs(getattr(live, name), getattr(expected, name)) for name in names):
        return expected
    moved = mover()
    slack = {name: np.zeros_like(getattr(live, name)) for name in names}
    with np.errstate(all="ignore"):
        for _ in range(MOVES):
            states = {name: moved(state) for name, state in live.states.items()}
            other = restaged(
                replace(
                    live,
                    values=moved(live.values),
                    parameter_values=moved(live.parameter_values),
                    gradient=moved(live.gradient),
                    states=states,
                )
            )
            for name, most in slack.items():
                apart = np.abs(getattr(other, name) - getattr(expected, name))
                slack[name] = np.fmax(most, MOVES * apart)

        def accepted(name: str) -> Array:
            shown, wanted = getattr(live, name), getattr(expected, name)
            taken: Array = np.where(np.abs(shown - wanted) <= slack[name], shown, wanted)
            return taken

        return replace(
            expected,
            values=accepted("values"),
            parameter_values=accepted("parameter_values"),
            gradient=accepted("gradient"),
        )


def _differs(shown: Array, wanted: Array) -> bool:
    with np.errstate(all="ignore"):
        return bool((np.abs(shown - wanted) > TOLERANCE * (1 + np.abs(wanted))).any())


def measured(rates: RatesLayout, traces: Sequence[Trace]) -> Array:
    """C_T of each block, per example with mini-batches, (blocks, η)."""
    sizes = rates.steps.sizes if rates.steps.batched else np.ones_like(rates.steps.sizes)
    costs: Array = np.column_stack([trace.cost for trace in traces]) / sizes[:, None]
    return costs


def _example_rows(rates: RatesLayout) -> NDArray[np.int64]:
    """The rows of all examples, from 0."""
    blocks = range(rates.updates + 1)
    rows = [np.arange(rates.first_example(b) - 1, rates.last_example(b)) for b in blocks]
    return np.concatenate(rows)


def _read(rates: RatesLayout, shown: Array, number: int, rows: NDArray[np.int64]) -> Trace:
    """The training with one η as a sheet shows it."""
    training, network = rates.training(number), rates.network
    blocks, updates = range(rates.updates + 1), range(rates.updates)
    first = rates.passes.first - 1
    parameters = slice(first, first + rates.passes.parameters)
    columns = np.array(list(training.columns.values())) - 1

    def lines(found: list[int]) -> Array:
        line: Array = shown[np.array(found) - 1, parameters]
        return line

    gradient = np.where(network.trained, lines([training.sum_row(b) for b in updates]), 0.0)
    unknown = np.full(len(blocks), np.nan)
    return Trace(
        network=network,
        steps=rates.steps,
        values=shown[np.ix_(rows, columns)],
        parameter_values=lines([training.parameter_row(b) for b in blocks]),
        cost=unknown,
        accuracy=unknown,
        gradient=np.vstack([gradient, np.full((1, gradient.shape[1]), np.nan)]),
        states={
            name: np.where(
                network.trained, lines([training.state_row(b, name) for b in updates]), 0.0
            )
            for name in training.states
        },
        eta=shown[[training.parameter_row(b) - 1 for b in updates], rates.RATE - 1],
    )
