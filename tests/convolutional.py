"""Random convolutional networks for the tests, small enough for a workbook."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import find_cost
from xlbackprop.network.kinds import KINDS
from xlbackprop.network.layer import BIASES
from xlbackprop.network.pooling import TIES
from xlbackprop.network.updates import RULES, SCHEDULES
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe

Choose = Callable[[Sequence[Any]], Any]

HIDDEN = [name for name, entry in ACTIVATIONS.items() if entry.slope]
SMOOTH = ["sigmoid", "tanh", "softsign", "linear"]

SMALL = {"kind": "normal", "mean": 0.0, "sd": 0.7}
MAPS = [
    {"kind": "convolution", "filters": 2, "kernel": 3, "activation": "tanh", "bias": "shared"},
    {"kind": "average-pooling", "size": 2},
    {"units": 3},
]
STACKED = [
    {"kind": "convolution", "filters": 2, "kernel": 3, "padding": 1, "activation": "relu"},
    {"kind": "max-pooling", "size": 2, "ties": "split", "stride": 1},
    {"kind": "convolution", "filters": 3, "kernel": 2, "bias": "fixed"},
    {"units": 3, "activation": "softmax"},
]


def random_layers(shape: tuple[int, int], choose: Choose, hidden: Sequence[str]) -> list[Any]:
    """One or two convolutions, each perhaps with pooling behind it or, the first, before it."""
    shapes, layers = [shape], []

    def add(**fields: Any) -> None:
        layer = KINDS[fields["kind"]](**{k: x for k, x in fields.items() if k != "kind"})
        shapes.append(layer.output_shape(shapes[-1]))
        layers.append(fields)

    if choose([True, False, False]):
        _pool(add, shapes[-1], choose)
    for _ in range(choose([1, 1, 2])):
        rows, columns = shapes[-1][-2:]
        kernel = choose(range(1, min(rows, columns, 3) + 1))
        padding = choose([0, 0, 1, 2])
        free = [length + 2 * padding - kernel for length in (rows, columns)]
        strides = [s for s in (1, 2, 3) if all(n % s == 0 for n in free)]
        add(
            kind="convolution",
            filters=choose([1, 2]),
            kernel=kernel,
            stride=choose(strides),
            padding=padding,
            activation=choose(hidden),
            bias=choose(["trained", *BIASES]),
        )
        if choose([True, True, False]):
            _pool(add, shapes[-1], choose)
    return layers


def _pool(add: Callable[..., None], shape: tuple[int, ...], choose: Choose) -> None:
    """Pooling with a window and a stride that fit; windows may overlap or leave values out."""
    rows, columns = shape[-2:]
    kind, sizes = choose(["max-pooling", "max-pooling", "average-pooling"]), range(1, 4)
    fits = [
        (size, stride)
        for size in sizes
        for stride in (1, 2, 3)
        if size <= min(rows, columns) and (rows - size) % stride == (columns - size) % stride == 0
    ]
    size, stride = choose([(s, t) for s, t in fits if s > 1] or fits)
    ties = {"ties": choose(TIES)} if kind == "max-pooling" else {}
    add(kind=kind, size=size, stride=stride, **ties)


def random_pixels(
    shape: tuple[int, int], examples: int, numbers: np.random.Generator, look: str
) -> np.ndarray:
    """Pictures, (examples, pixels): grey, black and white, or striped: all rows are the same."""
    if look == "grey":
        return numbers.uniform(-1, 1, (examples, shape[0] * shape[1]))
    if look == "black and white":
        return numbers.integers(0, 2, (examples, shape[0] * shape[1])).astype(float)
    return np.tile(numbers.uniform(-1, 1, (examples, shape[1])), (1, shape[0]))


LOOKS = ("grey", "black and white", "striped")


def random_recipe(
    cost: str,
    activation: str,
    choose: Choose,
    *,
    hidden: Sequence[str] = tuple(HIDDEN),
    looks: Sequence[str] = LOOKS,
    **changes: Any,
) -> Recipe:
    """Pictures of 2 to 5 rows and columns, 2 to 4 examples, 1 or 2 epochs."""
    shape = (choose(range(2, 6)), choose(range(2, 6)))
    classes = find_cost(cost, activation).needs_classes
    several = classes or ACTIVATIONS[activation].helper is not None
    outputs = choose([2, 3] if several else [1, 2, 3])
    labelled = classes or choose([False, True])
    examples = choose(range(max(2, outputs if labelled else 2), 5))
    layers = random_layers(shape, choose, hidden)
    layers += [{"units": 2, "activation": choose(hidden)}] * choose([0, 0, 1])
    layers.append({"units": outputs, "activation": activation, "bias": choose(BIASES)})
    numbers = np.random.default_rng(choose(range(2**16)))
    x = random_pixels(shape, examples, numbers, choose(looks)).tolist()
    if labelled:
        names, targets = ["class"], {"label": "class"}
        answers: list[list[Any]] = [[f"class {n % outputs}"] for n in range(examples)]
    else:
        names = [f"out{k}" for k in range(outputs)]
        answers = numbers.uniform(-0.5, 1.5, (examples, outputs)).tolist()
        targets = {"targets": names}
    pixels = [f"pixel{i}" for i in range(len(x[0]))]
    rows = [row + answer for row, answer in zip(x, answers, strict=True)]
    content = {
        "data": {"columns": [*pixels, *names], "rows": rows},
        **targets,
        "image": list(shape),
        "layers": layers,
        "cost": cost,
        "rule": choose(list(RULES)),
        "schedule": choose(list(SCHEDULES)),
        "eta": choose([0.001, 0.01, 0.02]),
        "batch": choose(["full", "full", *range(1, examples + 1)]),
        "gradients": choose(["per-example", "summed"]),
        "epochs": choose([1, 1, 2]),
        "start": {"kind": "normal", "sd": 0.6},
        "seed": choose(range(2**16)),
    }
    return from_mapping(content | changes)
