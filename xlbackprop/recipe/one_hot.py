"""Targets that are 1 in the column of the example's class and 0 in others, as these classes.

A cost that compares classes needs them as classes; other costs meet such columns as numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xlbackprop.data.table import Table
from xlbackprop.network.costs import COSTS


def compares_classes(content: Mapping[str, Any]) -> bool:
    """Whether the cost of a recipe, with its outputs, compares classes."""
    needing = [cost for cost in COSTS.get(str(content.get("cost")), ()) if cost.needs_classes]
    layers = content.get("layers")
    if not isinstance(layers, list) or not layers or not isinstance(layers[-1], Mapping):
        return bool(needing)
    activation = layers[-1].get("activation", "sigmoid")
    return any(activation in cost.activations for cost in needing)


def are_one_hot(table: Table, targets: Sequence[str]) -> bool:
    """Whether there are several columns and each row has one 1 among zeros."""
    columns = [table.column(name) for name in targets]
    rows = zip(*columns, strict=True)
    return len(columns) > 1 and all(sorted(map(str, row)) == _one(len(row)) for row in rows)


def _one(count: int) -> list[str]:
    return [*["0.0"] * (count - 1), "1.0"]


def as_label(table: Table, targets: Sequence[str]) -> tuple[Table, str]:
    """The table with one column of classes, the last, in place of the targets; its name."""
    columns = [table.column(name) for name in targets]
    found = [targets[row.index(1.0)] for row in zip(*columns, strict=True)]
    rest = table.leaving_out(targets)
    name = next(name for name in ("class", "classes", *targets) if name not in rest.columns)
    rows = tuple((*row, item) for row, item in zip(rest.rows, found, strict=True))
    assumed = (*table.assumed, f"classes: {', '.join(targets)}")
    return replace(rest, columns=(*rest.columns, name), rows=rows, assumed=assumed), name
