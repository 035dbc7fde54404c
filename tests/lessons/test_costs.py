"""The page on cost functions."""

import numpy as np
import pytest
from pages import computed, typed, values
from scipy import stats
from scipy.special import expit, log_softmax, softmax

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.unit.costs import ALONG, ENTROPY, PAIRS, SAME, TABLE

COSTS = {  # of weighted inputs and the number of the right class, from their textbook definitions
    ("squared-error", "sigmoid"): lambda z, r: ((np.eye(len(z))[r] - expit(z)) ** 2).sum() / 2,
    ("absolute-error", "sigmoid"): lambda z, r: abs(np.eye(len(z))[r] - expit(z)).sum(),
    ("cross-entropy", "sigmoid"): lambda z, r: (
        -np.log(expit(z[r])) - np.log(expit(-np.delete(z, r))).sum()
    ),
    ("cross-entropy", "softmax"): lambda z, r: -log_softmax(z)[r],
    ("hinge", "linear"): lambda z, r: np.maximum(0, np.delete(z, r) - z[r] + 1).sum(),
}


def shown(numbers=None):
    """Values of the formula cells by row and column."""
    grid = page(xb.load("costs", numbers=numbers or {})).grid
    return {(row, column): value for row, column, _, value in grid.formulas()}


@pytest.mark.parametrize("right", [1, 2, 3])
@pytest.mark.parametrize("z", [(2.0, -3.0, 0.5), (-1.0, 0.2, 4.0)])
def test_costs_and_deltas_of_three_outputs(z, right):
    """C as textbooks define it, δ as finite differences have it."""
    numbers = {f"z_1_{k}": number for k, number in enumerate(z, 1)}
    cells, z, h = shown(numbers | {"right": float(right)}), np.array(z), 1e-6
    outputs = {"sigmoid": expit(z), "softmax": softmax(z), "linear": z}
    for i, pair in enumerate(PAIRS):
        row, cost = SAME + 12 + i, COSTS[pair]
        assert cells[row, 5] == pytest.approx(cost(z, right - 1), rel=1e-12)
        for k in range(3):
            assert cells[row, 2 + k] == pytest.approx(outputs[pair[1]][k], rel=1e-12)
            step = h * np.eye(3)[k]
            slope = (cost(z + step, right - 1) - cost(z - step, right - 1)) / (2 * h)
            assert cells[row, 6 + k] == pytest.approx(slope, abs=1e-8)


def test_the_hinge_asks_for_the_distance_in_its_cell():
    """C, δ and the curve with another distance; the other costs stay as they are."""
    z, distance = np.array([2.0, -3.0, 0.5]), 2.75
    cells, usual = shown({"distance": distance}), shown()
    lacking = np.delete(z, 1) - z[1] + distance
    assert cells[SAME + 16, 5] == pytest.approx(np.maximum(0, lacking).sum(), rel=1e-12)
    assert [cells[SAME + 16, 6 + k] for k in range(3)] == [1.0, -2.0, 1.0]
    for row in range(SAME + 12, SAME + 16):
        assert cells[row, 5] == usual[row, 5]
    for i, along in enumerate(ALONG):
        assert cells[TABLE + 6 + i, 10] == pytest.approx(max(0, distance - along), abs=1e-12)


def test_a_sentence_says_how_hard_two_costs_pull():
    cells = shown({"z_1_2": -6.0})
    told = cells[SAME + 17, 1]
    a = expit(-6.0)
    assert f"squared error sends back δ = −{a * (1 - a) ** 2:.6f}," in told
    assert told.endswith("cross‐entropy with sigmoid δ = −0.997527.")


def test_the_curves_are_costs_of_one_output():
    """Beside another class at 0 for the hinge; δ by finite differences, but at the hinge's kink."""
    cells, top, h = shown(), TABLE + 6, 1e-6
    alone = [pair for pair in PAIRS if pair[1] != "softmax"]
    for i, z in enumerate(ALONG):
        for j, pair in enumerate(alone):

            def cost(z, pair=pair):
                return COSTS[pair](np.array([z, 0.0] if pair[0] == "hinge" else [z]), 0)

            assert cells[top + i, 7 + j] == pytest.approx(cost(z), abs=1e-12)
            if pair[0] != "hinge" or z != 1:
                slope = (cost(z + h) - cost(z - h)) / (2 * h)
                assert cells[top + i, 11 + j] == pytest.approx(slope, abs=1e-8)


def test_entropy_and_cross_entropy_are_those_of_scipy():
    """Also where an outcome never happens."""
    true, guess = [3.0, 0.0, 1.0, 4.0], [1.0, 2.0, 3.0, 4.0]
    numbers = {f"true_1_{k}": x for k, x in enumerate(true, 1)}
    cells = shown(numbers | {f"guess_1_{k}": x for k, x in enumerate(guess, 1)})
    own, rest = stats.entropy(true), stats.entropy(true, guess)
    got = [cells[ENTROPY + 7 + i, 6] for i in range(5)]
    wanted = [own, own + rest, rest, own / np.log(2), rest / np.log(2)]
    np.testing.assert_allclose(got, wanted, rtol=1e-12)
    coin = [cells[TABLE + 6 + i, 17] for i in range(21)]
    wanted = [stats.entropy([p, 1 - p]) for p in np.linspace(0, 1, 21)]
    np.testing.assert_allclose(coin, wanted, atol=1e-12)


def test_a_believed_share_of_nothing_has_no_cross_entropy():
    """What is believed impossible and happens costs without end: a spreadsheet's error."""
    cells = values(typed("costs", {"guess_1_1": 0.0}))
    assert np.isnan(cells[ENTROPY + 8, 6])
    assert np.isfinite(cells[ENTROPY + 7, 6])


def test_what_never_happens_has_no_part_of_the_entropy_by_the_formula():
    """0 · ln 0 would be an error."""
    sheet = typed("costs", {f"true_1_{k}": x for k, x in enumerate((3.0, 0.0, 1.0, 4.0), 1)})
    found = [computed(sheet, ENTROPY + 7, 2 + k) for k in range(4)]
    p = np.array([3 / 8, 1, 1 / 8, 4 / 8])
    np.testing.assert_allclose(found, -p * np.log(p), rtol=1e-14)


def test_each_number_of_entropy_has_its_note_beside_it():
    sheet = page(xb.load("costs"))
    cells = {(cell.row, cell.column): cell.value for cell in sheet.grid.cells}
    for i, key in enumerate(("h", "hh", "rest", "bits", "bits_rest")):
        assert isinstance(cells[ENTROPY + 7 + i, 6], float)
        assert cells[ENTROPY + 7 + i, 7] == sheet.text(f"entropy.{key}_note")
