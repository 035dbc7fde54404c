"""A training in plain loops over numbers, written from the definitions and not from the package.

Of a recipe only its fields are read. Nothing is simplified: δ of an output is the sum of ∂C/∂a_k
times ∂a_k/∂z_j over all outputs k, whatever the cost and the activation.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from xlbackprop.recipe.recipe import Recipe

Numbers = list[float]
Parameters = dict[str, float]


@dataclass(frozen=True)
class Step:
    """What a step sees, before it changes the parameters.

    Attributes:
        parameters: by label, in the sheet's order.
        costs: C of each of its examples.
        gradient: Σ∂C/∂w over its examples, or the mean, by label; 0 for a fixed bias.
    """

    parameters: Parameters
    costs: Numbers
    gradient: Parameters


def train(recipe: Recipe, order: Sequence[Sequence[int]]) -> list[Step]:
    """Train a network; the last of the steps is all examples after the last update.

    Args:
        recipe: what to train; its epochs are not looked at.
        order: for each step its examples, counted from 0.
    """
    x, t = recipe.x().tolist(), recipe.t().tolist()
    labels = _labels(recipe)
    parameters = dict(zip(labels, recipe.start_parameters().tolist(), strict=True))
    memory: dict[str, dict[str, float]] = {label: {} for label in labels}
    steps = []
    for number, examples in enumerate([*order, range(len(x))], 1):
        costs, gradient = [], dict.fromkeys(labels, 0.0)
        for example in examples:
            cost, own = _one_example(recipe, parameters, x[example], t[example])
            costs.append(cost)
            for label, slope in own.items():
                gradient[label] += slope
        if recipe.reduction == "mean":
            gradient = {label: slope / len(examples) for label, slope in gradient.items()}
        steps.append(Step(parameters, costs, gradient))
        if number <= len(order):
            parameters = {
                label: w
                if _is_fixed(recipe, label)
                else _updated(
                    recipe, w, gradient[label] + _decay(recipe, label, w), number, memory[label]
                )
                for label, w in parameters.items()
            }
    return steps


def total_cost(recipe: Recipe, parameters: Parameters, examples: Sequence[int]) -> float:
    """C_T of some examples, counted from 0, with these parameters."""
    x, t = recipe.x().tolist(), recipe.t().tolist()
    total = math.fsum(_one_example(recipe, parameters, x[i], t[i])[0] for i in examples)
    return total / len(examples) if recipe.reduction == "mean" else total


def _labels(recipe: Recipe) -> list[str]:
    labels, before = [], len(recipe.inputs)
    for number, layer in enumerate(recipe.layers, 2):
        for j in range(1, layer.units + 1):
            labels += [f"w{number}_{j}_{i}" for i in range(1, before + 1)]
            labels += [f"b{number}_{j}"] if layer.bias in ("trained", "fixed") else []
        labels += [f"b{number}"] if layer.bias == "shared" else []
        before = layer.units
    return labels


def _is_fixed(recipe: Recipe, label: str) -> bool:
    number = int(label[1:].partition("_")[0])
    return label.startswith("b") and recipe.layers[number - 2].bias == "fixed"


def _bias(recipe: Recipe, number: int, unit: int) -> str:
    """Label of a unit's bias; empty where it has none."""
    kind = recipe.layers[number - 2].bias
    return {"none": "", "shared": f"b{number}"}.get(kind, f"b{number}_{unit}")


# One example, forward and back.


def _one_example(
    recipe: Recipe, parameters: Parameters, x: Numbers, t: Numbers
) -> tuple[float, Parameters]:
    z, a = {}, {1: x}
    last = len(recipe.layers) + 1
    for number, layer in enumerate(recipe.layers, 2):
        z[number] = []
        for j in range(1, layer.units + 1):
            bias = _bias(recipe, number, j)
            total = parameters[bias] if bias else 0.0
            for i, value in enumerate(a[number - 1], 1):
                total += parameters[f"w{number}_{j}_{i}"] * value
            z[number].append(total)
        a[number] = VALUES[layer.activation](z[number])
    cost, slopes = COSTS[recipe.cost, recipe.layers[-1].activation](t, a[last])
    factor = 2 if (recipe.cost, recipe.cost_factor) == ("squared-error", 1) else 1
    factor /= len(t) if recipe.output_reduction == "mean" else 1
    cost, slopes = cost * factor, [slope * factor for slope in slopes]
    delta = {}
    for number in range(last, 1, -1):
        if number < last:
            above = recipe.layers[number - 1].units
            slopes = [
                sum(
                    delta[number + 1][j] * parameters[f"w{number + 1}_{j + 1}_{i}"]
                    for j in range(above)
                )
                for i in range(1, len(z[number]) + 1)
            ]
        table = _jacobian(recipe.layers[number - 2].activation, z[number], a[number])
        delta[number] = [
            sum(slope * row[j] for slope, row in zip(slopes, table, strict=True))
            for j in range(len(z[number]))
        ]
    return cost, _gradient(recipe, delta, a)


