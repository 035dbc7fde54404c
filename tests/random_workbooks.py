"""Random workbooks: whatever a recipe says and a reader types, `check` finds nothing wrong.

    python tests/random_workbooks.py --count 2000 --seed 1
    python tests/random_workbooks.py --count 200 --engine libreoffice --engine gnumeric
    python tests/random_workbooks.py --seed 1 --only 37 --keep /tmp/workbooks

Draws recipes over everything that they can say, and pages of maths with other numbers; writes
the workbooks, changes yellow cells of half of them, and checks all. Exit status 0: nothing was
blamed; 1: something was, and each line begins with the seed and number that draw it again.
"""

import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from drawing.trial import Trial, drawn_trial, findings, fitting

from xlbackprop.errors import XlbackpropError

AT_ONCE = 25  # workbooks for which a program is started once
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(
    count: Annotated[int, typer.Option(min=1, help="How many workbooks.")] = 200,
    seed: Annotated[str, typer.Option(help="What draws them.")] = "1",
    engine: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    first: Annotated[int, typer.Option(min=0, help="Number of the first.")] = 0,
    only: Annotated[int | None, typer.Option(help="This number alone.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Folder for those that are blamed.")] = None,
) -> None:
    """Draw workbooks, and check them."""
    numbers = range(first, first + count) if only is None else [only]
    began = time.monotonic()
    counts = Counter[str]()
    for start in range(0, len(numbers), AT_ONCE):
        with TemporaryDirectory() as folder:
            some = _drawn(seed, numbers[start : start + AT_ONCE], Path(folder), counts)
            for name in engine or ["ironcalc"]:
                counts[name] += len(fitting(some, name))
                for trial, told in findings(some, name):
                    counts["blamed"] += 1
                    print(f"{trial.told()} in {name}:\n{told}", flush=True)
                    _keep(trial, keep)
    seconds = time.monotonic() - began
    checked = ", ".join(f"{counts[name]:,} in {name}" for name in engine or ["ironcalc"])
    print(
        f"{counts['workbooks']:,} workbooks ({counts['pages']:,} pages of maths, "
        f"{counts['edited']:,} edited), {counts['refused']:,} recipes refused; checked {checked}: "
        f"{counts['blamed']:,} blamed; {seconds:,.0f} s"
    )
    raise typer.Exit(1 if counts["blamed"] else 0)


def _drawn(seed: str, numbers: Sequence[int], folder: Path, counts: Counter[str]) -> list[Trial]:
    """The workbooks of some numbers; what can't be written is counted as refused."""
    trials = []
    for number in numbers:
        try:
            trial = drawn_trial(seed, number, folder)
        except XlbackpropError:
            counts["refused"] += 1
            continue
        except Exception:  # none is expected: to go on, and tell
            counts["blamed"] += 1
            print(f"{seed}:{number} can't be written:\n{traceback.format_exc()}", flush=True)
            continue
        trials.append(trial)
        counts["workbooks"] += 1
        counts["refused"] += trial.refused
        counts["edited"] += bool(trial.edits)
        counts["pages"] += not hasattr(trial.recipe, "layers")
    return trials


def _keep(trial: Trial, folder: Path | None) -> None:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{trial.name.replace(':', '-')}.xlsx").write_bytes(trial.path.read_bytes())


if __name__ == "__main__":
    app()
