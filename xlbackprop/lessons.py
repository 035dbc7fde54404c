"""The lessons: ready recipes, in reading order."""

from difflib import get_close_matches
from pathlib import Path

from xlbackprop.catalogue import Catalogue, templates
from xlbackprop.errors import RecipeError

LESSONS = ("worked-example", "xor", "solver", "backprop", "sine", "iris", "cnn-solver", "cnn")


def lines(language: str) -> list[tuple[str, str]]:
    """Name and one line of each lesson."""
    text = Catalogue(language)
    return [(name, text(f"lessons.{name}.line")) for name in LESSONS]


def recipe_path(name: str) -> Path:
    """The recipe file of a lesson.

    Raises:
        RecipeError: there is no such lesson; the nearest name is suggested.
    """
    if name not in LESSONS:
        near = get_close_matches(name, LESSONS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(LESSONS)}."
        raise RecipeError(
            f"{name}: there is neither a lesson nor a recipe file of that name; {hint}"
        )
    return templates() / f"{name}.toml"
