"""Any network that a recipe can describe: Python against autograd, the workbook against Python.

Updates are checked here for gradient descent, for the other rules in test_plain_loops.

The networks are written a second time here, in autograd, from the definitions. Every cost and
activation that go together are tried, so a later entry of the tables needs only its definition.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import coordinate_to_tuple
from programs import in_other_programs
from selection import examples
from workbooks import Made, agreeing, some_views

import xlbackprop as xb
from xlbackprop.checks.changes import edits
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.network import activations
from xlbackprop.network.activations import ACTIVATIONS, activation_of
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.network.layer import BIASES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recalc import ENGINES, Book, Value
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.write import to_toml
from xlbackprop.sheets.book import new_grids
from xlbackprop.training.engine import run

Array = np.ndarray
Choose = Callable[[Sequence[Any]], Any]

HIDDEN = [name for name, entry in ACTIVATIONS.items() if entry.slope]
PAIRS = [
    (entry.name, activation)
    for entries in COSTS.values()
    for entry in entries
    for activation in (entry.activations or ACTIVATIONS)
    if find_cost(entry.name, activation) is entry
    and (ACTIVATIONS[activation].slope or ACTIVATIONS[activation].helper)
]
EVERY_PAIR = pytest.mark.parametrize(
    ("cost", "activation"), PAIRS, ids=[f"{cost}-{activation}" for cost, activation in PAIRS]
)
LARGEST_COST = 1e8  # beyond it Gnumeric's long doubles are visible in differences of costs


# Random recipes. A choice is made by hypothesis or, where many are wanted at once, by a seed.


def random_recipe(cost: str, activation: str, choose: Choose, most: int = 6) -> Recipe:
    """1 to 4 layers of 1 to ``most`` units, 2 to twice as many examples, 2 to 4 epochs."""
    classes = find_cost(cost, activation).needs_classes
    several = classes or ACTIVATIONS[activation].helper is not None
    inputs, examples = choose(range(1, most + 1)), choose(range(2, 2 * most + 1))
    outputs = choose(range(2 if several else 1, most + 1))
    labelled = classes or choose([False, True])
    if labelled:
        examples = max(examples, outputs)
    layers = [
        {"units": choose(range(1, most + 1)), "activation": choose(HIDDEN)}
        for _ in range(choose(range(4)))
    ]
    layers.append({"units": outputs, "activation": activation})
    for layer in layers:
        layer["bias"] = choose(["trained", "trained", *BIASES])
    numbers = np.random.default_rng(choose(range(2**16)))
    x = numbers.uniform(-1, 1, (examples, inputs)).tolist()
    names = [f"in{i}" for i in range(inputs)]
    if labelled:
        kinds = [f"class {k}" for k in range(outputs)]
        labels = [kinds[n % outputs] for n in range(examples)]
        answers, targets = [[label] for label in labels], {"label": "class"}
    else:
        answers = numbers.uniform(-0.5, 1.5, (examples, outputs)).tolist()
        targets = {"targets": [f"out{k}" for k in range(outputs)]}
    rows = [row + answer for row, answer in zip(x, answers, strict=True)]
    return from_mapping(
        {
            "data": {"columns": [*names, *targets.get("targets", ["class"])], "rows": rows},
            **targets,
            "layers": layers,
            "cost": cost,
            "eta": choose([0.001, 0.01, 0.02]),
            **_learning(choose),
            "batch": choose(["full", 1, *range(1, examples + 1)]),
            "gradients": choose(["per-example", "per-example", "summed"]),
            "epochs": choose([2, 3, 4]),
            "start": {"kind": "normal", "sd": 0.6},
            "seed": choose(range(2**16)),
            "scaling": choose(["none", "none", "min-max", "z-score"]),
            "target_scaling": choose(["none"] if labelled else ["none", *SCALINGS]),
            **_conventions(cost, activation, choose),
        }
    )


def _conventions(cost: str, activation: str, choose: Choose) -> dict[str, Any]:
    """What courses differ on: sums or means, with ½ or without, which parameters decay."""
    halves = [0.5, 1] if cost == "squared-error" else [1]
    one_term = cost == "cross-entropy" and activation == "softmax"
    return {
        "reduction": choose(["sum", "mean"]),
        "output_reduction": "sum" if one_term else choose(["sum", "mean"]),
        "cost_factor": choose(halves),
        "decay_biases": choose([False, True]),
    }


def _learning(choose: Choose) -> dict[str, Any]:
    """An update rule with a schedule, and perhaps weight decay."""
    schedule = choose(list(SCHEDULES))
    every = {"every": choose([1.0, 2.0, 3.0])} if schedule == "step" else {}
    decay = choose([0.0, 0.0, 0.01])
    return {"rule": choose(list(RULES)), "schedule": schedule, "weight_decay": decay, **every}


def recipes(cost: str, activation: str) -> st.SearchStrategy[Recipe]:
    @st.composite
    def strategy(draw: st.DrawFn) -> Recipe:
        return random_recipe(cost, activation, lambda options: draw(st.sampled_from(options)))

    return strategy()


def seeded_recipe(cost: str, activation: str, seed: int, most: int = 3) -> Recipe:
    """One that is always the same, small unless more units are asked for."""
    choose = random.Random(f"{cost} {activation} {seed}").choice
    return random_recipe(cost, activation, choose, most)


# The definitions once more.


def _below(z: Any) -> Any:
    """eᶻ − 1 below 0."""
    return anp.expm1(z * (z < 0))


FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": lambda z: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z)),
    "softsign": lambda z: anp.where(z > 0, z / (1 + z * (z > 0)), z / (1 - z * (z < 0))),
    "relu": lambda z: z * (z > 0),
    "leaky-relu": lambda z: z * anp.where(z > 0, 1.0, 0.01),
    "elu": lambda z: z * (z > 0) + _below(z),
    "selu": lambda z: 1.0507009873554805 * (z * (z > 0) + 1.6732632423543772 * _below(z)),
    "gelu": lambda z: z / 2 * (1 + anp.tanh(anp.sqrt(2 / anp.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "softplus": lambda z: anp.log1p(anp.exp(z)),
    "relu6": lambda z: z * ((z > 0) & (z < 6)) + 6 * (z >= 6),
    "hardtanh": lambda z: z * (abs(z) < 1) + (z >= 1) - (z <= -1),
    "linear": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}


def _hinge(t: Array, z: Any, a: Any) -> Any:
    margins = a - anp.sum(t * a, axis=1, keepdims=True) + 1
    return anp.sum(margins * ((margins > 0) & (t == 0)), axis=1)


# A logarithm of σ(z) or of a share is written out where rounding of a would spoil it.
COSTS = {
    "squared-error": lambda t, z, a: anp.sum((t - a) ** 2, axis=1) / 2,
    "absolute-error": lambda t, z, a: anp.sum(anp.abs(a - t), axis=1),
    "cross-entropy-sigmoid": lambda t, z, a: anp.sum(
        t * anp.log1p(anp.exp(-z)) + (1 - t) * anp.log1p(anp.exp(z)), axis=1
    ),
    "cross-entropy-softmax": lambda t, z, a: anp.sum(
        t * (anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True)) - z), axis=1
    ),
    "hinge": _hinge,
}


def _costs(recipe: Recipe, parameters: Any, seen: Array) -> Any:
    """C of some examples, each with parameters of its own, (examples, parameters) → (examples,)."""
    a, z, start = recipe.x()[seen], None, 0
    for layer in recipe.layers:
        own = layer.bias in ("trained", "fixed")
        shape = (len(seen), layer.units, a.shape[1] + own)
        size = shape[1] * shape[2]
        table = anp.reshape(parameters[:, start : start + size], shape)
        start += size
        z = anp.einsum("nji,ni->nj", table[:, :, : a.shape[1]], a)
        if own:
            z = z + table[:, :, -1]
        elif layer.bias == "shared":
            z = z + parameters[:, start : start + 1]
            start += 1
        a = FUNCTIONS[layer.activation](z)
    cost = recipe.cost if recipe.cost in COSTS else f"{recipe.cost}-{layer.activation}"
    factor = 2 if (cost, recipe.cost_factor) == ("squared-error", 1) else 1
    factor /= layer.units if recipe.output_reduction == "mean" else 1
    return factor * COSTS[cost](recipe.t()[seen], z, a)


def _trained(recipe: Recipe) -> Array:
    rows = []
    for layer, before in zip(recipe.layers, recipe.widths(), strict=False):
        biases = {"trained": [True], "fixed": [False]}.get(layer.bias, [])
        rows += ([True] * before + biases) * layer.units
        rows += [True] if layer.bias == "shared" else []
    return np.array(rows)


def _assert_close(found: Array, wanted: Array) -> None:
    """Equal within 1e-12 of the largest number."""
    scale = max(1.0, np.abs(wanted).max())
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12 * scale)


# (a) Python against autograd.


def _check_against_autograd(recipe: Recipe) -> None:
    """C, the gradients of each example, their sums and plain updates, block by block."""
    trace, trained = run(recipe), _trained(recipe)
    slope = autograd.grad(lambda parameters, seen: anp.sum(_costs(recipe, parameters, seen)))
    plain = recipe.rule == "gradient-descent" and recipe.schedule == "constant"
    plain &= "weight_decay" not in dict(recipe.settings)
    _assert_close(trace.parameter_values[0], recipe.start_parameters())
    for block, parameters in enumerate(trace.parameter_values):
        rows = trace.steps.rows(block)
        seen = trace.steps.numbers[rows] - 1
        each = np.tile(parameters, (len(seen), 1))
        _assert_close(trace.group("C")[rows, 0], _costs(recipe, each, seen))
        wanted = slope(each, seen) * trained
        if not trace.network.summed:
            keys = [f"g{n}" for n, _ in trace.network.numbered()]
            _assert_close(np.hstack([trace.group(key)[rows] for key in keys]), wanted)
        total = wanted.mean(axis=0) if recipe.reduction == "mean" else wanted.sum(axis=0)
        _assert_close(trace.gradient[block], total)
        if plain and block < trace.updates:
            stepped = parameters - recipe.eta * total
            _assert_close(trace.parameter_values[block + 1], stepped)


@EVERY_PAIR
@settings(max_examples=examples(12))
@given(data=st.data())
def test_costs_and_gradients_of_each_example_agree_with_autograd(
    cost: str, activation: str, data: st.DataObject
) -> None:
    _check_against_autograd(data.draw(recipes(cost, activation)))


@pytest.mark.parametrize("name", HIDDEN)
def test_a_slope_that_is_wrong_in_the_tenth_digit_is_caught(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = seeded_recipe("squared-error", name, seed=2)
    right = activation_of(recipe.layers[-1])
    _check_against_autograd(recipe)
    wrong = replace(right, slope=lambda z, a: right.slope(z, a) * (1 + 1e-9))
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    monkeypatch.setattr(activations, "leaky_relu", lambda slope: wrong)
    with pytest.raises(AssertionError):
        _check_against_autograd(recipe)


# (b) The workbook against Python.


def _write(recipe: Recipe, path: Path) -> Made:
    recipe = some_views(recipe, crc32(to_toml(recipe).encode()))
    xb.write(recipe, path)
    return Made(path, recipe)


# To shrink a workbook that differs would take minutes.
@pytest.mark.exhaustive
@EVERY_PAIR
@settings(max_examples=examples(16), phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_a_random_workbook_agrees_with_python(
    cost: str, activation: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    recipe = data.draw(recipes(cost, activation))
    made = _write(recipe, tmp_path_factory.mktemp("any") / "any.xlsx")
    assert agreeing(made.path).formulas > 50


Sample = Callable[..., Made]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A random workbook by cost, activation and seed, written once; that of seed 1 has no views."""
    folder = tmp_path_factory.mktemp("sample")

    @cache
    def sample(cost: str, activation: str, seed: int) -> Made:
        recipe = seeded_recipe(cost, activation, seed)
        recipe = recipe.changed(views=()) if seed == 1 else recipe
        return _write(recipe, folder / f"{cost} {activation} {seed}.xlsx")

    return sample


