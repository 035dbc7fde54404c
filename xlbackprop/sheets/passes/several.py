"""Several passes of a network side by side: x and t once, then a group of columns for each pass.

Each pass has parameters of its own, in a row: the first of them in the first symbol's column.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.judge.restage import staged
from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.page.page import Page
from xlbackprop.training.trace import column_slices

SHARED = "xt"  # kinds of groups that all passes read


@dataclass(frozen=True)
class Passes:
    """Columns of several passes.

    Attributes:
        network: what the passes compute: no answers, gradients only as sums.
        count: number of passes.
        first: column of the first symbol.
    """

    network: Network
    count: int
    first: int

    @cached_property
    def shared(self) -> tuple[Group, ...]:
        """The groups that all passes read."""
        return tuple(group for group in self.network.groups if group.kind in SHARED)

    @cached_property
    def own(self) -> tuple[Group, ...]:
        """The groups that each pass has."""
        return tuple(group for group in self.network.groups if group.kind not in SHARED)

    @cached_property
    def shared_width(self) -> int:
        """Columns that all passes read."""
        return sum(len(group.labels) for group in self.shared)

    @cached_property
    def own_width(self) -> int:
        """Columns of each pass."""
        return sum(len(group.labels) for group in self.own)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The symbol of each column, x and t first, then those of each pass."""
        shared = tuple(label for group in self.shared for label in group.labels)
        return shared + tuple(label for group in self.own for label in group.labels) * self.count

    @property
    def parameters(self) -> int:
        """Number of parameters."""
        return len(self.network.all_parameter_labels)

    def own_first(self, number: int) -> int:
        """First column of a pass, counted from 0."""
        return self.first + self.shared_width + number * self.own_width

    @cached_property
    def columns(self) -> tuple[dict[str, int], ...]:
        """Column of each symbol, pass by pass."""
        shared = [label for group in self.shared for label in group.labels]
        own = [label for group in self.own for label in group.labels]
        both = {label: self.first + i for i, label in enumerate(shared)}
        return tuple(
            both | {label: self.own_first(number) + i for i, label in enumerate(own)}
            for number in range(self.count)
        )

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, always 0, and column of each parameter in its row."""
        return tuple((0, self.first + i) for i in range(self.parameters))

    @cached_property
    def place_of(self) -> dict[str, tuple[int, int]]:
        """The place of each parameter by its label."""
        return dict(zip(self.network.all_parameter_labels, self.places, strict=True))

    @property
    def last_column(self) -> int:
        """The last column of a symbol or a parameter."""
        return max(self.own_first(self.count), self.first + self.parameters) - 1


def forward(page: Page, passes: Passes, parameters: Array, x: Array, t: Array, top: int) -> Array:
    """The columns of passes forward, (passes, examples, columns), each by those before it.

    What goes on is what the page shows.

    Args:
        page: the page.
        passes: where the columns stand.
        parameters: (passes, P).
        x: (examples, inputs).
        t: (examples, outputs).
        top: row of the first example.
    """
    shown = None
    if page.shown is not None:
        columns = np.array([list(places.values()) for places in passes.columns]) - 1
        shown = page.shown[top - 1 : top - 1 + len(x)][:, columns].swapaxes(0, 1)
    return staged(passes.network, parameters, x, t, column_slices(passes.network.groups), shown)
