"""The course: every lesson's workbook in one folder, and one workbook that leads to them."""

from pathlib import Path
from typing import TYPE_CHECKING

from xlbackprop import syllabus
from xlbackprop.api import Progress, load, write
from xlbackprop.errors import FileError
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.replace import check_target

if TYPE_CHECKING:
    from xlbackprop.workbook.theme import Theme


def write_course(
    folder: str | Path,
    *,
    lang: str = "en",
    force: bool = False,
    theme: "Theme | str | Path | None" = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write all lessons, a workbook each, and ``course.xlsx``, which leads to them.

    Args:
        folder: where to; it is made if it isn't there.
        lang: language of the workbooks, ``en`` or ``zh``.
        force: replace files that are already there.
        theme: how they look; see ``write``.
        progress: called with the workbooks done and all workbooks.

    Returns:
        The files, ``course.xlsx`` last.

    Raises:
        FileError: a file is already there, then nothing is written; or one can't be written.
        RecipeError: there is no such language.
        ThemeError: the theme can't be read or used.
    """
    from xlbackprop.workbook.theme_file import chosen_theme

    recipes = [load(name, lang=lang) for name in syllabus.LESSONS]
    folder = Path(folder)
    paths = [folder / f"{name}.xlsx" for name in (*syllabus.LESSONS, syllabus.COURSE)]
    look = chosen_theme(theme, lang)  # read once, and before anything is written
    _check_folder(folder, paths, look)
    taken = next((path for path in paths if path.exists()), None)
    if taken and not force:
        raise FileError(
            f"{taken}: the file is already there and nothing was written; add --force to replace "
            "it, or choose another folder with -o."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for done, (recipe, path) in enumerate(zip(recipes, paths, strict=False)):
        if progress:
            progress(done, len(paths))
        write(recipe, path, force=force, theme=look)
    _write_contents(paths[-1], lang, force, look)
    if progress:
        progress(len(paths), len(paths))
    return paths


def _check_folder(folder: Path, paths: list[Path], look: "Theme") -> None:
    """See that the files may stand there before any of them is written."""
    if folder.is_dir():
        for path in paths:
            check_target(path, look.files)
    elif folder.exists():
        raise FileError(f"{folder}: is a file, wanted a folder; choose another one with -o.")


def _write_contents(path: Path, lang: str, force: bool, look: "Theme") -> None:
    """The workbook that leads to the lessons."""
    from xlbackprop.lessons.contents import contents
    from xlbackprop.workbook.grid import Link
    from xlbackprop.workbook.package import write_book
    from xlbackprop.workbook.style import styles

    text = Catalogue(lang)
    links = {name: Link("", file=f"{name}.xlsx") for name in syllabus.LESSONS}
    titles = text("course.sheet"), text("course.title"), text("course.intro")
    sheet = contents(lang, titles, links, look)
    write_book(
        path,
        [sheet],
        looks=styles(look),
        names={},
        title=titles[1],
        language=lang,
        theme=look,
        force=force,
        inputs=look.files,
    )
