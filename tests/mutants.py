"""How strong the tests are: small faults, and whether the suite finds them.

    python tests/mutants.py                        300 mutants, all tests that pytest runs
    python tests/mutants.py --count 50 --seed 2 --only 'sheets/compare*'
    python tests/mutants.py --list                 which there would be
    python tests/mutants.py -o mutants.json        the results as JSON, too
    python tests/mutants.py --again mutants.json   those that survived once more, and all counted

A mutant has one fault, or the same in a formula and in its Python value. Tests run until one fails,
those first that execute the changed line and are the most telling; what survives has met them all.
Tests that start a spreadsheet program are left out but for ``--programs``. Survivors that no test
can find are explained in ``mutants.toml``. Needs coverage.
"""

import argparse
import json
import signal
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fnmatch import fnmatch
from itertools import takewhile
from os import environ
from pathlib import Path
from typing import Any

from mutating.choice import KINDS, Mutant, all_mutants, choose, modules
from mutating.trials import ENVIRONMENT, Result, Trials, copied, prepare, recorded

ROOT = Path(__file__).parents[1]
EXPLAINED = Path(__file__).with_suffix(".toml")
CAUGHT = ("caught", "timed out")
NEAR = 12  # characters that are shown beside a change
Entry = dict[str, Any]  # a mutant and what became of it, as JSON has them


def main() -> int:
    """Try mutants; the exit status is 1 where one survives and is not explained."""
    asked = arguments()
    old = json.loads(asked.again.read_text(encoding="utf-8")) if asked.again else []
    mutants = survivors(old) if asked.again else chosen(asked)
    if asked.list:
        print(*(f"{mutant.kind:8}{told(entry(mutant))}" for mutant in mutants), sep="\n")
        return 0
    known = {place(explanation): explanation["why"] for explanation in explanations()}
    found = {place(item): item for item in old}
    try:
        for item in tried(mutants, asked):
            found[place(item)] = item | {"why": known.get(place(item), "")}
            print(f"{len(found)} {told(item)}", flush=True)
    finally:
        entries = sorted(found.values(), key=lambda item: (item["path"], item["line"]))
        if asked.output:
            asked.output.write_text(json.dumps(entries, indent=1, ensure_ascii=False), "utf-8")
    print("", *summary(entries), sep="\n")
    return int(any(is_open(item) for item in entries))


def arguments() -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(description="Small faults, and whether the tests find them.")
    parser.add_argument("--count", type=int, default=300, help="so many mutants")
    parser.add_argument("--seed", type=int, default=1, help="what draws them")
    parser.add_argument("--only", default="*", help="modules of the package, such as sheets/fit*")
    parser.add_argument("--list", action="store_true", help="show the mutants, try none")
    parser.add_argument("--again", type=Path, help="results of which the survivors are tried")
    parser.add_argument("--jobs", type=int, default=2, help="so many trials at a time")
    parser.add_argument("--tests", nargs="*", default=[], help="only these folders or files")
    parser.add_argument("--without", default="", help="no tests of such names: tests/test_golden*")
    parser.add_argument("--quickly", action="store_true", help="only the few most telling tests")
    parser.add_argument("--programs", action="store_true", help="tests that start programs, too")
    parser.add_argument("-o", "--output", type=Path, help="a file for the results, JSON")
    return parser.parse_args()


def chosen(asked: argparse.Namespace) -> list[Mutant]:
    """The mutants that are asked for."""
    return choose(ROOT, asked.count, asked.seed, asked.only)


def survivors(entries: Sequence[Entry]) -> list[Mutant]:
    """The mutants of earlier results that were not caught and are still possible."""
    wanted = {place(item) for item in entries if item["outcome"] not in CAUGHT}
    return [mutant for key, mutant in possible({path for path, *_ in wanted}) if key in wanted]


def possible(paths: set[str]) -> Iterator[tuple[tuple[Any, ...], Mutant]]:
    """All mutants of some modules by their place."""
    for path in sorted(paths & set(modules(ROOT))):
        for mutant in all_mutants(path, (ROOT / path).read_text(encoding="utf-8")):
            yield place(entry(mutant)), mutant


