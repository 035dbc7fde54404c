"""Where things stand on each sheet beside Training; addresses only, no cell is made here."""

from dataclasses import dataclass
from functools import cached_property

from xlbackprop.gate import COLUMNS
from xlbackprop.network.network import Network

CLASS_ROW = 5  # of the Data sheet: the class that each target stands for


@dataclass(frozen=True)
class DataLayout:
    """The Data sheet: one row per example: number, label if there is one, inputs, targets.

    Where inputs are scaled, a row per statistic stands above the examples, and the scaled inputs
    stand between the raw ones and the targets; so do scaled targets stand behind the raw ones.

    Attributes:
        network: the network.
        examples: how many there are.
        has_label: whether the targets are classes.
        statistics: names of those that the scaling of the inputs needs; empty for none.
        target_statistics: the same for the targets.
    """

    network: Network
    examples: int
    has_label: bool
    statistics: tuple[str, ...] = ()
    target_statistics: tuple[str, ...] = ()
    texts: int = 0  # columns of texts that decide inputs, before the inputs

    FIRST = 7  # row below the headings
    NUMBER = 1
    LABEL = 2

    def statistic_row(self, name: str) -> int:
        """Row of a statistic of the raw inputs, or targets."""
        return self.FIRST + self._statistic_names.index(name)

    @property
    def _statistic_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.statistics, *self.target_statistics)))

    @property
    def top(self) -> int:
        """Row of the first example."""
        return self.FIRST + len(self._statistic_names)

    @property
    def bottom(self) -> int:
        """Row of the last example."""
        return self.top + self.examples - 1

    @property
    def width(self) -> int:
        """Number of inputs."""
        return len(self.network.output_labels(1))

    @property
    def first_text(self) -> int:
        """Column of the first texts that decide inputs."""
        return 3 if self.has_label else 2

    @property
    def inputs(self) -> int:
        """Column of the first input as it stands in the data."""
        return self.first_text + self.texts

    @property
    def x(self) -> int:
        """Column of the first input as the network sees it."""
        return self.inputs + self.width if self.statistics else self.inputs

    @property
    def raw_targets(self) -> int:
        """Column of the first target as it stands in the data."""
        return self.x + self.width

    @property
    def targets(self) -> int:
        """Column of the first target as outputs are compared with it."""
        return self.raw_targets + (self.network.outputs if self.target_statistics else 0)

    @property
    def seen(self) -> tuple[int, ...]:
        """Columns of x and t, which the training reads."""
        return *range(self.x, self.raw_targets), *range(self.targets, self.last_column + 1)

    @property
    def last_column(self) -> int:
        """Column of the last target."""
        return self.targets + self.network.outputs - 1


@dataclass(frozen=True)
class ParametersLayout:
    """The Parameters sheet: η, then one table per layer, one row per unit."""

    network: Network

    settings: tuple[str, ...] = ()

    ETA_ROW, ETA_COLUMN = 5, 3

    def setting_row(self, name: str) -> int:
        """Row of a setting of the update rule or the schedule, below η."""
        return self.ETA_ROW + 1 + self.settings.index(name)

    @property
    def first_table(self) -> int:
        """Row of the first layer's band."""
        return self.ETA_ROW + 3 + len(self.settings)

    def table_top(self, number: int) -> int:
        """Row of a layer's band; its headings are one below, its units from two below on."""
        before = (n for n, _ in self.network.learning() if n < number)
        return self.first_table + sum(self.table_rows(n) + 3 for n in before)

    def table_rows(self, number: int) -> int:
        """Rows of a layer's table: one per unit or filter."""
        source = self.network.source(number)
        return len(self.network.layers[number - 2].parameter_units(source))

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Row and column of each parameter, in the order of the parameters."""
        places = []
        for number, _ in self.network.learning():
            top, own = self.table_top(number) + 2, self.table_rows(number)
            rows = self.network.parameter_rows(number)
            for j, row in enumerate(rows[:own]):
                places += [(top + j, 2 + i) for i in range(len(row))]
            if len(rows) > own:  # a shared bias stands behind the first unit's weights
                places.append((top, 2 + len(rows[0])))
        return tuple(places)


@dataclass(frozen=True)
class ProgressLayout:
    """The Progress sheet: one row per block of the training.

    Mini-batches have columns for the step and its number of examples, for C_T per example, unless
    C_T is that already, and for the mean over all examples of the epoch.
    """

    blocks: int
    batched: bool
    parameters: int
    averaged: bool = False

    TOP = 6
    EPOCH = 1
    STEP, EXAMPLES = 2, 3  # only with mini-batches

    @property
    def cost(self) -> int:
        """Column of C_T."""
        return 4 if self.batched else 2

    @property
    def mean(self) -> int:
        """Column of C_T per example; C_T's own with the full batch, or where it is the mean."""
        return self.cost + self.divides

    @property
    def divides(self) -> bool:
        """Whether there is a column for C_T per example."""
        return self.batched and not self.averaged

    @property
    def whole(self) -> int:
        """Column of the mean of C over an epoch; C_T per example where each step is an epoch."""
        return self.mean + self.batched

    @property
    def accuracy(self) -> int:
        """Column of the share of right answers."""
        return self.whole + 1

    @property
    def norm(self) -> int:
        """Column of the length of the gradient."""
        return self.whole + 2

    @property
    def chart(self) -> int:
        """Column at which the charts begin."""
        return self.norm + 2

    @property
    def first_parameter(self) -> int:
        """Column of the first parameter."""
        return self.norm + 14

    @property
    def shows_parameters(self) -> bool:
        """Whether the parameters fit beside the rest."""
        return self.first_parameter + self.parameters - 1 <= COLUMNS

    @property
    def last_column(self) -> int:
        """The last column in use."""
        shown = self.parameters if self.shows_parameters else 0
        return self.first_parameter - 1 + shown

    def row(self, block: int) -> int:
        """Row of a block, counted from 0."""
        return self.TOP + block


@dataclass(frozen=True)
class CompareLayout:
    """The Compare sheet: C_T and parameters, live, from Python, and their difference.

    The parameters are left out where a sheet has too few columns for them.
    """

    blocks: int
    batched: bool
    all_parameters: int

    TOLERANCE_ROW, TOLERANCE_COLUMN = 3, 5
    TOP = 8
    EPOCH = 1
    STEP = 2  # only with mini-batches

    @property
    def live_cost(self) -> int:
        """Column of the sheet's own C_T."""
        return 3 if self.batched else 2

    @property
    def python_cost(self) -> int:
        """Column of Python's C_T."""
        return self.live_cost + 1

    @property
    def cost_difference(self) -> int:
        """Column of the difference between both."""
        return self.live_cost + 2

    @property
    def largest(self) -> int:
        """Column of the largest difference of a parameter."""
        return self.live_cost + 3

    @property
    def live(self) -> int:
        """Column of the first live parameter."""
        return self.live_cost + 5

    @property
    def parameters(self) -> int:
        """How many parameters are compared: all or none."""
        fits = self.live + 3 * self.all_parameters + 1 <= COLUMNS
        return self.all_parameters if fits else 0

    @property
    def python(self) -> int:
        """Column of the first parameter that Python computed."""
        return self.live + self.parameters + 1

    @property
    def difference(self) -> int:
        """Column of the first difference."""
        return self.python + self.parameters + 1

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return self.difference + self.parameters - 1 if self.parameters else self.cost_difference

    def row(self, block: int) -> int:
        """Row of a block, counted from 0."""
        return self.TOP + block
