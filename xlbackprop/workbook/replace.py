"""A file appears whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from xlbackprop.errors import FileError


@contextmanager
def replacing(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file to write; only when all went well does it take its place at path.

    Raises:
        FileError: path is taken and force isn't given, its folder is missing, or the system
            refuses to write (disk full, no permission).
    """
    temporary: Path | None = None
    try:
        _check_free(path, force=force)
        target = path.resolve()  # through links, so that a link keeps leading to the file
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        with temporary.open("xb") as file:
            yield file
        _check_free(path, force=force)  # somebody else may have written meanwhile
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


def _check_free(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise FileError(f"{path}: got a folder, wanted the name of a file; add a file name.")
    if not path.parent.is_dir():
        raise FileError(
            f"{path}: there is no folder {path.parent}; create it or choose another place."
        )
    if path.exists() and not force:
        raise FileError(
            f"{path}: exists already and is left alone; choose another name, or overwrite it "
            "with --force."
        )
