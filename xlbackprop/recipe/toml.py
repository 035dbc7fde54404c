"""TOML as plain values."""

import tomllib
from typing import Any

from xlbackprop.errors import RecipeError


def parse(text: str, where: str) -> dict[str, Any]:
    """TOML as plain values.

    Raises:
        RecipeError: it isn't TOML.
    """
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise RecipeError(f"{where}: not valid TOML: {error}.") from error
