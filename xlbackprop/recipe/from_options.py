"""A recipe without a recipe file: a data file and a few options stand for one.

What isn't said is chosen so that it works: scaled inputs and targets, one hidden layer, outputs
and cost that go with what is asked, starting weights as wide as suits the layers, epochs enough,
the gradients of each example where that leaves a workbook that can be checked.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from xlbackprop.errors import RecipeError
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.recipe.categories import written
from xlbackprop.recipe.content import READING
from xlbackprop.recipe.network import is_too_large_to_check
from xlbackprop.recipe.read import Columns, from_mapping, read_columns
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.values import name_of

HIDDEN_UNITS = 4  # or as many as there are outputs
ROWS, EPOCHS = 2_000, (20, 200)  # of Training, and of epochs at least and at most


def from_data(options: Mapping[str, Any]) -> Recipe:
    """The recipe that options stand for.

    Args:
        options: recipe fields, as TOML would give them, and two that are spelled shorter:
            ``layers`` as widths (``"4,5,3"``: inputs, hidden units, outputs), ``activation`` of
            the hidden layers. Layers written out, as recipes have them, are taken as they are.

    Raises:
        RecipeError: an option is missing or doesn't fit the data.
        DataError: the data can't be used.
    """
    content = dict(options)
    if content.get("data") is None:
        raise RecipeError(
            "data: nothing to train on; name a lesson (`xlbackprop lessons` lists them), a recipe "
            "file, or data with --data FILE and --label COLUMN."
        )
    data = read_columns(content, None, guesses=True)
    if _asks_one_unit(content, data):
        content["targets"] = [content.pop("label")]
        data = read_columns(content, None, guesses=True)
    start = "xavier" if _asks(data) else "normal"
    usual = {"eta": 0.1, "epochs": _epochs(data), "start": {"kind": start}}
    content = usual | {"scaling": _scaling(data, data.inputs)} | content
    if not isinstance(content.get("layers"), list):
        if "cost" not in content:
            content["cost"] = _cost(data)
        layers = content["layers"] = _layers(content, data)
        if layers[-1]["activation"] == "linear" and not data.label:
            content.setdefault("target_scaling", _scaling(data, data.targets))
    elif "activation" in content:
        raise RecipeError(
            "activation: the layers are written out and have their own; leave it out."
        )
    content.pop("activation", None)
    if data.label != content.get("label", ""):  # columns of 0 and 1 have become classes
        content |= {"label": data.label, "targets": [], "class_order": list(data.class_order)}
    if data.categories:
        content |= {"inputs": list(data.inputs), "categories": written(data.categories)}
    content = {key: item for key, item in content.items() if key not in READING}
    source = content["data"]
    name = name_of(Path(source)) if isinstance(source, str | os.PathLike) else "data"
    recipe = from_mapping({"name": name, **content, "data": data.data})  # the file is read once
    if "gradients" not in content and is_too_large_to_check(recipe):
        return replace(recipe, gradients="summed")
    return recipe


def _layers(content: Mapping[str, Any], data: Columns) -> list[dict[str, Any]]:
    """The layers that widths and an activation stand for."""
    widths = _widths(content.get("layers", ""))
    outputs = len(set(data.data.labels(data.label))) if data.label else len(data.targets)
    widths = widths or (len(data.inputs), max(HIDDEN_UNITS, outputs), outputs)
    if widths[0] != len(data.inputs):
        raise RecipeError(
            f"layers: got {widths[0]} inputs, but the data have {len(data.inputs)} input columns "
            f"({', '.join(data.inputs[:6])}{' ...' if len(data.inputs) > 6 else ''}); start with "
            f"{len(data.inputs)}."
        )
    activation = content.get("activation", "tanh")
    hidden = [{"units": units, "activation": activation} for units in widths[1:-1]]
    single = not data.label or outputs < 2
    output = _for_classes(content["cost"], yes_or_no=single) if _asks(data) else "linear"
    return [*hidden, {"units": widths[-1], "activation": output}]


def _asks_one_unit(content: Mapping[str, Any], data: Columns) -> bool:
    """Whether a label of 0 and 1 is to be answered by a single unit."""
    layers = content.get("layers", "")
    single = not isinstance(layers, list) and _widths(layers)[-1:] == (1,)
    return bool(data.label) and single and set(data.data.labels(data.label)) == {0.0, 1.0}


def _asks(data: Columns) -> bool:
    """Whether classes are asked for, or numbers that all are 0 or 1."""
    return bool(data.label) or bool(np.isin(data.data.numbers(data.targets), (0.0, 1.0)).all())


def _cost(data: Columns) -> str:
    return "cross-entropy" if _asks(data) else "squared-error"


def _scaling(data: Columns, names: Sequence[str]) -> str:
    """What has all numbers between about −2 and 2; nothing where the largest are about 1."""
    return "none" if 0.5 <= np.abs(data.data.numbers(names)).max() <= 1 else "z-score"


def _epochs(data: Columns) -> int:
    """Enough for few examples, and not too many rows for many."""
    least, most = EPOCHS
    return max(least, min(most, ROWS // len(data.data.rows)))


def _for_classes(cost: Any, *, yes_or_no: bool) -> str:
    """Activation of outputs that are classes: one that goes with the cost."""
    if yes_or_no:
        return "sigmoid" if find_cost(str(cost), "sigmoid") else "linear"
    entries = sorted(COSTS.get(str(cost), ()), key=lambda entry: not entry.needs_classes)
    return next((name for entry in entries for name in entry.activations), "sigmoid")


def _widths(text: Any) -> tuple[int, ...]:
    """``"4,5,3"`` as numbers; empty for no text."""
    if not text:
        return ()
    try:
        widths = tuple(map(int, str(text).split(",")))
    except ValueError:  # also digits by the thousand, and those that are no numbers, such as ²
        widths = ()
    if len(widths) < 2 or min(widths) < 1:
        raise RecipeError(
            f"layers: got {text!r}, wanted the number of inputs, hidden units and outputs, each at "
            "least 1, such as 4,5,3."
        )
    return widths
