"""Everything that can go wrong, as one tree.

    XlbackpropError          one clear sentence; the command line prints it and exits with 2
    ├── RecipeError          a recipe that can't be understood or doesn't fit together
    ├── DataError            training data that can't be used (file, line, column, value)
    ├── TooLargeError        more rows, columns or characters than a spreadsheet holds
    ├── ThemeError           a theme that can't be read or used
    ├── FileError            a file that can't be read, written or replaced
    ├── BookError            a workbook that can't be read or isn't one of ours
    │   └── NoFormulasError  one of ours that has no formulas: the overview of a course
    ├── PackageError         an optional package that is missing
    └── EngineError          a spreadsheet program that is missing or failed

A message says what, where, what was found, what was wanted and what to do.
"""

import re

LONGEST = 1_200  # characters of a sentence; what is longer quotes something long
_LIVE = re.compile(  # control signs, and those that turn the direction of a line
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def legible(line: str) -> str:
    """A line for a screen, whatever it quotes from a file: one line, none of it obeyed, not long.

    The middle of a line that is too long goes: it begins with the place and ends with what to do.
    """
    half = LONGEST // 2
    if len(line) > LONGEST:
        line = f"{line[:half]} … {line[-half:]}"
    return _LIVE.sub(lambda sign: repr(sign[0])[1:-1], line)


class XlbackpropError(Exception):
    """Base of all errors that a user can mend."""

    def __init__(self, sentence: str = "") -> None:
        """The sentence, made legible where it quotes what isn't."""
        super().__init__(legible(sentence))


class RecipeError(XlbackpropError):
    """A recipe can't be understood or doesn't fit together."""


class DataError(XlbackpropError):
    """Training data can't be used."""


class TooLargeError(XlbackpropError):
    """The sheet would pass a limit of the spreadsheet format."""


class ThemeError(XlbackpropError):
    """A theme can't be read or used."""


class FileError(XlbackpropError):
    """A file can't be read, written or replaced."""


class BookError(XlbackpropError):
    """A workbook can't be read or wasn't written by xlbackprop."""


class NoFormulasError(BookError):
    """A workbook has nothing that could be checked."""


class PackageError(XlbackpropError):
    """An optional package is missing."""


class EngineError(XlbackpropError):
    """A spreadsheet program is missing or failed."""
