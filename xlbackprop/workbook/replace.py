"""A file appears whole or not at all, and never in place of one that it was made from."""

import errno
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from xlbackprop.errors import FileError

if sys.platform != "win32":
    import fcntl

_BEGINNING, _ENDING = ".xlbackprop-", ".tmp"  # of a file that is being written
_QUIET = 60  # seconds; of a writer on another computer, a shared folder may not show the lock


@contextmanager
def replacing(path: Path, *, force: bool, inputs: Sequence[Path] = ()) -> Iterator[BinaryIO]:
    """A file to write; only when all went well does it take its place at path.

    Args:
        path: where to.
        force: replace a file that is already there.
        inputs: the files that it is made from; none of them is replaced.

    Raises:
        FileError: path is taken and force isn't given, path is an input, a device or a folder, its
            folder is missing, or the system refuses to write (disk full, no permission).
    """
    temporary: Path | None = None
    try:
        check_target(path, inputs)
        _check_free(path, force=force)
        target = path.resolve()  # through links, so that a link keeps leading to the file
        _remove_leftovers(target.parent)
        temporary = target.with_name(f"{_BEGINNING}{secrets.token_hex(8)}{_ENDING}")
        with temporary.open("xb") as file:
            _lock(file)
            yield file
        check_target(path, inputs)  # somebody else may have written meanwhile
        _check_free(path, force=force)
        os.replace(temporary, target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(
            f"{path}: could not be written, {reason}; free some space, choose another place, or "
            "close the file in other programs."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def check_target(path: Path, inputs: Sequence[Path] = ()) -> None:
    """See that a file may be written there, whether or not one is there that may be replaced.

    Raises:
        FileError: it is one of the inputs under any name, a folder, a device or a pipe, a link that
            leads nowhere, or there is no such folder.
    """
    try:
        if path.is_dir():
            raise FileError(f"{path}: got a folder, wanted the name of a file; add a file name.")
        if not path.parent.is_dir():
            raise FileError(
                f"{path}: there is no folder {path.parent}; create it or choose another place."
            )
        if path.exists() and not path.is_file():
            raise FileError(
                f"{path}: got a device or a pipe, wanted the name of a file; choose another name."
            )
        with suppress(FileNotFoundError):
            path.stat()
    except ValueError as error:
        raise FileError(f"{str(path)!r}: {error}; choose another name.") from error
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise FileError(f"{path}: is a link that leads to itself; choose another name.") from error
    if read := next((file for file in inputs if is_same(path, file)), None):
        raise FileError(
            f"{path}: this is {read}, from which it would be made, and was left alone; choose "
            "another name with -o."
        )


def is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to the same file: also by links, or where capitals don't count."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them isn't there
        return one.absolute() == other.absolute()


def _check_free(path: Path, *, force: bool) -> None:
    if path.exists() and not force:
        raise FileError(
            f"{path}: exists already and is left alone; choose another name, or overwrite it "
            "with --force."
        )


def _lock(file: BinaryIO) -> bool:
    """Mark a file as one that is being written, for as long as it is open; whether it wasn't yet.

    Windows needs no mark: it removes no open file.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _remove_leftovers(folder: Path) -> None:
    """Remove what a process that was killed while writing has left, and nothing else."""
    with suppress(OSError):
        for left in folder.glob(f"{_BEGINNING}{'[0-9a-f]' * 16}{_ENDING}"):
            with suppress(OSError):  # gone meanwhile, or somebody else's
                _remove_leftover(left)


def _remove_leftover(left: Path) -> None:
    if left.is_symlink() or not left.is_file() or time.time() - left.stat().st_mtime < _QUIET:
        return
    with left.open("rb") as file:
        if not _lock(file):
            return
    left.unlink()
