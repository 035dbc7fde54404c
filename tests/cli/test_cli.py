"""The command line: what each command prints where, and with which exit status."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from programs import in_other_programs, starts
from typer.testing import CliRunner
from workbooks import Made, in_libreoffice, make, with_formula, with_value, without_formulas

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.recalc import ENGINES
from xlbackprop.syllabus import CHAPTERS, LESSONS, PAGES
from xlbackprop.training import engine
from xlbackprop.words.catalogue import languages

ROOT = Path(__file__).parents[2]
RECIPE = """
label = "kind"
layers = [{ units = 2 }, { units = 2 }]
eta = 0.5
epochs = 2
data = "points.csv"
"""
POINTS = "x,y,kind\n0,1,yes\n1,0,no\n1,1,yes\n"
SMALL = ("--epochs", 1, "--set", "views=[]")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Exclusive or, 8 epochs, without views: soon checked."""
    return make(tmp_path_factory.mktemp("small"), "xor", epochs=8, views=[])


def run(*arguments: object):
    return CliRunner().invoke(app, list(map(str, arguments)))


def done(*arguments: object) -> str:
    """Standard output of a command that must succeed."""
    result = run(*arguments)
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.stdout


def refused(*arguments: object) -> str:
    """The one sentence of a command that can't run and leaves nothing behind."""
    before = sorted(Path().rglob("*"))
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    assert result.stderr.startswith("xlbackprop: ")
    assert result.stderr.count("\n") == 1
    assert sorted(Path().rglob("*")) == before
    return result.stderr.removeprefix("xlbackprop: ").rstrip("\n")


def process(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as a person starts it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "xlbackprop", *map(str, arguments)],
        env=environment,
        encoding="utf-8",
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# lessons


def listed(*options):
    """Names and lines of the lessons, without the headings of the chapters."""
    lines = [line.split(maxsplit=1) for line in done("lessons", *options).splitlines()]
    return {name: text for name, text in lines if not name.endswith(".")}


def test_lessons_are_listed_one_line_each():
    lines = listed()
    assert tuple(lines) == LESSONS
    assert all(line.endswith(".") for line in lines.values())


def test_lessons_are_listed_in_chinese():
    lines = listed("--lang", "zh")
    assert tuple(lines) == LESSONS
    assert all(line.endswith("。") for line in lines.values())


def test_lessons_are_listed_as_chapters_of_one_course():
    """Each under a heading with its number."""
    chapters = [line for line in done("lessons").splitlines() if not line.startswith(" ")]
    assert [line.split(".")[0] for line in chapters] == [str(i + 1) for i in range(len(CHAPTERS))]


def test_every_listed_lesson_can_be_loaded():
    for name in listed():
        recipe = xb.load(name)
        if recipe.name in PAGES:
            continue
        assert (recipe.epochs > 0) != recipe.solver


def test_lessons_in_an_unknown_language_are_refused():
    assert refused("lessons", "--lang", "de") == "lang: got 'de', wanted one of en, zh."


# make


def test_make_writes_a_workbook_of_the_lessons_name():
    result = run("make", "worked-example")
    assert result.exit_code == 0
    assert os.listdir() == ["worked-example.xlsx"]
    assert result.stdout == (
        "worked-example.xlsx: C_T 0.298371 at the start, 0.149106 after 20 updates; 100.0% right.\n"
    )
    assert result.stderr == "Next:  xlbackprop check worked-example.xlsx\n"


def test_make_writes_where_it_is_told_and_says_how_to_go_on():
    Path("my books").mkdir()
    result = run("make", "xor", "--epochs", 1, "-o", "my books/异或 1.xlsx")
    assert result.exit_code == 0
    assert " after 1 update; " in result.stdout
    assert result.stderr == "Next:  xlbackprop check 'my books/异或 1.xlsx'\n"
    assert os.listdir("my books") == ["异或 1.xlsx"]


def test_make_leaves_an_existing_file_alone():
    Path("xor.xlsx").write_text("mine")
    said = refused("make", "xor", "--epochs", 1)
    assert said.startswith("xor.xlsx: the file is already there and was left alone; add --force")
    assert Path("xor.xlsx").read_text() == "mine"


def test_make_replaces_an_existing_file_by_force():
    Path("xor.xlsx").write_text("mine")
    done("make", "xor", "--epochs", 1, "--force")
    assert zipfile.is_zipfile("xor.xlsx")


def test_make_takes_epochs_eta_and_seed():
    done("make", "xor", "--epochs", 3, "--eta", 0.25, "--seed", 11)
    recipe = xb.load("xor.xlsx")
    assert (recipe.epochs, recipe.eta, recipe.seed) == (3, 0.25, 11)
    wanted = xb.run(xb.load("xor", epochs=3, eta=0.25, seed=11))
    assert (xb.run(recipe).parameter_values == wanted.parameter_values).all()


def test_another_seed_draws_other_parameters():
    first, second = (done("trace", "xor", "--epochs", 1, "--seed", seed) for seed in (1, 2))
    assert first != second


