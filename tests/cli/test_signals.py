"""Ctrl-C and its kin: at any moment one line, the right status, nothing and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from workbooks import make

ROOT = Path(__file__).parents[2]
SECONDS = 90  # in which what is waited for happens, on a busy computer too
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@contextmanager
def started(folder: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, ended with the test."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    with subprocess.Popen(
        [sys.executable, "-m", "xlbackprop", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def lives(number: int) -> bool:
    """Whether a process is there and isn't merely waiting for its parent to notice its end."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    with suppress(FileNotFoundError):
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return Path("/proc").is_dir() is False


def loaded(process: subprocess.Popen[str], part: str) -> Callable[[], bool]:
    """Whether a process has loaded a library."""
    return lambda: part in Path(f"/proc/{process.pid}/maps").read_text()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
@pytest.mark.parametrize("library", ["", "numpy"])
def test_ctrl_c_while_libraries_load_is_one_line(tmp_path, library):
    """A moment is told by the compiled code that is in memory: numpy's comes early."""
    with started(tmp_path, "trace", "xor", "--epochs", "100000") as process:
        until(loaded(process, library) if library else lambda: listens(process.pid))
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=SECONDS)[1]
    assert (process.returncode, told) == (130, "xlbackprop: stopped.\n")


def listens(number: int) -> bool:
    """Whether a process has a handler of its own for SIGTERM, which Python has not."""
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    [caught] = [line.split()[1] for line in lines if line.startswith("SigCgt")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_make_that_is_stopped_leaves_nothing(tmp_path, number, status):
    with started(tmp_path, "make", "xor", "--epochs", "1000") as process:
        until(lambda: list(tmp_path.glob(".xlbackprop-*")))
        process.send_signal(number)
        told = process.communicate(timeout=SECONDS)[1]
    assert process.returncode == status
    assert told.splitlines()[-1].endswith("xlbackprop: stopped.")
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


SWALLOWS = """
import os, signal
from xlbackprop.cli import commands, entry

def app():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except:
        raise TypeError("expected another type")

commands.app = app
entry.main()
"""


def test_a_signal_within_a_library_that_catches_everything_ends_the_process_as_any_other():
    command = [sys.executable, "-c", SWALLOWS]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (143, "xlbackprop: stopped.\n")


HANGS = """#!/bin/sh
echo $$ > "{folder}/program"
sleep 600 &
echo $! > "{folder}/helper"
wait
"""


@pytest.mark.parametrize(
    ("program", "engine"), [("soffice", "libreoffice"), ("ssconvert", "gnumeric")]
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_a_check_has_started_ends_with_it(tmp_path, program, engine, number):
    """The program, the helper that it started, and the folder in which they work."""
    made = make(tmp_path, "worked-example", views=[])
    places = {name: tmp_path / name for name in ("bin", "temporary")}
    for place in places.values():
        place.mkdir()
    script = places["bin"] / program
    script.write_text(HANGS.format(folder=tmp_path))
    script.chmod(0o755)
    variables = {
        "PATH": f"{places['bin']}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(places["temporary"]),
    }
    with started(tmp_path, "check", str(made.path), "--engine", engine, **variables) as process:
        until(lambda: (tmp_path / "helper").exists() and (tmp_path / "helper").read_text())
        numbers = [int((tmp_path / name).read_text()) for name in ("program", "helper")]
        assert list(places["temporary"].iterdir())
        process.send_signal(number)
        told = process.communicate(timeout=SECONDS)[1]
    assert (process.returncode, told) == (128 + number, "xlbackprop: stopped.\n")
    until(lambda: not any(map(lives, numbers)))
    assert list(places["temporary"].iterdir()) == []
