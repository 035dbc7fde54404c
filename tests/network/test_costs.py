"""Cost functions against plain loops and finite differences."""

import itertools
import math

import numpy as np
import pytest

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import (
    COSTS,
    Cost,
    Outputs,
    find_cost,
    mean_over,
    squared_error,
)

from .formulas import evaluate

TRAINED = [name for name, entry in ACTIVATIONS.items() if entry.slope or entry.helper]
ENTRIES = [entry for entries in COSTS.values() for entry in entries]
PAIRS = [
    (entry, activation)
    for entry in ENTRIES
    for activation in (entry.activations or TRAINED)
    if find_cost(entry.name, activation) is entry
]
NAMES = [f"{entry.name}-{'-'.join(entry.activations)}".rstrip("-") for entry in ENTRIES]
EVERY_ENTRY = pytest.mark.parametrize("cost", ENTRIES, ids=NAMES)
EVERY_PAIR = pytest.mark.parametrize(
    ("cost", "activation"), PAIRS, ids=[f"{entry.name}-{a}" for entry, a in PAIRS]
)
SLOPED = pytest.mark.parametrize(
    ("cost", "activation"),
    [pair for pair in PAIRS if pair[0].slope],
    ids=[f"{entry.name}-{a}" for entry, a in PAIRS if entry.slope],
)
SLOPELESS = pytest.mark.parametrize(
    ("cost", "activation"),
    [pair for pair in PAIRS if not pair[0].slope],
    ids=[f"{entry.name}-{a}" for entry, a in PAIRS if not entry.slope],
)
WIDTHS = pytest.mark.parametrize("outputs", [1, 2, 5])
HUGE = [0.0, 1.0, -1.0, 1e3, -1e3, 1e308, -1e308]


def _squared_error(t: list[float], a: list[float]) -> float:
    total = 0.0
    for k in range(len(t)):
        total += (t[k] - a[k]) ** 2
    return total / 2


def _absolute_error(t: list[float], a: list[float]) -> float:
    return sum(a[k] - t[k] if a[k] > t[k] else t[k] - a[k] for k in range(len(t)))


def _two_way_entropy(t: list[float], a: list[float]) -> float:
    return -sum(t[k] * math.log(a[k]) + (1 - t[k]) * math.log(1 - a[k]) for k in range(len(t)))


def _class_entropy(t: list[float], a: list[float]) -> float:
    return -math.log(a[t.index(1)])


def _hinge(t: list[float], a: list[float]) -> float:
    label = t.index(1)
    return sum(max(0, a[k] - a[label] + 1) for k in range(len(t)) if k != label)


WIDE = ("linear", "tanh", "softsign", "relu", "leaky-relu", "elu", "selu", "gelu", "silu")
WIDE += ("softplus", "relu6", "hardtanh")  # outputs that may leave the range from 0 to 1
REFERENCE = {
    ("squared-error", ()): _squared_error,
    ("absolute-error", ()): _absolute_error,
    ("cross-entropy", ("sigmoid",)): _two_way_entropy,
    ("cross-entropy", ("softmax",)): _class_entropy,
    ("hinge", WIDE): _hinge,
}


def _outputs(cost: Cost, activation: str, t: np.ndarray, z: np.ndarray) -> Outputs:
    """What the output layer shows for weighted inputs z, (..., outputs)."""
    entry, empty = ACTIVATIONS[activation], np.empty(0)
    e = entry.helper(z) if entry.helper else empty
    a = entry.value(e if entry.helper else z)
    return Outputs(t, a, z, e, cost.margin(t, a) if cost.margin else empty)


def _with_a(cost: Cost, o: Outputs, a: np.ndarray) -> Outputs:
    """The same with other outputs."""
    return o._replace(a=a, m=cost.margin(o.t, a) if cost.margin else o.m)


