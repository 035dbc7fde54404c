"""Gradients of random convolutional networks: finite differences, and torch."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from convolutional import SMOOTH, random_recipe
from wanting import package

from xlbackprop.network.pooling import MaxPooling
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.training.engine import run

Array = np.ndarray
COSTS = [
    ("squared-error", "sigmoid"),
    ("squared-error", "softmax"),
    ("cross-entropy", "sigmoid"),
    ("cross-entropy", "softmax"),
    ("squared-error", "linear"),
]
SEEDS = range(60)


def _seeded(seed: int, **fields: Any) -> Recipe:
    cost, activation = COSTS[seed % len(COSTS)]
    choose = random.Random(f"convolutional {seed}").choice
    fixed = {"batch": "full", "epochs": 1, "rule": "gradient-descent", "schedule": "constant"}
    return random_recipe(cost, activation, choose, **fixed, **fields)


# Finite differences.


def _costs(recipe: Recipe, parameters: Array) -> Array:
    """C_T for each row of parameters."""
    network = network_of(recipe)
    x, t = (np.tile(part, (len(parameters), 1, 1)) for part in (recipe.x(), recipe.t()))
    return network.forward(parameters, x, t, lambda key, computed: computed)["C"].sum(axis=(1, 2))


def _slopes(recipe: Recipe) -> Array:
    """Central differences of C_T; 0 for parameters that aren't trained."""
    step = 1e-5
    start = recipe.start_parameters()
    moved = step * np.eye(len(start))
    slopes = (_costs(recipe, start + moved) - _costs(recipe, start - moved)) / (2 * step)
    return slopes * network_of(recipe).trained


def _with_ties(recipe: Recipe, ties: str) -> Recipe:
    layers = tuple(
        replace(layer, ties=ties) if isinstance(layer, MaxPooling) else layer
        for layer in recipe.layers
    )
    return recipe.changed(layers=layers)


def _error(recipe: Recipe) -> float:
    """The largest difference between the gradient and its finite difference."""
    return float(np.abs(run(recipe).gradient[0] - _slopes(recipe)).max())


@pytest.mark.parametrize(("ties", "gradients"), [("first", "per-example"), ("split", "summed")])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_gradient_is_the_central_difference_of_the_cost(
    seed: int, ties: str, gradients: str
) -> None:
    recipe = _seeded(seed, hidden=SMOOTH, looks=["grey"], gradients=gradients)
    recipe = _with_ties(recipe, ties)  # patches wholly beyond the edge are equal
    assert _error(recipe) < 1e-8


def test_nearly_all_of_the_networks_have_something_to_learn() -> None:
    recipes = [_seeded(seed, hidden=SMOOTH, looks=["grey"]) for seed in SEEDS]
    sizes = [np.abs(run(recipe).gradient[0]).max() for recipe in recipes]
    assert sum(size > 1e-3 for size in sizes) >= 0.95 * len(SEEDS)


def _striped(seed: int, *, filters: int = 2) -> Recipe:
    """All rows of a picture are the same, so all rows of a map are: every window has ties."""
    choose = random.Random(f"striped {seed}").choice
    size, kernel = choose([2, 3]), choose([1, 2])
    overlap = choose([True, False])
    positions = size + (choose([1, 2]) if overlap else size)
    layers = [
        {
            "kind": "convolution",
            "filters": filters,
            "kernel": kernel,
            "activation": choose(SMOOTH),
            "bias": choose(["trained", "shared", "none"]),
        },
        {"kind": "max-pooling", "size": size, "stride": 1 if overlap else size},
        {"units": 2},
    ]
    side, numbers = positions + kernel - 1, np.random.default_rng(seed)
    x = np.tile(numbers.uniform(-1, 1, (3, side)), (1, side))
    columns = [f"pixel{i}" for i in range(side**2)]
    rows = [[*row, f"class {n % 2}"] for n, row in enumerate(x.tolist())]
    return _recipe(columns, rows, side, layers, seed)


def _recipe(columns: list[str], rows: list[Any], side: int, layers: list[Any], seed: int) -> Recipe:
    return from_mapping(
        {
            "data": {"columns": [*columns, "class"], "rows": rows},
            "label": "class",
            "image": [side, side],
            "layers": layers,
            "eta": 0.1,
            "epochs": 1,
            "seed": seed,
        }
    )


@pytest.mark.parametrize("seed", range(20))
def test_first_and_split_are_gradients_where_equal_patches_tie_and_all_is_none(seed: int) -> None:
    recipe = _striped(seed)
    assert _error(_with_ties(recipe, "first")) < 1e-8
    assert _error(_with_ties(recipe, "split")) < 1e-8
    assert _error(_with_ties(recipe, "all")) > 1e-4


def test_without_ties_all_is_the_gradient_too() -> None:
    layers: list[Any] = [
        {"kind": "convolution", "filters": 2, "kernel": 2, "activation": "tanh"},
        {"kind": "max-pooling", "size": 2, "ties": "all"},
        {"units": 2},
    ]
    columns = [f"pixel{i}" for i in range(25)]
    x = np.random.default_rng(4).uniform(-1, 1, (4, 25)).tolist()
    rows = [[*row, f"class {n % 2}"] for n, row in enumerate(x)]
    recipe = _recipe(columns, rows, 5, layers, seed=4)
    assert _error(recipe) < 1e-8