@EVERY_PAIR
def test_a_workbook_of_every_pair_agrees_with_python(
    cost: str, activation: str, sample: Sample
) -> None:
    assert agreeing(sample(cost, activation, 1).path).formulas > 50


@pytest.mark.exhaustive(ways=1)
@EVERY_PAIR
@pytest.mark.parametrize("seed", [1, 0, 2])
def test_formulas_are_read_back_as_they_were_written(
    cost: str, activation: str, seed: int, sample: Sample
) -> None:
    """A check of a file that a person saved compares their wording; that of a new file does not."""
    made = sample(cost, activation, seed)
    written = new_grids(made.layout, run(made.recipe))
    assert list(edits(Book.open(made.path), written)) == []


@pytest.mark.exhaustive(ways=1)
@in_other_programs("each program has exponentials, logarithms and hyperbolic tangents of its own")
@EVERY_PAIR
def test_other_spreadsheets_agree_on_a_sample(
    cost: str, activation: str, engine: str, sample: Sample, need: Callable[[str], None]
) -> None:
    need(engine)
    made = sample(cost, activation, 1)
    assert np.abs(run(made.recipe).cost).max() < LARGEST_COST
    assert agreeing(made.path, engine).formulas > 50


# Extremes.


def _plain_recipe(cost: str, activation: str, hidden: Sequence[str], **changes: Any) -> Recipe:
    """Two inputs, hidden layers of two units, two outputs or classes, three examples."""
    rows = [[1, 0, "no"], [0.5, -1, "yes"], [-1, 1, "no"]]
    layers = [{"units": 2, "activation": name} for name in (*hidden, activation)]
    content = {
        "data": {"columns": ["p", "q", "class"], "rows": rows},
        "label": "class",
        "layers": layers,
        "cost": cost,
        "eta": 0.01,
        "epochs": 2,
    }
    return from_mapping(content | changes)


