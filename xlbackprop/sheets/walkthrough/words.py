"""What the Walkthrough sheet says: each kind of quantity in symbols, and below it in figures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlbackprop.network.layer import Source
from xlbackprop.network.updates import DECAYED
from xlbackprop.page.sentences import Number, Part, filled, summed
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.equations import equation
from xlbackprop.sheets.walkthrough.figures import REST, Figures
from xlbackprop.sheets.walkthrough.numbers import Numbers
from xlbackprop.sheets.walkthrough.units import Line, Spoken
from xlbackprop.sheets.walkthrough.update import Update
from xlbackprop.words.notation import printed, superscript, target_labels


@dataclass(frozen=True)
class Words:
    """The lines of a page.

    Attributes:
        layout: where everything stands.
        content: the numbers of the workbook.
        numbers: those of the page.
        figures: what sentences are made of.
    """

    layout: Layout
    content: Content
    numbers: Numbers
    figures: Figures

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
        for number in self._taught():
            yield self._gradient(number)
        for number in self._taught():
            yield from self._updates(number)

    def _taught(self) -> list[int]:
        """The layers, from the last, whose weight that is spoken of is trained."""
        network = self.layout.network
        trained = dict(zip(network.all_parameter_labels, network.trained.tolist(), strict=True))
        numbers = [number for number, _ in network.learning()]
        return [number for number in reversed(numbers) if trained[self.spoken.weight(number)]]

    @property
    def spoken(self) -> Spoken:
        """What the lines are about."""
        return self.figures.spoken

    # The lines.

    def _value(self, number: int) -> Line:
        """z of the unit; or a, of a layer without activation."""
        network, layer = self.layout.network, self.layout.network.layers[number - 2]
        unit, place, source = self.spoken.place(number), *self._place(number)
        if phrase := layer.value_phrase(place, source, unit):
            label = self.spoken.label("z", number)
            return self._line("forward", label, *self.figures.phrased(phrase))
        pairs = layer.value_terms(place, source, unit)
        if layer.figures:
            return self._pooled(number, layer.figures, [label for _, label in pairs])
        label = self.spoken.label("z", number)
        symbols, parts = self.figures.products(pairs)
        rows = network.parameter_rows(number)
        own = rows[self.spoken.row(number)][-1]
        bias = {"shared": rows[-1][-1], "none": ""}.get(layer.bias, own)
        if bias:
            symbols += f" + {printed(bias)}"
            parts = [*parts, self.figures.number(bias, term=True)]
        start = f"{printed(label)} = "
        return Line("forward", start + symbols, [start, *parts, *self.figures.result(label)])

    def _place(self, number: int) -> tuple[str, Source]:
        """What a layer is told: its place, and what it gets from the one before."""
        network = self.layout.network
        return network.place(number), network.source(number)

    def _line(self, role: str, label: str, symbols: str, parts: list[Part]) -> Line:
        """What a symbol is equal to, in symbols and in figures."""
        start = f"{printed(label)} = "
        return Line(role, start + symbols, [start, *parts, *self.figures.result(label)])

    def _pooled(self, number: int, figures: str, labels: Sequence[str]) -> Line:
        label = self.spoken.label("a", number)
        most = self.figures.most(8)
        more = len(labels) > most
        shown: list[Part] = [self.figures.number(own, factor=False) for own in labels[:most]]
        values: dict[str, list[Part]] = {"sum": summed([[n] for n in shown], most)}
        separated: list[Part] = [part for n in shown for part in (", ", n)][1:]
        values["list"] = [*separated, *([", …"] if more else [])]
        names = {
            "sum": " + ".join(map(printed, labels[:most])) + (" + …" if more else ""),
            "list": ", ".join(map(printed, labels[:most])) + (", …" if more else ""),
        }
        start = f"{printed(label)} = "
        parts = [start, *filled(figures, **values), *self.figures.result(label)]
        return Line("forward", start + figures.format(**names), parts)

    def _activated(self, number: int) -> Line:
        label, activation = self.spoken.label("a", number), self.layout.network.activation(number)
        values: dict[str, list[Part]] = {
            "z": [self.figures.number(self.spoken.label("z", number), factor=False)]
        }
        if activation.helper:
            labels = self.layout.network.unit_labels("e", number)
            terms = [[self.figures.number(own, factor=False)] for own in labels]
            values |= {
                "e": list(terms[self.spoken.row(number)]),
                "es": summed(terms, self.figures.most(8)),
            }
        start = printed(label)
        parts = [
            f"{start} = ",
            *filled(activation.figures, **values),
            *self.figures.result(label),
        ]
        return Line("forward", start + activation.equation.removeprefix("a"), parts)

    def _output_values(self, k: int) -> Mapping[str, list[Part]]:
        """Numbers of an output, by letter."""
        network = self.layout.network
        labels = {"t": target_labels(network.outputs)[k]}
        labels["a"] = network.unit_labels("a", network.last)[k]
        if network.cost.margin:
            labels["m"] = network.unit_labels("m", network.last)[k]
        return {letter: [self.figures.number(label)] for letter, label in labels.items()}

    def _cost(self) -> Line:
        network = self.layout.network
        cost = network.cost
        size = len(cost.figure_term) + 3 * cost.figure_term.count("{") + 3
        terms = [filled(cost.figure_term, **self._output_values(k)) for k in range(network.outputs)]
        parts = filled(cost.figures, terms=summed(terms, self.figures.most(size)))
        return Line("cost", cost.equation, ["C = ", *parts, *self.figures.result("C")])

    def _delta(self, number: int) -> Line:
        """δ of the unit."""
        network, label = self.layout.network, self.spoken.label("d", number)
        [group] = [g for g in network.backward_groups() if g.key == f"d{number}"]
        if number == network.last:
            symbols, parts = equation(self.layout, group), self._output_delta()
            # The catalogue's word on what simplifies.
            symbols = re.sub(r"δ\S*", printed(label), symbols, count=1)
        else:
            symbols, parts = self._hidden_delta(number)
            symbols = f"{printed(label)} = {symbols}"
        return Line("delta", symbols, [f"{printed(label)} = ", *parts, *self.figures.result(label)])

    def _output_delta(self) -> list[Part]:
        network, k = self.layout.network, self.spoken.row(self.layout.network.last)
        values = self._output_values(k)
        cost = network.cost
        if cost.slope is None:
            return filled(cost.delta_figures, **values)
        if network.spreads:
            slopes = network.unit_labels("c", network.last)
            outputs = network.unit_labels("a", network.last)
            _, mean = self.figures.products(tuple(zip(slopes, outputs, strict=True)), 2 * REST)
            own: list[Part] = [self.figures.number(slopes[k])]
            return filled("{a}·({c} − ({mean}))", a=values["a"], c=own, mean=mean)
        if cost.slope_figures:
            parts = filled(cost.slope_figures, **values)
        else:
            parts = [self.figures.slope_of_cost()]
        return self.figures.times(parts, self.figures.slope(network.last))

    def _hidden_delta(self, number: int) -> tuple[str, list[Part]]:
        network = self.layout.network
        following, told = network.layers[number - 1], self._place(number + 1)
        if phrase := following.passed_back_phrase(*told, self.spoken.place(number)):
            symbols, parts = self.figures.phrased(phrase)
        elif pairs := following.passed_back_terms(*told, self.spoken.place(number)):
            symbols, parts = self.figures.products(pairs, 2 * REST)
            if len(pairs) > 1:
                symbols, parts = f"({symbols})", ["(", *parts, ")"]
        else:
            up = superscript(network.mark(number + 1))
            symbols, parts = following.passed_back_equation(up), [self.figures.passed_back(number)]
        if not network.layers[number - 2].activation:
            return symbols, parts
        slope = network.activation(number).slope_equation
        return f"{symbols} · {slope}" if slope else symbols, self.figures.times(
            parts, self.figures.slope(number)
        )

    def _gradient(self, number: int) -> Line:
        label = self.spoken.weight(number)
        pairs = self.spoken.usual.weightiest(self.spoken.gradient_terms(number))
        layer, row = self.layout.network.layers[number - 2], self.spoken.row(number)
        if phrase := layer.gradient_phrase(*self._place(number), row):
            symbols, parts = self.figures.phrased(phrase, pairs)
        else:
            symbols, parts = self.figures.products(pairs)
        return self._line("gradient", f"g_{label}", symbols or "0", parts or ["0"])

    def _updates(self, number: int) -> Iterator[Line]:
        """What the rule remembers of the same weight, and the weight's next value."""
        layout, network = self.layout, self.layout.network
        label = self.spoken.weight(number)
        i = network.all_parameter_labels.index(label)
        update = Update(layout, self.content, self.numbers, self.figures.number(label), i)
        later = self.numbers.of_block(self.numbers.trace.parameter_values, later=1)
        below, column = layout.training.place_of[label]
        new = Number(self.numbers.looked_up(column, "next", below), float(later[i]))
        start, learning = layout.text("walkthrough.new", symbol=printed(label)), update.learning
        for state in learning.states:
            told = filled(state.figures, **update.places(sum_itself=state is DECAYED))
            parts = [f"{state.name} = ", *told, " = ", update.remembered(state.name)]
            symbols = f"{printed(label)}:   {learning.printed(state)}"
            yield Line("update", symbols, parts)
        places = update.places()
        for one in learning.rule.corrected:
            told = filled(one.figures, **places)
            parts = [f"{one.equation} = ", *told, " = ", update.corrected(one)]
            yield Line("update", f"{printed(label)}:   {one.equation}", parts)
        places |= {
            one.state: [update.corrected(one, factor=True)] for one in learning.rule.corrected
        }
        symbols = f"{start}:   {learning.equation}"
        if not learning.states:
            rate, gradient = "ηₖ" if learning.schedule.excel else "η", printed(f"g_{label}")
            mean = "(1/n) " if network.averaged else ""
            symbols = f"{start} = {printed(label)} − {rate}·{mean}Σ {gradient}"
        told = filled(learning.rule.figures, **places)
        yield Line("update", symbols, [f"{start} = ", *told, " = ", new])
