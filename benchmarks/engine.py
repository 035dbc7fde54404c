"""How long a step of the engine takes beside torch: forward, backward, each example's gradients.

    python benchmarks/engine.py             print the table
    python benchmarks/engine.py --readme    and put it into the README

Both compute in float64 from the same parameters and data, and before the clock starts their
gradients must agree. The engine writes x, t, z, a, C, δ and ∂C/∂w of every example into one
array, a row per example, as it does in a training. torch gives ∂C/∂w alone, by vmap(grad(cost)): as
a tensor of its own per weight matrix and bias vector, and once more copied into rows like the
engine's. They take turns within one process, some steps at a time; each number of threads has a
process of its own.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np
from common import in_own_process, show

from xlbackprop.engine import _one_pass
from xlbackprop.network.dense import Dense
from xlbackprop.network.network import Network
from xlbackprop.trace import column_slices

try:
    import torch
    from torch.func import grad, vmap
except ImportError:
    sys.exit("This benchmark compares with torch, which is not installed: pip install torch.")

Array = np.ndarray
Tensors = tuple[torch.Tensor, ...]

SIZES = {"12-3-2": 64, "64-16-10": 1_797}  # units and examples
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
TURNS, STEPS = 15, 20
PAUSE = 0.05  # seconds, until the other's waiting threads leave the cores alone


def data(inputs: int, outputs: int, examples: int) -> tuple[Array, Array]:
    """x and t: scikit-learn's digits where they fit and it is installed, else drawn numbers."""
    random = np.random.default_rng(1)
    x, answers = random.random((examples, inputs)), random.integers(outputs, size=examples)
    if inputs == 64 and find_spec("sklearn"):
        from sklearn.datasets import load_digits

        x, answers = load_digits(return_X_y=True)
        x = x / 16
    return x, np.eye(outputs)[answers]


def engine_step(network: Network, parameters: Array, x: Array, t: Array) -> Callable[[], Array]:
    """A step that gives the gradients, (examples, parameters)."""
    slices = column_slices((*network.forward_groups(), *network.backward_groups()))
    gradients = slice(slices["g2"].start, slices[f"g{network.last}"].stop)
    out = np.empty((len(x), gradients.stop))

    def step() -> Array:
        _one_pass(network, parameters, x, t, out, slices)
        return out[:, gradients]

    return step


def torch_step(network: Network, parameters: Array, x: Array, t: Array) -> Callable[[], Tensors]:
    """A step that gives the gradients of each layer's weights and biases, (examples, ...)."""

    def cost(weights: Tensors, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        w2, b2, w3, b3 = weights
        a2 = torch.sigmoid(w2 @ x + b2)
        a3 = torch.sigmoid(w3 @ a2 + b3)
        return ((t - a3) ** 2).sum() / 2

    gradients = vmap(grad(cost), in_dims=(None, 0, 0))
    arrays = [
        array
        for number, layer in network.numbered()
        for array in layer.unpack(parameters[network.parameter_slice(number)])
    ]
    weights = tuple(torch.tensor(array) for array in arrays)
    inputs, targets = torch.tensor(x), torch.tensor(t)
    return lambda: gradients(weights, inputs, targets)


def rows_step(network: Network, step: Callable[[], Tensors], examples: int) -> Callable[[], Array]:
    """The same step, followed by writing the gradients into rows, (examples, parameters)."""
    out = torch.empty((examples, len(network.trained)), dtype=torch.float64)
    tables = [  # per layer, (examples, units, inputs and bias)
        out[:, network.parameter_slice(number)].unflatten(1, (layer.units, -1))
        for number, layer in network.numbered()
    ]

    def rows() -> Array:
        w2, b2, w3, b3 = step()
        for table, w, b in zip(tables, (w2, w3), (b2, b3), strict=True):
            table[..., :-1], table[..., -1] = w, b
        return out.numpy()

    return rows


def measure(name: str) -> dict[str, float]:
    """Both take turns, here."""
    inputs, hidden, outputs = map(int, name.split("-"))
    layers = (Dense(hidden), Dense(outputs))
    network = Network.of((inputs,), layers, "squared-error", answers=True)
    parameters = np.random.default_rng(2).normal(size=len(network.trained), scale=0.3)
    x, t = data(inputs, outputs, SIZES[name])
    ours, theirs = (step(network, parameters, x, t) for step in (engine_step, torch_step))
    rows = rows_step(network, theirs, len(x))
    difference = np.abs(ours() - rows()).max()
    assert difference <= 1e-12, f"{name}: the gradients differ by {difference:.1e}"
    turns = np.array([[seconds(step) for step in (ours, theirs, rows)] for _ in range(TURNS)])
    engine, alone, in_rows = np.median(turns, axis=0).tolist()
    _, ratio, rows_ratio = np.median(turns / turns[:, :1], axis=0).tolist()
    return {
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
    for name, examples in SIZES.items():
        for environment in ({}, ONE_THREAD):
            result = in_own_process(3, name, **environment)
            engine, alone, rows = (result[key] * 1e3 for key in ("engine", "torch", "rows"))
            yield (
                f"| {name} | {examples:,} | {result['threads']:.0f} | {engine:.3f} ms "
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
    if sys.argv[1:] and sys.argv[1] in SIZES:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
