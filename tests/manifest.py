"""A manifest: what every kind of workbook is, byte for byte, and what `check` says of each.

    python tests/manifest.py make before.json       of the package in this folder
    python tests/manifest.py compare before.json    make it again and name what differs
    python tests/manifest.py compare --with HEAD~1  the same beside another revision, made here
    python tests/manifest.py fields                 which recipe fields are used, and how often

Exit status 0: the same; 1: differences, one line each; 2: could not run.

It asks the package through its public functions and its command line alone, so it goes on working
while modules move. Last digits may depend on the processor and on numpy: a manifest is compared on
the computer that made it, and none is kept.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import traceback
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import tomli_w
import typer
from manifest_case import Case, used
from manifest_faults import BOOKS, FAULTS, Original, plant
from manifest_looks import write_themes
from manifest_networks import networks
from manifest_pages import NUMBERS, bare, pages, refused

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh")
LESSONS = (
    *NUMBERS,
    *("worked-example", "xor", "solver", "backprop", "sine", "iris", "cnn-solver", "cnn"),
    "all-maths",
)
MOST = 30  # sentences of one kind in a report; the others are hashed
LONGEST = 160  # characters of a value in a line of differences
Manifest = dict[str, Any]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


class CannotRunError(Exception):
    """Nothing was proved; one sentence says why."""


@cache
def recipes() -> tuple[Case, ...]:
    """The 200."""
    return (*networks(), *pages(), *bare(), *refused())


# Making.


class Maker:
    """Fills a manifest, in the folder where it stands."""

    def __init__(self, package: Path, only: Sequence[str], engines: Sequence[str]) -> None:
        self.package, self.only, self.engines = package, only, engines
        self.xb = _imported(package)
        self.workbooks: Manifest = {}
        self.checks: Manifest = {}

    def wants(self, name: str) -> bool:
        return not self.only or any(part in name for part in self.only)

    def make(self) -> Manifest:
        write_themes(Path())
        self.try_engines()
        for lang in LANGUAGES:
            for lesson in LESSONS:
                self.add(Case(f"lesson/{lesson}.{lang}", {"lang": lang}, "keywords", lesson))
            if self.wants(f"course/{lang}"):
                self.workbooks[f"course/{lang}"] = self.course(lang)
        for case in recipes():
            self.add(case)
        for case in BOOKS:
            self.add_faults(case)
        return {
            "version": self.xb.__version__,
            "made by": _own_hash(),
            "only": list(self.only),
            "engines": list(self.engines),
            "workbooks": self.workbooks,
            "checks": self.checks,
        }

    def try_engines(self) -> None:
        """See that all are there: a check that none could make is equal to any other."""
        path = Path("trial.xlsx")
        self.xb.write(self.xb.load("xor", epochs=0), path)
        found = self.report(path)
        if not found.get("agrees"):
            raise CannotRunError(found.get("refused", "a workbook as it was made doesn't agree."))

    def add(self, case: Case) -> None:
        """A workbook, and the check of it as it was written."""
        if not self.wants(case.name):
            return
        _tell(case.name)
        path = Path(f"{case.file_name}.xlsx")
        self.workbooks[case.name] = self._written(case, path)
        if path.exists():
            self.checks[case.name] = self.report(path)
            path.unlink()

    def _written(self, case: Case, path: Path) -> Manifest:
        try:
            told = self.write(case, path)
        except Exception as error:  # a crash is remembered, too
            return {"refused": _sentence(error)}
        if not path.exists():
            return {"refused": told}
        return _hashes(path) | ({"told": told} if told else {}) | self._read_back(path)

    def write(self, case: Case, path: Path) -> str:
        """Write the workbook of a recipe; what the command line said, where it was asked."""
        if case.form == "options":
            return self.command("make", *case.options(Path()), "-o", path)
        fields = case.given(Path())
        if case.form == "keywords":
            recipe = self.xb.load(case.source, **fields)
        elif case.form == "text":
            recipe = self.xb.from_toml(tomli_w.dumps(fields), folder=Path())
        else:
            file = Path(f"{case.file_name}.toml")
            file.write_text(tomli_w.dumps(fields), encoding="utf-8")
            recipe = self.xb.load(file)
        self.xb.write(recipe, path, theme=case.theme or None)
        return ""

    def command(self, *words: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "xlbackprop", *map(str, words)],
            env=os.environ | {"PYTHONPATH": str(self.package), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
        )
        return f"exit {done.returncode}: {done.stdout}{done.stderr}"

    def course(self, lang: str) -> Manifest:
        _tell(f"course/{lang}")
        folder = Path(f"course-{lang}")
        told = self.command("make", "course", "-o", folder, "--lang", lang)
        hashes = {path.name: _hash(path.read_bytes()) for path in sorted(folder.glob("*"))}
        shutil.rmtree(folder)
        return hashes | {"told": told}

    def _read_back(self, path: Path) -> Manifest:
        """The recipe of a workbook as it is now, and the numbers of its training."""
        try:
            recipe = self.xb.load(path)
            found = {"recipe": _hash(self.xb.to_toml(recipe).encode())}
            if isinstance(recipe, self.xb.Recipe):
                trace = self.xb.run(recipe)
                frames = (trace.examples, trace.parameters, trace.history)
                found["numbers"] = _hash("".join(frame.to_csv() for frame in frames).encode())
        except Exception as error:
            return {"recipe": _sentence(error)}
        return found

    def report(self, path: Path) -> Manifest:
        """What `check` says."""
        try:
            found = self.xb.check(path, "all" if "all" in self.engines else self.engines).as_dict()
        except Exception as error:
            return {"refused": _sentence(error)}
        return {key: _cut(value) for key, value in found.items() if key != "file"}

    def add_faults(self, case: Case) -> None:
        names = {fault: f"fault/{case.name}/{fault}" for fault in FAULTS}
        wanted = [fault for fault, name in names.items() if self.wants(name)]
        if not wanted:
            return
        self.write(case, Path("whole.xlsx"))
        whole, path = Original(Path("whole.xlsx")), Path("book.xlsx")
        for fault in wanted:
            _tell(names[fault])
            planted = plant(whole, fault, case.name, path)
            found = {"planted": planted, **self.report(path), **self._read_back(path)}
            self.checks[names[fault]] = found
            path.unlink()
        whole.path.unlink()


def _imported(package: Path) -> Any:
    """The package in a folder.

    Raises:
        CannotRunError: another one came in its place.
    """
    sys.path.insert(0, str(package))
    try:
        import xlbackprop
    finally:
        sys.path.remove(str(package))
    home = Path(xlbackprop.__file__).resolve().parent.parent
    if home != package.resolve():
        raise CannotRunError(f"xlbackprop was imported from {home}, wanted {package}.")
    return xlbackprop


def _own_hash() -> str:
    """Of all that decides which recipes and faults there are."""
    return _hash(b"".join(path.read_bytes() for path in sorted(HERE.glob("manifest*.py"))))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hashes(path: Path) -> Manifest:
    """Of the file, and of what is in it, by the names of sheets and parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheets = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"].decode())
    called = {f"xl/worksheets/sheet{n}.xml": f"sheet {name}" for n, name in enumerate(sheets, 1)}
    named = {called.get(name, name): _hash(content)[:16] for name, content in parts.items()}
    return {"file": _hash(path.read_bytes()), **named}


