"""Whether the columns of the data fit what a recipe makes of them: inputs, targets, classes."""

import math
from collections import Counter

from xlbackprop.data.table import Entry, folded
from xlbackprop.errors import RecipeError
from xlbackprop.recipe.fields import Fields


def check_label_or_targets(label: object, targets: object) -> None:
    """See that the right answers are named in one of the two ways.

    Raises:
        RecipeError: they aren't.
    """
    if bool(label) == bool(targets):
        raise RecipeError(
            "label, targets: wanted exactly one of them: the column with each example's class, or "
            "the columns with target numbers."
        )


def check_columns(recipe: Fields) -> None:
    """See that every column is there and has one part.

    Raises:
        RecipeError: one hasn't, or a picture has other pixels.
        DataError: there is no such column.
    """
    check_label_or_targets(recipe.label, recipe.targets)
    if not recipe.inputs:
        raise RecipeError("inputs: no column is left to be an input; name at least one.")
    for field, names in (("inputs", recipe.inputs), ("targets", recipe.targets)):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise RecipeError(f"{field}: column {twice[0]!r} is named twice; name it once.")
    for column in (*recipe.targets, *([recipe.label] if recipe.label else [])):
        recipe.data.position(column)
        if column in recipe.inputs:
            raise RecipeError(f"inputs: column {column!r} is also a target; name it only once.")
    _check_capitals(recipe)
    if recipe.image and math.prod(recipe.image) != len(recipe.inputs):
        rows, columns = recipe.image
        raise RecipeError(
            f"image: got {rows} × {columns} = {rows * columns} pixels, but the data have "
            f"{len(recipe.inputs)} input columns; make both equal or leave `image` out."
        )


def _check_capitals(recipe: Fields) -> None:
    seen: dict[Entry, Entry] = {}
    for item in recipe.classes():
        if (twin := seen.setdefault(folded(item), item)) != item:
            raise RecipeError(
                f"label: the classes {twin!r} and {item!r} differ only in capitals, which a "
                "spreadsheet takes for equal; rename one of them."
            )


def check_outputs(recipe: Fields) -> None:
    """See that there is an output for each class, or for each target.

    Raises:
        RecipeError: there isn't.
    """
    outputs, classes = recipe.widths()[-1], recipe.classes()
    # Not the targets of labels: a class per example would make a square of them.
    wanted = len(classes) if recipe.label else recipe.t().shape[1]
    if outputs != wanted:
        named = ", ".join(_printed(c) for c in classes[:8]) + (" ..." if wanted > 8 else "")
        what = (
            f"{wanted} class{'es' if wanted > 1 else ''} ({named})"
            if recipe.label
            else f"{wanted} target column{'s' if wanted > 1 else ''}"
        )
        last = len(recipe.layers) - 1
        raise RecipeError(
            f"layers[{last}].units: got {outputs} output unit{'s' if outputs > 1 else ''} for "
            f"{what}; wanted {wanted}."
        )


def _printed(item: Entry) -> str:
    return item if isinstance(item, str) else f"{item:g}"
