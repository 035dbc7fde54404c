"""The command line: thin, its commands are the package's own functions.

Results go to standard output, notes and progress to standard error. Exit status 0: done, all
agree; 1: differences found; 2: could not run, with one sentence on standard error.
"""

import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlbackprop.cli.options import LANG, fields_of, takes_fields
from xlbackprop.cli.terminal import one_sentence, progress_bar, say
from xlbackprop.errors import FileError, RecipeError, legible

if TYPE_CHECKING:
    from xlbackprop.lessons.recipe import LessonRecipe
    from xlbackprop.recipe.recipe import Recipe
    from xlbackprop.training.trace import Trace

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Write spreadsheets that train neural networks in front of your eyes, and check them.",
    epilog="Start with:  xlbackprop make backprop",
)

Optional = Annotated[
    str | None,
    typer.Argument(
        metavar="[SOURCE]",
        help="A lesson, a recipe (.toml) or a workbook (.xlsx); not needed with --data.",
    ),
]
Given = Mapping[str, Any]  # the options that were given
NOTHING: Given = MappingProxyType({})
Book = Annotated[Path, typer.Argument(metavar="BOOK.xlsx", help="A workbook of ours.")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing file.")]
Lang = Annotated[str | None, typer.Option(help=LANG)]
Patience = Annotated[
    float,
    typer.Option(
        min=1, metavar="SECONDS", help="Without progress, then another program is stopped."
    ),
]
PATIENCE = 60.0


@app.command()
def lessons(lang: Lang = None) -> None:
    """List the lessons, one line each, in the chapters of a course."""
    from xlbackprop import syllabus
    from xlbackprop.words.catalogue import languages

    with one_sentence():
        if lang not in (None, *languages()):
            raise RecipeError(f"lang: got {lang!r}, wanted one of {', '.join(languages())}.")
        language = lang or "en"
        lines, width = dict(syllabus.lines(language)), max(map(len, syllabus.LESSONS))
        for number, (title, names) in enumerate(syllabus.chapters(language), 1):
            print(f"{number}. {title}")
            for name in names:
                print(f"   {name:<{width}}  {lines[name]}")


@app.command()
@takes_fields
def make(
    source: Optional = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.xlsx")] = None,
    force: Force = False,
    theme: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Fonts, colours, logo: how it looks.")
    ] = None,
    given: Given = NOTHING,
) -> None:
    """Write a workbook; of `course`, all lessons into a folder."""
    from xlbackprop.api import write
    from xlbackprop.syllabus import COURSE

    with one_sentence():
        if source == COURSE:
            _make_course(output or Path(COURSE), given, force, theme)
            return
        recipe = _recipe(source, given)
        path = output or _free_name(recipe)
        _refuse_taken(path, force, (".xlsx",), _inputs(recipe, theme))
        _tell_effort(recipe, path)
        with progress_bar("writing") as progress:
            trace = write(recipe, path, force=force, theme=theme, progress=progress)
        print(legible(f"{path}: {trace.summary() if trace else recipe.title}."))
        _warn(recipe, trace, source, given)
        say(f"Next:  xlbackprop check {shlex.quote(str(path))}")


def _tell_effort(recipe: "Recipe | LessonRecipe", path: Path) -> None:
    """Say what it will take, where that is much."""
    from xlbackprop.lessons.recipe import LessonRecipe
    from xlbackprop.sheets.effort import Effort
    from xlbackprop.sheets.kinds import layout_of
    from xlbackprop.sheets.limits import check_size

    if isinstance(recipe, LessonRecipe):
        return
    layout = layout_of(recipe)
    check_size(layout)
    if told := Effort.of_writing(layout).told(path):
        say(told)


