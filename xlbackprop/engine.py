"""The engine: trains a recipe's network, and judges a sheet's numbers stage by stage."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from xlbackprop.errors import TooLargeError
from xlbackprop.network.network import Network
from xlbackprop.network.updates import Learning, Now
from xlbackprop.recipe import Recipe
from xlbackprop.trace import Trace, column_slices

Array = NDArray[np.float64]
MOST_NUMBERS = 500_000_000  # 4 GB


def network_of(recipe: Recipe) -> Network:
    """The network that a recipe describes."""
    shape = recipe.image or (len(recipe.inputs),)
    return Network.of(shape, recipe.layers, recipe.cost, answers=recipe.answers())


def run(recipe: Recipe, progress: Callable[[int, int], None] | None = None) -> Trace:
    """Train a recipe's network from its starting parameters.

    Args:
        recipe: what to train.
        progress: called with the epochs done and all epochs.

    Returns:
        Every number of the training. Numbers too large for a computer are infinite or NaN.

    Raises:
        TooLargeError: the numbers of the training don't fit into memory.
    """
    network, learning = network_of(recipe), recipe.learning()
    x, t = recipe.x(), recipe.t()
    rows = recipe.epochs + 1
    groups = (*network.forward_groups(), *network.backward_groups())
    slices = column_slices(groups)
    shape = (rows, len(x), sum(len(group.labels) for group in groups))
    _check_memory(recipe, shape)
    values = np.empty(shape)
    parameters = np.empty((rows, len(network.trained)))
    gradient = np.empty_like(parameters)
    eta = rates(recipe.eta, learning, dict(recipe.settings), recipe.epochs)
    states = {state.name: np.zeros((rows, len(network.trained))) for state in learning.states}
    parameters[0] = recipe.start_parameters()
    with np.errstate(all="ignore"):
        for row in range(rows):
            _one_pass(network, parameters[row], x, t, values[row], slices)
            gradient[row] = _gradient_sum(network, values[row], slices)
            if row + 1 < rows:
                old = {name: remembered[row] for name, remembered in states.items()}
                k = np.array(row + 1.0)
                now = Now(
                    parameters[row], gradient[row], eta[row], k, old, {}, dict(recipe.settings)
                )
                new = learning.remembered(now)
                for name, remembered in new.items():
                    states[name][row + 1] = remembered
                stepped = learning.stepped(replace(now, new=new))
                parameters[row + 1] = np.where(network.trained, stepped, parameters[row])
            if progress:
                progress(row + 1, rows)
        cost = values[:, :, slices["C"]].sum(axis=(1, 2))
        accuracy = share_of_right(network, values, slices)
    states = {name: remembered[1:] for name, remembered in states.items()}
    return Trace(network, values, parameters, cost, accuracy, gradient, states, eta)


def rates(eta: float, learning: Learning, settings: Mapping[str, float], steps: int) -> Array:
    """The learning rate of each step, (steps,)."""
    with np.errstate(all="ignore"):
        return learning.schedule.rate(eta, np.arange(1.0, steps + 1), settings)


def _check_memory(recipe: Recipe, shape: tuple[int, int, int]) -> None:
    rows, examples, columns = shape
    if rows * examples * columns > MOST_NUMBERS:
        fit = MOST_NUMBERS // (examples * columns) - 1
        raise TooLargeError(
            f"epochs: {recipe.epochs:,} epochs of {examples:,} examples make "
            f"{rows * examples * columns:,} numbers, more than the {MOST_NUMBERS:,} that are kept; "
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


def share_of_right(network: Network, values: Array, slices: dict[str, slice]) -> Array:
    """Share of right answers per epoch; NaN for a network that gives no answers."""
    if not network.answers:
        return np.full(len(values), np.nan)
    share: Array = values[:, :, slices["right"]].mean(axis=(1, 2))
    return share


def _gradient_sum(network: Network, values: Array, slices: dict[str, slice]) -> Array:
    """Σ∂C/∂w over the examples; (..., examples, columns) → (..., parameters)."""
    sums = [values[..., slices[f"g{number}"]].sum(axis=-2) for number, _ in network.numbered()]
    return np.concatenate(sums, axis=-1)


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
        x: the inputs that the sheet has, (N, inputs).
        t: the targets that the sheet has, (N, outputs).

    Returns:
        The expected numbers, shaped like ``live``.
    """
    network = live.network
    expected = np.empty_like(live.values)

    def carry(key: str, computed: Array) -> Array:
        expected[:, :, live.slices[key]] = computed
        return live.group(key)

    with np.errstate(all="ignore"):
        values = network.forward(live.parameter_values, x, t, carry)
        network.backward(live.parameter_values, values, carry)
        now = _steps(live, settings)
        following = np.where(network.trained, learning.stepped(now), live.parameter_values[:-1])
        return Trace(
            network,
            expected,
            np.concatenate([start[None, :], following]),
            live.group("C").sum(axis=(1, 2)),
            share_of_right(network, live.values, live.slices),
            _gradient_sum(network, live.values, live.slices),
            _expected_states(learning, now),
            rates(eta, learning, settings, live.epochs),
        )


def _steps(live: Trace, settings: Mapping[str, float]) -> Now:
    """All updates of a sheet at once, each with the sheet's own states before and after it."""
    zero = np.zeros((1, live.parameter_values.shape[1]))
    old = {name: np.concatenate([zero, state[:-1]]) for name, state in live.states.items()}
    k = np.arange(1.0, live.epochs + 1)[:, None]
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
