"""No output is ever one of the inputs, with --force or without, under any name."""

import os
import shutil
import signal
import stat
from pathlib import Path

import openpyxl
import pytest
from programs import starts
from typer.testing import CliRunner
from workbooks import Made

import xlbackprop as xb
from xlbackprop.cli.commands import app
from xlbackprop.errors import FileError
from xlbackprop.workbook import replace

FORCED = pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
POINTS = "x,y,kind\n0,1,yes\n1,0,no\n1,1,yes\n"
TRAIN = ("--epochs", 1, "--set", "views=[]")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object):
    return CliRunner().invoke(app, list(map(str, arguments)))


def refused(*arguments: object) -> str:
    """The one sentence of a command that changes no file."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    return result.stderr.removeprefix("xlbackprop: ").strip()


@pytest.fixture
def drawings() -> Path:
    """Data in a workbook."""
    book = openpyxl.Workbook()
    for row in (("x", "y", "L"), (0, 1, "a"), (1, 0, "b"), (1, 1, "a")):
        book.active.append(row)
    book.save("drawings.xlsx")
    return Path("drawings.xlsx")


def _other_names(path: Path) -> list[Path]:
    """The same file by a symbolic link, a hard link and another spelling."""
    links = [Path("symbolic").with_suffix(path.suffix), Path("hard").with_suffix(path.suffix)]
    links[0].symlink_to(path)
    os.link(path, links[1])
    Path("sub").mkdir()
    return [path, *links, Path("sub") / ".." / path.name, path.absolute()]


@FORCED
def test_make_never_writes_over_its_data_under_any_name(drawings: Path, force: list[str]) -> None:
    for name in _other_names(drawings):
        said = refused("make", "--data", drawings, "--label", "L", "-o", name, *TRAIN, *force)
        assert said.startswith(f"{name}: this is ")
        assert "from which it would be made, and was left alone; choose another name" in said


@FORCED
def test_trace_never_writes_over_its_data_under_any_name(force: list[str]) -> None:
    data = Path("c2.csv")
    data.write_text(POINTS)
    for name in _other_names(data):
        words = ["trace", "--data", data, "--label", "kind", *TRAIN, "-o", name, *force]
        assert "was left alone; choose another name" in refused(*words)


@FORCED
def test_a_workbook_is_not_made_or_traced_over_itself_nor_over_its_recipes_data(
    drawings: Path, force: list[str], example: Made
) -> None:
    shutil.copy(example.path, "book.xlsx")
    shutil.copy(example.path, "book.csv")
    assert "was left alone; choose" in refused("make", "book.xlsx", "-o", "book.xlsx", *force)
    Path("mine.toml").write_text(
        'data="drawings.xlsx"\nlabel="L"\nlayers=[{units=2}]\neta=0.1\nepochs=1\nviews=[]\n'
    )
    assert "was left alone; choose" in refused("make", "mine.toml", "-o", drawings, *force)


def test_a_page_of_maths_is_not_written_over_its_data() -> None:
    book = openpyxl.Workbook()
    for row in [("x", "y"), *((i, i * i) for i in range(9))]:
        book.active.append(row)
    book.save("pairs.xlsx")
    options = ["--data", "pairs.xlsx", "-o", "pairs.xlsx", "--force"]
    assert "was left alone; choose" in refused("make", "regression", *options)


def test_a_course_is_not_written_over_its_theme() -> None:
    Path("here").mkdir()
    Path("here/xor.xlsx").write_text('[page]\nheader = "A school"\n')
    words = ["make", "course", "-o", "here", "--theme", "here/xor.xlsx", "--force"]
    assert "xor.xlsx: this is " in refused(*words)


def test_a_workbook_is_not_written_over_its_theme() -> None:
    Path("school.xlsx").write_text('[page]\nheader = "A school"\n')
    words = ["make", "xor", *TRAIN, "-o", "school.xlsx", "--theme", "school.xlsx", "--force"]
    assert "was left alone; choose" in refused(*words)
    with pytest.raises(FileError, match="was left alone"):
        xb.write(xb.load("xor", epochs=1), "school.xlsx", theme="school.xlsx", force=True)


@starts("libreoffice", why="the commands look for it before they look at names")
@FORCED
def test_what_is_printed_never_replaces_the_workbook(need, example: Made, force: list[str]) -> None:
    need("libreoffice")
    need("poppler")
    for name, words in (("book.pdf", ["pdf"]), ("book.png", ["picture"])):
        shutil.copy(example.path, name)
        sheet = ["Start"] if words == ["picture"] else []
        assert "was left alone; choose" in refused(*words, name, *sheet, "-o", name, *force)
    with pytest.raises(FileError, match="was left alone"):
        xb.pdf("book.pdf", "book.pdf", force=True)


def test_functions_refuse_it_as_commands_do(drawings: Path) -> None:
    before = drawings.read_bytes()
    recipe = xb.from_toml(
        'data="drawings.xlsx"\nlabel="L"\nlayers=[{units=2}]\neta=0.1\nepochs=1\nviews=[]\n'
    )
    with pytest.raises(FileError, match="from which it would be made, and was left alone"):
        xb.write(recipe.changed(epochs=2), drawings, force=True)
    assert drawings.read_bytes() == before


def test_a_default_name_never_is_that_of_the_data_and_it_is_said(drawings: Path) -> None:
    before = drawings.read_bytes()
    result = run("make", "--data", drawings, "--label", "L", *TRAIN)
    assert result.exit_code == 0
    assert result.stdout.startswith("drawings-2.xlsx: ")
    assert result.stderr.startswith(
        "drawings.xlsx is what the workbook is made from, so it is called drawings-2.xlsx; -o "
        "gives it another name.\n"
    )
    assert drawings.read_bytes() == before
    assert xb.check("drawings-2.xlsx").agrees


def test_a_default_name_is_another_where_the_system_takes_capitals_for_small_letters(
    drawings: Path,
) -> None:
    """As on most computers with Windows or macOS; here the system is asked by a link."""
    drawings.rename("Drawings.XLSX")
    os.link("Drawings.XLSX", "Drawings.xlsx")
    result = run("make", "--data", "Drawings.XLSX", "--label", "L", *TRAIN, "--force")
    assert result.stdout.startswith("Drawings-2.xlsx: ")


def test_a_workbook_is_called_after_its_recipes_file() -> None:
    """Whatever name the recipe has: README's next command names the file."""
    Path("my.toml").write_text(run("recipe", "xor", *TRAIN).stdout)
    result = run("make", "my.toml")
    assert result.stdout.startswith("my.xlsx: ")
    assert result.stderr == "Next:  xlbackprop check my.xlsx\n"
    assert xb.check("my.xlsx").agrees
    assert run("make", "my.xlsx").stdout.startswith("my-2.xlsx: ")


