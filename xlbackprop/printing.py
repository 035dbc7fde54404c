"""Workbooks on paper: a PDF of the sheets, a picture of a page; LibreOffice prints them.

The workbook itself is only read. What is printed is a copy in which the sheets that aren't wanted
are hidden: LibreOffice prints what it shows.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from xlbackprop.errors import BookError, EngineError
from xlbackprop.recalc import libreoffice, poppler
from xlbackprop.sheets.kinds import KINDS
from xlbackprop.words.catalogue import languages, messages
from xlbackprop.workbook.opened import WORKSHEET, inspect, read_part, rewrite
from xlbackprop.workbook.replace import replacing

_BOOK = "xl/workbook.xml"
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_NAME = re.compile(r'\sname="([^"]*)"')
_STATE = re.compile(r'\sstate="[^"]*"')
_VIEW = re.compile(r"<(?:\w+:)?workbookView\b[^>]*?(?=\s*/?>)")
_VIEWED = re.compile(r'\s(?:activeTab|firstSheet)="[^"]*"')
_AREA = re.compile(
    r'<((?:\w+:)?definedName)\s(?=[^>]*name="_xlnm\.Print_Area")[^>]*localSheetId="(\d+)"[^>]*>'
    r"[^<]*</\1>"
)
_MARGIN_TEXT = re.compile(rb"<(\w+:)?headerFooter\b.*?</(\w+:)?headerFooter>", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")
EVERY = "all"  # asks for all sheets
HANDED_OUT = ("start", "solver", "walkthrough", "pictures", "progress", "fit")
MARGIN = 12  # pixels that stay around a picture
DPI = 150


def pdf(
    book: str | Path,
    path: str | Path | None = None,
    *,
    sheets: Sequence[str] = (),
    force: bool = False,
) -> int:
    """Print a workbook to a PDF file; how each sheet prints is set in the workbook.

    Args:
        book: the workbook.
        path: the .pdf file; by default the workbook's name with that ending.
        sheets: names of the sheets to print, as the workbook has them or in another language of
            ours; ``["all"]`` for every one that isn't hidden. By default those that one hands out:
            Start, Solver, Walkthrough, Pictures, Progress and Fit; of pages of maths all, but the
            recipe.
        force: replace a file that is already there.

    Returns:
        The number of pages.

    Raises:
        FileError: a file can't be read or written, or is already there.
        BookError: it is no safe workbook, or has no such sheet.
        EngineError: LibreOffice is missing, failed or took too long.
    """
    book = Path(book)
    with replacing(Path(path or book.with_suffix(".pdf")), force=force, inputs=[book]) as file:
        with printed(book, sheets) as result:
            content = result.read_bytes()
        file.write(content)
    return _pages(content)


def picture(
    book: str | Path,
    sheet: str,
    path: str | Path,
    *,
    page: int = 1,
    dpi: int = DPI,
    force: bool = False,
) -> int:
    """Save a printed page of a sheet as a PNG picture, without the white around it.

    Args:
        book: the workbook.
        sheet: name of the sheet, as for ``pdf``.
        path: the .png file.
        page: which of the sheet's pages.
        dpi: dots per inch of the paper.
        force: replace a file that is already there.

    Returns:
        The number of pages that the sheet has.

    Raises:
        FileError: a file can't be read or written, or is already there.
        BookError: it is no safe workbook, or has no such sheet or page.
        EngineError: LibreOffice or poppler is missing, failed or took too long.
    """
    book = Path(book)
    poppler.program()  # before the printing, which takes longer
    with replacing(Path(path), force=force, inputs=[book]) as file:
        with printed(book, [sheet], margin_texts=False) as result:
            pages = _pages(result.read_bytes())
            if not 1 <= page <= pages:
                wanted = f"a page from 1 to {pages}" if pages > 1 else "1, its only page"
                raise BookError(f"{book}, sheet {sheet}: page: got {page}, wanted {wanted}.")
            shades = poppler.shades(result, page, dpi)
            content = poppler.picture(result, page, dpi, _box(shades))
        file.write(content)
    return pages


@contextmanager
def printed(book: Path, sheets: Sequence[str] = (), *, margin_texts: bool = True) -> Iterator[Path]:
    """A PDF of some sheets, for as long as the context lasts."""
    soffice = libreoffice.program()
    inspect(book)
    every = [name.casefold() for name in sheets] == [EVERY]
    shown = _visible(book) if every else [find_sheet(book, name) for name in sheets]
    shown = shown or _handed_out(book)
    with TemporaryDirectory(prefix="xlbackprop-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "in").mkdir()
        change = partial(_changed, shown=shown, margin_texts=margin_texts)
        rewrite(book, folder / "in" / "0.xlsx", change)
        libreoffice.convert(soffice, folder, ["0.xlsx"], "pdf")
        result = folder / "out" / "0.pdf"
        if not result.is_file():
            raise EngineError(
                f"{book}: LibreOffice could not print it; see whether it can open the file by hand."
            )
        yield result


def sheet_names(book: Path) -> list[str]:
    """Names of all sheets of a workbook, in their order."""
    return [_name(tag) for tag in _sheets(book)]


def _sheets(book: Path) -> list[str]:
    """The tag of each sheet."""
    return _SHEET.findall((read_part(book, _BOOK) or b"").decode())


def _visible(book: Path) -> list[str]:
    return [_name(tag) for tag in _sheets(book) if not re.search(r'\sstate="\w*[hH]idden"', tag)]


def _handed_out(book: Path) -> list[str]:
    """The visible sheets that pupils get; all but the recipe where none of them is there."""
    there = _visible(book)
    wanted = {called for kind in HANDED_OUT for called in _called(kind)}
    rest = [name for name in there if name not in _called("recipe")]
    return [name for name in there if name in wanted] or rest or there


def find_sheet(book: Path, name: str) -> str:
    """A sheet by its name in the workbook, or by its name in any of our languages.

    Raises:
        BookError: there is no such sheet.
    """
    names = sheet_names(book)
    known = {own.casefold(): own for own in names}
    for kind in KINDS:
        called = [kind, *_called(kind)]
        if own := next((own for own in called if own in names), None):
            known = {word.casefold(): own for word in called} | known
    if name.casefold() in known:
        return known[name.casefold()]
    near = get_close_matches(name.casefold(), known, n=1)
    hint = f"did you mean {known[near[0]]!r}?" if near else f"it has {', '.join(names)}."
    raise BookError(f"{book}: there is no sheet {name!r}; {hint}")


def _called(kind: str) -> list[str]:
    """All names that a kind of sheet has, in any language and for any kind of training."""
    texts = [item for language in languages() for item in messages(language).items()]
    return [text for key, text in texts if f".{key}".endswith(f".sheets.{kind}")]


def _changed(name: str, content: bytes, *, shown: Sequence[str], margin_texts: bool) -> bytes:
    """A part of the copy that is printed."""
    if name == _BOOK:
        return _showing(content.decode(), shown).encode()
    if WORKSHEET.fullmatch(name) and not margin_texts:
        return _MARGIN_TEXT.sub(b"", content)
    return content


def _showing(book: str, shown: Sequence[str]) -> str:
    """The workbook part with all other sheets hidden.

    A hidden sheet can't be the active one, and has no print area: else LibreOffice prints it.
    """
    numbers = [n for n, tag in enumerate(_SHEET.findall(book)) if _name(tag) in shown]

    def state(tag: re.Match[str]) -> str:
        word = "visible" if _name(tag[0]) in shown else "hidden"
        return re.sub(r"\sname=", f' state="{word}" name=', _STATE.sub("", tag[0]), count=1)

    def view(tag: re.Match[str]) -> str:
        return f'{_VIEWED.sub("", tag[0])} activeTab="{numbers[0]}"'

    def area(tag: re.Match[str]) -> str:
        return tag[0] if int(tag[2]) in numbers else ""

    return _AREA.sub(area, _VIEW.sub(view, _SHEET.sub(state, book)))


def _name(tag: str) -> str:
    found = _NAME.search(tag)
    return unescape(found[1]) if found else ""


def _pages(content: bytes) -> int:
    """How many pages a PDF of LibreOffice has."""
    return len(_PAGE.findall(content))


def _box(shades: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, width and height of what isn't white, and a little more; all of an empty page."""
    rows, columns = (np.flatnonzero((shades < 255).any(axis=axis)) for axis in (1, 0))
    height, width = shades.shape
    if not len(rows):
        return 0, 0, width, height
    left, top = max(0, int(columns[0]) - MARGIN), max(0, int(rows[0]) - MARGIN)
    right = min(width, int(columns[-1]) + MARGIN + 1)
    bottom = min(height, int(rows[-1]) + MARGIN + 1)
    return left, top, right - left, bottom - top
