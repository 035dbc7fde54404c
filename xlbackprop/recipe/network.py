"""The network that a recipe describes."""

from dataclasses import replace

from xlbackprop.gate import COLUMNS
from xlbackprop.network.network import Network
from xlbackprop.recipe.recipe import Recipe

COUNTERS = 3  # columns before the first symbol: epoch, step, example


def network_of(recipe: Recipe) -> Network:
    """The network that a recipe describes.

    Gradients of single examples that would not fit beside each other on a sheet are summed.
    """
    shape = recipe.image or (len(recipe.inputs),)
    each = Network.of(
        shape,
        recipe.layers,
        recipe.cost,
        answers=recipe.answers(),
        factor=recipe.cost_factor,
        mean_of_outputs=recipe.output_reduction == "mean",
        averaged=recipe.reduction == "mean",
    )
    summed = recipe.gradients == "summed" or each.columns + COUNTERS > COLUMNS
    trains = recipe.epochs > 0
    return replace(each, summed=summed or not trains, trains=trains)
