"""Workbooks that several tests read, each made once."""

import os
from collections.abc import Callable

import pytest
from workbooks import Made, make

from xlbackprop.recalc import ENGINES


@pytest.fixture(scope="session")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Exclusive or, 8 epochs."""
    return make(tmp_path_factory.mktemp("xor"), "xor", epochs=8)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The example by hand: one training example, fixed biases."""
    return make(tmp_path_factory.mktemp("example"), "worked-example")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The images of 0 and 1, 3 epochs."""
    return make(tmp_path_factory.mktemp("images"), "backprop", epochs=3)


@pytest.fixture(scope="session")
def need() -> Callable[[str], None]:
    """Go on only with an engine: where all must be there, a missing one is a failure."""

    def need(name: str) -> None:
        if reason := ENGINES[name].why_missing():
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)

    return need
