"""Where the command starts and ends: streams, signals, exit status; the rest is imported here.

Only what Python has at hand is imported above: a signal that comes while the libraries load is
handled as one that comes later.
"""

import os
import signal
import sys
from types import FrameType

_came: list[int] = []  # signals


class Stopped(SystemExit):
    """A signal asked the process to end; what has to be put away is put away on the way out."""


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough: putting away isn't interrupted
    _came.append(number)
    raise Stopped(128 + number)


def _listen() -> None:
    """Have the signals that ask a process to end raise Stopped, where they aren't ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks some
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _fill_streams() -> None:
    """Put the null device where a stream is closed: no file may get the number of a stream."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def main() -> None:
    """The entry point of the ``xlbackprop`` command."""
    try:
        _listen()
        _fill_streams()
        from xlbackprop.cli.terminal import ending, use_utf8

        use_utf8()
        with ending():
            from xlbackprop.cli.commands import app

            app()
    except BaseException:
        if not _came:  # a library may have caught Stopped, and raised an error of its own
            raise
        from xlbackprop.cli.terminal import say

        say("xlbackprop: stopped.")
        raise SystemExit(128 + _came[0]) from None
