"""The network that a recipe describes."""

from dataclasses import replace

from xlbackprop.gate import CHECKED_CELLS, COLUMNS
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


def is_too_large_to_check(recipe: Recipe) -> bool:
    """Whether with the gradients of each example a workbook is larger than check takes."""
    each = replace(network_of(recipe), summed=False, trains=True)
    rows = recipe.epochs * len(recipe.data.rows)
    return rows * (each.columns + COUNTERS) > CHECKED_CELLS
