"""A recipe from TOML, or from plain values as TOML gives them; ``recipe.write`` is the way back."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from xlbackprop.data import missing
from xlbackprop.data.drawings import LABEL
from xlbackprop.data.files import table_of
from xlbackprop.data.reading import Reading
from xlbackprop.data.table import Entry, Table
from xlbackprop.errors import RecipeError
from xlbackprop.network.updates import DECAY, setting_names
from xlbackprop.recipe.categories import Categories, encoded, guessed, with_texts
from xlbackprop.recipe.checks import check_known, check_scaling
from xlbackprop.recipe.columns import check_label_or_targets, check_no_texts
from xlbackprop.recipe.content import DROP, KEYS, READING
from xlbackprop.recipe.one_hot import are_one_hot, as_label, compares_classes
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.toml import parse
from xlbackprop.recipe.values import read_number

REQUIRED = ("data", *(key.name for key in KEYS.values() if key.usual is None))


def from_toml(text: str, *, folder: Path | None = None, name: str = "recipe") -> Recipe:
    """Read a recipe.

    Args:
        text: TOML.
        folder: where the file named by ``data`` is looked for.
        name: the recipe's name unless it gives one; also what messages call it.

    Raises:
        RecipeError: not TOML, an unknown key, a wrong type or value, shapes that don't fit.
        DataError: the data can't be read or used.
    """
    return from_mapping(parse(text, name), folder=folder, name=name)


def from_mapping(
    content: Mapping[str, Any], *, folder: Path | None = None, name: str = "recipe"
) -> Recipe:
    """Read a recipe from plain values, as TOML would give them; see ``from_toml``."""
    known = [field.name for field in fields(Recipe) if field.name not in ("settings", "origin")]
    known += [*setting_names(), "ties", *READING]
    for key in content:
        check_known(key, known, "the recipe", "key")
    for key in REQUIRED:
        if key not in content:
            raise RecipeError(f"{key}: it is missing from the recipe; add a line `{key} = ...`.")
    columns = read_columns(content, folder)
    given = {"name": name, **content, "layers": _with_ties(content)}
    values = {name: key.of(given) for name, key in KEYS.items()}
    values["assumed"] = columns.data.assumed or values["assumed"]
    recipe = Recipe(**values | columns._asdict(), settings=_settings(content))
    check_scaling(recipe)
    return recipe


class Columns(NamedTuple):
    """The data and what its columns are for."""

    data: Table
    inputs: tuple[str, ...]
    label: str
    targets: tuple[str, ...]
    class_order: tuple[Entry, ...] = ()
    categories: Categories = ()


def read_columns(
    content: Mapping[str, Any], folder: Path | None, *, guesses: bool = False
) -> Columns:
    """The data of a recipe; every column that isn't named is an input, or to be left out.

    Args:
        content: the recipe's fields.
        folder: where a file is looked for.
        guesses: whether columns of few texts that nobody named are inputs, too.

    Raises:
        RecipeError: a value of the wrong type.
        DataError: the data can't be read.
    """
    content = _with_drawings(content)
    how = {name: key.of(content) for name, key in (READING | {"image": KEYS["image"]}).items()}
    reading = Reading(drop=how.pop(DROP), **how)
    table = table_of(content["data"], folder, reading)
    names = ("label", "targets", "inputs", "missing", "class_order", "categories")
    label, targets, inputs, choice, classes, texts = (KEYS[name].of(content) for name in names)
    check_label_or_targets(label, targets, table.columns)
    for name in (*targets, *([label] if label else [])):
        table.position(name)  # tells what there is
    if not inputs:
        inputs = tuple(c for c in table.columns if c != label and c not in targets)
        if guesses and not texts:
            table, texts = guessed(table, inputs)
        check_no_texts(table, [name for name in inputs if name not in dict(texts)])
    typed = label and isinstance(content["data"], Mapping)  # every text is meant
    known = (*classes, *table.column(label)) if typed else classes
    numbers = [name for name in (*inputs, *targets) if name not in dict(texts)]
    table = missing.settle(table, numbers, label, choice, known, texts=list(dict(texts)))
    texts = with_texts(table, texts)
    table, inputs = encoded(table, inputs, texts)
    if targets and compares_classes(content) and are_one_hot(table, targets):
        table, label = as_label(table, targets)
        classes, targets = classes or targets, ()
    return Columns(table, inputs, label, targets, classes, texts)


def _with_drawings(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content with the label that drawings in blocks of cells have."""
    if not content.get("drawings"):
        return content
    if not content.get("image"):
        raise RecipeError(
            "drawings: wanted the size of each drawing beside it; say image = [rows, columns]."
        )
    return {"label": LABEL, **content} if not content.get("targets") else content


def _settings(content: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """The settings that are given; a weight decay of 0 is none."""
    given = {name: read_number(content[name], name) for name in setting_names() if name in content}
    return tuple(item for item in given.items() if item != (DECAY, 0))


def _with_ties(content: Mapping[str, Any]) -> Any:
    """The layers; a rule for ties that stands beside them goes for all of max-pooling.

    Raises:
        RecipeError: there is no such layer.
    """
    layers = content["layers"]
    if "ties" not in content or not isinstance(layers, list):
        return layers
    pooling = [isinstance(x, Mapping) and x.get("kind") == "max-pooling" for x in layers]
    if not any(pooling):
        raise RecipeError("ties: there is no max-pooling layer for it; leave it out.")
    ties = {"ties": content["ties"]}
    return [{**x, **ties} if yes else x for x, yes in zip(layers, pooling, strict=True)]
