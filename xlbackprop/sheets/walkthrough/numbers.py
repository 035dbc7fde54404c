"""The numbers of the Walkthrough sheet: each a look-up in the rows of Training."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.sheets.passes.arrangement import Picture
from xlbackprop.sheets.passes.looks import ROLE, style
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.formulas import training_column
from xlbackprop.sheets.walkthrough.layout import HELPER_ROW, WalkthroughLayout
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address


@dataclass(frozen=True)
class PageCells:
    """Symbols of the page as formula text; in a map neighbours stand beside each other."""

    page: WalkthroughLayout

    def value(self, label: str) -> str:
        """The symbol's cell."""
        return address(*self.page.place_of[label])

    def values(self, first: str, last: str) -> str:
        """The cells from one symbol to another of the same layer, picture by picture."""
        spans, started = list[str](), False
        for picture in self.page.pictures:
            labels = [label for line in picture.labels for label in line]
            if picture.kind == "A" or not (started or first in labels):
                continue
            if first in labels or last in labels:
                start = first if first in labels else labels[0]
                end = last if last in labels else labels[-1]
            elif started and self._alike(labels[0], first):
                start, end = labels[0], labels[-1]
            else:
                continue
            started = True
            spans.append(self.value(start) if start == end else self._span(start, end))
            if last in labels:
                return ",".join(spans)
        raise ValueError(f"{first} to {last}: no such cells on the page.")

    def _alike(self, label: str, other: str) -> bool:
        return label[:2] == other[:2]

    def _span(self, start: str, end: str) -> str:
        return f"{self.value(start)}:{self.value(end)}"

    def parameter(self, label: str) -> str:
        """The parameter's cell."""
        return self.value(label)

    def parameters(self, first: str, last: str) -> str:
        """The cells from one parameter to another."""
        return self.values(first, last)


