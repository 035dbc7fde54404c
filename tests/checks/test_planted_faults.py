"""A single fault in any formula cell is found, and its cell is the first that is named."""

import re
from functools import cache
from math import nan
from pathlib import Path
from random import Random
from typing import Any

import pytest
from drawing.faults import plant
from manifesting.faults import Original
from typer.testing import CliRunner
from workbooks import make, stored, with_cell

import xlbackprop as xb
from xlbackprop.checks.causes import causes_first
from xlbackprop.checks.report import Mismatch
from xlbackprop.cli.commands import app
from xlbackprop.workbook.address import address

BARELY = {  # IronCalc takes z for 0: 0.1 + 0.2 − 0.3 = 5.6e-17
    "data": {"columns": ["p", "q", "r", "t"], "rows": [[0.1, 0.2, 0.3, 1]]},
    "inputs": ["p", "q", "r"],
    "targets": ["t"],
    "layers": [{"units": 1, "activation": "relu"}, {"units": 1, "activation": "linear"}],
    "start": {"w2": [[1, 1, -1]], "b2": [0], "w3": [[0.5]], "b3": [0.25]},
    "epochs": 1,
    "views": [],
}
BOOKS: dict[str, tuple[str, dict[str, Any]]] = {
    "xor": ("xor", {"epochs": 2}),
    "worked-example": ("worked-example", {}),
    "page": ("gradient-descent", {}),
    "barely above 0": ("xor", BARELY),
}
EACH, AT_ONCE = 100, 5
_PLACE = re.compile(r"^ +([^ !][^!]*![A-Z]+\d+)[: ]")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("original")

    @cache
    def made(book: str) -> Original:
        lesson, changes = BOOKS[book]
        path = folder / f"{book}.xlsx"
        xb.write(xb.load(lesson, **changes), path)
        return Original(path)

    return made


def first_named(report: xb.Report) -> str:
    """The first cell that a report names."""
    found = (_PLACE.match(line) for line in report.lines())
    return next((match[1] for match in found if match), "no cell")


@pytest.mark.exhaustive(quick=4)
@pytest.mark.parametrize("start", range(0, EACH, AT_ONCE))
@pytest.mark.parametrize("book", BOOKS)
def test_a_planted_fault_is_found_and_its_cell_named_first(
    book: str, start: int, original, tmp_path: Path, pytestconfig
) -> None:
    """One that leaves the meaning as it was is none."""
    seed, path = pytestconfig.option.seed or "plain", tmp_path / "planted.xlsx"
    wrong = []
    for number in range(start, start + AT_ONCE):
        planted = plant(original(book), Random(f"{seed} {book} {number}"), path)
        report, place = xb.check(path), "!".join(planted.place)
        named = first_named(report)
        fine = report.agrees if planted.harmless else not report.agrees and named == place
        if not fine:
            wrong.append(f"{number}: {place} {planted.told}; first named: {named}")
    assert wrong == []


def test_a_planted_fault_is_an_exit_status_of_1(original, tmp_path: Path) -> None:
    path = tmp_path / "planted.xlsx"
    random = Random("status")
    while plant(original("worked-example"), random, path).harmless:
        pass
    assert CliRunner().invoke(app, ["check", str(path)]).exit_code == 1


def test_causes_stand_before_cells_on_earlier_sheets_that_read_them() -> None:
    start = Mismatch("Start", "B14", "'Gradient check'!$B$8+eta", 1.0, nan)
    reads = Mismatch("Compare", "C3", 'SUM(A1:B3)&"D9"', 1.0, 2.0)
    cause = Mismatch("Gradient check", "B8", "", None, 0.25)
    other = Mismatch("Compare", "B2", "A1+B2", 3.0, 2.0)
    assert causes_first([start, reads, cause, other]) == (cause, other, start, reads)


def test_one_fault_amid_many_cells_that_read_it_is_named_first(tmp_path: Path) -> None:
    """An emptied η per update: all weights that it changes differ, too."""
    made = make(tmp_path, "xor", epochs=1, schedule="step", views=[])
    training = made.layout.training
    place = made.sheet("training"), address(training.rate_row(0), training.rate_column)
    report = xb.check(with_cell(made.path, tmp_path, place))
    assert first_named(report) == "!".join(place)


def test_fixed_and_moving_references_mean_the_same_where_nothing_is_filled(tmp_path: Path) -> None:
    made = make(tmp_path, "xor", epochs=1, views=[])
    place = made.total("C", epoch=1)
    fixed = re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", made.formula(place))
    path = with_cell(made.path, tmp_path, place, formula=fixed, value=stored(made.path, place))
    assert xb.check(path).agrees