def place(item: Entry) -> tuple[Any, ...]:
    """What a mutant is, wherever its lines have moved to."""
    texts = ([text] if isinstance(text, str) else text for text in (item["before"], item["after"]))
    return item["path"], item["function"], *map(tuple, texts)


def entry(mutant: Mutant, result: Result | None = None) -> Entry:
    """A mutant and what became of it."""
    shown = {name: value for name, value in vars(mutant).items() if name not in ("edits", "around")}
    return shown | (asdict(result) if result else {})


def explanations() -> list[Entry]:
    """Survivors that need no test, and why."""
    return tomllib.loads(EXPLAINED.read_text(encoding="utf-8")).get("survivor", [])


def tried(mutants: Sequence[Mutant], asked: argparse.Namespace) -> Iterator[Entry]:
    """What became of each mutant; of some another time, when it turns out to be doubtful."""
    environ.update(ENVIRONMENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that nothing is left running
    with tempfile.TemporaryDirectory(prefix="mutants-", ignore_cleanup_errors=True) as folder:
        trees = [copied(ROOT, Path(folder) / f"tree-{job}") for job in range(asked.jobs)]
        record = recorded(ROOT, trees[0], asked.tests, programs=asked.programs)
        print(f"{len(record.passed)} tests; {len(record.failed)} fail here without any mutant.")
        record.passed = [test for test in record.passed if not fnmatch(test, asked.without)]
        prepare(record)
        trials, caught = Trials(record, trees, quickly=asked.quickly), list[Entry]()
        for mutant, result in trials.results(mutants):
            yield entry(mutant, result)
            caught += [entry(mutant, result)] if result.by else []
        doubtful = trials.unreliable(sorted({item["by"] for item in caught}))
        yield from (item | {"outcome": "doubtful"} for item in caught if item["by"] in doubtful)


def told(item: Entry) -> str:
    """A line about a mutant."""
    changes = zip(item["before"], item["after"], strict=True)
    change = " and ".join(shortly(before, after) for before, after in changes)
    where = f"{item['path']}:{item['line']} {item['function']}".strip()
    if "outcome" not in item:
        return f"{where}: {change}"
    by = f" by {item['by']}" if item["by"] else ""
    return f"{where}: {change}: {item['outcome']}{by}, {item['seconds']:.1f} s"


def shortly(before: str, after: str) -> str:
    """What differs between two lines, and a little beside it."""
    left = alike(before, after)
    right = alike(before[left:][::-1], after[left:][::-1])
    first = max(0, left - NEAR)
    pieces = (text[first : len(text) - max(0, right - NEAR)] for text in (before, after))
    return " → ".join(f"`{piece}`" for piece in pieces)


def alike(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(one, two, strict=False)))


def is_open(item: Entry) -> bool:
    """Whether a mutant was not caught and nobody has said why."""
    return item["outcome"] not in CAUGHT and not item["why"]


def summary(entries: Sequence[Entry]) -> Iterator[str]:
    """What survived, and how many mutants of each kind were caught."""
    for item in entries:
        if item["outcome"] not in CAUGHT:
            yield f"{told(item)}{'; explained: ' if item['why'] else ''}{item['why']}"
    for kind in (*KINDS, ""):
        some = [item for item in entries if item["kind"] == kind or not kind]
        if some:
            yield f"{kind or 'all':8}{counted(some)}"


def counted(entries: Sequence[Entry]) -> str:
    """How many mutants were caught, in words."""
    caught = sum(item["outcome"] in CAUGHT for item in entries)
    late = sum(item["outcome"] == "timed out" for item in entries)
    why = sum(item["outcome"] not in CAUGHT and bool(item["why"]) for item in entries)
    unrun = sum(item["outcome"] == "not run" for item in entries)
    return (
        f"caught {caught} of {len(entries)} ({caught / len(entries):.1%}), {late} of them by time; "
        f"of the others {why} are explained, {unrun} met no test that executes them"
    )


if __name__ == "__main__":
    raise SystemExit(main())
