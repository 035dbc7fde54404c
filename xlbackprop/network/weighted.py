"""Rows of weights: what a dense layer's units and a convolution's filters have in common.

The parameters of a layer stand in one row of the sheet: row 1's weights and bias, row 2's weights
and bias, ... A bias that all rows share is the last parameter; there may also be none.
"""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import Array
from xlbackprop.network.layer import Cells, Plain, Shape, Source


class Weighted(Plain, ABC):
    """A layer with rows of weights; each row belongs to one unit, or to one map of units."""

    bias: str
    kinked = False

    @property
    @abstractmethod
    def rows(self) -> int:
        """Number of rows of weights."""

    @abstractmethod
    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """Labels of its units, under the letter of a quantity."""

    @abstractmethod
    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """The first unit, from 0, that each row of weights belongs to."""

    @abstractmethod
    def weight_labels(self, place: str, row: int, source: Source) -> tuple[str, ...]:
        """Labels of a row's weights, the rows counted from 1."""

    @abstractmethod
    def bias_label(self, place: str, row: int) -> str:
        """Label of a row's own bias."""

    @abstractmethod
    def weight_shape(self, shape: Shape) -> Shape:
        """Shape of the weights as recipes give them, rows first."""

    @abstractmethod
    def seen(self, a: Array, shape: Shape) -> Array:
        """What a row of weights is multiplied by, (..., weights)."""

    @abstractmethod
    def write_gradient(self, delta: Array, seen: Array, shape: Shape, out: Array) -> None:
        """∂C/∂w of each example into ``out``, (..., examples, rows, weights)."""

    @abstractmethod
    def row_sums(self, delta: Array) -> Array:
        """Σδ over the units of each row, (..., rows)."""

    # What stands where.

    @property
    def own_bias(self) -> bool:
        """Whether each row has a bias of its own."""
        return self.bias in ("trained", "fixed")

    def parameter_rows(self, place: str, source: Source) -> tuple[tuple[str, ...], ...]:
        """Labels of the parameters, row by row; a shared bias stands alone at the end."""
        rows = [
            self.weight_labels(place, row, source)
            + ((self.bias_label(place, row),) if self.own_bias else ())
            for row in range(1, self.rows + 1)
        ]
        return (*rows, (f"b{place}",)) if self.bias == "shared" else tuple(rows)

    def stacked(self, place: str, source: Source) -> tuple[tuple[int, str], ...]:
        """A row's weights stand above the values that they are multiplied by, biases above z.

        Biases stand in the first row, above the first z that they are added to.
        """
        z, units = self.unit_labels("z", place, source), self.parameter_units(source)
        places = []
        for row, labels in enumerate(self.parameter_rows(place, source)):
            weights = sum(label.startswith("w") for label in labels)
            places += [(row, label) for label in source.labels[:weights]]
            if len(labels) > weights:  # a bias of its own, or the one that all share
                places.append((0, z[units[row % len(units)]]))
        return tuple(places)

    def trained(self, source: Source) -> NDArray[np.bool_]:
        """Which parameters training changes: all but fixed biases."""
        labels = [label for row in self.parameter_rows("2", source) for label in row]
        return np.array([self.bias != "fixed" or label.startswith("w") for label in labels])

    def bias_shape(self, shape: Shape) -> Shape:
        """Shape of the biases as recipes give them: (rows,), or (1,) when shared; () for none."""
        return {"shared": (1,), "none": ()}.get(self.bias, (self.rows,))

    def pack(self, weights: Array, biases: Array) -> Array:
        """Weights (rows, ...) and biases, shaped as above, as one row in the sheet's order."""
        table = weights.reshape(self.rows, -1)
        if self.own_bias:
            return np.concatenate([table, biases[:, None]], axis=1).ravel()
        return np.concatenate([table.ravel(), biases]) if self.bias == "shared" else table.ravel()

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """Rows in the sheet's order → weights (..., rows, n) and biases (..., rows or 1).

        A layer without bias has biases of 0.
        """
        leading = parameters.shape[:-1]
        if self.own_bias:
            table = parameters.reshape(*leading, self.rows, -1)
            return table[..., :-1], table[..., -1]
        if self.bias == "shared":
            return parameters[..., :-1].reshape(*leading, self.rows, -1), parameters[..., -1:]
        return parameters.reshape(*leading, self.rows, -1), np.zeros((*leading, 1))

    # The maths.

    def gradient(
        self, delta: Array, a: Array, parameters: Array, shape: Shape, out: Array | None = None
    ) -> Array:
        """δ and source → ∂C/∂(parameters) of each example, (..., examples, parameters).

        They are by far the most numbers of a pass, so ``out`` says where to write them; without
        it they get an array of their own.
        """
        seen = self.seen(a, shape)
        if self.own_bias:  # the weight of an input that is always 1
            seen = np.concatenate([seen, np.ones((*seen.shape[:-1], 1))], axis=-1)
        own, shared = self.rows * seen.shape[-1], self.bias == "shared"
        if out is None:
            out = np.empty((*delta.shape[:-1], own + shared))
        table = out[..., :own].reshape(*delta.shape[:-1], self.rows, -1)  # still the same memory
        self.write_gradient(delta, seen, shape, table)
        if shared:
            out[..., -1] = delta.sum(axis=-1)
        return out

    def packed_sum(self, weights: Array, delta: Array) -> Array:
        """Σ∂C/∂w, (..., rows, n), with Σ∂C/∂b of all examples as one row in the sheet's order."""
        total = self.row_sums(delta).sum(axis=-2)
        table = np.concatenate([weights, total[..., None]], axis=-1) if self.own_bias else weights
        row = table.reshape(*table.shape[:-2], -1)
        if self.bias == "shared":
            return np.concatenate([row, total.sum(axis=-1, keepdims=True)], axis=-1)
        return row

    # The same as formulas, and as printed.

    @property
    def figures(self) -> str:
        """Products and their sum."""
        return ""

    def bias_term(self, place: str, row: int, cells: Cells) -> str:
        """What a row's bias adds to a formula."""
        if self.bias == "none":
            return ""
        label = f"b{place}" if self.bias == "shared" else self.bias_label(place, row)
        return f"+{cells.parameter(label)}"

    def with_bias(self, product: str, symbol: str) -> str:
        """A weighted sum and the bias, if there is one; ``symbol`` is that of row j."""
        shared = symbol.removesuffix("ⱼ")
        return {"none": product, "shared": f"{product} + {shared}"}.get(
            self.bias, f"{product} + {symbol}"
        )
