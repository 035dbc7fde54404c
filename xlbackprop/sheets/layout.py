"""Where each symbol lives: the map that formulas, sheets and the check all read.

Nothing here makes a cell; these are addresses only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from xlbackprop.catalogue import Catalogue
from xlbackprop.engine import network_of
from xlbackprop.network.network import Network
from xlbackprop.recipe import VIEWS, Recipe
from xlbackprop.scalings import SCALINGS
from xlbackprop.sheets import gradient_layout, rates_layout
from xlbackprop.sheets.gradient_layout import GradientLayout
from xlbackprop.sheets.pictures_layout import PicturesLayout
from xlbackprop.sheets.places import (
    CompareLayout,
    DataLayout,
    FitLayout,
    HistoryLayout,
    ParametersLayout,
)
from xlbackprop.sheets.predict_layout import PredictLayout
from xlbackprop.sheets.rates_layout import RatesLayout
from xlbackprop.sheets.solver_layout import SolverLayout
from xlbackprop.sheets.training_layout import TrainingLayout
from xlbackprop.sheets.walkthrough_layout import WalkthroughLayout
from xlbackprop.steps import Steps
from xlbackprop.workbook.theme import Theme, shipped_theme

SHEETS = (
    "start",
    "data",
    "solver",
    "parameters",
    "training",
    "walkthrough",
    "predict",
    "gradient-check",
    "learning-rates",
    "pictures",
    "history",
    "fit",
    "compare",
    "recipe",
)
MOST_CURVES = 4  # of different colours in one chart
TOLERANCE = 1e-9  # of the Compare sheet
ETA = "eta"  # defined name of the learning rate
NOTE = 4  # columns that a switch of the Training sheet and the note on it need
STEP = 1e-4  # of the Gradient check sheet


@cache
def reference(sheet: str, cell: str) -> str:
    """A cell of another sheet: Data!B7; the name in quotes where a spreadsheet needs them."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet)
    return f"{sheet}!{cell}" if plain else f"'{sheet}'!{cell}"


class Choice(NamedTuple):
    """A cell in which a person chooses what a sheet shows: a whole number from 1 on.

    Attributes:
        name: what it chooses.
        kind: the sheet.
        row: row of the cell.
        column: column of the cell.
        usual: what is chosen in a new workbook.
        most: the largest number that may be chosen.
    """

    name: str
    kind: str
    row: int
    column: int
    usual: int
    most: int


class Number(NamedTuple):
    """A cell into which a person types a number that sheets read, but no training.

    Attributes:
        name: what it is.
        kind: the sheet.
        row: row of the cell.
        column: column of the cell.
        usual: the number in a new workbook.
        empty: what an empty cell counts as; None where it is a fault.
    """

    name: str
    kind: str
    row: int
    column: int
    usual: float
    empty: float | None = None


