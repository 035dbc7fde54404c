"""The book's convolutional network: its figures, its ties, and all of its pictures everywhere."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from programs import in_every_program
from workbooks import agreeing, few, make

import xlbackprop as xb
from xlbackprop.network.pooling import TIES


def _recipe(ties: str) -> xb.Recipe:
    """All 96 pictures, one epoch."""
    return xb.load("cnn", epochs=1, ties=ties)


# Figures.


def test_the_cost_is_the_books_and_rises_before_it_falls() -> None:
    trace = xb.run(xb.load("cnn", epochs=50))
    assert trace.cost[0] == pytest.approx(12.54446237030065, rel=1e-13)
    rises = [epoch for epoch in range(2, 51) if trace.cost[epoch - 1] > trace.cost[epoch - 2]]
    assert rises == [3, 4, 5]
    assert trace.cost[50] < 0.5
    assert trace.accuracy[50] == 1


def test_the_lesson_is_the_books_network() -> None:
    recipe = xb.load("cnn")
    assert (len(recipe.data.rows), recipe.image, recipe.eta) == (96, (6, 6), 0.2)
    assert recipe.shapes() == ((6, 6), (3, 4, 4), (3, 2, 2), (3,))
    assert recipe.start_parameters().size == 3 * 10 + 3 * 13
    assert [layer.activation for layer in recipe.layers] == ["sigmoid", "", "sigmoid"]


def test_headings_and_equations_have_the_books_letters(tmp_path: Path) -> None:
    made = make(tmp_path, "cnn", epochs=1, data=few("cnn", 3), views=[])
    with closing(openpyxl.load_workbook(made.path, read_only=True)) as book:
        rows = book[made.sheet("training")].iter_rows(min_row=4, max_row=5, values_only=True)
        equations, headings = ({text for text in row if text} for row in rows)
    assert {"zF123", "aP212", "zO1", "aO3", "δO2", "wF311", "bF2", "wO12-21", "bO1"} <= headings
    assert {"aᴾ = max aᶠ", "zᴼⱼ = Σᵢ wᴼⱼᵢ aᴾᵢ + bᴼⱼ", "δᴾᵢ = (Σⱼ δᴼⱼ wᴼⱼᵢ)"} <= equations
    assert not any(mark in text for text in equations for mark in "³⁴")


# Ties, found in the pictures themselves: a window is tied where patches are equal.


def _patches(picture: np.ndarray, row: int, column: int) -> list[tuple[float, ...]]:
    """The four patches that the pooled cell at row and column looks at, row by row."""
    return [
        tuple(picture[2 * row + r : 2 * row + r + 3, 2 * column + c : 2 * column + c + 3].ravel())
        for r in (0, 1)
        for c in (0, 1)
    ]


def _tied_by_patches(recipe: xb.Recipe) -> np.ndarray:
    """How many cells of each window hold its largest value, (pictures, 3, 2, 2)."""
    weights = np.array(dict(recipe.start.arrays)["w2"]).reshape(3, 9)
    counts = np.zeros((96, 3, 2, 2), dtype=int)
    for n, picture in enumerate(recipe.x().reshape(96, 6, 6)):
        for row, column in np.ndindex(2, 2):
            patches = _patches(picture, row, column)
            for f in range(3):
                best = max(patches, key=lambda patch: float(np.dot(weights[f], patch)))
                counts[n, f, row, column] = patches.count(best)
    return counts


def test_many_windows_hold_equal_patches_and_are_tied_there() -> None:
    recipe = _recipe("all")
    counts = _tied_by_patches(recipe)
    assert (counts > 1).sum() > 100
    assert {2, 4} <= set(counts.ravel().tolist())
    shared = {}
    for ties in TIES:
        trace = xb.run(_recipe(ties))
        first = trace.steps.rows(0)
        maps = trace.group("a2")[first].reshape(96, 3, 2, 2, 2, 2)
        slope = maps * (1 - maps)
        # What each cell got of its window's δ, without the slope that it is multiplied by.
        # (pictures, maps, rows, rows of a window, columns, columns of a window)
        delta = trace.group("d3")[first].reshape(96, 3, 2, 1, 2, 1)
        share = trace.group("d2")[first].reshape(96, 3, 2, 2, 2, 2) / slope / delta
        shared[ties] = share.transpose(0, 1, 2, 4, 3, 5).reshape(96, 3, 2, 2, 4)
    close = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(shared["all"].sum(axis=-1), counts, **close)
    np.testing.assert_allclose(shared["first"].sum(axis=-1), 1, **close)
    np.testing.assert_allclose(shared["split"], shared["all"] / counts[..., None], **close)
    firsts = shared["all"].argmax(axis=-1)
    np.testing.assert_allclose(shared["first"], np.eye(4)[firsts], **close)


def test_the_rules_differ_where_they_should() -> None:
    traces = {ties: xb.run(xb.load("cnn", epochs=5, ties=ties)) for ties in TIES}
    first, split, everything = (traces[ties] for ties in TIES)
    assert not np.array_equal(first.group("d2"), split.group("d2"))
    # Equal patches have equal gradients, whoever of them gets δ.
    np.testing.assert_allclose(first.gradient, split.gradient, rtol=1e-9, atol=1e-11)
    filters = first.network.parameter_slice(2)
    assert np.abs(first.gradient[0, filters] - everything.gradient[0, filters]).max() > 0.1
    outputs = first.network.parameter_slice(4)
    assert first.gradient[0, outputs].tolist() == everything.gradient[0, outputs].tolist()
    assert first.cost[0] == split.cost[0] == everything.cost[0]
    assert abs(first.cost[-1] - everything.cost[-1]) > 0.01


# Every engine.


OWN_SUMS = "each program adds up the numbers of a rectangle and finds the largest in its own way"


@in_every_program(OWN_SUMS)
@pytest.mark.parametrize("ties", TIES)
def test_some_pictures_agree_with_each_rule_for_ties(
    ties: str, engine: str, need: Callable[[str], None], tmp_path: Path
) -> None:
    need(engine)
    made = make(tmp_path, "cnn", epochs=1, data=few("cnn", 12), ties=ties, views=[])
    assert agreeing(made.path, engine).formulas > 4_000


@pytest.mark.exhaustive
@in_every_program(OWN_SUMS)
@pytest.mark.parametrize("ties", TIES)
def test_all_pictures_agree_with_each_rule_for_ties(
    ties: str, engine: str, need: Callable[[str], None], tmp_path: Path
) -> None:
    need(engine)
    made = make(tmp_path, "cnn", epochs=1, ties=ties)
    assert agreeing(made.path, engine).formulas > 40_000


def test_all_pictures_agree_in_the_built_in_engine(tmp_path: Path) -> None:
    made = make(tmp_path, "cnn", epochs=1, views=[])
    assert agreeing(made.path).formulas > 40_000


def test_sums_over_all_pictures_agree_with_each_other() -> None:
    each, sums = (
        xb.load("cnn", epochs=2, gradients=gradients) for gradients in ("per-example", "summed")
    )
    found, wanted = xb.run(sums), xb.run(each)
    np.testing.assert_allclose(found.gradient, wanted.gradient, rtol=1e-11, atol=1e-12)


def test_sums_over_batches_of_pictures_agree_in_a_workbook(tmp_path: Path) -> None:
    changes = {"data": few("cnn", 24), "gradients": "summed", "batch": 8, "views": []}
    agreeing(make(tmp_path, "cnn", epochs=1, **changes).path)
