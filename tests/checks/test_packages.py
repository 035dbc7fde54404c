"""Spreadsheet engines that are packages: two more that nobody here wrote judge every lesson."""

import pytest
from programs import PACKAGES
from workbooks import few

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.errors import EngineError
from xlbackprop.recalc import ENGINES, every_engine, library
from xlbackprop.syllabus import LESSONS, NETWORKS

SHORT = {name: {"epochs": 2} for name in NETWORKS if "solver" not in name} | {
    "backprop": {"epochs": 2, "data": few("backprop", 4)},
}
UNABLE = {  # and why
    ("formualizer", "matrix-form"): "it has no MMULT",
    ("formualizer", "sine"): "worksheet width limit",
    ("formualizer", "iris"): "worksheet width limit",
    ("formualizer", "cnn"): "worksheet width limit",
}


@pytest.mark.exhaustive(quick=8)
@pytest.mark.parametrize("engine", PACKAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_package_agrees_with_python_on_every_formula_cell(lesson, engine, need, tmp_path):
    need(engine)
    path = tmp_path / "book.xlsx"
    xb.write(xb.load(lesson, **SHORT.get(lesson, {})), path)
    if (engine, lesson) in UNABLE:
        lacking = rf"failed \(.*{UNABLE[engine, lesson]}.*\); try another engine"
        with pytest.raises(EngineError, match=lacking):
            check(path, engine)
        return
    report = check(path, engine)
    assert report.agrees, "\n".join(report.lines())
    assert [c.compared for c in report.comparisons] == [report.formulas] * 2
    assert report.formulas > 50


@pytest.mark.exhaustive
@pytest.mark.parametrize("engine", PACKAGES)
def test_every_package_agrees_on_the_long_lesson(engine, need, tmp_path):
    need(engine)
    xb.write(xb.load("backprop"), tmp_path / "book.xlsx")
    assert check(tmp_path / "book.xlsx", engine).agrees


@pytest.mark.parametrize("engine", PACKAGES)
def test_a_package_that_is_missing_is_named_with_the_way_to_install_it(engine, monkeypatch):
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    assert ENGINES[engine].why_missing().endswith(f"to install it: pip install {engine}.")
    with pytest.raises(EngineError, match="is not installed; to install it: pip install"):
        ENGINES[engine].recalculate(["any.xlsx"])
    assert every_engine() == ("saved", "ironcalc", "libreoffice", "gnumeric")