def _draw(cost: Cost, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Targets, one right class where the cost wants one, and weighted inputs."""
    random = np.random.default_rng(7)
    if cost.needs_classes:
        t = np.eye(shape[-1])[random.integers(0, shape[-1], shape[:-1])]
    else:
        t = random.uniform(0, 1, shape)
        t[..., 0] = random.integers(0, 2, shape[:-1])
    return t, random.uniform(-3, 3, shape)


def _smooth(cost: Cost, o: Outputs) -> np.ndarray:
    """Where no corner of the cost is near: of each example, (...)."""
    near = np.abs(o.m) < 1e-3 if cost.margin else np.abs(o.a - o.t) < 1e-3
    return ~near.any(axis=-1)


def _cost_formula(cost: Cost, cells: dict[str, list[float]]) -> float:
    """C as the sheet writes it: the text of all outputs, or of one."""
    outputs = len(cells["t"])
    ranges = {f"{kind}s": numbers for kind, numbers in cells.items()}
    if outputs == 1 and cost.excel_one:
        return evaluate(cost.excel_one, **{kind: row[0] for kind, row in cells.items()})
    terms, named = [], {}
    for k in range(outputs):
        names = {kind: f"{{{kind}{k}}}" for kind in cells}
        named |= {f"{kind}{k}": cells[kind][k] for kind in cells}
        terms.append(cost.excel_term.format(**names))
    places = {kind: f"{{{kind}}}" for kind in ranges}
    return evaluate(cost.excel.format(terms="+".join(terms), **places), **named, **ranges)


def _cells(o: Outputs, example: int) -> dict[str, list[float]]:
    return {
        kind: numbers[example].tolist()
        for kind, numbers in o._asdict().items()
        if numbers.ndim == o.t.ndim
    }


# Finding an entry.


def test_a_cost_is_found_by_its_own_name() -> None:
    assert all(entry.name == name for name, entries in COSTS.items() for entry in entries)


@EVERY_PAIR
def test_a_cost_is_found_for_an_activation_that_it_goes_with(cost: Cost, activation: str) -> None:
    assert find_cost(cost.name, activation) is cost


def test_a_name_and_an_activation_lead_to_one_entry() -> None:
    claims = [(e.name, a) for e in ENTRIES for a in (e.activations or ACTIVATIONS)]
    assert len(claims) == len(set(claims))


@pytest.mark.parametrize("name", COSTS)
def test_a_cost_is_not_found_for_any_other_activation(name: str) -> None:
    known = {a for e in ENTRIES if e.name == name for a in (e.activations or ACTIVATIONS)}
    for activation in ACTIVATIONS:
        assert (find_cost(name, activation) is None) == (activation not in known)


def test_an_unknown_cost_is_not_found() -> None:
    assert find_cost("squared", "sigmoid") is None


# Values.


@EVERY_PAIR
@WIDTHS
def test_the_cost_of_each_example_is_that_of_the_definition(
    cost: Cost, activation: str, outputs: int
) -> None:
    t, z = _draw(cost, 2, 40, outputs)
    o = _outputs(cost, activation, t, z)
    found, define = cost.value(o), REFERENCE[cost.name, cost.activations]
    assert found.shape == (2, 40)
    wanted = [[define(t[e, n].tolist(), o.a[e, n].tolist()) for n in range(40)] for e in range(2)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def test_the_squared_error_of_one_half_and_one_is_five_eighths() -> None:
    cost, empty = find_cost("squared-error", "linear"), np.empty(0)
    a = np.array([0.5, 1.0])
    assert cost.value(Outputs(np.array([1.0, 0.0]), a, a, empty, empty)) == 0.625


@EVERY_ENTRY
def test_an_answer_that_is_right_costs_nothing(cost: Cost) -> None:
    activation = (cost.activations or ("linear",))[0]
    t = np.array([[0.0, 1.0], [1.0, 0.0]])
    z = t.copy() if activation == "linear" else 2e3 * t - 1e3
    with np.errstate(under="ignore"):
        found = cost.value(_outputs(cost, activation, t, z))
    np.testing.assert_allclose(found, [0, 0], rtol=0, atol=1e-12)


# Slopes.


@SLOPED
@WIDTHS
def test_the_slope_is_the_central_difference_of_the_cost(
    cost: Cost, activation: str, outputs: int
) -> None:
    t, z = _draw(cost, 60, outputs)
    o = _outputs(cost, activation, t, z)
    smooth, slope, h = _smooth(cost, o), cost.slope(o), 1e-5
    assert slope.shape == o.a.shape
    assert smooth.sum() > 30 or outputs == 1
    for k in range(outputs):
        step = np.zeros(outputs)
        step[k] = h
        above, below = (cost.value(_with_a(cost, o, o.a + way)) for way in (step, -step))
        # Rounding of a difference of numbers near 10, divided by 2h, is about 1e-10.
        wanted = ((above - below) / (2 * h))[smooth]
        np.testing.assert_allclose(slope[smooth, k], wanted, rtol=1e-8, atol=2e-9)


@SLOPELESS
@WIDTHS
def test_a_cost_without_a_slope_simplifies_to_a_minus_t(
    cost: Cost, activation: str, outputs: int
) -> None:
    t, z = _draw(cost, 20, outputs)
    o, h = _outputs(cost, activation, t, z), 1e-5
    for k in range(outputs):
        step = np.zeros(outputs)
        step[k] = h
        above, below = (cost.value(_outputs(cost, activation, t, z + way)) for way in (step, -step))
        wanted = (above - below) / (2 * h)
        np.testing.assert_allclose((o.a - t)[:, k], wanted, rtol=1e-8, atol=2e-9)


def test_the_absolute_error_is_flat_where_it_is_zero() -> None:
    cost, empty = find_cost("absolute-error", "linear"), np.empty(0)
    a = np.array([0.5, 1.0, 0.0])
    slope = cost.slope(Outputs(np.array([0.5, 0.0, 1.0]), a, a, empty, empty))
    assert slope.tolist() == [0, 1, -1]
    assert evaluate(cost.excel_slope, t=0.5, a=0.5) == 0


def test_the_hinge_is_flat_where_a_distance_is_exactly_one() -> None:
    cost = find_cost("hinge", "linear")
    t, a = np.array([[0.0, 1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.5, -7.0]])
    o = _outputs(cost, "linear", t, a)
    assert o.m.tolist() == [[0, 1, 0.5, -7]]
    assert cost.slope(o).tolist() == [[0, -1, 1, 0]]
    cells = {"ts": t[0].tolist(), "ms": o.m[0].tolist()}
    lacking = "(0>0)+(1>0)+(0.5>0)+(-7>0)"
    text = cost.excel_slope.replace("{lacking}", lacking)
    found = [evaluate(text, t=float(t[0, k]), m=float(o.m[0, k]), **cells) for k in range(4)]
    assert found == [0, -1, 1, 0]


# Numbers at the ends of what a computer has.


@EVERY_PAIR
@pytest.mark.parametrize("outputs", [1, 2])
def test_huge_weighted_inputs_give_no_nan_and_infinity_only_for_infinite_costs(
    cost: Cost, activation: str, outputs: int
) -> None:
    targets = np.eye(outputs) if cost.needs_classes else np.array([[0.0] * outputs, [1] * outputs])
    for z, t in itertools.product(itertools.product(HUGE, repeat=outputs), targets):
        with np.errstate(under="ignore", over="ignore"):
            o = _outputs(cost, activation, t, np.array(z))
            c = cost.value(o)
            slope = cost.slope(o) if cost.slope else o.a - t
        assert not np.isnan(c)
        # A margin that is too large is an error, and so is what is made of it.
        assert np.isfinite(slope).all() or (cost.margin and not np.isfinite(o.m).all())
        if max(map(abs, z)) <= 1e3 or activation in ("tanh", "softsign"):
            assert np.isfinite(c)
            assert c >= 0


@pytest.mark.parametrize("z", HUGE)
@pytest.mark.parametrize("t", [0.0, 1.0])
def test_two_way_entropy_is_what_the_weighted_input_lacks(z: float, t: float) -> None:
    cost = find_cost("cross-entropy", "sigmoid")
    with np.errstate(all="raise", under="ignore"):
        found = cost.value(_outputs(cost, "sigmoid", np.array([t]), np.array([z])))
    lacking = -z if t else z  # C = ln(1 + e^lacking)
    wanted = math.log1p(math.exp(lacking)) if lacking < 100 else lacking
    assert float(found) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("z", HUGE)
def test_class_entropy_is_what_the_right_class_lacks(z: float) -> None:
    cost = find_cost("cross-entropy", "softmax")
    with np.errstate(all="raise", under="ignore"):
        found = cost.value(_outputs(cost, "softmax", np.array([0.0, 1.0]), np.array([z, 0.0])))
    wanted = math.log1p(math.exp(z)) if z < 100 else z
    assert float(found) == pytest.approx(wanted, rel=1e-12, abs=1e-12)


# Formulas.


@EVERY_PAIR
@WIDTHS
def test_the_formulas_say_the_same(cost: Cost, activation: str, outputs: int) -> None:
    t, z = _draw(cost, 20, outputs)
    z[0] = t[0]  # exactly at the target
    z[1] = 1e3 * np.sign(z[1])
    with np.errstate(under="ignore"):
        o = _outputs(cost, activation, t, z)
        c, slope = cost.value(o), cost.slope(o) if cost.slope else o.a - t
    for n in range(20):
        cells = _cells(o, n)
        assert _cost_formula(cost, cells) == pytest.approx(float(c[n]), rel=1e-12, abs=1e-12)
        ranges = {f"{kind}s": numbers for kind, numbers in cells.items()}
        for k in range(outputs):
            one = {kind: numbers[k] for kind, numbers in cells.items()} | ranges
            if cost.margin:
                one["lacking"] = sum(margin > 0 for margin in cells["m"])
            if cost.slope:
                found = evaluate(cost.excel_slope, **one)
                assert found == pytest.approx(float(slope[n, k]), rel=1e-12, abs=1e-12)
                assert evaluate(f"7*{cost.excel_slope}", **one) == 7 * found  # a factor
            if cost.margin:
                found = evaluate(cost.excel_margin, **one)
                assert found == pytest.approx(float(o.m[n, k]), rel=1e-12, abs=1e-12)


@EVERY_ENTRY
def test_a_margin_has_a_formula_and_a_simplified_slope_has_none(cost: Cost) -> None:
    assert bool(cost.margin) == bool(cost.excel_margin)
    assert bool(cost.slope) == bool(cost.excel_slope)
    assert cost.equation
    assert cost.slope_equation


@EVERY_ENTRY
def test_a_cost_of_terms_has_the_text_of_a_term(cost: Cost) -> None:
    assert ("{terms}" in cost.excel) == bool(cost.excel_term)


# Other forms: means over the outputs, the squared error without ½.


@EVERY_PAIR
@pytest.mark.parametrize("outputs", [2, 5])
def test_a_mean_over_the_outputs_is_their_sum_by_their_number(
    cost: Cost, activation: str, outputs: int
) -> None:
    t, z = _draw(cost, 20, outputs)
    o, mean = _outputs(cost, activation, t, z), mean_over(cost, outputs)
    define, pairs = (
        REFERENCE[cost.name, cost.activations],
        zip(t.tolist(), o.a.tolist(), strict=True),
    )
    c = [define(*pair) / outputs for pair in pairs]
    np.testing.assert_allclose(mean.value(o), c, rtol=1e-12, atol=1e-12)
    for n in range(20):
        cells = _cells(o, n)
        assert _cost_formula(mean, cells) == pytest.approx(c[n], rel=1e-12, abs=1e-12)
        ranges = {f"{kind}s": numbers for kind, numbers in cells.items()}
        for k in range(outputs):
            one = {kind: numbers[k] for kind, numbers in cells.items()} | ranges
            one["lacking"] = sum(m > 0 for m in cells.get("m", ()))
            excel, other = mean.excel_slope, cost.excel_slope
            if not cost.slope:
                excel, other = mean.excel_delta, cost.excel_delta
            wanted = evaluate(other, **one) / outputs
            assert evaluate(excel, **one) == pytest.approx(wanted, rel=1e-15)
            if mean.slope:
                assert mean.slope(o)[n, k] == pytest.approx(wanted, rel=1e-12)


def test_without_the_half_the_squared_error_and_its_slope_are_twice_as_large() -> None:
    half, whole = squared_error(), squared_error(1.0)
    t, z = _draw(half, 20, 3)
    o = _outputs(half, "linear", t, z)
    assert (whole.value(o) == 2 * half.value(o)).all()
    assert (whole.slope(o) == 2 * half.slope(o)).all()
    cells = _cells(o, 0)
    assert _cost_formula(whole, cells) == pytest.approx(2 * _cost_formula(half, cells), rel=1e-15)
    assert evaluate(whole.excel_slope, t=1.0, a=0.25) == -1.5
    assert evaluate(whole.excel_one, t=1.0, a=0.25) == 0.5625


PRINTED = {
    "squared-error": ("C = 1/3 · ½ Σ(t − a)²", "1/3 · (a − t)", "1/3·½·({terms})"),
    "absolute-error": ("C = 1/3 · Σ|t − a|", "1/3 · sign(a − t)", "1/3·({terms})"),
    "cross-entropy": (
        "C = −1/3 · Σ(t ln a + (1 − t) ln(1 − a))", "1/3 · (a − t)", "−1/3·({terms})"
    ),
    "hinge": (
        "C = 1/3 · (Σ max(0, m) − 1)",
        "1/3 · (t = 1: 1 − #(m > 0); t = 0, m > 0: 1; t = 0, m ≤ 0: 0)",
        "1/3·({terms} − 1)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTS)
def test_a_mean_is_printed_as_a_part_of_all_that_it_is_a_part_of(name: str) -> None:
    mean = mean_over(COSTS[name][0], 3)
    assert (mean.equation, mean.slope_equation, mean.figures) == PRINTED[name]


@EVERY_ENTRY
def test_the_mean_of_one_output_is_that_output(cost: Cost) -> None:
    assert mean_over(cost, 1) is cost
