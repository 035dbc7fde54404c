"""A workbook's values and formulas, read and recalculated by IronCalc.

Sheets are given by name; rows and columns count from 1.
"""

import re
from functools import cached_property, partial
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

from xlbackprop.errors import BookError
from xlbackprop.gate import AREA
from xlbackprop.recalc.mend import write_mended
from xlbackprop.recalc.native import NativeError, call
from xlbackprop.workbook.escapes import unescape_text
from xlbackprop.workbook.opened import inspect

if TYPE_CHECKING:
    from ironcalc import Model


class CellError(str):
    """The value of a cell that shows an error: `#NUM!`, `#DIV/0!` ...; text is a plain str."""

    __slots__ = ()


Value: TypeAlias = float | str | bool | None  # CellError is a str; None is an empty cell

# IronCalc's own error: before it evaluates, a formula has no stored value; after, it can't read it.
_NOT_STORED = "#ERROR!"
# An "@" that is no part of a text or of a quoted sheet name: IronCalc's implicit intersection.
_QUOTED_OR_AT = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|@""")


class Book:
    """Values and formulas of one workbook."""

    def __init__(self, path: Path, model: "Model") -> None:
        """Wrap a loaded model; `path` is for messages."""
        from ironcalc import CellType

        self.path = path
        self._model = model
        self._error_type = CellType.ErrorValue
        self._evaluated = False
        self._put: dict[tuple[int, int, int], Value] = {}

    @classmethod
    def open(cls, path: str | Path) -> "Book":
        """The workbook with the values stored in the file.

        Raises:
            FileError: There is no such file, or it can't be read.
            BookError: It isn't an .xlsx workbook, is damaged, protected, too large or unsafe.
        """
        path = Path(path)
        load = _load_mended if inspect(path) else _load
        try:
            return cls(path, load(path))._sized()
        except NativeError as first:
            try:  # perhaps only its looks are beyond the engine
                return cls(path, _load_mended(path))._sized()
            except NativeError:
                raise BookError(
                    f"{path}: can't be understood ({first}); "
                    "open it in a spreadsheet program and save it as .xlsx again."
                ) from first

    def _sized(self) -> "Book":
        """The same book, if its sheets can be gone through cell by cell."""
        for sheet in self.sheets:
            rows, columns = self.dimensions(sheet)
            if rows * columns > AREA:
                raise BookError(
                    f"{self.path}: the sheet {sheet!r} goes down to row {rows:,} and across to "
                    f"column {columns:,}, {rows * columns:,} cells, wanted at most {AREA:,}; "
                    "delete what stands far away from the rest."
                )
        return self

    @cached_property
    def _indices(self) -> dict[str, int]:
        properties = self._model.get_worksheets_properties()
        return {sheet["name"]: index for index, sheet in enumerate(properties)}

    @property
    def sheets(self) -> tuple[str, ...]:
        """Names of the worksheets, hidden ones too, in their order."""
        return tuple(self._indices)

    @property
    def names(self) -> dict[str, str]:
        """Defined names of the whole workbook: {"eta": "Start!$B$3"}."""
        defined = self._model.get_defined_name_list()
        return {name["name"]: name["formula"] for name in defined if name["scope"] is None}

    def dimensions(self, sheet: str) -> tuple[int, int]:
        """Last row and last column in use; (1, 1) for an empty sheet."""
        _, bottom, _, right = self._model.get_sheet_dimensions(self._index(sheet))
        return bottom, right

    def value(self, sheet: str, row: int, column: int) -> Value:
        """What one cell shows: a number, text, a truth value, a CellError, or None if empty."""
        return self.values(sheet, row, column, 1, 1)[0][0]

    def values(self, sheet: str, top: int, left: int, rows: int, columns: int) -> list[list[Value]]:
        """A rectangle of values, as `rows` lists of `columns` values."""
        index, get = self._index(sheet), self._model.get_cell_value
        across = range(left, left + columns)
        block: list[list[Value]] = [
            list(map(get, repeat(index), repeat(row), across)) for row in range(top, top + rows)
        ]
        for row, line in enumerate(block, start=top):
            if str in map(type, line):  # only texts need a second look
                line[:] = map(partial(self._value, index, row), across, line)
        for (of, row, column), value in self._put.items():
            if of == index and 0 <= row - top < rows and 0 <= column - left < columns:
                block[row - top][column - left] = value
        return block

    def formula(self, sheet: str, row: int, column: int) -> str | None:
        """A cell's formula in IronCalc's wording, without "=" and "@"; None for a plain cell.

        Shared formulas are expanded. The wording can differ from the file's: needless brackets go,
        and names of functions that IronCalc doesn't know become lower case.
        """
        formula = self._model.get_cell_formula(self._index(sheet), row, column)
        if formula is None:
            return None
        formula = formula.removeprefix("=")
        return _QUOTED_OR_AT.sub(r"\1", formula) if "@" in formula else formula

    def put(self, sheet: str, row: int, column: int, value: float | str | bool) -> None:
        """Have a cell show a value, here and not in the file."""
        self._put[self._index(sheet), row, column] = value

    def evaluate(self) -> None:
        """Recalculate all formulas in place.

        Raises:
            BookError: The engine gave up.
        """
        try:
            call(self._model.evaluate)
        except NativeError as problem:
            raise BookError(
                f"{self.path}: can't be recalculated by IronCalc ({problem}); try another engine."
            ) from problem
        self._evaluated = True

    def _index(self, sheet: str) -> int:
        try:
            return self._indices[sheet]
        except KeyError:
            known = ", ".join(self.sheets)
            message = f"{self.path}: has no sheet {sheet!r}, only {known}; check the name."
            raise BookError(message) from None

    def _value(self, index: int, row: int, column: int, raw: Value) -> Value:
        """The value as it is meant; of `raw`, IronCalc's, errors are plain texts."""
        if type(raw) is not str:
            return raw
        if raw.startswith("#") and self._is_error(index, row, column):
            return None if raw == _NOT_STORED and not self._evaluated else CellError(raw)
        return unescape_text(raw)

    def _is_error(self, index: int, row: int, column: int) -> bool:
        return self._model.get_cell_type(index, row, column) == self._error_type


def _load(path: Path) -> "Model":
    from ironcalc import load_from_xlsx

    return call(lambda: load_from_xlsx(str(path), "en", "UTC", "en"))


def _load_mended(path: Path) -> "Model":
    with TemporaryDirectory(prefix="xlbackprop-") as folder:
        copy = Path(folder) / "mended.xlsx"
        write_mended(path, copy)
        return _load(copy)
