"""A recipe as TOML text, with nothing lost: ``recipe.read.from_toml`` gives it back."""

from itertools import chain
from typing import Any

import tomli_w

from xlbackprop.arrays import held
from xlbackprop.data.table import to_rows
from xlbackprop.recipe.categories import plain
from xlbackprop.recipe.content import KEYS
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import Given, Normal, Scaled

LONGEST = 8_000  # letters of a line
LINES = ("order", "start")  # arrays, which have lines of their own below all else, like the data


def to_toml(recipe: Recipe) -> str:
    """The recipe as TOML, its data written out; ``from_toml`` gives the same recipe back."""
    content: dict[str, Any] = {}
    data, inputs = plain(recipe.data, recipe.inputs, recipe.categories)
    for name, key in KEYS.items():
        value = inputs if name == "inputs" else getattr(recipe, name)
        if name not in LINES and (key.always or value != key.usual):
            content[name] = key.write(value)
        if name == "schedule":
            content |= dict(recipe.settings)
    # An array of tables, as some layers are, ends what stands at the top.
    top, bracket, tables = tomli_w.dumps(content).partition("\n[[")
    table = to_rows(data)
    return "\n".join(
        [
            top.rstrip(),
            *(_list_lines("order", recipe.order) if recipe.order else []),
            *([f"{bracket}{tables.rstrip()}"] if bracket else []),
            "",
            "[start]",
            *_start_lines(recipe.start),
            "",
            "[data]",
            *_list_lines("columns", table["columns"]),
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
        return _broken(f"{key} = {_inline(items)}", f"{key} = ", items)
    inner = (_broken(f"    {_inline(item)},", "    ", item, ",") for item in items)
    return [f"{key} = [", *chain.from_iterable(inner), "]"]


def _broken(line: str, before: str, items: Any, behind: str = "") -> list[str]:
    """A line, or several of it where its list is too long for a cell."""
    if len(line) <= LONGEST or not isinstance(items, list | tuple):
        return [line]
    lines = [f"{before}["]
    for item in map(_inline, items):
        if len(lines) > 1 and len(lines[-1]) + len(item) < LONGEST:
            lines[-1] += f" {item},"
        else:
            lines.append(f"    {item},")
    return [*lines, f"]{behind}"]


def _inline(items: Any) -> str:
    """A list on one line: tomli_w breaks every list of more than a few items into lines."""
    if isinstance(items, list | tuple):
        return f"[{', '.join(_inline(item) for item in items)}]"
    value = held(items) if isinstance(items, float) else items  # no cell has -0.0
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip()
