"""Makes a manifest: writes every workbook, hashes it, and keeps what `check` says of it.

It asks the package through its public functions and its command line alone, so it goes on working
while modules move.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w

from manifesting.case import Case
from manifesting.faults import BOOKS, FAULTS, Original, plant
from manifesting.looks import write_themes
from manifesting.networks import networks
from manifesting.pages import NUMBERS, bare, pages, refused

LANGUAGES = ("en", "zh")
LESSONS = (
    *NUMBERS,
    *("worked-example", "xor", "solver", "backprop", "sine", "iris", "cnn-solver", "cnn"),
    "all-maths",
)
MOST = 30  # sentences of one kind in a report; of more there is a hash
Manifest = dict[str, Any]


class CannotRunError(Exception):
    """Nothing was proved; one sentence says why."""


def recipes() -> list[Case]:
    """The 200."""
    return [*networks(), *pages(), *bare(), *refused()]


def made(
    package: Path, only: Sequence[str] = (), engines: Sequence[str] = ("ironcalc",)
) -> Manifest:
    """The manifest of a package.

    Args:
        package: the folder that holds it.
        only: parts of the names of what is wanted; empty for everything.
        engines: that `check` asks.

    Raises:
        CannotRunError: another package was imported before, an engine is missing, or nothing has
            such a name.
    """
    with TemporaryDirectory() as folder, chdir(folder):
        manifest = Maker(package.resolve(), only, engines).make()
    if not manifest["workbooks"] and not manifest["checks"]:
        raise CannotRunError(f"--only: nothing is called {' or '.join(only)}.")
    return manifest


def state() -> str:
    """A hash of all that decides which recipes and faults there are."""
    files = sorted(Path(__file__).parent.glob("manifest*.py"))
    return _hash(b"".join(path.read_bytes() for path in files))


class Maker:
    """Fills a manifest, in the current folder."""

    def __init__(self, package: Path, only: Sequence[str], engines: Sequence[str]) -> None:
        self.package, self.only, self.engines = package, only, engines
        self.xb = _imported(package)
        self.state = state()
        self.workbooks: Manifest = {}
        self.checks: Manifest = {}

    def make(self) -> Manifest:
        write_themes(Path())
        self._try_engines()
        for lang in LANGUAGES:
            for lesson in LESSONS:
                self._add(Case(f"lesson/{lesson}.{lang}", {"lang": lang}, "keywords", lesson))
            if self._wants(f"course/{lang}"):
                self.workbooks[f"course/{lang}"] = self._course(lang)
        for case in recipes():
            self._add(case)
        for case in BOOKS:
            self._add_faults(case)
        return {
            "version": self.xb.__version__,
            "state": self.state,
            "only": list(self.only),
            "engines": list(self.engines),
            "workbooks": self.workbooks,
            "checks": self.checks,
        }

    def _wants(self, name: str) -> bool:
        wanted = not self.only or any(part in name for part in self.only)
        if wanted and sys.stderr.isatty():
            print(f"\r{name:<70}", end="", file=sys.stderr, flush=True)
        return wanted

    def _try_engines(self) -> None:
        """See that all are there: a check that none could make is equal to any other."""
        path = Path("trial.xlsx")
        self.xb.write(self.xb.load("xor", epochs=0), path)
        found = self._report(path)
        if not found.get("agrees"):
            raise CannotRunError(found.get("refused", "a workbook as it was made doesn't agree."))

    def _add(self, case: Case) -> None:
        """A workbook, and the check of it as it was written."""
        if not self._wants(case.name):
            return
        path = Path(f"{case.file_name}.xlsx")
        told = _result(lambda: {"told": self._write(case, path)})
        if path.exists():
            self.workbooks[case.name] = told | _hashes(path) | self._read_back(path)
            self.checks[case.name] = self._report(path)
            path.unlink()
        else:
            self.workbooks[case.name] = {"refused": "".join(told.values())}

    def _write(self, case: Case, path: Path) -> str:
        """Write the workbook of a recipe; what the command line says, where it is asked."""
        if case.form == "options":
            return self._command("make", *case.options(Path()), "-o", str(path))
        self.xb.write(recipe_of(self.xb, case), path, theme=case.theme or None)
        return ""

    def _command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "xlbackprop", *words],
            env=os.environ | {"PYTHONPATH": str(self.package)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return f"exit {done.returncode}: {done.stdout}{done.stderr}"

    def _course(self, lang: str) -> Manifest:
        folder = Path(f"course-{lang}")
        told = self._command("make", "course", "-o", str(folder), "--lang", lang)
        hashes = {path.name: _hash(path.read_bytes()) for path in sorted(folder.glob("*"))}
        shutil.rmtree(folder)
        return {"told": told, **hashes}

    def _read_back(self, path: Path) -> Manifest:
        """The recipe of a workbook as it is now, and the numbers of its training."""

        def read() -> Manifest:
            recipe = self.xb.load(path)
            found = {"recipe": _hash(self.xb.to_toml(recipe).encode())}
            if isinstance(recipe, self.xb.Recipe):
                trace = self.xb.run(recipe)
                frames = (trace.examples, trace.parameters, trace.history)
                found["numbers"] = _hash("".join(frame.to_csv() for frame in frames).encode())
            return found

        return {f"read back: {key}": value for key, value in _result(read).items()}

    def _report(self, path: Path) -> Manifest:
        """What `check` says; the same in every folder."""
        engines = "all" if "all" in self.engines else self.engines
        found = _result(lambda: self.xb.check(path, engines).as_dict())
        return {key: _cut(value) for key, value in found.items() if key != "file"}

    def _add_faults(self, case: Case) -> None:
        names = {fault: f"fault/{case.name}/{fault}" for fault in FAULTS}
        wanted = [fault for fault, name in names.items() if self._wants(name)]
        if not wanted:
            return
        whole, path = Original(Path("whole.xlsx")), Path("book.xlsx")
        self._write(case, whole.path)
        for fault in wanted:
            planted = plant(whole, fault, case.name, path)
            found = {"planted": planted, **self._report(path), **self._read_back(path)}
            self.checks[names[fault]] = found
            path.unlink()
        whole.path.unlink()


def recipe_of(xb: Any, case: Case) -> Any:
    """The recipe of a case, as the package reads it; the case isn't one of options."""
    fields = case.given(Path())
    if case.form == "keywords":
        return xb.load(case.source, **fields)
    text = tomli_w.dumps(fields)
    if case.form == "text":
        return xb.from_toml(text, folder=Path())
    file = Path(f"{case.file_name}.toml")
    file.write_text(text, encoding="utf-8")
    return xb.load(file)


def _imported(package: Path) -> Any:
    """The package in a folder.

    Raises:
        CannotRunError: another one was there before it.
    """
    sys.path.insert(0, str(package))
    try:
        import xlbackprop
    finally:
        sys.path.remove(str(package))
    home = Path(xlbackprop.__file__).resolve().parent.parent
    if home != package:
        raise CannotRunError(f"xlbackprop was imported from {home}, wanted the one in {package}.")
    return xlbackprop


def _result(action: Callable[[], Manifest]) -> Manifest:
    """What an action gives, or its error; crashes are remembered, too."""
    try:
        return action()
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hashes(path: Path) -> Manifest:
    """Of a workbook's file, and of what is in it, by the names of sheets and parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    called = {f"xl/worksheets/sheet{n}.xml": f"sheet {name}" for n, name in enumerate(sheets, 1)}
    hashes = {called.get(name, name): _hash(content)[:16] for name, content in parts.items()}
    return {"file": _hash(path.read_bytes()), **hashes}


def _cut(value: Any) -> Any:
    """A list of many sentences as its first ones and a hash of all."""
    if not isinstance(value, list) or len(value) <= MOST:
        return value
    return [*value[:MOST], f"{len(value):,} in all", _hash(json.dumps(value).encode())]