def test_make_takes_data_and_any_other_field():
    Path("points.csv").write_text(POINTS)
    fields = ['label="kind"', "targets=[]", "layers=[{units=4},{units=2}]", "title=Two kinds"]
    sets = [word for field in fields for word in ("--set", field)]
    done("make", "xor", "--data", "points.csv", "--epochs", 1, *sets, "-o", "out.xlsx")
    recipe = xb.load("out.xlsx")
    assert (recipe.title, recipe.widths()) == ("Two kinds", (2, 4, 2))
    assert recipe.labels() == ("yes", "no", "yes")


def test_make_and_recipe_take_a_scaling_and_a_rebuilt_workbook_keeps_it():
    Path("points.csv").write_text("x,y,kind\n10,1,yes\n20,0,no\n40,1,yes\n")
    options = ("--data", "points.csv", "--label", "kind", *SMALL)
    done("make", *options, "--scaling", "min-max", "-o", "one.xlsx")
    done("make", "one.xlsx", "-o", "two.xlsx")
    for path in ("one.xlsx", "two.xlsx"):
        recipe = xb.load(path)
        assert recipe.raw()[:, 0].tolist() == [10, 20, 40]
        assert recipe.x()[:, 0].tolist() == [0, 1 / 3, 1]
    told = done("recipe", *options, "--scaling", "z-score")
    assert 'scaling = "z-score"' in told
    assert told == done("recipe", *options, "--set", "scaling=z-score")
    assert "scaling" not in done("recipe", "one.xlsx", "--scaling", "none")


def test_make_writes_in_chinese():
    done("make", "xor", "--epochs", 1, "--lang", "zh")
    book = openpyxl.load_workbook("xor.xlsx", read_only=True)
    book.close()
    sheets = [
        "开始",
        "数据",
        "参数",
        "训练",
        "逐步演示",
        "预测",
        "梯度检验",
        "学习率",
        "训练记录",
        "对照",
        "生成设定",
    ]
    assert book.sheetnames == sheets


def test_a_function_alone_is_that_of_gradient_descent():
    done("make", "--function", "x*y", "-o", "mine.xlsx")
    assert dict(xb.load("mine.xlsx").settings)["function"] == "x*y"


def test_a_recipe_in_another_folder_finds_the_data_beside_it():
    Path("sub").mkdir()
    Path("sub/mine.toml").write_text(RECIPE)
    Path("sub/points.csv").write_text(POINTS)
    done("make", "sub/mine.toml")
    assert sorted(os.listdir()) == ["mine.xlsx", "sub"]
    assert "agree" in done("check", "mine.xlsx")


def test_data_given_as_an_option_are_looked_for_where_one_is():
    Path("sub").mkdir()
    Path("sub/mine.toml").write_text(RECIPE)
    Path("points.csv").write_text(POINTS)
    done("trace", "sub/mine.toml", "--data", "points.csv")


def test_a_workbook_can_be_made_again_from_itself():
    done("make", "xor", "--epochs", 2, "--set", "views=[]")
    done("make", "xor.xlsx", "-o", "again.xlsx")
    assert (
        done("trace", "again.xlsx")
        == done("trace", "xor.xlsx")
        == done("trace", "xor", "--epochs", 2)
    )


def test_the_same_command_writes_the_same_bytes():
    done("make", "xor", "--epochs", 2, "-o", "a.xlsx")
    done("make", "xor", "--epochs", 2, "-o", "b.xlsx")
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()


# check


def test_check_says_that_all_agree(small):
    out = done("check", small.path)
    assert re.search(r"^  saved +[\d,]+ compared, no difference", out, re.MULTILINE)
    assert re.search(r"^  ironcalc +[\d,]+ compared, no difference", out, re.MULTILINE)
    assert re.search(r"^All \d,\d{3} formula cells agree with Python\.$", out, re.MULTILINE)


def test_check_names_what_differs_and_ends_with_status_1(small, tmp_path):
    place = small.example("d2_1", epoch=2, example=3)
    result = run("check", with_formula(small, tmp_path, place, "*(1-", "*(1+"))
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.count("!".join(place) + "  ") == 2  # its value, and its formula
    assert result.stdout.endswith("The sheet and Python differ.\n")


def test_check_of_a_workbook_without_formulas_ends_with_status_1(small, tmp_path):
    assert run("check", without_formulas(small, tmp_path)).exit_code == 1


def test_check_prints_json_with_the_figures(small):
    report = json.loads(done("check", small.path, "--json"))
    assert report["agrees"] is True
    assert report["file"] == str(small.path)
    assert [engine["engine"] for engine in report["engines"]] == ["saved", "ironcalc"]
    for found in report["engines"]:
        assert found["compared"] == report["formulas"] > 1000
        assert found["differences"] == 0
        assert 0 <= found["largest_absolute"] < 1e-12
        assert abs(found["drift"]) < 1e-12


