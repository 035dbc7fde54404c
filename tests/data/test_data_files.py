"""Training data from each place that a recipe may name: the same numbers from all of them."""

import csv
import os
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner
from wanting import package

from xlbackprop.api import load, write
from xlbackprop.cli.commands import app
from xlbackprop.data import files as data_files
from xlbackprop.data.files import READERS, read, table_of
from xlbackprop.errors import DataError, RecipeError
from xlbackprop.recipe.read import from_mapping

HEADER = ["length", "width", "species"]
FLOWERS = [[5.1, 0.3, "setosa"], [7.0, -3.2e-5, "Größe"], [6.3, 3, "=1+1"]]
RECIPE: dict[str, Any] = {
    "label": "species",
    "layers": [{"units": 3}],
    "eta": 0.5,
    "epochs": 2,
}
NEEDED = {".parquet": "pyarrow"}


def save(path: Path, rows: list[list[Any]] = FLOWERS) -> Path:
    """Write a table by its ending, with other people's programs."""
    frame = pd.DataFrame(rows, columns=HEADER)
    if path.suffix in (".csv", ".data"):
        frame.to_csv(path, index=False)
    elif path.suffix in (".tsv", ".txt"):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, dialect="excel-tab").writerows([HEADER, *rows])
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        book = openpyxl.Workbook()
        for row in [HEADER, *rows]:
            book.active.append(row)
        for cells in book.active.iter_rows():
            for cell in cells:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        book.save(path)
    return path


@pytest.fixture(params=READERS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The flowers in a file of each kind."""
    if name := NEEDED.get(request.param):
        package(name)
    return save(tmp_path / f"flowers{request.param}")


def test_each_kind_of_file_gives_the_same_numbers_and_names(file: Path) -> None:
    table = read(file)
    assert table.columns == tuple(HEADER)
    assert table.rows == tuple(map(tuple, FLOWERS))
    assert table.source == file.name


def test_a_recipe_may_name_each_kind_of_file(file: Path) -> None:
    (file.parent / "mine.toml").write_text(
        f'data = "{file.name}"\nlabel = "species"\nlayers = [{{ units = 3 }}]\n'
        "eta = 1\nepochs = 1\n"
    )
    recipe = load(file.parent / "mine.toml")
    assert recipe.x().tolist() == [row[:2] for row in FLOWERS]
    assert recipe.classes() == ("=1+1", "Größe", "setosa")


def test_the_command_line_takes_each_kind_of_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    sets = ("label=species", "targets=[]", "layers=[{units=3}]", 'start={kind="normal"}')
    options = [option for pair in sets for option in ("--set", pair)]
    done = CliRunner().invoke(
        app, ["trace", "xor", "--data", file.name, *options, "--what", "examples"]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1].startswith("1,1,5.1,0.3,")


def test_the_command_line_tells_how_many_rows_were_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "flowers.csv", [*FLOWERS, [None, 1.0, "setosa"], [2.0, 1.0, None]])
    Path("mine.toml").write_text(
        'data = "flowers.csv"\nlabel = "species"\nlayers = [{ units = 3 }]\neta = 1\nepochs = 1\n'
    )
    refused = CliRunner().invoke(app, ["make", "mine.toml"])
    assert refused.exit_code == 2
    assert refused.stderr.startswith("xlbackprop: flowers.csv: 2 entries are missing: line 5, col")
    done = CliRunner().invoke(app, ["make", "mine.toml", "--set", "missing=drop"])
    assert done.exit_code == 0, done.output
    assert "flowers.csv: 2 of 5 rows miss an entry and were left out.\n" in done.stderr
    assert load("mine.xlsx").x().tolist() == [row[:2] for row in FLOWERS]


@pytest.mark.parametrize("ending", [ending for ending in READERS if ending != ".txt"])
def test_missing_values_are_told_with_file_place_and_column_whatever_the_file(
    tmp_path: Path, ending: str
) -> None:
    if name := NEEDED.get(ending):
        package(name)
    file = save(tmp_path / f"f{ending}", [FLOWERS[0], [1.0, None, "b"], [None, 2.0, None]])
    text = dict.fromkeys((".csv", ".tsv", ".data"), "line 3")
    first = (text | {".parquet": "row 2"}).get(ending, "row 3")
    with pytest.raises(
        DataError, match=rf"^f{ending}: 3 entries are missing: {first}, column 'wid"
    ):
        from_mapping(RECIPE | {"data": str(file)})


def test_a_frame_a_table_and_a_path_are_data_too(tmp_path: Path) -> None:
    frame = pd.DataFrame(FLOWERS, columns=HEADER)
    path = save(tmp_path / "flowers.csv")
    by_frame = from_mapping(RECIPE | {"data": frame})
    assert by_frame == from_mapping(RECIPE | {"data": path})
    assert by_frame == from_mapping(RECIPE | {"data": table_of(frame)})
    write(by_frame, tmp_path / "flowers.xlsx")
    changed = load(tmp_path / "flowers.xlsx", data=frame[:0:-1], layers=[{"units": 2}], start={})
    assert changed.x().tolist() == [FLOWERS[2][:2], FLOWERS[1][:2]]


def test_a_name_in_capitals_is_known_by_its_ending(tmp_path: Path) -> None:
    path = save(tmp_path / "flowers.csv").rename(tmp_path / "FLOWERS.CSV")
    assert len(read(path).rows) == 3


@pytest.mark.parametrize(
    ("name", "got"),
    [("d.xls", ".xls"), ("d.json", ".json"), ("d", "no ending"), ("d.csv.gz", ".gz"), ("", "no e")],
)
def test_another_ending_is_told_with_those_that_are_known(
    tmp_path: Path, name: str, got: str
) -> None:
    if name:
        (tmp_path / name).write_text("x,y\n1,2\n")
    sentence = (
        rf"got {got}.*, wanted data in a file that ends in .csv, .tsv, .txt, .data, .xlsx, .xlsm, "
    )
    with pytest.raises(DataError, match=sentence):
        table_of(name, tmp_path)


def test_a_file_of_two_gigabytes_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    for ending in READERS:
        path = tmp_path / f"d{ending}"
        with path.open("wb") as file:
            file.truncate(2 * 1024**3)  # takes no room on the disk
        with pytest.raises(
            DataError,
            match=rf"d{ending}: the data can't be read \(it has 2,147,483,648 bytes",
        ):
            read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "d.csv")
    with pytest.raises(DataError, match=r"can't be read \(it is a folder, device or pipe"):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (3, "3"),
        ([[1, 2]], "[[1, 2]]"),
        (pd.Series([1, 2]), "a Series"),
        (list(range(100)), "a list"),
        ({"rows": []}, "a table of rows"),
        ({}, "a table of nothing"),
    ],
)
def test_what_is_no_data_is_told_in_one_line(value: object, got: str) -> None:
    with pytest.raises(
        RecipeError, match=f"^data: got {re.escape(got)}, wanted the name of a file"
    ):
        data_files.table_of(value)
