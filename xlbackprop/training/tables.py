"""Frames to files: full precision, whole or not at all."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlbackprop.errors import FileError, RecipeError
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.replace import replacing

if TYPE_CHECKING:
    import pandas as pd

FRAMES: "dict[str, Callable[[Trace], pd.DataFrame]]" = {
    "examples": lambda trace: trace.examples.reset_index(),
    "parameters": lambda trace: trace.parameters.reset_index(),
    "history": lambda trace: trace.history.reset_index(),
}


def choose(what: str) -> "Callable[[Trace], pd.DataFrame]":
    """The frame of that name.

    Raises:
        RecipeError: there is no such frame.
    """
    if what not in FRAMES:
        raise RecipeError(f"--what: got {what!r}, wanted one of {', '.join(FRAMES)}.")
    return FRAMES[what]


def to_csv(frame: "pd.DataFrame") -> str:
    """A frame as CSV; every number reads back as the same number."""
    return frame.to_csv(index=False, lineterminator="\n")


def save(
    frame: "pd.DataFrame", path: Path, *, force: bool = False, inputs: Sequence[Path] = ()
) -> None:
    """Write a frame as .csv or .parquet.

    Args:
        frame: what to write.
        path: the file.
        force: replace a file that is already there.
        inputs: the files that the frame was computed from; none of them is replaced.

    Raises:
        FileError: another ending, a missing package, or the file is already there or can't be
            written.
    """
    if path.suffix.lower() not in {".csv", ".parquet"}:
        raise FileError(f"{path}: got {path.suffix or 'no ending'}, wanted .csv or .parquet.")
    try:
        with replacing(path, force=force, inputs=inputs) as file:
            if path.suffix.lower() == ".csv":
                file.write(to_csv(frame).encode())
            else:
                frame.to_parquet(file, index=False)
    except ImportError as error:
        raise FileError(
            f"{path}: Parquet needs the package pyarrow; install xlbackprop[parquet] or save .csv."
        ) from error
