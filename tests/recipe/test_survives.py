"""Recipes survive: what is written into a workbook is read back equal, also after legal edits."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest
from drawing.texts import ODD
from hypothesis import given, settings
from hypothesis import strategies as st
from manifesting.case import Case
from manifesting.maker import recipe_of, recipes
from programs import in_other_programs
from selection import examples
from workbooks import Made, make, typed

import xlbackprop as xb
from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.read import from_mapping, from_toml
from xlbackprop.recipe.write import LONGEST, to_toml
from xlbackprop.workbook.address import address

PIECES = st.one_of(st.sampled_from(ODD), st.text(max_size=6), st.characters())
ANY_TEXT = st.lists(PIECES, min_size=1, max_size=3).map("".join).filter(lambda text: text.strip())
CASES = [case for case in recipes() if not case.refused and case.form != "options"]


def of_texts(title: str, columns: list[str], labels: list[str]) -> xb.Recipe:
    """A recipe with texts from a file wherever it holds such."""
    rows = [[0, 1, labels[0]], [1, 1, labels[1]], [1, 0.5, labels[0]]]
    return from_mapping(
        {
            "title": title,
            "data": {"columns": columns, "rows": rows},
            "label": columns[2],
            "layers": [{"units": 2}],
            "eta": 0.1,
            "epochs": 1,
            "start": {"kind": "xavier"},
            "views": [],
        }
    )


def written(recipe: xb.Recipe | xb.LessonRecipe, folder: Path) -> Path:
    xb.write(recipe, folder / "survives.xlsx", force=True)
    return folder / "survives.xlsx"


@pytest.mark.parametrize("text", [text for text in ODD if text.strip()])
def test_a_text_survives_as_title_column_and_label(text: str, tmp_path: Path) -> None:
    recipe = of_texts(f"a{text}", [text, "x2", "class"], [text, "other"])
    path = written(recipe, tmp_path)
    assert xb.load(path) == recipe
    assert xb.check(path).agrees


@pytest.mark.parametrize("text", ["a\x1b[2J", "_x0041_", "\ufffe"])
def test_a_class_of_any_text_stands_in_charts(text: str, tmp_path: Path) -> None:
    """Predict and Confusion draw a chart of the classes, which keeps their names."""
    recipe = of_texts("a", ["x1", "x2", "class"], [text, "other"]).changed(views=VIEWS)
    assert xb.check(written(recipe, tmp_path)).agrees


def test_every_part_is_xml_whatever_a_text_holds(tmp_path: Path) -> None:
    """Titles stand in the file's properties, labels in its charts."""
    text = "a\x00b\x1f\ufffe\ud800c"
    recipe = of_texts(text, [text, f"2{text}", f"3{text}"], [f"4{text}", f"5{text}"])
    path = written(recipe.changed(views=VIEWS, epochs=1), tmp_path)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
    assert openpyxl.load_workbook(path).properties.title == "abc"


@settings(max_examples=examples(100))
@given(title=ANY_TEXT, columns=st.lists(ANY_TEXT, min_size=3, max_size=3), labels=st.data())
def test_any_text_survives(title, columns, labels, tmp_path_factory) -> None:
    pair = labels.draw(st.lists(ANY_TEXT, min_size=2, max_size=2))
    try:
        recipe = of_texts(title, columns, pair)
    except xb.XlbackpropError:  # names that are equal to a spreadsheet
        return
    path = written(recipe, tmp_path_factory.mktemp("texts"))
    assert from_toml(to_toml(recipe)) == recipe
    assert xb.load(path) == recipe
    assert xb.check(path).agrees


