"""Pooling: each window of a map becomes one value, its largest or its mean.

    forward    a = max of the window,              or its mean
    backward   ∂C/∂a of each value of the window = its share of ∂C/∂a of the pooled value

There is nothing to learn, and no activation. What is left at the edge, where no further window has
room, is in none. Shares of a mean are equal. Of a maximum the largest has all; values that differ
from it by less than a 10⁻¹² of it are *tied* with it, so that rounding can't decide. Where several
are tied, a rule says who gets what:

    first    the first of them, row by row, gets all (so does PyTorch); a gradient of the cost
    split    all of them get equal shares; a gradient, too
    all      each of them gets all, as some published sheets do; this is no gradient
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.layer import BlockCells, Cells, Pairs, Shape, Source, maps_of
from xlbackprop.network.weightless import Weightless
from xlbackprop.network.windows import Places, given_back, steps_along, window_places
from xlbackprop.words.notation import map_labels

TIES = ("first", "split", "all")
TIED = 1e-12  # of the maximum


class Window(NamedTuple):
    """A window as formula text.

    Attributes:
        cells: its cells, row by row.
        spans: gives the first of them, so many, as ranges.
    """

    cells: list[str]
    spans: Callable[[int], list[str]]


class Pooling(Weightless):
    """A layer of windows.

    Attributes:
        size: rows and columns of a window.
        stride: cells from one window to the next; 0 for ``size``.
    """

    size: int
    stride: int

    # What each kind says: the pooled value, and who gets which share of what comes back.

    @abstractmethod
    def pooled(self, windows: Array) -> Array:
        """(..., cells, windows) → (..., windows)."""

    @abstractmethod
    def shares(self, windows: Array, pooled: Array) -> Array:
        """The share of each cell, (..., cells, windows)."""

    @abstractmethod
    def pooled_formula(self, spans: list[str]) -> str:
        """Excel text of the pooled value; ``spans`` are the window's rows."""

    @abstractmethod
    def share_formula(self, window: Window, place: int, pooled: str, delta: str) -> str:
        """Excel text of the share of ``delta`` that the cell at ``place`` gets."""

    # What stands where.

    def output_shape(self, shape: Shape) -> Shape:
        """(maps, rows, columns).

        Raises:
            ValueError: the source has no rows and columns, or a window doesn't fit on it.
        """
        maps, rows, columns = maps_of(shape)
        if self.size > (fits := min(rows, columns)):
            raise ValueError(
                f"a window of {self.size} × {self.size} is larger than the {rows} × {columns} "
                f"that it slides over; at most {fits} × {fits} fits"
            )
        return (maps, *(steps_along(length, self.size, self.step) for length in (rows, columns)))

    @property
    def step(self) -> int:
        """Cells from one window to the next."""
        return self.stride or self.size

    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """a3P1_1_1, a3P1_1_2, ...: map 1, row 1, columns 1, 2, ..."""
        return map_labels(f"{letter}{place}", self.output_shape(source.shape))

    @property
    def mark(self) -> str:
        """Pooled maps."""
        return "P"

    def row_name(self, shape: Shape) -> str:
        """A map of windows."""
        return "map"

    # The maths.

    def value(self, a: Array, parameters: Array, shape: Shape) -> Array:
        """(..., examples, values) → (..., examples, windows)."""
        return self.pooled(self._windows(a, shape))

    def _places(self, shape: Shape) -> Places:
        """Where the cells of each window stand in the source, (cells, windows)."""
        places = window_places(shape, self.size, self.step)
        return places.swapaxes(0, 1).reshape(self.size**2, -1)

    def _windows(self, a: Array, shape: Shape) -> Array:
        """The values in each window, (..., examples, cells, windows)."""
        windows: Array = a.take(self._places(shape), axis=-1)
        return windows

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """∂C/∂a of the source: each value gets its shares of the windows that it is in."""
        shares = self.shares(self._windows(a, shape), out)
        back = shares * delta[..., None, :]
        parts = np.where(shares == 0, 0.0, back)  # nothing of an infinite δ, too
        return given_back(parts, self._places(shape), a.shape[-1])

    # The same as formulas.

    def _cells(self, source: Source) -> list[list[int]]:
        """Of each window, where its cells stand in the source, row by row."""
        cells: list[list[int]] = self._places(source.shape).T.tolist()
        return cells

    def value_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """The pooled value of each window."""
        windows = self._texts(source, cells)
        return [self.pooled_formula(window.spans(len(window.cells))) for window in windows]

    def _texts(self, source: Source, cells: Cells) -> list[Window]:
        """The windows as formula text."""

        def window(labels: list[str]) -> Window:
            return Window([*map(cells.value, labels)], lambda n: self._spans(labels[:n], cells))

        return [window([source.labels[k] for k in own]) for own in self._cells(source)]

    def _spans(self, labels: list[str], cells: Cells) -> list[str]:
        """The ranges of the first cells of a window, row by row."""
        rows = [labels[k : k + self.size] for k in range(0, len(labels), self.size)]
        return [cells.values(row[0], row[-1]) for row in rows]

    def passed_back_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """∂C/∂a of a value: its shares of the windows that it is in."""
        pooled = self.unit_labels("a", place, source)
        deltas = self.unit_labels("d", place, source)
        terms: list[list[str]] = [[] for _ in source.labels]
        for own, window, p, d in zip(
            self._cells(source), self._texts(source, cells), pooled, deltas, strict=True
        ):
            for cell, k in enumerate(own):
                terms[k].append(self.share_formula(window, cell, cells.value(p), cells.value(d)))
        return [
            seen[0] if len(seen) == 1 else f"({'+'.join(seen)})" if seen else "0" for seen in terms
        ]

    def value_terms(self, place: str, source: Source, unit: int) -> Pairs:
        """The values of the window."""
        return tuple(("", source.labels[k]) for k in self._cells(source)[unit])

    @property
    @abstractmethod
    def figures(self) -> str:
        """The pooled value as a sentence has it, numbers in place of ``{list}`` or ``{sum}``."""


