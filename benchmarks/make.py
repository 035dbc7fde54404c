"""How long a large workbook takes from its recipe to the closed file, beside other libraries.

    python benchmarks/make.py             print the table
    python benchmarks/make.py --readme    and put it into the README

The lesson iris (4-5-3, 150 examples) for 100 epochs of the full batch: over a million formula cells
on seven sheets. xlbackprop's time is all that a user waits for: the whole command, from the start
of Python over reading the recipe, training and laying out to writing. The others are handed the
sheets as data, trained and laid out, and only write their cells, without styles and charts;
openpyxl without values, too. Each measurement runs in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import xlsxwriter
from common import in_own_process, show
from writers import PEERS

import xlbackprop as xb
from xlbackprop.sheets.book import names, new_grids
from xlbackprop.sheets.layout import Layout
from xlbackprop.workbook.grid import Grid

LESSON, EPOCHS = "iris", 100
OURS = f"`xlbackprop make {LESSON} --epochs {EPOCHS}`"
RUNS = 3


def measure(what: str) -> dict[str, float]:
    """Make the workbook once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        if what == OURS:
            command = [sys.executable, "-m", "xlbackprop", "make", LESSON]
            command += ["--epochs", str(EPOCHS), "-o", str(path)]
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
        else:
            sheets, defined = book()
            start = time.perf_counter()
            PEERS[what](path, sheets, defined)
        return {"seconds": time.perf_counter() - start}


def book() -> tuple[list[Grid], dict[str, str]]:
    """The sheets as data, and the names of their cells."""
    layout = Layout.of(xb.load(LESSON, epochs=EPOCHS))
    return new_grids(layout, xb.run(layout.recipe)), names(layout)


def table() -> Iterator[str]:
    formulas, ours = sum(grid.formula_count() for grid in book()[0]), 0.0
    yield f"| {formulas:,} formula cells | seconds | cells/s | times ours |"
    yield "|---|---:|---:|---:|"
    for what in (OURS, *PEERS):
        seconds = in_own_process(RUNS, what)["seconds"]
        ours = ours or seconds
        yield f"| {what} | {seconds:.2f} | {formulas / seconds:,.0f} | {seconds / ours:.1f} |"


def main() -> None:
    print(
        f"Lesson {LESSON}, {EPOCHS} epochs; Python {sys.version.split()[0]}, "
        f"openpyxl {openpyxl.__version__}, XlsxWriter {xlsxwriter.__version__}.\n"
    )
    show("make", table())


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] != "--readme":
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
