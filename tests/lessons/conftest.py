"""What tests of several files about pages of maths share."""

import pytest

import xlbackprop as xb
from xlbackprop.lessons import PAGES


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """Every page in English, each made once; tests leave them as they are."""
    folder = tmp_path_factory.mktemp("pages")
    paths = {name: folder / f"{name}.xlsx" for name in PAGES}
    for name, path in paths.items():
        xb.write(xb.load(name), path)
    return paths
