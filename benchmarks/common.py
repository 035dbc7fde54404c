"""What the benchmarks share: their command line, processes of their own, a table in the README."""

import argparse
import os
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"

Figures = dict[str, float]


@dataclass(frozen=True)
class Benchmark:
    """A script.

    Attributes:
        name: the script's, and that of its marks in the README.
        about: what it measures, for ``--help``.
        peers: packages that it compares with, by the names of their modules.
        table: the lines of the table; at the smallest size alone if told so.
        others: packages that the figures depend on, too, where they are installed.
    """

    name: str
    about: str
    peers: Mapping[str, str]
    table: Callable[[bool], Iterator[str]]
    others: tuple[str, ...] = ()

    def main(self) -> None:
        """Print the table line by line; with ``--readme`` put it between the marks, too."""
        parser = self.parser()
        options = parser.parse_args()
        if refusal := self.refusal(options.tiny, options.readme):
            parser.exit(2, f"{parser.prog}: {refusal}\n")
        lines = []
        for line in self.lines(options.tiny):
            print(line, flush=True)
            lines.append(line)
        if options.readme:
            text = options.readme.read_text(encoding="utf-8")
            options.readme.write_text(between_marks(self.name, lines, text), encoding="utf-8")

    def parser(self) -> argparse.ArgumentParser:
        parser = argparse.ArgumentParser(
            prog=f"benchmarks/{self.name}.py",
            description=self.about,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.add_argument(
            "--tiny",
            action="store_true",
            help="the smallest size alone, once: shows in seconds that all works, not how fast",
        )
        parser.add_argument(
            "--readme",
            type=Path,
            nargs="?",
            const=README,
            metavar="FILE",
            help="put the table, with the date, between its marks in the README, or in this file",
        )
        return parser

    def refusal(self, tiny: bool, readme: Path | None) -> str:
        """Why nothing is measured, in a sentence; empty if nothing is in the way."""
        for module, package in self.peers.items():
            if find_spec(module) is None:
                return (
                    f"compares with {package}, which is not installed; try: pip install {package}"
                )
        if tiny and readme and readme.resolve() == README.resolve():
            return "figures of a tiny size are not for the README; name another file."
        if readme and not (readme.is_file() and marked(self.name, readme.read_text("utf-8"))):
            return f"{readme}: wanted a file with two lines {mark(self.name)}."
        return ""

    def lines(self, tiny: bool) -> Iterator[str]:
        """When and with what this is measured, and the table."""
        versions = ", ".join(installed(*self.peers.values(), *self.others))
        size = "At a tiny size, where speed means nothing. " if tiny else ""
        yield (
            f"{size}Measured on {date.today()}, {os.cpu_count()} cores, "
            f"Python {sys.version.split()[0]}, {versions}:"
        )
        yield ""
        yield from self.table(tiny)


def installed(*packages: str) -> Iterator[str]:
    """Name and version of each package that is there."""
    for package in packages:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def medians(
    runs: int, measure: Callable[..., Figures], *arguments: object, **environment: str
) -> Figures:
    """Medians of what a function measures, each time in a new process with these variables.

    With no runs once, in this process: to see that it works.
    """
    if not runs:
        return measure(*arguments)
    results = [in_own_process(environment, measure, *arguments) for _ in range(runs)]
    return {key: statistics.median(run[key] for run in results) for key in results[0]}


def in_own_process(
    environment: Mapping[str, str], measure: Callable[..., Figures], *arguments: object
) -> Figures:
    """What a function gives in a new process, which has these variables from its start."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            return process.submit(measure, *arguments).result()
    finally:
        os.environ.clear()
        os.environ.update(before)


def mark(name: str) -> str:
    """The line above and below a script's table."""
    return f"<!-- {name} -->"


def marked(name: str, text: str) -> re.Match[str] | None:
    """What stands between a script's marks, if there are two."""
    line = re.escape(mark(name))
    return re.search(rf"(?<={line}\n).*?(?={line}$)", text, re.DOTALL | re.MULTILINE)


def between_marks(name: str, lines: list[str], text: str) -> str:
    """The text with these lines between the script's marks."""
    start, end = marked(name, text).span()
    return text[:start] + "\n".join(lines) + "\n" + text[end:]