def test_check_prints_json_with_the_differences(small, tmp_path):
    place = small.example("d2_1", epoch=2, example=3)
    result = run("check", with_formula(small, tmp_path, place, "*(1-", "*(1+"), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["agrees"]) == (1, False)
    assert [engine["differences"] for engine in report["engines"]] == [0, 1]
    assert report["engines"][1]["first"][0].startswith("!".join(place))
    assert report["changed_formulas"][0].startswith("!".join(place))


@in_other_programs("that the command starts the program asked for is the point")
def test_check_takes_another_engine(engine, small, need):
    need(engine)
    report = json.loads(done("check", small.path, "--engine", engine, "--json"))
    assert [found["engine"] for found in report["engines"]] == ["saved", engine]


def test_check_takes_several_engines_and_runs_each_once(small):
    engines = ["--engine", "saved", "--engine", "ironcalc", "--engine", "ironcalc"]
    report = json.loads(done("check", small.path, *engines, "--json"))
    assert [engine["engine"] for engine in report["engines"]] == ["saved", "ironcalc"]


@starts("libreoffice", "gnumeric", why="that the command starts all programs is the point")
def test_check_takes_all_engines(small, need):
    need("libreoffice")
    need("gnumeric")
    need("formualizer")
    need("cellrune")
    report = json.loads(done("check", small.path, "--engine", "all", "--json"))
    names = ["saved", "ironcalc", "libreoffice", "gnumeric", "formualizer", "cellrune"]
    assert [engine["engine"] for engine in report["engines"]] == names


