"""What a workbook says of itself: the texts of its lesson, as long as they are true of it."""

from functools import cache

from xlbackprop.recipe.read import from_toml
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.syllabus import NETWORKS, recipe_path


def title(layout: Layout) -> str:
    """The workbook's title: the recipe's own, or the lesson's in the workbook's language."""
    recipe = layout.recipe
    if recipe.title or not _is_lesson(recipe):
        return recipe.title or recipe.name
    return layout.text(f"lessons.{recipe.name}.title")


def about(layout: Layout) -> str:
    """One sentence on what the workbook shows."""
    if layout.recipe.title or not _is_lesson(layout.recipe):
        return layout.text("start.about")
    return layout.text(f"lessons.{layout.recipe.name}.line")


def _is_lesson(recipe: Recipe) -> bool:
    """Whether what is said of a lesson is true: its network, as many examples, how it learns."""
    return recipe.name in NETWORKS and _told(recipe) == _told(_lesson(recipe.name))


def _told(recipe: Recipe) -> tuple[object, ...]:
    learns = recipe.epochs > 0, recipe.solver
    return recipe.widths(), len(recipe.data.rows), bool(recipe.label), learns


BOOK = {"cnn": 50}  # epochs that the book trains for, where a lesson shows fewer
SCALED = ("scaling", "target_scaling")
SEEN = 5  # epochs in which what a note speaks of has happened


@cache
def _lesson(name: str) -> Recipe:
    path = recipe_path(name)
    return from_toml(path.read_text(encoding="utf-8"), folder=path.parent, name=name)


def note(layout: Layout) -> str:
    """What a reader may stumble over in a lesson, and how to get all of it; else empty."""
    recipe, text = layout.recipe, layout.text
    if not _is_lesson(recipe):
        return ""
    said = []
    if f"lessons.{recipe.name}.note" in text and _learns_alike(recipe):
        said.append(text(f"lessons.{recipe.name}.note"))
    if recipe.epochs < BOOK.get(recipe.name, 0):
        said.append(text(f"lessons.{recipe.name}.more"))
    return " ".join(said)


def _learns_alike(recipe: Recipe) -> bool:
    """Whether a training goes as the lesson's own does, over its first epochs."""
    lesson = _lesson(recipe.name)
    steps = ("layers", "start", "eta", "rule", "schedule", "settings", "batch", *SCALED)
    same = all(
        getattr(recipe, name) == getattr(lesson, name)
        for name in (*steps, "scaling", "target_scaling")
    )
    return same and recipe.epochs >= SEEN
