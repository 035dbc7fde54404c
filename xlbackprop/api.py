"""What the command line does, as functions: load, from_data, run, write."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from xlbackprop import syllabus
from xlbackprop.data.files import READERS
from xlbackprop.errors import FileError, RecipeError
from xlbackprop.gate import RECIPE_BYTES, read_file
from xlbackprop.lessons import recipe as lesson_recipe
from xlbackprop.lessons.recipe import LessonRecipe, is_lesson
from xlbackprop.recipe import from_options
from xlbackprop.recipe import write as recipe_lines
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.toml import parse
from xlbackprop.recipe.values import name_of
from xlbackprop.training import engine
from xlbackprop.training.eta import best_eta
from xlbackprop.training.trace import Trace

if TYPE_CHECKING:
    from xlbackprop.workbook.grid import Grid
    from xlbackprop.workbook.theme import Theme

Progress = Callable[[int, int], None]


def load(source: str | Path, **changes: Any) -> Recipe | LessonRecipe:
    """A recipe by lesson name, from a recipe file, or from a workbook as it is now.

    Args:
        source: ``"backprop"``, ``"my.toml"`` or ``"backprop.xlsx"``.
        changes: recipe fields to replace, as TOML would give them (``epochs=10``). A name with a
            dot reaches into a table: ``**{"start.sd": 0.5}``.

    Raises:
        FileError: the file can't be read.
        RecipeError: no such lesson, or the recipe doesn't fit together.
        DataError: the data can't be used.
        BookError: the workbook wasn't written by xlbackprop.
    """
    path = Path(source)
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        content, folder, name = parse(_text_of_book(path), str(path)), Path(), name_of(path)
        is_file = True
    else:
        is_file = path.is_file() or path.suffix.lower() in {".toml", *READERS}
        path = path if is_file else syllabus.recipe_path(str(source))
        content, folder, name = _read(path), path.parent, name_of(path)
    if "data" in changes:
        folder = Path()
    content = _changed(content, changes)
    origin = path.absolute() if is_file else None
    if is_lesson(content):
        lesson = lesson_recipe.from_mapping(content, folder=folder)
        files = (*lesson.files, *([origin] if origin else []))
        return replace(lesson, origin=origin, files=files)
    return replace(from_mapping(content, folder=folder, name=name), origin=origin)


def from_data(data: Any, **fields: Any) -> Recipe:
    """A recipe for data; what isn't given is chosen so that the network learns.

    Numbers far from 0 are scaled, classes get softmax and cross-entropy, a target of 0 and 1 a
    sigmoid; of several learning rates that are tried the best is taken.

    Args:
        data: a file's name, a DataFrame, or a mapping of the lists ``columns`` and ``rows``.
        fields: what is to be learnt (``label="species"`` or ``targets=["price"]``), and any field
            of a recipe; ``layers`` also as widths, ``"4,5,3"``, with ``activation`` of the hidden
            ones.

    Raises:
        DataError: the data can't be used.
        RecipeError: the fields don't fit together, or don't fit the data.
    """
    recipe = from_options.from_data({"data": data, **fields})
    if "eta" in fields or not recipe.epochs:
        return recipe
    return recipe.changed(eta=best_eta(recipe)[0])


def _read(path: Path) -> dict[str, Any]:
    """The content of a recipe file; a file of data is told how to be given."""
    ending = path.suffix.lower()
    given = f"give it as `xlbackprop make --data {shlex.quote(str(path))} --label COLUMN`."
    if ending in READERS and ending != ".txt":  # which may be either
        raise RecipeError(f"{path}: got a file of data, wanted a lesson or a recipe; {given}")
    try:
        return _read_recipe(path)
    except RecipeError as error:
        if ending not in READERS:
            raise
        raise RecipeError(f"{str(error).rstrip('.')}; if it is a file of data, {given}") from error


def _read_recipe(path: Path) -> dict[str, Any]:
    def tell(reason: str) -> FileError:
        return FileError(
            f"{path}: the recipe can't be read ({reason}); name a recipe file, or a lesson that "
            "`xlbackprop lessons` lists."
        )

    try:
        return parse(read_file(path, RECIPE_BYTES, tell).decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path}: byte {error.start} is not UTF-8 text; save the recipe in UTF-8."
        ) from error


def _text_of_book(path: Path) -> str:
    """The recipe of a workbook with the numbers that it has now."""
    from xlbackprop.checks.inputs import current_recipe, recipe_text
    from xlbackprop.checks.lesson import current_lesson, is_lesson
    from xlbackprop.recalc import Book

    book = Book.open(path)
    if is_lesson(recipe_text(book, str(path))):
        return lesson_recipe.to_toml(current_lesson(book))
    return recipe_lines.to_toml(current_recipe(book, str(path)))


def _changed(content: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Recipe content with some fields replaced; a dotted name reaches into a table."""
    changed = dict(content)
    # The kind of start comes first, whatever the order: it clears the other keys of the table.
    for key, value in sorted(changes.items(), key=lambda change: not change[0].endswith(".kind")):
        table, _, rest = key.partition(".")
        if not rest:
            changed[table] = value
            continue
        inner = changed.get(table, {})
        if not isinstance(inner, Mapping):
            raise RecipeError(f"{key}: {table} is not a table in this recipe.")
        # Another kind of start has other keys: what belonged to the old kind goes.
        kept = {} if rest == "kind" and inner.get("kind", "given") != value else dict(inner)
        changed[table] = kept | {rest: value}
    if "data" in changes:
        for key in {"class_order", "assumed"} - set(changes):
            changed.pop(key, None)  # other data have classes of their own
    if {"data", "epochs", "batch", "seed"} & set(changes) and "order" not in changes:
        changed.pop("order", None)  # it was an order of other steps
    if "seed" in changes and isinstance(changed.get("start"), Mapping):
        kind = changed["start"].get("kind", "given" if changed["start"] else "normal")
        if kind == "given" and changed.get("batch", "full") == "full":
            raise RecipeError(
                f"seed: got {changes['seed']}, but this recipe writes its starting values out, so "
                'nothing is drawn; add start.kind = "normal" to draw them.'
            )
    return changed


