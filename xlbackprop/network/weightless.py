"""Layers without weights, the twin of ``weighted``: what is said where nothing is learnt."""

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import LEAK
from xlbackprop.network.layer import BlockCells, Cells, Pairs, Plain, Shape, Source


class Weightless(Plain):
    """A layer that hands on what it computes, and has nothing to learn."""

    activation = ""
    negative_slope = LEAK
    bias = "none"
    kinked = False

    # What stands where.

    def parameter_rows(self, place: str, source: Source) -> tuple[tuple[str, ...], ...]:
        """There is nothing to learn."""
        return ()

    def weight_headings(self, place: str, source: Source) -> tuple[str, ...]:
        """There is nothing to learn."""
        return ()

    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """There is nothing to learn."""
        return ()

    def stacked(self, place: str, source: Source) -> tuple[tuple[int, str], ...]:
        """There is nothing to learn."""
        return ()

    def weight_shape(self, shape: Shape) -> Shape:
        """There are no weights."""
        return ()

    def bias_shape(self, shape: Shape) -> Shape:
        """There is no bias."""
        return ()

    def fans(self, shape: Shape) -> tuple[int, int]:
        """There is nothing to draw."""
        return 1, 1

    def pack(self, weights: Array, biases: Array) -> Array:
        """Nothing."""
        return np.empty(0)

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """Nothing."""
        return np.empty(0), np.empty(0)

    # The maths.

    def gradient(
        self, delta: Array, a: Array, parameters: Array, shape: Shape, out: Array | None = None
    ) -> Array:
        """There is nothing to learn."""
        return np.empty((*delta.shape[:-1], 0))

    def gradient_sum(self, delta: Array, a: Array, parameters: Array, shape: Shape) -> Array:
        """There is nothing to learn."""
        return np.empty((*delta.shape[:-2], 0))

    # The same as formulas, and as printed.

    def gradient_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """There is nothing to learn."""
        return []

    def gradient_sum_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """There is nothing to learn."""
        return []

    def passed_back_terms(self, place: str, source: Source, value: int) -> Pairs:
        """There are no weights."""
        return ()

    def gradient_terms(self, place: str, source: Source, row: int, weight: int) -> Pairs:
        """There is nothing to learn."""
        return ()

    def gradient_equation(self, up: str, source: str) -> str:
        """There is nothing to learn."""
        return ""

    def sum_equations(self) -> tuple[str, ...]:
        """There is nothing to learn."""
        return ()
