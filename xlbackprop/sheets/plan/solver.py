"""Where things stand on the Solver sheet; addresses only, no cell is made here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.sheets.plan.training import SymbolCells, stacked_places

YOURS, START, SCIPY, IN_USE = range(4)  # sets of parameters, from the top
MOST_CHANGING = 200  # cells that Excel's Solver takes

Rectangle = tuple[int, int, int, int]  # top, left, bottom, right


@dataclass(frozen=True)
class SolverLayout:
    """The Solver sheet: a pass forward, with four sets of parameters stacked above it.

    The last set, right above the examples, is the one in use: a choice cell picks it among the
    others. Above them a small table measures what is shown, and what Python knows.
    """

    network: Network
    examples: int

    CHOICE_ROW, CHOICE_COLUMN = 4, 2
    TABLE_ROW = 6  # headings; below them what is shown, the start, what scipy found
    COST, SHARE, ITERATIONS, EVALUATIONS = 2, 3, 4, 5  # columns of the table
    MODEL_ROW = 11  # what Solver is told
    BAND_ROW = 13
    NUMBER = 1  # column of the number of the example

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Groups of columns: x, t, z, e and a of each layer, m, C, right."""
        return self.network.forward_groups()

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column of each symbol."""
        labels = [label for group in self.groups for label in group.labels]
        return {label: self.NUMBER + 1 + i for i, label in enumerate(labels)}

    @property
    def last_column(self) -> int:
        """Column of the last symbol."""
        return self.NUMBER + len(self.columns)

    @cached_property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, from 0 in its set, and column of each parameter."""
        return stacked_places(self.network, self.columns)

    @cached_property
    def place_of(self) -> dict[str, tuple[int, int]]:
        """The place of each parameter by its label."""
        return dict(zip(self.network.all_parameter_labels, self.places, strict=True))

    @cached_property
    def depth(self) -> int:
        """Rows of a set of parameters."""
        return 1 + max(row for row, _ in self.places)

    def set_row(self, number: int) -> int:
        """First row of a set of parameters."""
        return self.BAND_ROW + 3 + number * self.depth

    @property
    def symbols(self) -> SymbolCells:
        """The symbols as formula text, with the parameters in use."""
        top = self.set_row(IN_USE)
        return SymbolCells(self.columns, self.place_of, top, self.top, self.bottom)

    def cells(self, number: int) -> list[tuple[int, int]]:
        """Row and column of each parameter in a set."""
        return [(self.set_row(number) + row, column) for row, column in self.places]

    @property
    def top(self) -> int:
        """Row of the first example."""
        return self.set_row(IN_USE) + self.depth

    @property
    def bottom(self) -> int:
        """Row of the last example."""
        return self.top + self.examples - 1

    def table_row(self, number: int) -> int:
        """Row of the table: 0 for what is shown, START or SCIPY for what Python knows."""
        return self.TABLE_ROW + 1 + number

    @cached_property
    def changing(self) -> tuple[Rectangle, ...]:
        """The cells that Solver changes: yours, those that can be trained."""
        trained = replace(self.network, trains=True).trained
        cells = zip(self.cells(YOURS), trained.tolist(), strict=True)
        return rectangles(cell for cell, yes in cells if yes)

    @property
    def count(self) -> int:
        """How many cells Solver changes."""
        return int(replace(self.network, trains=True).trained.sum())


def rectangles(cells: Iterable[tuple[int, int]]) -> tuple[Rectangle, ...]:
    """Cells by row and column as rectangles that hold all of them and nothing else."""
    runs: list[Rectangle] = []
    for row, column in sorted(cells):
        if runs and runs[-1][0] == row and runs[-1][3] == column - 1:
            runs[-1] = (row, runs[-1][1], row, column)
        else:
            runs.append((row, column, row, column))
    found: dict[tuple[int, int, int], Rectangle] = {}  # by columns and last row
    for row, left, _, right in runs:
        above = found.pop((left, right, row - 1), (row, left, row, right))
        found[left, right, row] = (above[0], left, row, right)
    return tuple(sorted(found.values(), key=lambda rectangle: (rectangle[1], rectangle[0])))