@pytest.mark.exhaustive(quick=40)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recipe_of_any_kind_survives(case: Case, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = recipe_of(xb, case)
    assert xb.load(written(recipe, tmp_path)) == recipe


# Orders and layers as tables, and long lines.

TABLES = {
    "data": {"columns": [*"abcdt"], "rows": [[1, 0, 0, 1, 1], [0, 1, 1, 0, 0]]},
    "targets": ["t"],
    "image": [2, 2],
    "layers": [{"kind": "convolution", "filters": 1, "kernel": 2}, {"units": 1}],
    "eta": 0.2,
    "epochs": 1,
    "batch": 1,
    "order": [[2, 1]],
    "views": [],
}


def test_an_order_stands_above_layers_that_are_tables(tmp_path: Path) -> None:
    recipe = from_mapping(TABLES)
    assert "[[layers]]" in to_toml(recipe)
    assert from_toml(to_toml(recipe)) == recipe
    path = written(recipe, tmp_path)
    assert xb.load(path) == recipe
    assert xb.check(path).agrees


def test_swapped_cells_of_the_order_are_read_back(tmp_path: Path) -> None:
    recipe = from_mapping(TABLES)
    made = Made(written(recipe, tmp_path), recipe)
    training = made.layout.training
    rows, sheet = map(training.first_example, range(2)), made.sheet("training")
    order = {(sheet, address(row, training.example)): k for k, row in enumerate(rows, 1)}
    swapped = xb.load(typed(made.path, tmp_path, order))
    assert swapped.steps().numbers[:2].tolist() == [1, 2]
    assert xb.check(tmp_path / "retyped.xlsx").agrees
    assert xb.load(written(swapped, tmp_path)) == swapped


def test_edited_numbers_are_read_back_and_nothing_else_is_changed(tmp_path: Path) -> None:
    made = make(tmp_path, "xor", epochs=2, views=[], start={"kind": "xavier"})
    edits = {made.eta: 0.25, made.start("w2_1_2"): -1.5, made.input("x2", 3): 0.125}
    now = xb.load(typed(made.path, tmp_path, edits))
    rows = [list(row) for row in made.recipe.data.rows]
    rows[2][1] = 0.125
    start = made.recipe.start_parameters()
    start[made.layout.network.all_parameter_labels.index("w2_1_2")] = -1.5
    assert now == made.recipe.with_numbers(
        raw=np.array(rows)[:, :2], labels=(), targets=made.recipe.t(), eta=0.25, start=start
    )
    assert xb.load(written(now, tmp_path)) == now


def test_what_the_seed_draws_is_not_written_out_unless_it_was_changed(tmp_path: Path) -> None:
    made = make(tmp_path, "xor", epochs=1, views=[], start={"kind": "xavier"})
    again = xb.load(made.path, seed=made.recipe.seed + 1)
    assert again.start == made.recipe.start
    assert not np.array_equal(again.start_parameters(), made.recipe.start_parameters())


def test_long_lines_go_over_several_cells(tmp_path: Path) -> None:
    """A cell holds 32,767 letters; 3,000 columns have more in their names."""
    columns = [f"a long name of input {i}" for i in range(3000)]
    rows = [[i % 7 / 8 for i in range(3000)] + [text * 6000] for text in ("ab", "cd")]
    data = {"columns": [*columns, "t"], "rows": rows}
    recipe = from_mapping(
        {"data": data, "label": "t", "layers": [{"units": 2}], "eta": 0.1, "epochs": 0}
        | {"start": {"kind": "xavier"}, "inputs": columns[:2], "views": []}
    )
    lines = to_toml(recipe).split("\n")
    assert max(map(len, lines)) < 12_000 + LONGEST
    assert from_toml("\n".join(lines)) == recipe
    assert xb.load(written(recipe, tmp_path)) == recipe


@in_other_programs("each program escapes in its own way what XML can't hold, when it saves")
def test_texts_that_xml_cannot_hold_agree_in_other_programs(engine, need, tmp_path) -> None:
    need(engine)
    recipe = of_texts("a\u2028b", ["a\x01b", "_x0041_", "é"], ["a\rb", "_x0042_"])
    assert xb.check(written(recipe, tmp_path), engine).agrees
