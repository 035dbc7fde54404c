"""A trace: every number of a training, as arrays and as pandas frames.

``values`` is the Training sheet without its parameter and sum rows, column for column. The frame of
it leaves out the gradients of parameters that aren't trained: they are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from xlbackprop.network.network import Group, Network

if TYPE_CHECKING:  # pandas is slow to import, and only the frames need it
    import pandas as pd

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Trace:
    """All numbers of a training of E epochs with N examples and P parameters.

    Row E + 1 of each array is measured after the last update.

    Attributes:
        network: what was trained.
        values: (E + 1, N, columns), the columns of ``groups``.
        parameter_values: (E + 1, P); row e is what epoch e starts with.
        cost: C_T, (E + 1,).
        accuracy: share of right answers, (E + 1,).
        states: what the update rule remembers after each epoch, by name, each (E, P).
        eta: learning rate of each epoch, (E,).
        gradient: Σ∂C/∂w over the examples, (E + 1, P); 0 for parameters that aren't trained.
    """

    network: Network
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
        return (*self.network.forward_groups(), *self.network.backward_groups())

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where each group stands among the columns."""
        return column_slices(self.groups)

    @property
    def epochs(self) -> int:
        """Number of updates, E."""
        return len(self.parameter_values) - 1

    def group(self, key: str) -> Array:
        """The columns of one group, (E + 1, N, columns)."""
        return self.values[:, :, self.slices[key]]

    def gradient_norm(self) -> Array:
        """|∇C_T|, the length of the gradient, (E + 1,); NaN where there is no pass back."""
        if not self.network.trains:
            return np.full(len(self.gradient), np.nan)
        with np.errstate(all="ignore"):  # a training that overflows has an infinite gradient
            norm: Array = np.sqrt(np.square(self.gradient).sum(axis=1))
        return norm

    # The same as frames.

    @cached_property
    def examples(self) -> "pd.DataFrame":
        """One row per epoch and example, one column per symbol."""
        import pandas as pd

        steps, examples, columns = self.values.shape
        index = pd.MultiIndex.from_product(
            [range(1, steps + 1), range(1, examples + 1)], names=["epoch", "example"]
        )
        labels = [label for group in self.groups for label in group.labels]
        frame = pd.DataFrame(self.values.reshape(-1, columns), index=index, columns=labels)
        fixed = np.array(self.network.all_parameter_labels)[~self.network.trained]
        return frame.drop(columns=[f"g_{label}" for label in fixed])

    @cached_property
    def parameters(self) -> "pd.DataFrame":
        """One row per epoch, one column per parameter."""
        import pandas as pd

        index = pd.RangeIndex(1, len(self.parameter_values) + 1, name="epoch")
        labels = list(self.network.all_parameter_labels)
        return pd.DataFrame(self.parameter_values, index=index, columns=labels)

    @cached_property
    def history(self) -> "pd.DataFrame":
        """Epoch, C_T, accuracy and gradient_norm, one row per epoch and one after the last."""
        import pandas as pd

        return pd.DataFrame(
            {
                "epoch": np.arange(1, len(self.cost) + 1),
                "C_T": self.cost,
                "accuracy": self.accuracy,
                "gradient_norm": self.gradient_norm(),
            }
        )


def column_slices(groups: tuple[Group, ...]) -> dict[str, slice]:
    """Where each group stands when all stand in a row."""
    slices, start = {}, 0
    for group in groups:
        slices[group.key] = slice(start, start + len(group.labels))
        start += len(group.labels)
    return slices
