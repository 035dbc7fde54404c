"""Calls into IronCalc, which is compiled code: quiet, with room to recurse, never a panic."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

Result = TypeVar("Result")

# A formula of nested brackets costs IronCalc some kilobytes of stack a level, and running out of it
# kills the process: 8 MiB hold no more than about 3000 levels, and Windows gives 1 MiB.
_STACK_BYTES = 256 * 1024 * 1024


class NativeError(Exception):
    """IronCalc refused or panicked."""


def call(action: Callable[[], Result]) -> Result:
    """The result of a call into IronCalc.

    Raises:
        NativeError: It raised its own error, or panicked.
    """
    with _silence():
        try:
            return _on_deep_stack(action)
        except (KeyboardInterrupt, SystemExit, MemoryError):
            raise
        # Rust's panics arrive as a BaseException whose class can't be imported.
        except BaseException as problem:
            raise NativeError(" ".join(str(problem).split())) from problem


def _on_deep_stack(action: Callable[[], Result]) -> Result:
    before = threading.stack_size(_STACK_BYTES)
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(action).result()
    finally:
        threading.stack_size(before)


@contextmanager
def _silence() -> Iterator[None]:
    """Drop what compiled code prints: it writes to the descriptors, past `sys.stdout`."""
    kept: dict[int, int] = {}
    with open(os.devnull, "wb") as nowhere:
        for descriptor in (1, 2):
            with suppress(OSError):  # a descriptor that is closed prints nothing
                kept[descriptor] = os.dup(descriptor)
                os.dup2(nowhere.fileno(), descriptor)
        try:
            yield
        finally:
            for descriptor, copy in kept.items():
                os.dup2(copy, descriptor)
                os.close(copy)