def _check_extreme(made: Made) -> None:
    """The workbook agrees, and no activation shows an error while its weighted input is finite."""
    agreeing(made.path)
    [book] = ENGINES["ironcalc"].recalculate([made.path])

    def shown(kind: str, at: tuple[int, int, int], units: int) -> list[Value]:
        number, epoch, example = at
        first = made.example(f"{kind}{number}_1", epoch=epoch, example=example)
        row, column = coordinate_to_tuple(first[1])
        return book.values(first[0], row, column, 1, units)[0]

    network, examples = made.layout.network, made.layout.examples
    for number, layer in network.numbered():
        helped = network.activation(number).helper is not None
        for at in product([number], range(1, made.recipe.epochs + 2), range(1, examples + 1)):
            finite = [type(z) is float for z in shown("z", at, layer.units)]
            for kind in "ea" if helped else "a":
                for value, known in zip(shown(kind, at, layer.units), finite, strict=True):
                    assert type(value) is float or not (all(finite) if helped else known), at


def _extreme_starts() -> list[list[float]]:
    """Weights and biases of two inputs and two units: all huge, all of one sign, or mixed."""
    sizes = [0.0, 1e3, -1e3, 1e308, -1e308]
    return [[size] * 6 for size in sizes] + [
        [1e308, 0, 0, -1e308, 0, 0],
        [-1e308, 0, 1e3, 0, -1e3, 1e308],
        [1e3, -1e3, 0, -1e3, 1e3, 0],
    ]


