"""Which units the Walkthrough sheet's lines are about, and lines that follow a person's choice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan, prod
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.layer import Pairs
from xlbackprop.network.network import Network
from xlbackprop.page.cells import Live
from xlbackprop.page.sentences import Number, Part, Word, joined, quoted
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.walkthrough.layout import WalkthroughLayout, choices
from xlbackprop.words.notation import is_weight
from xlbackprop.workbook.grid import Value

# One cell of this sheet.
REFERENCE = re.compile(r"((?<![\w.$!:])\$?[A-Z]{1,3}\$?[0-9]+(?![\w(.!:]))")


class Line(NamedTuple):
    """A line in symbols, and the same in figures.

    Attributes:
        role: whose colours it has.
        symbols: the line in symbols.
        parts: the line in figures.
    """

    role: str
    symbols: Part
    parts: list[Part]

    @property
    def printed(self) -> tuple[Value, str | None]:
        """What the line in symbols says, and its formula if it has one."""
        if isinstance(self.symbols, Word):
            return (nan if self.symbols.text is None else self.symbols.text), self.symbols.excel
        return str(self.symbols), None


@dataclass(frozen=True)
class Usual:
    """The pass of the example that a new workbook shows, from the starting parameters.

    In maps, and of many terms, it tells which are worth speaking of: those that matter most here.

    Attributes:
        layout: where everything stands.
    """

    layout: Layout

    @cached_property
    def values(self) -> dict[str, float]:
        """The value of each symbol, to six digits: what is equal but for rounding is equal."""
        layout, recipe = self.layout, self.layout.recipe
        example = int(choices(layout)[1].usual) - 1
        row = [layout.training.steps.numbers[example] - 1]
        groups = dict[str, Array]()

        def keep(key: str, values: Array) -> Array:
            groups[key] = values
            return values

        with np.errstate(all="ignore"):
            parameters, network = recipe.start_parameters(), layout.network
            values = network.forward(parameters, recipe.x()[row], recipe.t()[row], keep)
            network.backward(parameters, values, keep)
        return {
            label: float(f"{value:.6g}")
            for group in network.groups
            if group.key in groups
            for label, value in zip(group.labels, _bounded(groups[group.key][0]), strict=True)
        }

    def weightiest(self, pairs: Pairs) -> Pairs:
        """Pairs of labels, those with the largest product first."""
        return tuple(sorted(pairs, key=lambda pair: -abs(self._product(pair))))

    def total(self, pairs: Pairs) -> float:
        """|Σ| of the products, to six digits."""
        return abs(float(f"{sum(map(self._product, pairs)):.6g}"))

    def _product(self, pair: tuple[str, str]) -> float:
        return self.values[pair[0]] * self.values[pair[1]]

    @cached_property
    def positions(self) -> dict[int, int]:
        """The position in the maps of each layer that is spoken of, from 0.

        In the first layer where there is most to learn, in the others where that is seen. It is
        the same in all maps, so that what is said of them is alike.
        """
        network, found = self.layout.network, dict[int, int]()
        before = frozenset[str]()
        for number, _ in network.numbered():
            maps, *shape = network.source(number + 1).shape
            each = prod(shape)
            worth = np.array([self._worth(number, unit, before) for unit in range(maps * each)])
            first, then = worth.reshape(maps, each, 2).sum(axis=0).T.tolist()
            found[number] = max(range(each), key=lambda k: (first[k], then[k]))
            labels = network.unit_labels("a", number)
            before = frozenset(labels[m * each + found[number]] for m in range(maps))
        return found

    @cached_property
    def weights(self) -> dict[int, int]:
        """The weight of a layer's units that is spoken of, from 0: the first that meets anything.

        Of filters, which meet many values, the one with the largest gradients.
        """
        network, found = self.layout.network, dict[int, int]()
        for number, _ in network.learning():
            rows = range(self.layout.own(WalkthroughLayout.of).rows(number))
            labels = network.parameter_rows(number)[0]
            weights = range(sum(map(is_weight, labels)))
            if len(network.source(number + 1).shape) > 1:
                totals = [
                    sum(self.total(self.gradient_terms(number, row, i)) for row in rows)
                    for i in weights
                ]
                found[number] = totals.index(max(totals))
            else:
                met = (self.gradient_terms(number, 0, i)[0][1] for i in weights)
                found[number] = next((i for i, a in enumerate(met) if self.values[a]), 0)
        return found

    def gradient_terms(self, number: int, row: int, weight: int) -> Pairs:
        """δ and values whose products make ∂C/∂w of a weight."""
        network = self.layout.network
        place, source = network.place(number), network.source(number)
        return network.layers[number - 2].gradient_terms(place, source, row, weight)

    def _worth(self, number: int, unit: int, before: frozenset[str]) -> tuple[float, float]:
        """How much there is to say of a unit, given what was spoken of in the layer before."""
        network = self.layout.network
        place, source = network.place(number), network.source(number)
        seen = [a for _, a in network.layers[number - 2].value_terms(place, source, unit)]
        if number > 2:
            return sum(a in before for a in seen), 0.0
        size = sum(abs(self.values[a]) for a in seen)
        return size * abs(self.values[network.unit_labels("d", number)[unit]]), size


def _bounded(values: Array) -> Array:
    """Numbers that can be multiplied and added up, however large they were."""
    return np.clip(np.nan_to_num(values), -1e100, 1e100)


@dataclass(frozen=True)
class Spoken:
    """What the lines about one unit of each layer are about.

    Attributes:
        usual: the pass that tells what is worth speaking of.
        unit: the unit, filter or map, from 0; a layer that has fewer speaks of its last.
    """

    usual: Usual
    unit: int

    @property
    def network(self) -> Network:
        """The network."""
        return self.usual.layout.network

    def row(self, number: int) -> int:
        """The unit, filter or map of a layer, from 0."""
        return min(self.unit, self.usual.layout.own(WalkthroughLayout.of).rows(number) - 1)

    def place(self, number: int) -> int:
        """The same among all values of the layer; of a map, one position."""
        row, (_, *shape) = self.row(number), self.network.source(number + 1).shape
        return row * prod(shape) + self.usual.positions[number]

    def label(self, kind: str, number: int) -> str:
        """Label of a quantity of the unit."""
        return self.network.unit_labels(kind, number)[self.place(number)]

    def weight(self, number: int) -> str:
        """Label of the weight of the unit that is spoken of."""
        return self.network.parameter_rows(number)[self.row(number)][self.usual.weights[number]]

    def gradient_terms(self, number: int) -> Pairs:
        """δ and values whose products make ∂C/∂w of that weight."""
        return self.usual.gradient_terms(number, self.row(number), self.usual.weights[number])


def followed(lines: Sequence[Line], unit: Live | None) -> Line:
    """One line that says what the chosen one of several does.

    Args:
        lines: of each unit that may be chosen, alike but for their symbols and numbers.
        unit: the cell of the chosen one, from 1; None where there is no choice.
    """
    if unit is None:
        return lines[0]
    symbols = _chosen(unit, [line.symbols for line in lines])
    alike = zip(*(joined(line.parts) for line in lines), strict=True)
    return Line(lines[0].role, symbols, [_chosen(unit, parts) for parts in alike])


def _chosen(live: Live, parts: Sequence[Part]) -> Part:
    """The part of the chosen unit."""
    cell, unit = live.fixed, int(live) if live > 0 else 0
    first = parts[0]
    if all(part == first for part in parts):
        return first
    if isinstance(first, Number):
        numbers = [part for part in parts if isinstance(part, Number)]
        formula = _chosen_formula(cell, [number.cell for number in numbers])
        value = numbers[unit - 1].value if unit else nan
        return Number(formula, value, first.decimals, first.whole, first.factor, first.term)
    texts = [part for part in parts if isinstance(part, str)]
    return Word(_choose(cell, [*map(quoted, texts)]), texts[unit - 1] if unit else None)


def _chosen_formula(cell: str, formulas: Sequence[str]) -> str:
    """The formula of the chosen unit: one for all, with a choice of each cell that differs."""
    split = [REFERENCE.split(formula) for formula in formulas]
    if len({tuple(pieces[::2]) for pieces in split}) > 1:
        return _choose(cell, formulas)
    return "".join(
        same[0] if len(set(same)) == 1 else _choose(cell, same) for same in zip(*split, strict=True)
    )


def _choose(cell: str, texts: Sequence[str]) -> str:
    return f"CHOOSE({cell},{','.join(texts)})"
