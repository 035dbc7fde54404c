"""The Confusion sheet: which class is taken for which, at a chosen epoch."""

import numpy as np
import pytest
from programs import in_every_program
from views import new_page
from workbooks import make, retyped

import xlbackprop as xb
from xlbackprop.page.facts import facts
from xlbackprop.recalc import ENGINES
from xlbackprop.sheets.confusion import TOP, choice, suits
from xlbackprop.sheets.kinds import layout_of

SHEET = "Confusion"
TRAININGS = [
    {"epochs": 4},
    {"epochs": 3, "batch": 16},
    {"epochs": 2, "batch": 40, "gradients": "summed", "rule": "adam", "schedule": "inverse-time"},
    {"epochs": 0},
]


def counted(recipe, epoch):
    """The matrix by a loop over the examples: rows the right class, columns the answer."""
    trace, count = xb.run(recipe), len(recipe.classes())
    shown = trace.examples.loc[[epoch]]
    answers = shown[[f"a{trace.network.last}_{k}" for k in range(1, count + 1)]].to_numpy()
    labels = [
        recipe.classes().index(recipe.labels()[i - 1])
        for i in shown.index.get_level_values("example")
    ]
    matrix = np.zeros((count, count))
    for right, outputs in zip(labels, answers, strict=True):
        matrix[right, int(outputs.argmax())] += 1
    return matrix


def matrix_of(recipe):
    """The matrix of a new sheet."""
    count = len(recipe.classes())
    cells = {fact.cell: fact.value for fact in facts(new_page(recipe, "confusion"))}
    return np.array(
        [[cells[f"{'BCDEFG'[j]}{TOP + 2 + i}"] for j in range(count)] for i in range(count)]
    )


@pytest.mark.parametrize("changes", TRAININGS)
def test_the_matrix_is_that_of_a_loop_over_the_examples(changes):
    recipe = xb.load("iris", **changes, views=["confusion"])
    assert matrix_of(recipe).tolist() == counted(recipe, recipe.epochs + 1).tolist()


@pytest.mark.parametrize("changes", TRAININGS[1:3])
def test_another_epoch_is_counted_by_the_formulas_themselves(tmp_path, changes):
    """Its examples stand between the updates of mini-batches."""
    made = make(tmp_path, "iris", **changes, views=["confusion"])
    for epoch in (1, 2):
        path = retyped(made, tmp_path, (SHEET, "C3"), epoch)
        [book] = ENGINES["ironcalc"].recalculate([path])
        shown = book.values(SHEET, TOP + 2, 2, 3, 3)
        assert shown == counted(made.recipe, epoch).tolist()
        assert xb.check(path).lines()[-1].startswith("All ")


@in_every_program("it counts by SUMPRODUCT over comparisons, which programs may take differently")
def test_every_program_counts_the_same(need, tmp_path, engine):
    need(engine)
    made = make(tmp_path, "backprop", epochs=3, views=["confusion"])
    assert xb.check(made.path, engine).agrees
    [book] = ENGINES[engine].recalculate([made.path])
    assert book.values(SHEET, TOP + 2, 2, 2, 2) == counted(made.recipe, 4).tolist()


def test_an_epoch_that_is_none_is_named_and_nothing_else_is_blamed(tmp_path):
    made = make(tmp_path, "backprop", epochs=3, views=["confusion"])
    report = xb.check(retyped(made, tmp_path, (SHEET, "C3"), 5))
    assert report.faults == ("Confusion!C3: got 5, wanted a whole number from 1 to 4; type one.",)
    assert not report.edits
    assert not [c for c in report.comparisons if c.mismatches]


def test_where_nothing_is_trained_there_is_no_epoch_to_choose(tmp_path):
    """The pass forward of a trained network from elsewhere: its answers are what one looks for."""
    made = make(tmp_path, "iris", epochs=0, views=["confusion"])
    assert "confusion epoch" not in {place.name for place in made.layout.asked}
    [book] = ENGINES["ironcalc"].recalculate([made.path])
    assert book.values(SHEET, TOP + 2, 2, 3, 3) == counted(made.recipe, 1).tolist()


def test_the_sentence_says_how_many_are_right():
    recipe = xb.load("iris", epochs=2, views=["confusion"])
    matrix = matrix_of(recipe)
    [told] = [fact.value for fact in facts(new_page(recipe, "confusion")) if fact.cell == "A4"]
    right, share = int(matrix.trace()), 100 * matrix.trace() / 150
    assert told == f"{right} of 150 examples are answered right: {share:.1f} %"


def test_only_networks_with_classes_have_it():
    assert suits(layout_of(xb.load("backprop")))
    assert not suits(layout_of(xb.load("sine")))
    assert "confusion" not in layout_of(xb.load("xor", views=[])).sheets
    assert choice(layout_of(xb.load("xor", epochs=7))).most == 8
