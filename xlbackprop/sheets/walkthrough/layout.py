"""Where things stand on the Walkthrough sheet: one example's pass, laid out as a network is drawn.

Layers stand side by side, the input on the left, the outputs on the right, as the pass forward
goes. Below it stands the pass back, each quantity below the one that it belongs to: δ below z,
∂C/∂w below w.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from xlbackprop.network.network import Network
from xlbackprop.page.cells import Input
from xlbackprop.page.page import SWITCH
from xlbackprop.sheets.passes.arrangement import Arrangement, Part, Picture
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.walkthrough.parts import Parts
from xlbackprop.workbook.limits import FORMULA_CHARACTERS

INPUTS, ROWS, CELLS, COLUMNS = 100, 40, 12_000, 90  # at most on a page that can still be read
BLOCK_ROW, EXAMPLE_ROW = 3, 4  # of the cells that choose
HELPER_ROW = 6  # where things stand on Training; headings are in the row above
VERDICT_ROW = 7
FORWARD_ROW = 8  # title; then the bands, then the numbers
UNITS, TIMES = 10, 7  # units that may be chosen; how often a sentence names a number


class Addresses:
    """Cells whose addresses are as long as those of a page."""

    def value(self, label: str) -> str:
        """One cell."""
        return "AA99"

    def values(self, first: str, last: str) -> str:
        """Several cells."""
        return "AA99:AA99"

    parameter, parameters = value, values


def suits(layout: Layout) -> bool:
    """Whether there is a pass back to walk through, on a page that can be read."""
    return layout.network.trains and layout.own(WalkthroughLayout.of).fits


def choices(layout: Layout) -> tuple[Input, Input]:
    """The block, but for the last, which has no pass back, and one of its examples."""
    column, steps = layout.own(WalkthroughLayout.of).choice_column, layout.training.steps
    # An example whose inputs are all 0 would show no gradient.
    sees = layout.recipe.x()[steps.numbers[: steps.sizes[0]] - 1].any(axis=1)
    usual, most = int(np.argmax(sees)) + 1, int(steps.sizes[:-1].max())
    block, example = ((row, column) for row in (BLOCK_ROW, EXAMPLE_ROW))
    return (
        layout.input("walkthrough block", "walkthrough", block, 1, steps.updates),
        layout.input("walkthrough example", "walkthrough", example, usual, most),
    )


def unit_choice(layout: Layout) -> Input | None:
    """The unit of each layer that is spelled out; None where every layer has one only."""
    page = layout.own(WalkthroughLayout.of)
    if page.units == 1:
        return None
    place = page.unit_row, page.choice_column
    return layout.input("walkthrough unit", "walkthrough", place, 1, page.units)


def switches(layout: Layout) -> dict[str, Input]:
    """The cells that hide and show."""
    columns = layout.own(WalkthroughLayout.of).switch_columns
    return {
        part: layout.input(
            f"walkthrough {part}", "walkthrough", (HELPER_ROW, column), 1.0, limit=SWITCH
        )
        for part, column in zip(("forward", "delta", "gradient"), columns, strict=True)
    }


@dataclass(frozen=True)
class WalkthroughLayout:
    """The Walkthrough sheet."""

    network: Network

    @classmethod
    def of(cls, layout: Layout) -> "WalkthroughLayout":
        """That of a workbook."""
        return cls(layout.network)

    @cached_property
    def _halves(self) -> list[tuple[int, Arrangement, Arrangement]]:
        """Number of each part, its pass forward and its pass back, both from row and column 0."""
        network = self.network
        make = Parts(network)
        parts = [(1, make.input(), Arrangement())]
        parts += [(n, make.layer(n), make.layer(n, back=True)) for n, _ in network.numbered()]
        parts.append((0, make.targets(), Arrangement()))
        return parts

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The groups of columns from the left."""
        parts, left = [], 1
        for number, forward, backward in self._halves:
            right = left + max(forward.columns, backward.columns) - 1
            parts.append(Part(number, left, right))
            left = right + 2
        return tuple(parts)

    @cached_property
    def forward(self) -> Arrangement:
        """The pass forward."""
        return self._placed(1, FORWARD_ROW + 2)

    @property
    def backward_row(self) -> int:
        """Row of the title of the pass back."""
        return self.forward.rows + 1

    @cached_property
    def backward(self) -> Arrangement:
        """The pass back."""
        return self._placed(2, self.backward_row + 2)

    def _placed(self, half: int, top: int) -> Arrangement:
        whole = Arrangement()
        for part, halves in zip(self.parts, self._halves, strict=True):
            area = halves[half]
            assert isinstance(area, Arrangement)
            whole |= area.moved(top, part.left)
        return whole

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures."""
        return self.forward.pictures + self.backward.pictures

    @cached_property
    def place_of(self) -> dict[str, tuple[int, int]]:
        """Row and column of each symbol; gradients are called ``g_w2_1_3``."""
        shown = (picture for picture in self.pictures if picture.kind != "A")
        return {label: place for picture in shown for label, place in picture.places}

    @property
    def words_row(self) -> int:
        """Row of the title of the sentences."""
        return self.backward.rows + 1

    @property
    def unit_row(self) -> int:
        """Row of the cell that chooses the unit that is spelled out, where there is one."""
        return self.words_row + 1

    @property
    def lines_row(self) -> int:
        """Row of the first sentence."""
        return self.words_row + (2 if self.units > 1 else 1)

    @cached_property
    def units(self) -> int:
        """How many units of a layer may be spelled out: a formula has to name all of them."""
        most = max(self.rows(number) for number, _ in self.network.numbered())
        longest = max((len(text) for text in self._shares()), default=1)
        return max(1, min(UNITS, most, FORMULA_CHARACTERS // (TIMES * longest)))

    def _shares(self) -> Iterator[str]:
        """Formulas that pass δ back where they are no products, addresses for labels."""
        network = self.network
        for number, layer in islice(network.numbered(), 1, None):
            place, source = network.place(number), network.source(number)
            if not layer.passed_back_terms(place, source, 0):
                yield from layer.passed_back_formulas(place, source, Addresses())

    def rows(self, number: int) -> int:
        """How many units, filters or maps a layer has."""
        return self.network.source(number + 1).shape[0]

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return self.parts[-1].right

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """The columns that hold something; those between them are narrow."""
        items = self.forward.items + self.backward.items
        return tuple(sorted({c for item in items for c in range(item.left, item.right + 1)}))

    @property
    def choice_column(self) -> int:
        """Column of the cells that choose: there is room for a name at their left."""
        return next(column for column in self.columns if column > self.columns[2])

    @property
    def helper_columns(self) -> tuple[int, ...]:
        """Columns of the rows on Training: parameters, example, sums, next parameters."""
        free = (column for column in self.columns if column >= self.choice_column)
        return tuple(islice(free, 4))

    @property
    def switch_columns(self) -> tuple[int, ...]:
        """Columns of the cells that hide and show, behind those of the rows on Training."""
        behind = self.helper_columns[-1] + 2
        free = [column for column in self.columns if column >= behind][:3]
        last = free[-1] if free else behind - 1
        return (*free, *range(last + 1, last + 4 - len(free)))

    @cached_property
    def fits(self) -> bool:
        """Whether all of it is still a page that can be read."""
        network = self.network
        rows = (len(network.parameter_rows(n)) for n, _ in network.learning())
        units = sum(len(network.output_labels(n)) for n in range(1, network.last + 1))
        if len(network.output_labels(1)) > INPUTS or max(rows) > ROWS:
            return False
        if len(network.all_parameter_labels) + units > CELLS:
            return False
        return self.last_column <= COLUMNS
