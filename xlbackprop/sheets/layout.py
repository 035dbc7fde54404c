"""Where each symbol lives: the map that formulas, sheets and the check all read.

Nothing here makes a cell; these are addresses only.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from xlbackprop.catalogue import Catalogue
from xlbackprop.engine import network_of
from xlbackprop.network.network import Group, Network
from xlbackprop.recipe import Recipe
from xlbackprop.scalings import SCALINGS
from xlbackprop.workbook.address import address, letters

SHEETS = ("start", "data", "parameters", "training", "history", "compare", "recipe")
ETA = "eta"  # defined name of the learning rate


@cache
def reference(sheet: str, cell: str) -> str:
    """A cell of another sheet: Data!B7; the name in quotes where a spreadsheet needs them."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet)
    return f"{sheet}!{cell}" if plain else f"'{sheet}'!{cell}"


@dataclass(frozen=True)
class DataLayout:
    """The Data sheet: one row per example: number, label if there is one, inputs, targets.

    Where inputs are scaled, a row per statistic stands above the examples, and the scaled inputs
    stand between the raw ones and the targets.
    """

    network: Network
    examples: int
    has_label: bool
    statistics: tuple[str, ...] = ()

    FIRST = 7  # row below the headings
    NUMBER = 1
    LABEL = 2

    def statistic_row(self, name: str) -> int:
        """Row of a statistic of the raw inputs."""
        return self.FIRST + self.statistics.index(name)

    @property
    def top(self) -> int:
        """Row of the first example."""
        return self.FIRST + len(self.statistics)

    @property
    def bottom(self) -> int:
        """Row of the last example."""
        return self.top + self.examples - 1

    @property
    def width(self) -> int:
        """Number of inputs."""
        return len(self.network.output_labels(1))

    @property
    def inputs(self) -> int:
        """Column of the first input as it stands in the data."""
        return 3 if self.has_label else 2

    @property
    def x(self) -> int:
        """Column of the first input as the network sees it."""
        return self.inputs + self.width if self.statistics else self.inputs

    @property
    def targets(self) -> int:
        """Column of the first target."""
        return self.x + self.width

    @property
    def last_column(self) -> int:
        """Column of the last target."""
        return self.targets + self.network.layers[-1].units - 1


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
        above = sum(layer.units + 3 for layer in self.network.layers[: number - 2])
        return self.first_table + above

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Row and column of each parameter, in the order of the parameters."""
        places = []
        for number, layer in self.network.numbered():
            top = self.table_top(number) + 2
            rows = self.network.parameter_rows(number)
            for j, row in enumerate(rows[: layer.units]):
                places += [(top + j, 2 + i) for i in range(len(row))]
            if len(rows) > layer.units:  # a shared bias stands behind the first unit's weights
                places.append((top, 2 + len(rows[0])))
        return tuple(places)


@dataclass(frozen=True)
class TrainingLayout:
    """The Training sheet: one block per epoch.

    A block has a row of parameters, the examples, a row of sums, a row per state of the update
    rule, and a row with η where η changes.
    """

    network: Network
    examples: int
    epochs: int
    states: tuple[str, ...] = ()
    has_rate: bool = False

    TOP = 6  # row of the first block
    EPOCH, EXAMPLE, FIRST = 1, 2, 3  # columns: epoch, example, first symbol

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Groups of columns in the sheet's order."""
        return (*self.network.forward_groups(), *self.network.backward_groups())

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column of each symbol; a parameter shares the column of its gradient."""
        labels = [label for group in self.groups for label in group.labels]
        places = {label: self.FIRST + i for i, label in enumerate(labels)}
        return places | {
            label.removeprefix("g_"): column
            for label, column in places.items()
            if label.startswith("g_")
        }

    @property
    def height(self) -> int:
        """Rows of a block."""
        return self.examples + 2 + len(self.states) + self.has_rate

    @property
    def forward_columns(self) -> int:
        """Number of columns of the forward pass; the last block has only these."""
        return sum(len(group.labels) for group in self.network.forward_groups())

    @property
    def first_parameter(self) -> int:
        """Column of the first parameter."""
        return self.columns[self.network.all_parameter_labels[0]]

    @property
    def last_column(self) -> int:
        """Column of the last parameter."""
        return self.columns[self.network.all_parameter_labels[-1]]

    def parameter_row(self, step: int) -> int:
        """Row of the parameters in block ``step``, from 0."""
        return self.TOP + step * self.height

    def first_example(self, step: int) -> int:
        """Row of the first example in block ``step``."""
        return self.parameter_row(step) + 1

    def sum_row(self, step: int) -> int:
        """Row of the sums in block ``step``."""
        return self.parameter_row(step) + self.examples + 1

    def state_row(self, step: int, name: str) -> int:
        """Row of a state of the update rule in block ``step``."""
        return self.sum_row(step) + 1 + self.states.index(name)

    def rate_row(self, step: int) -> int:
        """Row of the learning rate in block ``step``, where it changes."""
        return self.sum_row(step) + 1 + len(self.states)

    @property
    def last_row(self) -> int:
        """Row of the sums of the last block."""
        return self.sum_row(self.epochs)


@dataclass(frozen=True)
class TrainingCells:
    """Symbols of the Training sheet as formula text, for one block.

    Attributes:
        layout: the sheet's map.
        parameters_at: row of the block's parameters.
    """

    layout: TrainingLayout
    parameters_at: int

    def value(self, label: str) -> str:
        """The symbol's cell in the formula's own row."""
        return f"{letters(self.layout.columns[label])}{{r}}"

    def values(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the formula's own row."""
        return self.value(first) if first == last else f"{self.value(first)}:{self.value(last)}"

    def all_values(self, kind: str, number: int, units: int) -> str:
        """The cells of one kind of all units of a layer in the formula's own row."""
        return self.values(f"{kind}{number}_1", f"{kind}{number}_{units}")

    def parameter(self, label: str) -> str:
        """The cell of a parameter in the parameter row of the block."""
        return f"{letters(self.layout.columns[label])}${self.parameters_at}"

    def parameters(self, first: str, last: str) -> str:
        """The cells from one parameter to another in the parameter row of the block."""
        start = self.parameter(first)
        return start if first == last else f"{start}:{self.parameter(last)}"


