"""A convolution: each filter slides over the maps of its source and marks where they look like it.

    forward    z_ij = Σ_mrc w_mrc a_m(i+r)(j+c) + b      with one map of z for each filter
    backward   ∂C/∂a_mxy = Σ over the filters and the positions that saw it: δ_ij w_m(x−i)(y−j)
    gradient   ∂C/∂w_mrc = Σ_ij δ_ij a_m(i+r)(j+c),  ∂C/∂b = Σ_ij δ_ij

Positions step by ``stride``; beyond the edge, ``padding`` wide, everything is 0. Source: the book,
sections 5-2, 5-4 and 5-5.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from xlbackprop.network.layer import Array, BlockCells, Cells, Shape, Source, maps_of, times
from xlbackprop.network.weighted import Weighted
from xlbackprop.notation import map_labels


class Overlap(NamedTuple):
    """Part of a row of a filter on the cells of its source that it covers.

    Attributes:
        source: where the first covered value stands in the source.
        weight: where its weight stands in the row of weights.
        length: number of neighbours.
    """

    source: int
    weight: int
    length: int


@dataclass(frozen=True)
class Convolution(Weighted):
    """A convolution layer as a recipe describes it.

    Attributes:
        filters: number of filters, each with a map of its own.
        kernel: rows and columns of a filter.
        stride: cells from one position to the next.
        padding: cells of 0 around each map of the source.
        activation: a name of ``ACTIVATIONS``.
        bias: ``trained``, ``fixed`` at its starting value, ``shared`` by all filters (and trained),
            or ``none``.
    """

    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    activation: str = "sigmoid"
    bias: str = "trained"

    @property
    def rows(self) -> int:
        """One row of weights per filter."""
        return self.filters

    # What stands where.

    def output_shape(self, shape: Shape) -> Shape:
        """(filters, rows, columns).

        Raises:
            ValueError: the source has no rows and columns, or the filter doesn't fit on it.
        """
        _, rows, columns = maps_of(shape)
        if self.kernel > min(rows, columns):
            raise ValueError(
                f"a filter of {self.kernel} × {self.kernel} is larger than the {rows} × {columns} "
                f"that it slides over; at most {min(rows, columns)} × {min(rows, columns)} fits"
            )
        steps = []
        for length in (rows, columns):
            free = length + 2 * self.padding - self.kernel
            if free % self.stride:
                raise ValueError(
                    f"a filter of {self.kernel} × {self.kernel} with stride {self.stride} and "
                    f"padding {self.padding} does not end at the edge of {rows} × {columns}; a "
                    f"stride of 1 would fit"
                )
            steps.append(free // self.stride + 1)
        return (self.filters, *steps)

    def unit_labels(self, letter: str, number: int, source: Source) -> tuple[str, ...]:
        """z2F1_1_1, z2F1_1_2, ...: filter 1, row 1, columns 1, 2, ..."""
        return map_labels(f"{letter}{number}F", self.output_shape(source.shape))

    def weight_labels(self, number: int, row: int, source: Source) -> tuple[str, ...]:
        """w2F1_1_1, w2F1_1_2, ...; with several maps in the source w2F1_1_1_1 of map 1, ..."""
        maps, _, _ = maps_of(source.shape)
        cells = range(1, self.kernel + 1)
        return tuple(
            f"w{number}F{row}" + (f"_{m}" if maps > 1 else "") + f"_{r}_{c}"
            for m in range(1, maps + 1)
            for r in cells
            for c in cells
        )

    def weight_headings(self, number: int, source: Source) -> tuple[str, ...]:
        """Row and column of each weight: w2_1_1, w2_1_2, ..."""
        return tuple(
            f"w{number}{label.partition('F1')[2]}"
            for label in self.weight_labels(number, 1, source)
        )

    @property
    def row_name(self) -> str:
        """A row belongs to a filter."""
        return "filter"

    def bias_label(self, number: int, row: int) -> str:
        """The filter's: b2F1."""
        return f"b{number}F{row}"

    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """Filter f belongs to the units of map f."""
        positions = prod(self.output_shape(source.shape)[1:])
        return tuple(range(0, self.filters * positions, positions))

    def weight_shape(self, shape: Shape) -> Shape:
        """(filters, rows, columns), or (filters, maps, rows, columns) with several maps."""
        maps, _, _ = maps_of(shape)
        return (self.filters, *((maps,) if maps > 1 else ()), self.kernel, self.kernel)

    def fans(self, shape: Shape) -> tuple[int, int]:
        """Each unit looks at a filter's cells of all maps; as many see each value."""
        return maps_of(shape)[0] * self.kernel**2, self.filters * self.kernel**2

    # The maths.

    def value(self, a: Array, parameters: Array, shape: Shape) -> Array:
        """z, (..., examples, filters · positions)."""
        weights, biases = self.unpack(parameters)
        seen = self._patches(a, shape).swapaxes(-1, -2)
        z: Array = self._product(weights[..., None, :, :], seen, lambda: self._inside(shape).T)
        z += biases[..., None, :, None]
        return z.reshape(*a.shape[:-1], -1)

    def _product(
        self,
        factors: Array,
        patches: Array,
        inside: Callable[[], Array],
        out: Array | None = None,
    ) -> Array:
        """Factors times patches; nothing is multiplied by what lies beyond the edge.

        That matters where a factor is too large for a computer: 0 of it would be NaN.
        """
        kept = np.isfinite(factors) if self.padding else np.ones(1, dtype=np.bool_)
        if kept.all():
            product: Array = np.matmul(factors, patches, out=out)
            return product
        product = np.matmul(np.where(kept, factors, 0.0), patches, out=out)
        product[np.broadcast_to(~kept @ inside() > 0, product.shape)] = np.nan
        return product

    def _inside(self, shape: Shape) -> Array:
        """1 where a filter's cell lies on its source, 0 beyond the edge, (positions, weights)."""
        inside: Array = self._patches(np.ones((1, prod(shape))), shape)[0]
        return inside

    def _patches(self, a: Array, shape: Shape) -> Array:
        """What the filter sees at each position, (..., examples, positions, weights)."""
        maps = self._padded(a, shape)
        seen = sliding_window_view(maps, (self.kernel, self.kernel), axis=(-2, -1))
        seen = seen[..., :: self.stride, :: self.stride, :, :]
        rows, columns = seen.shape[-4:-2]
        by_position = np.moveaxis(seen, -5, -3)
        return by_position.reshape(*a.shape[:-1], rows * columns, -1)

    def _padded(self, a: Array, shape: Shape) -> Array:
        """The source as maps with zeros around them, (..., examples, maps, rows, columns)."""
        maps = a.reshape(*a.shape[:-1], *maps_of(shape))
        edge = (self.padding, self.padding)
        return np.pad(maps, [(0, 0)] * (maps.ndim - 2) + [edge, edge]) if self.padding else maps

    def _deltas(self, delta: Array) -> Array:
        """δ by filter, (..., examples, filters, positions)."""
        return delta.reshape(*delta.shape[:-1], self.filters, -1)

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """∂C/∂a, (..., examples, values): each patch gets back what its position answers for."""
        weights, _ = self.unpack(parameters)
        maps, rows, columns = maps_of(shape)
        _, down, across = self.output_shape(shape)
        patches = self._deltas(delta).swapaxes(-1, -2) @ weights[..., None, :, :]
        patches = patches.reshape(*a.shape[:-1], down, across, maps, self.kernel, self.kernel)
        patches = np.moveaxis(patches, -3, -5)  # (..., maps, down, across, kernel, kernel)
        edge, step = 2 * self.padding, self.stride
        total = np.zeros((*a.shape[:-1], maps, rows + edge, columns + edge))
        for r in range(self.kernel):
            for c in range(self.kernel):
                seen = total[..., r : r + down * step : step, c : c + across * step : step]
                seen += patches[..., r, c]
        inner = slice(self.padding, -self.padding if self.padding else None)
        return total[..., inner, inner].reshape(a.shape)

    def write_weight_gradient(self, delta: Array, a: Array, shape: Shape, out: Array) -> None:
        """∂C/∂w_mrc = Σ_ij δ_ij a_m(i+r)(j+c)."""
        seen = self._patches(a, shape)
        self._product(self._deltas(delta), seen, lambda: self._inside(shape), out)

    def row_sums(self, delta: Array) -> Array:
        """Σ_ij δ_ij of each filter."""
        sums: Array = self._deltas(delta).sum(axis=-1)
        return sums

    def gradient_sum(self, delta: Array, a: Array, shape: Shape) -> Array:
        """Σ∂C/∂(parameters) over the examples, (..., parameters)."""
        seen = self._patches(a, shape)
        each = self._product(self._deltas(delta), seen, lambda: self._inside(shape))
        return self.packed_sum(each.sum(axis=-3), delta)

    # The same as formulas: a SUMPRODUCT for each row of the filter.

    def _overlaps(self, i: int, j: int, shape: Shape) -> Iterator[Overlap]:
        """What a filter covers at row i and column j of its positions, row by row."""
        maps, rows, columns = maps_of(shape)
        top, left = i * self.stride - self.padding, j * self.stride - self.padding
        first, last = max(0, -left), min(self.kernel, columns - left)
        seen = range(max(0, -top), min(self.kernel, rows - top)) if last > first else ()
        for m in range(maps):
            for r in seen:
                yield Overlap(
                    (m * rows + top + r) * columns + left + first,
                    (m * self.kernel + r) * self.kernel + first,
                    last - first,
                )

    def _positions(self, shape: Shape) -> list[tuple[int, int]]:
        _, down, across = self.output_shape(shape)
        return [(i, j) for i in range(down) for j in range(across)]

    def value_formulas(self, number: int, source: Source, cells: Cells) -> list[str]:
        """z_ij: a sum of SUMPRODUCTs, one for each row of the filter, plus its bias."""
        formulas = []
        for row in range(1, self.filters + 1):
            weights = self.weight_labels(number, row, source)
            for i, j in self._positions(source.shape):
                terms = [
                    times(
                        cells.values(source.labels[s], source.labels[s + n - 1]),
                        cells.parameters(weights[w], weights[w + n - 1]),
                    )
                    for s, w, n in self._overlaps(i, j, source.shape)
                ]
                formulas.append(("+".join(terms) or "0") + self.bias_term(number, row, cells))
        return formulas

    def passed_back_formulas(self, number: int, source: Source, cells: Cells) -> list[str]:
        """∂C/∂a of a value: a term for each filter and each of its positions that saw the value."""
        deltas = self.unit_labels("d", number, source)
        positions = self._positions(source.shape)
        terms: list[list[str]] = [[] for _ in source.labels]
        for row in range(self.filters):
            weights = self.weight_labels(number, row + 1, source)
            for k, (i, j) in enumerate(positions, row * len(positions)):
                for s, w, n in self._overlaps(i, j, source.shape):
                    for step in range(n):
                        weight = cells.parameter(weights[w + step])
                        terms[s + step].append(f"{cells.value(deltas[k])}*{weight}")
        return [f"({'+'.join(seen)})" if seen else "0" for seen in terms]

    def gradient_formulas(self, number: int, source: Source, cells: Cells) -> list[str]:
        """∂C/∂w: a SUMPRODUCT for each row of positions; ∂C/∂b: the sum of the map of δ."""
        return self._gradients(number, source, cells.values)

    def gradient_sum_formulas(self, number: int, source: Source, cells: BlockCells) -> list[str]:
        """The same over the rows of all examples."""
        return self._gradients(number, source, cells.examples)

    def _gradients(self, number: int, source: Source, span: Callable[[str, str], str]) -> list[str]:
        deltas, labels = self.unit_labels("d", number, source), source.labels
        count = len(self._positions(source.shape))
        formulas = []
        for row in range(self.filters):
            own = deltas[row * count : (row + 1) * count]
            for weight in range(prod(self.weight_shape(source.shape)[1:])):
                terms = [
                    times(span(own[p], own[p + n - 1]), span(labels[s], labels[s + n - 1]))
                    for s, p, n in self._meetings(weight, source.shape)
                ]
                formulas.append("+".join(terms) or "0")
            formulas += [f"SUM({span(own[0], own[-1])})"] if self.own_bias else []
        shared = f"SUM({span(deltas[0], deltas[-1])})"
        return formulas + ([shared] if self.bias == "shared" else [])

    def _meetings(self, weight: int, shape: Shape) -> Iterator[tuple[int, int, int]]:
        """Which values a weight meets at which positions: first of each, number of neighbours."""
        _, _, across = self.output_shape(shape)
        start, place, length = 0, 0, 0
        for at, (i, j) in enumerate(self._positions(shape)):
            for s, w, n in self._overlaps(i, j, shape):
                if not w <= weight < w + n:
                    continue
                value = s + weight - w
                if length and at % across and (value, at) == (start + length, place + length):
                    length += 1
                    continue
                if length:
                    yield start, place, length
                start, place, length = value, at, 1
        if length:
            yield start, place, length

    # As printed.

    def value_equation(self, up: str, source: str) -> str:
        """z_ij = Σ w_rc a_(i+r)(j+c) + b."""
        where = source.replace("ᵢ", "")
        return self.with_bias(f"zᶠᵢⱼ = Σ wᶠ · {where} (filter f on its patch)", "bᶠ")

    def passed_back_equation(self, up: str) -> str:
        """Σ δ w over the patches that a value is in."""
        return f"(Σ δ{up} w{up} of its patches)"

    def gradient_equation(self, up: str, source: str) -> str:
        """∂C/∂w_rc = Σ_ij δ_ij a, ∂C/∂b = Σ_ij δ_ij."""
        bias = "" if self.bias == "none" else "   ∂C/∂bᶠ = Σᵢⱼ δᶠᵢⱼ"
        return f"∂C/∂wᶠ = Σᵢⱼ δᶠᵢⱼ {source.replace('ᵢ', '')}{bias}"
