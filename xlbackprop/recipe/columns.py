"""Whether the columns of the data fit what a recipe makes of them: inputs, targets, classes."""

import json
import math
import shlex
from collections import Counter
from collections.abc import Sequence

from xlbackprop.data.missing import says_nothing
from xlbackprop.data.table import Entry, Table, folded, listed
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.recipe.categories import is_text
from xlbackprop.recipe.fields import Fields


def check_label_or_targets(label: object, targets: object, columns: Sequence[str]) -> None:
    """See that the right answers are named in one of the two ways.

    Raises:
        RecipeError: they aren't; the message names the columns that there are.
    """
    if bool(label) == bool(targets):
        raise RecipeError(
            "label, targets: wanted exactly one of them: the column with each example's class, or "
            "the columns with target numbers; say label = ... (--label COLUMN) or targets = [...] "
            f"(--targets COLUMN); there are {listed(columns)}."
        )


def check_no_texts(table: Table, names: Sequence[str]) -> None:
    """See that columns which became inputs because nobody named them aren't texts.

    Raises:
        DataError: some are; all are named.
    """
    found = [name for name in names if is_text(table.column(name))]
    if not found:
        return
    entries = table.column(found[0])
    row = next(i for i, entry in enumerate(entries) if not says_nothing(entry))
    columns = "its column holds" if len(found) == 1 else f"columns {listed(found)} hold"
    raise DataError(
        f"{table.source}, {table.place(row)}, column {found[0]!r}: got text {entries[row]!r}, "
        f"wanted a number; {columns} texts: take those that are inputs with categories = [...] "
        "(--categories COLUMN), and leave out the others with drop_columns = "
        f"{json.dumps(found, ensure_ascii=False)} "
        f"({' '.join(f'--drop {shlex.quote(name)}' for name in found)})."
    )


def check_columns(recipe: Fields) -> None:
    """See that every column is there and has one part.

    Raises:
        RecipeError: one hasn't, or a picture has other pixels.
        DataError: there is no such column.
    """
    check_label_or_targets(recipe.label, recipe.targets, recipe.data.columns)
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
    _check_alike("label: the classes", recipe.classes())
    for name, texts in recipe.categories:
        _check_alike(f"categories: in column {name!r} the texts", texts)
    if recipe.image and math.prod(recipe.image) != len(recipe.inputs):
        rows, columns = recipe.image
        raise RecipeError(
            f"image: got {rows} × {columns} = {rows * columns} pixels, but the data have "
            f"{len(recipe.inputs)} input columns; make both equal or leave `image` out."
        )


def _check_alike(where: str, items: Sequence[Entry]) -> None:
    """See that no spreadsheet takes two classes or texts for one."""
    seen: dict[Entry, Entry] = {}
    for item in items:
        if (twin := seen.setdefault(folded(item), item)) == item:
            continue
        what = (
            "differ only beyond 15 digits"
            if isinstance(item, float)
            else "differ only in capitals"
            if str(twin).casefold() == str(item).casefold()
            else "differ only in how letters are written"
        )
        raise RecipeError(
            f"{where} {twin!r} and {item!r} {what}, which a spreadsheet takes for "
            "equal; rename one of them."
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
