"""How fast a Training sheet with all its formulas gets into a file, beside other libraries.

Every writer gets the same sheet, that of the lesson backprop (12-3-2, 64 examples), and writes the
same formulas. xlbackprop and XlsxWriter store the values too; openpyxl can't. xlbackprop alone
writes styles, which costs it time and bytes. Each measurement runs in a process of its own. Time
counts from the sheet as data to the closed file. Memory, which only Linux tells, is the peak of the
process from the end of the training on, less what it held then: the trace. It includes the sheet as
data, which all writers get.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from math import nan
from pathlib import Path

from common import Benchmark, medians
from writers import PACKAGES, WRITERS

from xlbackprop.api import load
from xlbackprop.sheets.book import names, new_content
from xlbackprop.sheets.kinds import KINDS, layout_of
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.engine import run
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.grid import Grid

SIZES = (200_000, 1_000_000, 5_000_000)
TINY = (5_000,)
SHEETS = ("training", "data", "parameters")  # the first, and those that it reads
PROCESS = Path("/proc/self")
MEGABYTE = 1 << 20
LARGEST = {"openpyxl": 1_000_000}  # beyond it wants several gigabytes


def trained(formula_cells: int) -> tuple[Layout, Trace]:
    """A training whose Training sheet has about so many formula cells."""
    epochs = max(1, round(formula_cells / 5_102))  # formula cells of one epoch
    layout = layout_of(load("backprop", epochs=epochs, views=[]))  # only sheets of training
    return layout, run(layout.recipe)


def training_book(layout: Layout, trace: Trace) -> tuple[list[Grid], dict[str, str]]:
    """The Training sheet, the sheets that it reads, and its names."""
    content = new_content(layout, trace)
    return [KINDS[kind].grid(layout, content) for kind in SHEETS], names(layout)


def measure(writer: str, size: int) -> dict[str, float]:
    """Write once, here."""
    layout, trace = trained(size)
    if PROCESS.exists():
        (PROCESS / "clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = memory("VmRSS")
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


def memory(field: str) -> float:
    """Memory of this process in bytes: VmRSS now, VmHWM at its highest; NaN without Linux."""
    if not PROCESS.exists():
        return nan
    status = (PROCESS / "status").read_text(encoding="ascii")
    return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024


def table(tiny: bool) -> Iterator[str]:
    yield "| formula cells | writer | cells/s | of ours | bytes/cell | memory above the trace |"
    yield "|---:|---|---:|---:|---:|---:|"
    for size in TINY if tiny else SIZES:
        ours = 0.0
        for writer in WRITERS:
            if size > LARGEST.get(writer, size):
                yield f"| {size:,} | {writer} | n/a | | | |"
                continue
            runs = 5 if writer == "xlbackprop" else 3 if size <= 1_000_000 else 1
            result = medians(0 if tiny else runs, measure, writer, size)
            ours = ours or result["speed"]
            yield (
                f"| {result['formulas']:,.0f} | {writer} | {result['speed']:,.0f} "
                f"| 1/{ours / result['speed']:.1f} | {result['bytes']:.1f} "
                f"| {result['memory']:,.0f} MB |"
            )


if __name__ == "__main__":
    Benchmark("write", __doc__, PACKAGES, table).main()
