"""Trying mutants: which tests to run first, and a process for each trial.

A process that has imported everything but the package and its tests is split for each trial, so
that a trial takes as long as its tests. Each works on a copy of the repository, so that commands in
processes of their own meet the mutant, too.
"""

import compileall
import gc
import importlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.util import find_spec
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import pytest

from mutating.choice import PACKAGE, Mutant, changed
from mutating.record import Record, record

SHORT = 12.0  # seconds of the tests that are tried first
PATIENCE, TIMES = 40.0, 3.0  # a trial may take so many seconds, and so many times what it ought to
GRACE = 5.0  # seconds until it is killed
LONGEST = 3600.0  # seconds of the whole suite, while it is noted what it executes
MEMORY = 8 * 2**30
HERE = {"", *map(str, Path(__file__).parents[:3])}
UNCOPIED = (".*", "__pycache__", "*.egg-info", "build", "dist", "node_modules")
ENVIRONMENT = {  # one thread each, as several trials go on at a time
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "COVERAGE_CORE": "ctrace",
}
PYTEST = ["-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=line"]
PYTEST += ["-n0"] if find_spec("xdist") else []  # trials go on side by side, not tests
FINE = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


@dataclass(frozen=True)
class Result:
    """What became of a mutant.

    Attributes:
        outcome: "caught", "timed out", "survived", or "not run" where no test executes anything of
            the function or the table around it, and it survived.
        by: the test that caught it.
        message: what that said.
        seconds: how long it took.
    """

    outcome: str
    by: str = ""
    message: str = ""
    seconds: float = 0.0


# Which tests.


def ranked(record: Record, mutant: Mutant, text: str) -> tuple[list[str], bool]:
    """All tests, those first that have most to do with a mutant; and whether any executes it.

    The smaller the piece of code around the change of which a test executes a line, the earlier it
    comes. Of these a test of the module's own file comes before others, a quick one before a slow
    one, and each function once before it comes with other parameters.
    """
    near: dict[str, int] = {}
    for around in mutant.around:
        spans = [(0, len(text)), *reversed(around)]
        for size, (start, end) in zip(range(len(spans), 0, -1), spans, strict=True):
            first, last = (text.count("\n", 0, place) + 1 for place in (start, end))
            for test in record.tests(mutant.path, first, last):
                near[test] = min(near.get(test, size), size)
    words = set(Path(mutant.path).stem.split("_"))
    met = Counter[tuple[int, str]]()
    order = {}
    for test in sorted(record.passed, key=lambda test: record.seconds[test]):
        file, size = test.partition("::")[0], near.get(test, 1000)
        function = size, test.partition("[")[0]
        met[function] += 1
        is_other = not words & set(Path(file).stem.split("_"))
        order[test] = size, met[function], is_other, record.seconds[test]
    own = min((len(around) for around in mutant.around), default=0)
    return sorted(order, key=order.__getitem__), any(size <= own for size in near.values())


def shortened(record: Record, tests: Sequence[str]) -> list[str]:
    """The first of them that take few seconds, with the files and fixtures that they need."""
    chosen, there, left = list[str](), set[str](), SHORT
    for test in tests:
        needed = record.needs(test) - there
        if (cost := record.cost(needed)) <= left:
            chosen.append(test)
            there |= needed
            left -= cost
    return chosen


# One process.