@dataclass
class Numbers:
    """What the page shows: each a look-up in the rows of Training, or computed from such.

    Attributes:
        page: the page.
        layout: where everything stands.
        trace: the numbers of Training that it is looked up in.
        block: the cell of the chosen block.
        example: the cell of the chosen row of the block.
        shown: what the page has under each symbol so far.
    """

    page: Page
    layout: Layout
    trace: Trace
    block: Live
    example: Live
    shown: dict[str, Live] = field(default_factory=dict)

    @cached_property
    def place(self) -> WalkthroughLayout:
        """Where things stand."""
        return self.layout.own(WalkthroughLayout.of)

    @cached_property
    def number(self) -> int:
        """The chosen block, from 0; -1 where there is no such block."""
        return int(self.block) - 1 if self.block > 0 else -1

    @cached_property
    def row(self) -> int:
        """The chosen row of the block, from 0; -1 where there is no such row."""
        size = int(self.layout.training.steps.sizes[self.number])
        return min(int(self.example), size) - 1 if self.example > 0 else -1

    @property
    def known(self) -> bool:
        """Whether there is such a block and such an example."""
        return self.number >= 0 and self.row >= 0

    # Where things stand on Training.

    @cached_property
    def helpers(self) -> dict[str, Live]:
        """The rows of Training that are looked up in, put on the page.

        Parameters, example, sums of the gradients, and the parameters of the next block.
        """
        training, text = self.layout.training, self.layout.text
        block, columns = self.number, iter(self.place.helper_columns)
        self.page.write(HELPER_ROW, 1, text("walkthrough.rows"), "label")
        self.page.grid.heights[HELPER_ROW - 1] = 20

        def helper(name: str, formula: str, row: Callable[[], int], *, known: bool = True) -> Live:
            column, value = next(columns), float(row()) if known and block >= 0 else nan
            heading = text(f"walkthrough.row_{name}")
            self.page.write(HELPER_ROW - 1, column, heading, "symbol-update")
            return self.page.put(HELPER_ROW, column, formula, value, "whole-update")

        counters = training_column(self.layout, training.counter)
        rows = f"COUNTIF({counters},{self.block.fixed})"
        top = helper(
            "parameters",
            f"MATCH({self.block.fixed},{counters},0)",
            lambda: training.parameter_row(block),
        )
        first = f"{top.fixed}+{training.depth - 1}" if training.depth > 1 else top.fixed
        ends = training.depth * (1 + len(training.states)) + training.has_rate
        return {
            "parameters": top,
            "example": helper(
                "example",
                f"{first}+MIN({self.example.fixed},{rows}-{training.extra})",
                lambda: training.first_example(block) + self.row,
                known=self.row >= 0,
            ),
            "sums": helper("sums", f"{top.fixed}+{rows}-{ends}", lambda: training.sum_row(block)),
            "next": helper(
                "next", f"{top.fixed}+{rows}", lambda: training.parameter_row(block + 1)
            ),
        }

    def looked_up(self, column: int, name: str, below: int = 0) -> str:
        """What stands in a column of Training, in one of the rows that are looked up in."""
        row = self.helpers[name].fixed + (f"+{below}" if below else "")
        return number_at(training_column(self.layout, column), row)

    def of_block(self, table: Array, later: int = 0) -> Array:
        """The row of the block in a table, or of a later one; NaN where there is none."""
        if self.number < 0:
            return np.full(table.shape[1:], nan)
        row: Array = table[self.number + later]
        return row

    # What the cells show.

    def put(self, pictures: Iterable[Picture]) -> None:
        """The numbers of the page, those that others are computed from first."""
        own = self._own_gradients if self.layout.network.summed else {}
        for picture in sorted(pictures, key=lambda picture: picture.kind in "GBA"):
            look = style(picture)
            for label, place in picture.places:
                if picture.kind == "A":
                    self.page.put(*place, f"{self.shown[label]}", self.shown[label], look)
                elif label in self._fixed:
                    self.page.write(*place, "–", f"plain-{ROLE[picture.kind]}")
                else:
                    formula = own.get(label) or self._looked_up(label)
                    self.shown[label] = self.page.put(
                        *place, formula, self._value(label), look, symbol=label
                    )

    def _looked_up(self, label: str) -> str:
        training = self.layout.training
        if label in training.place_of:
            below, column = training.place_of[label]
            return self.looked_up(column, "parameters", below)
        return self.looked_up(training.columns[label], "example")

    def _value(self, label: str) -> float:
        return self._on_training[label] if label in self._on_training else self._gradients[label]

    @cached_property
    def _on_training(self) -> dict[str, float]:
        """What Training has under each symbol, in the rows that are looked up in."""
        trace, names = self.trace, self.layout.network.all_parameter_labels
        line = (
            trace.block(self.number)[self.row]
            if self.known
            else np.full(trace.values.shape[1], nan)
        )
        labels = (label for group in trace.groups for label in group.labels)
        found = dict(zip(labels, line.tolist(), strict=True))
        return found | dict(zip(names, self.of_block(trace.parameter_values).tolist(), strict=True))

    @cached_property
    def right(self) -> float:
        """Whether the answer is right."""
        return self._on_training["right"]

    @cached_property
    def _fixed(self) -> frozenset[str]:
        """Gradients of the parameters that aren't trained."""
        names = np.array(self.layout.network.all_parameter_labels)
        return frozenset(f"g_{name}" for name in names[~self.layout.network.trained].tolist())

    @cached_property
    def _own_gradients(self) -> dict[str, str]:
        """δ · a in formulas of the page's own, where Training has sums only."""
        network, cells, found = self.layout.network, PageCells(self.place), dict[str, str]()
        for number, layer in network.learning():
            formulas = layer.gradient_formulas(network.place(number), network.source(number), cells)
            labels = (f"g_{label}" for label in network.parameter_labels(number))
            found |= dict(zip(labels, formulas, strict=True))
        return found

    @cached_property
    def _gradients(self) -> dict[str, float]:
        """∂C/∂w of the example, by what the page shows."""
        network, found = self.layout.network, dict[str, float]()
        for number, layer in network.learning():
            source = network.source(number)
            delta = self.array(network.unit_labels("d", number))
            with np.errstate(all="ignore"):
                parameters = self.array(network.parameter_labels(number))[0]
                row = layer.gradient(delta, self.array(source.labels), parameters, source.shape)[0]
            labels = (f"g_{label}" for label in network.parameter_labels(number))
            found |= dict(zip(labels, row.tolist(), strict=True))
        return found

    def array(self, labels: Sequence[str]) -> Array:
        """The values of symbols, (1, symbols)."""
        return np.array([[self.shown[label] for label in labels]], dtype=float)
