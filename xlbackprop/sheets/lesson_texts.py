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
    recipe = layout.recipe
    if recipe.title or not _is_lesson(recipe) or _learns(recipe) != _learns(_lesson(recipe.name)):
        return layout.text("start.about")
    return layout.text(f"lessons.{recipe.name}.line")


def _is_lesson(recipe: Recipe) -> bool:
    """Whether it is the lesson, not only called so: its columns, as many examples, its network."""
    return recipe.name in NETWORKS and _told(recipe) == _told(_lesson(recipe.name))


def _told(recipe: Recipe) -> tuple[object, ...]:
    examples = recipe.inputs, recipe.label, recipe.targets, len(recipe.data.rows)
    return examples, recipe.widths(), recipe.epochs > 0, recipe.solver


def _learns(recipe: Recipe) -> tuple[object, ...]:
    """What the sentence on a lesson says of how it learns."""
    return recipe.cost, recipe.rule, [layer.activation for layer in recipe.layers]


SCALED = ("scaling", "target_scaling")
SEEN = 5  # epochs in which what a note speaks of has happened


@cache
def _lesson(name: str) -> Recipe:
    path = recipe_path(name)
    return from_toml(path.read_text(encoding="utf-8"), folder=path.parent, name=name)


def note(layout: Layout) -> str:
    """What a reader may stumble over in a lesson; else empty."""
    recipe, key = layout.recipe, f"lessons.{layout.recipe.name}.note"
    if not _is_lesson(recipe) or key not in layout.text or not _learns_alike(recipe):
        return ""
    return layout.text(key)


def _learns_alike(recipe: Recipe) -> bool:
    """Whether a training goes as the lesson's own does, over its first epochs."""
    lesson = _lesson(recipe.name)
    steps = ("layers", "start", "eta", "rule", "schedule", "settings", "batch", *SCALED)
    same = all(
        getattr(recipe, name) == getattr(lesson, name)
        for name in (*steps, "scaling", "target_scaling")
    )
    return same and recipe.epochs >= SEEN