@dataclass(frozen=True)
class HistoryLayout:
    """The History sheet: one row per epoch."""

    epochs: int

    TOP = 6
    EPOCH, COST, ACCURACY, NORM = 1, 2, 3, 4
    CHART = 6  # column of the charts
    FIRST_PARAMETER = 18

    def row(self, step: int) -> int:
        """Row of an epoch, counted from 0."""
        return self.TOP + step

    def cell(self, step: int, column: int) -> str:
        """Address of a number of an epoch."""
        return address(self.row(step), column)


@dataclass(frozen=True)
class CompareLayout:
    """The Compare sheet: C_T and parameters, live, from Python, and their difference."""

    parameters: int
    epochs: int

    TOLERANCE_ROW, TOLERANCE_COLUMN = 3, 5
    TOP = 8
    EPOCH, LIVE_COST, PYTHON_COST, COST_DIFFERENCE, LARGEST = 1, 2, 3, 4, 5
    LIVE = 7  # column of the first live parameter

    @property
    def python(self) -> int:
        """Column of the first parameter that Python computed."""
        return self.LIVE + self.parameters + 1

    @property
    def difference(self) -> int:
        """Column of the first difference."""
        return self.python + self.parameters + 1

    def row(self, step: int) -> int:
        """Row of an epoch, counted from 0."""
        return self.TOP + step


class RecipeLayout:
    """The Recipe sheet: one line of TOML per row."""

    TOP, COLUMN = 4, 1


@dataclass(frozen=True)
class Layout:
    """All sheets of a workbook."""

    recipe: Recipe
    network: Network

    @classmethod
    def of(cls, recipe: Recipe) -> "Layout":
        """The layout of a recipe's workbook."""
        return cls(recipe, network_of(recipe))

    @cached_property
    def text(self) -> Catalogue:
        """The texts of the workbook's language."""
        return Catalogue(self.recipe.lang)

    @property
    def examples(self) -> int:
        """Number of training examples."""
        return len(self.recipe.data.rows)

    def sheet(self, kind: str) -> str:
        """The name of a sheet in the workbook's language."""
        return self.text(f"sheets.{kind}")

    def on(self, kind: str, cell: str) -> str:
        """A cell of another sheet, as formula text."""
        return reference(self.sheet(kind), cell)

    @cached_property
    def data(self) -> DataLayout:
        """Where things stand on the Data sheet."""
        statistics = SCALINGS[self.recipe.scaling].statistics
        names = tuple(statistic.name for statistic in statistics)
        return DataLayout(self.network, self.examples, bool(self.recipe.label), names)

    @cached_property
    def parameters(self) -> ParametersLayout:
        """Where things stand on the Parameters sheet."""
        return ParametersLayout(self.network, tuple(name for name, _ in self.recipe.settings))

    @cached_property
    def training(self) -> TrainingLayout:
        """Where things stand on the Training sheet."""
        learning = self.recipe.learning()
        states = tuple(state.name for state in learning.states)
        has_rate = bool(learning.schedule.excel)
        return TrainingLayout(self.network, self.examples, self.recipe.epochs, states, has_rate)

    @cached_property
    def history(self) -> HistoryLayout:
        """Where things stand on the History sheet."""
        return HistoryLayout(self.recipe.epochs)

    @cached_property
    def compare(self) -> CompareLayout:
        """Where things stand on the Compare sheet."""
        return CompareLayout(len(self.network.all_parameter_labels), self.recipe.epochs)
