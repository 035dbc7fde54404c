"""Recipes as text: TOML becomes a ``Recipe`` and goes back to TOML with nothing lost."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, NamedTuple

from xlbackprop.data import missing
from xlbackprop.data.files import table_of
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.data.table import Entry, Table
from xlbackprop.errors import RecipeError
from xlbackprop.network.costs import COSTS
from xlbackprop.network.kinds import FIELDS, KINDS
from xlbackprop.network.layer import Layer
from xlbackprop.network.updates import DECAY, RULES, SCHEDULES, setting_names
from xlbackprop.recipe.checks import check_known, check_scaling
from xlbackprop.recipe.fields import GRADIENTS, VIEWS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import SCALES, Given, Normal, Scaled
from xlbackprop.recipe.toml import parse
from xlbackprop.recipe.values import (
    read_choice,
    read_nested,
    read_number,
    read_text,
    read_texts,
    read_truth,
    read_whole,
)
from xlbackprop.words.catalogue import languages

REQUIRED = ("data", "layers", "eta", "epochs")


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
    known = [field.name for field in fields(Recipe) if field.name != "settings"]
    known += [*setting_names(), "ties"]
    for key in content:
        check_known(key, known, "the recipe", "key")
    for key in REQUIRED:
        if key not in content:
            raise RecipeError(f"{key}: it is missing from the recipe; add a line `{key} = ...`.")
    columns = read_columns(content, folder)
    recipe = Recipe(
        name=read_text(content, "name", name),
        title=read_text(content, "title", ""),
        data=columns.data,
        inputs=columns.inputs,
        label=columns.label,
        targets=columns.targets,
        image=read_image(content.get("image", [])),
        layers=_layers(_with_ties(content)),
        cost=read_choice(content, "cost", COSTS, "squared-error"),
        rule=read_choice(content, "rule", RULES, "gradient-descent"),
        eta=read_number(content["eta"], "eta"),
        epochs=read_whole(content["epochs"], "epochs", 0),
        seed=read_whole(content.get("seed", 0), "seed", 0),
        start=_start(content.get("start", {})),
        lang=read_choice(content, "lang", languages(), "en"),
        schedule=read_choice(content, "schedule", SCHEDULES, "constant"),
        settings=_settings(content),
        class_order=read_classes(content.get("class_order", [])),
        missing=read_choice(content, "missing", missing.CHOICES, "refuse"),
        batch=_batch(content.get("batch", "full")),
        order=_order(content.get("order", [])),
        gradients=read_choice(content, "gradients", GRADIENTS, "per-example"),
        detail=_detail(content.get("detail", [1])),
        scaling=read_choice(content, "scaling", SCALINGS, "none"),
        solver=read_truth(content, "solver"),
        views=_views(content.get("views", list(VIEWS))),
    )
    check_scaling(recipe)
    return recipe


class Columns(NamedTuple):
    """The data and what its columns are for."""

    data: Table
    inputs: tuple[str, ...]
    label: str
    targets: tuple[str, ...]


def read_columns(content: Mapping[str, Any], folder: Path | None) -> Columns:
    """The data of a recipe; every column that isn't named is an input.

    Raises:
        RecipeError: a value of the wrong type.
        DataError: the data can't be read.
    """
    table = table_of(content["data"], folder)
    label, targets = read_text(content, "label", ""), read_texts(content, "targets")
    others = tuple(name for name in table.columns if name != label and name not in targets)
    inputs = read_texts(content, "inputs") or others
    choice = read_choice(content, "missing", missing.CHOICES, "refuse")
    table = missing.settle(table, (*inputs, *targets), label, drop=choice == "drop")
    return Columns(table, inputs, label, targets)


def read_classes(value: object) -> tuple[Entry, ...]:
    """Classes in the order of the outputs.

    Raises:
        RecipeError: it isn't a list of names and numbers.
    """
    if not isinstance(value, list) or not all(
        isinstance(item, str | int | float) for item in value
    ):
        raise RecipeError(f"class_order: got {value!r}, wanted a list of classes.")
    return tuple(item if isinstance(item, str) else float(item) for item in value)


def _settings(content: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """The settings that are given; a weight decay of 0 is none."""
    given = {name: read_number(content[name], name) for name in setting_names() if name in content}
    return tuple(item for item in given.items() if item != (DECAY, 0))


def _batch(value: object) -> int:
    if value == "full":
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RecipeError(
            f'batch: got {value!r}, wanted a number of examples of at least 1, or "full".'
        )
    return value


def _order(value: object) -> tuple[tuple[int, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise RecipeError("order: wanted a list of lists of example numbers, one list per epoch.")
    return tuple(tuple(read_whole(item, "order", 1) for item in row) for row in value)


def _detail(value: object) -> tuple[int, ...] | str:
    if value == "all":
        return "all"
    if not isinstance(value, list):
        raise RecipeError(f'detail: got {value!r}, wanted a list of epochs, or "all".')
    return tuple(read_whole(item, "detail", 1) for item in value)


def _views(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise RecipeError(f"views: got {value!r}, wanted a list of sheets.")
    wanted = {read_choice({"views": item}, "views", VIEWS, "") for item in value}
    return tuple(view for view in VIEWS if view in wanted)


def read_image(value: object) -> tuple[int, ...]:
    """(rows, columns) of a picture; empty for none.

    Raises:
        RecipeError: it isn't a list of two whole numbers.
    """
    if not isinstance(value, list) or len(value) not in (0, 2):
        raise RecipeError(f"image: got {value!r}, wanted [rows, columns] of the picture.")
    return tuple(read_whole(item, "image", 1) for item in value)


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


def _layers(value: object) -> tuple[Layer, ...]:
    if not isinstance(value, list) or not value:
        raise RecipeError(
            f"layers: got {value!r}, wanted a list such as [{{ units = 3 }}, {{ units = 2 }}], the "
            "output layer last."
        )
    return tuple(_layer(item, f"layers[{index}]") for index, item in enumerate(value))


def _layer(value: object, where: str) -> Layer:
    if not isinstance(value, Mapping):
        raise RecipeError(f"{where}: got {value!r}, wanted a table such as {{ units = 3 }}.")
    name = read_choice(value, "kind", KINDS, "dense", f"{where}.")
    kind, options = KINDS[name], {key: x for key, x in value.items() if key != "kind"}
    known = {field.name: field for field in fields(kind)}
    for key in options:
        check_known(key, list(known), where, "key")
    for key, field in known.items():
        if field.default is MISSING and key not in options:
            raise RecipeError(f"{where}.{key}: it is missing; {FIELDS[key].asked}.")
    made: Layer = kind(**{k: _layer_field(x, k, where) for k, x in options.items()})
    return made


def _layer_field(value: object, key: str, where: str) -> int | str:
    field = FIELDS[key]
    if field.choices:
        return read_choice({key: value}, key, field.choices, "", f"{where}.")
    return read_whole(value, f"{where}.{key}", field.least)


def _start(value: object) -> Given | Normal | Scaled:
    if not isinstance(value, Mapping):
        raise RecipeError(f"start: got {value!r}, wanted a table of arrays or {{ kind = ... }}.")
    kinds = ("given", "normal", *SCALES)
    kind = read_choice(value, "kind", kinds, "normal" if not value else "given", "start.")
    rest = {key: item for key, item in value.items() if key != "kind"}
    if kind == "given":
        return Given(tuple((key, read_nested(item, f"start.{key}")) for key, item in rest.items()))
    for key in rest:
        check_known(key, ["mean", "sd"] if kind == "normal" else ["kind"], "start", "key")
    if kind in SCALES:
        return Scaled(kind)
    sd = read_number(rest.get("sd", 1.0), "start.sd")
    if sd < 0:
        raise RecipeError(f"start.sd: got {sd}, wanted a number of at least 0.")
    return Normal(read_number(rest.get("mean", 0.0), "start.mean"), sd)
