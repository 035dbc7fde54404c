"""Where things stand on the Gradient check sheet; addresses only, no cell is made here.

At the top the choices and a table with a row for each h; below, the parameters of each pass: w,
but for the chosen one, which is w + h or w − h; at the bottom a row per example.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from xlbackprop.gate import COLUMNS
from xlbackprop.network.network import Network
from xlbackprop.sheets.passes.several import Passes
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import printed
from xlbackprop.workbook.address import letters

MOST_CELLS = 60_000  # of the whole sheet; above it there is no table, or no sheet
CHOICE_COLUMN = 2
PARAMETER_ROW, BLOCK_ROW, STEP_ROW = 3, 4, 5  # of the cells that choose
SENTENCE_ROW, VERDICT_ROW = 6, 7
TABLE_ROW = 9  # headings; below them the chosen h, then those of the table
CHART_COLUMN = 10  # behind an empty one
NUMBER, STEP, COUNTS = 1, 2, 3  # columns below: labels, h or the example, whether it counts
LABEL, H, PLUS, MINUS, QUOTIENT, SLOPE, DIFFERENCE, DECIMALS = range(1, 9)  # of the table
EXPONENTS = range(1, 9)  # of the table: h = 10⁻¹ to 10⁻⁸


@dataclass(frozen=True)
class GradientLayout:
    """The Gradient check sheet.

    Attributes:
        network: the network of the training.
        examples: rows of the largest block.
        batched: whether blocks are mini-batches, the last of an epoch perhaps smaller.
    """

    network: Network
    examples: int
    batched: bool

    @classmethod
    def of(cls, layout: Layout) -> "GradientLayout":
        """That of a workbook."""
        steps = layout.one_epoch.steps
        return cls(layout.network, int(steps.sizes[:-1].max()), steps.batched)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each parameter is called: its symbol, with the layer where several have it."""
        symbols = {label: printed(label) for label in self.network.all_parameter_labels}
        counts = Counter(symbols.values())
        return tuple(
            symbols[label] if counts[symbols[label]] == 1 else f"{symbols[label]} ({number})"
            for number, _ in self.network.learning()
            for label in self.network.parameter_labels(number)
        )

    # How large it is.

    @cached_property
    def has_table(self) -> bool:
        """Whether there are passes for the h of the table."""
        return self._fits(1 + len(EXPONENTS))

    @cached_property
    def fits(self) -> bool:
        """Whether there is room for the chosen h at least."""
        return self._fits(1)

    def _fits(self, steps: int) -> bool:
        passes = self._passes(steps)
        return self.cells(steps) <= MOST_CELLS and passes.last_column <= COLUMNS

    def cells(self, steps: int) -> int:
        """About how many formula cells there are with so many h."""
        passes = self._passes(steps)
        of_an_example = 1 + passes.shared_width + passes.count * passes.own_width
        return self.examples * of_an_example + (2 + passes.count) * passes.parameters

    @cached_property
    def steps(self) -> int:
        """How many h there are: the chosen one and those of the table."""
        return 1 + len(EXPONENTS) if self.has_table else 1

    def _passes(self, steps: int) -> Passes:
        lean = replace(self.network, answers=False, summed=True, trains=False)
        return Passes(lean, 2 * steps, COUNTS + self.batched)

    @cached_property
    def passes(self) -> Passes:
        """The columns: pass 2 i is that of w + h, pass 2 i + 1 that of w − h, h being number i."""
        return self._passes(self.steps)

    # Rows.

    def table_row(self, step: int) -> int:
        """Row of an h: 0 for the chosen one."""
        return TABLE_ROW + 1 + step

    @property
    def closest_row(self) -> int:
        """Row of the sentence on the table."""
        return self.table_row(self.steps)

    @property
    def note_row(self) -> int:
        """Row of the sentence on kinks."""
        return self.closest_row + 1

    @cached_property
    def helper_row(self) -> int:
        """Row of where things stand on Training; its headings are in the row above."""
        below_chart = TABLE_ROW + len(EXPONENTS) + 3 if self.has_table else 0
        return max(self.note_row, below_chart) + 2

    @property
    def band_row(self) -> int:
        """First row of the parameters' headings."""
        return self.helper_row + 2

    @property
    def label_row(self) -> int:
        """Row of the parameters' symbols."""
        return self.band_row + 1

    @property
    def names_row(self) -> int:
        """Row of the parameters that may be chosen."""
        return self.band_row + 2

    @property
    def now_row(self) -> int:
        """Row of w."""
        return self.band_row + 3

    @property
    def slope_row(self) -> int:
        """Row of Σ∂C/∂w."""
        return self.band_row + 4

    def pass_row(self, number: int) -> int:
        """Row of the parameters of a pass."""
        return self.band_row + 5 + number

    @property
    def heading_row(self) -> int:
        """First row of the headings of the examples."""
        return self.pass_row(self.passes.count) + 2

    @property
    def top(self) -> int:
        """Row of the first example."""
        return self.heading_row + 3

    @property
    def bottom(self) -> int:
        """Row of the last example."""
        return self.top + self.examples - 1

    def parameter_cells(self, row: int) -> str:
        """The row of parameters with the cell before it, so that it is never a single cell."""
        first, last = self.passes.first - 1, self.passes.first + self.passes.parameters - 1
        return f"${letters(first)}${row}:${letters(last)}${row}"
