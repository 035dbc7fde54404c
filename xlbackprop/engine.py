"""The engine: trains a recipe's network, and judges a sheet's numbers stage by stage."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xlbackprop.errors import TooLargeError
from xlbackprop.network.network import Network
from xlbackprop.network.updates import Learning, Now
from xlbackprop.recipe import Recipe
from xlbackprop.report import TOLERANCE
from xlbackprop.steps import Steps, Whole
from xlbackprop.trace import Trace, column_slices
from xlbackprop.workbook.limits import COLUMNS

Array = NDArray[np.float64]
MOST_NUMBERS = 500_000_000  # 4 GB
CANCELLED = 2e-14  # of the sizes of the terms of a weighted input
COUNTERS = 3  # columns before the first symbol: epoch, step, example


def network_of(recipe: Recipe) -> Network:
    """The network that a recipe describes.

    Gradients of single examples that would not fit beside each other on a sheet are summed.
    """
    shape = recipe.image or (len(recipe.inputs),)
    each = Network.of(shape, recipe.layers, recipe.cost, answers=recipe.answers())
    summed = recipe.gradients == "summed" or each.columns + COUNTERS > COLUMNS
    trains = recipe.epochs > 0
    return replace(each, summed=summed or not trains, trains=trains)


def run(recipe: Recipe, progress: Callable[[int, int], None] | None = None) -> Trace:
    """Train a recipe's network from its starting parameters.

    Args:
        recipe: what to train.
        progress: called with the blocks done and all blocks.

    Returns:
        Every number of the training. Numbers too large for a computer are infinite or NaN.

    Raises:
        TooLargeError: the numbers of the training don't fit into memory.
    """
    network = network_of(recipe)
    _check_memory(recipe, network.columns)
    return train(network, recipe, recipe.steps(), recipe.eta, progress)


def train(
    network: Network,
    recipe: Recipe,
    steps: Steps,
    eta_at_start: float,
    progress: Callable[[int, int], None] | None = None,
) -> Trace:
    """Train a network as a recipe says, but for the steps and the learning rate."""
    learning, slices = recipe.learning(), column_slices(network.groups)
    x, t = recipe.x(), recipe.t()
    blocks, settings = steps.updates + 1, dict(recipe.settings)
    values = np.empty((len(steps.numbers), network.columns))
    parameters = np.empty((blocks, len(network.trained)))
    gradient = np.empty_like(parameters)
    eta = rates(eta_at_start, learning, settings, steps.updates)
    states = {state.name: np.zeros_like(parameters) for state in learning.states}
    parameters[0] = recipe.start_parameters()
    with np.errstate(all="ignore"):
        for block in range(blocks):
            rows = steps.rows(block)
            seen = steps.numbers[rows] - 1
            _one_pass(network, parameters[block], x[seen], t[seen], values[rows], slices)
            gradient[block] = _gradient_sum(network, values[rows], slices)
            if block < steps.updates:
                old = {name: remembered[block] for name, remembered in states.items()}
                k = np.array(block + 1.0)
                now = Now(parameters[block], gradient[block], eta[block], k, old, {}, settings)
                new = learning.remembered(now)
                for name, remembered in new.items():
                    states[name][block + 1] = remembered
                stepped = learning.stepped(replace(now, new=new))
                parameters[block + 1] = np.where(network.trained, stepped, parameters[block])
            if progress:
                progress(block + 1, blocks)
        cost, accuracy = np.empty(blocks), np.empty(blocks)
        for alike, places in steps.alike():
            cost[alike], accuracy[alike] = _measured(network, values, places, slices)
    states = {name: remembered[1:] for name, remembered in states.items()}
    return Trace(network, steps, values, parameters, cost, accuracy, gradient, states, eta)


def rates(eta: float, learning: Learning, settings: Mapping[str, float], steps: int) -> Array:
    """The learning rate of each step, (steps,)."""
    with np.errstate(all="ignore"):
        return learning.schedule.rate(eta, np.arange(1.0, steps + 1), settings)


def _check_memory(recipe: Recipe, columns: int) -> None:
    examples = len(recipe.data.rows)
    numbers = (recipe.epochs + 1) * examples * columns
    if numbers > MOST_NUMBERS:
        fit = MOST_NUMBERS // (examples * columns) - 1
        raise TooLargeError(
            f"epochs: {recipe.epochs:,} epochs of {examples:,} examples make "
            f"{numbers:,} numbers, more than the {MOST_NUMBERS:,} that are kept; "
            + (f"at most {fit:,} epochs fit." if fit >= 1 else "take fewer examples or units.")
        )


def _one_pass(
    network: Network, parameters: Array, x: Array, t: Array, out: Array, slices: dict[str, slice]
) -> None:
    """One forward and backward pass written into ``out``, (examples, columns)."""

    def room(key: str) -> Array:
        return out[:, slices[key]]

    def carry(key: str, computed: Array) -> Array:
        room(key)[...] = computed  # numpy copies nothing where it was computed in place
        return computed

    network.backward(parameters, network.forward(parameters, x, t, carry), carry, room)


def _measured(
    network: Network, values: Array, rows: Whole, slices: Mapping[str, slice]
) -> tuple[Array, Array]:
    """C_T and the share of right answers of blocks with these rows, (blocks, examples).

    The share is NaN for a network that gives no answers.
    """
    cost: Array = values[:, slices["C"]][rows].sum(axis=(1, 2))
    if not network.answers:
        return cost, np.full(cost.shape, np.nan)
    return cost, values[:, slices["right"]][rows].mean(axis=(1, 2))


def _gradient_sum(network: Network, values: Array, slices: Mapping[str, slice]) -> Array:
    """Σ∂C/∂w over the examples; (..., examples, columns) → (..., parameters)."""
    return network.gradient_sum(lambda key: values[..., slices[key]])


def restage(
    live: Trace,
    learning: Learning,
    *,
    eta: float,
    settings: Mapping[str, float],
    start: Array,
    x: Array,
    t: Array,
) -> Trace:
    """What each number of a sheet ought to be, given the numbers that the sheet itself has.

    Every stage starts from the sheet's own inputs to it: z from the sheet's x and w, a from the
    sheet's z, δ from the sheet's a and the δ above, and so on. So rounding doesn't pile up along
    the training, and a wrong number is blamed once, where it arises.

    Args:
        live: the numbers that the sheet has.
        learning: what happens between two steps.
        eta: the learning rate that the sheet has.
        settings: the settings that the sheet has.
        start: the starting parameters that the sheet has, (P,).
        x: the inputs that the sheet has for each row, (rows, inputs).
        t: the targets that the sheet has for each row, (rows, outputs).

    Returns:
        The expected numbers, shaped like ``live``.
    """
    network, steps = live.network, live.steps
    expected = np.empty_like(live.values)
    gradient = np.empty_like(live.gradient)
    cost, accuracy = np.empty_like(live.cost), np.empty_like(live.accuracy)
    with np.errstate(all="ignore"):
        for alike, rows in steps.alike():
            shown, parameters = live.values[rows], live.parameter_values[alike]
            expected[rows] = judged(network, parameters, shown, x[rows], t[rows], live.slices)
            cost[alike], accuracy[alike] = _measured(network, live.values, rows, live.slices)
            gradient[alike] = _gradient_sum(network, shown, live.slices)
        now = _updates(live, settings)
        following = np.where(network.trained, learning.stepped(now), live.parameter_values[:-1])
        return Trace(
            network,
            steps,
            expected,
            np.concatenate([start[None, :], following]),
            cost,
            accuracy,
            gradient,
            _expected_states(learning, now),
            rates(eta, learning, settings, steps.updates),
        )


def judged(
    network: Network,
    parameters: Array,
    shown: Array,
    x: Array,
    t: Array,
    slices: Mapping[str, slice],
) -> Array:
    """What each column ought to be, given the columns that are shown before it.

    Args:
        network: the network.
        parameters: (..., P).
        shown: (..., examples, columns).
        x: (..., examples, inputs).
        t: (..., examples, outputs).
        slices: where each group stands among the columns.
    """
    expected = np.empty_like(shown)

    def carry(key: str, computed: Array) -> Array:
        expected[..., slices[key]] = computed
        return shown[..., slices[key]]

    network.backward(parameters, network.forward(parameters, x, t, carry), carry)
    _accept_cancelled(network, parameters, shown, expected, x, slices)
    return expected


def _accept_cancelled(
    network: Network,
    parameters: Array,
    shown: Array,
    expected: Array,
    x: Array,
    slices: Mapping[str, slice],
) -> None:
    """Take a weighted input as shown where large terms cancel and rounding can have made it.

    A program that saves 15 digits leaves each term of z = Σ wa + b uncertain by 10⁻¹⁴ of itself.
    """
    for number, layer in network.learning():
        columns = slices[f"z{number}"]
        z, got = expected[..., columns], shown[..., columns]
        apart = np.abs(got - z)
        if not (apart > TOLERANCE + TOLERANCE * np.abs(z)).any():
            continue
        source = x if number == 2 else shown[..., slices[f"a{number - 1}"]]
        p = np.abs(parameters[..., network.parameter_slice(number)])
        terms = layer.value(np.abs(source), p, network.source(number).shape)
        expected[..., columns] = np.where(apart <= CANCELLED * terms, got, z)


def _updates(live: Trace, settings: Mapping[str, float]) -> Now:
    """All updates of a sheet at once, each with the sheet's own states before and after it."""
    zero = np.zeros((1, live.parameter_values.shape[1]))
    old = {name: np.concatenate([zero, state[:-1]]) for name, state in live.states.items()}
    k = np.arange(1.0, live.updates + 1)[:, None]
    eta = live.eta[:, None]
    return Now(
        live.parameter_values[:-1], live.gradient[:-1], eta, k, old, dict(live.states), settings
    )


def _expected_states(learning: Learning, now: Now) -> dict[str, Array]:
    """Each state from the sheet's own numbers, those of the other states among them."""
    expected = {}
    for state in learning.states:
        others = {name: new for name, new in now.new.items() if name != state.name}
        expected[state.name] = learning.remembered(replace(now, new=others))[state.name]
    return expected