@dataclass(frozen=True)
class MaxPooling(Pooling):
    """The largest value of each window.

    Attributes:
        size: rows and columns of a window.
        stride: cells from one window to the next; 0 for ``size``.
        ties: a name of ``TIES``.
    """

    size: int
    stride: int = 0
    ties: str = "first"

    kinked = True

    def pooled(self, windows: Array) -> Array:
        """The largest."""
        largest: Array = windows.max(axis=-2)
        return largest

    def shares(self, windows: Array, pooled: Array) -> Array:
        """1 and 0, or equal shares of 1 where the rule says so."""
        largest = pooled[..., None, :]
        tied = largest - windows <= TIED * np.abs(largest)
        if self.ties == "first":
            tied &= np.cumsum(tied, axis=-2) == 1
        shares = tied.astype(np.float64)
        if self.ties == "split":
            shares /= shares.sum(axis=-2, keepdims=True)
        return np.where(np.isfinite(largest), shares, np.nan)

    def pooled_formula(self, spans: list[str]) -> str:
        """MAX of the window."""
        return f"MAX({','.join(spans)})"

    def share_formula(self, window: Window, place: int, pooled: str, delta: str) -> str:
        """All, or nothing, or an equal part."""

        def tied(cell: str, sign: str = "<=") -> str:
            return f"{pooled}-{cell}{sign}{TIED:.0E}*ABS({pooled})"

        mine = tied(window.cells[place])
        if self.ties == "first" and place:  # a function has at most 255 arguments
            before = f"MAX({','.join(window.spans(place))})" if place > 1 else window.cells[0]
            mine = f"AND({mine},{tied(before, '>')})"
        if self.ties == "split":
            delta += f"/({'+'.join(f'IF({tied(cell)},1,0)' for cell in window.cells)})"
        return f"IF({mine},{delta},0)"

    @property
    def figures(self) -> str:
        """The largest."""
        return "max({list})"

    def value_equation(self, up: str, source: str) -> str:
        """a = max of its window."""
        return f"a{up} = max {source.removesuffix('ᵢ')}"

    def passed_back_equation(self, up: str) -> str:
        """δ of the window where a is the largest, the first of them, or shared by # of them."""
        largest = f"[a = a{up}]"
        whose = {"first": f"{largest}₁", "split": f"{largest}/#", "all": f"{largest} (≠ ∂C/∂a)"}
        return f"δ{up} · {whose[self.ties]}"


@dataclass(frozen=True)
class AveragePooling(Pooling):
    """The mean of each window.

    Attributes:
        size: rows and columns of a window.
        stride: cells from one window to the next; 0 for ``size``.
    """

    size: int
    stride: int = 0

    def pooled(self, windows: Array) -> Array:
        """The mean."""
        mean: Array = windows.mean(axis=-2)
        return mean

    def shares(self, windows: Array, pooled: Array) -> Array:
        """Equal parts."""
        return np.full(windows.shape, 1 / self.size**2)

    def pooled_formula(self, spans: list[str]) -> str:
        """The sum by the number of cells."""
        return f"SUM({','.join(spans)})/{self.size**2}"

    def share_formula(self, window: Window, place: int, pooled: str, delta: str) -> str:
        """An equal part."""
        return f"{delta}/{self.size**2}"

    @property
    def figures(self) -> str:
        """The mean."""
        return f"({{sum}})/{self.size**2}"

    def value_equation(self, up: str, source: str) -> str:
        """a = mean of its window."""
        return f"a{up} = Σ {source.removesuffix('ᵢ')} / {self.size**2}"

    def passed_back_equation(self, up: str) -> str:
        """An equal part of δ of the window."""
        return f"δ{up}/{self.size**2}"
