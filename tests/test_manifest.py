"""The manifest: its recipes use everything that there is, and it names what differs."""

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import manifest
import manifesting.maker
import pytest
from manifest import REPOSITORY, USUAL, Other, differences
from manifesting.case import Case, used
from manifesting.faults import BOOKS, FAULTS
from manifesting.looks import THEMES
from manifesting.maker import LESSONS, made, recipe_of, recipes
from manifesting.pages import NUMBERS
from wanting import skip

import xlbackprop as xb
from xlbackprop import syllabus
from xlbackprop.cli.options import FIELDS as OPTIONS
from xlbackprop.cli.options import LISTS
from xlbackprop.data import missing
from xlbackprop.data.files import READERS
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.expressions.text import CALLS
from xlbackprop.lessons.book import page
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.network.kinds import FIELDS as LAYER_FIELDS
from xlbackprop.network.kinds import KINDS
from xlbackprop.network.layer import BIASES
from xlbackprop.network.normalization import AFFINE
from xlbackprop.network.pooling import TIES
from xlbackprop.network.updates import RULES, SCHEDULES, setting_names
from xlbackprop.recipe.content import READING
from xlbackprop.recipe.fields import GRADIENTS, VIEWS
from xlbackprop.recipe.from_options import from_data
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import SCALES
from xlbackprop.words.catalogue import languages
from xlbackprop.workbook.theme import shipped_fields

RECIPE, REFUSED, FAULTY = "recipe/page-14", "recipe/refused-02", "fault/regression.zh"  # all small
SHEETS = ["sheet Regression", "sheet Recipe"]
CASES = [case for case in recipes() if not case.refused]


def read(case: Case) -> xb.Recipe | xb.LessonRecipe:
    """The recipe of a case, without the command line; its data go into the current folder."""
    if case.form == "options" and not case.source:
        return from_data(case.given(Path()))
    form = "keywords" if case.form == "options" else case.form
    return recipe_of(xb, dataclasses.replace(case, form=form))


