"""Which tests execute which lines, and how long each takes: noted once, in one run of the suite.

What a fixture of several tests does counts for each test that asks for it, not only for the one
that comes first.
"""

import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import coverage
import pytest

from mutating.choice import PACKAGE

LINES, REST = "lines.sqlite", "tests.json"  # the two files of a record


def starts_program(item: pytest.Item) -> bool:
    """Whether a test starts a spreadsheet program."""
    return item.get_closest_marker("spreadsheet") is not None


class Recorder:
    """A plugin of pytest: notes what tests execute, what they ask for, how long they take."""

    def __init__(self, switch: Callable[[str], None], *, programs: bool) -> None:
        """``switch`` says to whom lines are counted from now on."""
        self.switch, self.programs, self.context = switch, programs, ""
        self.seconds = defaultdict[str, float](float)  # of tests, of files, of shared fixtures
        self.shared = 0.0  # seconds of shared fixtures in this phase of a test
        self.asks: dict[str, list[str]] = {}
        self.outcomes = defaultdict[str, set[str]](set)

    @contextmanager
    def _within(self, context: str) -> Iterator[None]:
        outer, self.context, start = self.context, context, time.perf_counter()
        self.switch(context)
        yield
        self.seconds[context] += time.perf_counter() - start
        self.context = outer
        self.switch(outer)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        start = time.perf_counter()
        report = yield
        if isinstance(collector, pytest.Module):
            self.seconds[collector.nodeid] = time.perf_counter() - start
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self.programs or not starts_program(item)]
        self.asks = {item.nodeid: list(item.fixturenames) for item in items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.shared = 0.0
        with self._within(item.nodeid):
            done = yield
        self.seconds[item.nodeid] -= self.shared
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        context, start = _shared(fixturedef.baseid, fixturedef.argname), time.perf_counter()
        with self._within(context):
            made = yield
        self.shared += time.perf_counter() - start
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome].add(report.nodeid)

    def saved(self) -> dict[str, object]:
        """All of it, but for the lines."""
        fixtures = [context.split(" ", 2) for context in self.seconds if context[:1] == " "]
        asks = {
            test: [_shared(base, name) for _, base, name in fixtures if name in names]
            for test, names in self.asks.items()
        }
        return {
            "passed": sorted(self.outcomes["passed"] - self.outcomes["failed"]),
            "failed": sorted(self.outcomes["failed"]),
            "seconds": self.seconds,
            "asks": asks,
            "modules": [name for name, module in sys.modules.items() if _is_installed(module)],
        }


def _shared(base: str, name: str) -> str:
    """What lines of a fixture of several tests are counted to."""
    return f" {base} {name}"


def _is_installed(module: object) -> bool:
    """Whether a module is none of the package's and none of its tests'."""
    file = getattr(module, "__file__", None) or ""
    return "site-packages" in file or "lib/python" in file


def record(folder: Path, arguments: list[str], *, programs: bool) -> int:
    """Run the suite of the current folder and save what is to be known of it."""
    lines = coverage.Coverage(
        data_file=str(folder / LINES), source=[PACKAGE], config_file=False, messages=False
    )
    lines.set_option("run:relative_files", True)
    lines.erase()
    lines.start()
    recorder = Recorder(lines.switch_context, programs=programs)
    status = pytest.main(arguments, plugins=[recorder])
    lines.stop()
    package = Path(importlib.import_module(PACKAGE).__file__ or "")
    if Path.cwd() not in package.parents:
        raise ImportError(f"The tests import {package}, which no mutant changes.")
    lines.save()
    (folder / REST).write_text(json.dumps(recorder.saved()), encoding="utf-8")
    return int(status)


class Record:
    """A record that was saved."""

    def __init__(self, folder: Path) -> None:
        """Read all but the lines."""
        self.folder = folder
        saved = json.loads((folder / REST).read_text(encoding="utf-8"))
        self.passed: list[str] = saved["passed"]
        self.failed: list[str] = saved["failed"]
        self.modules: list[str] = saved["modules"]
        self.seconds: dict[str, float] = saved["seconds"]
        self.asks: dict[str, list[str]] = saved["asks"]
        self._lines: dict[str, dict[int, set[str]]] = {}

    @cached_property
    def _data(self) -> coverage.CoverageData:
        """The lines; each process opens them for itself, as coverage demands."""
        data = coverage.CoverageData(str(self.folder / LINES))
        data.read()
        return data

    @cached_property
    def _askers(self) -> dict[str, set[str]]:
        """Tests by the shared fixture that they ask for."""
        askers = defaultdict[str, set[str]](set)
        for test, fixtures in self.asks.items():
            for fixture in fixtures:
                askers[fixture].add(test)
        return askers

    def tests(self, path: str, first: int, last: int) -> set[str]:
        """Tests that execute any of some lines."""
        if path not in self._lines:
            found = self._data.contexts_by_lineno(path)
            self._lines[path] = {line: set(contexts) for line, contexts in found.items()}
        executed = self._lines[path]
        contexts = set().union(*(executed.get(line, ()) for line in range(first, last + 1)))
        contexts |= set().union(*(self._askers.get(context, ()) for context in contexts))
        return contexts & self.seconds.keys()

    def needs(self, test: str) -> set[str]:
        """What takes time for a test: itself, its file, the shared fixtures that it asks for."""
        return {test, test.partition("::")[0], *self.asks.get(test, ())}

    def cost(self, needed: Iterable[str]) -> float:
        """Seconds that all of it takes."""
        return sum(self.seconds.get(part, 0.0) for part in needed)
