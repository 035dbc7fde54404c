"""Any file, however it was made: an answer within 10 seconds and 1 GB, in one sentence."""

import os
import resource
import shlex
import signal
import sys
import tempfile
from pathlib import Path

import pytest
from hostile import HOSTILE

ROOT = Path(__file__).parents[1]
SECONDS, BYTES = 10, 10**9
DEVICES = pytest.mark.skipif(not Path("/dev/full").exists(), reason="devices and pipes of Linux")


def answer(folder: Path, arguments: list[str]) -> tuple[int, str, float, float]:
    """Status, standard error, seconds of processor time, and the most memory of a command."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if not child:  # nothing of pytest runs here
            try:
                os.chdir(folder)
                os.dup2(os.open(os.devnull, os.O_RDWR), 0)
                os.dup2(0, 1)
                os.dup2(told.fileno(), 2)
                # A safety net: what is asked for is measured, and less.
                signal.alarm(6 * SECONDS)  # for one that waits
                resource.setrlimit(resource.RLIMIT_CPU, (3 * SECONDS, 3 * SECONDS))
                resource.setrlimit(resource.RLIMIT_AS, (8 * BYTES, 8 * BYTES))
                command = [sys.executable, "-m", "xlbackprop", *arguments]
                os.execve(sys.executable, command, os.environ | {"PYTHONPATH": str(ROOT)})
            finally:
                os._exit(99)
        _, status, used = os.wait4(child, 0)
        told.seek(0)
        said = told.read().decode()
    seconds = used.ru_utime + used.ru_stime
    return os.waitstatus_to_exitcode(status), said, seconds, used.ru_maxrss * 1024


@DEVICES
@pytest.mark.exhaustive(quick=20)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_answered_in_time_and_in_one_sentence(kind: str, tmp_path: Path) -> None:
    arguments = shlex.split(HOSTILE[kind](tmp_path))
    before = sorted(path.name for path in tmp_path.iterdir())
    status, said, seconds, memory = answer(tmp_path, arguments)
    assert (status, said.count("\n")) in {(2, 1), (1, 0), (0, 0)}, (status, said[:2000])
    assert status < 2 or said.startswith("xlbackprop: ")
    assert len(said) < 1500
    assert seconds < SECONDS
    assert memory < BYTES
    assert sorted(path.name for path in tmp_path.iterdir()) == before
