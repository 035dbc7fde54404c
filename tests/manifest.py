"""The manifest: what every kind of workbook is, byte for byte, and what `check` says of each.

    python tests/manifest.py compare --with HEAD~1  this folder's package beside another revision
    python tests/manifest.py make before.json       the same in two steps
    python tests/manifest.py compare before.json
    python tests/manifest.py fields                 which recipe fields are used, and how often

Exit status 0: the same; 1: differences, one line each; 2: could not run.

All lessons in both languages, the collection, the course, 200 recipes that use every field, and the
checks of all of them and of 100 planted faults. Last digits may depend on the processor and on
numpy, so manifests are compared on the computer that made them, and none is kept.
"""

import json
import re
import subprocess
import sys
import tarfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from manifesting.case import used
from manifesting.maker import CannotRunError, Manifest, made, recipes, state

REPOSITORY = Path(__file__).resolve().parent.parent
LONGEST = 160  # characters of a value in a line of differences


def differences(before: Manifest, after: Manifest) -> Iterator[str]:
    """One line for each workbook and each check that isn't as it was."""
    for kind, one in (("workbooks", "workbook"), ("checks", "check")):
        old, new = before[kind], after[kind]
        for name in sorted(old | new):
            if name not in old or name not in new:
                yield f"{one} {name}: only {'before' if name in old else 'after'}"
            elif found := difference(old[name], new[name]):
                yield f"{one} {name}: {found}"


def difference(before: Manifest, after: Manifest) -> str:
    """Which hashes differ, and the first of the texts and numbers that do; empty for none."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    places = [key for key in old | new if repr(old.get(key)) != repr(new.get(key))]
    hashed = [key for key in places if _is_hash(old.get(key, new.get(key)))]
    told = [key for key in places if key not in hashed]
    if places == ["file"]:
        return "the same parts, packed otherwise"
    lines = [f"other bytes in {', '.join(hashed)}"] if hashed else []
    if told:
        was, now = _short(old.get(told[0])), _short(new.get(told[0]))
        more = f" (and {len(told) - 1:,} more)" if told[1:] else ""
        lines.append(f"{told[0]} was {was}, is {now}{more}")
    return "; ".join(lines)


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Everything that stands in tables and lists, by where it stands."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{place}[{number}]")
    else:
        yield place, value


def _is_hash(value: object) -> bool:
    return re.fullmatch(r"[0-9a-f]{16}|[0-9a-f]{64}", str(value)) is not None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def summary(manifest: Manifest) -> str:
    """How much it proves."""
    books, checks = manifest["workbooks"].values(), manifest["checks"].values()
    refused = sum("refused" in book for book in books)
    agree = sum(bool(report.get("agrees")) for report in checks)
    return (
        f"{len(books):,} workbooks, {refused:,} of them refused; {len(checks):,} checks, in "
        f"{agree:,} of them all agrees; xlbackprop {manifest['version']}."
    )


def save(manifest: Manifest, path: Path) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")


def read(path: Path) -> Manifest:
    """A manifest from its file.

    Raises:
        CannotRunError: it can't be read, or was made of other recipes and faults than today's.
    """
    try:
        manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CannotRunError(f"{path}: can't be read ({error}).") from error
    if manifest["state"] != state():
        raise CannotRunError(
            f"{path}: was made by another state of this script, which asks for other workbooks; "
            "compare --with REVISION makes both anew."
        )
    return manifest


class Other:
    """Another process, which makes the manifest of another revision meanwhile."""

    def __init__(
        self,
        revision: str,
        only: Sequence[str],
        engines: Sequence[str],
        folder: Path,
        repository: Path = REPOSITORY,
    ) -> None:
        package = folder / "package"
        _unpack(revision, package, repository)
        self.out, self.told = folder / "manifest.json", folder / "told.txt"
        words = ["make", str(self.out), f"--package={package}"]
        words += [f"--only={name}" for name in only] + [f"--engine={name}" for name in engines]
        with self.told.open("wb") as told:
            command = [sys.executable, __file__, *words]
            self.process = subprocess.Popen(command, stdout=told, stderr=told)

    def __enter__(self) -> "Other":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def manifest(self) -> Manifest:
        """What it made.

        Raises:
            CannotRunError: it could not.
        """
        if self.process.wait():
            raise CannotRunError(f"--with: {self.told.read_text(encoding='utf-8').strip()}")
        return read(self.out)


def _unpack(revision: str, folder: Path, repository: Path) -> None:
    """The package of a revision.

    Raises:
        CannotRunError: there is no such revision.
    """
    command = ["git", "archive", revision, "xlbackprop", "templates"]
    found = subprocess.run(command, cwd=repository, capture_output=True, check=False)
    if found.returncode:
        raise CannotRunError(f"--with: {found.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(folder, filter="data")


# The command line.

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="TEXT", help="Only what has this in its name; may be repeated."),
]
Engine = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="That check asks: ironcalc, all, ...; may be repeated."),
]
USUAL = ("ironcalc",)


@app.command()
def make(
    out: Path,
    only: Only = None,
    engine: Engine = None,
    package: Annotated[Path, typer.Option(help="The folder with the package.")] = REPOSITORY,
) -> None:
    """Make a manifest."""
    manifest = made(package, only or (), engine or USUAL)
    save(manifest, out)
    print(f"{out}: {summary(manifest)}")


@app.command()
def compare(
    before: Annotated[Path | None, typer.Argument(help="A manifest that was made before.")] = None,
    revision: Annotated[str | None, typer.Option("--with", metavar="REVISION")] = None,
    only: Only = None,
    engine: Engine = None,
) -> None:
    """Make the manifest of this folder's package, and name what differs from another one."""
    if (before is None) == (revision is None) or (before and (only or engine)):
        raise CannotRunError(
            "compare: wanted a manifest alone, which says itself what is in it, or --with REVISION."
        )
    if before:
        old = read(before)
        new = made(REPOSITORY, old["only"], old["engines"])
    else:
        asked = only or (), engine or USUAL
        with TemporaryDirectory() as folder, Other(revision, *asked, Path(folder)) as other:
            new = made(REPOSITORY, *asked)
            old = other.manifest()
    found = list(differences(old, new))
    print(f"before: {summary(old)}\nafter:  {summary(new)}")
    print("\n".join(found) or "The same, byte for byte.")
    raise typer.Exit(1 if found else 0)


@app.command()
def fields() -> None:
    """Print the fields and choices that the recipes use, and how many of them do."""
    counts = used(case for case in recipes() if not case.refused)
    for key in sorted({key for key, _ in counts}):
        choices = sorted((choice, n) for (of, choice), n in counts.items() if of == key)
        print(f"{key:<24} {', '.join(f'{choice} {n}' for choice, n in choices)}")


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
