"""What must fit together in a recipe, found out when it is made."""

import math
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from string import ascii_letters

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.errors import RecipeError
from xlbackprop.gate import PARAMETERS
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS, HALF, find_cost
from xlbackprop.network.layer import Layer, Shape
from xlbackprop.network.normalization import BatchNormalization
from xlbackprop.network.updates import DECAY
from xlbackprop.recipe.columns import check_columns, check_outputs
from xlbackprop.recipe.fields import FACTORS, Fields
from xlbackprop.recipe.starts import Given, Nested
from xlbackprop.words.bounds import ETA, LIMITS

SPREAD = 1e-12  # of a column beside its numbers; what is less is rounding
SMALLEST, LARGEST = 1e-150, 1e150  # numbers whose squares don't vanish or overflow


def check_recipe(recipe: Fields) -> None:
    """See that the fields of a recipe fit together.

    Raises:
        RecipeError: they don't.
        DataError: the data can't be used.
    """
    if not LIMITS[ETA].takes(recipe.eta):
        raise RecipeError(f"eta: got {recipe.eta:g}, wanted a learning rate above 0, such as 0.2.")
    if recipe.epochs < 0:
        raise RecipeError(f"epochs: got {recipe.epochs}, wanted a whole number of at least 0.")
    if recipe.solver and recipe.epochs:
        raise RecipeError(
            f"solver: got true with epochs = {recipe.epochs}, but Solver looks for the parameters "
            "of a network that is not trained; take epochs = 0, or solver = false."
        )
    if recipe.label and recipe.target_scaling != "none":
        raise RecipeError(
            f"target_scaling: got {recipe.target_scaling}, but the targets are classes, 0 and 1; "
            "leave it out."
        )
    check_columns(recipe)
    recipe.raw()
    _check_shapes(recipe)
    check_outputs(recipe)
    _check_size(recipe)
    _check_learning(recipe)
    _check_settings(recipe)
    _check_steps(recipe)
    if isinstance(recipe.start, Given):
        _check_given(recipe, dict(recipe.start.arrays))


def check_scaling(recipe: Fields) -> None:
    """See that what is scaled has a spread that can be scaled; a column without any becomes 0.

    Raises:
        RecipeError: the spread of a column is too small or too large.
    """
    if recipe.scaling != "none":
        _check_spreads("scaling", recipe.scaling, recipe.inputs, recipe.raw())
    if recipe.target_scaling != "none":
        targets = recipe.raw_targets()
        _check_spreads("target_scaling", recipe.target_scaling, recipe.targets, targets)


def _check_spreads(field: str, scaling: str, names: Sequence[str], raw: Array) -> None:
    where, role = f"{field}: {scaling}", "inputs" if field == "scaling" else "targets"
    for name, numbers in zip(names, raw.T, strict=True):
        low, high = float(numbers.min()), float(numbers.max())
        if low != high and high - low <= SPREAD * max(abs(low), abs(high)):
            raise RecipeError(
                f"{where} divides by the spread of a column, but column {name!r} has none but "
                f"rounding: it is {low:g} in every example; leave it out of the {role}, or set "
                f'{field} = "none".'
            )
        if low != high and not SMALLEST < high - low < LARGEST:
            raise RecipeError(
                f"{where} can't be computed for column {name!r}, which reaches from {low:g} to "
                f"{high:g}: squares of such numbers don't fit; give it in another unit."
            )


def _check_shapes(recipe: Fields) -> None:
    """See that each layer can stand behind the one before it."""
    shape: tuple[int, ...] = recipe.image or (len(recipe.inputs),)
    for index, layer in enumerate(recipe.layers):
        try:
            shape = layer.output_shape(shape)
        except ValueError as error:
            hint = "" if len(shape) > 1 else "; put it before the dense layers"
            hint = hint if index or recipe.image else "; say image = [rows, columns]"
            raise RecipeError(f"layers[{index}]: {error}{hint}.") from error
        if isinstance(layer, BatchNormalization):
            _check_statistics(layer, f"layers[{index}]", shape)
    if len(shape) > 1:
        raise RecipeError(
            f"layers[{len(recipe.layers) - 1}]: got maps as outputs, wanted a dense layer at the "
            "end; add { units = ... }."
        )


