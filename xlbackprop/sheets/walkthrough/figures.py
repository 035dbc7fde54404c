"""Numbers, sums and factors of the Walkthrough sheet's sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xlbackprop.network.costs import Outputs
from xlbackprop.network.layer import Pairs, Phrase
from xlbackprop.network.text import positive
from xlbackprop.page.sentences import FIGURES, Number, Part, filled, summed
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.walkthrough.numbers import Numbers, PageCells
from xlbackprop.sheets.walkthrough.units import Spoken
from xlbackprop.words.notation import parse, printed, target_labels

FINE = 4  # decimals of δ, gradients and η, which are small
MOST = 6  # terms that are written out
TERM, PIXEL = 16, 11  # characters of a product with its operator; of one with a pixel
REST = 19  # characters of what stands before and behind the terms


@dataclass(frozen=True)
class Figures:
    """What the sentences of a page are made of.

    Attributes:
        layout: where everything stands.
        numbers: what the page shows.
        room: characters of a line.
        spoken: what they are about.
    """

    layout: Layout
    numbers: Numbers
    room: float
    spoken: Spoken

    def number(self, label: str, *, factor: bool = True, term: bool = False) -> Number:
        """A symbol's number, in brackets or behind an operator where it is negative."""
        letter = parse(label)
        fine = letter.gradient or letter.letter in "δc"
        whole = self.is_whole(label)
        decimals, live = FINE if fine else FIGURES, self.numbers.shown[label]
        return Number.of(live, decimals, whole=whole, factor=factor, term=term)

    def is_whole(self, label: str) -> bool:
        """Whether it is data as a person typed it."""
        return parse(label).letter in "xt" and not self.layout.data.statistics

    def result(self, label: str) -> list[Part]:
        """What a sentence ends with."""
        return [" = ", self.number(label, factor=False)]

    def most(self, size: int = TERM, rest: int = REST) -> int:
        """How many terms have room; sizes in characters."""
        return int(min(MOST, max(2, (self.room - rest) // size)))

    def products(self, pairs: Pairs, rest: int = REST) -> tuple[str, list[Part]]:
        """A sum of products, in symbols and in figures."""
        pixels = self.layout.recipe.image and any(self.is_whole(b) for _, b in pairs)
        most = self.most(PIXEL if pixels else TERM, rest)
        symbols = [f"{printed(a)}·{printed(b)}" for a, b in pairs]
        terms: list[list[Part]] = [[self.number(a), "·", self.number(b)] for a, b in pairs]
        more = " + …" if len(pairs) > most else ""
        return " + ".join(symbols[:most]) + more, summed(terms, most)

    def phrased(self, phrase: Phrase, pairs: Pairs = ()) -> tuple[str, list[Part]]:
        """What a layer says in its own way, in symbols and in figures; pairs are terms of a sum."""
        most = self.most(2 * TERM)
        more = " + …" if len(pairs) > most else ""
        terms = [{**phrase.labels, "d": d, "a": a} for d, a in pairs]
        symbols = [phrase.term.format(**_printed(term)) for term in terms[:most]]
        shown = _printed(phrase.labels) | {"terms": " + ".join(symbols) + more}
        figures = [filled(phrase.term, **self._numbers(term)) for term in terms]
        numbers = self._numbers(phrase.labels) | {"terms": summed(figures, most)}
        return phrase.figures.format(**shown), filled(phrase.figures, **numbers)

    def _numbers(self, labels: Mapping[str, str]) -> dict[str, list[Part]]:
        return {name: [self.number(x, factor=name != "a")] for name, x in labels.items()}

    def slope_of_cost(self) -> Number:
        """∂C/∂a of the output, where it has no formula in figures."""
        network, page = self.layout.network, PageCells(self.numbers.place)
        last, targets = network.last, target_labels(network.outputs)
        labels = {"t": targets, "a": network.unit_labels("a", last)}
        if network.cost.margin:
            labels["m"] = network.unit_labels("m", last)
        k = self.spoken.row(last)
        texts = {letter: page.value(own[k]) for letter, own in labels.items()}
        texts |= {f"{letter}s": page.values(own[0], own[-1]) for letter, own in labels.items()}
        texts["lacking"] = positive(map(page.value, labels.get("m", ())))
        rows = {letter: self.numbers.array(own) for letter, own in labels.items()}
        none = np.empty(0)
        assert network.cost.slope is not None
        outputs = Outputs(rows["t"], rows["a"], none, none, rows.get("m", none))
        value = network.cost.slope(outputs)[0, k]
        formula = network.cost.excel_slope.format(**texts)
        return Number(formula, float(value), factor=True)

    def slope(self, number: int) -> list[Part]:
        """σ′(z) of the unit; nothing where it is 1."""
        activation = self.layout.network.activation(number)
        z, a = self.spoken.label("z", number), self.spoken.label("a", number)
        if activation.slope_figures:
            return filled(activation.slope_figures, a=[self.number(a)])
        if not activation.excel_slope or activation.slope is None:
            return []
        cells = PageCells(self.numbers.place)
        formula = activation.excel_slope.format(z=cells.value(z), a=cells.value(a))
        with np.errstate(all="ignore"):
            value = activation.slope(self.numbers.array([z]), self.numbers.array([a]))[0, 0]
        return [Number(formula, float(value), factor=True)]

    @staticmethod
    def times(*factors: list[Part]) -> list[Part]:
        """A product; an empty factor is 1."""
        kept = [factor for factor in factors if factor]
        return [part for i, factor in enumerate(kept) for part in (["·"] if i else []) + factor]

    def passed_back(self, number: int) -> Number:
        """∂C/∂a of the unit, where it is no sum of products."""
        network, cells = self.layout.network, PageCells(self.numbers.place)
        following, source = network.layers[number - 1], network.source(number + 1)
        unit = self.spoken.place(number)
        formula = following.passed_back_formulas(network.place(number + 1), source, cells)[unit]
        delta, a, out = (
            self.numbers.array(network.unit_labels(kind, n))
            for kind, n in (("d", number + 1), ("a", number), ("a", number + 1))
        )
        # Of a convolution it is one that no filter looks at, whatever the weights are.
        nothing = np.zeros(len(network.parameter_labels(number + 1)))
        with np.errstate(all="ignore"):
            passed = following.passed_back(delta, nothing, source.shape, a, out)
        if formula.startswith("("):  # brackets that some places need and others don't
            formula = f"SUM{formula}"
        return Number(formula, float(passed[0, unit]), FINE, factor=True)


def _printed(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: printed(label) for name, label in labels.items()}
