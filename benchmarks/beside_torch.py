"""One step of the engine and the same of torch, timed in turn; see engine.py."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import torch
from torch.func import grad, vmap
from torch.nn.functional import conv2d, max_pool2d

import xlbackprop as xb
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.dense import Dense
from xlbackprop.network.network import Network
from xlbackprop.recipe.network import network_of
from xlbackprop.training.engine import _one_pass
from xlbackprop.training.trace import column_slices

Array = np.ndarray
Tensors = tuple[torch.Tensor, ...]

PAUSE = 0.05  # seconds, until the other's waiting threads leave the cores alone


@dataclass(frozen=True)
class Case:
    """What both compute.

    Attributes:
        network: ours.
        parameters: in the engine's order, (parameters,).
        x: (examples, inputs).
        t: (examples, outputs).
        outputs: theirs, from the tensors of weights and biases and the inputs of one example.
    """

    network: Network
    parameters: Array
    x: Array
    t: Array
    outputs: Callable[[Tensors, torch.Tensor], torch.Tensor]

    def tensors(self) -> Tensors:
        """Weights and biases of each layer, filters as maps × rows × columns."""
        tensors = []
        for number, layer in self.network.learning():
            weights, biases = layer.unpack(self.parameters[self.network.parameter_slice(number)])
            if isinstance(layer, Convolution):
                weights = weights.reshape(layer.filters, -1, layer.kernel, layer.kernel)
            tensors += [torch.tensor(weights), torch.tensor(biases)]
        return tuple(tensors)


def case_of(name: str, examples: int) -> Case:
    """A dense network by its units, as 12-3-2, or the one of a lesson."""
    return dense_case(name, examples) if "-" in name else lesson_case(name, examples)


def dense_case(name: str, examples: int) -> Case:
    inputs, hidden, outputs = map(int, name.split("-"))
    layers = (Dense(hidden), Dense(outputs))
    network = Network.of((inputs,), layers, "squared-error", answers=True)
    parameters = np.random.default_rng(2).normal(size=len(network.trained), scale=0.3)
    return Case(network, parameters, *data(inputs, outputs, examples), dense_outputs)


def dense_outputs(parameters: Tensors, x: torch.Tensor) -> torch.Tensor:
    w2, b2, w3, b3 = parameters
    return torch.sigmoid(w3 @ torch.sigmoid(w2 @ x + b2) + b3)


def lesson_case(lesson: str, examples: int) -> Case:
    recipe = xb.load(lesson)
    network, start = network_of(recipe), recipe.start_parameters()
    x, t = recipe.x()[:examples], recipe.t()[:examples]
    return Case(network, start, x, t, lesson_outputs)


def lesson_outputs(parameters: Tensors, x: torch.Tensor) -> torch.Tensor:
    w2, b2, w4, b4 = parameters
    maps = torch.sigmoid(conv2d(x.view(1, 6, 6), w2, b2))
    return torch.sigmoid(w4 @ max_pool2d(maps, 2).flatten() + b4)


def data(inputs: int, outputs: int, examples: int) -> tuple[Array, Array]:
    """x and t: scikit-learn's digits where they fit and it is installed, else drawn numbers."""
    random = np.random.default_rng(1)
    x, answers = random.random((examples, inputs)), random.integers(outputs, size=examples)
    if inputs == 64 and find_spec("sklearn"):
        from sklearn.datasets import load_digits

        x, answers = load_digits(return_X_y=True)
        x = x / 16
    return x[:examples], np.eye(outputs)[answers[:examples]]


def engine_step(case: Case) -> Callable[[], Array]:
    """A step that gives the gradients, (examples, parameters)."""
    network = case.network
    slices = column_slices((*network.forward_groups(), *network.backward_groups()))
    gradients = slice(slices["g2"].start, slices[f"g{network.last}"].stop)
    out = np.empty((len(case.x), gradients.stop))

    def step() -> Array:
        _one_pass(network, case.parameters, case.x, case.t, out, slices)
        return out[:, gradients]

    return step


def torch_step(case: Case) -> Callable[[], Tensors]:
    """A step that gives the gradients of each layer's weights and biases, (examples, ...)."""

    def cost(parameters: Tensors, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return ((t - case.outputs(parameters, x)) ** 2).sum() / 2

    gradients = vmap(grad(cost), in_dims=(None, 0, 0))
    parameters, x, t = case.tensors(), torch.tensor(case.x), torch.tensor(case.t)
    return lambda: gradients(parameters, x, t)


def rows_step(case: Case, step: Callable[[], Tensors]) -> Callable[[], Array]:
    """The same step, followed by writing the gradients into rows, (examples, parameters)."""
    out = torch.empty((len(case.x), len(case.parameters)), dtype=torch.float64)
    tables = [  # per layer, (examples, units or filters, weights and bias)
        out[:, case.network.parameter_slice(number)].unflatten(1, (layer.rows, -1))
        for number, layer in case.network.learning()
    ]

    def rows() -> Array:
        gradients = step()
        for table, w, b in zip(tables, gradients[::2], gradients[1::2], strict=True):
            table[..., :-1], table[..., -1] = w.flatten(2), b
        return out.numpy()

    return rows


def take_turns(name: str, examples: int, turns: int, steps: int) -> dict[str, float]:
    """Medians of both, here, over turns of some steps."""
    case = case_of(name, examples)
    ours, theirs = engine_step(case), torch_step(case)
    rows = rows_step(case, theirs)
    difference = np.abs(ours() - rows()).max()
    assert difference <= 1e-12, f"{name}: the gradients differ by {difference:.1e}"
    all_steps = (ours, theirs, rows)
    times = np.array([[seconds(step, steps) for step in all_steps] for _ in range(turns)])
    engine, alone, in_rows = np.median(times, axis=0).tolist()
    _, ratio, rows_ratio = np.median(times / times[:, :1], axis=0).tolist()
    return {
        "examples": len(case.x),
        "threads": torch.get_num_threads(),
        "engine": engine,
        "torch": alone,
        "ratio": ratio,
        "rows": in_rows,
        "rows ratio": rows_ratio,
    }


def seconds(step: Callable[[], object], steps: int) -> float:
    """Median of a turn's steps."""
    time.sleep(PAUSE)
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
