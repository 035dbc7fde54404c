"""Batch normalization as it is once its statistics are known: PyTorch's in evaluation mode.

    forward    z = γ (a − μ) / √(v + ε) + β
    backward   ∂C/∂a = δ γ / √(v + ε)
    gradient   ∂C/∂γ = Σ δ (a − μ) / √(v + ε),  ∂C/∂β = Σ δ

Each unit of the layer before has γ, β, μ and v of its own; of maps each map, and the sums go over
its cells. γ and β are trained, or fixed; the running mean μ, the running variance v and ε are
numbers that stand beside them on the sheets and never change. Source: Ioffe and Szegedy 2015,
algorithm 2.
"""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import Array
from xlbackprop.network.activations import LEAK
from xlbackprop.network.layer import BlockCells, Cells, Shape, Source, maps_of
from xlbackprop.network.normalization_words import ROW, NormalizationWords
from xlbackprop.words.notation import map_labels, unit_labels

AFFINE = ("trained", "fixed")
EPSILON = 1e-5


class Numbers(NamedTuple):
    """The numbers of a layer, each (..., 1, units or maps, 1) beside (..., examples, maps, cells).

    Attributes:
        gamma: the scale.
        beta: the shift.
        mu: the running mean.
        root: √(v + ε).
    """

    gamma: Array
    beta: Array
    mu: Array
    root: Array


