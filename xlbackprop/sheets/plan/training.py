"""Where each symbol lives on the Training sheet, and the same as formula text.

There is a block per update and one after the last. A block has the parameters, a row per example,
the sums, the states of the update rule, and a row with η where η changes.

Where each example has its own gradients, parameters, sums and states are one row each, and each
parameter shares the column of its gradients. Where gradients are summed, the weights of a unit
stand in a row of their own, above the values that they are multiplied by, and biases above the z
that they are added to; so parameters, sums and states take as many rows as the largest layer has
units.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.recipe.steps import Steps
from xlbackprop.workbook.address import area, letters


def stacked_places(network: Network, columns: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Row, from 0, and column of each parameter above the columns that it works on."""
    return tuple(
        (row, columns[label])
        for number, layer in network.learning()
        for row, label in layer.stacked(network.place(number), network.source(number))
    )


class UpdateLayout(Protocol):
    """What the formulas of an update need of a sheet with a training."""

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, from 0 in its part of a block, and column of each parameter."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states of the update rule."""

    def parameter_row(self, block: int) -> int:
        """First row of the parameters."""

    def sum_row(self, block: int) -> int:
        """First row of the sums."""

    def state_row(self, block: int, name: str) -> int:
        """First row of a state of the update rule."""

    def counter_cell(self, block: int) -> str:
        """The cell with the number of the update."""

    def rate_cell(self, block: int) -> str:
        """The cell with the learning rate of the update; empty for that of all."""