class Chosen:
    """A plugin of pytest: runs some tests in their order and notes which fail."""

    def __init__(self, tests: Sequence[str]) -> None:
        """Take the tests by their names."""
        self.places = {test: place for place, test in enumerate(tests)}
        self.failed: dict[str, str] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        known = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(known, key=lambda item: self.places[item.nodeid])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.pytest_runtest_logreport(report)

    def pytest_runtest_logreport(self, report: pytest.CollectReport | pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = (crash.message if crash else str(report.longrepr)).strip()
            self.failed.setdefault(report.nodeid, said.splitlines()[0][:200] if said else "")


def run_tests(tests: Sequence[str], notes: Path, *, stop: bool) -> int:
    """Run tests of the current folder and write down which fail."""
    plugin = Chosen(tests)
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    status = pytest.main([*PYTEST, *(["-x"] if stop else []), *files], plugins=[plugin])
    notes.write_text(json.dumps(plugin.failed), encoding="utf-8")
    return int(status)


def split(tree: Path, work: Callable[[], int]) -> int:
    """Start a process that works in a tree, and give its number."""
    if number := os.fork():
        return number
    status = 99
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        log = os.open(tree.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.chdir(tree)
        os.environ["PYTHONPATH"] = str(tree)
        sys.dont_write_bytecode = True
        sys.path[:] = [str(tree), *(place for place in sys.path if place not in HERE)]
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def wait(number: int, seconds: float) -> int | None:
    """The exit status of a process; None, and it is ended, where it takes longer than that."""
    status = None
    try:
        status = _status(number, seconds)
    finally:
        if status is None:  # let it end programs that have groups of their own
            os.kill(number, signal.SIGINT)
            _status(number, GRACE)
        with suppress(ProcessLookupError):
            os.killpg(number, signal.SIGKILL)
    return status


def _status(number: int, seconds: float) -> int | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


# All mutants.


def copied(root: Path, tree: Path) -> Path:
    """A copy of the repository, compiled, in which mutants are tried."""
    shutil.copytree(root, tree, ignore=shutil.ignore_patterns(*UNCOPIED))
    for folder in (PACKAGE, "tests"):
        compileall.compile_dir(tree / folder, quiet=2)
    return tree


def recorded(root: Path, tree: Path, tests: Sequence[str], *, programs: bool) -> Record:
    """What the suite executes; it is run for that only where anything has changed since."""
    folder = root / "build" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    now = sha256(repr((tests, programs, pytest.__version__)).encode())
    for path in sorted([*tree.rglob("*.py"), *tree.glob("*.toml"), *tree.glob("templates/**/*.*")]):
        now.update(path.read_bytes())
    key = folder / "key"
    if not key.exists() or key.read_text() != now.hexdigest():
        key.unlink(missing_ok=True)
        number = split(tree, lambda: record(folder, [*PYTEST, *tests], programs=programs))
        status = wait(number, LONGEST)
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise SystemExit(f"The suite does not run:\n{tree.with_suffix('.log').read_text()}")
        key.write_text(now.hexdigest())
    return Record(folder)


def prepare(record: Record) -> None:
    """Import all that tests use, but for the package and themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in record.modules:
            if name.partition(".")[0] != PACKAGE:
                with suppress(Exception):
                    importlib.import_module(name)
    gc.freeze()


class Trials:
    """Trials of mutants, several at a time, each in a tree of its own."""

    def __init__(self, record: Record, trees: Sequence[Path], *, quickly: bool) -> None:
        """``quickly``: only with the first few tests, so that more mutants survive."""
        self.record, self.trees, self.quickly = record, trees, quickly

    def results(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, Result]]:
        """What became of each, in the order in which it is known."""
        context = multiprocessing.get_context("fork")
        free = context.SimpleQueue()
        for tree in self.trees:
            free.put(tree)
        with context.Pool(len(self.trees), _take, (self, free)) as pool:
            yield from pool.imap_unordered(_tried, mutants)

    def tried(self, mutant: Mutant, tree: Path) -> Result:
        """What becomes of a mutant in a tree."""
        start, path = time.monotonic(), tree / mutant.path
        text, then = path.read_text(encoding="utf-8"), path.stat().st_mtime
        path.write_text(changed(text, mutant.edits), encoding="utf-8")
        os.utime(path, (then + 10, then + 10))  # so that no compiled file passes for it
        try:
            result = self._result(mutant, tree, text)
        finally:
            path.write_text(text, encoding="utf-8")
            os.utime(path, (then, then))
        return replace(result, seconds=round(time.monotonic() - start, 2))

    def _result(self, mutant: Mutant, tree: Path, text: str) -> Result:
        tests, is_run = ranked(self.record, mutant, text)
        first = shortened(self.record, tests)
        others = [test for test in tests if test not in set(first)]
        for part in [first] if self.quickly else [first, others]:
            status, failed = self.run(tree, part)
            if status is None:
                return Result("timed out")
            if status not in FINE:
                by, message = next(iter(failed.items()), ("", f"status {status}"))
                return Result("caught", by, message)
        return Result("survived" if is_run else "not run")

    def run(
        self, tree: Path, tests: Sequence[str], *, stop: bool = True
    ) -> tuple[int | None, dict[str, str]]:
        """Exit status of some tests, and those that fail with what they say."""
        notes = tree.with_suffix(".json")
        notes.unlink(missing_ok=True)
        number = split(tree, lambda: run_tests(tests, notes, stop=stop))
        needed = set().union(*map(self.record.needs, tests))
        status = wait(number, PATIENCE + TIMES * self.record.cost(needed))
        return status, json.loads(notes.read_text()) if notes.exists() else {}

    def unreliable(self, tests: Sequence[str]) -> set[str]:
        """Those of some tests that fail in the same way without any mutant."""
        _, failed = self.run(self.trees[0], tests, stop=False)
        return set(failed) & set(tests)


_OWN: dict[str, object] = {}  # of a process of the pool, as its tasks bring nothing but mutants


def _take(trials: Trials, free: SimpleQueue[Path]) -> None:
    _OWN.update(trials=trials, tree=free.get())


def _tried(mutant: Mutant) -> tuple[Mutant, Result]:
    return mutant, _OWN["trials"].tried(mutant, _OWN["tree"])
