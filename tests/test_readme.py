"""What the README promises."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from xlbackprop.cli.commands import app

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


@pytest.mark.parametrize(
    "more",
    [["--epochs", "1", "--set", "views=[]"], pytest.param([], marks=pytest.mark.exhaustive)],
    ids=["small", "as they stand"],
)
def test_the_commands_for_data_of_ones_own_work_one_after_the_other(more, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    _, section = README.read_text(encoding="utf-8").split("\n## Your own data\n")
    commands = re.findall(r"^    xlbackprop (.+)$", section.split("\n## ")[0], re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        line, _, file = command.partition(" > ")
        result = CliRunner().invoke(app, [*shlex.split(line), *more])
        assert result.exit_code == 0, result.stderr
        if file:
            Path(file).write_text(result.stdout, encoding="utf-8")
