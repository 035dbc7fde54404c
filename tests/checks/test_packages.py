"""Spreadsheet engines that are packages: two more that nobody here wrote judge every lesson."""

import pytest
from programs import PACKAGES
from typer.testing import CliRunner
from workbooks import few

import xlbackprop as xb
from xlbackprop.checks.check import check
from xlbackprop.cli.commands import app
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


def refuses(path, engine, reason):
    with pytest.raises(EngineError, match=rf"failed \(.*{reason}.*\); try another engine"):
        check(path, engine)


@pytest.mark.exhaustive(quick=8)
@pytest.mark.parametrize("engine", PACKAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_package_agrees_with_python_on_every_formula_cell(lesson, engine, need, tmp_path):
    need(engine)
    path = tmp_path / "book.xlsx"
    xb.write(xb.load(lesson, **SHORT.get(lesson, {})), path)
    if (engine, lesson) in UNABLE:
        refuses(path, engine, UNABLE[engine, lesson])
        return
    report = check(path, engine)
    assert report.agrees, "\n".join(report.lines())
    assert [c.compared for c in report.comparisons] == [report.formulas] * 2
    assert report.formulas > 50


@pytest.mark.exhaustive
@pytest.mark.parametrize("engine", PACKAGES)
def test_every_package_agrees_on_the_long_lesson(engine, need, tmp_path):
    need(engine)
    path = tmp_path / "book.xlsx"
    xb.write(xb.load("backprop"), path)
    if engine == "formualizer":
        refuses(path, engine, "formula cell count limit in worksheet")
        return
    report = check(path, engine)
    assert report.agrees
    assert report.formulas > 300_000


@pytest.fixture
def all_in_process(monkeypatch):
    """``all`` without the programs, which cost seconds and are no matter here."""
    names = ("saved", "ironcalc", *PACKAGES)
    monkeypatch.setattr("xlbackprop.checks.check.every_engine", lambda: names)


def test_a_package_that_fails_is_left_out_of_all_with_its_reason_and_the_others_judge(
    need, all_in_process, tmp_path
):
    for engine in PACKAGES:
        need(engine)
    path = tmp_path / "book.xlsx"
    xb.write(xb.load("matrix-form"), path)
    report = check(path, "all")
    assert report.agrees
    assert [c.engine for c in report.comparisons] == ["saved", "ironcalc", "cellrune"]
    [line] = [line for line in report.lines() if "left out" in line]
    assert line == (
        f"  left out: {path}: Formualizer failed (it has no MMULT); try another engine."
    )
    assert report.as_dict()["left_out"] == [line.removeprefix("  left out: ")]
    assert "it has no MMULT" in report._repr_html_()


def test_each_line_of_several_workbooks_names_the_package_that_was_left_out(
    need, all_in_process, tmp_path
):
    for engine in PACKAGES:
        need(engine)
    xb.write(xb.load("matrix-form"), tmp_path / "a.xlsx")
    xb.write(xb.load("chain-rule"), tmp_path / "b.xlsx")
    names = [str(tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    result = CliRunner().invoke(app, ["check", *names, "--engine", "all"])
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert "cells agree with Python. Left out: " in first
    assert first.endswith("Formualizer failed (it has no MMULT); try another engine.")
    assert second.endswith("cells agree with Python.")


def test_a_package_asked_for_by_name_that_fails_ends_the_check(need, tmp_path):
    need("formualizer")
    path = tmp_path / "book.xlsx"
    xb.write(xb.load("matrix-form"), path)
    result = CliRunner().invoke(app, ["check", str(path), "--engine", "formualizer"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"xlbackprop: {path}: Formualizer failed (it has no MMULT); try another engine.\n"
    )


@pytest.mark.parametrize("engine", PACKAGES)
def test_a_package_that_is_missing_is_named_with_the_way_to_install_it(engine, monkeypatch):
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    assert ENGINES[engine].why_missing().endswith(f"to install it: pip install {engine}.")
    with pytest.raises(EngineError, match="is not installed; to install it: pip install"):
        ENGINES[engine].recalculate(["any.xlsx"])
    assert every_engine() == ("saved", "ironcalc", "libreoffice", "gnumeric")
