"""How long a check takes, beside the spreadsheet engine's own load and evaluation of the file.

    python benchmarks/check.py             print the table
    python benchmarks/check.py --readme    and put it into the README

Both are measured in turn in one process, after one warm-up of each. The engine's part is what no
check with this engine can do without; the aim is at most 1.5 times as long for all of it:
reading the recipe and the inputs, training, comparing every formula and every value.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import ironcalc
from common import show

from xlbackprop.api import load, write
from xlbackprop.comparison import check

CASES = (("xor", {}), ("backprop", {}), ("backprop", {"epochs": 200}))
RUNS = 7


def engine_seconds(path: Path) -> float:
    start = time.perf_counter()
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return time.perf_counter() - start


def check_seconds(path: Path) -> float:
    start = time.perf_counter()
    report = check(path)
    seconds = time.perf_counter() - start
    assert report.agrees, report.verdict()
    return seconds


def table() -> Iterator[str]:
    yield "| workbook | formula cells | IronCalc alone | check | check / IronCalc |"
    yield "|---|---:|---:|---:|---:|"
    with tempfile.TemporaryDirectory() as folder:
        for number, (lesson, changes) in enumerate(CASES):
            path = Path(folder) / f"{number}.xlsx"
            write(load(lesson, **changes), path)
            formulas = check(path).formulas
            pairs = [(engine_seconds(path), check_seconds(path)) for _ in range(RUNS + 1)][1:]
            engine, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            epochs = f", {changes['epochs']} epochs" if changes else ""
            yield (
                f"| {lesson}{epochs} | {formulas:,} | {engine:.3f} s | {ours:.3f} s | {ratio:.2f} |"
            )


def main() -> None:
    print(f"Python {sys.version.split()[0]}, IronCalc {ironcalc.__version__}\n")
    show("check", table())


if __name__ == "__main__":
    main()