def _cut(value: Any) -> Any:
    """A list of many sentences as its first ones and a hash of all."""
    if not isinstance(value, list) or len(value) <= MOST:
        return value
    rest = _hash(json.dumps(value).encode())
    return [*value[:MOST], f"{len(value):,} in all, SHA-256 {rest}"]


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _tell(name: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{name:<70}", end="", file=sys.stderr, flush=True)


def made(
    package: Path, only: Sequence[str] = (), engines: Sequence[str] = ("ironcalc",)
) -> Manifest:
    """The manifest of a package."""
    with TemporaryDirectory() as folder, chdir(folder):
        manifest = Maker(package.resolve(), only, engines).make()
    if not manifest["workbooks"] and not manifest["checks"]:
        raise CannotRunError(f"--only: nothing is called {' or '.join(only)}.")
    return manifest


def text_of(manifest: Manifest) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# Comparing.


def differences(before: Manifest, after: Manifest) -> Iterator[str]:
    """One line for each workbook and each check that isn't as it was."""
    for kind in ("workbooks", "checks"):
        old, new = before[kind], after[kind]
        for name in sorted(old | new):
            if name not in old or name not in new:
                yield f"{kind[:-1]} {name}: only {'before' if name in old else 'after'}"
            elif text_of(old[name]) != text_of(new[name]):  # as text NaN is equal to itself
                yield f"{kind[:-1]} {name}: {_difference(old[name], new[name])}"


def _difference(old: Any, new: Any) -> str:
    """Which hashes differ, and the first of the texts and numbers that do."""
    old, new = dict(_leaves(old)), dict(_leaves(new))
    places = [place for place in old | new if repr(old.get(place)) != repr(new.get(place))]
    hashed = [place for place in places if _is_hash(old.get(place)) or _is_hash(new.get(place))]
    told = [place for place in places if place not in hashed]
    if hashed == ["file"] and not told:
        return "the same parts, packed otherwise"
    lines = [f"other bytes in {', '.join(hashed)}"] if hashed else []
    if told:
        first = told[0]
        more = f" (and {len(told) - 1} more)" if told[1:] else ""
        lines.append(f"{first} was {_short(old.get(first))}, is {_short(new.get(first))}{more}")
    return "; ".join(lines)


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that stands in lists and tables, by where it stands."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{place}[{number}]")
    else:
        yield place, value


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}|[0-9a-f]{64}", value) is not None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def of_revision(
    revision: str, only: Sequence[str], engines: Sequence[str], folder: Path
) -> "Other":
    """Begin to make the manifest of another revision, by this script and that one's package.

    Raises:
        CannotRunError: there is no such revision.
    """
    found = subprocess.run(
        ["git", "archive", revision, "xlbackprop", "templates"],
        cwd=HERE.parent,
        capture_output=True,
    )
    if found.returncode:
        raise CannotRunError(f"--with: {found.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(folder / "package", filter="data")
    words = [f"--package={folder / 'package'}"]
    words += [f"--only={name}" for name in only] + [f"--engine={name}" for name in engines]
    return Other(folder, words)


class Other:
    """Another process that makes a manifest meanwhile."""

    def __init__(self, folder: Path, words: Sequence[str]) -> None:
        self.out, self.told = folder / "manifest.json", folder / "told.txt"
        with self.told.open("wb") as told:
            command = [sys.executable, __file__, "make", self.out, *words]
            self.process = subprocess.Popen(command, stdout=told, stderr=told)

    def __enter__(self) -> "Other":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def manifest(self) -> Manifest:
        """What it made.

        Raises:
            CannotRunError: it failed.
        """
        if self.process.wait():
            raise CannotRunError(f"--with: {self.told.read_text(encoding='utf-8').strip()}")
        return read(self.out)


def read(path: Path) -> Manifest:
    """A manifest from its file.

    Raises:
        CannotRunError: it can't be read, or was made by other recipes and faults than today's.
    """
    try:
        manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotRunError(f"{path}: can't be read ({error}).") from error
    if manifest["made by"] != _own_hash():
        raise CannotRunError(
            f"{path}: was made by another state of this script, which asks for other workbooks; "
            "take compare --with REVISION, which makes both."
        )
    return manifest


def summary(manifest: Manifest) -> str:
    books, checks = manifest["workbooks"], manifest["checks"]
    agree = sum(bool(report.get("agrees")) for report in checks.values())
    return (
        f"xlbackprop {manifest['version']}: {len(books):,} workbooks, of which "
        f"{sum('refused' in book for book in books.values())} are refused; {len(checks):,} checks, "
        f"of which {agree:,} agree"
    )


# The command.

Only = Annotated[
    list[str] | None, typer.Option(metavar="TEXT", help="What has this in its name; repeatable.")
]
Engines = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Of check: ironcalc, all, ...; repeatable.")
]


