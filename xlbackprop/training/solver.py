"""What scipy finds for a network: parameters that make C_T small, from the recipe's start.

This is the work that Excel's Solver does on the Solver sheet, done once by somebody else.
"""

from dataclasses import dataclass, replace

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.network import Network
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe

METHOD = "L-BFGS-B"


@dataclass(frozen=True)
class Solution:
    """What scipy found.

    Attributes:
        parameters: (P,).
        iterations: steps from the start.
        evaluations: how often C_T and its gradient were computed.
    """

    parameters: Array
    iterations: float
    evaluations: float


def solve(recipe: Recipe) -> Solution:
    """Make C_T small from the recipe's start, with the gradient that backpropagation gives."""
    from scipy.optimize import minimize

    network, start = replace(network_of(recipe), trains=True), recipe.start_parameters()
    x, t = recipe.x(), recipe.t()

    def with_changing(found: Array) -> Array:
        parameters = start.copy()
        parameters[network.trained] = found
        return parameters

    def cost_and_slopes(found: Array) -> tuple[float, Array]:
        cost, gradient = cost_and_gradient(network, with_changing(found), x, t)
        return cost, gradient[network.trained]

    with np.errstate(all="ignore"):
        result = minimize(cost_and_slopes, start[network.trained], jac=True, method=METHOD)
    return Solution(with_changing(result.x), float(result.nit), float(result.nfev))


def cost_and_gradient(
    network: Network, parameters: Array, x: Array, t: Array
) -> tuple[float, Array]:
    """C_T and ∂C_T/∂(parameters), (P,).

    Args:
        network: a network that trains, its gradients summed.
        parameters: (P,).
        x: (examples, inputs).
        t: (examples, outputs).
    """
    values: dict[str, Array] = {}

    def carry(key: str, computed: Array) -> Array:
        values[key] = computed
        return computed

    network.backward(parameters, network.forward(parameters, x, t, carry), carry)
    cost = network.total_cost(values["C"][:, 0])
    return float(cost), network.total_gradient(parameters, values.__getitem__)


def measured(recipe: Recipe, parameters: Array) -> tuple[float, float]:
    """C_T of the recipe's data and the share of right answers; NaN where there are no answers."""
    network = replace(network_of(recipe), trains=False)
    with np.errstate(all="ignore"):
        values = network.forward(parameters, recipe.x(), recipe.t(), lambda key, computed: computed)
    share = float(values["right"].mean()) if network.answers else np.nan
    return float(network.total_cost(values["C"][:, 0])), share
