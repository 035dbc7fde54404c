"""A book appears whole or not at all."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import wanting

from xlbackprop.errors import FileError
from xlbackprop.workbook.grid import Block, Cell, Grid
from xlbackprop.workbook.package import write_book
from xlbackprop.workbook.replace import replacing

from .conftest import LOOKS, Save

GRID = Grid("S", cells=[Cell(1, 1, 1)])


def _write(path: Path, grid: Grid = GRID, **options: bool) -> None:
    write_book(path, [grid], looks=LOOKS, names={}, title="", language="en", **options)


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")
    with pytest.raises(FileError, match=r"a\.xlsx: exists already .* --force"):
        _write(path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_force_overwrites_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("mine")
    _write(path, force=True)
    assert path.read_bytes().startswith(b"PK")


def test_force_overwrites_the_file_behind_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_text("mine")
    link.symlink_to(path)
    _write(link, force=True)
    assert link.is_symlink()
    assert path.read_bytes().startswith(b"PK")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"there is no folder .*nowhere; create it"):
        _write(tmp_path / "nowhere" / "a.xlsx")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="got a folder, wanted the name of a file"):
        _write(tmp_path, force=True)


def test_a_name_that_the_system_refuses_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"could not be written, file name too long"):
        _write(tmp_path / ("a" * 300 + ".xlsx"))


@pytest.mark.parametrize("force", [False, True])
def test_a_mistake_while_writing_leaves_nothing_behind(tmp_path: Path, force: bool) -> None:
    path = tmp_path / "a.xlsx"
    twice = Grid("S", cells=[Cell(5, 1, 1), Cell(5, 1, 2)])
    with pytest.raises(ValueError, match="two contents"):
        _write(path, twice, force=force)
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_survives_a_failed_write(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    _write(path)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        _interrupt(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def _interrupt(path: Path) -> None:
    with replacing(path, force=True) as file:
        file.write(b"half")
        raise KeyboardInterrupt


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kilobytes, where the system lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        wanting.skip("the right to mount a disk", "run the tests as root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _large() -> Grid:
    values = np.random.default_rng(0).random((500, 50))
    return Grid("S", blocks=[Block(1, 1, (None,) * 50, values, ("number",) * 50)])


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tiny_disk: Path) -> None:
    with pytest.raises(FileError, match=r"a\.xlsx: could not be written, no space left on device"):
        _write(tiny_disk / "a.xlsx", _large())
    assert list(tiny_disk.iterdir()) == []


def test_a_full_disk_keeps_the_old_file(tiny_disk: Path) -> None:
    path = tiny_disk / "a.xlsx"
    _write(path)
    before = path.read_bytes()
    with pytest.raises(FileError, match="no space left"):
        _write(path, _large(), force=True)
    assert path.read_bytes() == before
    assert list(tiny_disk.iterdir()) == [path]


def test_a_refused_replacement_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Save
) -> None:
    def refuse(source: object, target: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(FileError, match=r"permission denied; .* close the file in other programs"):
        save(GRID)
    assert list(tmp_path.iterdir()) == []
