"""The numbers of an update on the Walkthrough sheet: what the rule remembers, η, settings."""

from dataclasses import dataclass, replace
from math import nan

import numpy as np

from xlbackprop.network.updates import Corrected, Learning
from xlbackprop.page.sentences import FIGURES, Number, Part
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import ETA, Layout
from xlbackprop.sheets.walkthrough.figures import FINE
from xlbackprop.sheets.walkthrough.numbers import Numbers

SQUARES = 8  # decimals of s, a square of what has four
MOST = 10  # decimals of a setting


@dataclass(frozen=True)
class Update:
    """The update of one weight, after the chosen block.

    Attributes:
        layout: where everything stands.
        content: the numbers of the workbook.
        numbers: those of the page.
        weight: what it starts with.
        index: its place among all parameters.
    """

    layout: Layout
    content: Content
    numbers: Numbers
    weight: Number
    index: int

    @property
    def learning(self) -> Learning:
        """The rule, its schedule, and whether weights decay."""
        return self.layout.recipe.learning()

    def places(self, *, sum_itself: bool = False) -> dict[str, list[Part]]:
        """The numbers in the rule and in its states, by the names that ``figures`` has.

        Args:
            sum_itself: whether the gradient is the plain sum, where weights decay.
        """
        found: dict[str, Number] = {
            "w": replace(self.weight, factor=sum_itself),
            "eta": self._rate(),
        }
        found["k"] = Number(self.numbers.block.fixed, self._k, decimals=0)
        found["g"] = self._sum()
        for state in self.learning.states:
            found[state.name] = self.remembered(state.name, factor=True)
            found[f"{state.name}_old"] = self._old(state.name)
        if self.learning.gradient and not sum_itself:
            found["g"] = found[self.learning.gradient]
        found |= {name: self._setting(name) for name in self.learning.settings}
        # ε has too many decimals for a line, and matters where s is 0 only.
        places: dict[str, list[Part]] = {name: [number] for name, number in found.items()}
        return places | {"epsilon": ["ε"]}

    def remembered(self, name: str, *, factor: bool = False) -> Number:
        """A state after the update."""
        training = self.layout.training
        shift = training.state_row(0, name) - training.sum_row(0)
        value = self.numbers.of_block(self.numbers.trace.states[name])[self.index]
        return Number(self._looked_up("sums", shift), float(value), _decimals(name), factor=factor)

    def corrected(self, entry: Corrected, *, factor: bool = False) -> Number:
        """A state over what it would be of a gradient of 1."""
        state, settings = self.remembered(entry.state), self.content.inputs.settings
        formula = entry.excel.format(**{entry.state: state.cell, "k": self.numbers.block.fixed})
        with np.errstate(all="ignore"):
            value = np.float64(state.value) / (1 - np.float64(settings[entry.setting]) ** self._k)
        return Number(f"({formula})", float(value), state.decimals, factor=factor)

    @property
    def _k(self) -> float:
        """Number of the update, from 1."""
        return float(self.numbers.number + 1) if self.numbers.number >= 0 else nan

    @property
    def _place(self) -> tuple[int, int]:
        """How far below the first of its rows the weight stands on Training, and its column."""
        training, labels = self.layout.training, self.layout.network.all_parameter_labels
        return training.place_of[labels[self.index]]

    def _looked_up(self, row: str, shift: int = 0) -> str:
        below, column = self._place
        return self.numbers.looked_up(column, row, below + shift)

    def _sum(self) -> Number:
        """Σ∂C/∂w."""
        value = self.numbers.of_block(self.numbers.trace.gradient)[self.index]
        return Number(self._looked_up("sums"), float(value), FINE, factor=True)

    def _old(self, name: str) -> Number:
        """A state before the update: 0 at first, then what stands above the parameters."""
        training, number = self.layout.training, self.numbers.number
        shift = training.state_row(0, name) - training.parameter_row(1)
        formula = f"IF({self.numbers.block.fixed}=1,0,{self._looked_up('parameters', shift)})"
        states = self.numbers.trace.states[name]
        value = nan if number < 0 else float(states[number - 1, self.index]) if number else 0.0
        return Number(formula, value, _decimals(name), factor=True)

    def _setting(self, name: str) -> Number:
        usual, now = dict(self.layout.recipe.settings)[name], self.content.inputs.settings[name]
        return Number(name, now, max(FIGURES, _digits(usual)))

    def _rate(self) -> Number:
        """The learning rate of the update."""
        layout, training = self.layout, self.layout.training
        if not training.has_rate:
            decimals = max(FIGURES, len(f"{layout.recipe.eta:f}".rstrip("0").partition(".")[2]))
            return Number(ETA, self.content.inputs.eta, decimals, factor=True)
        below = training.rate_row(0) - training.sum_row(0)
        formula = self.numbers.looked_up(training.rate_column, "sums", below)
        value = float(self.numbers.of_block(self.numbers.trace.eta[:, None])[0])
        return Number(formula, value, FINE, factor=True)


def _decimals(name: str) -> int:
    return SQUARES if name == "s" else FINE


def _digits(number: float) -> int:
    return min(MOST, len(f"{number:.{MOST}f}".rstrip("0").partition(".")[2]))