def test_check_says_how_to_install_a_missing_engine(small, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("xlbackprop.recalc.libreoffice._USUAL_PLACES", ())
    said = refused("check", small.path, "--engine", "libreoffice")
    assert said.startswith("LibreOffice is not installed; to install it: ")


def test_check_refuses_an_unknown_engine(small):
    names = "saved, ironcalc, libreoffice, gnumeric, formualizer, cellrune"
    wanted = f"engine: got 'nonsense', wanted one of {names}."
    assert refused("check", small.path, "--engine", "nonsense") == wanted


@pytest.fixture
def several(small, tmp_path):
    """A workbook that is right, one that is not, the overview of a course, and no workbook."""
    place = small.example("d2_1", epoch=2, example=3)
    Path("a.xlsx").write_bytes(small.path.read_bytes())
    with_formula(small, tmp_path, place, "*(1-", "*(1+").rename("b.xlsx")
    overview = openpyxl.Workbook()
    overview.active.title = "Course"
    overview.active["A1"] = "The course"
    overview.save("c.xlsx")
    Path("d.xlsx").write_text("no workbook")
    return ["a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx"]


@pytest.mark.parametrize(("count", "status"), [(2, 1), (3, 1), (4, 2)])
def test_check_of_several_files_is_a_line_each_and_the_worst_status(several, count, status):
    """The overview of a course has nothing to check, which is no fault."""
    result = run("check", *several[:count])
    assert result.exit_code == status
    lines = result.stdout.splitlines()
    assert re.fullmatch(r"a\.xlsx: All [\d,]+ formula cells agree with Python\.", lines[0])
    assert lines[1].startswith("b.xlsx: The sheet and Python differ. (xlbackprop check b.xlsx says")
    assert lines[2:] == ["c.xlsx: nothing to check."][: count - 2]
    assert result.stderr.startswith("xlbackprop: d.xlsx: " if count == 4 else "")
    assert run("check", "a.xlsx", "c.xlsx").exit_code == 0


def test_check_takes_a_pattern_where_the_shell_leaves_it(several):
    Path("b.xlsx").unlink()
    Path("d.xlsx").unlink()
    assert [line[:7] for line in done("check", "*.xlsx").splitlines()] == ["a.xlsx:", "c.xlsx:"]
    assert refused("check", "*.xls").startswith("*.xls: ")


def test_check_prints_several_reports_as_one_list(several):
    report = json.loads(run("check", "--json", *several).stdout)
    assert [entry["file"] for entry in report] == several
    assert [entry["agrees"] for entry in report] == [True, False, None, None]


def test_check_only_reads_the_file(small):
    before = small.path.read_bytes()
    small.path.chmod(0o444)
    done("check", small.path)
    assert small.path.read_bytes() == before


# trace


def test_trace_prints_history_and_nothing_else():
    result = run("trace", "worked-example", "--epochs", 1)
    assert result.stderr == ""
    table = rows(result.stdout)
    assert table[0] == ["epoch", "C_T", "accuracy", "gradient_norm"]
    # The total costs of Matt Mazur's example before and after one step.
    assert float(table[1][1]) == pytest.approx(0.2983711087600027, rel=1e-15)
    assert float(table[2][1]) == pytest.approx(0.29102777369359933, rel=1e-15)
    assert len(table) == 3


def test_history_of_the_backprop_lesson_has_51_rows_in_full_precision():
    result = run("trace", "backprop", "--what", "history", "-o", "h.csv")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "h.csv: 51 rows of history.\n"
    table = rows(Path("h.csv").read_text())
    assert table[0] == ["epoch", "C_T", "accuracy", "gradient_norm"]
    assert [int(line[0]) for line in table[1:]] == list(range(1, 52))
    trace = xb.run(xb.load("backprop"))
    assert [float(line[1]) for line in table[1:]] == trace.cost.tolist()
    assert [float(line[3]) for line in table[1:]] == trace.gradient_norm().tolist()
    assert os.listdir() == ["h.csv"]


def test_trace_prints_examples_and_parameters_under_their_symbols():
    examples = rows(done("trace", "xor", "--epochs", 2, "--what", "examples"))
    assert examples[0][:8] == ["epoch", "example", "x1", "x2", "t1", "z2_1", "z2_2", "z2_3"]
    assert len(examples) == 1 + 3 * 4
    parameters = rows(done("trace", "xor", "--epochs", 2, "--what", "parameters"))
    assert parameters[0][:5] == ["epoch", "w2_1_1", "w2_1_2", "b2_1", "w2_2_1"]
    assert len(parameters) == 1 + 3


def test_trace_reads_the_changed_inputs_of_a_workbook(small, tmp_path):
    path = with_value(small.path, tmp_path, small.eta, "0.75")
    assert done("trace", path) == done("trace", "xor", "--epochs", 8, "--eta", 0.75)


def test_trace_replaces_a_file_by_force_only():
    Path("h.csv").write_text("old")
    said = refused("trace", "xor", "--epochs", 1, "-o", "h.csv")
    assert said.startswith("h.csv: the file is already there and was left alone; add --force")
    assert Path("h.csv").read_text() == "old"
    done("trace", "xor", "--epochs", 1, "-o", "h.csv", "--force")
    assert Path("h.csv").read_text().startswith("epoch,")


def test_trace_writes_parquet_or_says_what_it_needs():
    result = run("trace", "xor", "--epochs", 1, "-o", "h.parquet")
    if result.exit_code:
        assert "install xlbackprop[parquet] or save .csv" in result.stderr
        assert os.listdir() == []
    else:
        import pandas as pd

        assert list(pd.read_parquet("h.parquet").columns)[:2] == ["epoch", "C_T"]


def test_trace_refuses_an_unknown_table_and_an_unknown_ending():
    wanted = "--what: got 'all', wanted one of examples, parameters, history."
    assert refused("trace", "xor", "--what", "all") == wanted
    wanted = "h.txt: got .txt, wanted a name in .csv or .parquet."
    assert refused("trace", "xor", "-o", "h.txt") == wanted


# recipe


@pytest.mark.parametrize("lesson", ["worked-example", "xor", "backprop"])
def test_a_printed_recipe_makes_the_same_workbook(lesson):
    Path("copy.toml").write_text(done("recipe", lesson), encoding="utf-8")
    done("make", lesson, *SMALL, "-o", "a.xlsx")
    done("make", "copy.toml", *SMALL, "-o", "b.xlsx")
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()
    assert done("trace", lesson) == done("trace", "copy.toml")


# The command itself.

EXAMPLES = ["trace", "backprop", "--epochs", "5", "--what", "examples"]  # more than a pipe holds


def test_the_package_runs_as_a_module():
    result = process("lessons")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == done("lessons")


def test_results_and_notes_go_different_ways_in_a_process(folder):
    result = process("make", "xor", *SMALL)
    assert result.returncode == 0
    assert result.stdout.startswith("xor.xlsx: C_T ")
    assert result.stderr == "Next:  xlbackprop check xor.xlsx\n"
    assert run("check", "xor.xlsx").exit_code == 0
    assert os.listdir() == ["xor.xlsx"]


def test_a_failing_process_prints_one_sentence(folder):
    result = process("make", "bakprop")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "xlbackprop: bakprop: there is neither a lesson nor a recipe file of that name; "
        "did you mean 'backprop'?\n"
    )


def test_output_is_utf_8_wherever_it_goes():
    result = process("lessons", "--lang", "zh", env={"PYTHONIOENCODING": "ascii"})
    assert (result.returncode, result.stderr) == (0, "")
    assert "异或" in done("make", "xor", *SMALL, "-o", "异或.xlsx")
    assert result.stdout == done("lessons", "--lang", "zh")


