"""A recipe as TOML text, with nothing lost: ``recipe.read.from_toml`` gives it back."""

from typing import Any

import tomli_w

from xlbackprop.data.table import to_rows
from xlbackprop.recipe.content import KEYS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import Given, Normal, Scaled

LINES = ("order", "start")  # arrays, which have lines of their own below all else, like the data


def to_toml(recipe: Recipe) -> str:
    """The recipe as TOML, its data written out; ``from_toml`` gives the same recipe back."""
    content: dict[str, Any] = {}
    for name, key in KEYS.items():
        value = getattr(recipe, name)
        if name not in LINES and (key.always or value != key.usual):
            content[name] = key.write(value)
        if name == "schedule":
            content |= dict(recipe.settings)
    text = tomli_w.dumps(content)
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
