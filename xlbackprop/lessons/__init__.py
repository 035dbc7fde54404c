"""The lessons: ready recipes, in reading order.

Those that train a network are nothing but recipes. Each page of maths is a module of this folder,
called as the lesson: it has one function ``build``, which fills a ``Page``.
"""

from difflib import get_close_matches
from pathlib import Path

from xlbackprop.catalogue import Catalogue, templates
from xlbackprop.errors import RecipeError

LESSONS = (
    "derivatives",
    "activations",
    "neuron",
    "costs",
    "linear-classifier",
    "matrix-form",
    "worked-example",
    "xor",
    "solver",
    "backprop",
    "sine",
    "iris",
    "convolution",
    "cnn-solver",
    "cnn",
)
PAGES = (
    "derivatives",
    "activations",
    "neuron",
    "costs",
    "linear-classifier",
    "matrix-form",
    "convolution",
)  # lessons of the maths: a page each, and no network that is trained
NETWORKS = tuple(name for name in LESSONS if name not in PAGES)


def lines(language: str) -> list[tuple[str, str]]:
    """Name and one line of each lesson."""
    return [(name, told(name, language, "line")) for name in LESSONS]


def told(name: str, language: str, key: str) -> str:
    """The ``title`` of a lesson, or the one ``line`` on what it shows."""
    if name in PAGES:
        return Catalogue(language, of=f"lessons/{name}")(key)
    return Catalogue(language)(f"lessons.{name}.{key}")


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
