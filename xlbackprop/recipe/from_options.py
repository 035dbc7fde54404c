"""A recipe without a recipe file: a data file and a few options stand for one.

What isn't said is chosen so that it works: one hidden layer of four units, outputs that go with the
cost, starting weights as wide as suits the layers.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.network.costs import COSTS
from xlbackprop.recipe.content import READING
from xlbackprop.recipe.read import Columns, from_mapping, read_columns
from xlbackprop.recipe.recipe import Recipe

HIDDEN_UNITS = 4


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
    if "data" not in content:
        raise RecipeError(
            "data: nothing to train on; name a lesson (`xlbackprop lessons` lists them), a recipe "
            "file, or data with --data FILE and --label COLUMN."
        )
    content = {"eta": 0.1, "epochs": 20, "start": {"kind": "xavier"}, **content}
    data = read_columns(content, None)
    if not isinstance(content.get("layers"), list):
        content["layers"] = _layers(content, data)
    elif "activation" in content:
        raise RecipeError(
            "activation: the layers are written out and have their own; leave it out."
        )
    content.pop("activation", None)
    if data.label != content.get("label", ""):  # columns of 0 and 1 have become classes
        content |= {"label": data.label, "targets": [], "class_order": list(data.class_order)}
    content = {key: item for key, item in content.items() if key not in READING}
    name = Path(str(content["data"])).stem
    return from_mapping({"name": name, **content, "data": data.data})  # the file is read once


def _layers(content: Mapping[str, Any], data: Columns) -> list[dict[str, Any]]:
    """The layers that widths and an activation stand for."""
    widths = _widths(content.get("layers", ""))
    outputs = len(set(data.data.labels(data.label))) if data.label else len(data.targets)
    widths = widths or (len(data.inputs), HIDDEN_UNITS, outputs)
    if widths[0] != len(data.inputs):
        raise RecipeError(
            f"layers: got {widths[0]} inputs, but the data have {len(data.inputs)} input columns "
            f"({', '.join(data.inputs[:6])}{' ...' if len(data.inputs) > 6 else ''}); start with "
            f"{len(data.inputs)}."
        )
    activation = content.get("activation", "sigmoid")
    hidden = [{"units": units, "activation": activation} for units in widths[1:-1]]
    output = _for_classes(content.get("cost")) if data.label else "linear"
    return [*hidden, {"units": widths[-1], "activation": output}]


def _for_classes(cost: Any) -> str:
    """Activation of outputs that are classes: one that goes with the cost."""
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
