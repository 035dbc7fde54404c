"""Gnumeric as a recalculator.

Debian's build computes in long doubles and saves 21 significant digits. So it overflows only at
1e4932: EXP(1000) is a number here, and is read as #NUM!, which it is in a double.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.recalc.program import find, how_to_install, recalculate_with, run


def why_missing() -> str | None:
    """None when Gnumeric is installed, else one sentence on how to install it."""
    if _program():
        return None
    return how_to_install(
        "Gnumeric",
        linux="sudo apt-get install gnumeric",
        macos="brew install gnumeric",
        windows="the Download page of gnumeric.org",
    )


def recalculate(paths: Sequence[Path]) -> list[Book]:
    """The workbooks as Gnumeric recalculates them.

    Raises:
        FileError: A workbook isn't there or can't be read.
        BookError: A workbook isn't a safe .xlsx file.
        EngineError: Gnumeric is missing, failed, took too long or kept stored values.
    """
    ssconvert = _program()
    if ssconvert is None:
        raise EngineError(why_missing() or "")
    return recalculate_with("Gnumeric", paths, partial(_convert, ssconvert))


def _program() -> str | None:
    return find("ssconvert")


def _convert(ssconvert: str, folder: Path, names: list[str]) -> None:
    for name in names:  # it takes one file a start, and starts in a tenth of a second
        command = [ssconvert, "--recalc", f"in/{name}", f"out/{name}"]
        run("Gnumeric", command, folder)
