"""Steps: which examples each update looks at, and in which order.

With the full batch an update looks at all examples, in their order. With mini-batches each epoch
deals the examples out anew, in an order drawn by the recipe's seed: each step takes the next
`batch` of them, the last of an epoch what is left. After the last update all examples are looked
at once more, to measure the result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xlbackprop.arrays import Array, Whole, whole


@dataclass(frozen=True, eq=False)
class Steps:
    """The blocks of a training, one per update and one after the last.

    Attributes:
        numbers: example numbers from 1, block after block, (rows,).
        sizes: number of examples of each block, (updates + 1,).
        per_epoch: updates in an epoch.
    """

    numbers: Whole
    sizes: Whole
    per_epoch: int

    @classmethod
    def of(cls, examples: int, epochs: int, batch: int, order: Whole) -> "Steps":
        """The steps of a training.

        Args:
            examples: number of examples.
            epochs: how often all are seen.
            batch: examples in a step; 0 for all.
            order: example numbers of all epochs, (epochs · examples,).
        """
        full = batch or examples
        sizes = [min(full, examples - first) for first in range(0, examples, full)]
        return cls(
            np.concatenate([order, np.arange(1, examples + 1)]),
            np.array([*sizes * epochs, examples]),
            len(sizes),
        )

    @property
    def updates(self) -> int:
        """Number of updates."""
        return len(self.sizes) - 1

    @property
    def batched(self) -> bool:
        """Whether an epoch has several steps."""
        return self.per_epoch > 1

    @cached_property
    def bounds(self) -> list[int]:
        """Row at which each block begins, and the end of the last."""
        return [0, *np.cumsum(self.sizes).tolist()]

    def rows(self, block: int) -> slice:
        """The rows of a block, counted from 0."""
        return slice(self.bounds[block], self.bounds[block + 1])

    def epoch(self, block: int) -> int:
        """The epoch of a block, from 1; the block after the last update begins one more."""
        return block // self.per_epoch + 1

    def ends_of_epochs(self) -> list[int]:
        """The last block of each epoch, and the one after the last update; (epochs + 1,)."""
        return [*range(self.per_epoch - 1, self.updates, self.per_epoch), self.updates]

    def first(self, updates: int) -> "Steps":
        """The blocks up to the one that follows a number of updates."""
        end = self.bounds[updates + 1]
        return Steps(self.numbers[:end], self.sizes[: updates + 1], self.per_epoch)

    def alike(self) -> Iterator[tuple[Whole, Whole]]:
        """Blocks of equal size together: their numbers, (n,), and their rows, (n, size)."""
        starts = np.array(self.bounds[:-1])
        for size in np.unique(self.sizes):
            blocks = np.flatnonzero(self.sizes == size)
            yield blocks, starts[blocks][:, None] + np.arange(size)


def drawn_order(examples: int, epochs: int, batch: int, seed: int) -> Whole:
    """Example numbers of all epochs, (epochs · examples,): dealt out by the seed.

    The full batch takes the examples as they stand.
    """
    if not batch:
        return np.tile(np.arange(1, examples + 1), epochs)
    random = np.random.default_rng([seed, 1])  # not the numbers that starting weights are drawn by
    dealt = [random.permutation(examples) + 1 for _ in range(epochs)]
    return np.concatenate([np.empty(0, dtype=np.int64), *dealt])


def looked_up(table: Array, examples: Array) -> Array:
    """Rows of a table (N, columns) by example number, (rows, columns); NaN where none has it."""
    numbers = whole(examples)
    valid = (numbers >= 1) & (numbers <= len(table))
    rows = table[np.where(valid, numbers - 1, 0)]
    return np.where(valid[:, None], rows, np.nan)