@pytest.mark.parametrize("force", [False, True])
def test_a_pipe_a_link_to_itself_and_a_name_with_nul_are_no_targets(
    force: bool,
) -> None:
    os.mkfifo("pipe.xlsx")
    Path("loop.xlsx").symlink_to("loop.xlsx")
    recipe = xb.load("xor", epochs=1, views=[])
    for name, said in (
        ("pipe.xlsx", "pipe.xlsx: got a device or a pipe, wanted the name of a file"),
        ("loop.xlsx", "loop.xlsx: is a link that leads to itself"),
        ("a\0.xlsx", "embedded null byte; choose another name"),
    ):
        with pytest.raises(FileError, match=said):
            xb.write(recipe, name, force=force)
    assert stat.S_ISFIFO(Path("pipe.xlsx").stat().st_mode)
    assert Path("loop.xlsx").is_symlink()


def aged(path: Path) -> None:
    """Have a file look as if nobody had written to it for a while."""
    os.utime(path, (path.stat().st_mtime - 2 * replace.__dict__["_QUIET"],) * 2)


def test_what_a_killed_make_left_is_removed_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    ours, fresh = ".xlbackprop-00112233aabbccdd.tmp", ".xlbackprop-ffffffffffffffff.tmp"
    others = [".0011223344556677.tmp", ".xlbackprop-mine.tmp", "0011223344556677.tmp", fresh]
    for name in (ours, *others):
        Path(name).write_text("half")
        if name != fresh:
            aged(Path(name))
    xb.write(xb.load("xor", epochs=1, views=[]), "xor.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "xor.xlsx"])


def test_a_file_that_is_being_written_is_left_however_long_it_takes(tmp_path: Path) -> None:
    """And a folder of which one process writes is no hindrance to another."""
    with replace.replacing(tmp_path / "slow.xlsx", force=False) as file:
        [writing] = tmp_path.iterdir()
        aged(writing)
        xb.write(xb.load("xor", epochs=1, views=[]), "xor.xlsx")
        assert writing.exists()
        file.write(b"whole")
    assert (tmp_path / "slow.xlsx").read_bytes() == b"whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["slow.xlsx", "xor.xlsx"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed")
def test_what_a_process_that_was_killed_had_locked_is_removed(tmp_path: Path) -> None:
    child = os.fork()
    if not child:
        with replace.replacing(tmp_path / "lost.xlsx", force=False):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    [left] = tmp_path.iterdir()
    aged(left)
    xb.write(xb.load("xor", epochs=1, views=[]), "xor.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["xor.xlsx"]
