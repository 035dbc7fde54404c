"""The benchmarks run, and the README's figures come from them."""

import os
import re
import runpy
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from wanting import package

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "benchmarks"
README = ROOT / "README.md"

PEER = {  # of each script: the module, the package to install
    "check": ("ironcalc", "ironcalc"),
    "engine": ("torch", "torch"),
    "make": ("xlsxwriter", "XlsxWriter"),
    "write": ("xlsxwriter", "XlsxWriter"),
}
MEASURES = {
    "check": "How long a check takes",
    "engine": "How long a step of the engine takes beside torch",
    "make": "How long a large workbook takes from its recipe to the closed file",
    "write": "How fast a Training sheet with all its formulas gets into a file",
}
OTHERS = ["openpyxl", "openpyxl, write-only", "XlsxWriter, constant memory"]
ROWS = {  # at the tiny size, by the column that tells them apart
    "check": ("workbook", ["xor, 2 epochs"]),
    "engine": ("network", ["12-3-2", "cnn"]),
    "make": ("writer", ["`xlbackprop make xor --epochs 1`", *OTHERS]),
    "write": ("writer", ["xlbackprop", *OTHERS]),
}
DATED = r"Measured on (\d{4}-\d\d-\d\d)"


class Ran(NamedTuple):
    """What a script did."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a script with these arguments as a command, in this process."""
    monkeypatch.syspath_prepend(FOLDER)

    def run(script: str, *arguments: object) -> Ran:
        for module in ("common", "writers", "beside_torch"):  # as nothing were imported yet
            monkeypatch.delitem(sys.modules, module, raising=False)
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        try:
            runpy.run_path(str(FOLDER / f"{script}.py"), run_name="__main__")
            status = 0
        except SystemExit as end:
            status = end.code
        return Ran(status, *capsys.readouterr())

    return run


def parts(script: str, text: str) -> list[str]:
    """What stands above, between and below the script's marks."""
    found = text.split(f"<!-- {script} -->\n")
    assert len(found) == 3
    return found


def cells(text: str) -> list[list[str]]:
    """The table of a text: its head and its rows."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, rule, *rows = ([cell.strip() for cell in line[1:-1].split("|")] for line in lines)
    assert set("".join(rule)) <= set("-:")
    return [head, *rows]


def number(cell: str) -> float:
    """1,728 or 1/18.1 or 0.42 ms."""
    return float(cell.removeprefix("1/").split()[0].replace(",", ""))


@pytest.mark.parametrize("script", PEER)
def test_a_benchmark_at_a_tiny_size_puts_its_rows_and_the_date_between_its_marks_and_nowhere_else(
    script, run, tmp_path
):
    if script == "engine":
        package("torch")
    copy = tmp_path / "copy.md"
    copy.write_bytes(README.read_bytes())
    began = date.today()
    ran = run(script, "--tiny", "--readme", copy)
    assert (ran.status, ran.err) == (0, "")

    above, between, below = parts(script, copy.read_text("utf-8"))
    old = parts(script, README.read_text("utf-8"))
    assert [above, below] == [old[0], old[2]]
    assert between == ran.out
    assert between.startswith("At a tiny size, where speed means nothing.")
    day, cores = re.search(rf"{DATED}, (\d+) cores, Python \d", between).groups()
    assert began <= date.fromisoformat(day) <= date.today()
    assert int(cores) == os.cpu_count()

    head, *rows = cells(between)
    assert head == cells(old[1])[0]
    key, names = ROWS[script]
    assert [row[head.index(key)] for row in rows] == names
    for row in rows:
        for column, cell in zip(head, row, strict=True):
            if column.startswith("memory"):  # may be less than is seen; Linux alone tells it
                assert not number(cell) < 0
            elif column == "times ours":  # to a tenth, so a small one may show as none
                assert number(cell) >= 0
            elif column not in (key, "lesson"):
                assert number(cell) > 0, column


@pytest.mark.parametrize("script", PEER)
def test_help_says_what_is_measured_and_how_even_where_the_peer_is_missing(
    script, run, monkeypatch
):
    monkeypatch.setitem(sys.modules, PEER[script][0], None)
    ran = run(script, "--help")
    assert (ran.status, ran.err) == (0, "")
    for text in (f"benchmarks/{script}.py", MEASURES[script], "--tiny", "--readme [FILE]"):
        assert text in ran.out


@pytest.mark.parametrize("script", PEER)
def test_a_missing_peer_is_one_sentence_and_status_2(script, run, monkeypatch):
    module, package = PEER[script]
    monkeypatch.setitem(sys.modules, module, None)
    assert run(script, "--tiny") == Ran(
        status=2,
        out="",
        err=f"benchmarks/{script}.py: compares with {package}, which is not installed; "
        f"try: pip install {package}\n",
    )


def test_a_file_without_the_marks_is_refused_before_anything_is_measured(run, tmp_path):
    file = tmp_path / "notes.md"
    file.write_text("<!-- write -->\n<!-- check -->\n", encoding="utf-8")
    for path in (file, tmp_path / "none.md", tmp_path):
        assert run("check", "--tiny", "--readme", path) == Ran(
            status=2,
            out="",
            err=f"benchmarks/check.py: {path}: wanted a file with two lines <!-- check -->.\n",
        )
    assert file.read_text("utf-8") == "<!-- write -->\n<!-- check -->\n"


def test_figures_of_a_tiny_size_do_not_get_into_the_readme(run):
    before = README.read_bytes()
    for file in ((), (os.path.relpath(README),)):
        assert run("check", "--tiny", "--readme", *file) == Ran(
            status=2,
            out="",
            err="benchmarks/check.py: figures of a tiny size are not for the README; "
            "name another file.\n",
        )
    assert README.read_bytes() == before


def surroundings() -> dict[str, float]:
    return {"process": os.getpid(), "threads": float(os.environ["OMP_NUM_THREADS"])}


def test_a_measurement_has_a_process_of_its_own_with_its_own_variables(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    from common import medians

    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    found = medians(1, surroundings, OMP_NUM_THREADS="3")
    assert found["process"] != os.getpid()
    assert found["threads"] == 3
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_a_figure_is_the_median_of_its_runs(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    import common

    runs = iter([{"seconds": 9.0}, {"seconds": 1.0}, {"seconds": 2.0}])
    monkeypatch.setattr(common, "in_own_process", lambda *arguments: next(runs))
    assert common.medians(3, surroundings) == {"seconds": 2.0}


def test_every_measured_figure_in_the_readme_is_of_a_dated_table_that_a_script_writes():
    rest = README.read_text("utf-8")
    scripts = {path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text("utf-8")}
    assert scripts == set(PEER)
    for script in scripts:
        above, between, below = parts(script, rest)
        assert re.match(rf"{DATED}.*:\n\n\|", between), script
        assert len(cells(between)) > 1
        rest = above + below
    figures = r"\| *(?:1/)?\d[\d,.]*(?: (?:ms|s|MB|GB|%))? *(?=\|)"
    speeds = r"\b\d[\d,.]*(?: |-|)(?:ms|s|seconds?|minutes?|MB|GB|times|cells/s)\b"
    assert re.findall(figures, rest) == []
    assert re.findall(speeds, rest) == []