def _gradient(recipe: Recipe, delta: Mapping[int, Numbers], a: Mapping[int, Numbers]) -> Parameters:
    gradient = dict.fromkeys(_labels(recipe), 0.0)
    for number, errors in delta.items():
        for j, error in enumerate(errors, 1):
            for i, value in enumerate(a[number - 1], 1):
                gradient[f"w{number}_{j}_{i}"] += error * value
            bias = _bias(recipe, number, j)
            if bias and not _is_fixed(recipe, bias):
                gradient[bias] += error
    return gradient


# Activations: all outputs of a layer from all its weighted inputs, and ∂a_k/∂z_j.


def _each(function: Callable[[float], float]) -> Callable[[Numbers], Numbers]:
    return lambda z: [function(number) for number in z]


def _softmax(z: Numbers) -> Numbers:
    total = sum(math.exp(number) for number in z)
    return [math.exp(number) / total for number in z]


SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772  # of selu, as its paper has them


def _bent(z: float) -> float:
    """What gelu takes tanh of."""
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


VALUES: Mapping[str, Callable[[Numbers], Numbers]] = {
    "sigmoid": _each(lambda z: 1 / (1 + math.exp(-z))),
    "tanh": _each(lambda z: math.sinh(z) / math.cosh(z)),
    "softsign": _each(lambda z: z / (1 + abs(z))),
    "relu": _each(lambda z: z if z > 0 else 0.0),
    "leaky-relu": _each(lambda z: z if z > 0 else z / 100),
    "elu": _each(lambda z: z if z > 0 else math.exp(z) - 1),
    "selu": _each(lambda z: SCALE * (z if z > 0 else ALPHA * (math.exp(z) - 1))),
    "gelu": _each(lambda z: z / 2 * (1 + math.tanh(_bent(z)))),
    "silu": _each(lambda z: z / (1 + math.exp(-z))),
    "softplus": _each(lambda z: math.log(1 + math.exp(z))),
    "relu6": _each(lambda z: sorted((0.0, z, 6.0))[1]),
    "hardtanh": _each(lambda z: sorted((-1.0, z, 1.0))[1]),
    "linear": _each(lambda z: z),
    "softmax": _softmax,
}
SLOPES: Mapping[str, Callable[[float], float]] = {
    "sigmoid": lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
    "tanh": lambda z: 1 / math.cosh(z) ** 2,
    "softsign": lambda z: 1 / (1 + abs(z)) ** 2,
    "relu": lambda z: 1.0 if z > 0 else 0.0,
    "leaky-relu": lambda z: 1.0 if z > 0 else 0.01,
    "elu": lambda z: 1.0 if z > 0 else math.exp(z),
    "selu": lambda z: SCALE * (1.0 if z > 0 else ALPHA * math.exp(z)),
    "gelu": lambda z: (
        (1 + math.tanh(_bent(z))) / 2
        + z / 2 / math.cosh(_bent(z)) ** 2 * math.sqrt(2 / math.pi) * (1 + 0.134145 * z * z)
    ),
    "silu": lambda z: (1 + math.exp(-z) + z * math.exp(-z)) / (1 + math.exp(-z)) ** 2,
    "softplus": lambda z: 1 / (1 + math.exp(-z)),
    "relu6": lambda z: float(0 < z < 6),
    "hardtanh": lambda z: float(-1 < z < 1),
    "linear": lambda z: 1.0,
}


