"""The page on update rules, beside plain loops and beside torch's optimizers."""

from math import sqrt

import numpy as np
import pytest
import wanting

import xlbackprop as xb
from xlbackprop.lessons.book import page
from xlbackprop.lessons.training.update_rules import CHARTS, LAST, RATES, RULES_TOP, STEPS
from xlbackprop.network.updates import RULES

CHANGED = {"a": 0.11, "b": 0.7, "x": 3.0, "y": -1.5, "eta_adam": 0.2, "beta_1_adam": 0.8}
CHANGED |= {"eta_gradient-descent": 0.6, "momentum_nesterov": 0.7, "beta_2_rmsprop": 0.9}


def walks(numbers):
    """Positions of each rule, (steps + 1, 2), and the values, from the charts' own ranges."""
    grid = page(xb.load("update-rules", numbers=numbers)).grid
    cells = {(row, column): value for row, column, _, value in grid.formulas()}
    [paths, heights] = [chart for _, chart in grid.charts]
    found = {}
    named = [series for series in paths.series if series.tx is None or series.tx.v]
    for name, path, height in zip(RATES, named, heights.series, strict=True):
        places = (path.xVal.numRef.f, path.yVal.numRef.f, height.yVal.numRef.f)
        found[name] = np.array([_column(cells, place) for place in places]).T
    return found


def _column(cells, place):
    first, last = place.split("!")[1].replace("$", "").split(":")
    letter = first.rstrip("0123456789")
    number = 0
    for sign in letter:
        number = 26 * number + ord(sign) - 64
    rows = range(int(first.removeprefix(letter)), int(last.removeprefix(letter)) + 1)
    return [cells[row, number] for row in rows]


def setting(numbers, name, rule, usual):
    return numbers.get(f"{name}_{rule}", usual)


def plainly(rule, numbers):
    """One rule on one number at a time, as its authors write it."""
    eta = setting(numbers, "eta", rule, RATES[rule])
    factors = numbers.get("a", 0.05), numbers.get("b", 1.0)
    starts = numbers.get("x", -7.0), numbers.get("y", 2.0)
    mu = setting(numbers, "momentum", rule, 0.9)
    beta_1 = setting(numbers, "beta_1", rule, 0.9)
    beta_2 = setting(numbers, "beta_2", rule, 0.999 if rule == "adam" else 0.99)
    epsilon = 1e-10 if rule == "adagrad" else 1e-8
    paths = []
    for factor, w in zip(factors, starts, strict=True):
        path, v, s, m = [w], 0.0, 0.0, 0.0
        for k in range(1, STEPS + 1):
            g = 2 * factor * w
            if rule == "gradient-descent":
                w -= eta * g
            elif rule == "momentum":
                v = mu * v + g
                w -= eta * v
            elif rule == "nesterov":
                v = mu * v + g
                w -= eta * (g + mu * v)
            elif rule == "adagrad":
                s += g * g
                w -= eta * g / (sqrt(s) + epsilon)
            elif rule == "rmsprop":
                s = beta_2 * s + (1 - beta_2) * g * g
                w -= eta * g / (sqrt(s) + epsilon)
            else:
                m = beta_1 * m + (1 - beta_1) * g
                s = beta_2 * s + (1 - beta_2) * g * g
                w -= eta * (m / (1 - beta_1**k)) / (sqrt(s / (1 - beta_2**k)) + epsilon)
            path.append(w)
        paths.append(path)
    x, y = np.array(paths)
    return np.column_stack([x, y, factors[0] * x**2 + factors[1] * y**2])


@pytest.mark.parametrize("numbers", [{}, CHANGED])
def test_every_path_is_that_of_plain_loops(numbers):
    found = walks(numbers)
    assert list(found) == list(RATES)
    for rule, path in found.items():
        np.testing.assert_allclose(path, plainly(rule, numbers), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rule", list(RATES))
def test_every_path_is_that_of_torch(rule):
    """Torch computes the gradients itself."""
    torch = wanting.package("torch")
    w = torch.tensor([-7.0, 2.0], dtype=torch.float64, requires_grad=True)
    eta, optim = RATES[rule], torch.optim
    optimizer = {
        "gradient-descent": lambda: optim.SGD([w], lr=eta),
        "momentum": lambda: optim.SGD([w], lr=eta, momentum=0.9),
        "nesterov": lambda: optim.SGD([w], lr=eta, momentum=0.9, nesterov=True),
        "adagrad": lambda: optim.Adagrad([w], lr=eta),
        "rmsprop": lambda: optim.RMSprop([w], lr=eta),
        "adam": lambda: optim.Adam([w], lr=eta),
    }[rule]()
    path = [w.detach().numpy().copy()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        (0.05 * w[0] ** 2 + w[1] ** 2).backward()
        optimizer.step()
        path.append(w.detach().numpy().copy())
    np.testing.assert_allclose(walks({})[rule][:, :2], path, rtol=1e-10, atol=1e-12)


def test_the_table_tells_where_each_rule_has_come_and_which_is_lowest():
    grid = page(xb.load("update-rules")).grid
    cells = {(row, column): value for row, column, _, value in grid.formulas()}
    ends = [cells[RULES_TOP + 2 + i, LAST] for i in range(len(RATES))]
    wanted = [plainly(rule, {})[-1, 2] for rule in RATES]
    np.testing.assert_allclose(ends, wanted, rtol=1e-9)
    assert list(RATES)[int(np.argmin(wanted))] == "adagrad"
    assert "After 30 steps the lowest is AdaGrad." in cells.values()


def test_every_rule_reads_its_own_settings():
    """A changed setting changes one path only."""
    usual = walks({})
    for rule in RATES:
        for name in ("eta", *RULES[rule].settings):
            number = 0.5 if name != "epsilon" else 0.1
            changed = walks({f"{name}_{rule}": number})
            moved = [other for other in RATES if not np.array_equal(usual[other], changed[other])]
            assert moved == [rule], name


def test_contour_lines_are_where_the_valley_has_one_height():
    grid = page(xb.load("update-rules", numbers=CHANGED)).grid
    cells = {(row, column): value for row, column, _, value in grid.formulas()}
    paths = next(chart for place, chart in grid.charts if place == f"A{CHARTS}")
    start = 0.11 * 3.0**2 + 0.7 * 1.5**2
    for series, share in zip(paths.series[:3], (0.5, 0.2, 0.05), strict=True):
        x = np.array(_column(cells, series.xVal.numRef.f))
        y = np.array(_column(cells, series.yVal.numRef.f))
        np.testing.assert_allclose(0.11 * x**2 + 0.7 * y**2, share * start, rtol=1e-12)


def test_a_walk_that_explodes_is_an_error_in_the_sheet_and_in_python(tmp_path):
    recipe = xb.load("update-rules", numbers={"eta_momentum": 1e15, "eta_gradient-descent": 1e12})
    xb.write(recipe, tmp_path / "book.xlsx")
    report = xb.check(tmp_path / "book.xlsx")
    assert report.agrees, "\n".join(report.lines())


@pytest.mark.parametrize("rule", RATES)
def test_with_its_usual_rate_each_rule_goes_down(rule):
    """Below a tenth of a · 7² + b · 2², where all of them begin."""
    start = 0.05 * 7**2 + 2**2
    path = walks({})[rule]
    assert path[0, 2] == pytest.approx(start)
    assert path[-1, 2] < start / 10