@dataclass(frozen=True)
class BatchNormalization(NormalizationWords):
    """A layer of batch normalization as a recipe describes it.

    Attributes:
        mean: running mean of each unit or map; empty for 0.
        variance: their running variance, at least 0; empty for 1.
        epsilon: what is added to each variance.
        activation: a name of ``ACTIVATIONS``.
        affine: whether γ and β are ``trained`` or ``fixed``.
        negative_slope: the slope of leaky-relu left of 0.
    """

    mean: tuple[float, ...] = ()
    variance: tuple[float, ...] = ()
    epsilon: float = EPSILON
    activation: str = "linear"
    affine: str = "trained"
    negative_slope: float = LEAK

    kinked = False
    mark = "N"
    arrays = ("gamma", "beta")
    wording = "normalized"

    @property
    def bias(self) -> str:
        """β is a bias; there is one for each unit."""
        return self.affine

    # What stands where.

    def output_shape(self, shape: Shape) -> Shape:
        """That of its source; a picture is a map."""
        return shape if len(shape) == 1 else maps_of(shape)

    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """z3_1, z3_2, ...; in maps z3N1_1_1, z3N1_1_2, ..."""
        shape = self.output_shape(source.shape)
        if len(shape) == 1:
            return unit_labels(letter, place, shape[0])
        return map_labels(f"{letter}{place}", shape)

    def parameter_rows(self, place: str, source: Source) -> tuple[tuple[str, ...], ...]:
        """gamma3_1, beta3_1, mu3_1, v3_1, ..., in maps gamma3N1, ...; at the end ε of all."""
        before = "_" if len(source.shape) == 1 else ""
        rows = range(1, self.rows(source.shape) + 1)
        own = (tuple(f"{name}{place}{before}{row}" for name in ROW) for row in rows)
        return (*own, (f"epsilon{place}",))

    def rows(self, shape: Shape) -> int:
        """Number of units or maps of the source."""
        return self.output_shape(shape)[0]

    def weight_headings(self, place: str, source: Source) -> tuple[str, ...]:
        """γ, β, μ, v, and ε behind those of the first unit."""
        return tuple(f"{name}{place}" for name in (*ROW, "epsilon"))

    def row_name(self, shape: Shape) -> str:
        """Numbers belong to a unit, or to a map."""
        return "unit" if len(shape) == 1 else "map"

    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """The first unit of each map."""
        cells = self.sharing(source.shape)
        return tuple(range(0, cells * self.rows(source.shape), cells))

    def sharing(self, shape: Shape) -> int:
        """Units that share their numbers: 1, or the cells of a map."""
        return prod(self.output_shape(shape)[1:])

    def stacked(self, place: str, source: Source) -> tuple[tuple[int, str], ...]:
        """μ and v stand above a, β and γ above z, ε below the first v."""
        z, units = self.unit_labels("z", place, source), self.parameter_units(source)
        places = list[tuple[int, str]]()
        for a, own in ((source.labels[unit], z[unit]) for unit in units):
            places += [(1, own), (0, own), (0, a), (1, a)]
        return (*places, (2, source.labels[0]))

    def trained(self, source: Source) -> NDArray[np.bool_]:
        """γ and β, unless they are fixed."""
        row = [name in self.arrays and self.affine == "trained" for name in ROW]
        return np.array([*row * self.rows(source.shape), False])

    def limits(self, source: Source) -> tuple[str, ...]:
        """No variance is below 0."""
        row = ["not negative" if name == "v" else "" for name in ROW]
        return (*row * self.rows(source.shape), "not negative")

    def weight_shape(self, shape: Shape) -> Shape:
        """One γ for each unit or map."""
        return (self.rows(shape),)

    def bias_shape(self, shape: Shape) -> Shape:
        """One β for each unit or map."""
        return (self.rows(shape),)

    def usual_start(self, shape: Shape) -> tuple[Array, Array]:
        """γ = 1 and β = 0."""
        return np.ones(self.rows(shape)), np.zeros(self.rows(shape))

    def fans(self, shape: Shape) -> tuple[int, int]:
        """Each unit looks at one value."""
        return 1, 1

    def pack(self, weights: Array, biases: Array) -> Array:
        """γ, β and the statistics as one row in the sheet's order."""
        rows = len(weights)
        mean = np.array(self.mean or [0.0] * rows)
        variance = np.array(self.variance or [1.0] * rows)
        table = np.stack([weights, biases, mean, variance], axis=-1)
        return np.append(table.ravel(), self.epsilon)

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """Rows in the sheet's order → γ and β, both (..., units or maps)."""
        table = self._table(parameters)
        return table[..., 0], table[..., 1]

    def with_numbers(self, parameters: Array) -> "BatchNormalization":
        """The layer with the statistics that a row has; usual ones are not written out."""
        _, _, mean, variance = self._table(parameters).T.tolist()
        return BatchNormalization(
            mean=tuple(mean) if any(mean) else (),
            variance=tuple(variance) if any(v != 1 for v in variance) else (),
            epsilon=float(parameters[-1]),
            activation=self.activation,
            affine=self.affine,
            negative_slope=self.negative_slope,
        )

    # The maths.

    @staticmethod
    def _table(parameters: Array) -> Array:
        """γ, β, μ and v of each unit or map, (..., units or maps, 4)."""
        return parameters[..., :-1].reshape(*parameters.shape[:-1], -1, len(ROW))

    def _numbers(self, parameters: Array) -> Numbers:
        table = self._table(parameters)[..., None, :, None, :]
        epsilon = parameters[..., -1][..., None, None, None]
        gamma, beta, mu, v = (table[..., i] for i in range(len(ROW)))
        return Numbers(gamma, beta, mu, np.sqrt(v + epsilon))

    def _by_row(self, values: Array, shape: Shape) -> Array:
        """Values by unit or map, (..., examples, units or maps, cells)."""
        return values.reshape(*values.shape[:-1], self.rows(shape), -1)

    def value(self, a: Array, parameters: Array, shape: Shape) -> Array:
        """z = γ (a − μ) / √(v + ε) + β, (..., examples, units)."""
        n = self._numbers(parameters)
        z = n.gamma * (self._by_row(a, shape) - n.mu) / n.root + n.beta
        return z.reshape(*z.shape[:-2], -1)

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """∂C/∂a = δ γ / √(v + ε), (..., examples, values)."""
        n = self._numbers(parameters)
        back = self._by_row(delta, shape) * n.gamma / n.root
        return back.reshape(*back.shape[:-2], -1)

    def gradient(
        self, delta: Array, a: Array, parameters: Array, shape: Shape, out: Array | None = None
    ) -> Array:
        """δ and source → ∂C/∂γ and ∂C/∂β of each example, 0 for what is no parameter of C."""
        n, d = self._numbers(parameters), self._by_row(delta, shape)
        gamma = (d * (self._by_row(a, shape) - n.mu)).sum(axis=-1) / n.root[..., 0]
        if out is None:
            out = np.empty((*gamma.shape[:-1], len(ROW) * gamma.shape[-1] + 1))
        out[...] = 0.0
        table = self._table(out)  # still the same memory
        table[..., 0], table[..., 1] = gamma, d.sum(axis=-1)
        return out

    def gradient_sum(self, delta: Array, a: Array, parameters: Array, shape: Shape) -> Array:
        """Σ∂C/∂(parameters) over the examples, (..., parameters)."""
        total: Array = self.gradient(delta, a, parameters, shape).sum(axis=-2)
        return total

    # The same as formulas.

    def _row_cells(self, place: str, source: Source, cells: Cells) -> list[list[str]]:
        """γ, β, μ and √(v + ε) of each unit or map as formula text."""
        *rows, [epsilon] = self.parameter_rows(place, source)
        found = []
        for labels in rows:
            gamma, beta, mu, v = map(cells.parameter, labels)
            found.append([gamma, beta, mu, f"SQRT({v}+{cells.parameter(epsilon)})"])
        return found

    def value_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """z, unit by unit."""
        rows, size = self._row_cells(place, source, cells), self.sharing(source.shape)
        return [
            f"{gamma}*({cells.value(label)}-{mu})/{root}+{beta}"
            for i, label in enumerate(source.labels)
            for gamma, beta, mu, root in [rows[i // size]]
        ]

    def passed_back_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂a of each value."""
        rows, size = self._row_cells(place, source, cells), self.sharing(source.shape)
        deltas = self.unit_labels("d", place, source)
        return [
            f"{cells.value(delta)}*{gamma}/{root}"
            for i, delta in enumerate(deltas)
            for gamma, _, _, root in [rows[i // size]]
        ]

    def gradient_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂γ and ∂C/∂β of one example; 0 for the statistics."""
        formulas = []
        for (first, last), (_, _, mu, root) in zip(
            self._ends(place, source), self._row_cells(place, source, cells), strict=True
        ):
            d, a = (cells.values(*labels) for labels in zip(first, last, strict=True))
            scale, shift = f"{d}*({a}-{mu})", d
            if ":" in d:
                scale, shift = f"SUMPRODUCT({d},{a}-{mu})", f"SUM({d})"
            formulas += [f"{scale}/{root}", shift, "0", "0"]
        return [*formulas, "0"]

    def gradient_sum_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """The same over the rows of all examples."""
        formulas = []
        for (first, last), (_, _, mu, root) in zip(
            self._ends(place, source), self._row_cells(place, source, cells), strict=True
        ):
            d, a = (cells.examples(*labels) for labels in zip(first, last, strict=True))
            formulas += [f"SUMPRODUCT({d},{a}-{mu})/{root}", f"SUM({d})", "0", "0"]
        return [*formulas, "0"]

    def _ends(self, place: str, source: Source) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """Labels of the first δ and a of each unit or map, and of the last ones."""
        deltas, size = self.unit_labels("d", place, source), self.sharing(source.shape)
        pairs = list(zip(deltas, source.labels, strict=True))
        return [(pairs[i], pairs[i + size - 1]) for i in self.parameter_units(source)]
