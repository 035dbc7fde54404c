"""What the README promises."""

import doctest
import re
from pathlib import Path

from typer.testing import CliRunner

from xlbackprop.cli import app

README = Path(__file__).parent.parent / "README.md"


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