@pytest.mark.skipif(os.name == "nt", reason="pipes of a shell")
def test_a_reader_that_has_enough_is_no_failure():
    """As in `xlbackprop trace backprop --what examples | head -1`."""
    command = [sys.executable, "-m", "xlbackprop", *EXAMPLES]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as running:
        assert running.stdout.readline().startswith(b"epoch,example,")
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [["lessons"], pytest.param(["recipe", "xor"], marks=pytest.mark.exhaustive), EXAMPLES],
)
def test_output_to_a_full_disk_is_one_sentence(arguments):
    with open("/dev/full", "w") as full:
        result = process(*arguments, stdout=full)
    assert result.returncode == 2
    said = "reading or writing failed (No space left on device); free some space."
    assert result.stderr == f"xlbackprop: {said}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["make", "xor", "--nope"], "No such option: --nope"),
        (["make", "xor", "--epochs", "many"], "--epochs"),
        (["make", "xor", "--eta", "fast"], "--eta"),
        (["check"], "Missing argument"),
        (["maek"], "No such command"),
    ],
)
def test_a_mistyped_command_says_what_is_wrong_and_how_to_get_help(arguments, said):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Try '" in result.stderr
    assert " --help'" in result.stderr
    assert len(result.stderr.splitlines()) <= 5


def test_help_names_all_commands_and_where_to_start():
    text = done("--help")
    for command in ("lessons", "make", "check", "trace", "recipe"):
        assert re.search(rf"^  {command}  ", text, re.MULTILINE)
    assert "xlbackprop make backprop" in text


@pytest.mark.parametrize(
    ("command", "names"),
    [("check", [*ENGINES, "all"]), ("make", [*SCALINGS]), ("make", [*languages()])],
    ids=["engines", "scalings", "languages"],
)
def test_help_names_all_that_an_option_may_be(command, names):
    said = set(re.findall(r"[\w-]+", done(command, "--help")))
    assert {*names} - {"none"} <= said


# Bad input.


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bakprop"], "bakprop: there is neither a lesson nor ... did you mean 'backprop'?"),
        (
            ["qqq"],
            "qqq: there is neither a lesson nor ... worked-example, xor, solver, ",
        ),
        (["none.toml"], "none.toml: the recipe can't be read (No such file or directory)"),
        (["none.xlsx"], "none.xlsx: there is no such file"),
        (["xor", "--eta", "-1"], "eta: got -1, wanted a learning rate above 0"),
        (["xor", "--eta", "0"], "eta: got 0, wanted a learning rate above 0"),
        (["xor", "--eta", "nan"], "eta: got nan, wanted a"),
        (["xor", "--eta", "inf"], "eta: got inf, wanted a"),
        (["xor", "--epochs", "-1"], "epochs: got -1, wanted a whole number of at least 0."),
        (["xor", "--epochs", "100000000"], "epochs: 100,000,000 epochs ... at most"),
        (["xor", "--seed", "-1"], "seed: got -1, wanted a whole number of at least 0."),
        (["backprop", "--seed", "1"], 'seed: got 1, ... add start.kind = "normal"'),
        (["xor", "--lang", "de"], "lang: got 'de', wanted one of en, zh."),
        (["xor", "--set", "nonsense"], "--set: got 'nonsense', wanted KEY=VALUE"),
        (["xor", "--set", "=1"], "--set: got '=1', wanted KEY=VALUE"),
        (["xor", "--set", "epoch=1"], "epoch: ... did you mean 'epochs'?"),
        (["xor", "--set", "eta=fast"], "eta: got 'fast', wanted a"),
        (["xor", "--set", "epochs=1.5"], "epochs: got 1.5, wanted a whole number"),
        (["xor", "--set", "epochs=true"], "epochs: got True, wanted a whole number"),
        (["xor", "--set", "eta=1\nepochs=2"], "eta: got '1\\nepochs=2', wanted a"),
        (["xor", "--set", "eta.x=1"], "eta.x: eta is not a table in this recipe."),
        (["xor", "--set", "layers=[]"], "layers: got [], wanted a list such as"),
        (["xor", "--set", "layers=[{units=0},{units=1}]"], "layers[0].units: got 0, wanted"),
        (["xor", "--set", "layers=[{units=-3},{units=1}]"], "layers[0].units: got -3, wanted"),
        (
            ["xor", "--set", "layers=[{units=1000000000000},{units=1}]"],
            "layers: ... wanted at most",
        ),
        (["xor", "--cost", "hinge"], "cost: hinge does not go with sigmoid outputs (they stay"),
        (
            ["xor", "--cost", "cross-entropy", "--set", "layers=[{units=1,activation='linear'}]"],
            "cost: cross-entropy does not go with linear outputs (it takes the logarithms of",
        ),
        (["xor", "--set", "layers=[{units=2}]"], "layers[0].units: got 2 ... wanted 1."),
        (["xor", "--set", "layers=[{unit=2}]"], "unit: ... did you mean 'units'?"),
        (
            ["xor", "--set", "layers=[{units=1,activation='sigmod'}]"],
            "layers[0].activation: got 'sigmod', wanted one of ... did you mean 'sigmoid'?",
        ),
        (["xor", "--set", "layers=[{units=100000},{units=1}]"], "layers: ... columns"),
        (
            ["backprop", "--set", "layers=[{units=4},{units=2}]"],
            "start.w2: got 3 × 12, wanted 4 × 12",
        ),
        (["xor", "--set", "start={w2=[[1],[1,2]]}"], "start.w2: its rows differ in length"),
        (["xor", "--set", "image=[2,2]"], "image: got 2 × 2 = 4 pixels, ... 2 input columns"),
        (["xor", "--scaling", "minmax"], "scaling: got 'minmax', ... did you mean 'min-max'?"),
        (["xor", "-o", "out"], "out: got no ending, wanted a name in .xlsx."),
        (["xor", "-o", "out.xls"], "out.xls: got .xls, wanted a name in .xlsx."),
        (["xor", "-o", "none/out.xlsx"], "none/out.xlsx: there is no folder none"),
    ],
)
def test_make_refuses_what_it_cannot_do_in_one_sentence(arguments, said):
    pieces = map(re.escape, said.split(" ... "))
    assert re.match(" .* ".join(pieces), refused("make", *arguments))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "points.csv: the file is empty"),
        ("x,y,kind\n", "points.csv: there is no example in it"),
        ("x,y,kind\n0,1,yes\n0,one,no\n", "points.csv, line 3, column 'y': got text 'one', wanted"),
        (
            "x,y,kind\n0,1,yes\n\n0,nan,no\n",
            "points.csv: 1 entry is missing: line 4, column 'y' (nan);",
        ),
        ("x,y,kind\n0,inf,yes\n", "points.csv, line 2, column 'y': got inf, wanted"),
        ("x,y,kind\n0,,yes\n", "points.csv: 1 entry is missing: line 2, column 'y';"),
        ("x,y,kind\n0,1,yes\n0,1,\n", "points.csv: 1 entry is missing: line 3, column 'kind';"),
        ("x,y,kind\n0,1\n", "points.csv, line 2: got 2 fields, wanted 3"),
        ("x,y\n0,1\n", "points.csv: there is no column 'kind'"),
        ("x,x,kind\n0,1,yes\n", "points.csv: columns 1 and 2 are called 'x'"),
        ("x,y,kind\n0,1,a\n0,1,A\n", "label: the classes 'A' and 'a' differ only in capitals"),
        ("x,y,kind\n0,1,a\n", "layers[1].units: got 2 output units for 1 class"),
    ],
)
def test_make_refuses_data_it_cannot_use_by_line_and_column(text, said):
    Path("mine.toml").write_text(RECIPE)
    Path("points.csv").write_text(text)
    assert refused("make", "mine.toml").startswith(said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"--label": "kid"}, "points.csv: there is no column 'kid'; did you mean 'kind'?"),
        ({"--label": "answer"}, "points.csv: there is no column 'answer'; there are x, y, kind."),
        (
            {"--layers": "2,3,4"},
            "layers[1].units: got 4 output units for 2 classes (no, yes); wanted 2.",
        ),
        ({"--layers": "2,0,2"}, "layers: got '2,0,2', wanted ... each at least 1"),
        ({"--layers": "2,-3,2"}, "layers: got '2,-3,2', wanted ... each at least 1"),
        (
            {"--layers": "2,100000000000,2"},
            "layers: got 500,000,000,002 weights and biases, wanted",
        ),
        ({"--layers": "2,20000,2"}, "layers: ... a sheet has 16,384; they are 43,632 too many"),
        ({"--cost": "hing"}, "cost: got 'hing', ... did you mean 'hinge'?"),
    ],
)
def test_make_refuses_options_that_do_not_fit_the_data(options, said):
    Path("points.csv").write_text(POINTS)
    words = [word for option in ({"--label": "kind"} | options).items() for word in option]
    pieces = map(re.escape, said.split(" ... "))
    assert re.match(" .* ".join(pieces), refused("make", "--data", "points.csv", *words))