def _jacobian(activation: str, z: Numbers, a: Numbers) -> list[Numbers]:
    """∂a_k/∂z_j in row k, column j."""
    units = range(len(z))
    if activation == "softmax":
        return [[a[k] * ((k == j) - a[j]) for j in units] for k in units]
    return [[SLOPES[activation](z[k]) if k == j else 0.0 for j in units] for k in units]


# Costs: C and ∂C/∂a_k from targets and outputs.

Costing = Callable[[Numbers, Numbers], tuple[float, Numbers]]


def _squared(t: Numbers, a: Numbers) -> tuple[float, Numbers]:
    pairs = list(zip(t, a, strict=True))
    return sum((u - v) ** 2 for u, v in pairs) / 2, [v - u for u, v in pairs]


def _absolute(t: Numbers, a: Numbers) -> tuple[float, Numbers]:
    pairs = list(zip(t, a, strict=True))
    return sum(abs(u - v) for u, v in pairs), [float((v > u) - (v < u)) for u, v in pairs]


def _yes_or_no(t: Numbers, a: Numbers) -> tuple[float, Numbers]:
    pairs = list(zip(t, a, strict=True))
    cost = -sum(u * math.log(v) + (1 - u) * math.log(1 - v) for u, v in pairs)
    return cost, [-u / v + (1 - u) / (1 - v) for u, v in pairs]


def _one_class(t: Numbers, a: Numbers) -> tuple[float, Numbers]:
    pairs = list(zip(t, a, strict=True))
    return -sum(u * math.log(v) for u, v in pairs), [-u / v for u, v in pairs]


def _hinge(t: Numbers, a: Numbers) -> tuple[float, Numbers]:
    right, cost, slopes = t.index(1), 0.0, [0.0] * len(t)
    for k in range(len(t)):
        if k != right and (lack := a[k] - a[right] + 1) > 0:
            cost += lack
            slopes[k] += 1
            slopes[right] -= 1
    return cost, slopes


COSTS: Mapping[tuple[str, str], Costing] = {
    **{("squared-error", name): _squared for name in VALUES},
    **{("absolute-error", name): _absolute for name in VALUES},
    **{("hinge", name): _hinge for name in VALUES},
    ("cross-entropy", "sigmoid"): _yes_or_no,
    ("cross-entropy", "softmax"): _one_class,
}


# Update rules: one number after one step, as the papers write them.


def _rate(recipe: Recipe, k: int) -> float:
    settings = dict(recipe.settings)
    if recipe.schedule == "step":
        return recipe.eta * settings["drop"] ** int((k - 1) // settings["every"])
    if recipe.schedule == "inverse-time":
        return recipe.eta / (1 + settings["slowdown"] * (k - 1))
    assert recipe.schedule == "constant"
    return recipe.eta


def _decay(recipe: Recipe, label: str, w: float) -> float:
    """What weight decay adds to the gradient of a parameter."""
    decays = label.startswith("w") or recipe.decay_biases
    return dict(recipe.settings).get("weight_decay", 0.0) * w if decays else 0.0


def _updated(recipe: Recipe, w: float, g: float, k: int, memory: dict[str, float]) -> float:
    """The parameter after step k; ``memory`` is what the rule remembers of it."""
    settings, eta = dict(recipe.settings), _rate(recipe, k)
    old = {name: memory.get(name, 0.0) for name in ("velocity", "mean", "square")}
    if recipe.rule == "gradient-descent":
        return w - eta * g
    if recipe.rule in ("momentum", "nesterov"):
        memory["velocity"] = velocity = settings["momentum"] * old["velocity"] + g
        ahead = g + settings["momentum"] * velocity
        return w - eta * (ahead if recipe.rule == "nesterov" else velocity)
    if recipe.rule == "adagrad":
        memory["square"] = old["square"] + g * g
        return w - eta * g / (math.sqrt(memory["square"]) + settings["epsilon"])
    kept = settings["beta_2"]
    memory["square"] = square = kept * old["square"] + (1 - kept) * g * g
    if recipe.rule == "rmsprop":
        return w - eta * g / (math.sqrt(square) + settings["epsilon"])
    assert recipe.rule == "adam"
    memory["mean"] = settings["beta_1"] * old["mean"] + (1 - settings["beta_1"]) * g
    mean, square = memory["mean"] / (1 - settings["beta_1"] ** k), square / (1 - kept**k)
    return w - eta * mean / (math.sqrt(square) + settings["epsilon"])
