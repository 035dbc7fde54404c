"""Spreadsheet engines that are packages: they compute in process, one file after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.recalc.native import NativeError, call
from xlbackprop.recalc.program import recalculate_with


@dataclass(frozen=True)
class Library:
    """A package that recalculates workbooks.

    Attributes:
        package: as it is imported and installed.
        title: its name, for messages.
    """

    package: str
    title: str

    def why_missing(self) -> str | None:
        """None when it is installed, else one sentence on how to install it."""
        if find_spec(self.package):
            return None
        way = f"pip install {self.package}"
        return f"{self.title} is not installed; to install it: {way}."

    def recalculate(
        self, paths: Sequence[Path], convert: Callable[[Path, Path], None]
    ) -> list[Book]:
        """The workbooks as the package recalculates them.

        Args:
            paths: the workbooks; they are only read.
            convert: recalculates one file into another.

        Raises:
            FileError: A workbook isn't there or can't be read.
            BookError: A workbook isn't a safe .xlsx file.
            EngineError: The package is missing, failed or kept stored values.
        """
        missing = self.why_missing()
        if missing:
            raise EngineError(missing)

        def convert_all(folder: Path, names: list[str]) -> None:
            for path, name in zip(paths, names, strict=True):
                try:
                    call(partial(convert, folder / "in" / name, folder / "out" / name))
                except NativeError as problem:
                    message = f"{path}: {self.title} failed ({problem}); try another engine."
                    raise EngineError(message) from problem

        return recalculate_with(self.title, paths, convert_all)