@dataclass(frozen=True)
class Layout:
    """All sheets of a workbook, and the theme that they wear."""

    recipe: Recipe
    network: Network
    theme: Theme = field(default_factory=shipped_theme)

    @classmethod
    def of(cls, recipe: Recipe, theme: Theme | None = None) -> "Layout":
        """The layout of a recipe's workbook."""
        spoken = (theme or shipped_theme()).spoken(recipe.lang)
        return cls(recipe, network_of(recipe), spoken)

    @cached_property
    def text(self) -> Catalogue:
        """The texts of the workbook's language, those that fit this training."""
        variants = {
            "batched": self.one_epoch.steps.batched,
            "summed": self.network.summed,
            "filters": self.network.summed and self.network.has_maps,
            "forward": not self.network.trains,
            "solving": self.recipe.solver,
        }
        return Catalogue(self.recipe.lang, *(name for name, yes in variants.items() if yes))

    @property
    def measures(self) -> str:
        """What is measured of each block, in the workbook's language."""
        return self.text("training.measures" if self.network.answers else "training.only_cost")

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The kinds of sheets that the workbook has, in its order."""
        suits = {
            "fit": self.has_curve,
            "solver": self.recipe.solver,
            "walkthrough": self.has_walkthrough,
            "predict": self.predict.fits and self.history.shows_parameters,
            "pictures": self.pictures.fits and self.history.shows_parameters,
            "gradient-check": self.learns and self.gradient.fits,
            "learning-rates": self.learns and self.rates.fits,
        }
        left_out = set(VIEWS) - set(self.recipe.views)
        return tuple(kind for kind in SHEETS if suits.get(kind, True) and kind not in left_out)

    @property
    def has_curve(self) -> bool:
        """Whether the outputs are curves over one input."""
        recipe = self.recipe
        return len(recipe.inputs) == 1 and not recipe.label and self.network.outputs <= MOST_CURVES

    @property
    def has_walkthrough(self) -> bool:
        """Whether there is a pass back to walk through, on a page that can be read."""
        return self.network.trains and self.walkthrough.fits

    @property
    def learns(self) -> bool:
        """Whether training changes any parameter."""
        return bool(self.network.trained.any())

    @cached_property
    def too_large(self) -> dict[str, tuple[int, int]]:
        """Sheets left out for their size: how many cells they would need, and may have at most."""
        found = {
            "gradient-check": (
                self.gradient.fits,
                self.gradient.cells(1),
                gradient_layout.MOST_CELLS,
            ),
            "learning-rates": (self.rates.fits, self.rates.least_cells, rates_layout.MOST_CELLS),
        }
        return {
            kind: (cells, most)
            for kind, (fits, cells, most) in found.items()
            if self.learns and not fits and kind in self.recipe.views
        }

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The cells in which a person chooses what a sheet shows."""
        made: dict[str, Callable[[], tuple[Choice, ...]]] = {
            "walkthrough": lambda: self.walkthrough_choices,
            "predict": lambda: (self.predict_choice,) * self.has_blocks,
            "pictures": lambda: (self.pictures_choice,) * self.has_blocks,
            "gradient-check": lambda: self.gradient_choices,
            "fit": lambda: (self.fit_choice,),
            "solver": lambda: (self.solver_choice,),
        }
        return tuple(choice for kind in made if kind in self.sheets for choice in made[kind]())

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The cells into which a person types a number that sheets read, but no training."""
        made: dict[str, Callable[[], tuple[Number, ...]]] = {
            "training": lambda: tuple(self.training_switches.values()),
            "walkthrough": lambda: tuple(self.walkthrough_switches.values()),
            "predict": lambda: self.drawn,
            "gradient-check": lambda: (self.gradient_step,),
            "learning-rates": lambda: self.learning_rates,
        }
        views = [number for kind in made if kind in self.sheets for number in made[kind]()]
        return (self.tolerance, *views)

    @property
    def tolerance(self) -> Number:
        """Up to which difference the Compare sheet calls numbers equal."""
        row, column = CompareLayout.TOLERANCE_ROW, CompareLayout.TOLERANCE_COLUMN
        return Number("tolerance", "compare", row, column, TOLERANCE)

    @cached_property
    def training_switches(self) -> dict[str, Number]:
        """The cells of the Training sheet that hide and show, above what they hide."""
        training, network = self.training, self.network
        places = {"forward": training.first_of("z")}
        if network.trains:
            places["delta"] = training.first_of("cd")
            places["gradient"] = 0 if network.summed else training.places[0][1]
        switches, free = dict[str, Number](), 0
        for part, column in places.items():
            switches[part] = Number(f"training {part}", "training", 1, max(column, free), 1.0)
            free = switches[part].column + NOTE
        return switches

    @cached_property
    def walkthrough_switches(self) -> dict[str, Number]:
        """The cells of the Walkthrough sheet that hide and show."""
        page = self.walkthrough
        parts = ("forward", "delta", "gradient")
        return {
            part: Number(f"walkthrough {part}", "walkthrough", page.HELPER_ROW, column, 1.0)
            for part, column in zip(parts, page.switch_columns, strict=True)
        }

    @property
    def solver_choice(self) -> Choice:
        """Whose weights are shown: the reader's, the starting ones, or scipy's."""
        row, column = SolverLayout.CHOICE_ROW, SolverLayout.CHOICE_COLUMN
        return Choice("solver values", "solver", row, column, 1, 3)

    @property
    def fit_choice(self) -> Choice:
        """The block whose curve is shown."""
        row, column, blocks = FitLayout.CHOICE_ROW, FitLayout.CHOICE_COLUMN, self.history.blocks
        return Choice("fit block", "fit", row, column, blocks, blocks)

    @property
    def has_blocks(self) -> bool:
        """Whether there are parameters of several blocks to choose from."""
        return self.history.blocks > 1

    @property
    def predict_choice(self) -> Choice:
        """The block with whose parameters the network answers."""
        row, column, blocks = PredictLayout.CHOICE_ROW, self.predict.choice, self.history.blocks
        return Choice("predict block", "predict", row, column, blocks, blocks)

    @property
    def pictures_choice(self) -> Choice:
        """The block whose weights are shown as pictures."""
        row, column, blocks = PicturesLayout.CHOICE_ROW, self.pictures.choice, self.history.blocks
        return Choice("pictures block", "pictures", row, column, blocks, blocks)

    @cached_property
    def drawn(self) -> tuple[Number, ...]:
        """What a person draws: at first an example whose inputs are not all 0."""
        raw, cells = self.recipe.raw(), self.predict.drawn
        first = raw[int(np.argmax(raw.any(axis=1)))].tolist()
        return tuple(
            Number(f"drawn {label}", "predict", *cells[label], usual, empty=0.0)
            for label, usual in zip(self.network.output_labels(1), first, strict=True)
        )

    @property
    def gradient_choices(self) -> tuple[Choice, Choice]:
        """The parameter, by its number among the trained ones, and the block."""
        page, steps = self.gradient, self.training.steps
        column, trained = page.CHOICE_COLUMN, int(self.network.trained.sum())
        kind = "gradient-check"
        return (
            Choice("gradient parameter", kind, page.PARAMETER_ROW, column, 1, trained),
            Choice("gradient block", kind, page.BLOCK_ROW, column, 1, steps.updates),
        )

    @property
    def gradient_step(self) -> Number:
        """How far the parameter is moved."""
        page = self.gradient
        return Number("h", "gradient-check", page.STEP_ROW, page.CHOICE_COLUMN, STEP)

    @property
    def learning_rates(self) -> tuple[Number, ...]:
        """The learning rates of the trainings side by side."""
        rates = self.rates
        return tuple(
            Number(f"eta {i + 1}", "learning-rates", rates.table_row(i), rates.ETA, eta)
            for i, eta in enumerate(rates_layout.ETAS)
        )

    @property
    def walkthrough_choices(self) -> tuple[Choice, Choice]:
        """The block, but for the last, which has no pass back, and one of its examples."""
        page, steps = self.walkthrough, self.training.steps
        column, most = page.choice_column, int(steps.sizes[:-1].max())
        # An example whose inputs are all 0 would show no gradient.
        sees = self.recipe.x()[steps.numbers[: steps.sizes[0]] - 1].any(axis=1)
        usual = int(np.argmax(sees)) + 1
        return (
            Choice("walkthrough block", "walkthrough", page.BLOCK_ROW, column, 1, steps.updates),
            Choice("walkthrough example", "walkthrough", page.EXAMPLE_ROW, column, usual, most),
        )

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
        return self._training(self.recipe.steps())

    @cached_property
    def one_epoch(self) -> TrainingLayout:
        """The same for a training of one epoch, made in no time however long the training is."""
        order = np.arange(1, self.examples + 1)
        return self._training(Steps.of(self.examples, 1, self.recipe.batch, order))

    def _training(self, steps: Steps) -> TrainingLayout:
        learning = self.recipe.learning()
        states = tuple(state.name for state in learning.states)
        return TrainingLayout(self.network, steps, states, bool(learning.schedule.excel))

    @cached_property
    def history(self) -> HistoryLayout:
        """Where things stand on the History sheet."""
        steps, parameters = self.training.steps, len(self.network.all_parameter_labels)
        return HistoryLayout(steps.updates + 1, steps.batched, parameters)

    @cached_property
    def compare(self) -> CompareLayout:
        """Where things stand on the Compare sheet."""
        steps, parameters = self.training.steps, len(self.network.all_parameter_labels)
        return CompareLayout(steps.updates + 1, steps.batched, parameters)

    @cached_property
    def fit(self) -> FitLayout:
        """Where things stand on the Fit sheet."""
        return FitLayout(self.network, self.examples, bool(self.data.statistics))

    @cached_property
    def solver(self) -> SolverLayout:
        """Where things stand on the Solver sheet."""
        return SolverLayout(self.network, self.examples)

    @cached_property
    def predict(self) -> PredictLayout:
        """Where things stand on the Predict sheet."""
        recipe = self.recipe
        return PredictLayout(
            self.network,
            bool(recipe.image),
            bool(self.data.statistics),
            recipe.inputs,
            tuple(map(str, recipe.classes())),
        )

    @cached_property
    def pictures(self) -> PicturesLayout:
        """Where things stand on the Pictures sheet."""
        return PicturesLayout(self.network, self.recipe.image, self.examples)

    @cached_property
    def gradient(self) -> GradientLayout:
        """Where things stand on the Gradient check sheet."""
        steps = self.one_epoch.steps
        return GradientLayout(self.network, int(steps.sizes[:-1].max()), steps.batched)

    @cached_property
    def rates(self) -> RatesLayout:
        """Where things stand on the Learning rates sheet."""
        learning = self.recipe.learning()
        states = tuple(state.name for state in learning.states)
        return RatesLayout.of(self.network, self.one_epoch.steps, self.recipe.steps, states)

    @cached_property
    def walkthrough(self) -> WalkthroughLayout:
        """Where things stand on the Walkthrough sheet."""
        return WalkthroughLayout(self.network)
