"""A convolution: each filter slides over the maps of its source and marks where they look like it.

    forward    z_ij = Σ_mrc w_mrc a_m(i+r−1)(j+c−1) + b      with one map of z for each filter
    backward   ∂C/∂a_mxy = Σ over the filters and the positions that saw it: δ_ij w_m(x−i)(y−j)
    gradient   ∂C/∂w_mrc = Σ_ij δ_ij a_m(i+r−1)(j+c−1),  ∂C/∂b = Σ_ij δ_ij

Positions step by ``stride`` as long as there is room; beyond the edge, ``padding`` wide, everything
is 0. Source: the book, sections 5-2, 5-4 and 5-5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import LEAK
from xlbackprop.network.layer import BlockCells, Cells, Pairs, Shape, Source, maps_of, times
from xlbackprop.network.weighted import Weighted
from xlbackprop.network.windows import (
    Inside,
    Places,
    Run,
    given_back,
    product,
    runs,
    steps_along,
    window_places,
)
from xlbackprop.words.notation import map_labels


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
        negative_slope: the slope of leaky-relu left of 0.
    """

    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    activation: str = "sigmoid"
    bias: str = "trained"
    negative_slope: float = LEAK

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
        steps = (
            steps_along(length + 2 * self.padding, self.kernel, self.stride)
            for length in (rows, columns)
        )
        return (self.filters, *steps)

    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """z2F1_1_1, z2F1_1_2, ...: filter 1, row 1, columns 1, 2, ..."""
        return map_labels(f"{letter}{place}", self.output_shape(source.shape))

    def weight_labels(self, place: str, row: int, source: Source) -> tuple[str, ...]:
        """w2F1_1_1, w2F1_1_2, ...; with several maps in the source w2F1_1_1_1 of map 1, ..."""
        maps, _, _ = maps_of(source.shape)
        cells = range(1, self.kernel + 1)
        return tuple(
            f"w{place}{row}" + (f"_{m}" if maps > 1 else "") + f"_{r}_{c}"
            for m in range(1, maps + 1)
            for r in cells
            for c in cells
        )

    def weight_headings(self, place: str, source: Source) -> tuple[str, ...]:
        """Row and column of each weight: w2F_1_1, w2F_1_2, ..."""
        return tuple(
            f"w{place}{label.removeprefix(f'w{place}1')}"
            for label in self.weight_labels(place, 1, source)
        )

    @property
    def mark(self) -> str:
        """Filters."""
        return "F"

    def row_name(self, shape: Shape) -> str:
        """A row belongs to a filter."""
        return "filter"

    def bias_label(self, place: str, row: int) -> str:
        """The filter's: b2F1."""
        return f"b{place}{row}"

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
        table = weights[..., None, :, :]
        z: Array = product(table, self._patches(a, shape), self._inside(shape))
        z += biases[..., None, :, None]
        return z.reshape(*a.shape[:-1], -1)

    def _places(self, shape: Shape) -> Places:
        """Where each weight falls at each position, (weights, positions)."""
        places = window_places(shape, self.kernel, self.stride, self.padding)
        return places.reshape(-1, places.shape[-1])

    def _inside(self, shape: Shape) -> Inside | None:
        """Whether a weight falls on a value, (weights, positions); None if all of them do."""
        return self._places(shape) < prod(shape) if self.padding else None

    def _patches(self, a: Array, shape: Shape) -> Array:
        """What each weight sees at each position, (..., examples, weights, positions)."""
        if self.padding:
            a = np.concatenate([a, np.zeros((*a.shape[:-1], 1))], axis=-1)
        patches: Array = a.take(self._places(shape), axis=-1)
        return patches

    def seen(self, a: Array, shape: Shape) -> Array:
        """What a filter sees at each position, (..., examples, positions, weights)."""
        return self._patches(a, shape).swapaxes(-1, -2)

    def _deltas(self, delta: Array) -> Array:
        """δ by filter, (..., examples, filters, positions)."""
        return delta.reshape(*delta.shape[:-1], self.filters, -1)

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """∂C/∂a, (..., examples, values): each patch gets back what its position answers for."""
        weights, _ = self.unpack(parameters)
        parts = weights.swapaxes(-1, -2)[..., None, :, :] @ self._deltas(delta)
        return given_back(parts, self._places(shape), a.shape[-1])

    def write_gradient(self, delta: Array, seen: Array, shape: Shape, out: Array) -> None:
        """∂C/∂w_mrc = Σ_ij δ_ij a_m(i+r−1)(j+c−1)."""
        inside = self._inside(shape)
        if inside is not None:  # the bias sees all positions
            more = ((0, seen.shape[-1] - len(inside)), (0, 0))
            inside = np.pad(inside, more, constant_values=True).T
        product(self._deltas(delta), seen, inside, out)

    def row_sums(self, delta: Array) -> Array:
        """Σ_ij δ_ij of each filter."""
        sums: Array = self._deltas(delta).sum(axis=-1)
        return sums

    def gradient_sum(self, delta: Array, a: Array, parameters: Array, shape: Shape) -> Array:
        """Σ∂C/∂(parameters) over the examples, (..., parameters)."""
        each = np.empty((*delta.shape[:-1], self.filters, prod(self.weight_shape(shape)[1:])))
        self.write_gradient(delta, self.seen(a, shape), shape, each)
        return self.packed_sum(each.sum(axis=-3), delta)

    # The same as formulas: a SUMPRODUCT for each row of the filter.

    def _by_position(self, shape: Shape) -> list[list[Run]]:
        """What a filter covers at each of its positions: weights on neighbouring values."""
        places = self._places(shape).T.tolist()
        return [runs(seen, self.kernel, prod(shape)) for seen in places]

    def _by_weight(self, shape: Shape) -> list[list[Run]]:
        """What each weight meets: positions where it falls on neighbouring values."""
        places, (_, _, across) = self._places(shape).tolist(), self.output_shape(shape)
        return [runs(met, across, prod(shape)) for met in places]

    def value_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """z_ij: a sum of SUMPRODUCTs, one for each row of the filter, plus its bias."""
        positions, formulas = self._by_position(source.shape), []
        for row in range(1, self.filters + 1):
            weights = self.weight_labels(place, row, source)
            for covered in positions:
                terms = [
                    times(
                        cells.values(source.labels[s], source.labels[s + n - 1]),
                        cells.parameters(weights[w], weights[w + n - 1]),
                    )
                    for s, w, n in covered
                ]
                formulas.append(("+".join(terms) or "0") + self.bias_term(place, row, cells))
        return formulas

    def passed_back_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂a of a value: a term for each filter and each of its positions that saw the value."""
        deltas = self.unit_labels("d", place, source)
        positions = self._by_position(source.shape)
        terms: list[list[str]] = [[] for _ in source.labels]
        for row in range(self.filters):
            weights = self.weight_labels(place, row + 1, source)
            for k, covered in enumerate(positions, row * len(positions)):
                for s, w, n in covered:
                    for step in range(n):
                        weight = cells.parameter(weights[w + step])
                        terms[s + step].append(f"{cells.value(deltas[k])}*{weight}")
        return [f"({'+'.join(seen)})" if seen else "0" for seen in terms]

    def gradient_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂w: a SUMPRODUCT for each row of positions; ∂C/∂b: the sum of the map of δ."""
        return self._gradients(place, source, cells.values)

    def gradient_sum_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """The same over the rows of all examples."""
        return self._gradients(place, source, cells.examples)

    def _gradients(self, place: str, source: Source, span: Callable[[str, str], str]) -> list[str]:
        deltas, labels = self.unit_labels("d", place, source), source.labels
        count, met_by_weight = len(deltas) // self.filters, self._by_weight(source.shape)
        formulas = []
        for row in range(self.filters):
            own = deltas[row * count : (row + 1) * count]
            for met in met_by_weight:
                terms = [
                    times(span(own[p], own[p + n - 1]), span(labels[s], labels[s + n - 1]))
                    for s, p, n in met
                ]
                formulas.append("+".join(terms) or "0")
            formulas += [f"SUM({span(own[0], own[-1])})"] if self.own_bias else []
        shared = f"SUM({span(deltas[0], deltas[-1])})"
        return formulas + ([shared] if self.bias == "shared" else [])

    def value_terms(self, place: str, source: Source, unit: int) -> Pairs:
        """w and a of the unit's filter and position."""
        positions = self._by_position(source.shape)
        row, position = divmod(unit, len(positions))
        weights = self.weight_labels(place, row + 1, source)
        return tuple(
            (weights[w + step], source.labels[s + step])
            for s, w, n in positions[position]
            for step in range(n)
        )

    def passed_back_terms(self, place: str, source: Source, value: int) -> Pairs:
        """δ and w of each filter and position that saw the value."""
        deltas, positions = self.unit_labels("d", place, source), self._by_position(source.shape)
        rows = [self.weight_labels(place, row, source) for row in range(1, self.filters + 1)]
        return tuple(
            (deltas[row * len(positions) + k], weights[w + value - s])
            for row, weights in enumerate(rows)
            for k, covered in enumerate(positions)
            for s, w, n in covered
            if s <= value < s + n
        )

    def gradient_terms(self, place: str, source: Source, row: int, weight: int) -> Pairs:
        """δ of each position and the value that the weight meets there."""
        deltas, positions = (
            self.unit_labels("d", place, source),
            len(self._by_position(source.shape)),
        )
        first = row * positions
        return tuple(
            (deltas[first + p + step], source.labels[s + step])
            for s, p, n in self._by_weight(source.shape)[weight]
            for step in range(n)
        )

    # As printed.

    def value_equation(self, up: str, source: str) -> str:
        """z_ij = Σ w_rs a(i+r−1, j+s−1) + b."""
        return self.with_bias(f"z{up}ᵢⱼ = Σᵣₛ w{up}ᵣₛ {self._seen(source)}", f"b{up}")

    def _seen(self, source: str) -> str:
        """The value that row r and column s of the filter cover at row i, column j; from 1."""

        def covered(position: str, own: str) -> str:
            if self.stride == 1:
                return f"{position}+{own}−{1 + self.padding}"
            shift = f"−{self.padding}" if self.padding else ""
            return f"{self.stride}({position}−1)+{own}{shift}"

        return f"{source.removesuffix('ᵢ')}({covered('i', 'r')}, {covered('j', 's')})"

    def passed_back_equation(self, up: str) -> str:
        """Σ δ w over the filters and positions that saw the value."""
        return f"(Σ δ{up}ᵢⱼ w{up}ᵣₛ)"

    def gradient_equation(self, up: str, source: str) -> str:
        """∂C/∂w_rs = Σ_ij δ_ij a(i+r−1, j+s−1), ∂C/∂b = Σ_ij δ_ij."""
        bias = "" if self.bias in ("none", "fixed") else f"   ∂C/∂b{up} = Σᵢⱼ δ{up}ᵢⱼ"
        return f"∂C/∂w{up}ᵣₛ = Σᵢⱼ δ{up}ᵢⱼ {self._seen(source)}{bias}"

    def sum_equations(self) -> tuple[str, ...]:
        """The sums over the positions, summed over the examples."""
        return (f"Σ ∂C/∂wᶠᵣₛ = Σ Σᵢⱼ δᶠᵢⱼ {self._seen('a')}",)
