"""How a command meets its terminal: one sentence for an error, a bar for work, UTF-8 for texts."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import typer

from xlbackprop.errors import XlbackpropError


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error that a user can mend into its sentence and exit status 2."""
    try:
        yield
        sys.stdout.flush()  # else a full disk shows only after the end
    except XlbackpropError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped.")
    except MemoryError:
        _fail("this computer has too little memory for it; take fewer epochs, examples or units.")
    except BrokenPipeError:  # `| head` has read enough
        _abandon_output()
    except OSError as error:
        _abandon_output()
        place = f"{error.filename}: " if error.filename else ""
        _fail(f"{place}reading or writing failed ({error.strerror or error}); free some space.")


def _abandon_output() -> None:
    """Keep Python from writing to a broken standard output again at its end, and complaining."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(sentence: str) -> NoReturn:
    print(f"xlbackprop: {sentence}", file=sys.stderr)
    raise typer.Exit(2)


@contextmanager
def progress_bar(what: str) -> Iterator[Any]:
    """A progress bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def use_utf8() -> None:
    """Let a file or a pipe take UTF-8, as recipes are read, and a screen what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            kept = None if not stream.isatty() else stream.encoding
            stream.reconfigure(encoding=kept or "utf-8", errors="backslashreplace")
