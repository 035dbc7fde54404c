"""What the Walkthrough sheet says: each kind of quantity in symbols, and below it in figures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from xlbackprop.network.costs import Outputs
from xlbackprop.network.layer import Pairs
from xlbackprop.network.pooling import Pooling
from xlbackprop.notation import parse, target_labels
from xlbackprop.sheets.content import Array, Content
from xlbackprop.sheets.equations import equation
from xlbackprop.sheets.layout import ETA, Layout
from xlbackprop.sheets.sentences import FIGURES, Number, Part, summed
from xlbackprop.sheets.walkthrough_numbers import Numbers, PageCells

FINE = 4  # decimals of δ, gradients and η, which are small
MOST = 6  # terms that are written out
TERM, WHOLE = 15, 11  # characters of a product with its operator; of one with a whole number

_UP = str.maketrans("0123456789FP", "⁰¹²³⁴⁵⁶⁷⁸⁹ᶠᴾ")
_DOWN = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")


def printed(label: str) -> str:
    """A label in plain text: ``w2_1_3`` becomes w²₁₃."""
    symbol = parse(label)
    letter = ("∂C/∂" if symbol.gradient else "") + symbol.letter
    return letter + symbol.layer.translate(_UP) + symbol.indices.translate(_DOWN)


class Line(NamedTuple):
    """A line in symbols, and the same in figures.

    Attributes:
        role: whose colours it has.
        symbols: the line in symbols.
        parts: the line in figures.
    """

    role: str
    symbols: str
    parts: list[Part]


@dataclass(frozen=True)
class Words:
    """The lines of a page.

    Attributes:
        layout: where everything stands.
        content: the numbers of the workbook.
        numbers: those of the page.
        room: characters of a line.
    """

    layout: Layout
    content: Content
    numbers: Numbers
    room: float

    def forward(self) -> Iterator[Line]:
        """From the input to the cost."""
        network = self.layout.network
        for number, layer in network.numbered():
            yield self._value(number)
            if layer.activation:
                yield self._activated(number)
        yield self._cost()

    def backward(self) -> Iterator[Line]:
        """From the outputs back to the first weights, and their update."""
        network = self.layout.network
        for number, _ in reversed(list(network.numbered())):
            yield self._delta(number)
        for number, _ in reversed(list(network.learning())):
            yield self._gradient(number)
        for number, _ in reversed(list(network.learning())):
            yield self._update(number)

    # Numbers and terms.

    def _number(
        self, label: str, *, factor: bool = True, term: bool = False, value: str = ""
    ) -> Number:
        letter = parse(value or label)
        fine = letter.gradient or letter.letter in "δc"
        whole = self._is_whole(label)
        cell = self.numbers.page_cell(label)
        decimals = FINE if fine else FIGURES
        return Number(cell, self.numbers.values[label], decimals, whole, factor, term)

    def _is_whole(self, label: str) -> bool:
        """Whether it is data as a person typed it."""
        return parse(label).letter in "xt" and not self.layout.data.statistics

    def _result(self, label: str) -> list[Part]:
        return [" = ", self._number(label, factor=False)]

    def _most(self, size: int = TERM) -> int:
        return int(min(MOST, max(2, (self.room - 25) // size)))

    def _products(self, pairs: Pairs) -> tuple[str, list[Part]]:
        """A sum of products, in symbols and in figures."""
        size = WHOLE if any(self._is_whole(b) for _, b in pairs) else TERM
        most = self._most(size)
        symbols = [f"{printed(a)}·{printed(b)}" for a, b in pairs]
        terms: list[list[Part]] = [[self._number(a), "·", self._number(b)] for a, b in pairs]
        more = " + …" if len(pairs) > most else ""
        return " + ".join(symbols[:most]) + more, summed(terms, most)

    def _filled(self, pattern: str, **values: list[Part]) -> list[Part]:
        """A pattern with parts in place of ``{names}``."""
        parts: list[Part] = []
        for piece in re.split(r"(\{\w+\})", pattern):
            parts += values[piece[1:-1]] if piece.startswith("{") else [piece]
        return parts

    def _first(self, kind: str, number: int) -> str:
        return self.layout.network.unit_labels(kind, number)[0]

    # The lines.

    def _value(self, number: int) -> Line:
        """z of the first unit; or a, of a layer without activation."""
        network, layer = self.layout.network, self.layout.network.layers[number - 2]
        pairs = layer.value_terms(number, network.source(number))
        if isinstance(layer, Pooling):
            return self._pooled(number, layer.figures, [label for _, label in pairs])
        label = self._first("z", number)
        symbols, parts = self._products(pairs)
        rows = network.parameter_rows(number)
        bias = {"shared": rows[-1][-1], "none": ""}.get(layer.bias, rows[0][-1])
        if bias:
            symbols += f" + {printed(bias)}"
            parts = [*parts, self._number(bias, term=True)]
        start = f"{printed(label)} = "
        return Line("forward", start + symbols, [start, *parts, *self._result(label)])

    def _pooled(self, number: int, figures: str, labels: Sequence[str]) -> Line:
        label = self._first("a", number)
        most = self._most(8)
        more = len(labels) > most
        shown: list[Part] = [self._number(own, factor=False) for own in labels[:most]]
        values: dict[str, list[Part]] = {"sum": summed([[n] for n in shown], most)}
        separated: list[Part] = [part for n in shown for part in (", ", n)][1:]
        values["list"] = [*separated, *([", …"] if more else [])]
        names = {
            "sum": " + ".join(map(printed, labels[:most])) + (" + …" if more else ""),
            "list": ", ".join(map(printed, labels[:most])) + (", …" if more else ""),
        }
        start = f"{printed(label)} = "
        parts = [start, *self._filled(figures, **values), *self._result(label)]
        return Line("forward", start + figures.format(**names), parts)

    def _activated(self, number: int) -> Line:
        label, activation = self._first("a", number), self.layout.network.activation(number)
        values: dict[str, list[Part]] = {
            "z": [self._number(self._first("z", number), factor=False)]
        }
        if activation.helper:
            labels = self.layout.network.unit_labels("e", number)
            terms = [[self._number(own, factor=False)] for own in labels]
            values |= {"e": list(terms[0]), "es": summed(terms, self._most(8))}
        start = printed(label)
        parts = [f"{start} = ", *self._filled(activation.figures, **values), *self._result(label)]
        return Line("forward", start + activation.equation.removeprefix("a"), parts)

    def _output_values(self, k: int) -> Mapping[str, list[Part]]:
        """Numbers of an output, by letter."""
        network = self.layout.network
        labels = {"t": target_labels(network.outputs)[k]}
        labels["a"] = network.unit_labels("a", network.last)[k]
        if network.cost.margin:
            labels["m"] = network.unit_labels("m", network.last)[k]
        return {letter: [self._number(label)] for letter, label in labels.items()}

    def _cost(self) -> Line:
        network = self.layout.network
        cost = network.cost
        size = len(cost.figure_term) + 3 * cost.figure_term.count("{") + 3
        terms = [
            self._filled(cost.figure_term, **self._output_values(k)) for k in range(network.outputs)
        ]
        parts = self._filled(cost.figures, terms=summed(terms, self._most(size)))
        return Line("cost", cost.equation, ["C = ", *parts, *self._result("C")])

    def _delta(self, number: int) -> Line:
        """δ of the first unit."""
        network, label = self.layout.network, self._first("d", number)
        [group] = [g for g in network.backward_groups() if g.key == f"d{number}"]
        if number == network.last:
            symbols, parts = equation(self.layout, group), self._output_delta()
            # The catalogue's word on what simplifies; the unit is the first.
            symbols = re.sub(r"δ\S*", printed(label), symbols, count=1)
        else:
            symbols, parts = self._hidden_delta(number)
            symbols = f"{printed(label)} = {symbols}"
        return Line("delta", symbols, [f"{printed(label)} = ", *parts, *self._result(label)])

    def _output_delta(self) -> list[Part]:
        network, values = self.layout.network, self._output_values(0)
        cost = network.cost
        if cost.slope is None:
            return self._filled("{a} − {t}", **values)
        if network.spreads:
            slopes = network.unit_labels("c", network.last)
            outputs = network.unit_labels("a", network.last)
            _, mean = self._products(tuple(zip(slopes, outputs, strict=True)))
            own: list[Part] = [self._number(slopes[0])]
            return self._filled("{a}·({c} − ({mean}))", a=values["a"], c=own, mean=mean)
        if cost.slope_figures:
            parts = self._filled(cost.slope_figures, **values)
        else:
            parts = [self._slope_of_cost()]
        return self._times(parts, self._slope(network.last))

    def _slope_of_cost(self) -> Number:
        """∂C/∂a of the first output, where it has no formula in figures."""
        network, page = self.layout.network, PageCells(self.layout.walkthrough)
        last, targets = network.last, target_labels(network.outputs)
        labels = {"t": targets, "a": network.unit_labels("a", last)}
        if network.cost.margin:
            labels["m"] = network.unit_labels("m", last)
        texts = {letter: page.value(own[0]) for letter, own in labels.items()}
        texts |= {f"{letter}s": page.values(own[0], own[-1]) for letter, own in labels.items()}
        rows = {letter: self._array(own) for letter, own in labels.items()}
        none = np.empty(0)
        assert network.cost.slope is not None
        outputs = Outputs(rows["t"], rows["a"], none, none, rows.get("m", none))
        value = network.cost.slope(outputs)[0, 0]
        formula = network.cost.excel_slope.format(**texts)
        return Number(formula, float(value), whole=False, factor=True)

    def _array(self, labels: Sequence[str]) -> Array:
        return np.array([[self.numbers.values[label] for label in labels]])

    def _slope(self, number: int) -> list[Part]:
        """σ′(z) of the first unit; nothing where it is 1."""
        activation = self.layout.network.activation(number)
        z, a = self._first("z", number), self._first("a", number)
        if activation.slope_figures:
            return self._filled(activation.slope_figures, a=[self._number(a)])
        if not activation.excel_slope or activation.slope is None:
            return []
        cells = PageCells(self.layout.walkthrough)
        formula = activation.excel_slope.format(z=cells.value(z), a=cells.value(a))
        with np.errstate(all="ignore"):
            value = activation.slope(self._array([z]), self._array([a]))[0, 0]
        return [Number(formula, float(value), factor=True)]

    @staticmethod
    def _times(*factors: list[Part]) -> list[Part]:
        kept = [factor for factor in factors if factor]
        return [part for i, factor in enumerate(kept) for part in (["·"] if i else []) + factor]

    def _hidden_delta(self, number: int) -> tuple[str, list[Part]]:
        network = self.layout.network
        following, source = network.layers[number - 1], network.source(number + 1)
        if pairs := following.passed_back_terms(number + 1, source):
            symbols, parts = self._products(pairs)
            if len(pairs) > 1:
                symbols, parts = f"({symbols})", ["(", *parts, ")"]
        else:
            up = str(number + 1).translate(_UP)
            symbols, parts = following.passed_back_equation(up), [self._passed_back(number)]
        if not network.layers[number - 2].activation:
            return symbols, parts
        slope = network.activation(number).slope_equation
        return f"{symbols} · {slope}" if slope else symbols, self._times(parts, self._slope(number))

    def _passed_back(self, number: int) -> Number:
        """∂C/∂a of the first unit, where it is no sum of products."""
        network, cells = self.layout.network, PageCells(self.layout.walkthrough)
        following, source = network.layers[number - 1], network.source(number + 1)
        formula = following.passed_back_formulas(number + 1, source, cells)[0]
        delta, a, out = (
            self._array(network.unit_labels(kind, n))
            for kind, n in (("d", number + 1), ("a", number), ("a", number + 1))
        )
        with np.errstate(all="ignore"):
            passed = following.passed_back(delta, np.empty(0), source.shape, a, out)
        return Number(f"({formula})", float(passed[0, 0]), FINE, factor=True)

    def _weight(self, number: int) -> int:
        """Which weight of the first unit is spoken of: one that sees something at the start."""
        network, recipe = self.layout.network, self.layout.recipe
        if number > 2:
            return 0
        usual = self.layout.walkthrough_choices[1].usual
        x = recipe.x()[self.layout.training.steps.numbers[usual - 1] - 1]
        row = network.parameter_rows(number)[0]
        sizes = [
            sum(abs(x[network.output_labels(1).index(a)]) for _, a in pairs)
            for i in range(sum(label.startswith("w") for label in row))
            for pairs in [network.layers[0].gradient_terms(2, network.source(2), i)]
        ]
        return int(np.argmax(np.array(sizes) > 0))

    def _gradient(self, number: int) -> Line:
        network, weight = self.layout.network, self._weight(number)
        label = network.parameter_rows(number)[0][weight]
        layer = network.layers[number - 2]
        symbols, parts = self._products(
            layer.gradient_terms(number, network.source(number), weight)
        )
        start = f"{printed(f'g_{label}')} = "
        if not parts:
            parts = ["0"]
        return Line(
            "gradient", start + (symbols or "0"), [start, *parts, *self._result(f"g_{label}")]
        )

    def _update(self, number: int) -> Line:
        """The next value of the same weight; how it comes about where the rule is the plain one."""
        layout, network = self.layout, self.layout.network
        label = network.parameter_rows(number)[0][self._weight(number)]
        i = network.all_parameter_labels.index(label)
        below, column = layout.training.place_of[label]
        new = Number(self.numbers.looked_up(column, "next", below), self._later(i))
        old, learning = self._number(label, factor=False), layout.recipe.learning()
        start = layout.text("walkthrough.new", symbol=printed(label))
        if layout.recipe.rule != "gradient-descent" or learning.decays:
            parts: list[Part] = [f"{printed(label)} = ", old, f"   →   {start} = ", new]
            return Line("update", f"{start}:   {learning.equation}", parts)
        rate, gradient = "ηₖ" if learning.schedule.excel else "η", printed(f"g_{label}")
        formula = self.numbers.looked_up(column, "sums", below)
        total = Number(formula, self._total(i), FINE, factor=True)
        symbols = f"{start} = {printed(label)} − {rate}·Σ {gradient}"
        parts = [f"{start} = ", old, " − ", self._rate(), "·", total, " = ", new]
        return Line("update", symbols, parts)

    def _later(self, i: int) -> float:
        trace, block = self.numbers.trace, self.numbers.block
        return float(trace.parameter_values[block + 1][i]) if block >= 0 else np.nan

    def _total(self, i: int) -> float:
        trace, block = self.numbers.trace, self.numbers.block
        return float(trace.gradient[block][i]) if block >= 0 else np.nan

    def _rate(self) -> Number:
        """The learning rate of the update."""
        layout, block = self.layout, self.numbers.block
        training = layout.training
        if not training.has_rate:
            decimals = max(FIGURES, len(f"{layout.recipe.eta:f}".rstrip("0").partition(".")[2]))
            return Number(ETA, self.content.inputs.eta, decimals, factor=True)
        below = training.rate_row(0) - training.sum_row(0)
        formula = self.numbers.looked_up(training.rate_column, "sums", below)
        value = float(self.numbers.trace.eta[block]) if block >= 0 else np.nan
        return Number(formula, value, FINE, factor=True)

    @cached_property
    def too_large(self) -> str:
        """What is said of numbers that are too large to be written out."""
        return self.layout.text("walkthrough.too_large")
