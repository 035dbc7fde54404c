"""What each number of a sheet ought to be, given the numbers that the sheet itself has."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from xlbackprop.arrays import Array, all_held
from xlbackprop.network.network import Network
from xlbackprop.network.updates import Learning, Now
from xlbackprop.training.engine import measured, rates, total_gradient
from xlbackprop.training.trace import Trace


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
            expected[rows] = staged(network, parameters, x[rows], t[rows], live.slices, shown)
            cost[alike], accuracy[alike] = measured(network, live.values, rows, live.slices)
            gradient[alike] = total_gradient(network, parameters, shown, live.slices)
        now = _updates(live, learning, settings)
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


def staged(
    network: Network,
    parameters: Array,
    x: Array,
    t: Array,
    slices: Mapping[str, slice],
    shown: Array | None = None,
) -> Array:
    """What each column ought to be, given the columns before it, (..., examples, columns).

    Args:
        network: the network.
        parameters: (..., P).
        x: (..., examples, inputs).
        t: (..., examples, outputs).
        slices: where each group stands among the columns; others are computed and not kept.
        shown: what a sheet shows, shaped like the result; None to go on with what is computed.
    """
    width = max(place.stop for place in slices.values())
    lead = np.broadcast_shapes(parameters.shape[:-1], x.shape[:-2])
    expected = np.empty((*lead, x.shape[-2], width))
    known = expected if shown is None else shown

    def carry(key: str, computed: Array) -> Array:
        computed = all_held(computed)
        if key not in slices:
            return computed
        expected[..., slices[key]] = computed
        return known[..., slices[key]]

    with np.errstate(all="ignore"):
        network.backward(parameters, network.forward(parameters, x, t, carry), carry)
    return expected


def _updates(live: Trace, learning: Learning, settings: Mapping[str, float]) -> Now:
    """All updates of a sheet at once, each with the sheet's own states before and after it."""
    zero = np.zeros((1, live.parameter_values.shape[1]))
    old = {name: np.concatenate([zero, state[:-1]]) for name, state in live.states.items()}
    k = np.arange(1.0, live.updates + 1)[:, None]
    eta = live.eta[:, None]
    w, g = live.parameter_values[:-1], live.gradient[:-1]
    decays = live.network.weights | learning.decays_biases
    return Now(w, g, eta, k, old, dict(live.states), settings, decays)


def _expected_states(learning: Learning, now: Now) -> dict[str, Array]:
    """Each state from the sheet's own numbers, those of the other states among them."""
    expected = {}
    for state in learning.states:
        others = {name: new for name, new in now.new.items() if name != state.name}
        expected[state.name] = learning.remembered(replace(now, new=others))[state.name]
    return expected