def _check_statistics(layer: BatchNormalization, where: str, shape: Shape) -> None:
    """See that batch normalization can divide by the root of each variance and ε."""
    rows, row = layer.rows(shape), layer.row_name(shape)
    for name, numbers in (("mean", layer.mean), ("variance", layer.variance)):
        if numbers and len(numbers) != rows:
            raise RecipeError(
                f"{where}.{name}: got {len(numbers)} numbers, wanted {rows}, one per {row} of the "
                "layer before; give as many, or leave it out."
            )
    if layer.epsilon < 0:
        raise RecipeError(
            f"{where}.epsilon: got {layer.epsilon:g}, wanted a number of at least 0, such as 1e-5."
        )
    for index, variance in enumerate(layer.variance):
        if variance < 0:
            raise RecipeError(
                f"{where}.variance[{index}]: got {variance:g}, wanted a number of at least 0."
            )
        if variance + layer.epsilon == 0:
            raise RecipeError(
                f"{where}.variance[{index}]: got 0 with epsilon = 0, wanted one of them above 0, "
                "since a number is divided by the root of their sum; take epsilon = 1e-5."
            )


def _check_size(recipe: Fields) -> None:
    """See that the parameters can be counted out; a sheet's own limits are told in limits.py."""
    count = sum(map(math.prod, recipe.arrays().values()))
    if count > PARAMETERS:
        raise RecipeError(
            f"layers: got {count:,} weights and biases, wanted at most {PARAMETERS:,}; take "
            "fewer units."
        )


def _check_learning(recipe: Fields) -> None:
    """See that activations stand where they work and go with the cost."""
    last, outputs = len(recipe.layers) - 1, recipe.widths()[-1]
    for index, layer in enumerate(recipe.layers):
        if not layer.activation:
            continue
        where, entry = f"layers[{index}].activation", ACTIVATIONS[layer.activation]
        if entry.helper and (index < last or outputs < 2):
            place = "is not the last" if index < last else "has one unit"
            raise RecipeError(
                f"{where}: got {entry.name} in a layer that {place}, wanted it in an output layer "
                "of at least 2 units; use sigmoid here."
            )
        if not (entry.slope or entry.helper) and (recipe.epochs or recipe.solver):
            way = "solver = false" if recipe.solver else "epochs = 0"
            raise RecipeError(
                f"{where}: got {entry.name}, which can't be trained: its slope is 0 wherever it "
                "has one, so no gradient tells a weight which way to go; use sigmoid, or take "
                f"{way} to see its outputs only."
            )
    _check_cost(recipe, recipe.layers[last].activation, outputs)


def _check_cost(recipe: Fields, activation: str, outputs: int) -> None:
    cost = find_cost(recipe.cost, activation)
    if cost is None:
        entries = COSTS[recipe.cost]
        fitting = [name for entry in entries for name in entry.activations]
        reason = next((e.reasons[activation] for e in entries if activation in e.reasons), "")
        raise RecipeError(
            f"cost: {recipe.cost} does not go with {activation} outputs"
            f"{f' ({reason})' if reason else ''}; wanted outputs with {' or '.join(fitting)}."
        )
    if cost.needs_classes and outputs < 2:
        raise RecipeError(
            f"cost: {recipe.cost} with {activation} outputs compares classes; got 1 output, wanted "
            "at least 2."
        )
    if cost.needs_classes and not recipe.label:
        raise RecipeError(
            f"cost: {recipe.cost} with {activation} outputs needs one right class per example; got "
            "target numbers, wanted a label column, or columns with a single 1 in each row."
        )
    if recipe.cost_factor not in FACTORS:
        raise RecipeError(
            f"cost_factor: got {recipe.cost_factor:g}, wanted 0.5 or 1: what stands before the sum "
            "over the outputs."
        )
    if recipe.cost_factor == HALF and recipe.cost != "squared-error":
        raise RecipeError(
            f"cost_factor: got 0.5 for {recipe.cost}, but only the squared error has a factor ½; "
            "leave it out."
        )
    if recipe.output_reduction == "mean" and cost.one_term:
        raise RecipeError(
            f"output_reduction: got 'mean' for {recipe.cost} with {activation} outputs, where only "
            "the output of the right class counts; leave it out (the mean over the examples is "
            'reduction = "mean").'
        )


