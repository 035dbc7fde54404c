"""A recipe as TOML text, with nothing lost: ``recipe.read.from_toml`` gives it back."""

from dataclasses import fields
from typing import Any

import tomli_w

from xlbackprop.data.table import short, to_rows
from xlbackprop.network.kinds import KINDS
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import Given, Normal, Scaled


def to_toml(recipe: Recipe) -> str:
    """The recipe as TOML, its data written out; ``from_toml`` gives the same recipe back."""
    content: dict[str, Any] = {
        "name": recipe.name,
        "title": recipe.title,
        "lang": recipe.lang,
        "inputs": list(recipe.inputs),
        "label": recipe.label,
        "targets": list(recipe.targets),
        "class_order": [short(item) for item in recipe.class_order],
        "image": list(recipe.image),
        "layers": [layer_content(layer) for layer in recipe.layers],
        "cost": recipe.cost,
        "rule": recipe.rule,
        "schedule": "" if recipe.schedule == "constant" else recipe.schedule,
        **dict(recipe.settings),
        "eta": recipe.eta,
        "epochs": recipe.epochs,
        "batch": recipe.batch or "",
        "seed": recipe.seed,
        "missing": recipe.missing if recipe.missing != "refuse" else "",
        "gradients": recipe.gradients if recipe.gradients != "per-example" else "",
        "scaling": recipe.scaling if recipe.scaling != "none" else "",
        "solver": recipe.solver or "",
    }
    given = {key: item for key, item in content.items() if key == "name" or item not in ("", [])}
    if recipe.detail != (1,):
        given["detail"] = recipe.detail if isinstance(recipe.detail, str) else list(recipe.detail)
    if recipe.views != VIEWS:
        given["views"] = list(recipe.views)
    text = tomli_w.dumps(given)
    table = to_rows(recipe.data)
    return "\n".join(
        [
            text.rstrip(),
            *(_list_lines("order", recipe.order) if recipe.order else []),
            "",
            "[start]",
            *_start_lines(recipe.start),
            "",
            "[data]",
            f"columns = {_inline(table['columns'])}",
            *_list_lines("rows", table["rows"]),
            "",
        ]
    )


def layer_content(layer: Any) -> dict[str, Any]:
    """A layer as TOML would give it."""
    content = {field.name: getattr(layer, field.name) for field in fields(layer)}
    kind = next(name for name, kind in KINDS.items() if type(layer) is kind)
    named = {} if kind == "dense" else {"kind": kind}
    return named | {key: item for key, item in content.items() if (key, item) != ("stride", 0)}


def _start_lines(start: Given | Normal | Scaled) -> list[str]:
    if isinstance(start, Scaled):
        return [f'kind = "{start.kind}"']
    if isinstance(start, Normal):
        return ['kind = "normal"', f"mean = {start.mean}", f"sd = {start.sd}"]
    return [line for key, item in start.arrays for line in _list_lines(key, item)]


def _list_lines(key: str, items: Any) -> list[str]:
    """A list of lists with one inner list per line; a flat list on one line."""
    if not items or not isinstance(items[0], list | tuple):
        return [f"{key} = {_inline(items)}"]
    return [f"{key} = [", *(f"    {_inline(item)}," for item in items), "]"]


def _inline(items: Any) -> str:
    """A list on one line: tomli_w breaks every list of more than a few items into lines."""
    if isinstance(items, list | tuple):
        return f"[{', '.join(_inline(item) for item in items)}]"
    return tomli_w.dumps({"v": items}).removeprefix("v = ").rstrip()
