"""A dense layer: every unit sees every value of the layer before.

    forward    z_j = Σ_i w_ji a_i + b_j
    backward   ∂C/∂a_i = Σ_j w_ji δ_j
    gradient   ∂C/∂w_ji = δ_j a_i,  ∂C/∂b_j = δ_j

The parameters of a layer stand in one row of the sheet: unit 1's weights and bias, unit 2's
weights and bias, ... The arrays here keep that order. A bias that the layer shares is the last
parameter; a layer may also have none.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xlbackprop.notation import unit_labels

Array = NDArray[np.float64]


class Cells(Protocol):
    """Where symbols live in the sheet, as formula text."""

    def value(self, label: str) -> str:
        """The cell of a symbol in the formula's own row."""

    def values(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the formula's own row."""

    def parameter(self, label: str) -> str:
        """The cell of a parameter in the parameter row above."""

    def parameters(self, first: str, last: str) -> str:
        """The cells from one parameter to another in the parameter row above."""


class BlockCells(Cells, Protocol):
    """The same where the examples stand in a block of rows."""

    def examples(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the rows of all examples."""


BIASES = ("trained", "fixed", "shared", "none")


@dataclass(frozen=True)
class Dense:
    """A dense layer as a recipe describes it.

    Attributes:
        units: number of units, at least 1.
        activation: a name of ``ACTIVATIONS``.
        bias: ``trained``, ``fixed`` at its starting value, ``shared`` by all units (and trained),
            or ``none``.
    """

    units: int
    activation: str = "sigmoid"
    bias: str = "trained"

    def parameter_labels(self, number: int, inputs: int) -> tuple[str, ...]:
        """Labels in the sheet's order: w2_1_1 ... w2_1_n, b2_1, w2_2_1 ..."""
        return tuple(label for labels in self.parameter_rows(number, inputs) for label in labels)

    def parameter_rows(self, number: int, inputs: int) -> tuple[tuple[str, ...], ...]:
        """The same, unit by unit; a shared bias stands alone at the end."""
        rows = [
            tuple(f"w{number}_{j}_{i}" for i in range(1, inputs + 1))
            + ((f"b{number}_{j}",) if self._own_bias else ())
            for j in range(1, self.units + 1)
        ]
        return (*rows, (f"b{number}",)) if self.bias == "shared" else tuple(rows)

    @property
    def _own_bias(self) -> bool:
        return self.bias in ("trained", "fixed")

    def trained(self, inputs: int) -> NDArray[np.bool_]:
        """Which parameters training changes, in the sheet's order."""
        labels = self.parameter_labels(2, inputs)
        return np.array([self.bias != "fixed" or label.startswith("w") for label in labels])

    def weight_shape(self, inputs: int) -> tuple[int, ...]:
        """Shape of the weights as recipes give them: (units, inputs)."""
        return (self.units, inputs)

    def bias_shape(self) -> tuple[int, ...]:
        """Shape of the biases as recipes give them: (units,), or (1,) when shared; () for none."""
        return {"shared": (1,), "none": ()}.get(self.bias, (self.units,))

    def pack(self, weights: Array, biases: Array) -> Array:
        """Weights (units, inputs) and biases, shaped as above, as one row in the sheet's order."""
        if self._own_bias:
            return np.concatenate([weights, biases[:, None]], axis=1).ravel()
        return (
            np.concatenate([weights.ravel(), biases]) if self.bias == "shared" else weights.ravel()
        )

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """Rows in the sheet's order → weights (..., units, inputs) and biases (..., units or 1).

        A layer without bias has biases of 0.
        """
        leading = parameters.shape[:-1]
        if self._own_bias:
            table = parameters.reshape(*leading, self.units, -1)
            return table[..., :-1], table[..., -1]
        if self.bias == "shared":
            return parameters[..., :-1].reshape(*leading, self.units, -1), parameters[..., -1:]
        return parameters.reshape(*leading, self.units, -1), np.zeros((*leading, 1))

    # The maths. Leading axes (steps) are carried along.

    def weighted_input(self, a: Array, parameters: Array) -> Array:
        """Inputs (..., examples, inputs) and parameters (..., n) → z, (..., examples, units)."""
        weights, biases = self.unpack(parameters)
        z: Array = a @ weights.swapaxes(-1, -2) + biases[..., None, :]
        return z

    def passed_back(self, delta: Array, parameters: Array) -> Array:
        """δ, (..., examples, units) → ∂C/∂a of the layer before, (..., examples, inputs)."""
        weights, _ = self.unpack(parameters)
        slope: Array = delta @ weights
        return slope

    def gradient(self, delta: Array, a: Array, out: Array | None = None) -> Array:
        """δ and inputs → ∂C/∂(parameters) of each example, (..., examples, n).

        They are by far the most numbers of a pass, so ``out`` says where to write them; without
        it they get an array of their own.
        """
        if self._own_bias:  # the weight of an input that is always 1
            a = np.concatenate([a, np.ones((*a.shape[:-1], 1))], axis=-1)
        own, shared = self.units * a.shape[-1], self.bias == "shared"
        if out is None:
            out = np.empty((*delta.shape[:-1], own + shared))
        table = out[..., :own].reshape(*delta.shape, -1)  # still the same memory
        np.einsum("...j,...i->...ji", delta, a, out=table)  # faster than * on many short rows
        if shared:
            out[..., -1] = delta.sum(axis=-1)
        return out

    def gradient_sum(self, delta: Array, a: Array) -> Array:
        """δ and inputs → Σ∂C/∂(parameters) over the examples, (..., n)."""
        weights = delta.swapaxes(-1, -2) @ a
        total = delta.sum(axis=-2)
        if self._own_bias:
            weights = np.concatenate([weights, total[..., None]], axis=-1)
        rows = weights.reshape(*weights.shape[:-2], -1)
        if self.bias == "shared":
            return np.concatenate([rows, total.sum(axis=-1, keepdims=True)], axis=-1)
        return rows

    # The same as formulas. ``before`` are the labels of the layer before.

    def weighted_input_formula(
        self, number: int, unit: int, before: tuple[str, ...], cells: Cells
    ) -> str:
        """Excel text of z_j: SUMPRODUCT of the inputs with the unit's weights, plus its bias."""
        inputs = cells.values(before[0], before[-1])
        weights = cells.parameters(f"w{number}_{unit}_1", f"w{number}_{unit}_{len(before)}")
        product = f"SUMPRODUCT({inputs},{weights})" if len(before) > 1 else f"{inputs}*{weights}"
        if self.bias == "none":
            return product
        label = f"b{number}" if self.bias == "shared" else f"b{number}_{unit}"
        return f"{product}+{cells.parameter(label)}"

    def passed_back_formula(self, number: int, source: int, cells: Cells) -> str:
        """Excel text of ∂C/∂a_i of the layer before: a sum with one term per unit; a factor."""
        terms = [
            f"{cells.value(delta)}*{cells.parameter(f'w{number}_{j}_{source}')}"
            for j, delta in enumerate(unit_labels("d", number, self.units), 1)
        ]
        return terms[0] if len(terms) == 1 else f"({'+'.join(terms)})"

    def gradient_formulas(
        self, number: int, before: tuple[str, ...], cells: Cells
    ) -> tuple[str, ...]:
        """Excel text of ∂C/∂(parameter) of one example, in the sheet's order."""
        deltas = unit_labels("d", number, self.units)
        formulas = []
        for delta in map(cells.value, deltas):
            formulas += [f"{delta}*{cells.value(source)}" for source in before]
            formulas += [delta] if self._own_bias else []
        if self.bias == "shared":
            formulas.append("+".join(map(cells.value, deltas)))
        return tuple(formulas)

    def gradient_sum_formulas(
        self, number: int, before: tuple[str, ...], cells: BlockCells
    ) -> tuple[str, ...]:
        """Excel text of Σ∂C/∂(parameter) over the examples, in the sheet's order."""
        deltas = unit_labels("d", number, self.units)
        formulas = []
        for delta in deltas:
            column = cells.examples(delta, delta)
            formulas += [
                f"SUMPRODUCT({column},{cells.examples(source, source)})" for source in before
            ]
            formulas += [f"SUM({column})"] if self._own_bias else []
        if self.bias == "shared":
            formulas.append(f"SUM({cells.examples(deltas[0], deltas[-1])})")
        return tuple(formulas)
