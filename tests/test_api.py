"""Loading recipes by name, by path and from workbooks, with changes; and what an import costs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbooks import Made, retyped

import xlbackprop as xb
from xlbackprop import syllabus
from xlbackprop.api import load, write
from xlbackprop.errors import DataError, FileError, RecipeError
from xlbackprop.recipe.starts import Normal
from xlbackprop.recipe.write import to_toml
from xlbackprop.training.eta import candidates

RECIPE = """
targets = ["y"]
layers = [{ units = 1 }]
eta = 0.5
epochs = 2
data = "d.csv"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A recipe file with its data beside it."""
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE)
    (tmp_path / "d.csv").write_text("p,y\n0.25,1\n")
    return path


def test_a_lesson_is_loaded_by_its_name() -> None:
    recipe = load("backprop")
    assert (recipe.name, recipe.eta, recipe.epochs) == ("backprop", 0.2, 50)
    assert recipe.x().shape == (64, 12)


def test_a_lesson_does_not_depend_on_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "digits-4x3.csv").write_text("not,these\n1,2\n")
    wanted = load("backprop")
    monkeypatch.chdir(tmp_path)
    assert load("backprop") == wanted


@pytest.mark.parametrize("kind", [str, Path])
def test_a_recipe_is_loaded_by_its_path_and_named_after_it(mine: Path, kind: type) -> None:
    recipe = load(kind(mine))
    assert recipe.name == "mine"
    assert recipe.x().tolist() == [[0.25]]


def test_a_recipe_file_may_have_any_ending(mine: Path) -> None:
    other = mine.rename(mine.with_name("mine.txt"))
    assert load(other).epochs == 2


def test_a_recipe_file_may_begin_with_a_byte_order_mark(mine: Path) -> None:
    mine.write_text("\ufeff" + RECIPE, encoding="utf-8")
    assert load(mine).eta == 0.5


def test_a_printed_recipe_loads_as_the_lesson_it_was(tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(to_toml(load("backprop")), encoding="utf-8")
    assert load(path) == load("backprop")


@pytest.mark.parametrize("name", ["xor", "backprop", "worked-example"])
def test_a_workbook_is_loaded_as_the_recipe_it_was_made_from(tmp_path: Path, name: str) -> None:
    path = tmp_path / "book.xlsx"
    recipe = load(name, epochs=2, views=[])
    write(recipe, path)
    again = load(path)
    assert again.x().tolist() == recipe.x().tolist()
    assert again.t().tolist() == recipe.t().tolist()
    assert again.start_parameters().tolist() == recipe.start_parameters().tolist()
    assert (again.name, again.eta, again.epochs) == (name, recipe.eta, 2)
    assert load(path, epochs=7).epochs == 7


def test_a_workbook_is_loaded_with_the_inputs_that_somebody_typed(
    xor: Made, tmp_path: Path
) -> None:
    assert load(xor.path).eta == 5
    assert load(retyped(xor, tmp_path, xor.eta, 0.125)).eta == 0.125


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"epochs": 10}, {"epochs": 10}),
        ({"eta": 2}, {"eta": 2.0}),
        ({"lang": "zh", "title": "T"}, {"lang": "zh", "title": "T"}),
        ({"start.sd": 0.25}, {"start": Normal(0.0, 0.25)}),
        ({"start.sd": 0.25, "start.mean": 3}, {"start": Normal(3.0, 0.25)}),
        ({"seed": 9}, {"seed": 9}),
    ],
)
def test_fields_are_changed_and_nothing_else(
    changes: dict[str, Any], wanted: dict[str, Any]
) -> None:
    recipe = load("xor")
    assert load("xor", **changes) == recipe.changed(**wanted)


@pytest.mark.parametrize("order", [1, -1])
def test_another_kind_of_start_replaces_the_old_one_whole(order: int) -> None:
    changes = [("start.kind", "normal"), ("start.sd", 0.25), ("seed", 7)][::order]
    recipe = load("backprop", **dict(changes))
    assert recipe.start == Normal(0.0, 0.25)
    assert recipe.seed == 7


def test_loading_with_changes_leaves_the_lesson_as_it_was() -> None:
    before = load("xor")
    load("xor", **{"start.sd": 0.25, "eta": 1.0})
    assert load("xor") == before


def test_data_named_by_a_person_is_looked_for_where_the_person_is(
    mine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.mktemp("here")
    (here / "d.csv").write_text("p,y\n0.75,0\n")
    monkeypatch.chdir(here)
    assert load(mine).x().tolist() == [[0.25]]
    assert load(mine, data="d.csv").x().tolist() == [[0.75]]


@pytest.mark.parametrize(
    ("source", "changes", "sentence"),
    [
        ("backprob", {}, "^backprob: .* of that name; did you mean 'backprop'"),
        ("zzz", {}, "^zzz: there is neither a lesson nor a recipe file .* there are derivatives, "),
        ("xor", {"epoch": 3}, "^epoch: the recipe knows no such key; did you mean 'epochs'"),
        ("xor", {"epochs": -1}, "^epochs: got -1, wanted a whole number of at least 0"),
        ("xor", {"start.std": 1}, "^std: start knows no such key; did you mean 'sd'"),
        ("xor", {"eta.x": 1}, "^eta.x: eta is not a table in this recipe"),
        ("backprop", {"data.rows": []}, "^data.rows: data is not a table in this recipe"),
        ("backprop", {"seed": 7}, "^seed: got 7, but this recipe writes its starting values out"),
        ("worked-example", {"start.kind": "given", "seed": 7}, "^seed: got 7, but this recipe"),
        ("backprop", {"layers": [{"units": 4}, {"units": 2}]}, "^start.w2: got 3 × 12, wanted 4 ×"),
    ],
)
def test_a_source_or_a_change_that_cannot_be_is_told(
    source: str, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RecipeError, match=sentence):
        load(source, **changes)


def test_a_seed_is_welcome_where_something_is_drawn(mine: Path) -> None:
    assert load(mine, seed=5).seed == 5
    assert load("backprop", seed=5, start={}).start == Normal(0.0, 1.0)


def test_a_missing_recipe_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no\.toml: the recipe can't be read \(No such file.*name"):
        load(tmp_path / "no.toml")


def test_a_recipe_that_is_not_utf_8_is_told_with_the_byte(mine: Path) -> None:
    mine.write_bytes(b'name = "caf\xe9"\n')
    with pytest.raises(RecipeError, match=r"mine\.toml: byte 11 is not UTF-8 text; save"):
        load(mine)


def test_a_recipe_that_is_not_toml_is_told_with_its_line(mine: Path) -> None:
    mine.write_text("eta = 1\nepochs 3\n")
    with pytest.raises(RecipeError, match=r"mine\.toml: not valid TOML: .*line 2"):
        load(mine)


def test_a_recipe_whose_data_is_missing_names_the_data(mine: Path) -> None:
    (mine.parent / "d.csv").unlink()
    with pytest.raises(DataError, match=r"d\.csv: the data can't be read"):
        load(mine)


def test_every_lesson_has_one_line_in_each_language() -> None:
    for language in ("en", "zh"):
        lines = dict(syllabus.lines(language))
        assert list(lines) == list(syllabus.LESSONS)
        assert all(line and "\n" not in line for line in lines.values())
    assert dict(syllabus.lines("en")) != dict(syllabus.lines("zh"))


def test_the_package_offers_its_names_and_no_others() -> None:
    assert {"load", "run", "write", "check", "Recipe", "Trace", "Report"} <= set(xb.__all__)
    for name in xb.__all__:
        assert getattr(xb, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'xlbackprop' has no attribute 'lod'"):
        _ = xb.lod


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, xlbackprop; heavy = {'numpy', 'pandas', 'openpyxl', 'ironcalc', 'scipy', "
        "'typer', 'rich'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_data_alone_become_a_recipe_with_the_best_of_several_learning_rates() -> None:
    frame = pd.DataFrame({"p": [0, 1, 2, 3], "q": [5, 1, 4, 2], "kind": ["a", "a", "b", "b"]})
    recipe = xb.from_data(frame, label="kind", epochs=20)
    assert (recipe.name, recipe.classes(), recipe.widths()[0]) == ("data", ("a", "b"), 2)
    ends = {eta: xb.run(recipe.changed(eta=eta)).cost[-1] for eta in candidates(recipe)}
    assert recipe.eta == min(ends, key=ends.get)
    assert xb.from_data(frame, label="kind", eta=0.25).eta == 0.25


def test_no_data_is_told() -> None:
    with pytest.raises(RecipeError, match=r"^data: nothing to train on"):
        xb.from_data(None, label="kind")