@pytest.fixture(scope="module")
def read_recipes(tmp_path_factory: pytest.TempPathFactory) -> list[xb.Recipe]:
    """All recipes of networks, as the package understands them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("recipes"))
        return [read(case) for case in CASES if "lesson" not in case.fields]


# What is in it.


def test_there_are_200_recipes_and_few_of_them_are_refused() -> None:
    assert len({case.name for case in recipes()}) == len(recipes()) == 200
    assert len(CASES) >= 180


@pytest.mark.parametrize(
    "case", [c for c in recipes() if c.refused and not c.theme], ids=lambda c: c.name
)
def test_what_is_to_be_refused_is(case: Case, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(xb.XlbackpropError):
        xb.to_toml(read(case))


def test_every_field_is_used() -> None:
    # How a file of data is read is met file by file in tests/data/test_cases.py.
    wanted = {field.name for field in dataclasses.fields(Recipe)} - {
        "settings",
        "assumed",
        "origin",
        "categories",
    }
    wanted |= {*setting_names(), "ties", "start.mean", "start.sd", "numbers", "function", "x", "y"}
    wanted |= {f"layers.{name}" for name in LAYER_FIELDS}
    assert wanted - {key for key, _ in used(CASES)} == set()


def test_every_choice_is_used() -> None:
    choices = {
        "cost": COSTS,
        "rule": RULES,
        "schedule": SCHEDULES,
        "scaling": SCALINGS,
        "target_scaling": SCALINGS,
        "gradients": GRADIENTS,
        "missing": missing.CHOICES,
        "lang": languages(),
        "views": (*VIEWS, "nothing"),
        "batch": ("full", "a number"),
        "detail": ("all", "a list", "nothing"),
        "solver": ("true", "false"),
        "epochs": ("0", "a number"),
        "start": ("nothing",),
        "start.kind": ("given", "normal", *SCALES),
        "layers.kind": KINDS,
        "layers.activation": ACTIVATIONS,
        "layers.bias": BIASES,
        "layers.affine": AFFINE,
        "layers.ties": TIES,
        "ties": TIES,
        "data": (*READERS, "a table", "DataFrame"),
        "lesson": (*syllabus.PAGES, syllabus.COLLECTION),
        "asked by": ("file", "text", "keywords", "options"),
    }
    wanted = {(key, choice) for key, of_it in choices.items() for choice in of_it}
    assert wanted - set(used(CASES)) == set()


def test_what_goes_together_is_seen_together(read_recipes: list[xb.Recipe]) -> None:
    outputs = {(cost, name) for cost in COSTS for name in ACTIVATIONS if find_cost(cost, name)}
    assert outputs - {(r.cost, r.layers[-1].activation) for r in read_recipes} == set()
    rates = {(rule, schedule) for rule in RULES for schedule in SCHEDULES}
    assert rates - {(r.rule, r.schedule) for r in read_recipes if r.epochs} == set()
    batches = {(rule, batched) for rule in RULES for batched in (True, False)}
    assert batches - {(r.rule, r.batch > 0) for r in read_recipes if r.epochs} == set()


def test_every_number_of_every_page_is_another_one_that_it_takes() -> None:
    given = [
        (case.fields["lesson"], case.fields["numbers"])
        for case in CASES
        if case.fields.get("lesson") in NUMBERS and "function" not in case.fields
        if "numbers" in case.fields
    ]
    for name in syllabus.PAGES:
        inputs = {place.name: place for place in page(xb.load(name)).inputs}
        drawn = [numbers for lesson, numbers in given if lesson == name]
        assert {key for numbers in drawn for key in numbers} == set(inputs)
        assert all(inputs[key].allows(number) for n in drawn for key, number in n.items())


def test_functions_hold_every_sign_and_every_call() -> None:
    text = " ".join(case.fields.get("function", "") for case in CASES)
    assert [sign for sign in ("+", "-", "*", "/", "**", "^", "²", "z") if sign not in text] == []
    assert [name for name in CALLS if f"{name}(" not in text] == []


def test_every_option_of_the_command_line_is_used(tmp_path: Path) -> None:
    words = {w for case in CASES if case.form == "options" for w in case.options(tmp_path)}
    wanted = {f"--{name.rstrip('_').replace('_', '-')}" for name in OPTIONS} - {"--function"}
    wanted -= {
        f"--{name}" for name in (*READING, "missing", *LISTS)
    }  # see test_every_field_is_used
    assert {*wanted, "--theme"} - words == set()


def test_a_theme_changes_every_field() -> None:
    def names(fields: Mapping[str, object], where: str = "") -> set[str]:
        tables = {key: item for key, item in fields.items() if isinstance(item, Mapping)}
        inner = {name for key, item in tables.items() for name in names(item, f"{where}{key}.")}
        return inner | {where + key for key in fields.keys() - tables}

    assert names(THEMES["school.toml"]) == names(shipped_fields())


def test_every_lesson_is_there() -> None:
    assert set(LESSONS) == {*syllabus.LESSONS, syllabus.COLLECTION}


def test_there_are_100_planted_faults() -> None:
    assert len(BOOKS) * len(FAULTS) == 100


# Making and comparing.


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small manifest: one recipe, one refusal, and the faults of one workbook."""
    path = tmp_path_factory.mktemp("manifest") / "before.json"
    manifest.save(made(REPOSITORY, [RECIPE, REFUSED, FAULTY]), path)
    return path


