"""Where each symbol lives: the map that formulas, sheets and the check all read.

Nothing here makes a cell; these are addresses only.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np

from xlbackprop.data.scalings import SCALINGS
from xlbackprop.network.network import Network
from xlbackprop.page.cells import Input
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.steps import Steps
from xlbackprop.sheets.plan.solver import SolverLayout
from xlbackprop.sheets.plan.tables import (
    CompareLayout,
    DataLayout,
    ParametersLayout,
    ProgressLayout,
)
from xlbackprop.sheets.plan.training import TrainingLayout
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import reference
from xlbackprop.workbook.theme import Theme, shipped_theme

Made = TypeVar("Made")
ETA = "eta"  # defined name of the learning rate


class Sheet(Protocol):
    """What a layout asks of a kind of sheet, see ``plan.kind``."""

    @property
    def name(self) -> str:
        """In recipes and catalogues."""

    @property
    def suits(self) -> Callable[["Layout"], bool]:
        """Whether a workbook has it."""

    @property
    def asks(self) -> Callable[["Layout"], Iterable[Input]]:
        """The cells that ask something of a reader."""

    @property
    def size(self) -> Callable[["Layout"], tuple[int, int] | None]:
        """Cells that it would need, and may have at most, where it is left out for that."""


@dataclass(frozen=True)
class Layout:
    """Where things stand on the sheets of a workbook, and the theme that they wear.

    Attributes:
        recipe: what decides the workbook.
        network: the network that it describes.
        theme: the theme.
        kinds: the kinds of sheets that it may have, in its order; see ``sheets.kinds``.
    """

    recipe: Recipe
    network: Network
    theme: Theme = field(default_factory=shipped_theme)
    kinds: tuple[Sheet, ...] = ()
    _made: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, recipe: Recipe, theme: Theme | None = None) -> "Layout":
        """The layout of a recipe's workbook, as long as nobody has said which sheets it has."""
        spoken = (theme or shipped_theme()).spoken(recipe.lang)
        return cls(recipe, network_of(recipe), spoken)

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The kinds of sheets that the workbook has, in its order."""
        return tuple(kind.name for kind in self.kinds if kind.suits(self))

    @cached_property
    def asked(self) -> tuple[Input, ...]:
        """The cells that ask something of a reader, beside those of the training."""
        kinds = (kind for kind in self.kinds if kind.name in self.sheets)
        asked = (place for kind in kinds for place in kind.asks(self))
        # Those that choose come first: they are whole numbers, and what is shown depends on them.
        return tuple(sorted(asked, key=lambda place: not place.most))

    @cached_property
    def too_large(self) -> dict[str, tuple[int, int]]:
        """Sheets left out for their size: cells that they would need, and may have at most."""
        sizes = {kind.name: kind.size(self) for kind in self.kinds}
        return {name: size for name, size in sizes.items() if size}

    @cached_property
    def text(self) -> Catalogue:
        """The texts of the workbook's language, those that fit this training."""
        variants = {
            "averaged": self.network.averaged,  # first, as it has words for the others, too
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

    @property
    def learns(self) -> bool:
        """Whether training changes any parameter."""
        return bool(self.network.trained.any())

    # Where things stand.

    @property
    def examples(self) -> int:
        """Number of training examples."""
        return len(self.recipe.data.rows)

    @property
    def in_order(self) -> bool:
        """Whether the examples stand in the order of Data in every block of Training."""
        return not self.training.steps.batched and not self.recipe.order

    @cached_property
    def data(self) -> DataLayout:
        """Where things stand on the Data sheet."""
        recipe = self.recipe
        names, target_names = (
            tuple(statistic.name for statistic in SCALINGS[scaling].statistics)
            for scaling in (recipe.scaling, recipe.target_scaling)
        )
        return DataLayout(
            self.network,
            self.examples,
            bool(recipe.label),
            names,
            target_names,
            len(recipe.categories),
        )

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
    def progress(self) -> ProgressLayout:
        """Where things stand on the Progress sheet."""
        steps, parameters = self.training.steps, len(self.network.all_parameter_labels)
        averaged = self.network.averaged
        return ProgressLayout(steps.updates + 1, steps.batched, parameters, averaged)

    @cached_property
    def compare(self) -> CompareLayout:
        """Where things stand on the Compare sheet."""
        steps, parameters = self.training.steps, len(self.network.all_parameter_labels)
        return CompareLayout(steps.updates + 1, steps.batched, parameters)

    @cached_property
    def solver(self) -> SolverLayout:
        """Where things stand on the Solver sheet."""
        return SolverLayout(self.network, self.examples)

    @property
    def updates(self) -> int:
        """How many updates the training has."""
        return self.training.steps.updates

    @property
    def has_blocks(self) -> bool:
        """Whether there are parameters of several blocks to choose from."""
        return self.progress.blocks > 1

    def own(self, make: Callable[["Layout"], Made]) -> Made:
        """What a sheet makes of the layout for itself, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def input(
        self,
        name: str,
        kind: str,
        place: tuple[int, int],
        usual: float,
        most: int = 0,
        *,
        limit: str = "",
        empty: float | None = None,
    ) -> Input:
        """A cell of a sheet that asks something; see ``Input``."""
        return Input(name, self.sheet(kind), *place, usual, most, limit, empty)

    def sheet(self, kind: str) -> str:
        """The name of a sheet in the workbook's language."""
        return self.text(f"sheets.{kind}")

    def on(self, kind: str, cell: str) -> str:
        """A cell of another sheet, as formula text."""
        return reference(self.sheet(kind), cell)
