"""The syllabus: all lessons in reading order, and where the recipe of each is found.

Those that train a network are nothing but recipes. Each page of maths is a module of `lessons/`.
"""

from difflib import get_close_matches
from pathlib import Path

from xlbackprop.errors import RecipeError
from xlbackprop.words.catalogue import Catalogue, templates

# The course: lessons in reading order, chapter by chapter.
CHAPTERS = {
    "slopes": ("derivatives", "chain-rule", "approximation"),
    "quantities": ("vectors", "sequences", "lagrange"),
    "descent": ("gradient-descent", "regression"),
    "unit": ("activations", "neuron", "costs", "linear-classifier"),
    "training": ("matrix-form", "update-rules"),
    "networks": ("worked-example", "xor", "solver", "backprop", "sine", "iris"),
    "filters": ("convolution", "cnn-solver", "cnn"),
}
LESSONS = tuple(name for names in CHAPTERS.values() for name in names)
NETWORKS = ("worked-example", "xor", "solver", "backprop", "sine", "iris", "cnn-solver", "cnn")
PAGES = tuple(name for name in LESSONS if name not in NETWORKS)  # of maths
COLLECTION = "all-maths"  # all pages in one workbook
COURSE = "course"  # all lessons, a workbook each, and one that leads to them


def lines(language: str) -> list[tuple[str, str]]:
    """Name and one line of each lesson."""
    return [(name, told(name, language, "line")) for name in LESSONS]


def chapters(language: str) -> list[tuple[str, tuple[str, ...]]]:
    """Title and lessons of each chapter."""
    text = Catalogue(language)
    return [(text(f"chapters.{key}"), names) for key, names in CHAPTERS.items()]


def told(name: str, language: str, key: str) -> str:
    """The ``title`` of a lesson, or the one ``line`` on what it shows."""
    if name in (*PAGES, COLLECTION):
        return Catalogue(language, of=f"lessons/{name}")(key)
    return Catalogue(language)(f"lessons.{name}.{key}")


def recipe_path(name: str) -> Path:
    """The recipe file of a lesson.

    Raises:
        RecipeError: there is no such lesson; the nearest name is suggested.
    """
    known = (*LESSONS, COLLECTION)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
        raise RecipeError(
            f"{name}: there is neither a lesson nor a recipe file of that name; {hint}"
        )
    return templates() / f"{name}.toml"