def ended(patch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """The exit status of the script."""
    patch.setattr(sys, "argv", ["manifest.py", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        manifest.main()
    return end.value.code


def part_of(before: Path, folder: Path, *names: str) -> Path:
    """A copy that says of these alone."""
    content = manifest.read(before)
    for kind in ("workbooks", "checks"):
        content[kind] = {name: x for name, x in content[kind].items() if name in names}
    manifest.save(content | {"only": names}, folder / "part.json")
    return folder / "part.json"


def test_the_same_package_makes_the_same_manifest(
    before: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    faults = [f"{FAULTY}/{name}" for name in ("formula changed", "cells moved")]
    part = part_of(before, tmp_path, RECIPE, REFUSED, *faults)
    assert ended(monkeypatch, "compare", part) == 0
    told = capsys.readouterr().out
    assert "2 workbooks, 1 of them refused; 3 checks, in 1 of them all agrees" in told
    assert told.endswith("The same, byte for byte.\n")


def test_a_changed_recipe_is_named_with_the_sheets_that_differ(
    before: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    [case] = [case for case in CASES if case.name == RECIPE]
    numbers = {**case.fields["numbers"], "eta": 0.125}
    other = dataclasses.replace(case, fields={**case.fields, "numbers": numbers})
    monkeypatch.setattr(manifesting.maker, "pages", lambda: [other])
    assert ended(monkeypatch, "compare", part_of(before, tmp_path, RECIPE)) == 1
    lines = capsys.readouterr().out.splitlines()[2:]
    assert lines[0].startswith(f"workbook {RECIPE}: other bytes in ")
    assert [word for word in SHEETS if word in lines[0]] == SHEETS
    assert all(f" {RECIPE}: " in line for line in lines)


def test_a_text_that_another_revision_has_otherwise_is_named(before: Path, tmp_path: Path) -> None:
    if not shutil.which("git"):
        skip("git", "apt-get install git")
    repository = tmp_path / "repository"
    hidden = shutil.ignore_patterns("__pycache__")
    for name in ("xlbackprop", "templates"):
        shutil.copytree(REPOSITORY / name, repository / name, ignore=hidden)
    text = repository / "templates" / "lessons" / "regression.en.toml"
    text.write_text(text.read_text("utf-8").replace('intro = "', 'intro = "Once. '), "utf-8")
    me = ("-c", "user.name=me", "-c", "user.email=me@example.org")
    for words in (("init", "-q"), ("add", "."), (*me, "commit", "-q", "-m", "other texts")):
        subprocess.run(["git", *words], cwd=repository, check=True)
    with Other("HEAD", [RECIPE], USUAL, tmp_path, repository) as other:
        old = other.manifest()
    new = manifest.read(part_of(before, tmp_path, RECIPE))
    assert list(differences(old, new)) == [f"workbook {RECIPE}: other bytes in file, {SHEETS[0]}"]


def test_a_changed_verdict_is_named_with_what_it_was(before: Path) -> None:
    old, new = manifest.read(before), manifest.read(before)
    name = f"{FAULTY}/formula changed"
    new["checks"][name]["agrees"] = True
    del new["checks"][RECIPE]
    assert list(differences(old, new)) == [
        f"check {name}: agrees was False, is True",
        f"check {RECIPE}: only before",
    ]


def test_numbers_that_are_none_are_equal_and_packing_is_told_apart() -> None:
    assert manifest.difference({"drift": float("nan")}, {"drift": float("nan")}) == ""
    packed = manifest.difference({"file": "0" * 64, "x": 1}, {"file": "1" * 64, "x": 1})
    assert packed == "the same parts, packed otherwise"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare", "no-such.json"), "no-such.json: can't be read"),
        (("compare", "old.json"), "another state of this script"),
        (("compare",), "wanted a manifest"),
        (("compare", "--with", "no-such-revision", "--only", "x"), "--with: "),
        (("make", "new.json", "--only", "no-such-recipe"), "nothing is called no-such-recipe"),
        (("make", "new.json", "--engine", "abacus"), "engine: got 'abacus'"),
        (("make", "new.json", "--package", "."), "xlbackprop was imported from"),
    ],
)
def test_what_proves_nothing_ends_with_status_2_and_why(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text('{"state": "other"}')
    assert ended(monkeypatch, *words) == 2
    assert told in capsys.readouterr().err
    assert not Path("new.json").exists()


# Faults.


def test_each_fault_is_found_where_it_was_planted(before: Path) -> None:
    checks = manifest.read(before)["checks"]
    found = {name.rpartition("/")[2]: x for name, x in checks.items() if name.startswith(FAULTY)}
    assert set(found) == set(FAULTS)
    place = {fault: report["planted"].split()[0] for fault, report in found.items()}
    for fault in ("formula changed", "formula gone"):
        [sentence] = found[fault]["changed_formulas"]
        assert sentence.startswith(f"{place[fault]} ")
    for fault in ("input changed", "input out of bounds", "saved without values"):
        [sentence] = found[fault]["changed_inputs"]
        assert sentence.startswith(f"{place[fault]} ")
    [sentence] = found["no number in input"]["faults"]
    assert sentence.startswith(f"{place['no number in input']}:")
    [sentence] = found["cells moved"]["faults"]
    assert "so that other cells stand where the formulas were written" in sentence
    assert "sheet" in found["sheet lost"]["refused"]
    assert "Recipe" in found["name or recipe"]["refused"]
    saved, _ = found["saved without values"]["engines"]
    assert (saved["compared"], saved["missing"]) == (0, found["input changed"]["formulas"])