def test_make_refuses_data_of_two_gigabytes_by_their_size_alone():
    with open("large.csv", "wb") as file:
        file.truncate(2 * 1024**3)  # takes no room on the disk
    assert refused("make", "--data", "large.csv", "--label", "kind") == (
        "large.csv: the data can't be read (it has 2,147,483,648 bytes, the largest that is read "
        "is 200,000,000)."
    )


@pytest.mark.parametrize("command", ["make", "trace", "recipe"])
@pytest.mark.parametrize("name", ["my points.csv", "points.tsv", "points.parquet"])
def test_data_in_place_of_a_recipe_are_told_how_to_be_given(command, name):
    """Whether the file is there or not; what is told works."""
    Path("my points.csv").write_text(POINTS)
    said = refused(command, name)
    assert said.startswith(f"{name}: got a file of data, wanted a lesson or a recipe; give it as ")
    [told] = re.findall("`xlbackprop (.*)`", said)
    words = shlex.split(told.replace("COLUMN", "kind"))
    assert words == ["make", "--data", name, "--label", "kind"]
    if Path(name).exists():
        done(*words, *SMALL, "-o", "made.xlsx")


def test_a_text_file_that_is_no_recipe_may_be_data():
    Path("points.txt").write_text(POINTS.replace(",", "\t"))
    said = refused("make", "points.txt")
    assert said.startswith("points.txt: not valid TOML: ")
    assert "; if it is a file of data, give it as `xlbackprop make --data points.txt --" in said


