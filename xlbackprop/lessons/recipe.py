"""The recipe of a page of maths: which lesson, in which language, with which numbers to begin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import tomli_w

from xlbackprop import syllabus
from xlbackprop.errors import RecipeError
from xlbackprop.recipe.checks import check_known
from xlbackprop.recipe.values import read_number
from xlbackprop.words import html
from xlbackprop.words.catalogue import languages

KNOWN = ("lesson", "lang", "numbers")


@dataclass(frozen=True)
class Setting:
    """A field of its own that a lesson's recipe has, such as a function or a data file.

    Attributes:
        usual: its value where the recipe gives none, as TOML would give it.
        read: (value, folder of the recipe file) → the checked value, as TOML can hold it, so that
            the workbook describes itself; raises RecipeError or DataError, beginning with the
            field's name.
    """

    usual: Any
    read: Callable[[Any, Path | None], Any]


@dataclass(frozen=True)
class LessonRecipe:
    """What decides the workbook of a page of maths.

    Attributes:
        lesson: a name of ``syllabus.PAGES``, or ``syllabus.COLLECTION``.
        lang: language of the workbook, ``en`` or ``zh``.
        numbers: what its input cells begin with, by name, where it isn't the usual number.
        settings: the lesson's own fields, the ``SETTINGS`` of its module, all of them.
        origin: the file that the recipe was read from; None for none.
        files: all files that it was made from.
    """

    lesson: str
    lang: str = "en"
    numbers: tuple[tuple[str, float], ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()
    origin: Path | None = field(default=None, compare=False, repr=False)
    files: tuple[Path, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the numbers: their order means nothing."""
        object.__setattr__(self, "numbers", tuple(sorted(self.numbers)))

    @property
    def name(self) -> str:
        """Also the workbook's file name."""
        return self.lesson

    @property
    def title(self) -> str:
        """The lesson's title in the workbook's language."""
        return syllabus.told(self.lesson, self.lang, "title")

    def _repr_html_(self) -> str:
        rows = [("title", self.title), ("lang", self.lang)]
        rows += [(name, str(setting)) for name, setting in self.settings]
        rows += [(name, f"{number:g}") for name, number in self.numbers]
        return html.table(f"Lesson {self.lesson}", (), rows)

    def with_numbers(self, numbers: Mapping[str, float]) -> "LessonRecipe":
        """A copy that begins with other numbers."""
        return replace(self, numbers=tuple(numbers.items()))


def is_lesson(content: Mapping[str, Any]) -> bool:
    """Whether a recipe's content is that of a page of maths."""
    return "lesson" in content


def module(lesson: str) -> Any:
    """The module of a page of maths."""
    chapter = next(key for key, names in syllabus.CHAPTERS.items() if lesson in names)
    return import_module(f"xlbackprop.lessons.{chapter}.{lesson.replace('-', '_')}")


def from_mapping(content: Mapping[str, Any], *, folder: Path | None = None) -> LessonRecipe:
    """Read a recipe from plain values, as TOML would give them.

    Args:
        content: the fields.
        folder: where files that it names are looked for.

    Raises:
        RecipeError: an unknown lesson, key or language, or a value that can't be used.
        DataError: data that can't be used.
    """
    lesson, lang = content["lesson"], content.get("lang", "en")
    pages = (*syllabus.PAGES, syllabus.COLLECTION)
    if lesson not in pages:
        raise RecipeError(f"lesson: got {lesson!r}, wanted one of {', '.join(pages)}.")
    if lang not in languages():
        raise RecipeError(f"lang: got {lang!r}, wanted one of {', '.join(languages())}.")
    single = lesson != syllabus.COLLECTION
    known: Mapping[str, Setting] = getattr(module(lesson), "SETTINGS", {}) if single else {}
    for key in content:
        check_known(key, [*KNOWN, *known], f"the lesson {lesson}", "key")
    settings = {
        name: setting.read(content.get(name, setting.usual), folder)
        for name, setting in known.items()
    }
    numbers = _numbers(content.get("numbers", {}))
    files = _files(content.get("data"), folder)
    return LessonRecipe(lesson, lang, numbers, tuple(settings.items()), files=files)


def _files(data: object, folder: Path | None) -> tuple[Path, ...]:
    return (((folder or Path()) / data).absolute(),) if isinstance(data, str | Path) else ()


def _numbers(given: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(given, Mapping):
        raise RecipeError(f"numbers: got {given!r}, wanted a table of names and numbers.")
    for name, number in given.items():
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise RecipeError(f"numbers.{name}: got {number!r}, wanted a number.")
    return tuple((name, read_number(number, f"numbers.{name}")) for name, number in given.items())


def to_toml(recipe: LessonRecipe) -> str:
    """The recipe as text."""
    content: dict[str, Any] = {"lesson": recipe.lesson, "lang": recipe.lang}
    content |= dict(recipe.settings)
    if recipe.numbers:
        content["numbers"] = dict(recipe.numbers)
    return tomli_w.dumps(content)
