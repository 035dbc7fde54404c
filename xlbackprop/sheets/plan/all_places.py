"""Where things stand on every sheet of a workbook."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xlbackprop.data.scalings import SCALINGS
from xlbackprop.network.network import Network
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.steps import Steps
from xlbackprop.sheets.plan.solver import SolverLayout
from xlbackprop.sheets.plan.tables import (
    CompareLayout,
    DataLayout,
    HistoryLayout,
    ParametersLayout,
)
from xlbackprop.sheets.plan.training import TrainingLayout
from xlbackprop.sheets.walkthrough.layout import WalkthroughLayout


@dataclass(frozen=True)
class AllPlaces:
    """The places of each sheet, whether the workbook has it or not."""

    recipe: Recipe
    network: Network

    @property
    def examples(self) -> int:
        """Number of training examples."""
        return len(self.recipe.data.rows)

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
    def solver(self) -> SolverLayout:
        """Where things stand on the Solver sheet."""
        return SolverLayout(self.network, self.examples)

    @cached_property
    def walkthrough(self) -> WalkthroughLayout:
        """Where things stand on the Walkthrough sheet."""
        return WalkthroughLayout(self.network)

    @property
    def updates(self) -> int:
        """How many updates the training has."""
        return self.training.steps.updates

    @property
    def has_blocks(self) -> bool:
        """Whether there are parameters of several blocks to choose from."""
        return self.history.blocks > 1
