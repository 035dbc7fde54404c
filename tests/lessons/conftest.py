"""What tests of several files about pages of maths share."""

import pytest

import xlbackprop as xb


class Books(dict):
    """Workbooks of pages in English by name, each made when it is asked for first."""

    def __init__(self, folder):
        super().__init__()
        self._folder = folder

    def __missing__(self, name):
        self[name] = self._folder / f"{name}.xlsx"
        xb.write(xb.load(name), self[name])
        return self[name]


@pytest.fixture(scope="session")
def books(tmp_path_factory):
    """Every page, each made once; tests leave them as they are."""
    return Books(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="session")
def collection(tmp_path_factory):
    """All pages in one workbook, which a program converts at once."""
    path = tmp_path_factory.mktemp("all") / "all-maths.xlsx"
    xb.write(xb.load("all-maths"), path)
    return path
