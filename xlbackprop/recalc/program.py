"""Spreadsheet programs on this computer: find them, run them, read what they wrote."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.recalc.poison import fail_if_poisoned, write_poisoned
from xlbackprop.workbook.opened import inspect

# Seconds for one run of a program: time to start, and time for each workbook.
START_SECONDS = 60
BOOK_SECONDS = 120


def find(command: str, elsewhere: Sequence[str] = ()) -> str | None:
    """Where a program is: on the PATH, or at one of its usual places."""
    places = (place for place in elsewhere if Path(place).is_file())
    return shutil.which(command) or next(places, None)


def how_to_install(program: str, *, linux: str, macos: str, windows: str) -> str:
    """One sentence for somebody whose computer lacks the program."""
    ways = {"darwin": macos, "win32": windows}
    return f"{program} is not installed; to install it: {ways.get(sys.platform, linux)}."


def recalculate_with(
    program: str,
    paths: Sequence[Path],
    convert: Callable[[Path, list[str]], None],
) -> list[Book]:
    """The workbooks as a program recalculates them.

    Args:
        program: Its name, for messages.
        paths: The workbooks; they are only read.
        convert: Called with a folder and file names; reads folder/in/name, writes folder/out/name.

    Raises:
        FileError: A workbook isn't there or can't be read.
        BookError: A workbook isn't a safe .xlsx file.
        EngineError: The program failed, took too long or kept stored values.
    """
    names = [f"{number}.xlsx" for number, _ in enumerate(paths)]
    if not names:
        return []
    with TemporaryDirectory(prefix="xlbackprop-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "out").mkdir()
        for path, name in zip(map(Path, paths), names, strict=True):
            inspect(path)
            write_poisoned(path, folder / "in" / name)
        convert(folder, names)
        results = [folder / "out" / name for name in names]
        return [
            _read_result(program, Path(path), result)
            for path, result in zip(paths, results, strict=True)
        ]


def run(program: str, command: Sequence[str], folder: Path, *, seconds: float) -> None:
    """Run a program to its end; its output is kept for messages only.

    Raises:
        EngineError: It can't be started, ends with an error or takes too long.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its children can be ended with it
        )
    except OSError as problem:
        raise EngineError(f"{program} can't be started ({problem}); install it again.") from problem
    with process:
        _wait(program, process, seconds)


def _wait(program: str, process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as problem:
        _kill(process)
        raise EngineError(
            f"{program} did not finish within {seconds:g} seconds and was stopped; "
            "check fewer or smaller workbooks at once."
        ) from problem
    except BaseException:  # Ctrl-C must not leave the program behind
        _kill(process)
        raise
    if process.returncode != 0:
        said = output.decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "no message")
        raise EngineError(
            f"{program} ended with status {process.returncode} ({last}); "
            "see whether it can open the workbook by hand."
        )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _read_result(program: str, path: Path, result: Path) -> Book:
    if not result.is_file():
        raise EngineError(
            f"{path}: {program} could not convert it; see whether it can open the file by hand."
        )
    book = Book.open(result)
    book.path = path  # the copy is gone soon; messages should name the file that the user knows
    fail_if_poisoned(book, program)
    return book
