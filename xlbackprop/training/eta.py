"""A learning rate that suits a recipe, found by trying some."""

from dataclasses import replace
from math import inf, isfinite

from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.training.engine import run
from xlbackprop.training.trace import Trace

PER_EXAMPLE = (10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003)  # η is this by the number of examples
BY_ITSELF = (0.3, 0.1, 0.03, 0.01, 0.003)  # of rules whose steps don't grow with the gradient
STEADY = ("adagrad", "rmsprop", "adam")
MOST_NUMBERS = 30_000_000  # of one training that is tried
WORSE = 2


def candidates(recipe: Recipe) -> tuple[float, ...]:
    """Learning rates to try, the largest first; the gradient may be a sum over a batch."""
    if recipe.rule in STEADY:
        return BY_ITSELF
    batch = 1 if recipe.reduction == "mean" else recipe.batch or len(recipe.data.rows)
    return tuple(float(f"{rate / batch:.1g}") for rate in PER_EXAMPLE)


def best_eta(recipe: Recipe) -> tuple[float, Trace]:
    """The learning rate with which C_T ends lowest, of those that are tried; and that training.

    From large to small, until ``WORSE`` in a row are worse than the best. Where a training would be
    long, it is judged by its first epochs.
    """
    numbers = len(recipe.data.rows) * network_of(recipe).columns
    epochs = max(1, min(recipe.epochs, MOST_NUMBERS // numbers))
    short = recipe if epochs == recipe.epochs else replace(recipe, epochs=epochs, order=())
    tried: list[tuple[float, float, Trace]] = []
    for eta in candidates(recipe):
        trace = run(replace(short, eta=eta))
        end = float(trace.cost[-1])
        tried.append((end if isfinite(end) else inf, eta, trace))
        best = min(tried, key=lambda one: one[:2])
        if isfinite(best[0]) and len(tried) - tried.index(best) > WORSE:
            break
    return best[1:]