def _make_course(folder: Path, given: Given, force: bool, theme: Path | None) -> None:
    """Write all lessons into a folder."""
    from xlbackprop.course import write_course

    other = next((name for name in given if name != "lang"), None)
    if other:
        raise RecipeError(
            f"--{other.rstrip('_')}: the course is made of the lessons as they are; wanted --lang "
            "alone, or the name of one lesson."
        )
    with progress_bar("writing") as progress:
        paths = write_course(folder, **given, force=force, theme=theme, progress=progress)
    print(f"{folder}: {len(paths):,} workbooks.")
    say(f"Next:  open {paths[-1]}")


def _warn(
    recipe: "Recipe | LessonRecipe", trace: "Trace | None", source: str | None, given: Given
) -> None:
    """Say what is allowed but hardly meant, and how the training went wrong, once it is done."""
    from xlbackprop.lessons.recipe import LessonRecipe
    from xlbackprop.recipe.advice import warnings

    if isinstance(recipe, LessonRecipe):
        return
    from xlbackprop.training.diagnosis import diagnosed

    if source is None and "eta" not in fields_of(given) and recipe.epochs:
        say(f"eta: {recipe.eta:g}, of those that were tried the one with which C_T ends lowest.")
    for line in (*warnings(recipe), *(diagnosed(recipe, trace) if trace else ())):
        say(line)


def _recipe(source: str | None, given: Given) -> "Recipe | LessonRecipe":
    """The recipe of a source with some fields replaced, or the one that options stand for."""
    from xlbackprop.api import from_data, load
    from xlbackprop.lessons.recipe import LessonRecipe
    from xlbackprop.recipe.assumed import assumptions

    fields = fields_of(given)
    if source is None and "function" in fields:  # the one lesson that takes it
        source = "gradient-descent"
    for name in ("layers", "activation"):
        if name in given and source is not None:
            raise RecipeError(
                f"--{name}: {source} describes its layers already; change them with "
                "--set 'layers=[...]'."
            )
    recipe: Recipe | LessonRecipe
    if source is None:
        recipe = from_data(fields.pop("data", None), **fields)
    else:
        recipe = load(source, **fields)
    if isinstance(recipe, LessonRecipe):
        return recipe
    if recipe.data.assumed:
        say(f"{recipe.data.source}: {assumptions('en', recipe.assumed)}")
    if dropped := recipe.data.dropped:
        say(
            f"{recipe.data.source}: {dropped:,} of {dropped + len(recipe.data.rows):,} rows miss "
            "an entry and were left out."
        )
    return recipe


def _inputs(recipe: "Recipe | LessonRecipe", theme: Path | None = None) -> tuple[Path, ...]:
    """The files that a command has read or is about to read."""
    return (*recipe.files, *([theme] if theme else []))


def _free_name(recipe: "Recipe | LessonRecipe") -> Path:
    """A workbook's name: that of its recipe's file, and never that of a file it is made from."""
    from xlbackprop.workbook.replace import is_same

    name = _file_name(recipe.origin.stem if recipe.origin else recipe.name)
    usual = path = Path(f"{name}.xlsx")
    number = 1
    while any(is_same(path, file) for file in recipe.files):
        number += 1
        path = Path(f"{name}-{number}.xlsx")
    if path != usual:
        say(
            f"{usual} is what the workbook is made from, so it is called {path}; -o gives it "
            "another name."
        )
    return path


def _file_name(name: str) -> str:
    """A recipe's name as a file name: no folders, no signs that a system refuses."""
    # Those from U+DC80 are bytes of a file's name that the locale can't read.
    kept = (c.isalnum() or c in " ._-" or "\udc80" <= c <= "\udcff" for c in name)
    safe = "".join(c if keep else "_" for c, keep in zip(name, kept, strict=True)).strip(" .")
    return safe or "workbook"


def _refuse_taken(
    path: Path, force: bool, endings: Sequence[str], inputs: Sequence[Path] = ()
) -> None:
    """Say so before any work is done, not after it."""
    from xlbackprop.workbook.replace import check_target

    if path.suffix.lower() not in endings:
        wanted = f"a name in {' or '.join(endings)}"
        raise FileError(f"{path}: got {path.suffix or 'no ending'}, wanted {wanted}.")
    check_target(path, inputs)
    if path.exists() and not force:
        raise FileError(
            f"{path}: the file is already there and was left alone; add --force to replace it, or "
            "choose another name with -o."
        )


