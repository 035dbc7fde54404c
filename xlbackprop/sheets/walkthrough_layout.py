"""Where things stand on the Walkthrough sheet: one example's pass, laid out as a network is drawn.

Layers stand side by side, the input on the left, the outputs on the right, as the pass forward
goes. Below it stands the pass back, each quantity below the one that it belongs to: δ below z,
∂C/∂w below w. A layer that sees a picture has its weights in the shape of the picture; one that
sees a row of values has them as a table, a row for each unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from xlbackprop.network.network import Network
from xlbackprop.notation import parse, target_labels
from xlbackprop.sheets.typeset import typeset
from xlbackprop.workbook.grid import Rich, Run

TABLE = 12  # values that a unit may see for its weights to stand in one row
WRAPPED = 10  # in each row, where there are more
ACROSS = 14  # columns of units side by side before the next row of units begins
INPUTS, ROWS, CELLS, COLUMNS = 100, 40, 12_000, 90  # at most on a page that can still be read

Labels = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A rectangle of cells, each with a symbol.

    Attributes:
        kind: of ``Group``; also ``w`` and ``b``, ``G`` and ``B`` for the gradients of those, and
            ``A`` for outputs that are shown a second time.
        layer: number of the layer; 0 where there is none.
        labels: row by row; the last row may be shorter.
        top: first row.
        left: first column.
    """

    kind: str
    layer: int
    labels: Labels
    top: int = 0
    left: int = 0

    @property
    def places(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each symbol with its row and column."""
        for row, line in enumerate(self.labels, self.top):
            for column, label in enumerate(line, self.left):
                yield label, (row, column)

    @property
    def bottom(self) -> int:
        """Last row."""
        return self.top + len(self.labels) - 1

    @property
    def right(self) -> int:
        """Last column."""
        return self.left + max(map(len, self.labels)) - 1


@dataclass(frozen=True)
class Heading:
    """What stands above or beside a picture: a symbol, or the name of a unit with its number."""

    kind: str
    right: int = 0
    symbol: Rich = ()
    name: str = ""
    number: int = 0
    top: int = 0
    left: int = 0

    @property
    def bottom(self) -> int:
        """Last row."""
        return self.top


@dataclass(frozen=True)
class Area:
    """Pictures and headings, from row 0 and column 0 on until they are moved."""

    pictures: tuple[Picture, ...] = ()
    headings: tuple[Heading, ...] = ()

    @property
    def items(self) -> tuple[Picture | Heading, ...]:
        """All of them."""
        return (*self.pictures, *self.headings)

    @property
    def rows(self) -> int:
        """Rows in use, from row 0 on."""
        return 1 + max((item.bottom for item in self.items), default=-1)

    @property
    def columns(self) -> int:
        """Columns in use, from column 0 on."""
        return 1 + max((item.right for item in self.items), default=-1)

    def moved(self, down: int = 0, right: int = 0) -> "Area":
        """The same elsewhere."""
        return Area(
            tuple(replace(p, top=p.top + down, left=p.left + right) for p in self.pictures),
            tuple(
                replace(h, top=h.top + down, left=h.left + right, right=h.right + right)
                for h in self.headings
            ),
        )

    def __or__(self, other: "Area") -> "Area":
        """Both."""
        return Area(self.pictures + other.pictures, self.headings + other.headings)


def beside(areas: Iterable[Area], gap: int = 0) -> Area:
    """From left to right."""
    whole = Area()
    for area in areas:
        whole |= area.moved(right=whole.columns + gap if whole.columns else 0)
    return whole


def below(areas: Iterable[Area], gap: int = 0) -> Area:
    """From top to bottom."""
    whole = Area()
    for area in areas:
        whole |= area.moved(down=whole.rows + gap if whole.rows else 0)
    return whole


def picture(kind: str, layer: int, labels: Labels, heading: Heading | None = None) -> Area:
    """A picture below its heading, which is as wide."""
    if heading is None:
        return Area((Picture(kind, layer, labels),))
    wide = replace(heading, right=max(heading.right, max(map(len, labels)) - 1))
    return Area((Picture(kind, layer, labels, top=1),), (wide,))


def rows_of(labels: Sequence[str], width: int) -> Labels:
    """Labels in rows."""
    return tuple(tuple(labels[i : i + width]) for i in range(0, len(labels), width))


def _symbol(letter: str, number: int | str, indices: str = "", *, gradient: bool = False) -> Rich:
    """A letter with its layer and indices, typeset."""
    runs = (Run("∂C/∂" if gradient else "", "", italic=True), Run(letter, "", italic=True))
    return tuple(
        run
        for run in (*runs, Run(str(number), "superscript"), Run(indices, "subscript"))
        if run.text
    )


@dataclass(frozen=True)
class Part:
    """A group of columns: the input, a layer, or what is right.

    Attributes:
        layer: number of the layer; 1 for the input, 0 for what is right.
        left: first column.
        right: last column.
    """

    layer: int
    left: int
    right: int


@dataclass(frozen=True)
class WalkthroughLayout:
    """The Walkthrough sheet."""

    network: Network

    BLOCK_ROW, EXAMPLE_ROW = 3, 4  # of the cells that choose
    HELPER_ROW = 6  # where things stand on Training; headings are in the row above
    VERDICT_ROW = 7
    FORWARD_ROW = 8  # title; then the bands, then the numbers

    @cached_property
    def _halves(self) -> list[tuple[int, Area, Area]]:
        """Number of each part, its pass forward and its pass back, both from row and column 0."""
        network = self.network
        parts = [(1, self._input(), Area())]
        parts += [(n, self._layer(n), self._layer(n, back=True)) for n, _ in network.numbered()]
        parts.append((0, self._targets(), Area()))
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
    def forward(self) -> Area:
        """The pass forward."""
        return self._placed(1, self.FORWARD_ROW + 2)

    @property
    def backward_row(self) -> int:
        """Row of the title of the pass back."""
        return self.forward.rows + 1

    @cached_property
    def backward(self) -> Area:
        """The pass back."""
        return self._placed(2, self.backward_row + 2)

    def _placed(self, half: int, top: int) -> Area:
        whole = Area()
        for part, halves in zip(self.parts, self._halves, strict=True):
            area = halves[half]
            assert isinstance(area, Area)
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

    # The parts, each from row 0 and column 0 on.

    def _input(self) -> Area:
        """x as a picture, as a column with names, or wrapped where it is long."""
        source = self.network.source(2)
        if len(source.shape) > 1:
            return picture("x", 1, rows_of(source.labels, source.shape[-1]))
        if len(source.labels) > 2 * TABLE:
            return picture("x", 1, rows_of(source.labels, WRAPPED))
        names = (Heading("x", symbol=typeset(x), top=i) for i, x in enumerate(source.labels))
        return Area((Picture("x", 1, rows_of(source.labels, 1), left=1),), tuple(names))

    def _layer(self, number: int, *, back: bool = False) -> Area:
        layer, source = self.network.layers[number - 2], self.network.source(number)
        if len(self.network.source(number + 1).shape) == 3:
            area = self._maps(number, back=back)
        elif len(source.shape) == 1 and len(source.labels) <= TABLE:
            area = self._table(number, back=back)
        else:
            area = self._panels(number, back=back)
        if layer.bias == "shared":
            label = f"b{number}"
            shared = self._single(("B" if back else "b"), number, label, back=back)
            return below((area, shared), gap=1)
        return area

    def _single(self, kind: str, number: int, label: str, *, back: bool) -> Area:
        """One symbol below its own name."""
        own = f"g_{label}" if back and kind == "B" else label
        return picture(kind, number, ((own,),), Heading(kind, symbol=typeset(own)))

    def _weights(self, number: int, row: int, *, back: bool) -> tuple[str, ...]:
        """The weights of a unit or filter, counted from 0, or their gradients."""
        labels = self.network.parameter_rows(number)[row]
        return tuple(f"g_{x}" if back else x for x in labels if x.startswith("w"))

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

    def _table(self, number: int, *, back: bool) -> Area:
        """A row for each unit: w, b, then z and a; or ∂C/∂w, ∂C/∂b, then δ."""
        rows = range(len(self.network.unit_labels("a", number)))
        weights = tuple(self._weights(number, row, back=back) for row in rows)
        kind, numbers = ("G" if back else "w"), range(1, len(weights[0]) + 1)
        names = Area((), tuple(Heading(kind, name="unit", number=j + 1, top=j + 1) for j in rows))
        symbols = [_symbol("w", number, f"j{i}", gradient=back) for i in numbers]
        heads = tuple(Heading(kind, symbol=s, left=i, right=i) for i, s in enumerate(symbols))
        table = Area((Picture(kind, number, weights, top=1),), heads)
        columns = [names, table]
        if biases := self._own_biases(number, back=back):
            own, symbol = ("B" if back else "b"), _symbol("b", number, "j", gradient=back)
            columns.append(picture(own, number, rows_of(biases, 1), Heading(own, symbol=symbol)))
        for kind in self._kinds(number, back=back):
            labels = rows_of(self.network.unit_labels(kind, number), 1)
            columns.append(picture(kind, number, labels, Heading(kind, symbol=_head(labels))))
        return beside(columns)

    def _panels(self, number: int, *, back: bool) -> Area:
        """A picture of weights for each unit, b, z and a below it; side by side, then wrapped."""
        units = len(self.network.unit_labels("a", number))
        panels = [self._panel(number, unit, back=back) for unit in range(units)]
        # As wide as the wider of both passes, so that they stand below each other.
        both = [self._panel(number, 0, back=side) for side in (False, True)]
        width = max(panel.columns for panel in both)
        across = max(1, (ACROSS + 1) // (width + 1))
        strips = []
        for first in range(0, units, across):
            strip = Area()
            for i, panel in enumerate(panels[first : first + across]):
                strip |= panel.moved(right=i * (width + 1))
            strips.append(strip)
        return below(strips, gap=1)

    def _panel(self, number: int, unit: int, *, back: bool) -> Area:
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
        symbol = _symbol("w", number, str(unit + 1), gradient=True) if back else ()
        name = Heading(kind, weights.columns - 1, symbol, "" if back else "unit", unit + 1)
        return below((Area((), (name,)), weights, line))

    def _seen(self, number: int, row: int, *, back: bool) -> Area:
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

    def _maps(self, number: int, *, back: bool) -> Area:
        strips, tops = self._strips(number, back=back), self._tops(number, back=back)
        whole = Area()
        for strip, top in zip(strips, tops, strict=True):
            whole |= strip.moved(down=top)
        return whole

    def _strips(self, number: int, *, back: bool) -> list[Area]:
        maps, rows, columns = self.network.source(number + 1).shape
        learns = bool(self.network.parameter_labels(number))
        strips = []
        for m in range(maps):
            areas = [self._filter(number, m, back=back)] if learns else []
            for kind in self._kinds(number, back=back):
                units = self.network.unit_labels(kind, number)
                own = units[m * rows * columns : (m + 1) * rows * columns]
                symbol = parse(own[0])
                head = Heading(kind, symbol=_symbol(symbol.letter, symbol.layer))
                areas.append(picture(kind, number, rows_of(own, columns), head))
            strips.append(beside(areas, gap=1))
        return strips

    def _filter(self, number: int, row: int, *, back: bool) -> Area:
        """A filter, its bias below it."""
        weights, kind = self._seen(number, row, back=back), ("G" if back else "w")
        label = parse(self._weights(number, row, back=False)[0]).layer
        head = Heading(kind, weights.columns - 1, _symbol("w", label, gradient=back))
        areas = [below((Area((), (head,)), weights))]
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

    def _targets(self) -> Area:
        """Outputs beside their targets, the margins of the hinge, and C below them."""
        last, outputs = self.network.last, self.network.outputs
        names = tuple(Heading("t", name="output", number=k, top=k) for k in range(1, outputs + 1))
        outs, targets = self.network.output_labels(last), target_labels(outputs)
        columns = [
            Area((), names),
            picture("A", last, rows_of(outs, 1), Heading("a", symbol=_symbol("a", last))),
            picture("t", 0, rows_of(targets, 1), Heading("t", symbol=_symbol("t", ""))),
        ]
        if self.network.cost.margin:
            margins = rows_of(self.network.unit_labels("m", last), 1)
            columns.append(picture("m", last, margins, Heading("m", symbol=_symbol("m", ""))))
        cost = picture("C", 0, (("C",),), Heading("C", symbol=typeset("C")))
        return below((beside(columns), cost.moved(right=1)), gap=1)


def _head(labels: Labels) -> Rich:
    """The symbol above a column of units: zⱼ."""
    symbol = parse(labels[0][0])
    return _symbol(symbol.letter, symbol.layer, "j")