def _check_settings(recipe: Fields) -> None:
    learning = recipe.learning()
    wanted = [name for name in learning.settings if name != DECAY]
    for name, value in recipe.settings:
        if name not in learning.settings:
            has = f"it has {', '.join(wanted)}" if wanted else "it has none"
            raise RecipeError(
                f"{name}: rule {recipe.rule} with schedule {recipe.schedule} has no such setting; "
                f"{has}."
            )
        limit = LIMITS[learning.settings[name].limit]
        if not limit.takes(value):
            raise RecipeError(f"{name}: got {value:g}, wanted {limit.wanted}.")


def _check_steps(recipe: Fields) -> None:
    examples = len(recipe.data.rows)
    if recipe.batch > examples:
        raise RecipeError(
            f"batch: got {recipe.batch:,}, more than the {examples:,} examples that there are; "
            'take a smaller one, or batch = "full".'
        )
    if recipe.order and [len(row) for row in recipe.order] != [examples] * recipe.epochs:
        raise RecipeError(
            f"order: got {len(recipe.order):,} rows of {len(recipe.order[0]):,} example numbers, "
            f"wanted {recipe.epochs:,} of {examples:,}, one row per epoch; leave `order` out to "
            "have it drawn."
        )
    for number in {number for row in recipe.order for number in row}:
        if not 1 <= number <= examples:
            raise RecipeError(
                f"order: got example {number}, wanted a number from 1 to {examples:,}."
            )
    if not isinstance(recipe.detail, str):
        for epoch in recipe.detail:
            if not 1 <= epoch <= recipe.epochs + 1:
                raise RecipeError(
                    f"detail: got epoch {epoch}, wanted epochs from 1 to {recipe.epochs + 1:,} "
                    '(the last one shows the result), or "all".'
                )


def _check_given(recipe: Fields, given: Mapping[str, Nested]) -> None:
    arrays, shapes = recipe.arrays(), recipe.shapes()
    for key, wanted in arrays.items():
        number = int(key.lstrip(ascii_letters))
        layer, before = recipe.layers[number - 2], shapes[number - 2]
        if key not in given and layer.usual_start(before):
            continue
        if key not in given:
            raise RecipeError(
                f"start.{key}: it is missing; wanted an array of {_times(wanted)} numbers, or "
                'start = { kind = "normal" }.'
            )
        got = _shape(given[key], key)
        if got != wanted:
            raise RecipeError(
                f"start.{key}: got {_times(got)}, wanted {_times(wanted)} "
                f"({_axes(wanted, layer, before)}) for layer {number}; give the right "
                'array or start = { kind = "normal" }.'
            )
    for key in given:
        check_known(key, list(arrays), "start", "array")


def _axes(shape: Shape, layer: Layer, before: Shape) -> str:
    """What the lengths of an array of parameters count."""
    row = layer.row_name(before)
    if len(shape) == 1:
        return f"one for all {row}s" if layer.bias == "shared" else f"one per {row}"
    names = {2: "inputs", 3: "rows × columns", 4: "maps × rows × columns"}
    return f"{row}s × {names[len(shape)]}"


def _shape(array: Nested, key: str) -> tuple[int, ...]:
    try:
        return np.array(array, dtype=float).shape
    except ValueError as error:
        raise RecipeError(
            f"start.{key}: its rows differ in length; wanted a rectangle of numbers."
        ) from error


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def check_known(key: str, known: list[str], where: str, what: str) -> None:
    """See that a key is one of those known.

    Raises:
        RecipeError: it isn't; the nearest is suggested.
    """
    if key not in known:
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"wanted one of {', '.join(known)}."
        raise RecipeError(f"{key}: {where} knows no such {what}; {hint}")