def _patient(seconds: float) -> AbstractContextManager[None]:
    """Have so much patience with other programs, and say while one waits."""
    from xlbackprop.recalc import program

    return program.patient(program.Patience(seconds, say=say))


@app.command()
def pdf(
    book: Book,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.pdf")] = None,
    sheets: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A sheet to print, or all; may be repeated."),
    ] = None,
    force: Force = False,
    patience: Patience = PATIENCE,
) -> None:
    """Print the sheets of a workbook that one hands out to a PDF file, on A4; --sheets all: all."""
    from xlbackprop.printing import pdf as print_pdf

    with one_sentence(), _patient(patience):
        path = output or book.with_suffix(".pdf")
        _refuse_taken(path, force, (".pdf",), [book])
        pages = print_pdf(book, path, sheets=sheets or (), force=force)
        print(f"{path}: {pages} page{'' if pages == 1 else 's'}.")


@app.command()
def picture(
    book: Book,
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="The name of a sheet.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.png")] = None,
    page: Annotated[int, typer.Option(metavar="N", help="Which of the sheet's printed pages.")] = 1,
    dpi: Annotated[int, typer.Option(min=20, max=600, help="Dots per inch of paper.")] = 150,
    force: Force = False,
    patience: Patience = PATIENCE,
) -> None:
    """Save a printed page of a sheet as a picture, for slides."""
    from xlbackprop.printing import picture as take_picture

    with one_sentence(), _patient(patience):
        path = output or book.with_name(f"{book.stem}-{_file_name(sheet)}.png")
        _refuse_taken(path, force, (".png",), [book])
        pages = take_picture(book, sheet, path, page=page, dpi=dpi, force=force)
        which = f", page {page} of {pages}; --page N takes another" if pages > 1 else ""
        print(f"{path}: {sheet}{which}.")


@app.command()
def check(
    books: Annotated[
        list[Path],
        typer.Argument(metavar="BOOK.xlsx ...", help="Workbooks of ours; of several a line each."),
    ],
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="ironcalc (the default), libreoffice, gnumeric, formualizer, cellrune, saved "
            "or all; may be repeated.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    patience: Patience = PATIENCE,
) -> None:
    """Recalculate workbooks and compare every formula cell with Python."""
    from xlbackprop.cli.checking import check_all, check_one, matching

    with one_sentence(), _patient(patience):
        engines, paths = tuple(dict.fromkeys(engine or ["ironcalc"])), matching(books)
        if len(paths) == 1:
            status = check_one(paths[0], engines, as_json=as_json)
        else:
            status = check_all(paths, engines, as_json=as_json)
    raise typer.Exit(status)


@app.command()
@takes_fields
def trace(
    source: Optional = None,
    what: Annotated[str, typer.Option(help="examples, parameters or history.")] = "history",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.csv|.parquet")
    ] = None,
    force: Force = False,
    given: Given = NOTHING,
) -> None:
    """Print or save the numbers that Python computes."""
    from xlbackprop.api import run
    from xlbackprop.training.tables import choose, save, to_csv

    with one_sentence():
        choose(what)
        found = _recipe(source, given)
        if output is not None:
            _refuse_taken(output, force, (".csv", ".parquet"), found.files)
        trained = run(found)
        frame = choose(what)(trained)
        if output is None:
            sys.stdout.write(to_csv(frame))
        else:
            save(frame, output, force=force, inputs=found.files)
            say(f"{output}: {len(frame):,} rows of {what}.")
        _warn(found, trained, source, given)


@app.command()
@takes_fields
def recipe(source: Optional = None, given: Given = NOTHING) -> None:
    """Print a recipe, to copy and edit."""
    from xlbackprop.api import to_toml

    with one_sentence():
        found = _recipe(source, given)
        print(to_toml(found), end="")
        _warn(found, None, source, given)