@pytest.mark.parametrize("ending", ["xlsx", "xlsm"])
def test_make_reads_the_values_of_a_workbook_with_formulas_and_runs_none(ending):
    with xlsxwriter.Workbook("points.xlsx") as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(["x,y,kind", "0,1,yes", "1,0,no"]):
            sheet.write_row(number, 0, [float(e) if e in "01" else e for e in line.split(",")])
        sheet.write_formula("A2", "=1+1", None, 7)  # a lie that only a reader of values believes
        if ending == "xlsm":
            Path("vba.bin").write_bytes(b"never looked at")
            book.add_vba_project("vba.bin")
            book.filename = "points.xlsm"
    done("make", "--data", f"points.{ending}", "--label", "kind", *SMALL, "-o", "made.xlsx")
    assert xb.load("made.xlsx").raw().tolist() == [[7, 1], [1, 0]]
    with zipfile.ZipFile("made.xlsx") as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_make_refuses_a_workbook_whose_formulas_have_no_values():
    book = openpyxl.Workbook()
    for row in (["x", "y", "kind"], [0, "=1+1", "yes"], [1, 0, "no"]):
        book.active.append(row)
    book.save("points.xlsx")
    assert refused("make", "--data", "points.xlsx", "--label", "kind").startswith(
        "points.xlsx, cell B2: got a formula whose value isn't stored (open the file in a spreads"
    )


def test_make_refuses_data_in_another_encoding():
    Path("mine.toml").write_text(RECIPE)
    Path("points.csv").write_bytes("x,y,kind\n0,1,рост\n".encode("cp1251"))
    assert refused("make", "mine.toml") == (
        "points.csv: byte 13 is not UTF-8 text; name the encoding, such as "
        'encoding = "gbk" (--encoding gbk), or save the file in UTF-8.'
    )


def test_make_refuses_missing_data():
    Path("mine.toml").write_text(RECIPE)
    assert "points.csv: the data can't be read (No such file" in refused("make", "mine.toml")


def test_make_refuses_more_columns_than_a_sheet_has():
    names = ",".join(f"c{i}" for i in range(20_000))
    Path("wide.csv").write_text(f"{names},y\n{'1,' * 20_000}0\n")
    assert "a sheet has 16,384" in refused("make", "xor", "--data", "wide.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("eta = ", "mine.toml: not valid TOML"),
        ("eta = 1", "data: it is missing from the recipe"),
        (RECIPE + "speed = 3", "speed: the recipe knows no such key"),
        (RECIPE.replace("0.5", '"0.5"'), "eta: got '0.5', wanted a"),
        (RECIPE.replace("units = 2 }]", 'units = "2" }]'), "layers[1].units: got '2', wanted"),
    ],
)
def test_make_refuses_a_recipe_it_cannot_understand(text, said):
    Path("mine.toml").write_text(text)
    Path("points.csv").write_text(POINTS)
    assert refused("make", "mine.toml").startswith(said)


def test_make_refuses_a_folder_as_output():
    Path("out.xlsx").mkdir()
    assert refused("make", "xor", "--epochs", 1, "-o", "out.xlsx", "--force").startswith(
        "out.xlsx: got a folder, wanted the name of a file"
    )


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="a folder closed to root, too")
def test_make_refuses_a_folder_that_it_may_not_write():
    said = refused("make", "xor", "--epochs", 1, "-o", "/sys/kernel/out.xlsx")
    assert re.match("/sys/kernel/out.xlsx: could not be written, (permission|read-only)", said)


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_full_disk_leaves_no_half_written_file(force, monkeypatch):
    if force:
        Path("xor.xlsx").write_text("mine")
    written = 0

    class FullDisk(io.FileIO):
        def write(self, data):
            nonlocal written
            written += len(data)
            if written > 5000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    def open_file(path, mode="r", *others, **options):
        if mode == "xb":
            return FullDisk(path, "x")
        return open_any(path, mode, *others, **options)

    open_any = Path.open
    monkeypatch.setattr(Path, "open", open_file)
    said = refused("make", "xor", "--epochs", 1, *force)
    assert written > 5000
    assert said.startswith("xor.xlsx: could not be written, no space left on device")
    if force:
        assert Path("xor.xlsx").read_bytes() == b"mine"


def test_ctrl_c_leaves_no_half_written_file(monkeypatch):
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xlbackprop.workbook.package.sheet_rows", stop)
    result = run("make", "xor", "--epochs", 1)
    assert (result.exit_code, result.stderr) == (130, "xlbackprop: stopped.\n")
    assert os.listdir() == []


