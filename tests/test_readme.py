"""What the README promises."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from xlbackprop.cli.commands import app
from xlbackprop.syllabus import CHAPTERS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def test_the_python_examples_print_what_the_readme_says():
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted >= 5
    assert result.failed == 0


def test_every_command_of_the_readme_exists():
    text = README.read_text(encoding="utf-8")
    commands = set(re.findall(r"^    xlbackprop ([a-z]+) ", text, re.MULTILINE))
    listed = CliRunner().invoke(app, ["--help"]).stdout
    assert len(commands) >= 4
    missing = [c for c in commands if not re.search(rf"^  {c} ", listed, re.MULTILINE)]
    assert missing == []


def commands():
    """What follows ``xlbackprop`` in each line of the README that begins with it."""
    text = README.read_text(encoding="utf-8")
    lines = re.findall(r"^    xlbackprop (.+)$", text, re.MULTILINE)
    return [re.split(r"  +", line)[0] for line in lines]


def small(words):
    """The same command for a training of one epoch, without views."""
    trains = words[0] in ("make", "trace") and words[1] in NETWORKS
    return [*words, "--epochs", "1", "--set", "views=[]"] if trains else words


NETWORKS = {*dict(CHAPTERS)["networks"], *dict(CHAPTERS)["filters"], "--data", "flowers.toml"} - {
    "convolution"
}
LONG = {"make course", "check course/*.xlsx", "make all-maths"}  # minutes, all together
PROGRAMS = {"pdf", "picture"}  # commands that need others


@pytest.mark.parametrize(
    "whole",
    [False, pytest.param(True, marks=pytest.mark.exhaustive)],
    ids=["small", "as they stand"],
)
def test_every_command_of_the_readme_runs_in_its_order(whole, tmp_path, monkeypatch):
    """One after the other, in a folder with nothing but the templates and the first workbook."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "school.toml").write_text('[page]\nfooter = "Our school"\n', encoding="utf-8")
    first = ["make", "backprop"]
    assert CliRunner().invoke(app, first if whole else small(first)).exit_code == 0
    ran = 0
    for command in commands():
        line, _, file = command.partition(" > ")
        words = shlex.split(line)
        if words[0] in PROGRAMS or (not whole and " ".join(words[:2]) in LONG):
            continue
        if words[0] == "check":  # with the programs that every machine has
            words = words[:2]
        result = CliRunner().invoke(app, words if whole else small(words))
        assert result.exit_code == 0, (command, result.output)
        ran += 1
        if file:
            Path(file).write_text(result.stdout, encoding="utf-8")
    assert ran >= 12
