"""Recipes from models of other libraries: what the models of all of them share.

A model gives layers and starting values; the data, and all that a model doesn't know, come from
the caller. No library is imported before a model of it is to be read.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from xlbackprop.data.table import Entry, checked_table, short, sorted_classes
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import Layer
from xlbackprop.recipe.content import layer_content, read_classes
from xlbackprop.recipe.read import Columns, from_mapping, read_columns
from xlbackprop.recipe.recipe import Recipe

USUAL = {"eta": 0.1, "epochs": 20}  # as for data without a recipe
TOLD = 8  # names in a message


@dataclass(frozen=True)
class Model:
    """What a recipe takes from a model.

    Attributes:
        inputs: number of inputs; 0 where the data decide.
        hidden: the layers before the output layer.
        output: the output layer.
        start: where the parameters begin, as TOML would give it.
        usual: other recipe fields, which the caller may replace.
        classes: the classes in the order of the outputs; empty where the data decide.
    """

    inputs: int
    hidden: tuple[Layer, ...]
    output: Dense
    start: Mapping[str, Any]
    usual: Mapping[str, Any] = field(default_factory=dict)
    classes: tuple[Entry, ...] = ()


def library(module: str, package: str) -> Any:
    """A module of an optional library.

    Raises:
        RecipeError: it can't be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise RecipeError(
            f"model: reading one needs the package {package}, which can't be imported ({error}); "
            f"install it with `pip install {package}`."
        ) from error


def kind_of(item: Any, module: Any) -> str:
    """The class's name in a library's module; empty for one that is from elsewhere or derived."""
    name = type(item).__name__
    return name if getattr(module, name, None) is type(item) else ""


def read_data(
    data: Any,
    *,
    label: str,
    targets: Iterable[str],
    inputs: Iterable[str],
    fields: Mapping[str, Any],
    owned: Sequence[str],
) -> Columns:
    """The training data, and what its columns are for.

    Args:
        data: whatever a recipe's ``data`` may be.
        label: the column with the classes, or an empty text.
        targets: the columns with target numbers.
        inputs: the columns that are inputs; empty for all others.
        fields: other recipe fields.
        owned: the fields that the model decides, so that nobody else may.

    Raises:
        RecipeError: a field that the model decides; a label and targets, or neither.
        DataError: the data can't be read or used.
    """
    for name in owned:
        if name in fields:
            raise RecipeError(
                f"{name}: got {fields[name]!r}, but the model decides it; leave it out."
            )
    content = {"data": data, "label": label, "targets": listed(targets), "inputs": listed(inputs)}
    missing = {"missing": fields["missing"]} if "missing" in fields else {}
    return read_columns(content | missing, None)


def listed(names: Iterable[Any]) -> Any:
    """Several names as a list; a single text stays one, to be refused."""
    several = isinstance(names, Iterable) and not isinstance(names, str)
    return list(names) if several else names


def name_of(data: Any) -> str:
    """What a recipe with these data is called unless it is told."""
    return Path(data).stem if isinstance(data, str | os.PathLike) else "model"


def recipe_of(model: Model, columns: Columns, fields: Mapping[str, Any], name: str) -> Recipe:
    """The recipe of a model and its data.

    Args:
        model: what the model gives.
        columns: the training data.
        fields: recipe fields from the caller; they go before those of the model.
        name: the recipe's name unless a field gives one.

    Raises:
        RecipeError: model, data and fields don't fit together.
        DataError: the data can't be used.
    """
    _check_inputs(columns, model.inputs)
    order = model.classes or _class_order(fields)
    columns, order = _with_outputs(columns, order, model.output.units)
    content = {**USUAL, "start": model.start, **model.usual, **fields}
    content |= {
        "data": columns.data,
        "inputs": list(columns.inputs),
        "label": columns.label,
        "targets": list(columns.targets),
        "class_order": list(order),
        "layers": [layer_content(layer) for layer in (*model.hidden, model.output)],
    }
    return from_mapping(content, name=name)


def _check_inputs(columns: Columns, wanted: int) -> None:
    if wanted and len(columns.inputs) != wanted:
        raise RecipeError(
            f"inputs: got {_told(columns.inputs, 'column')}, but the model has "
            f"{_counted(wanted, 'input')}; name its columns in their order with inputs=[...]."
        )


def classes_of(columns: Columns, fields: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The classes as a field orders them, else those of the data."""
    return _class_order(fields) or _occurring(columns)


def _class_order(fields: Mapping[str, Any]) -> tuple[Entry, ...]:
    return read_classes(listed(fields.get("class_order", [])))


def _occurring(columns: Columns) -> tuple[Entry, ...]:
    return sorted_classes(columns.data.labels(columns.label))


def _with_outputs(
    columns: Columns, order: tuple[Entry, ...], outputs: int
) -> tuple[Columns, tuple[Entry, ...]]:
    """The data with one target or class for each output, and the order of the classes if given.

    One output can't have a class each: it says whether an example is of the second of two, and a
    column of 0 and 1 takes the label's place.
    """
    if not columns.label:
        if len(columns.targets) != outputs:
            raise RecipeError(
                f"targets: got {_told(columns.targets, 'column')}, but the model has "
                f"{_counted(outputs, 'output')}; name one column for each."
            )
        return columns, ()
    classes = order or _occurring(columns)
    _check_labels(columns, classes)
    wanted = max(outputs, 2)
    if len(classes) != wanted:
        raise RecipeError(
            f"label: got {_told(classes, 'class')} in column {columns.label!r}, but the model has "
            f"{_counted(outputs, 'output')}, for {wanted} classes; name them all in the order of "
            "the outputs with class_order=[...], or take data that go with the model."
        )
    return (_as_target(columns, classes[1]), ()) if outputs == 1 else (columns, order)


def _check_labels(columns: Columns, classes: tuple[Entry, ...]) -> None:
    for index, found in enumerate(columns.data.labels(columns.label)):
        if found not in classes:
            raise DataError(
                f"{columns.data.source}, {columns.data.place(index)}, column {columns.label!r}: "
                f"got {short(found)!r}, wanted one of the model's {_told(classes, 'class')}; mend "
                "the entry or leave the row out."
            )


def _as_target(columns: Columns, yes: Entry) -> Columns:
    """The same data with 1 for one class and 0 for the other in place of the label."""
    table, target = columns.data, f"{columns.label}={short(yes)}"
    labels = table.labels(columns.label)
    replaced = table.replaced({columns.label: [float(found == yes) for found in labels]})
    names = tuple(target if name == columns.label else name for name in table.columns)
    return Columns(checked_table(replace(replaced, columns=names)), columns.inputs, "", (target,))


def _counted(count: int, what: str) -> str:
    plural = "es" if what.endswith("s") else "s"
    return f"{count} {what}{'' if count == 1 else plural}"


def _told(names: Sequence[Entry], what: str) -> str:
    """``3 columns (a, b, c)``."""
    shown = ", ".join(str(short(name)) for name in names[:TOLD])
    return f"{_counted(len(names), what)} ({shown}{' ...' if len(names) > TOLD else ''})"
