"""Spreadsheet programs in the tests: which there are, and one start for all files of a run.

A test that starts a spreadsheet program is marked with the program and with the reason why a
formula's text and its value would not do:

    @in_every_program("what a program makes of text in an input is its own")
    def test_...(engine, need): ...

LibreOffice takes seconds to start, so it is started once and asked for each file (it needs a
python with ``uno``; where there is none, it starts for each file). A file that was converted is
not converted again.
"""

import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from wanting import PYTHON, has_uno

from xlbackprop.errors import EngineError
from xlbackprop.recalc import gnumeric, libreoffice

PROGRAMS = ("libreoffice", "gnumeric")
PACKAGES = ("formualizer", "cellrune")
RECALCULATING = ("ironcalc", *PROGRAMS)
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}
SECONDS = 120  # for a file
NOW: list[pytest.Item] = []  # the test that runs

Convert = Callable[..., None]
OWN: dict[str, Convert] = {"libreoffice": libreoffice.convert, "gnumeric": gnumeric._convert}


def marked(name: str, why: str, *, quick: bool = True) -> object:
    """A program as a parameter, with the reason why a test starts it."""
    marks = [pytest.mark.spreadsheet(name, why=why)]
    return pytest.param(name, marks=marks if quick else [*marks, pytest.mark.exhaustive])


def in_every_program(
    why: str, *, indirect: bool = False, quick: bool = True
) -> pytest.MarkDecorator:
    """Run a test with each ``engine``: the built-in one, and the programs for the reason given.

    Where other tests of a plain run have the same reason, ``quick=False`` leaves it to them.
    """
    engines = ["ironcalc", *(marked(name, why, quick=quick) for name in PROGRAMS)]
    return pytest.mark.parametrize("engine", engines, indirect=["engine"] if indirect else False)


def in_other_programs(why: str, *, indirect: bool = False) -> pytest.MarkDecorator:
    """Run a test with each ``engine`` that is a program of its own."""
    engines = [marked(name, why) for name in PROGRAMS]
    return pytest.mark.parametrize("engine", engines, indirect=["engine"] if indirect else False)


def starts(*names: str, why: str) -> pytest.MarkDecorator:
    """Mark a test that starts these programs."""
    return pytest.mark.spreadsheet(*names, why=why)


@contextmanager
def office(folder: Path) -> Iterator[str]:
    """A LibreOffice that listens; gives the name of its pipe."""
    libreoffice._write_profile(folder / "profile")
    pipe = f"xlbackprop-{os.getpid()}-{folder.name}"  # another may listen for this process, too
    command = [
        libreoffice.program(),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", f"--accept=pipe,name={pipe};urp;"),
    ]
    silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen(command, **silent, start_new_session=True)
    try:
        yield pipe
    finally:
        with suppress(ProcessLookupError):  # the program that soffice starts, too
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Office:
    """The running LibreOffice, as ``libreoffice.convert`` is called."""

    def __init__(self, pipe: str) -> None:
        script = Path(__file__).with_name("office.py")
        self._process = subprocess.Popen(
            [PYTHON, script, pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def convert(self, soffice: str, folder: Path, names: list[str], form: str = "xlsx") -> None:
        for name in names:
            target = (folder / "out" / name).with_suffix(f".{form}")
            self._ask(folder / "in" / name, target, FILTERS[form])

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=SECONDS)
        self._process.stdout.close()

    def _ask(self, source: Path, target: Path, form: str) -> None:
        print(json.dumps([str(source), str(target), form]), file=self._process.stdin, flush=True)
        answered, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        said = self._process.stdout.readline() if answered else "no answer"
        if said != "done\n":
            raise EngineError(f"LibreOffice, {source.name}: {said or 'it ended'}")


def remembered(convert: Convert, folder: Path) -> Convert:
    """A conversion that keeps its results, by the content of the file that was converted."""
    folder.mkdir()

    def known(program: str, place: Path, names: list[str], form: str = "xlsx") -> None:
        for name in names:
            results = place / "out" / Path(name).with_suffix(f".{form}")
            kept = folder / f"{sha256((place / 'in' / name).read_bytes()).hexdigest()}.{form}"
            if not kept.exists():
                convert(program, place, [name], *([] if form == "xlsx" else [form]))
                if not results.exists():
                    continue
                shutil.copy(results, kept)
            results.parent.mkdir(exist_ok=True)
            shutil.copy(kept, results)

    return known


def reasoned(name: str, convert: Convert) -> Convert:
    """A conversion that is refused to a test that doesn't say why it needs the program."""

    def asked(*where: object) -> None:
        marker = NOW[0].get_closest_marker("spreadsheet")
        told = marker and name in marker.args and marker.kwargs["why"]
        assert told, f"{NOW[0].nodeid} starts {name} and doesn't say why: see programs.py"
        convert(*where)

    return asked


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Let the package's two programs convert as above, LibreOffice from its first file on."""
    with ExitStack() as open_programs, pytest.MonkeyPatch.context() as patch:

        @cache
        def started() -> Office:
            pipe = open_programs.enter_context(office(folder))
            return open_programs.enter_context(closing(Office(pipe)))

        by_running = lambda *asked: started().convert(*asked)  # noqa: E731
        convert = by_running if has_uno() else OWN["libreoffice"]
        places = ((libreoffice, "convert", convert), (gnumeric, "_convert", OWN["gnumeric"]))
        for name, (module, function, usual) in zip(PROGRAMS, places, strict=True):
            found = reasoned(name, remembered(usual, folder / name))
            patch.setattr(module, function, found)
        yield
