"""Spreadsheet programs on this computer: find them, run them, read what they wrote."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from xlbackprop.errors import EngineError
from xlbackprop.recalc.book import Book
from xlbackprop.recalc.poison import fail_if_poisoned, write_poisoned
from xlbackprop.workbook.opened import inspect

BYTES_A_SECOND = 100_000  # of a workbook, that the slowest program reads without writing a file
GLANCE = 1.0  # seconds between two looks at what a program has written


@dataclass(frozen=True)
class Patience:
    """How long a program may seem to do nothing.

    Attributes:
        seconds: without progress, after which it is stopped; more for large workbooks.
        first_word: seconds after which it is said that one has to wait.
        say: who hears of it.
    """

    seconds: float = 60.0
    first_word: float = 10.0
    say: Callable[[str], None] = lambda sentence: None


_USUAL = Patience()
PATIENCE: ContextVar[Patience] = ContextVar("patience", default=_USUAL)


@contextmanager
def patient(patience: Patience) -> Iterator[None]:
    """Have another patience with all programs that are started inside."""
    before = PATIENCE.set(patience)
    try:
        yield
    finally:
        PATIENCE.reset(before)


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


def run(program: str, command: Sequence[str], folder: Path) -> None:
    """Run a program to its end; its output is kept for messages only.

    Args:
        program: its name, for messages.
        command: what is run.
        folder: where; what it writes there is its progress.

    Raises:
        EngineError: It can't be started, ends with an error or makes no progress.
    """
    process: subprocess.Popen[bytes] | None = None
    try:
        with _signals_later():
            process = _start(program, command, folder)
        output = _output(program, process, folder)
    except BaseException:  # Ctrl-C must not leave the program behind
        if process is not None:
            _kill(process)
        raise
    if process.returncode != 0:
        said = output.decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "no message")
        raise EngineError(
            f"{program} ended with status {process.returncode} ({last}); "
            "see whether it can open the workbook by hand."
        )


def _start(program: str, command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its children can be ended with it
        )
    except OSError as problem:
        raise EngineError(f"{program} can't be started ({problem}); install it again.") from problem


@contextmanager
def _signals_later() -> Iterator[None]:
    """Let signals wait until what is done inside is done: a program that starts has no name yet."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals interrupt the main thread alone
        return
    came: list[int] = []
    numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    usual = {number: signal.getsignal(number) for number in numbers if number is not None}
    ours = {number: handler for number, handler in usual.items() if callable(handler)}
    for number in ours:
        signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def _output(program: str, process: subprocess.Popen[bytes], folder: Path) -> bytes:
    """What a program has printed when it has ended, unless it makes no progress meanwhile."""
    patience = PATIENCE.get()
    seconds = patience.seconds + _written(folder) / BYTES_A_SECOND
    started = moved = time.monotonic()
    before, told = -1, False
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=min(GLANCE, seconds))[0]
        now, written = time.monotonic(), _written(folder)
        if written != before:
            before, moved = written, now
        if now - moved >= seconds:
            raise EngineError(
                f"{program} made no progress for {seconds:.3g} seconds and was stopped; take fewer "
                f"or smaller workbooks at once, or allow more with --patience {10 * seconds:.0f}."
            )
        if not told and now - started >= patience.first_word:
            told = True
            patience.say(
                f"{program} has been at work for {now - started:.0f} seconds; it is stopped after "
                f"{seconds:.0f} seconds without progress (--patience SECONDS allows more)."
            )


def _written(folder: Path) -> int:
    """Bytes of all files in a folder."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # gone meanwhile
            size += path.lstat().st_size
    return size


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    if process.stdout:
        process.stdout.close()
    process.wait()


def _read_result(program: str, path: Path, result: Path) -> Book:
    if not result.is_file():
        raise EngineError(
            f"{path}: {program} could not convert it; see whether it can open the file by hand."
        )
    book = Book.open(result)
    book.path = path  # the copy is gone soon; messages should name the file that the user knows
    fail_if_poisoned(book, program)
    return book
