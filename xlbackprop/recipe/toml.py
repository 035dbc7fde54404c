"""TOML as plain values."""

import re
import tomllib
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.gate import KEY_PARTS, NESTING

_LONG_KEY = re.compile(rf"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\")[ \t]*+\.[ \t]*+){{{KEY_PARTS}}}")


def parse(text: str, where: str) -> dict[str, Any]:
    """TOML as plain values.

    Raises:
        RecipeError: it isn't TOML, or lists and tables lie too deep in each other.
    """
    if _LONG_KEY.search(text):
        raise RecipeError(
            f"{where}: got a key of more than {KEY_PARTS} parts, as a.b.c; no recipe has such."
        )
    try:
        content = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise RecipeError(f"{where}: not valid TOML: {error}.") from error
    except RecursionError:
        content = None
    if content is None or _depth_beyond(content, NESTING):
        raise RecipeError(
            f"{where}: got lists or tables within each other more than {NESTING} times; no recipe "
            "has such."
        )
    return content


def _depth_beyond(content: dict[str, Any], most: int) -> bool:
    """Whether lists and tables lie in each other more often."""
    level: list[Any] = [content]
    for _ in range(most):
        values = (value.values() if isinstance(value, dict) else value for value in level)
        level = [x for inner in values for x in inner if isinstance(x, dict | list)]
        if not level:
            return False
    return True