@pytest.mark.exhaustive(ways=1)
@EVERY_PAIR
@pytest.mark.parametrize("index", [1, 3, 5])
def test_extreme_starting_weights_agree_and_saturate(
    cost: str, activation: str, index: int, tmp_path: Path
) -> None:
    row, hidden = _extreme_starts()[index], [HIDDEN[index % len(HIDDEN)]]
    start: dict[str, Any] = {}
    for number in (2, 3):
        start |= {f"w{number}": [row[0:2], row[3:5]], f"b{number}": [row[2], row[5]]}
    views = {} if index == 5 else {"views": []}
    recipe = _plain_recipe(cost, activation, hidden, start=start, **views)
    _check_extreme(_write(recipe, tmp_path / "extreme.xlsx"))


@pytest.mark.exhaustive(ways=1)
@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("index", range(8))
def test_extreme_starting_weights_saturate_every_hidden_activation(
    hidden: str, index: int, tmp_path: Path
) -> None:
    row = _extreme_starts()[index]
    start = {"w2": [row[0:2], row[3:5]], "b2": [row[2], row[5]], "w3": [[1, 0], [0, 1]]}
    start["b3"] = [0.0, 0.0]
    views = {} if index == 0 else {"views": []}
    recipe = _plain_recipe("cross-entropy", "softmax", [hidden], start=start, **views)
    _check_extreme(_write(recipe, tmp_path / "extreme.xlsx"))


WITH_NUMBERS = [pair for pair in PAIRS if not find_cost(*pair).needs_classes]
EVERY_PAIR_WITH_NUMBERS = pytest.mark.parametrize(("cost", "activation"), WITH_NUMBERS)


@pytest.mark.exhaustive(quick=3)
@EVERY_PAIR_WITH_NUMBERS
def test_one_example_agrees(cost: str, activation: str, tmp_path: Path) -> None:
    outputs = 2 if ACTIVATIONS[activation].helper else 1
    names = [f"out{k}" for k in range(outputs)]
    data = {"columns": ["p", *names], "rows": [[0.5, *([1.0, 0.0][:outputs])]]}
    layers = [{"units": 1, "activation": "tanh"}, {"units": outputs, "activation": activation}]
    recipe = from_mapping(
        {
            "data": data,
            "targets": names,
            "layers": layers,
            "cost": cost,
            "eta": 0.1,
            "epochs": 2,
        }
    )
    _check_extreme(_write(recipe, tmp_path / "one.xlsx"))


@pytest.mark.exhaustive(quick=3)
@EVERY_PAIR_WITH_NUMBERS
@pytest.mark.parametrize("target", [-3.0, 5.0])
def test_targets_outside_the_range_of_the_outputs_agree(
    cost: str, activation: str, target: float, tmp_path: Path
) -> None:
    data = {"columns": ["p", "q", "u", "v"], "rows": [[1, 0, target, 0.5], [0, 1, 1e6, target]]}
    recipe = _plain_recipe(cost, activation, ["tanh"], data=data, label="", targets=["u", "v"])
    _check_extreme(_write(recipe, tmp_path / "outside.xlsx"))


@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hundred_layers_of_one_unit_agree(hidden: str, tmp_path: Path) -> None:
    data = {"columns": ["p", "y"], "rows": [[0.5, 0.25], [-1.0, 0.75]]}
    layers = [{"units": 1, "activation": hidden}] * 100
    recipe = from_mapping(
        {
            "data": data,
            "targets": ["y"],
            "layers": layers,
            "eta": 0.05,
            "epochs": 2,
            "views": [],
        }
    )
    _check_extreme(_write(recipe, tmp_path / "deep.xlsx"))
