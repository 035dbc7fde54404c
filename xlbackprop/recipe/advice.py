"""What is allowed, but hardly meant: one line each, and the workbook is made all the same.

Each entry of ``RULES`` looks at a recipe and says what it found, beginning with the field, or
nothing.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from xlbackprop.data.table import short
from xlbackprop.gate import CHECKED_CELLS, COLUMNS
from xlbackprop.network.activations import Activation, activation_of
from xlbackprop.network.costs import find_cost
from xlbackprop.recipe.network import COUNTERS, is_too_large_to_check, network_of
from xlbackprop.recipe.recipe import Recipe

TOLD = 5  # classes named in a line


def single_examples(recipe: Recipe) -> str:
    """Classes of which there is one example only."""
    counts = Counter(recipe.labels())
    alone = [str(short(item)) for item in recipe.classes() if counts[item] == 1]
    if not alone:
        return ""
    rest = f" and {len(alone) - TOLD:,} more" if len(alone) > TOLD else ""
    which, it = ("class", "it") if len(alone) == 1 else ("classes", "them")
    return (
        f"label: a single example of the {which} {', '.join(alone[:TOLD])}{rest}: it can be learnt "
        f"by heart, but not what is common to its kind; add examples, or leave {it} out."
    )


def single_class(recipe: Recipe) -> str:
    """A label that is the same in every example."""
    if len(recipe.classes()) != 1:
        return ""
    return (
        f"label: each example is of the one class {short(recipe.classes()[0])}: there is nothing "
        "to tell apart; add examples of another."
    )


def spread_slopes(recipe: Recipe) -> str:
    """Softmax outputs with a cost other than the one that goes with them."""
    activation = recipe.layers[-1].activation
    cost = find_cost(recipe.cost, activation)
    if activation_of(recipe.layers[-1]).helper is None or cost is None or cost.slope is None:
        return ""
    return (
        f"cost: {recipe.cost} with {activation} outputs: δ does not simplify to a − t, so the "
        "sheet shows the general formula, and learning is slower; cross-entropy is made for them."
    )


def targets_out_of_reach(recipe: Recipe) -> str:
    """Target numbers that no output can ever be equal to."""
    if recipe.label:
        return ""
    activation, t = activation_of(recipe.layers[-1]), recipe.t()
    places = np.argwhere((t < activation.low) | (t > activation.high))
    if not len(places):
        return ""
    row, column = places[0].tolist()
    place = f"{recipe.data.place(row)}, column {recipe.targets[column]!r}"
    rest = f" and {len(places) - 1:,} more" if len(places) > 1 else ""
    return (
        f"targets: {t[row, column]:g} ({place}){rest} can never be met: {activation.name} outputs "
        f"{_reach(activation)}; scale the targets, or take linear outputs."
    )


def _reach(activation: Activation) -> str:
    if math.isinf(activation.high):
        return f"are never below {activation.low:g}"
    return f"stay between {activation.low:g} and {activation.high:g}"


def constant_columns(recipe: Recipe) -> str:
    """Inputs that are the same in every example, which scaling makes 0."""
    spread = np.ptp(recipe.raw(), axis=0).tolist()
    alike = [name for name, size in zip(recipe.inputs, spread, strict=True) if not size]
    if recipe.scaling == "none" or not alike:
        return ""
    rest = f" and {len(alike) - TOLD:,} more" if len(alike) > TOLD else ""
    one = len(alike) == 1
    which, they, tell = ("column", "it is", "tells") if one else ("columns", "they are", "tell")
    return (
        f"scaling: each example has the same in the {which} {', '.join(alike[:TOLD])}{rest}: "
        f"{they} 0 for the network, and {tell} it nothing."
    )


def summed_gradients(recipe: Recipe) -> str:
    """Gradients of single examples that a sheet, or a file that can be checked, has no room for."""
    network = network_of(recipe)
    if recipe.gradients == "summed" and is_too_large_to_check(recipe):
        return (
            "gradients: the workbook shows their sums over the examples only; with those of each "
            f'example (gradients = "per-example") it would have over {CHECKED_CELLS:,} cells, more '
            "than check takes."
        )
    if recipe.gradients == "summed" or not network.summed:
        return ""
    needed = replace(network, summed=False).columns + COUNTERS
    return (
        f"gradients: those of each example would need {needed:,} columns, a sheet has "
        f'{COLUMNS:,}: the workbook shows their sums only, as with gradients = "summed".'
    )


RULES: tuple[Callable[[Recipe], str], ...] = (
    single_examples,
    single_class,
    spread_slopes,
    targets_out_of_reach,
    constant_columns,
    summed_gradients,
)


def warnings(recipe: Recipe) -> tuple[str, ...]:
    """What somebody who made this recipe may not have meant, one line each.

    All of it is about training: a pass forward only needs no advice.
    """
    if not recipe.epochs:
        return ()
    found = (rule(recipe) for rule in RULES)
    return tuple(" ".join(line.split()) for line in found if line)  # a class may span two lines
