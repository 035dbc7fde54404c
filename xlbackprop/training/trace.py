"""A trace: every number of a training, as arrays and as pandas frames.

``values`` is the Training sheet without its parameter and sum rows, column for column. The frame of
it leaves out the gradients of parameters that aren't trained: they are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.recipe.steps import Steps
from xlbackprop.words import html

if TYPE_CHECKING:  # pandas is slow to import, and only the frames need it
    import pandas as pd
    from matplotlib.axes import Axes

SHOWN = 3  # rows at each end of a history in a notebook


@dataclass(frozen=True)
class Trace:
    """All numbers of a training of U updates of P parameters.

    The blocks are those of ``steps``: one per update, and one after the last update.

    Attributes:
        network: what was trained.
        steps: which examples each block shows.
        values: (rows of all blocks, columns), the columns of ``groups``.
        parameter_values: (U + 1, P); row u is what update u starts with.
        cost: C_T of each block, the sum or mean of C over its examples, (U + 1,).
        accuracy: share of right answers of each block, (U + 1,).
        gradient: ∂C_T/∂w, (U + 1, P); 0 for parameters that aren't trained.
        states: what the update rule remembers after each update, by name, each (U, P).
        eta: learning rate of each update, (U,).
    """

    network: Network
    steps: Steps
    values: Array
    parameter_values: Array
    cost: Array
    accuracy: Array
    gradient: Array
    states: Mapping[str, Array]
    eta: Array

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of columns, in the sheet's order."""
        return self.network.groups

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where each group stands among the columns."""
        return column_slices(self.groups)

    @property
    def updates(self) -> int:
        """Number of updates, U."""
        return self.steps.updates

    def group(self, key: str) -> Array:
        """The columns of one group, (rows, columns)."""
        return self.values[:, self.slices[key]]

    def block(self, number: int) -> Array:
        """The rows of one block, counted from 0, (examples of the block, columns)."""
        return self.values[self.steps.rows(number)]

    @property
    def mean_cost(self) -> Array:
        """The mean of C over the examples of each block, (U + 1,)."""
        return self.cost if self.network.averaged else self.cost / self.steps.sizes

    @cached_property
    def epoch_cost(self) -> Array:
        """The mean of C over all examples of each epoch, each by the parameters of its step.

        The last one, of all examples after the last update, is that of the result; (epochs + 1,).
        """
        starts = np.arange(0, self.updates + 1, self.steps.per_epoch)
        totals = np.add.reduceat(self.mean_cost * self.steps.sizes, starts)
        means: Array = totals / np.add.reduceat(self.steps.sizes, starts)
        return means

    def gradient_norm(self) -> Array:
        """|∇C_T|, the length of the gradient, (U + 1,); NaN where there is no pass back."""
        if not self.network.trains:
            return np.full(len(self.gradient), np.nan)
        with np.errstate(all="ignore"):  # a training that overflows has an infinite gradient
            norm: Array = np.sqrt(np.square(self.gradient).sum(axis=1))
        return norm

    def summary(self) -> str:
        """What the training came to, in one line."""
        steps, cost = self.steps, self.cost
        right = f"; {self.accuracy[-1]:.1%} right" if self.network.answers else ""
        if not steps.updates:
            return f"C_T {cost[0]:.6g}{right}; one pass forward, nothing is trained"
        updates = f"{steps.updates:,} update{'' if steps.updates == 1 else 's'}"
        if not steps.batched:
            return f"C_T {cost[0]:.6g} at the start, {cost[-1]:.6g} after {updates}{right}"
        first, last = self.epoch_cost[[0, -1]]
        return (
            f"C_T per example {first:.6g} in the first epoch, {last:.6g} of all examples after "
            f"{updates}{right}"
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw C_T with matplotlib, into ``ax`` or a new figure.

        Raises:
            PackageError: matplotlib is missing.
        """
        from xlbackprop.training.plot import plot_cost

        if self.steps.batched:
            name = "$C_T$" if self.network.averaged else "$C_T / n$"
            return plot_cost(self.mean_cost, "step", name, ax)
        return plot_cost(self.cost, "epoch", "$C_T$", ax)

    def _repr_html_(self) -> str:
        history = self.history.reset_index()
        rows = [[html.shown(x) for x in row] for row in history.itertuples(index=False)]
        if len(rows) > 2 * SHOWN + 1:
            rows = [*rows[:SHOWN], ["…"] * len(history.columns), *rows[-SHOWN:]]
        return html.table(f"Trace: {self.summary()}", list(history.columns), rows)

    # The same as frames. All are indexed by epoch, and by step where an epoch has several, which
    # mini-batches have: ``.loc[2]`` is epoch 2 of each; ``reset_index()`` makes columns of them.

    @cached_property
    def examples(self) -> "pd.DataFrame":
        """One row per epoch (and step) and example, one column per symbol."""
        import pandas as pd

        blocks = self._counters().loc[np.repeat(np.arange(self.updates + 1), self.steps.sizes)]
        index = pd.MultiIndex.from_frame(blocks.assign(example=self.steps.numbers))
        labels = [label for group in self.groups for label in group.labels]
        frame = pd.DataFrame(self.values, index=index, columns=labels)
        fixed = np.array(self.network.all_parameter_labels)[~self.network.trained]
        return frame.drop(columns=[f"g_{label}" for label in fixed], errors="ignore")

    @cached_property
    def parameters(self) -> "pd.DataFrame":
        """One row per epoch (and step), one column per parameter."""
        import pandas as pd

        labels = list(self.network.all_parameter_labels)
        return pd.DataFrame(self.parameter_values, index=self._index(), columns=labels)

    @cached_property
    def history(self) -> "pd.DataFrame":
        """One row per epoch (and step): (examples,) C_T, (C_epoch,) accuracy and gradient_norm.

        ``C_epoch`` stands beside the last step of each epoch, see ``epoch_cost``.
        """
        import pandas as pd

        columns: dict[str, Any] = {"examples": self.steps.sizes} if self.steps.batched else {}
        columns["C_T"] = self.cost
        if self.steps.batched:
            ends = np.full(self.updates + 1, np.nan)
            ends[self.steps.ends_of_epochs()] = self.epoch_cost
            columns["C_epoch"] = ends
        columns["accuracy"] = self.accuracy
        columns["gradient_norm"] = self.gradient_norm()
        return pd.DataFrame(columns, index=self._index())

    def _index(self) -> "pd.Index[Any]":
        """Epoch, and step where an epoch has several, of each block."""
        import pandas as pd

        counters = self._counters()
        several = len(counters.columns) > 1
        return pd.MultiIndex.from_frame(counters) if several else pd.Index(counters["epoch"])

    def _counters(self) -> "pd.DataFrame":
        """Epoch, and step where an epoch has several, of each block."""
        import pandas as pd

        blocks = np.arange(self.updates + 1)
        counters = {"epoch": blocks // self.steps.per_epoch + 1}
        return pd.DataFrame(counters | ({"step": blocks + 1} if self.steps.batched else {}))


def column_slices(groups: tuple[Group, ...]) -> dict[str, slice]:
    """Where each group stands when all stand in a row."""
    slices, start = {}, 0
    for group in groups:
        slices[group.key] = slice(start, start + len(group.labels))
        start += len(group.labels)
    return slices
