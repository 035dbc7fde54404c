"""The numbers of the Walkthrough sheet: each a look-up in the rows of Training."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np

from xlbackprop.sheets.plan.content import Array, Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.formulas import training_column
from xlbackprop.sheets.walkthrough.layout import WalkthroughLayout
from xlbackprop.training.trace import Trace
from xlbackprop.workbook.address import address, letters


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


@dataclass(frozen=True)
class Numbers:
    """What the page shows.

    Attributes:
        layout: where everything stands.
        trace: the numbers of Training that it is looked up in.
        block: the chosen block, from 0; -1 where there is no such block.
        example: the chosen row of the block, from 0; -1 where there is no such row.
    """

    layout: Layout
    trace: Trace
    block: int
    example: int

    @classmethod
    def of(cls, layout: Layout, content: Content) -> "Numbers":
        """What the page shows of a workbook's training."""
        block, example = map(content.inputs.chosen, layout.walkthrough_choices)
        size = int(layout.training.steps.sizes[block - 1])
        return cls(layout, content.live, block - 1, min(example, size) - 1)

    @property
    def known(self) -> bool:
        """Whether there is such a block and such an example."""
        return self.block >= 0 and self.example >= 0

    # Where things stand on Training.

    @cached_property
    def helpers(self) -> list[tuple[str, str, float]]:
        """Name, formula and value of the rows of Training that are looked up in.

        Parameters, example, sums of the gradients, and the parameters of the next block.
        """
        training, column = self.layout.training, self.layout.training.counter
        block, example = (
            f"${letters(choice.column)}${choice.row}" for choice in self.layout.walkthrough_choices
        )
        counters, top = self.column(column), self._helper("parameters")
        rows = f"COUNTIF({counters},{block})"
        first = f"{top}+{training.depth - 1}" if training.depth > 1 else top
        ends = training.depth * (1 + len(training.states)) + training.has_rate
        formulas = {
            "parameters": f"MATCH({block},{counters},0)",
            "example": f"{first}+MIN({example},{rows}-{training.extra})",
            "sums": f"{top}+{rows}-{ends}",
            "next": f"{top}+{rows}",
        }
        return [(name, text, self._row(name)) for name, text in formulas.items()]

    def _row(self, name: str) -> float:
        training, block = self.layout.training, self.block
        if block < 0 or (name == "example" and self.example < 0):
            return nan
        rows = {
            "parameters": training.parameter_row(block),
            "example": training.first_example(block) + self.example,
            "sums": training.sum_row(block),
            "next": training.parameter_row(block + 1),
        }
        return float(rows[name])

    def _helper(self, name: str) -> str:
        page = self.layout.walkthrough
        columns = dict(
            zip(("parameters", "example", "sums", "next"), page.helper_columns, strict=True)
        )
        return f"${letters(columns[name])}${page.HELPER_ROW}"

    def column(self, column: int) -> str:
        """A column of Training from row 1 on."""
        return training_column(self.layout, column)

    def looked_up(self, column: int, name: str, below: int = 0) -> str:
        """What stands in a column of Training, in one of the rows that are looked up in."""
        row = self._helper(name) + (f"+{below}" if below else "")
        return f"INDEX({self.column(column)},{row})"

    # What the cells show.

    def page_cell(self, label: str) -> str:
        """The page's own cell of a symbol."""
        return address(*self.layout.walkthrough.place_of[label])

    def formula(self, label: str, *, again: bool = False) -> str | None:
        """The formula of a symbol; None for the gradient of a parameter that isn't trained."""
        training = self.layout.training
        if again:
            return self.page_cell(label)
        if label in training.place_of:
            below, column = training.place_of[label]
            return self.looked_up(column, "parameters", below)
        if label.startswith("g_") and not self._is_trained[label]:
            return None
        if label in self._own_gradients:
            return self._own_gradients[label]
        return self.looked_up(training.columns[label], "example")

    @cached_property
    def _is_trained(self) -> dict[str, bool]:
        network = self.layout.network
        names = [f"g_{label}" for label in network.all_parameter_labels]
        return dict(zip(names, network.trained.tolist(), strict=True))

    @cached_property
    def _own_gradients(self) -> dict[str, str]:
        """δ · a in formulas of the page's own, where Training has sums only."""
        network, cells = self.layout.network, PageCells(self.layout.walkthrough)
        if not network.summed:
            return {}
        found = dict[str, str]()
        for number, layer in network.learning():
            formulas = layer.gradient_formulas(network.place(number), network.source(number), cells)
            labels = (f"g_{label}" for label in network.parameter_labels(number))
            found |= dict(zip(labels, formulas, strict=True))
        return found

    @cached_property
    def values(self) -> Mapping[str, float]:
        """The value of each symbol; NaN where there is none."""
        network, trace = self.layout.network, self.trace
        labels = [label for group in trace.groups for label in group.labels]
        values = dict(zip(labels, self._line.tolist(), strict=True))
        names = network.all_parameter_labels
        values |= zip(names, self.parameters.tolist(), strict=True)
        if network.summed:
            names = tuple(f"g_{name}" for name in names)
            values |= zip(names, self._gradients().tolist(), strict=True)
        return values

    @property
    def _line(self) -> Array:
        """The row of the example."""
        if self.known:
            line: Array = self.trace.block(self.block)[self.example]
            return line
        return np.full(self.trace.values.shape[1], nan)

    @property
    def parameters(self) -> Array:
        """The parameters of the block."""
        if self.block >= 0:
            row: Array = self.trace.parameter_values[self.block]
            return row
        return np.full(self.trace.parameter_values.shape[1], nan)

    def _gradients(self) -> Array:
        """∂C/∂w of the example, (parameters,)."""
        network, slices, line = self.layout.network, self.trace.slices, self._line[None, :]
        rows = []
        for number, layer in network.learning():
            source = "x" if number == 2 else f"a{number - 1}"
            shape = network.source(number).shape
            delta, a = line[:, slices[f"d{number}"]], line[:, slices[source]]
            with np.errstate(all="ignore"):
                rows.append(layer.gradient(delta, a, shape)[0])
        return np.concatenate(rows)
