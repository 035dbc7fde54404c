"""How long a check takes, beside the spreadsheet engine's own load and evaluation of the file.

Both are measured in turn in one process, after one warm-up of each. The engine's part is what no
check with this engine can do without; the aim is at most 1.5 times as long for all of it:
reading the recipe and the inputs, training, comparing every formula and every value.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common import Benchmark

from xlbackprop.api import load, write
from xlbackprop.checks.check import check

CASES = (("xor", {}), ("backprop", {}), ("backprop", {"epochs": 200}))
TINY = (("xor", {"epochs": 2}),)
RUNS = 7


def engine_seconds(path: Path) -> float:
    import ironcalc  # not above: --help needs no engine

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


def table(tiny: bool) -> Iterator[str]:
    yield "| workbook | formula cells | IronCalc alone | check | check / IronCalc |"
    yield "|---|---:|---:|---:|---:|"
    runs = 1 if tiny else RUNS
    with tempfile.TemporaryDirectory() as folder:
        for number, (lesson, changes) in enumerate(TINY if tiny else CASES):
            path = Path(folder) / f"{number}.xlsx"
            write(load(lesson, **changes), path)
            formulas = check(path).formulas
            pairs = [(engine_seconds(path), check_seconds(path)) for _ in range(runs + 1)][1:]
            engine, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(b / a for a, b in pairs)
            epochs = f", {changes['epochs']} epochs" if changes else ""
            yield (
                f"| {lesson}{epochs} | {formulas:,} | {engine:.3f} s | {ours:.3f} s | {ratio:.2f} |"
            )


if __name__ == "__main__":
    Benchmark("check", __doc__, {"ironcalc": "ironcalc"}, table).main()
