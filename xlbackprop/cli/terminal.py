"""How a command meets its terminal: one sentence for an error, a bar for work, UTF-8 for texts."""

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TextIO

from xlbackprop.errors import XlbackpropError, legible

_AS_BYTES = "xlbackprop.bytes"  # our way with what a stream can't show


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn an error that a user can mend into its sentence and exit status 2."""
    try:
        yield
        sys.stdout.flush()  # else a full disk shows only after the end
    except XlbackpropError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped.", status=130)
    except MemoryError:
        _fail("this computer has too little memory for it; take fewer epochs, examples or units.")
    except ImportError as error:
        package = f"the package {error.name}" if error.name else "a package"
        _fail(f"{package} can't be used ({error}); install xlbackprop again.")
    except BrokenPipeError:  # `| head` has read enough
        _abandon(sys.stdout)
    except OSError as error:
        _abandon(sys.stdout)
        place = f"{error.filename}: " if error.filename else ""
        _fail(f"{place}reading or writing failed ({error.strerror or error}); free some space.")


@contextmanager
def ending() -> Iterator[None]:
    """The same around the whole command, and its help, whose end is an exit as well."""
    with one_sentence():
        try:
            yield
        except SystemExit:
            sys.stdout.flush()
            raise


def _abandon(stream: TextIO) -> None:
    """Keep Python from writing to a broken stream again at its end, and complaining."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(line: str) -> None:
    """Write a line to standard error, legible whatever it quotes; one that can't be is lost."""
    try:
        print(legible(line), file=sys.stderr, flush=True)
    except OSError:
        _abandon(sys.stderr)


def _fail(sentence: str, status: int = 2) -> NoReturn:
    say(f"xlbackprop: {sentence}")
    raise SystemExit(status)


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
    codecs.register_error(_AS_BYTES, _shown)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            kept = None if not stream.isatty() else stream.encoding
            stream.reconfigure(encoding=kept or "utf-8", errors=_AS_BYTES)


def _shown(error: UnicodeError) -> tuple[str | bytes, int]:
    """What stands for signs that a stream can't encode.

    Bytes of a file's name that Python could not read, as where the locale is C, are the name's own
    UTF-8 as a rule; what is none, and what a screen lacks, is spelled out.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    with suppress(UnicodeError):
        text = signs.encode("ascii", "surrogateescape").decode("utf-8", "backslashreplace")
        return text.encode(error.encoding, "backslashreplace"), error.end
    return signs.encode("ascii", "backslashreplace"), error.end
