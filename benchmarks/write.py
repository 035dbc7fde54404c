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
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import xlsxwriter
from common import in_own_process, show
from writers import WRITERS

from xlbackprop.api import load
from xlbackprop.engine import run
from xlbackprop.sheets import data, parameters, training
from xlbackprop.sheets.book import names
from xlbackprop.sheets.content import Content, Inputs
from xlbackprop.sheets.layout import Layout
from xlbackprop.trace import Trace
from xlbackprop.workbook.grid import Grid

SIZES = (200_000, 1_000_000, 5_000_000)
MEGABYTE = 1 << 20
LARGEST = {"openpyxl": 1_000_000}  # beyond it wants several gigabytes


def trained(formula_cells: int) -> tuple[Layout, Trace]:
    """A training whose Training sheet has about so many formula cells."""
    epochs = max(1, round(formula_cells / 5_102))  # formula cells of one epoch
    layout = Layout.of(load("backprop", epochs=epochs))
    return layout, run(layout.recipe)


def training_book(layout: Layout, trace: Trace) -> tuple[list[Grid], dict[str, str]]:
    """The Training sheet, the sheets that it reads, and its names."""
    inputs = Inputs.of(layout.recipe)
    targets = inputs.t(layout.recipe.classes())
    content = Content("", inputs, targets, trace, trace, trace)
    sheets = [builder(layout, content) for builder in (training.grid, data.grid, parameters.grid)]
    return sheets, names(layout)


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


def table() -> Iterator[str]:
    yield "| formula cells | writer | cells/s | of ours | bytes/cell | memory above the trace |"
    yield "|---:|---|---:|---:|---:|---:|"
    for size in SIZES:
        ours = 0.0
        for writer in WRITERS:
            if size > LARGEST.get(writer, size):
                yield f"| {size:,} | {writer} | n/a | | | |"
                continue
            runs = 5 if writer == "xlbackprop" else 3 if size <= 1_000_000 else 1
            result = in_own_process(runs, writer, size)
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
    show("write", table())


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
