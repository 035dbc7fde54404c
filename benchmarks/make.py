"""How long a large workbook takes from its recipe to the closed file, beside other libraries.

The lessons iris (4-5-3, 150 examples) for 100 epochs of the full batch and cnn (three filters, 96
pictures) for 50: over a million formula cells each. xlbackprop's time is all that a user waits for:
the whole command, from the start of Python over reading the recipe, training and laying out to
writing. The others are handed the sheets as data, trained and laid out, and only write their cells,
without styles and charts; openpyxl without values, too. Each measurement runs in a process of its
own.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common import Benchmark, medians
from writers import PACKAGES, PEERS

import xlbackprop as xb
from xlbackprop.sheets.book import names, new_grids
from xlbackprop.sheets.kinds import layout_of
from xlbackprop.workbook.grid import Grid

EPOCHS = {"iris": 100, "cnn": 50}  # of each lesson
TINY = {"xor": 1}
OURS = "xlbackprop"
RUNS = 3


def measure(lesson: str, epochs: int, what: str) -> dict[str, float]:
    """Make the workbook once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        if what == OURS:
            command = [sys.executable, "-m", "xlbackprop", "make", lesson]
            command += ["--epochs", str(epochs), "-o", str(path)]
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
        else:
            sheets, defined = book(lesson, epochs)
            start = time.perf_counter()
            PEERS[what](path, sheets, defined)
        return {"seconds": time.perf_counter() - start}


def book(lesson: str, epochs: int) -> tuple[list[Grid], dict[str, str]]:
    """The sheets as data, and the names of their cells."""
    layout = layout_of(xb.load(lesson, epochs=epochs))
    return new_grids(layout, xb.run(layout.recipe)), names(layout)


def table(tiny: bool) -> Iterator[str]:
    yield "| lesson | formula cells | writer | seconds | cells/s | times ours |"
    yield "|---|---:|---|---:|---:|---:|"
    for lesson, epochs in (TINY if tiny else EPOCHS).items():
        formulas, ours = sum(grid.formula_count() for grid in book(lesson, epochs)[0]), 0.0
        for what in (OURS, *PEERS):
            seconds = medians(0 if tiny else RUNS, measure, lesson, epochs, what)["seconds"]
            ours = ours or seconds
            named = f"`xlbackprop make {lesson} --epochs {epochs}`" if what == OURS else what
            yield (
                f"| {lesson} | {formulas:,} | {named} | {seconds:.2f} "
                f"| {formulas / seconds:,.0f} | {seconds / ours:.1f} |"
            )


if __name__ == "__main__":
    Benchmark("make", __doc__, PACKAGES, table).main()
