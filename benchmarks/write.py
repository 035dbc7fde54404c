"""How fast a Training sheet with all its formulas gets into a file, beside other libraries.

    python benchmarks/write.py

Every writer gets the same sheet and writes the same formulas. xlbackprop and XlsxWriter store
the values too; openpyxl can't. Each measurement runs in a process of its own. Time counts from
the sheet as data to the closed file. Memory is the peak of the process while writing less what
it held before, the sheet with all its values; so it is what the writer needs on top.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import psutil
import xlsxwriter
from common import ETA, training_book
from openpyxl.styles import Alignment, Border, Font, PatternFill

from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.package import write_book

SIZES = (200_000, 1_000_000, 5_000_000)
MEGABYTE = 1 << 20


class Plain:
    """The look of a cell that has none."""

    font, fill, border, alignment = Font(), PatternFill(), Border(), Alignment()
    number_format = "General"


def write_xlbackprop(path: Path, grids: list[Grid]) -> None:
    write_book(
        path,
        grids,
        looks={"text": Plain(), "number": Plain()},
        names={"eta": "Parameters!$C$5"},
        title="",
        language="en",
    )


def write_openpyxl(path: Path, grids: list[Grid]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        for row, cells in rows(grid):
            for column, formula, value in cells:
                sheet.cell(row, column, value if formula is None else "=" + formula)
    _name_eta(book)
    book.save(path)


def write_openpyxl_write_only(path: Path, grids: list[Grid]) -> None:
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
    _name_eta(book)
    book.save(path)


def write_xlsxwriter(path: Path, grids: list[Grid]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for grid in grids:
            sheet = book.add_worksheet(grid.name)
            for row, cells in rows(grid):
                for column, formula, value in cells:
                    if formula is not None:
                        sheet.write_formula(row - 1, column - 1, "=" + formula, None, value)
                    elif isinstance(value, str):
                        sheet.write_string(row - 1, column - 1, value)
                    else:
                        sheet.write_number(row - 1, column - 1, value)
        book.define_name("eta", "=Parameters!$C$5")


def _name_eta(book: openpyxl.Workbook) -> None:
    book.defined_names["eta"] = openpyxl.workbook.defined_name.DefinedName(
        "eta", attr_text="Parameters!$C$5"
    )


def rows(grid: Grid) -> Iterator[tuple[int, list[tuple[int, str | None, object]]]]:
    """Row number and (column, formula, value) of its cells, from left to right, from the top.

    Blocks come in the order of rows in this sheet, at most two on one row.
    """
    single = {cell.row: cell for cell in grid.cells} if grid.blocks else {}
    if not grid.blocks:
        for cell in grid.cells:
            yield cell.row, [(cell.column, cell.formula, cell.value)]
    waiting: tuple[int, list[tuple[int, str | None, object]]] = (0, [])
    for block in grid.blocks:
        for row, values in enumerate(block.values.tolist(), block.row):
            number = str(row)
            cells: list[tuple[int, str | None, object]] = [
                (column, formula and formula.replace("{r}", number), value)
                for column, (formula, value) in enumerate(
                    zip(block.formulas, values, strict=True), block.column
                )
            ]
            if row == waiting[0]:
                cells = waiting[1] + cells
            elif waiting[0]:
                yield waiting
            if row in single:
                cell = single.pop(row)
                cells.insert(0, (cell.column, None, cell.value))
            waiting = row, cells
    if waiting[0]:
        yield waiting


WRITERS: dict[str, Callable[[Path, list[Grid]], None]] = {
    "xlbackprop": write_xlbackprop,
    "openpyxl": write_openpyxl,
    "openpyxl, write-only": write_openpyxl_write_only,
    "XlsxWriter, constant memory": write_xlsxwriter,
}
LARGEST = {"openpyxl": 1_000_000}  # beyond it wants several gigabytes


def measure(writer: str, size: int) -> dict[str, float]:
    """Write once, here."""
    grids = training_book(size)
    formulas = grids[0].formula_count()
    before = psutil.Process().memory_info().rss
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        start = time.perf_counter()
        WRITERS[writer](path, grids)
        seconds = time.perf_counter() - start
        size_of_file = path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "formulas": formulas,
        "speed": formulas / seconds,
        "bytes": size_of_file / formulas,
        "memory": (peak - before) / MEGABYTE,
    }


def measure_often(writer: str, size: int) -> dict[str, float]:
    """Medians of several runs, each in a fresh process."""
    runs = 5 if writer == "xlbackprop" else 3 if size <= 1_000_000 else 1
    command = [sys.executable, __file__, writer, str(size)]
    results = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(runs)
    ]
    return {key: statistics.median(run[key] for run in results) for key in results[0]}


def main() -> None:
    print(
        f"Training sheet of a 12-3-2 network on 64 images, eta {ETA}; Python "
        f"{sys.version.split()[0]}, openpyxl {openpyxl.__version__}, "
        f"XlsxWriter {xlsxwriter.__version__}; values stored by xlbackprop and XlsxWriter.\n"
    )
    print(
        "| formula cells | writer | cells/s | of xlbackprop | bytes/cell | memory above the trace |"
    )
    print("|---:|---|---:|---:|---:|---:|")
    for size in SIZES:
        ours = 0.0
        for writer in WRITERS:
            if size > LARGEST.get(writer, size):
                print(f"| {size:,} | {writer} | n/a | | | |", flush=True)
                continue
            result = measure_often(writer, size)
            ours = ours or result["speed"]
            print(
                f"| {result['formulas']:,.0f} | {writer} | {result['speed']:,.0f} "
                f"| 1/{ours / result['speed']:.1f} | {result['bytes']:.1f} "
                f"| {result['memory']:,.0f} MB |",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