def test_too_little_memory_is_one_sentence(monkeypatch):
    def fail(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(engine, "run", fail)
    assert "too little memory" in refused("trace", "xor")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("points.csv", POINTS.encode(), "points.csv: is a text file, perhaps CSV, wanted an .xlsx"),
        ("empty.xlsx", b"", "empty.xlsx: is empty (0 bytes), wanted an .xlsx workbook"),
        ("text.xlsx", b"hello\n", "text.xlsx: is a text file"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old.xls: is "),
    ],
)
def test_check_refuses_what_is_no_workbook(name, content, said):
    Path(name).write_bytes(content)
    assert refused("check", name).startswith(said)


def test_check_refuses_a_missing_file_and_a_folder():
    Path("folder").mkdir()
    assert refused("check", "none.xlsx").startswith("none.xlsx: there is no such file")
    assert refused("check", "folder").startswith("folder: is a folder, wanted an .xlsx file")


def test_check_refuses_a_workbook_of_another_program():
    openpyxl.Workbook().save("other.xlsx")
    said = refused("check", "other.xlsx")
    assert said.startswith("other.xlsx: xlbackprop did not write this workbook")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_check_refuses_a_truncated_workbook(share, small):
    whole = small.path.read_bytes()
    Path("cut.xlsx").write_bytes(whole[: int(len(whole) * share)])
    assert refused("check", "cut.xlsx").startswith("cut.xlsx: is damaged or cut off")
    assert refused("trace", "cut.xlsx").startswith("cut.xlsx: is damaged or cut off")


def test_check_refuses_a_workbook_whose_sheet_was_renamed(small):
    book = openpyxl.load_workbook(small.path)
    book["Training"].title = "Mine"
    book.save("renamed.xlsx")
    assert refused("check", "renamed.xlsx").startswith(
        "renamed.xlsx: got a sheet 'Mine' and no 'Training': it was renamed"
    )


# Data that look like formulas.

TRICKS = ["=1+1", "@cmd", "+2+3", "-x", '=HYPERLINK("http://a.b")', "'quoted"]


def tricky(*options: object) -> Path:
    """A workbook whose labels look like formulas."""
    lines = [["x", "y", "kind"], *([number, 1, label] for number, label in enumerate(TRICKS))]
    with open("points.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    Path("mine.toml").write_text(RECIPE.replace("units = 2 }]", f"units = {len(TRICKS)} }}]"))
    done("make", "mine.toml", *options)
    return Path("mine.xlsx")


def kinds(path: Path) -> list[tuple[object, str]]:
    """Value and type of the labels on the Data sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    column = book["Data"].iter_rows(7, 6 + len(TRICKS), 2, 2)
    found = [(cell.value, cell.data_type) for [cell] in column]
    book.close()
    return found


def test_a_label_that_looks_like_a_formula_is_text_in_the_workbook():
    path = tricky()
    recipe = xb.load(path)
    assert list(recipe.labels()) == TRICKS
    assert [value for value, _ in kinds(path)] == TRICKS
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "/worksheets/" in n]
    formulas = [f for sheet in sheets for f in re.findall(r"<f[^>]*>([^<]*)</f>", sheet)]
    assert formulas
    assert not [f for f in formulas if any(trick.strip("=") in f for trick in ("=1+1", "@cmd"))]
    assert run("check", path).exit_code == 0


@starts("libreoffice", why="what a program makes of such a text is its own")
def test_a_label_that_looks_like_a_formula_stays_text_in_libreoffice(need, tmp_path):
    need("libreoffice")
    path = tricky("--set", "views=[]")
    assert kinds(in_libreoffice(path, tmp_path)) == kinds(path)


def test_a_column_name_and_a_title_that_look_like_formulas_are_text(tmp_path):
    Path("points.csv").write_text("=1+1,@cmd,kind\n0,1,yes\n1,0,no\n")
    Path("mine.toml").write_text(RECIPE + 'title = "=2+2"\n')
    done("make", "mine.toml")
    with zipfile.ZipFile("mine.xlsx") as archive:
        sheets = b"".join(archive.read(n) for n in archive.namelist() if "/worksheets/" in n)
    assert b"<t>=2+2</t>" in sheets
    assert not re.search(rb"<f[^>]*>(=|1\+1|2\+2|@)", sheets)
    assert run("check", "mine.xlsx").exit_code == 0


def test_a_fresh_workbook_passes_through_the_whole_command_line(tmp_path):
    made = make(tmp_path, "xor", "fresh", epochs=2)
    assert "agree with Python" in done("check", made.path)


# make --theme


def test_make_takes_a_theme(folder):
    Path("school.toml").write_text('[page]\nfooter = "Form 7b"', encoding="utf-8")
    done("make", "worked-example", *SMALL, "--theme", "school.toml")
    book = openpyxl.load_workbook("worked-example.xlsx")
    assert {sheet.oddFooter.center.text for sheet in book} == {"Form 7b"}


def test_make_refuses_a_bad_theme_before_it_writes_anything(folder):
    Path("school.toml").write_text('[roles.cost]\nbnad = "000000"', encoding="utf-8")
    assert refused("make", "worked-example", "--theme", "school.toml") == (
        "school.toml: roles.cost.bnad: there is no such field; did you mean 'band'?"
    )
