"""How fast a Training sheet with all its formulas gets into a file, beside other libraries.

    python benchmarks/write.py             print the table
    python benchmarks/write.py --readme    and put it into the README

Every writer gets the same sheet and writes the same formulas. xlbackprop and XlsxWriter store
the values too; openpyxl can't. xlbackprop alone writes styles, which costs it time and bytes. Each
measurement runs in a process of its own. Time counts from the sheet as data to the closed file.
Memory is the peak of the process from the end of the training on, less what it held then: the
trace. It includes the sheet as data, which all writers get.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import xlsxwriter
from common import rows, trained, training_book
from openpyxl.workbook.defined_name import DefinedName
from readme import put_into_readme

from xlbackprop.workbook.grid import Grid
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.style import STYLES

SIZES = (200_000, 1_000_000, 5_000_000)
MEGABYTE = 1 << 20


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


WRITERS: dict[str, Callable[[Path, list[Grid], dict[str, str]], None]] = {
    "xlbackprop": write_xlbackprop,
    "openpyxl": write_openpyxl,
    "openpyxl, write-only": write_openpyxl_write_only,
    "XlsxWriter, constant memory": write_xlsxwriter,
}
LARGEST = {"openpyxl": 1_000_000}  # beyond it wants several gigabytes


def measure(writer: str, size: int) -> dict[str, float]:
    """Write once, here."""
    layout, trace = trained(size)
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    grids, names = training_book(layout, trace)
    formulas = sum(grid.formula_count() for grid in grids)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        start = time.perf_counter()
        WRITERS[writer](path, grids, names)
        seconds = time.perf_counter() - start
        size_of_file = path.stat().st_size
    peak = memory("VmHWM")
    return {
        "formulas": formulas,
        "speed": formulas / seconds,
        "bytes": size_of_file / formulas,
        "memory": (peak - before) / MEGABYTE,
    }


def memory(field: str) -> int:
    """Memory of this process in bytes: VmRSS now, VmHWM at its highest (Linux only)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024


def measure_often(writer: str, size: int) -> dict[str, float]:
    """Medians of several runs, each in a fresh process."""
    runs = 5 if writer == "xlbackprop" else 3 if size <= 1_000_000 else 1
    command = [sys.executable, __file__, writer, str(size)]
    results = [
        json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        for _ in range(runs)
    ]
    return {key: statistics.median(run[key] for run in results) for key in results[0]}


def table() -> Iterator[str]:
    yield "| formula cells | writer | cells/s | of ours | bytes/cell | memory above the trace |"
    yield "|---:|---|---:|---:|---:|---:|"
    for size in SIZES:
        ours = 0.0
        for writer in WRITERS:
            if size > LARGEST.get(writer, size):
                yield f"| {size:,} | {writer} | n/a | | | |"
                continue
            result = measure_often(writer, size)
            ours = ours or result["speed"]
            yield (
                f"| {result['formulas']:,.0f} | {writer} | {result['speed']:,.0f} "
                f"| 1/{ours / result['speed']:.1f} | {result['bytes']:.1f} "
                f"| {result['memory']:,.0f} MB |"
            )


def main() -> None:
    print(
        f"Training sheet of the lesson backprop (12-3-2, 64 examples); Python "
        f"{sys.version.split()[0]}, openpyxl {openpyxl.__version__}, "
        f"XlsxWriter {xlsxwriter.__version__}; values stored by xlbackprop and XlsxWriter.\n"
    )
    lines = []
    for line in table():
        print(line, flush=True)
        lines.append(line)
    if "--readme" in sys.argv:
        put_into_readme("write", "\n".join(lines))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