@dataclass(frozen=True)
class TrainingLayout:
    """The Training sheet."""

    network: Network
    steps: Steps
    states: tuple[str, ...] = ()
    has_rate: bool = False

    TOP = 6  # row of the first block
    EPOCH = 1
    STEP = 2  # only with mini-batches

    @property
    def example(self) -> int:
        """Column of the example's number."""
        return 3 if self.steps.batched else 2

    @property
    def counter(self) -> int:
        """Column of the number of the update."""
        return self.STEP if self.steps.batched else self.EPOCH

    @property
    def first(self) -> int:
        """Column of the first symbol."""
        return self.example + 1

    # Columns.

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Groups of columns in the sheet's order."""
        return self.network.groups

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column of each symbol."""
        labels = [label for group in self.groups for label in group.labels]
        return {label: self.first + i for i, label in enumerate(labels)}

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """What a trace calls the numbers of each column, from the first on."""
        return ("",) * (self.first - self.EPOCH) + tuple(self.columns)

    def symbols_of(self, letter: str) -> tuple[str, ...]:
        """The symbols of the parameters, or of what begins with a letter: ``sum_g_w2_1_1``."""
        if letter not in self._symbols:
            labels = self.network.all_parameter_labels
            self._symbols[letter] = tuple(letter + label for label in labels)
        return self._symbols[letter]

    @cached_property
    def _symbols(self) -> dict[str, tuple[str, ...]]:
        return {}

    @property
    def last_column(self) -> int:
        """Column of the last symbol."""
        return self.first + len(self.columns) - 1

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, from 0 in its part of a block, and column of each parameter."""
        if self.network.summed:
            return stacked_places(self.network, self.columns)
        labels = self.network.all_parameter_labels
        return tuple((0, self.columns[f"g_{label}"]) for label in labels)

    @cached_property
    def place_of(self) -> dict[str, tuple[int, int]]:
        """The place of each parameter by its label."""
        return dict(zip(self.network.all_parameter_labels, self.places, strict=True))

    @property
    def remark_column(self) -> int:
        """Where a row of parameters or sums has room for a remark."""
        if not self.network.summed:
            return self.first
        return self.columns["right" if self.network.answers else "C"] + 1

    # Rows. Blocks are counted from 0.

    @cached_property
    def depth(self) -> int:
        """Rows that the parameters, the sums or a state take."""
        return 1 + max(row for row, _ in self.places)

    @property
    def extra(self) -> int:
        """Rows of a block beside its examples."""
        return self.depth * (2 + len(self.states)) + self.has_rate

    def parameter_row(self, block: int) -> int:
        """First row of the parameters."""
        return self.TOP + self.steps.bounds[block] + block * self.extra

    def first_example(self, block: int) -> int:
        """Row of the first example."""
        return self.parameter_row(block) + self.depth

    def last_example(self, block: int) -> int:
        """Row of the last example."""
        return self.sum_row(block) - 1

    def sum_row(self, block: int) -> int:
        """First row of the sums."""
        return self.first_example(block) + int(self.steps.sizes[block])

    def state_row(self, block: int, name: str) -> int:
        """First row of a state of the update rule."""
        return self.sum_row(block) + self.depth * (1 + self.states.index(name))

    def rate_row(self, block: int) -> int:
        """Row of the learning rate, where it changes."""
        return self.sum_row(block) + self.depth * (1 + len(self.states))

    @property
    def rate_column(self) -> int:
        """Column of the learning rate, where it changes."""
        return self.places[0][1]

    def counter_cell(self, block: int) -> str:
        """The cell with the number of the update."""
        return f"${letters(self.counter)}{self.parameter_row(block)}"

    def rate_cell(self, block: int) -> str:
        """The cell with the learning rate of the update; empty for that of all."""
        return f"${letters(self.rate_column)}${self.rate_row(block)}" if self.has_rate else ""

    @property
    def last_row(self) -> int:
        """Row of the sums of the last block."""
        return self.sum_row(self.steps.updates)

    def total_name(self, block: int) -> str:
        """What the row of the sums is called: Σ, or Σ/16 where they become means."""
        return f"Σ/{self.steps.sizes[block]}" if self.network.averaged else "Σ"

    def cells(self, block: int) -> "SymbolCells":
        """The symbols of a block as formula text."""
        first, last = self.first_example(block), self.last_example(block)
        return SymbolCells(self.columns, self.place_of, self.parameter_row(block), first, last)

    def example_rows(self) -> Iterator[tuple[int, int]]:
        """First and last row of the examples of each block."""
        for block, size in enumerate(self.steps.sizes.tolist()):
            top = self.first_example(block)
            yield top, top + size - 1

    def first_of(self, kinds: str) -> int:
        """The first column of the groups of these kinds."""
        return min(self.columns[group.labels[0]] for group in self.groups if group.kind in kinds)

    def gradient_areas(self, block: int) -> list[str]:
        """The rectangles of the sums Σ∂C/∂w."""
        if not self.network.summed:
            row, (first, last) = self.sum_row(block), (self.places[0][1], self.places[-1][1])
            return [area(row, first, row, last)]
        return [
            area(self.sum_row(block) + top, left, self.sum_row(block) + bottom, right)
            for top, left, bottom, right in self._rectangles
        ]

    @cached_property
    def _rectangles(self) -> list[tuple[int, int, int, int]]:
        """Top, left, bottom, right of the weights and of the biases of each layer."""
        corners = []
        for number, layer in self.network.learning():
            labels = self.network.parameter_labels(number)
            for name in layer.arrays:
                places = np.array([self.place_of[x] for x in labels if x.startswith(name)])
                if len(places):
                    (top, left), (bottom, right) = places.min(axis=0), places.max(axis=0)
                    corners.append((int(top), int(left), int(bottom), int(right)))
        return corners


@dataclass(frozen=True)
class SymbolCells:
    """Symbols of a sheet with a network's columns as formula text, for one block.

    Attributes:
        columns: column of each symbol.
        place_of: row, from 0, and column of each parameter by its label.
        top: first row of the parameters.
        first: row of the first example.
        last: row of the last example.
    """

    columns: Mapping[str, int]
    place_of: Mapping[str, tuple[int, int]]
    top: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """Number of examples."""
        return self.last - self.first + 1

    def value(self, label: str) -> str:
        """The symbol's cell in the formula's own row."""
        return f"{letters(self.columns[label])}{{r}}"

    def values(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the formula's own row."""
        return self.value(first) if first == last else f"{self.value(first)}:{self.value(last)}"

    def parameter(self, label: str) -> str:
        """The cell of a parameter in the block."""
        row, column = self.place_of[label]
        return f"{letters(column)}${self.top + row}"

    def parameters(self, first: str, last: str) -> str:
        """The cells from one parameter to another in the block."""
        start = self.parameter(first)
        return start if first == last else f"{start}:{self.parameter(last)}"

    def examples(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the rows of all examples of the block."""
        columns = self.columns
        return area(self.first, columns[first], self.last, columns[last])
