"""How long a step of the engine takes beside torch: forward, backward, each example's gradients.

    python benchmarks/engine.py             print the table
    python benchmarks/engine.py --readme    and put it into the README

Both compute in float64 from the same parameters and data, and before the clock starts their
gradients must agree. The engine writes x, t, z, a, C, δ and ∂C/∂w of every example into one
array, a row per example, as it does in a training. torch gives ∂C/∂w alone, by vmap(grad(cost)): as
a tensor of its own per weight matrix and bias vector, and once more copied into rows like the
engine's. They take turns within one process, some steps at a time; each number of threads has a
process of its own. The networks are dense ones of sigmoid units, and the convolutional one of the
lesson cnn with its own data and starting parameters.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from common import in_own_process, show

import xlbackprop as xb
from xlbackprop.engine import _one_pass, network_of
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.dense import Dense
from xlbackprop.network.network import Network
from xlbackprop.trace import column_slices

try:
    import torch
    from torch.func import grad, vmap
    from torch.nn.functional import conv2d, max_pool2d
except ImportError:
    sys.exit("This benchmark compares with torch, which is not installed: pip install torch.")

Array = np.ndarray
Tensors = tuple[torch.Tensor, ...]

DENSE = {"12-3-2": 64, "64-16-10": 1_797}  # units and examples
LESSON = "cnn"
NETWORKS = (*DENSE, LESSON)
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
TURNS, STEPS = 15, 20
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


def dense_case(name: str) -> Case:
    inputs, hidden, outputs = map(int, name.split("-"))
    layers = (Dense(hidden), Dense(outputs))
    network = Network.of((inputs,), layers, "squared-error", answers=True)
    parameters = np.random.default_rng(2).normal(size=len(network.trained), scale=0.3)
    return Case(network, parameters, *data(inputs, outputs, DENSE[name]), dense_outputs)


def dense_outputs(parameters: Tensors, x: torch.Tensor) -> torch.Tensor:
    w2, b2, w3, b3 = parameters
    return torch.sigmoid(w3 @ torch.sigmoid(w2 @ x + b2) + b3)


def lesson_case() -> Case:
    recipe = xb.load(LESSON)
    network, start = network_of(recipe), recipe.start_parameters()
    return Case(network, start, recipe.x(), recipe.t(), lesson_outputs)


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
    return x, np.eye(outputs)[answers]


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


def measure(name: str) -> dict[str, float]:
    """Both take turns, here."""
    case = lesson_case() if name == LESSON else dense_case(name)
    ours, theirs = engine_step(case), torch_step(case)
    rows = rows_step(case, theirs)
    difference = np.abs(ours() - rows()).max()
    assert difference <= 1e-12, f"{name}: the gradients differ by {difference:.1e}"
    turns = np.array([[seconds(step) for step in (ours, theirs, rows)] for _ in range(TURNS)])
    engine, alone, in_rows = np.median(turns, axis=0).tolist()
    _, ratio, rows_ratio = np.median(turns / turns[:, :1], axis=0).tolist()
    return {
        "examples": len(case.x),
        "threads": torch.get_num_threads(),
        "engine": engine,
        "torch": alone,
        "ratio": ratio,
        "rows": in_rows,
        "rows ratio": rows_ratio,
    }


def seconds(step: Callable[[], object]) -> float:
    """Median of a turn's steps."""
    time.sleep(PAUSE)
    times = []
    for _ in range(STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def table() -> Iterator[str]:
    yield (
        "| network | examples | threads | engine | torch | torch / engine "
        "| torch, in rows | in rows / engine |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name in NETWORKS:
        for environment in ({}, ONE_THREAD):
            result = in_own_process(3, name, **environment)
            engine, alone, rows = (result[key] * 1e3 for key in ("engine", "torch", "rows"))
            yield (
                f"| {name} | {result['examples']:,.0f} | {result['threads']:.0f} | {engine:.3f} ms "
                f"| {alone:.3f} ms | {result['ratio']:.2f} "
                f"| {rows:.3f} ms | {result['rows ratio']:.2f} |"
            )


def main() -> None:
    digits = "scikit-learn's digits" if find_spec("sklearn") else "drawn numbers"
    print(
        f"Larger data: {digits}; Python {sys.version.split()[0]}, numpy {np.__version__}, "
        f"torch {torch.__version__}.\n"
    )
    show("engine", table())


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in NETWORKS:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
