"""What the benchmarks share: processes of their own, and a table that may go into the README."""

import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def in_own_process(runs: int, *arguments: object, **environment: str) -> dict[str, float]:
    """Medians of what the running benchmark prints as JSON when started with these arguments."""
    command = [sys.executable, sys.argv[0], *map(str, arguments)]
    results = [
        json.loads(
            subprocess.run(
                command, check=True, stdout=subprocess.PIPE, env=os.environ | environment
            ).stdout
        )
        for _ in range(runs)
    ]
    return {key: statistics.median(run[key] for run in results) for key in results[0]}


def show(name: str, table: Iterable[str]) -> None:
    """Print a table line by line; with ``--readme`` put it between the README's marks, too."""
    lines = []
    for line in table:
        print(line, flush=True)
        lines.append(line)
    if "--readme" in sys.argv:
        _put_into_readme(name, "\n".join(lines))


def _put_into_readme(name: str, table: str) -> None:
    mark = f"<!-- {name} -->"
    pattern = re.compile(f"{mark}.*?{mark}", re.DOTALL)
    text = README.read_text(encoding="utf-8")
    assert len(pattern.findall(text)) == 1, f"README.md: wanted the mark {mark} twice"
    README.write_text(pattern.sub(lambda _: f"{mark}\n{table}\n{mark}", text), encoding="utf-8")