def to_toml(recipe: Recipe | LessonRecipe) -> str:
    """A recipe as text that ``load`` reads; every number of a page of maths is written out."""
    if isinstance(recipe, LessonRecipe):
        from xlbackprop.lessons.book import input_name, pages

        numbers = {
            input_name(recipe, sheet, place.name): place.usual
            for sheet in pages(recipe)
            for place in sheet.inputs
        }
        return lesson_recipe.to_toml(recipe.with_numbers(numbers | dict(recipe.numbers)))
    return recipe_lines.to_toml(recipe)


def run(recipe: Recipe | LessonRecipe) -> Trace:
    """Train a recipe's network; see ``engine.run``.

    Raises:
        RecipeError: the recipe is a page of maths, which has no network.
    """
    if isinstance(recipe, LessonRecipe):
        raise RecipeError(
            f"{recipe.lesson}: this lesson is a page of maths and trains no network; wanted one "
            "that does, such as backprop."
        )
    return engine.run(recipe)


@overload
def write(
    recipe: Recipe,
    path: str | Path,
    *,
    force: bool = False,
    theme: "Theme | str | Path | None" = None,
    progress: Progress | None = None,
) -> Trace: ...
@overload
def write(
    recipe: LessonRecipe,
    path: str | Path,
    *,
    force: bool = False,
    theme: "Theme | str | Path | None" = None,
    progress: Progress | None = None,
) -> None: ...
def write(
    recipe: Recipe | LessonRecipe,
    path: str | Path,
    *,
    force: bool = False,
    theme: "Theme | str | Path | None" = None,
    progress: Progress | None = None,
) -> Trace | None:
    """Compute a recipe's numbers and write its workbook.

    Args:
        recipe: what to build.
        path: the .xlsx file.
        force: replace a file that is already there.
        theme: how it looks: a theme, or a file with the fields that differ from the shipped one.
        progress: called with the cells done and all cells.

    Returns:
        The numbers of the training in the workbook; None for a page of maths.

    Raises:
        FileError: the file is already there, is one that the recipe was made from, or can't be
            written.
        RecipeError: a page of maths has no such number.
        ThemeError: the theme can't be read or used.
        TooLargeError: a sheet would pass a limit of the format.
    """
    from xlbackprop.workbook.package import write_book
    from xlbackprop.workbook.style import styles
    from xlbackprop.workbook.theme_file import chosen_theme

    chosen = chosen_theme(theme, recipe.lang)
    trace, sheets, names, title = (
        _lesson_book(recipe, chosen) if isinstance(recipe, LessonRecipe) else _book(recipe, chosen)
    )
    write_book(
        Path(path),
        sheets,
        looks=styles(chosen),
        names=names,
        title=title,
        language=recipe.lang,
        theme=chosen,
        force=force,
        inputs=(*recipe.files, *chosen.files),
        progress=progress,
    )
    return trace


def _book(recipe: Recipe, theme: "Theme") -> tuple[Trace, list["Grid"], dict[str, str], str]:
    """A network's training, its sheets, defined names and title."""
    from xlbackprop.sheets.book import names, new_grids
    from xlbackprop.sheets.kinds import layout_of
    from xlbackprop.sheets.lesson_texts import title
    from xlbackprop.sheets.limits import check_size

    layout = layout_of(recipe, theme)
    check_size(layout)
    trace = engine.run(recipe)
    return trace, new_grids(layout, trace), names(layout), title(layout)


def _lesson_book(
    recipe: LessonRecipe, theme: "Theme"
) -> tuple[None, list["Grid"], dict[str, str], str]:
    """The same of a page of maths, which has no training."""
    from xlbackprop.lessons.book import grids, pages

    return None, grids(recipe, pages(recipe, theme=theme)), {}, recipe.title
