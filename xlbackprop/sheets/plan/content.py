"""What the sheets show: the numbers of a workbook, from training or read back from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan

import numpy as np

from xlbackprop.arrays import Array, Whole
from xlbackprop.data.scalings import Known, Scaled
from xlbackprop.data.table import Entry, folded
from xlbackprop.judge.rounding import Move
from xlbackprop.page.cells import Input
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.solver import Solution
from xlbackprop.training.trace import Trace


@dataclass(frozen=True)
class Inputs:
    """The cells that a person may edit.

    Attributes:
        raw: inputs before any scaling, (examples, inputs).
        labels: class of each example; empty when targets are numbers.
        targets: target numbers, (examples, outputs); None when there are labels.
        eta: learning rate.
        start: starting parameters, (P,).
        settings: settings of update rule and schedule, by name.
        order: example numbers of all updates, block after block.
        asked: what the other cells hold that ask something, by name; NaN where that can't be used.
        yours: the parameters that Solver changes, (P,); empty where there is no such sheet.
        texts: entries of each column of texts that decide inputs.
    """

    raw: Array
    labels: Sequence[Entry]
    targets: Array | None
    eta: float
    start: Array
    settings: Mapping[str, float] = field(default_factory=dict)
    order: Whole | None = None
    asked: Mapping[str, float] = field(default_factory=dict)
    yours: Array = field(default_factory=lambda: np.empty(0))
    texts: Sequence[Sequence[Entry]] = ()

    @classmethod
    def of(cls, layout: Layout) -> "Inputs":
        """The inputs of a new workbook."""
        recipe = layout.recipe
        return cls(
            raw=recipe.raw(),
            labels=recipe.labels(),
            targets=None if recipe.label else recipe.raw_targets(),
            eta=recipe.eta,
            start=recipe.start_parameters(),
            settings=dict(recipe.settings),
            order=recipe.steps().numbers[: -len(recipe.data.rows)],
            asked={place.name: place.usual for place in layout.asked},
            texts=[recipe.data.column(name) for name, _ in recipe.categories],
            yours=recipe.start_parameters() if recipe.solver else np.empty(0),
        )

    def chosen(self, place: Input) -> int:
        """The number in a cell that takes whole ones; 0 where that can't be used.

        The usual one where the workbook has no such cell.
        """
        number = self.asked.get(place.name, place.usual)
        return 0 if isnan(number) else int(number)

    def moved(self, move: Move) -> "Inputs":
        """With the numbers that sums are made of moved, and those that are asked; no choices."""
        return replace(
            self,
            raw=move(self.raw),
            targets=None if self.targets is None else move(self.targets),
            start=move(self.start),
            asked={
                name: number if number.is_integer() else float(move(np.array(number)))
                for name, number in self.asked.items()
            },
            yours=move(self.yours),
        )

    def t(self, classes: Sequence[Entry]) -> Array:
        """Targets before any scaling, (examples, outputs): numbers, or 1 for the class."""
        if self.targets is not None:
            return self.targets
        return np.array([[is_of(label, c) for c in classes] for label in self.labels])


def is_of(label: Entry, item: Entry) -> float:
    """1 where a label or text is that one, else 0; NaN where it can't be used."""
    return nan if label != label else float(folded(label) == folded(item))


@dataclass(frozen=True)
class Content:
    """All numbers of a workbook.

    ``examples`` has the number of the example in each row of Training, as it stands there.
    In a new workbook ``expected``, ``live`` and ``python`` are the same trace. When a file is
    checked, ``live`` holds the file's own training numbers, ``expected`` what each of them ought
    to be given the others, and ``python`` the constants that Python once wrote for comparison.
    ``solution`` is what scipy found, where there is a Solver sheet. ``shown`` has, when a file is
    checked, all that each kind of sheet shows, (rows, columns), NaN where it is no number.
    """

    recipe_text: str
    inputs: Inputs
    scaled: Scaled
    targets: Scaled
    examples: Array
    expected: Trace
    live: Trace
    python: Trace
    solution: Solution | None = None
    shown: Mapping[str, Array] = field(default_factory=dict)

    def statistics(self, layout: Layout) -> Known:
        """The statistics of each input that Data shows: a wrong one is blamed there only."""
        data = layout.data
        rows = {name: data.statistic_row(name) for name in data.statistics}
        return self._statistics(rows, data.inputs, data.width) or self.scaled.statistics

    def target_statistics(self, layout: Layout) -> Known:
        """The same of each target."""
        data, outputs = layout.data, layout.network.outputs
        rows = {name: data.statistic_row(name) for name in data.target_statistics}
        return self._statistics(rows, data.raw_targets, outputs) or self.targets.statistics

    def _statistics(self, rows: Mapping[str, int], column: int, width: int) -> Known:
        """What Data shows in some rows, from a column on; empty in a new workbook."""
        shown, columns = self.shown.get("data"), slice(column - 1, column - 1 + width)
        return {} if shown is None else {name: shown[r - 1, columns] for name, r in rows.items()}

    def tables(self, layout: Layout) -> tuple[Array, Array]:
        """x and t of all examples as the Data sheet shows them."""
        shown, data = self.shown.get("data"), layout.data
        if shown is None:
            return self.scaled.values, self.targets.values
        rows, left = slice(data.top - 1, data.bottom), data.targets - 1
        return shown[rows, data.x - 1 : data.raw_targets - 1], shown[rows, left : data.last_column]


def constant(number: float) -> float | str:
    """A number that Python computed, as a cell holds it: a dash where it is too large."""
    return number if np.isfinite(number) else "–"
