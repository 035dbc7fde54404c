"""All lessons in one folder, and a workbook that leads to them."""

import openpyxl
import pytest
from typer.testing import CliRunner

import xlbackprop as xb
from xlbackprop import lessons
from xlbackprop.cli import app
from xlbackprop.errors import FileError


@pytest.fixture
def few(monkeypatch):
    """A course of two lessons, so that a test takes no time."""
    chapters = {"slopes": ("convolution",), "networks": ("xor",)}
    monkeypatch.setattr(lessons, "CHAPTERS", chapters)
    monkeypatch.setattr(lessons, "LESSONS", ("convolution", "xor"))


def test_a_course_has_every_lesson_and_a_page_that_leads_to_them(few, tmp_path):
    """Each workbook is that of its lesson, and each link names a file that is there."""
    done = []
    paths = xb.write_course(tmp_path / "course", lang="zh", progress=lambda *x: done.append(x))
    assert [path.name for path in paths] == ["convolution.xlsx", "xor.xlsx", "course.xlsx"]
    assert done == [(0, 3), (1, 3), (3, 3)]
    [sheet] = openpyxl.load_workbook(paths[-1])
    links = [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    assert links == ["convolution.xlsx", "xor.xlsx"]
    for path in paths[:-1]:
        assert xb.check(path).agrees
        assert xb.load(path).lang == "zh"


def test_a_course_replaces_nothing_unasked(few, tmp_path):
    """Not even a part of it is written where one of its files is already there."""
    (tmp_path / "xor.xlsx").write_text("mine")
    with pytest.raises(FileError, match=r"xor\.xlsx: the file is already there and nothing was"):
        xb.write_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["xor.xlsx"]
    xb.write_course(tmp_path, force=True)
    assert xb.check(tmp_path / "xor.xlsx").agrees


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
