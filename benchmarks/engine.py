"""How long a step of the engine takes beside torch: forward, backward, each example's gradients.

Both compute in float64 from the same parameters and data, and before the clock starts their
gradients must agree. The engine writes x, t, z, a, C, δ and ∂C/∂w of every example into one
array, a row per example, as it does in a training. torch gives ∂C/∂w alone, by vmap(grad(cost)): as
a tensor of its own per weight matrix and bias vector, and once more copied into rows like the
engine's. They take turns within one process, some steps at a time; each number of threads has a
process of its own. The networks are dense ones of sigmoid units, the larger with scikit-learn's
digits where it is installed and else with drawn numbers, and the convolutional one of the lesson
cnn with its own data and starting parameters.
"""

from collections.abc import Iterator

from common import Benchmark, medians

EXAMPLES = {"12-3-2": 64, "64-16-10": 1_797, "cnn": 96}  # by network
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
TINY = {"12-3-2": 8, "cnn": 8}
RUNS, TURNS, STEPS = 3, 15, 20


def measure(name: str, examples: int, turns: int, steps: int) -> dict[str, float]:
    from beside_torch import take_turns  # not above: --help needs no torch

    return take_turns(name, examples, turns, steps)


def table(tiny: bool) -> Iterator[str]:
    yield (
        "| network | examples | threads | engine | torch | torch / engine "
        "| torch, in rows | in rows / engine |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for name, examples in (TINY if tiny else EXAMPLES).items():
        for environment in ({},) if tiny else ({}, ONE_THREAD):
            runs, turns, steps = (0, 1, 1) if tiny else (RUNS, TURNS, STEPS)
            result = medians(runs, measure, name, examples, turns, steps, **environment)
            engine, alone, rows = (result[key] * 1e3 for key in ("engine", "torch", "rows"))
            yield (
                f"| {name} | {result['examples']:,.0f} | {result['threads']:.0f} | {engine:.3f} ms "
                f"| {alone:.3f} ms | {result['ratio']:.2f} "
                f"| {rows:.3f} ms | {result['rows ratio']:.2f} |"
            )


if __name__ == "__main__":
    others = ("numpy", "scikit-learn")
    Benchmark("engine", __doc__, {"torch": "torch"}, table, others).main()
