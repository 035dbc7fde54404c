"""The two columns of a regression: read, bounded, and checked for a spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.files import table_of
from xlbackprop.data.table import Table, to_rows
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.lessons.recipe import Setting
from xlbackprop.recipe.checks import SPREAD
from xlbackprop.words.catalogue import templates

LEAST, MOST = 3, 500  # examples
LARGEST = 1e50  # sums of squares of larger numbers don't fit
LONGEST = 24  # characters of a column's name in a heading


@dataclass(frozen=True)
class Pairs:
    """The data of a regression.

    Attributes:
        names: of the two columns, short enough for headings.
        x: what is known, (examples,).
        y: what is told from it, (examples,).
    """

    names: tuple[str, str]
    x: Array
    y: Array


def _data(given: Any, folder: Path | None) -> Mapping[str, object]:
    table = table_of(given, folder)
    if len(table.columns) < 2:
        raise DataError(
            f"{table.source}: got one column, {table.columns[0]!r}; wanted two: what is known, and "
            "what is to be told from it."
        )
    if not LEAST <= len(table.rows) <= MOST:
        count = len(table.rows)
        got = f"{count:,} example{'' if count == 1 else 's'}"
        raise DataError(f"{table.source}: got {got}, wanted from {LEAST} to {MOST}.")
    if len(table.columns) == 2:  # now, while its lines are known
        _numbers(table, list(table.columns))
    return to_rows(table)


def _name(field: str) -> Setting:
    def read(given: Any, folder: Path | None) -> str:
        if not isinstance(given, str):
            raise RecipeError(
                f"{field}: got {given!r}, wanted the name of a column in quotation marks."
            )
        return given

    return Setting("", read)


SETTINGS = {
    "data": Setting(str(templates() / "height-weight.csv"), _data),
    "x": _name("x"),
    "y": _name("y"),
}


def pairs(settings: Mapping[str, Any]) -> Pairs:
    """The two columns that the settings name, or the only two that there are.

    Raises:
        RecipeError: there are more, and the settings don't name two of them.
        DataError: there is no such column, or no line through its numbers.
    """
    table = table_of(settings["data"])
    names = _chosen(table, settings["x"], settings["y"])
    numbers = _numbers(table, names)
    for name, column in zip(names, numbers.T, strict=True):
        _check_size(name, column)
    _check_spread(names[0], numbers[:, 0], "a line needs different places")
    if np.ptp(numbers[:, 1]):  # else the line is level
        _check_spread(names[1], numbers[:, 1], "they differ by rounding only")
    first, second = (n if len(n) <= LONGEST else f"{n[: LONGEST - 1]}…" for n in names)
    return Pairs((first, second), numbers[:, 0], numbers[:, 1])


def _chosen(table: Table, x: str, y: str) -> list[str]:
    """Names of the columns for x and y; of two columns one is enough, or none."""
    for name in filter(None, (x, y)):
        table.position(name)
    if len(table.columns) == 2:
        x = x or next(name for name in table.columns if name != y)
        y = y or next(name for name in table.columns if name != x)
    elif not (x and y):
        first, second = table.columns[:2]
        raise RecipeError(
            f"data: got {len(table.columns)} columns, {', '.join(table.columns[:6])}"
            f"{' ...' if len(table.columns) > 6 else ''}; name two of them, such as "
            f"--set 'x={first}' --set 'y={second}'."
        )
    if x == y:
        raise RecipeError(f"x and y: got the column {x!r} for both, wanted two different columns.")
    return [x, y]


def _numbers(table: Table, names: list[str]) -> Array:
    advice = "mend the entry or leave the column out of the inputs."
    try:
        return table.numbers(names)
    except DataError as error:
        told = str(error).removesuffix(advice)
        raise DataError(
            f"{told}mend the entry, or name other columns by --set x=NAME and --set y=NAME."
        ) from error


def _check_size(name: str, numbers: Array) -> None:
    size = float(np.abs(numbers).max())
    if size > LARGEST:
        raise DataError(
            f"data, column {name!r}: got {size:g}, wanted numbers up to {LARGEST:g}; give it in "
            "another unit."
        )


def _check_spread(name: str, numbers: Array, why: str) -> None:
    low, high = float(numbers.min()), float(numbers.max())
    if high - low <= SPREAD * max(abs(low), abs(high)):
        raise DataError(
            f"data, column {name!r}: every number is {low:g}, wanted numbers that differ: {why}."
        )
    with np.errstate(all="ignore"):
        square = (np.float64(high) - low) ** 2
        too_near = not np.isfinite(1 / square)
    if too_near:
        raise DataError(
            f"data, column {name!r}: its numbers differ by {high - low:g} only; give it in another "
            "unit."
        )
