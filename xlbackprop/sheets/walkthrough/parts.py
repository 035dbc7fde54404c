"""The parts of the Walkthrough sheet: the input, each layer's pass forward and back, the targets.

A layer that sees a picture has its weights in the shape of the picture; one that sees a row of
values has them as a table, a row for each unit; filters and maps stand in strips.
"""

from dataclasses import dataclass

from xlbackprop.network.network import Network
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.passes.arrangement import (
    Arrangement,
    Heading,
    Picture,
    below,
    beside,
    head,
    picture,
    rows_of,
    symbol_of,
)
from xlbackprop.words.notation import is_weight, parse, target_labels
from xlbackprop.workbook.grid import Rich

TABLE = 12  # values that a unit may see for its weights to stand in one row
WRAPPED = 10  # in each row, where there are more
ACROSS = 14  # columns of units side by side before the next row of units begins


@dataclass(frozen=True)
class Parts:
    """The parts, each from row 0 and column 0 on."""

    network: Network

    def input(self) -> Arrangement:
        """x as a picture, as a column with names, or wrapped where it is long."""
        source = self.network.source(2)
        if len(source.shape) > 1:
            return picture("x", 1, rows_of(source.labels, source.shape[-1]))
        if len(source.labels) > 2 * TABLE:
            return picture("x", 1, rows_of(source.labels, WRAPPED))
        names = (Heading("x", symbol=typeset(x), top=i) for i, x in enumerate(source.labels))
        return Arrangement((Picture("x", 1, rows_of(source.labels, 1), left=1),), tuple(names))

    def layer(self, number: int, *, back: bool = False) -> Arrangement:
        """A layer's pass forward: w, b, z, a; or its pass back: ∂C/∂w, ∂C/∂b, δ."""
        layer, source = self.network.layers[number - 2], self.network.source(number)
        if len(self.network.source(number + 1).shape) == 3:
            area = self._maps(number, back=back)
        elif layer.wording:
            area = self._normalized(number, back=back)
        elif len(source.shape) == 1 and len(source.labels) <= TABLE:
            area = self._table(number, back=back)
        else:
            area = self._panels(number, back=back)
        if layer.bias == "shared" or (layer.wording and not back):
            label = self.network.parameter_rows(number)[-1][-1]
            shared = self._single(("B" if back else "b"), number, label, back=back)
            return below((area, shared), gap=1)
        return area

    def _single(self, kind: str, number: int, label: str, *, back: bool) -> Arrangement:
        """One symbol below its own name."""
        own = f"g_{label}" if back and kind == "B" else label
        return picture(kind, number, ((own,),), Heading(kind, symbol=typeset(own)))

    def _weights(self, number: int, row: int, *, back: bool) -> tuple[str, ...]:
        """The weights of a unit or filter, counted from 0, or their gradients."""
        labels = self.network.parameter_rows(number)[row]
        return tuple(f"g_{x}" if back else x for x in labels if is_weight(x))

    def _kinds(self, number: int, *, back: bool) -> str:
        """The letters of the quantities of each unit."""
        if not back:
            return self.network.kinds(number)
        return "cd" if number == self.network.last and self.network.spreads else "d"

    def _own_biases(self, number: int, *, back: bool) -> tuple[str, ...]:
        """Biases of the units or filters, or their gradients; none where they are shared."""
        if self.network.layers[number - 2].bias not in ("trained", "fixed"):
            return ()
        rows = self.network.parameter_rows(number)
        return tuple(f"g_{row[-1]}" if back else row[-1] for row in rows)

    def _table(self, number: int, *, back: bool) -> Arrangement:
        """A row for each unit: w, b, then z and a; or ∂C/∂w, ∂C/∂b, then δ."""
        rows = range(len(self.network.unit_labels("a", number)))
        weights = tuple(self._weights(number, row, back=back) for row in rows)
        kind, numbers = ("G" if back else "w"), range(1, len(weights[0]) + 1)
        names = Arrangement(
            (), tuple(Heading(kind, name="unit", number=j + 1, top=j + 1) for j in rows)
        )
        symbols = [self._weight_symbol(number, "j", str(i), back=back) for i in numbers]
        heads = tuple(Heading(kind, symbol=s, left=i, right=i) for i, s in enumerate(symbols))
        table = Arrangement((Picture(kind, number, weights, top=1),), heads)
        columns = [names, table]
        if biases := self._own_biases(number, back=back):
            own, symbol = (
                ("B" if back else "b"),
                symbol_of("b", self.network.mark(number), "j", gradient=back),
            )
            columns.append(picture(own, number, rows_of(biases, 1), Heading(own, symbol=symbol)))
        for kind in self._kinds(number, back=back):
            labels = rows_of(self.network.unit_labels(kind, number), 1)
            columns.append(picture(kind, number, labels, Heading(kind, symbol=head(labels))))
        return beside(columns)

    def _normalized(self, number: int, *, back: bool) -> Arrangement:
        """A row for each unit: γ, β, μ and v, then z and a; or ∂C/∂γ and ∂C/∂β, then δ."""
        kind, rows = ("B" if back else "b"), self._normalizing(number, back=back)
        names = (Heading(kind, name="unit", number=j, top=j) for j in range(1, len(rows) + 1))
        columns = [Arrangement((), tuple(names))]
        for labels in zip(*rows, strict=True):
            symbol = symbol_of(
                parse(labels[0]).letter, self.network.mark(number), "j", gradient=back
            )
            columns.append(picture(kind, number, rows_of(labels, 1), Heading(kind, symbol=symbol)))
        for kind in self._kinds(number, back=back):
            units = rows_of(self.network.unit_labels(kind, number), 1)
            columns.append(picture(kind, number, units, Heading(kind, symbol=head(units))))
        return beside(columns)

    def _normalizing(self, number: int, *, back: bool) -> list[tuple[str, ...]]:
        """γ, β, μ and v of each unit or map, or the gradients of γ and β."""
        rows = self.network.parameter_rows(number)[:-1]
        return [tuple(f"g_{x}" for x in row[:2]) if back else row for row in rows]

    def _weight_symbol(self, number: int, unit: str, value: str = "", *, back: bool) -> Rich:
        """w, or ∂C/∂w, of a unit for one of its values, or for all of them."""
        mark = self.network.mark(number)
        if mark.isdigit():
            return symbol_of("w", mark, unit + value, gradient=back)
        return symbol_of("w", mark + unit, value, gradient=back)

    def _panels(self, number: int, *, back: bool) -> Arrangement:
        """A picture of weights for each unit, b, z and a below it; side by side, then wrapped."""
        units = len(self.network.unit_labels("a", number))
        panels = [self._panel(number, unit, back=back) for unit in range(units)]
        # As wide as the wider of both passes, so that they stand below each other.
        both = [self._panel(number, 0, back=side) for side in (False, True)]
        width = max(panel.columns for panel in both)
        across = max(1, (ACROSS + 1) // (width + 1))
        strips = []
        for first in range(0, units, across):
            strip = Arrangement()
            for i, panel in enumerate(panels[first : first + across]):
                strip |= panel.moved(right=i * (width + 1))
            strips.append(strip)
        return below(strips, gap=1)

    def _panel(self, number: int, unit: int, *, back: bool) -> Arrangement:
        weights = self._seen(number, unit, back=back)
        biases = self._own_biases(number, back=back)
        singles = [("B" if back else "b", biases[unit])] if biases else []
        singles += [
            (kind, self.network.unit_labels(kind, number)[unit])
            for kind in self._kinds(number, back=back)
        ]
        line = beside(
            picture(kind, number, ((label,),), Heading(kind, symbol=typeset(label)))
            for kind, label in singles
        )
        kind = "G" if back else "w"
        symbol = self._weight_symbol(number, str(unit + 1), back=True) if back else ()
        name = Heading(kind, weights.columns - 1, symbol, "" if back else "unit", unit + 1)
        return below((Arrangement((), (name,)), weights, line))

    def _seen(self, number: int, row: int, *, back: bool) -> Arrangement:
        """A row of weights in the shape of what it is multiplied by: pictures side by side."""
        kind, labels = ("G" if back else "w"), self._weights(number, row, back=back)
        shape = self._weight_shape(number)
        if len(shape) == 1:
            return picture(kind, number, rows_of(labels, WRAPPED))
        size, across = shape[-2] * shape[-1], max(1, (ACROSS + 1) // (shape[-1] + 1))
        maps = [
            picture(kind, number, rows_of(labels[first : first + size], shape[-1]))
            for first in range(0, len(labels), size)
        ]
        strips = [beside(maps[i : i + across], gap=1) for i in range(0, len(maps), across)]
        return below(strips, gap=1)

    def _weight_shape(self, number: int) -> tuple[int, ...]:
        """(values,), or (..., rows, columns) of the pictures that weights form."""
        shape = self.network.source(number).shape
        if len(self.network.source(number + 1).shape) == 1:
            return shape
        own = self.network.layers[number - 2].weight_shape(shape)
        return own[1:]

    # Maps: a strip for each filter, its pooled map in the same strip.

    def _maps(self, number: int, *, back: bool) -> Arrangement:
        strips, tops = self._strips(number, back=back), self._tops(number, back=back)
        whole = Arrangement()
        for strip, top in zip(strips, tops, strict=True):
            whole |= strip.moved(down=top)
        return whole

    def _strips(self, number: int, *, back: bool) -> list[Arrangement]:
        maps, rows, columns = self.network.source(number + 1).shape
        learns = bool(self.network.parameter_labels(number))
        strips = []
        for m in range(maps):
            areas = [self._filter(number, m, back=back)] if learns else []
            for kind in self._kinds(number, back=back):
                units = self.network.unit_labels(kind, number)
                own = units[m * rows * columns : (m + 1) * rows * columns]
                parsed = parse(own[0])
                head = Heading(kind, symbol=symbol_of(parsed.letter, parsed.layer))
                areas.append(picture(kind, number, rows_of(own, columns), head))
            strips.append(beside(areas, gap=1))
        return strips

    def _filter(self, number: int, row: int, *, back: bool) -> Arrangement:
        """A filter, its bias below it; or what a map is normalized by."""
        if self.network.layers[number - 2].wording:
            labels = self._normalizing(number, back=back)[row]
            singles = [self._single("B" if back else "b", number, x, back=False) for x in labels]
            return below(beside(singles[i : i + 2]) for i in range(0, len(singles), 2))
        weights, kind = self._seen(number, row, back=back), ("G" if back else "w")
        label = parse(self._weights(number, row, back=False)[0]).layer
        head = Heading(kind, weights.columns - 1, symbol_of("w", label, gradient=back))
        areas = [below((Arrangement((), (head,)), weights))]
        if biases := self._own_biases(number, back=back):
            areas.append(self._single("B" if back else "b", number, biases[row], back=False))
        return below(areas)

    def _tops(self, number: int, *, back: bool) -> list[int]:
        """First rows of the strips: those of as many maps in a row of layers are the same."""
        maps = self.network.source(number + 1).shape[0]
        chain = [n for n, _ in self.network.numbered() if self._shares_strips(n, number)]
        heights = [[strip.rows for strip in self._strips(n, back=back)] for n in chain]
        height = max(max(own) for own in heights)
        return [m * (height + 1) for m in range(maps)]

    def _shares_strips(self, number: int, other: int) -> bool:
        shapes = (self.network.source(n + 1).shape for n in (number, other))
        return all(len(shape) == 3 for shape in shapes)

    # What is right.

    def targets(self) -> Arrangement:
        """Outputs beside their targets, the margins of the hinge, and C below them."""
        last, outputs = self.network.last, self.network.outputs
        names = tuple(Heading("t", name="output", number=k, top=k) for k in range(1, outputs + 1))
        outs, targets = self.network.output_labels(last), target_labels(outputs)
        columns = [
            Arrangement((), names),
            picture(
                "A",
                last,
                rows_of(outs, 1),
                Heading("a", symbol=symbol_of("a", self.network.mark(last))),
            ),
            picture("t", 0, rows_of(targets, 1), Heading("t", symbol=symbol_of("t", ""))),
        ]
        if self.network.cost.margin:
            margins = rows_of(self.network.unit_labels("m", last), 1)
            columns.append(picture("m", last, margins, Heading("m", symbol=symbol_of("m", ""))))
        cost = picture("C", 0, (("C",),), Heading("C", symbol=typeset("C")))
        return below((beside(columns), cost.moved(right=1)), gap=1)
