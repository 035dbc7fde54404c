"""Where things stand on the Learning rates sheet; addresses only, no cell is made here.

At the top a table with a row for each η, below it C_T of each η step by step, as the chart draws
it; at the bottom the trainings themselves: a block per update, and in it a row with the parameters
of each η, the examples with a group of columns for each η, and a row with the sums of each η.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from xlbackprop.gate import COLUMNS
from xlbackprop.network.network import Network
from xlbackprop.recipe.steps import Steps
from xlbackprop.sheets.passes.several import Passes
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.training import SymbolCells
from xlbackprop.workbook.address import letters

FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # times the recipe's own η
MOST_UPDATES, SOME_UPDATES = 20, 3
TABLE_ROW = 4  # headings; a row for each η below them
ETA, FIRST_COST, LAST_COST, VERDICT = 1, 2, 3, 4  # columns of the table
CURVE_ROW = TABLE_ROW + len(FACTORS) + 2  # headings; a row per block below them
CHART_COLUMN = 9  # behind an empty one
COUNTER, EXAMPLE, RATE = 1, 2, 3  # columns below
USUAL_CELLS, MOST_CELLS = 50_000, 200_000  # more only for some updates, or a single one; never


@dataclass(frozen=True)
class RatesLayout:
    """The Learning rates sheet.

    Attributes:
        network: what is trained: no answers, gradients only as sums.
        some_steps: steps of one epoch of the training.
        all_steps: makes those of all of it.
        states: names of the states of the update rule.
    """

    network: Network
    some_steps: Steps
    all_steps: Callable[[], Steps]
    states: tuple[str, ...]

    @classmethod
    def of(cls, layout: Layout) -> "RatesLayout":
        """That of a workbook."""
        lean = replace(layout.network, answers=False, summed=True)
        states = tuple(state.name for state in layout.recipe.learning().states)
        return cls(lean, layout.one_epoch.steps, layout.recipe.steps, states)

    @property
    def divides(self) -> bool:
        """Whether its costs are divided by n: those of mini-batches, unless C_T is a mean."""
        return self.some_steps.batched and not self.network.averaged

    # How large it is.

    @cached_property
    def fits(self) -> bool:
        """Whether an update has room."""
        return self.least_cells <= MOST_CELLS and self.passes.last_column <= COLUMNS

    @property
    def least_cells(self) -> int:
        """About how many formula cells an update needs."""
        return self._update_cells + self._last_cells

    @property
    def _update_cells(self) -> int:
        """Formula cells of an update, of the largest mini-batch."""
        own = self.passes
        of_an_example = 1 + own.shared_width + own.count * own.own_width
        rows = len(FACTORS) * (2 + len(self.states))
        return int(self.some_steps.sizes[:-1].max()) * of_an_example + rows * own.parameters

    @property
    def _last_cells(self) -> int:
        """Formula cells of the block after the last update: a pass forward."""
        own = self.passes
        forward = 1 + own.shared_width + own.count * (self.forward_width - own.shared_width)
        return int(self.some_steps.sizes[-1]) * forward + len(FACTORS) * own.parameters

    @cached_property
    def forward_width(self) -> int:
        """Columns of x, t and a pass forward."""
        return sum(len(group.labels) for group in self.network.forward_groups())

    @cached_property
    def updates(self) -> int:
        """How many updates are computed."""
        usual, most = (
            (cells - self._last_cells) // self._update_cells for cells in (USUAL_CELLS, MOST_CELLS)
        )
        fit = min(MOST_UPDATES, max(usual, min(SOME_UPDATES, most)))
        return min(fit, self.all_steps().updates)

    @cached_property
    def steps(self) -> Steps:
        """The first steps of the training."""
        return self.all_steps().first(self.updates)

    @cached_property
    def passes(self) -> Passes:
        """The columns: a pass for each η."""
        return Passes(self.network, len(FACTORS), RATE + 1)

    # Rows.

    def curve_row(self, block: int) -> int:
        """Row of C_T of a block, counted from 0."""
        return CURVE_ROW + 2 + block

    @cached_property
    def heading_row(self) -> int:
        """First row of the headings of the trainings; two rows for the parameters, then three."""
        return max(self.curve_row(self.updates), CURVE_ROW + 16) + 3

    def top(self, block: int) -> int:
        """First row of a block."""
        return self.heading_row + 5 + self.steps.bounds[block] + block * self._extra

    @cached_property
    def _extra(self) -> int:
        """Rows of a block beside its examples."""
        return len(FACTORS) * (2 + len(self.states))

    def first_example(self, block: int) -> int:
        """Row of the first example."""
        return self.top(block) + len(FACTORS)

    def last_example(self, block: int) -> int:
        """Row of the last example."""
        return self.first_example(block) + int(self.steps.sizes[block]) - 1

    def training(self, number: int) -> "RateLayout":
        """The training with one η, as formulas see it."""
        return RateLayout(self, number)


@dataclass(frozen=True)
class RateLayout:
    """The training with one η, as formulas see it."""

    sheet: RatesLayout
    number: int

    @property
    def columns(self) -> dict[str, int]:
        """Column of each symbol."""
        return self.sheet.passes.columns[self.number]

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Row, from 0, and column of each parameter, in the order of the parameters."""
        return self.sheet.passes.places

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states of the update rule."""
        return self.sheet.states

    def parameter_row(self, block: int) -> int:
        """Row of the parameters."""
        return self.sheet.top(block) + self.number

    def cells(self, block: int) -> SymbolCells:
        """The symbols of a block as formula text."""
        rows = self.sheet.first_example(block), self.sheet.last_example(block)
        place_of = self.sheet.passes.place_of
        return SymbolCells(self.columns, place_of, self.parameter_row(block), *rows)

    def sum_row(self, block: int) -> int:
        """Row of the sums."""
        return self.sheet.last_example(block) + 1 + self.number

    def state_row(self, block: int, name: str) -> int:
        """Row of a state of the update rule."""
        return self.sum_row(block) + len(FACTORS) * (1 + self.states.index(name))

    def counter_cell(self, block: int) -> str:
        """The cell with the number of the update."""
        return f"${letters(COUNTER)}{self.parameter_row(block)}"

    def rate_cell(self, block: int) -> str:
        """The cell with the learning rate of the update."""
        return f"${letters(RATE)}{self.parameter_row(block)}"
