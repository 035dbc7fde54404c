"""All lessons in one folder, and a workbook that leads to them."""

import re
import shlex

import openpyxl
import pytest
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop import syllabus
from xlbackprop.cli.commands import app
from xlbackprop.errors import BookError, FileError


def shorten(monkeypatch, first, second):
    """Make the course one of two lessons, so that a test takes no time."""
    every = {first, second}
    kept = {key: tuple(n for n in names if n in every) for key, names in syllabus.CHAPTERS.items()}
    chapters = {key: names for key, names in kept.items() if names}
    monkeypatch.setattr(syllabus, "CHAPTERS", chapters)
    monkeypatch.setattr(syllabus, "LESSONS", (first, second))


@pytest.fixture
def few(monkeypatch):
    """A course of two pages of maths."""
    shorten(monkeypatch, "vectors", "convolution")


def test_a_course_has_every_lesson_and_a_page_that_leads_to_them(monkeypatch, tmp_path):
    """Each workbook is that of its lesson, and each link names a file that is there."""
    shorten(monkeypatch, "worked-example", "convolution")
    done, files = [], ["worked-example.xlsx", "convolution.xlsx"]
    paths = xb.write_course(tmp_path / "course", lang="zh", progress=lambda *x: done.append(x))
    assert [path.name for path in paths] == [*files, "course.xlsx"]
    assert done == [(0, 3), (1, 3), (3, 3)]
    [sheet] = openpyxl.load_workbook(paths[-1])
    links = [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    assert links == files
    for path in paths[:-1]:
        assert xb.check(path).agrees
        assert xb.load(path).lang == "zh"


def test_a_course_replaces_nothing_unasked(few, tmp_path):
    """Not even a part of it is written where one of its files is already there."""
    (tmp_path / "vectors.xlsx").write_text("mine")
    said = r"vectors\.xlsx: the file is already there and nothing was"
    with pytest.raises(FileError, match=said):
        xb.write_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.xlsx"]
    xb.write_course(tmp_path, force=True)
    assert xb.check(tmp_path / "vectors.xlsx").agrees


def test_the_command_makes_a_course(few, tmp_path):
    """Into the folder that it is told; options of single lessons are refused."""
    run = CliRunner().invoke
    told = run(app, ["make", "course", "-o", str(tmp_path / "here"), "--lang", "zh"])
    assert told.exit_code == 0
    assert told.stdout == f"{tmp_path / 'here'}: 3 workbooks.\n"
    told = run(app, ["make", "course", "-o", str(tmp_path / "there"), "--epochs", "3"])
    assert told.exit_code == 2
    assert told.stderr.startswith("xlbackprop: --epochs: the course is made of the lessons as")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_overview_of_a_course_has_nothing_to_check_and_names_a_file_that_has(
    few, tmp_path, lang
):
    """Exit status 2, as for all that can't be checked: none compared is no success."""
    run = CliRunner().invoke
    xb.write_course(tmp_path, lang=lang)
    for command in (["check"], ["trace"], ["make", "--force"]):
        told = run(app, [*command, str(tmp_path / "course.xlsx")])
        assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (2, "", 1)
        assert "course.xlsx: this is the overview of a course, which has no formula" in told.stderr
    [command] = re.findall("`xlbackprop (.*)`", told.stderr)
    told = run(app, shlex.split(command))
    assert told.exit_code == 0
    assert "formula cells agree with Python." in told.stdout


def test_a_stranger_s_sheet_of_that_name_is_no_overview_of_ours(tmp_path):
    """Only with the title in its first cell."""
    book = openpyxl.Workbook()
    book.active.title = "Course"
    book.active["A1"] = "Latin"
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(BookError, match="xlbackprop did not write this workbook"):
        xb.check(tmp_path / "book.xlsx")
