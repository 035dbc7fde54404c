"""Cost functions against plain loops and finite differences."""

import numpy as np
import pytest

from xlbackprop.network.costs import COSTS, Cost

ENTRIES = pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)


def _squared_error(t: list[float], a: list[float]) -> float:
    total = 0.0
    for k in range(len(t)):
        total += (t[k] - a[k]) ** 2
    return total / 2


REFERENCE = {"squared-error": _squared_error}


def _targets_and_outputs(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets 0 or 1 and outputs strictly between, where every cost is defined."""
    random = np.random.default_rng(7)
    return random.integers(0, 2, shape).astype(float), random.uniform(0.1, 0.9, shape)


@ENTRIES
def test_an_entry_is_found_by_its_own_name(cost: Cost) -> None:
    assert COSTS[cost.name] is cost


@pytest.mark.parametrize("name", REFERENCE)
@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_the_cost_of_each_example_is_that_of_the_definition(name: str, outputs: int) -> None:
    t, a = _targets_and_outputs(2, 4, outputs)
    found = COSTS[name].value(t, a)
    assert found.shape == (2, 4)
    wanted = [
        [REFERENCE[name](t[e, n].tolist(), a[e, n].tolist()) for n in range(4)] for e in range(2)
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=0)


def test_the_squared_error_of_one_half_and_one_is_five_eighths() -> None:
    assert COSTS["squared-error"].value(np.array([1.0, 0.0]), np.array([0.5, 1.0])) == 0.625


@ENTRIES
@pytest.mark.parametrize("outputs", [1, 3])
def test_the_slope_is_the_central_difference_of_the_cost(cost: Cost, outputs: int) -> None:
    t, a = _targets_and_outputs(6, outputs)
    h = 1e-5
    slope = cost.slope(t, a)
    assert slope.shape == a.shape
    for k in range(outputs):
        step = np.zeros(outputs)
        step[k] = h
        wanted = (cost.value(t, a + step) - cost.value(t, a - step)) / (2 * h)
        # Rounding of a difference of numbers near 1, divided by 2h, is about 1e-11.
        np.testing.assert_allclose(slope[:, k], wanted, rtol=1e-8, atol=2e-10)


@ENTRIES
def test_an_answer_that_is_right_costs_nothing(cost: Cost) -> None:
    t = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_allclose(cost.value(t, t.copy()), [0, 0], rtol=0, atol=1e-12)


@ENTRIES
def test_the_formulas_name_targets_and_outputs_and_nothing_else(cost: Cost) -> None:
    for formula in (cost.excel, cost.excel_one, cost.excel_slope):
        text = formula.format(t="Q7", a="R7")
        assert "Q7" in text
        assert "R7" in text
        assert "{" not in text


@ENTRIES
def test_the_formula_for_one_output_takes_single_cells(cost: Cost) -> None:
    t, a = _targets_and_outputs(5, 1)
    for row in range(5):
        cells = {"t": f"({t[row, 0]})", "a": f"({a[row, 0]!r})"}
        text = cost.excel_one.format(**cells).replace("^", "**").replace("LN(", "np.log(")
        wanted = float(cost.value(t, a)[row])
        assert eval(text, {"np": np}) == pytest.approx(wanted, rel=1e-12)