# torch.


@pytest.fixture(scope="module")
def torch() -> Any:
    module = package("torch")
    module.set_num_threads(1)  # for so few numbers threads only wait for each other
    return module


def _torch_gradients(torch: Any, recipe: Recipe, parameters: Array) -> tuple[Array, Array]:
    """C and ∂C/∂w of each example, (examples,) and (examples, parameters)."""
    p = torch.tensor(parameters, requires_grad=True)
    a, rest = torch.tensor(recipe.x()), p
    a = a.reshape(len(a), 1, *recipe.image)
    for layer in recipe.layers:
        a, rest = _torch_layer(torch, layer, a, rest)
    assert len(rest) == 0
    t = torch.tensor(recipe.t())
    if recipe.cost == "squared-error":
        costs = ((t - a) ** 2).sum(dim=1) / 2
    else:
        terms = t * a.log()
        if recipe.layers[-1].activation == "sigmoid":
            terms = terms + (1 - t) * (1 - a).log()
        costs = -terms.sum(dim=1)
    rows = [torch.autograd.grad(c, p, retain_graph=True)[0].numpy() for c in costs]
    return costs.detach().numpy(), np.stack(rows)


def _torch_layer(torch: Any, layer: Any, a: Any, rest: Any) -> tuple[Any, Any]:
    """What a layer hands on, and the parameters that are left."""
    kind, f = type(layer).__name__, torch.nn.functional
    if kind == "MaxPooling":
        return f.max_pool2d(a, layer.size, layer.stride or layer.size), rest
    if kind == "AveragePooling":
        return f.avg_pool2d(a, layer.size, layer.stride or layer.size), rest
    rows = layer.filters if kind == "Convolution" else layer.units
    shape = (a.shape[1], layer.kernel, layer.kernel) if kind == "Convolution" else a[0].shape
    size, own = int(np.prod(shape)), layer.bias in ("trained", "fixed")
    table = rest[: rows * (size + own)].reshape(rows, size + own)
    rest = rest[rows * (size + own) :]
    weights, bias = table[:, :size], table[:, size] if own else torch.zeros(rows).double()
    if layer.bias == "shared":
        bias, rest = rest[:1].expand(rows), rest[1:]
    if kind == "Convolution":
        weights = weights.reshape(rows, *shape)
        z = f.conv2d(a, weights, bias, stride=layer.stride, padding=layer.padding)
    else:
        z = f.linear(a.flatten(1), weights, bias)
    activations = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softsign": f.softsign,
        "relu": torch.relu,
        "leaky-relu": lambda z: f.leaky_relu(z, 0.01),
        "elu": f.elu,
        "selu": f.selu,
        "gelu": lambda z: f.gelu(z, approximate="tanh"),
        "silu": f.silu,
        "softplus": f.softplus,
        "relu6": f.relu6,
        "hardtanh": f.hardtanh,
        "linear": lambda z: z,
        "softmax": lambda z: z.softmax(dim=1),
    }
    return activations[layer.activation](z), rest


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradients_of_each_example_agree_with_torch(seed: int, torch: Any) -> None:
    recipe = _with_ties(_seeded(seed, looks=["grey"], gradients="per-example"), "first")
    trace = run(recipe)
    for block, parameters in enumerate(trace.parameter_values):
        rows = trace.steps.rows(block)
        costs, wanted = _torch_gradients(torch, recipe, parameters)
        np.testing.assert_allclose(trace.group("C")[rows, 0], costs, rtol=1e-12, atol=1e-12)
        keys = [f"g{n}" for n, _ in trace.network.learning()]
        found = np.hstack([trace.group(key)[rows] for key in keys])
        wanted = wanted * trace.network.trained
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)
        total = wanted.sum(axis=0)
        np.testing.assert_allclose(trace.gradient[block], total, rtol=1e-12, atol=1e-12)


def test_the_random_networks_have_everything_that_a_layer_can_have() -> None:
    seen = set()
    for seed in SEEDS:
        recipe = _seeded(seed)
        for layer, shape in zip(recipe.layers, recipe.shapes(), strict=False):
            kind = type(layer).__name__
            step = getattr(layer, "step", getattr(layer, "stride", 0))
            seen |= {kind, (kind, "several maps", len(shape) == 3 and shape[0] > 1)}
            seen |= {(kind, name, getattr(layer, name, "")) for name in ("ties", "bias", "padding")}
            seen |= {(kind, "overlap", getattr(layer, "size", 0) > step)}
            seen |= {(kind, "stride", step)}
        seen |= {("convolutions", sum(type(x).__name__ == "Convolution" for x in recipe.layers))}
    assert {("convolutions", 1), ("convolutions", 2)} <= seen
    for kind in ("MaxPooling", "AveragePooling"):
        assert {(kind, "overlap", yes) for yes in (True, False)} <= seen
        assert {(kind, "several maps", yes) for yes in (True, False)} <= seen
    assert {("MaxPooling", "ties", ties) for ties in ("first", "split", "all")} <= seen
    for name, options in {
        "bias": ("trained", "fixed", "shared", "none"),
        "padding": (0, 1, 2),
        "stride": (1, 2, 3),
        "several maps": (True, False),
    }.items():
        assert {("Convolution", name, option) for option in options} <= seen
