"""The engine: trains a recipe's network."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from xlbackprop.arrays import Array, Whole, all_held
from xlbackprop.errors import TooLargeError
from xlbackprop.network.network import Network
from xlbackprop.network.updates import Learning, Now
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.steps import Steps
from xlbackprop.training.trace import Trace, column_slices

MOST_NUMBERS = 500_000_000  # 4 GB


def run(recipe: Recipe, progress: Callable[[int, int], None] | None = None) -> Trace:
    """Train a recipe's network from its starting parameters.

    Args:
        recipe: what to train.
        progress: called with the blocks done and all blocks.

    Returns:
        Every number of the training; NaN for those that are too large for a computer, and for all
        that are computed from them, as a spreadsheet shows errors there.

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
    decays = network.weights | learning.decays_biases
    with np.errstate(all="ignore"):
        for block in range(blocks):
            rows = steps.rows(block)
            seen = steps.numbers[rows] - 1
            for shown in (np.asarray, all_held):  # the second only where numbers are too large
                _one_pass(network, parameters[block], x[seen], t[seen], values[rows], slices, shown)
                if np.isfinite(values[rows]).all():
                    break
            total = total_gradient(network, parameters[block], values[rows], slices)
            gradient[block] = all_held(total)
            if block < steps.updates:
                old = {name: remembered[block] for name, remembered in states.items()}
                k = np.array(block + 1.0)
                now = Now(
                    parameters[block], gradient[block], eta[block], k, old, {}, settings, decays
                )
                new = learning.remembered(now)
                for name, remembered in new.items():
                    states[name][block + 1] = new[name] = all_held(remembered)
                stepped = all_held(learning.stepped(replace(now, new=new)))
                parameters[block + 1] = np.where(network.trained, stepped, parameters[block])
            if progress:
                progress(block + 1, blocks)
        cost, accuracy = np.empty(blocks), np.empty(blocks)
        for alike, places in steps.alike():
            cost[alike], accuracy[alike] = map(all_held, measured(network, values, places, slices))
    states = {name: remembered[1:] for name, remembered in states.items()}
    return Trace(network, steps, values, parameters, cost, accuracy, gradient, states, eta)


def rates(eta: float, learning: Learning, settings: Mapping[str, float], steps: int) -> Array:
    """The learning rate of each step, (steps,)."""
    with np.errstate(all="ignore"):
        return all_held(learning.schedule.rate(eta, np.arange(1.0, steps + 1), settings))


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
    network: Network,
    parameters: Array,
    x: Array,
    t: Array,
    out: Array,
    slices: dict[str, slice],
    shown: Callable[[Array], Array] = np.asarray,
) -> None:
    """One forward and backward pass written into ``out``, (examples, columns)."""

    def room(key: str) -> Array:
        return out[:, slices[key]]

    def carry(key: str, computed: Array) -> Array:
        room(key)[...] = computed = shown(computed)  # nothing is copied that was computed there
        return computed

    network.backward(parameters, network.forward(parameters, x, t, carry), carry, room)


def measured(
    network: Network, values: Array, rows: Whole, slices: Mapping[str, slice]
) -> tuple[Array, Array]:
    """C_T and the share of right answers of blocks with these rows, (blocks, examples).

    The share is NaN for a network that gives no answers.
    """
    cost = network.total_cost(values[:, slices["C"]][rows][..., 0])
    if not network.answers:
        return cost, np.full(cost.shape, np.nan)
    return cost, values[:, slices["right"]][rows].mean(axis=(1, 2))


def total_gradient(
    network: Network, parameters: Array, values: Array, slices: Mapping[str, slice]
) -> Array:
    """∂C_T/∂w; (..., parameters) and (..., examples, columns) → (..., parameters)."""
    return network.total_gradient(parameters, lambda key: values[..., slices[key]])
