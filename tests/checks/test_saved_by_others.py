"""A workbook that another program saved is still the one that xlbackprop wrote: check says so."""

from pathlib import Path

import openpyxl
import pytest
from programs import in_other_programs
from workbooks import by_way_of_ods, few, in_gnumeric, in_libreoffice

import xlbackprop as xb
from xlbackprop.syllabus import LESSONS, NETWORKS

SHORT = {name: {"epochs": 2} for name in NETWORKS if "solver" not in name} | {
    "backprop": {"epochs": 2, "data": few("backprop", 4)},
}
SAVES = {"libreoffice": in_libreoffice, "gnumeric": in_gnumeric}


def written(lesson: str, folder: Path) -> Path:
    path = folder / "written.xlsx"
    xb.write(xb.load(lesson, **SHORT.get(lesson, {})), path)
    return path


def judged_as_written(path: Path) -> xb.Report:
    report = xb.check(path)
    assert report.agrees, "\n".join(report.lines())
    assert report.edits == report.faults == report.changes == ()
    assert report.comparisons[-1].compared == report.formulas > 50
    return report


@pytest.mark.exhaustive(quick=1)
@in_other_programs("what a program writes when it saves is its own")
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_that_a_program_saved_agrees_without_a_change(lesson, engine, need, tmp_path):
    need(engine)
    judged_as_written(SAVES[engine](written(lesson, tmp_path), tmp_path))


@pytest.mark.exhaustive(quick=1)
@pytest.mark.spreadsheet("libreoffice", why="its own format keeps other digits and formulas")
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_that_went_through_an_ods_file_agrees_without_a_change(lesson, need, tmp_path):
    need("libreoffice")
    judged_as_written(by_way_of_ods(written(lesson, tmp_path), tmp_path))


@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_that_openpyxl_saved_agrees_without_a_change(lesson, tmp_path):
    path = written(lesson, tmp_path)
    openpyxl.load_workbook(path).save(path)
    report = judged_as_written(path)
    assert report.comparisons[0].missing == report.formulas
