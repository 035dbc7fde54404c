"""xlbackprop and its peers as functions that write the same sheets to a file.

All write the same cells and formulas. xlbackprop and XlsxWriter store the formulas' values too;
openpyxl can't. xlbackprop alone writes what else the sheets have: styles, charts and so on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from xlbackprop.workbook.grid import Block, Grid, Value
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.style import STYLES

with suppress(ModuleNotFoundError):  # the scripts say so in a sentence
    import xlsxwriter

PACKAGES = {"openpyxl": "openpyxl", "xlsxwriter": "XlsxWriter"}  # by module

Entry = tuple[int, str | None, Value]  # column, formula, value


def write_xlbackprop(path: Path, grids: list[Grid], names: dict[str, str]) -> None:
    write_book(
        path,
        grids,
        looks=STYLES,
        names=names,
        title="",
        language="en",
    )


def write_openpyxl(path: Path, grids: list[Grid], names: dict[str, str]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        for row, cells in rows(grid):
            for column, formula, value in cells:
                sheet.cell(row, column, value if formula is None else "=" + formula)
    _add_names(book, names)
    book.save(path)


def write_openpyxl_write_only(path: Path, grids: list[Grid], names: dict[str, str]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        written = 0
        for row, cells in rows(grid):
            for _ in range(row - written - 1):
                sheet.append([])
            line: list[object] = []
            for column, formula, value in cells:
                line += [None] * (column - len(line) - 1)
                line.append(value if formula is None else "=" + formula)
            sheet.append(line)
            written = row
    _add_names(book, names)
    book.save(path)


def write_xlsxwriter(path: Path, grids: list[Grid], names: dict[str, str]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for grid in grids:
            sheet = book.add_worksheet(grid.name)
            for row, cells in rows(grid):
                for column, formula, value in cells:
                    if formula is not None:
                        sheet.write_formula(row - 1, column - 1, "=" + formula, None, value)
                    elif isinstance(value, str):
                        sheet.write_string(row - 1, column - 1, value)
                    elif value is not None:
                        sheet.write_number(row - 1, column - 1, value)
        for name, cell in names.items():
            book.define_name(name, f"={cell}")


def _add_names(book: openpyxl.Workbook, names: dict[str, str]) -> None:
    for name, cell in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=cell)


PEERS: dict[str, Callable[[Path, list[Grid], dict[str, str]], None]] = {
    "openpyxl": write_openpyxl,
    "openpyxl, write-only": write_openpyxl_write_only,
    "XlsxWriter, constant memory": write_xlsxwriter,
}
WRITERS = {"xlbackprop": write_xlbackprop} | PEERS


def rows(grid: Grid) -> Iterator[tuple[int, list[Entry]]]:
    """Row number and cells of each row, from the top, from left to right."""
    single = defaultdict(list)
    for cell in grid.cells:
        value = cell.value
        if isinstance(value, tuple):  # typeset text, plain for the other writers
            value = "".join(run.text for run in value)
        single[cell.row].append((cell.column, cell.formula, value))
    blocks: defaultdict[int, list[Block]] = defaultdict(list)
    for block in grid.blocks:
        for row in range(block.row, block.row + len(block.values)):
            blocks[row].append(block)
    for row in sorted({*single, *blocks}):
        cells = [*single.get(row, ())]
        for block in blocks.get(row, ()):
            cells += _cells(block, row)
        yield row, sorted(cells, key=lambda cell: cell[0])


def _cells(block: Block, row: int) -> Iterator[Entry]:
    number = str(row)
    values = block.values[row - block.row].tolist()
    for column, (formula, value) in enumerate(zip(block.formulas, values, strict=True)):
        if formula is not None:
            yield block.column + column, formula.replace("{r}", number), value
        elif value == value:  # NaN is an empty cell
            yield block.column + column, None, value
