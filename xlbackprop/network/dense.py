"""A dense layer: every unit sees every value of the layer before.

forward    z_j = Σ_i w_ji a_i + b_j
backward   ∂C/∂a_i = Σ_j w_ji δ_j
gradient   ∂C/∂w_ji = δ_j a_i,  ∂C/∂b_j = δ_j
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import LEAK
from xlbackprop.network.layer import BlockCells, Cells, Pairs, Shape, Source, times
from xlbackprop.network.weighted import Weighted
from xlbackprop.words.notation import position_indices, unit_labels


@dataclass(frozen=True)
class Dense(Weighted):
    """A dense layer as a recipe describes it.

    Attributes:
        units: number of units, at least 1.
        activation: a name of ``ACTIVATIONS``.
        bias: ``trained``, ``fixed`` at its starting value, ``shared`` by all units (and trained),
            or ``none``.
        negative_slope: the slope of leaky-relu left of 0.
    """

    units: int
    activation: str = "sigmoid"
    bias: str = "trained"
    negative_slope: float = LEAK

    @property
    def rows(self) -> int:
        """One row of weights per unit."""
        return self.units

    # What stands where. The values of maps are numbered by map, row and column: w4_1_2_2_1.

    def output_shape(self, shape: Shape) -> Shape:
        """(units,); any source will do."""
        return (self.units,)

    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """z2_1, z2_2, ..."""
        return unit_labels(letter, place, self.units)

    def weight_labels(self, place: str, row: int, source: Source) -> tuple[str, ...]:
        """w2_1_1, w2_1_2, ..."""
        return tuple(f"w{place}_{row}_{i}" for i in position_indices(source.shape))

    def weight_headings(self, place: str, source: Source) -> tuple[str, ...]:
        """Each weight stands under the value that it is multiplied by."""
        return source.labels

    @property
    def mark(self) -> str:
        """Its number will do."""
        return ""

    def row_name(self, shape: Shape) -> str:
        """A row belongs to a unit."""
        return "unit"

    def bias_label(self, place: str, row: int) -> str:
        """The unit's: b2_1."""
        return f"b{place}_{row}"

    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """Row j belongs to unit j."""
        return tuple(range(self.units))

    def weight_shape(self, shape: Shape) -> Shape:
        """(units, values of the source)."""
        return (self.units, prod(shape))

    def fans(self, shape: Shape) -> tuple[int, int]:
        """Each unit looks at all values, and all units look at each."""
        return prod(shape), self.units

    # The maths.

    def value(self, a: Array, parameters: Array, shape: Shape) -> Array:
        """z = W a + b, (..., examples, units)."""
        weights, biases = self.unpack(parameters)
        z: Array = a @ weights.swapaxes(-1, -2) + biases[..., None, :]
        return z

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """∂C/∂a = Wᵀ δ, (..., examples, values)."""
        weights, _ = self.unpack(parameters)
        slope: Array = delta @ weights
        return slope

    def seen(self, a: Array, shape: Shape) -> Array:
        """All values of the source."""
        return a

    def write_gradient(self, delta: Array, seen: Array, shape: Shape, out: Array) -> None:
        """∂C/∂w_ji = δ_j a_i."""
        np.einsum("...j,...i->...ji", delta, seen, out=out)  # faster than * on many short rows

    def row_sums(self, delta: Array) -> Array:
        """A row has one unit."""
        return delta

    def gradient_sum(self, delta: Array, a: Array, parameters: Array, shape: Shape) -> Array:
        """Σ∂C/∂(parameters) over the examples, (..., parameters)."""
        return self.packed_sum(delta.swapaxes(-1, -2) @ a, delta)

    # The same as formulas.

    def value_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """z_j: SUMPRODUCT of the source with the unit's weights, plus its bias."""
        inputs = cells.values(source.labels[0], source.labels[-1])
        formulas = []
        for row in range(1, self.units + 1):
            labels = self.weight_labels(place, row, source)
            product = times(inputs, cells.parameters(labels[0], labels[-1]))
            formulas.append(product + self.bias_term(place, row, cells))
        return formulas

    def passed_back_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂a_i: a sum with one term per unit."""
        deltas = [cells.value(label) for label in unit_labels("d", place, self.units)]
        rows = [self.weight_labels(place, row, source) for row in range(1, self.units + 1)]
        sums = []
        for weights in zip(*rows, strict=True):
            terms = [f"{d}*{cells.parameter(w)}" for d, w in zip(deltas, weights, strict=True)]
            sums.append(terms[0] if len(terms) == 1 else f"({'+'.join(terms)})")
        return sums

    def gradient_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """δ_j a_i and δ_j."""
        deltas = [cells.value(label) for label in unit_labels("d", place, self.units)]
        formulas = []
        for delta in deltas:
            formulas += [f"{delta}*{cells.value(label)}" for label in source.labels]
            formulas += [delta] if self.own_bias else []
        return formulas + (["+".join(deltas)] if self.bias == "shared" else [])

    def gradient_sum_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """SUMPRODUCT of the columns of δ_j and a_i, and the sum of δ_j."""
        deltas = unit_labels("d", place, self.units)
        formulas = []
        for delta in deltas:
            column = cells.examples(delta, delta)
            formulas += [
                f"SUMPRODUCT({column},{cells.examples(label, label)})" for label in source.labels
            ]
            formulas += [f"SUM({column})"] if self.own_bias else []
        shared = f"SUM({cells.examples(deltas[0], deltas[-1])})"
        return formulas + ([shared] if self.bias == "shared" else [])

    def value_terms(self, place: str, source: Source, unit: int) -> Pairs:
        """w_ji and a_i."""
        return tuple(zip(self.weight_labels(place, unit + 1, source), source.labels, strict=True))

    def passed_back_terms(self, place: str, source: Source, value: int) -> Pairs:
        """δ_j and w_ji."""
        rows = range(1, self.units + 1)
        weights = [self.weight_labels(place, row, source)[value] for row in rows]
        return tuple(zip(unit_labels("d", place, self.units), weights, strict=True))

    def gradient_terms(self, place: str, source: Source, row: int, weight: int) -> Pairs:
        """δ_j and a_i."""
        return ((unit_labels("d", place, self.units)[row], source.labels[weight]),)

    def value_equation(self, up: str, source: str) -> str:
        """z_j = Σ_i w_ji a_i + b_j."""
        return self.with_bias(f"z{up}ⱼ = Σᵢ w{up}ⱼᵢ {source}", f"b{up}ⱼ")

    def passed_back_equation(self, up: str) -> str:
        """Σ_j δ_j w_ji."""
        return f"(Σⱼ δ{up}ⱼ w{up}ⱼᵢ)"

    def gradient_equation(self, up: str, source: str) -> str:
        """∂C/∂w_ji = δ_j a_i, ∂C/∂b_j = δ_j."""
        bias = {"none": "", "fixed": "", "shared": f"   ∂C/∂b{up} = Σⱼ δ{up}ⱼ"}
        own = f"   ∂C/∂b{up}ⱼ = δ{up}ⱼ"
        return f"∂C/∂w{up}ⱼᵢ = δ{up}ⱼ {source}" + bias.get(self.bias, own)

    def sum_equations(self) -> tuple[str, ...]:
        """Σ∂C/∂w_ji = Σ δ_j a_i, Σ∂C/∂b_j = Σ δ_j."""
        biases = {"trained": ("Σ ∂C/∂bⱼ = Σ δⱼ",), "shared": ("Σ ∂C/∂b = Σ Σⱼ δⱼ",)}
        return ("Σ ∂C/∂wⱼᵢ = Σ δⱼ aᵢ", *biases.get(self.bias, ()))
