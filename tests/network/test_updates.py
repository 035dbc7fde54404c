"""Update rules, schedules and weight decay against plain loops over one number, and torch.optim."""

import math

import numpy as np
import pytest
from wanting import package

import xlbackprop as xb
from xlbackprop.network.updates import RULES, SCHEDULES, Learning, Now

STEPS = 7
GRADIENTS = [0.5, -1.25, 2.0, 0.0, -0.001, 3.5, 0.75]
OPTIONS = [
    (rule, schedule, decay) for rule in RULES for schedule in SCHEDULES for decay in (0, 0.1)
]


def rate(schedule: str, eta: float, k: int) -> float:
    if schedule == "step":
        return eta * 0.5 ** ((k - 1) // 10)
    return eta / (1 + 0.1 * (k - 1)) if schedule == "inverse-time" else eta


def reference(rule: str, schedule: str, decay: float, w: float, eta: float) -> list[float]:
    """The parameter after each step, as the papers write the rule."""
    path, v, m, s = [], 0.0, 0.0, 0.0
    for k, given in enumerate(GRADIENTS, 1):
        g, rate_now = given + decay * w, rate(schedule, eta, k)
        if rule == "gradient-descent":
            w -= rate_now * g
        elif rule == "momentum":
            v = 0.9 * v + g
            w -= rate_now * v
        elif rule == "nesterov":
            v = 0.9 * v + g
            w -= rate_now * (g + 0.9 * v)
        elif rule == "adagrad":
            s += g * g
            w -= rate_now * g / (math.sqrt(s) + 1e-10)
        elif rule == "rmsprop":
            s = 0.99 * s + 0.01 * g * g
            w -= rate_now * g / (math.sqrt(s) + 1e-8)
        else:
            assert rule == "adam"
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            w -= rate_now * (m / (1 - 0.9**k)) / (math.sqrt(s / (1 - 0.999**k)) + 1e-8)
        path.append(w)
    return path


def learning_of(rule: str, schedule: str, decay: float) -> tuple[Learning, dict[str, float]]:
    learning = Learning(RULES[rule], SCHEDULES[schedule], decay > 0)
    settings = {name: setting.usual for name, setting in learning.settings.items()}
    return learning, settings | ({"weight_decay": decay} if decay else {})


@pytest.mark.parametrize(("rule", "schedule", "decay"), OPTIONS)
def test_every_rule_goes_the_way_of_its_definition(rule, schedule, decay):
    learning, settings = learning_of(rule, schedule, decay)
    w = np.array([0.3])
    states = {state.name: np.zeros(1) for state in learning.states}
    path = []
    for k, g in enumerate(GRADIENTS, 1):
        eta = learning.schedule.rate(0.2, np.array(float(k)), settings)
        now = Now(w, np.array([g]), eta, np.array(float(k)), states, {}, settings)
        states = learning.remembered(now)
        w = learning.stepped(Now(w, now.g, eta, now.k, now.old, states, settings))
        path.append(float(w[0]))
    assert path == pytest.approx(reference(rule, schedule, decay, 0.3, 0.2), rel=1e-12)


def evaluated(formula: str, cells: dict[str, float], settings: dict[str, float]) -> float:
    """A formula as Python reads it."""
    text = formula.format(**{name: f"({value!r})" for name, value in cells.items()})
    functions = {
        "SQRT": math.sqrt,
        "INT": math.floor,
        "IFERROR": lambda value, _: value,  # nothing here is too small for a computer
        "IF": lambda condition, yes, no: yes if condition else no,
        "NA": lambda: math.nan,
    }
    return float(eval(text.replace("^", "**"), {"__builtins__": {}}, {**functions, **settings}))


@pytest.mark.parametrize(("rule", "schedule", "decay"), OPTIONS)
def test_the_formulas_say_the_same_as_the_numbers(rule, schedule, decay):
    learning, settings = learning_of(rule, schedule, decay)
    old = {state.name: 0.25 for state in learning.states}
    given = Now(np.array(1.5), np.array(-0.5), np.array(0.2), np.array(3.0), old, {}, settings)
    new = learning.remembered(given)
    cells = {"w": 1.5, "g": -0.5, "eta": 0.2, "k": 3.0}
    cells |= {name: float(value) for name, value in new.items()}
    cells |= {f"{name}_old": value for name, value in old.items()}
    for state in learning.states:
        own = cells if state.name == "r" or not decay else cells | {"g": float(new["r"])}
        assert evaluated(state.excel, own, settings) == pytest.approx(float(new[state.name]), 1e-12)
    own = cells | {"g": float(new["r"])} if decay else cells
    stepped = learning.stepped(Now(given.w, given.g, given.eta, given.k, old, new, settings))
    assert evaluated(learning.rule.excel, own, settings) == pytest.approx(float(stepped), 1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_rate_is_that_of_the_schedule_and_of_its_formula(schedule):
    entry = SCHEDULES[schedule]
    usual = {name: setting.usual for name, setting in entry.settings.items()}
    found = entry.rate(0.2, np.arange(1.0, 26), usual).tolist()
    assert found == pytest.approx([rate(schedule, 0.2, k) for k in range(1, 26)], rel=1e-12)
    if entry.excel:
        own = [{"eta": 0.2, "k": k} for k in range(1, 26)]
        assert [evaluated(entry.excel, cells, usual) for cells in own] == pytest.approx(
            found, rel=1e-12
        )


def test_an_entry_is_found_by_its_own_name():
    assert all(RULES[name].name == name for name in RULES)
    assert all(SCHEDULES[name].name == name for name in SCHEDULES)


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("rule", RULES)
def test_a_training_agrees_with_torch(rule, decay):
    torch = package("torch")
    make = {
        "gradient-descent": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=decay),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=decay),
        "nesterov": lambda p: torch.optim.SGD(
            p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=decay
        ),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05, weight_decay=decay),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.05, weight_decay=decay),
        "adam": lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=decay),
    }
    changes = {"weight_decay": decay, "decay_biases": True} if decay else {}
    recipe = xb.load("xor", rule=rule, eta=0.05, epochs=20, **changes)
    trace = xb.run(recipe)
    w = torch.tensor(trace.parameter_values[0].copy(), dtype=torch.float64, requires_grad=True)
    x, t = torch.tensor(recipe.x()), torch.tensor(recipe.t())
    optimizer = make[rule]([w])
    for _ in range(20):
        optimizer.zero_grad()
        hidden, output = w[:9].reshape(3, 3), w[9:].reshape(1, 4)
        a = torch.sigmoid(x @ hidden[:, :2].T + hidden[:, 2])
        y = torch.sigmoid(a @ output[:, :3].T + output[:, 3])
        ((y - t) ** 2).sum().div(2).backward()
        optimizer.step()
    np.testing.assert_allclose(trace.parameter_values[-1], w.detach().numpy(), rtol=0, atol=1e-12)
