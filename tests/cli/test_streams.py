"""Streams that are closed, full or of another alphabet: the right status and one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from workbooks import make

from xlbackprop.errors import LONGEST, RecipeError, legible

ROOT = Path(__file__).parents[2]
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
POSIX = pytest.mark.skipif(os.name == "nt", reason="descriptors of a shell")
WAYS = ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]
COMMANDS = [
    "make xor --epochs 1 --force",
    "check book.xlsx",
    "trace xor --epochs 1",
    "recipe xor",
    "lessons",
    "--help",
    "make --help",
]
FULL_DISK = "reading or writing failed (No space left on device); free some space."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streams")
    make(folder, "xor", "book", epochs=1, views=[])
    return folder


def shell(folder: Path, command: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    line = f'"{sys.executable}" -m xlbackprop {command}'
    return subprocess.run(
        line, shell=True, cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )


@POSIX
@pytest.mark.exhaustive
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", [*COMMANDS, "make nothing"])
def test_a_closed_stream_changes_no_exit_status_and_prints_no_traceback(folder, command, way):
    result = shell(folder, f"{command} {way}")
    assert result.returncode == (2 if command == "make nothing" else 0)
    assert b"Traceback" not in result.stderr
    assert b"Error" not in result.stderr


@POSIX
def test_a_workbook_is_written_whole_where_no_stream_is_open(folder):
    assert shell(folder, "make xor --epochs 1 -o whole.xlsx <&- >&- 2>&-").returncode == 0
    assert shell(folder, "check whole.xlsx").returncode == 0


@FULL
@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_behind_the_output_is_one_sentence(folder, command):
    result = shell(folder, f"{command} >/dev/full")
    assert result.returncode == 2
    assert result.stderr.decode().splitlines()[-1] == f"xlbackprop: {FULL_DISK}"
    assert b"Traceback" not in result.stderr


@FULL
def test_notes_that_cannot_be_written_are_lost_and_nothing_else(folder):
    result = shell(folder, "make xor --epochs 1 --force 2>/dev/full")
    assert result.returncode == 0
    assert result.stdout.startswith(b"xor.xlsx: ")


@POSIX
@pytest.mark.parametrize("coerced", ["0", "1"])
def test_a_name_beyond_ascii_is_itself_where_the_locale_is_c(folder, coerced):
    name = "Größe-数.xlsx"
    make(folder, "xor", name.removesuffix(".xlsx"), epochs=1, views=[])
    variables = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": coerced, "PYTHONUTF8": "0"}
    result = shell(folder, f"check {name}", **variables)
    assert (result.returncode, result.stderr) == (0, b"")
    assert name.encode() in result.stdout
    assert b"\\udc" not in result.stdout
    made = shell(folder, f"make {name} --force -o Ä.xlsx", **variables)
    assert made.returncode == 0
    assert made.stdout.startswith("Ä.xlsx: ".encode())
    missing = shell(folder, "check fehlt-ä.xlsx", **variables)
    assert missing.stderr.decode().startswith("xlbackprop: fehlt-ä.xlsx: there is no such file")


@pytest.mark.parametrize(
    ("module", "command", "said"),
    [
        ("ironcalc", "check book.xlsx", "a package can't be used (no such library)"),
        ("isal", "make xor --force", "a package can't be used (no such library)"),
    ],
)
def test_a_package_that_cannot_be_imported_is_one_sentence(folder, tmp_path, module, command, said):
    (tmp_path / module).mkdir()
    (tmp_path / module / "__init__.py").write_text("raise ImportError('no such library')\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    result = shell(folder, command, PYTHONPATH=path)
    assert result.returncode == 2
    told = result.stderr.decode()
    assert told == f"xlbackprop: {said}; install xlbackprop again.\n"


# What is quoted from data.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("a\x9b31mb", r"a\x9b31mb"),
        ("a\u202egnp.exe", r"a\u202egnp.exe"),
        ("a\u2028b", r"a\u2028b"),
        ("Größe 数 é", "Größe 数 é"),
    ],
)
def test_a_sentence_obeys_no_sign_that_it_quotes(text, shown):
    assert legible(text) == shown
    assert str(RecipeError(f"label: got {text}.")) == f"label: got {shown}."


def test_a_sentence_that_quotes_a_million_signs_keeps_its_beginning_and_its_end():
    sentence = str(RecipeError(f"title: got {'x' * 10**6}, wanted less; shorten it."))
    assert len(sentence) < LONGEST + 10
    assert sentence.startswith("title: got xxx")
    assert sentence.endswith("xxx, wanted less; shorten it.")


CLEAR = "\x1b[2J"


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_label_that_clears_the_screen_reaches_no_terminal(folder, option):
    (folder / "data.csv").write_text(f"x,kind\n0,{CLEAR}a\n1,b{CLEAR}\n", encoding="utf-8")
    made = shell(folder, "make --data data.csv --label kind --epochs 1 --force -o hostile.xlsx")
    checked = shell(folder, f"check hostile.xlsx {option}")
    refused = shell(folder, "make --data data.csv --label kin")
    assert (made.returncode, checked.returncode, refused.returncode) == (0, 0, 2)
    for result in (made, checked, refused):
        assert b"\x1b" not in result.stdout + result.stderr
