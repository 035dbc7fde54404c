"""Where a pass forward stands on a sheet, below parameters of its own; addresses only."""

from abc import abstractmethod
from functools import cached_property

from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.sheets.plan.training import SymbolCells, stacked_places


class PassLayout:
    """A pass forward in columns: x, then z, e and a of each layer, a row for each input.

    The parameters are stacked above the values that they are multiplied by.
    """

    network: Network

    @property
    @abstractmethod
    def first(self) -> int:
        """Column of the first symbol."""

    @property
    @abstractmethod
    def parameters_top(self) -> int:
        """First row of the parameters."""

    @property
    def rows(self) -> int:
        """How many inputs there are."""
        return 1

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Groups of columns: x, then z, e and a of each layer."""
        return tuple(g for g in self.network.forward_groups() if g.kind in "xzea")

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column of each symbol."""
        labels = [label for group in self.groups for label in group.labels]
        return {label: self.first + i for i, label in enumerate(labels)}

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, from 0, and column of each parameter."""
        return stacked_places(self.network, self.columns)

    @cached_property
    def place_of(self) -> dict[str, tuple[int, int]]:
        """The place of each parameter by its label."""
        return dict(zip(self.network.all_parameter_labels, self.places, strict=True))

    @property
    def cells(self) -> SymbolCells:
        """The symbols as formula text."""
        return SymbolCells(
            self.columns, self.place_of, self.parameters_top, self.top, self.top + self.rows - 1
        )

    @property
    def top(self) -> int:
        """Row of the first pass."""
        return self.parameters_top + 1 + max(row for row, _ in self.places)
