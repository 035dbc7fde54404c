"""Plain values, as TOML gives them, each seen to be of the kind that a recipe wants.

What isn't of that kind raises a ``RecipeError`` that names its field.
"""

import math
import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from xlbackprop.arrays import held
from xlbackprop.errors import RecipeError
from xlbackprop.recipe.starts import Nested


def read_text(value: object, where: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise RecipeError(f"{where}: got {value!r}, wanted a text in quotation marks.")
    return value


def read_texts(value: object, where: str) -> tuple[str, ...]:
    """A list of texts: names of columns."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RecipeError(f"{where}: got {value!r}, wanted a list of column names.")
    return tuple(value)


def read_truth(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise RecipeError(f"{where}: got {value!r}, wanted true or false.")
    return value


def read_choice(value: object, where: str, choices: Iterable[str]) -> str:
    """One of some words; the nearest is suggested."""
    known = tuple(choices)
    if value not in known:
        near = get_close_matches(str(value), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise RecipeError(f"{where}: got {value!r}, wanted one of {', '.join(known)}{hint}")
    return str(value)


def read_number(value: object, where: str) -> float:
    """A finite number."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return held(float(value))
    except OverflowError:  # a whole number too large for a float
        pass
    raise RecipeError(f"{where}: got {value!r}, wanted a finite number.")


def read_whole(value: object, where: str, least: int) -> int:
    """A whole number of at least so much."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise RecipeError(f"{where}: got {value!r}, wanted a whole number of at least {least}.")
    return value


def read_numbers(value: object, where: str) -> tuple[float, ...]:
    """A list of numbers."""
    if not isinstance(value, list | tuple):
        raise RecipeError(f"{where}: got {value!r}, wanted a list of numbers.")
    return tuple(read_number(item, f"{where}[{index}]") for index, item in enumerate(value))


def read_nested(value: object, where: str) -> Nested:
    """Numbers in lists, of any depth."""
    if not isinstance(value, list):
        raise RecipeError(f"{where}: got {value!r}, wanted a list of numbers.")
    return tuple(
        read_nested(item, f"{where}[{index}]")
        if isinstance(item, list)
        else read_number(item, f"{where}[{index}]")
        for index, item in enumerate(value)
    )


def name_of(path: Path) -> str:
    """A recipe's name by its file, as text even where the locale can't read the file's name."""
    return os.fsencode(path.stem).decode("utf-8", "replace")