@app.command()
def make(
    out: Path,
    only: Only = None,
    engine: Engines = None,
    package: Annotated[Path, typer.Option(help="The folder with the package.")] = HERE.parent,
) -> None:
    """Make a manifest."""
    out = out.resolve()
    manifest = made(package, only or (), engine or ("ironcalc",))
    out.write_text(text_of(manifest), encoding="utf-8")
    print(f"{out.name}: {summary(manifest)}.")


@app.command()
def compare(
    before: Annotated[Path | None, typer.Argument(help="A manifest that was made before.")] = None,
    revision: Annotated[str | None, typer.Option("--with", metavar="REVISION")] = None,
    only: Only = None,
    engine: Engines = None,
) -> None:
    """Make the manifest of this folder's package, and compare it with another."""
    if (before is None) == (revision is None):
        raise CannotRunError("compare: wanted either a manifest or --with REVISION.")
    if before:
        if only or engine:
            raise CannotRunError(
                "compare: --only and --engine are those of the manifest; leave them out."
            )
        old = read(before)
        new = made(HERE.parent, old["only"], old["engines"])
    else:
        wanted = only or (), engine or ("ironcalc",)
        with TemporaryDirectory() as folder, of_revision(revision, *wanted, Path(folder)) as other:
            new = made(HERE.parent, *wanted)
            old = other.manifest()
    print(f"before: {summary(old)}.\nafter:  {summary(new)}.")
    found = list(differences(old, new))
    print("\n".join(found) if found else "The same, byte for byte.")
    raise typer.Exit(1 if found else 0)


@app.command()
def fields() -> None:
    """Print which fields and choices the recipes use, and how many of them do."""
    counts = used(case for case in recipes() if not case.refused)
    for key in sorted({key for key, _ in counts}):
        choices = sorted((choice, n) for (of, choice), n in counts.items() if of == key)
        print(f"{key:<24}{', '.join(f'{choice} {n}' for choice, n in choices)}")


def main() -> None:
    try:
        app()
    except CannotRunError as error:
        print(f"manifest: {error}", file=sys.stderr)
        sys.exit(2)
    except Exception:  # status 1 would say that there are differences
        traceback.print_exc()
        sys.exit(2)


if __name__ == "__main__":
    main()
