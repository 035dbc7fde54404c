"""Where things stand on the Predict sheet; addresses only, no cell is made here.

On the left stands what a person draws, beside it each layer's z and a, as the network is drawn,
then the chart of the outputs. On the right, beyond a first look, stands the pass itself: one row,
below the parameters that it uses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from xlbackprop.gate import COLUMNS
from xlbackprop.network.network import Network
from xlbackprop.sheets.passes.arrangement import (
    Arrangement,
    Heading,
    Part,
    Picture,
    below,
    beside,
    head,
    picture,
    rows_of,
    symbol_of,
)
from xlbackprop.sheets.passes.layout import PassLayout
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import parse

INPUTS, OUTPUTS, CELLS, ACROSS = 400, 40, 12_000, 120  # at most on a page that can still be read
EXAMPLES, NUMBERS = 2_000, 100_000  # at most where the nearest example is found
LONGEST = 16  # rows of a table before it goes on beside itself
FIGURE, GAP, NAMES, TYPED, IN_UNIT = 7.6, 2.0, 11.0, 10.0, 13.0  # widths in characters
LONGEST_NAME = 28.0
HIGHEST, LOWEST, ROOM = 46, 24, 600  # pixels of a row, and of all of them
DIGIT = 7  # pixels of a character
LABEL = 30.0  # characters that the name of the choice needs


@dataclass(frozen=True)
class PredictLayout(PassLayout):
    """The Predict sheet.

    Attributes:
        network: the network.
        is_picture: whether the inputs form a picture.
        scaled: whether the network sees other numbers than are typed.
        inputs: names of the inputs.
        outputs: names of the outputs; empty where they have none.
        in_units: whether the outputs are shown in the units of the targets, too.
        examples: how many there are.
    """

    network: Network
    is_picture: bool
    scaled: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    in_units: bool = False
    examples: int = 0

    @classmethod
    def of(cls, layout: Layout) -> "PredictLayout":
        """That of a workbook."""
        recipe, classes = layout.recipe, tuple(map(str, layout.recipe.classes()))
        is_scaled, in_units = bool(layout.data.statistics), bool(layout.data.target_statistics)
        names = recipe.targets if in_units else classes
        is_picture = bool(recipe.image)
        return cls(
            layout.network, is_picture, is_scaled, recipe.inputs, names, in_units, layout.examples
        )

    CHOICE_ROW, VERDICT_ROW, NEAREST_ROW, BAND_ROW = 3, 4, 5, 7
    TOP = 9  # of what is drawn; titles and equations stand above it
    CHART = 6  # columns that the chart covers
    CHART_WIDTH = 10.0

    # What stands on the left.

    @cached_property
    def _areas(self) -> list[tuple[int, Arrangement]]:
        """Number of each part and its area, from row and column 0."""
        return [(1, self._drawing()), *((n, self._layer(n)) for n, _ in self.network.numbered())]

    def _drawing(self) -> Arrangement:
        labels, letter = self.network.output_labels(1), "r" if self.scaled else "x"
        if self.is_picture:
            kinds = (("r", letter), *((("x", "x"),) if self.scaled else ()))
            rows = rows_of(labels, self.network.source(2).shape[-1])
            return beside((_titled(kind, 1, rows, name) for kind, name in kinds), gap=1)
        return beside(self._typed(labels, letter), gap=1)

    def _typed(self, labels: Sequence[str], letter: str) -> Iterator[Arrangement]:
        """Names and numbers, and x where it is another."""
        for first in range(0, len(labels), LONGEST):
            own = labels[first : first + LONGEST]
            columns = [_names("r", "input", first, len(own)), _titled("r", 1, _down(own), letter)]
            columns += [_titled("x", 1, _down(own), "x")] if self.scaled else []
            yield beside(columns)

    def _layer(self, number: int) -> Arrangement:
        shape = self.network.source(number + 1).shape
        if number == self.network.last:
            return self._outputs()
        if len(shape) == 3:
            return below(self._maps(number, shape), gap=1)
        return beside(self._table(number, "unit", LONGEST), gap=1)

    def _maps(self, number: int, shape: tuple[int, ...]) -> Iterator[Arrangement]:
        """z and a of each filter; a of each pooled map."""
        _, rows, columns = shape
        for first in range(0, shape[0] * rows * columns, rows * columns):
            pictures = []
            for kind in self._kinds(number):
                own = self.network.unit_labels(kind, number)[first : first + rows * columns]
                symbol = parse(own[0])
                title = Heading(kind, symbol=symbol_of(symbol.letter, symbol.layer))
                pictures.append(picture(kind, number, rows_of(own, columns), title))
            yield beside(pictures, gap=1)

    def _kinds(self, number: int) -> str:
        return self.network.kinds(number).replace("e", "")

    def _table(self, number: int, name: str, longest: int) -> Iterator[Arrangement]:
        """A row for each unit: its name, z and a."""
        labels = {kind: self.network.unit_labels(kind, number) for kind in self._kinds(number)}
        for first in range(0, len(labels["a"]), longest):
            own = {kind: all_of[first : first + longest] for kind, all_of in labels.items()}
            columns = [_names("a", name, first, len(own["a"]))]
            for kind, units in own.items():
                title = Heading(kind, symbol=head(_down(units)))
                columns.append(picture(kind, number, _down(units), title))
            yield beside(columns)

    def _outputs(self) -> Arrangement:
        """The table of the outputs; below it how far the largest is ahead."""
        outputs, last = self.network.outputs, self.network.last
        [table] = self._table(last, "output", outputs)
        if self.in_units:
            title = Heading("y", name="in_unit")
            table = beside([table, picture("y", last, _down(self.unit_labels), title)])
        if not self.has_lead:
            return table
        row, right = outputs + 1, table.columns - 1
        lead = Picture("A", last, (("lead",),), top=row, left=right)
        title = Heading("A", right=right - 1, name="lead", top=row)
        return table | Arrangement((lead,), (title,))

    @property
    def has_lead(self) -> bool:
        """Whether one of several outputs is the answer."""
        return self.network.answers and self.network.outputs > 1

    @property
    def output_labels(self) -> tuple[str, ...]:
        """The symbols of the outputs."""
        return self.network.output_labels(self.network.last)

    @property
    def unit_labels(self) -> tuple[str, ...]:
        """The symbols of the outputs in the units of the targets."""
        return tuple(f"y{k}" for k in range(1, self.network.outputs + 1))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The groups of columns from the left."""
        parts, left = [], 1
        for number, part in self._areas:
            parts.append(Part(number, left, left + part.columns - 1))
            left += part.columns + 1
        return tuple(parts)

    @cached_property
    def page(self) -> Arrangement:
        """All of it."""
        whole = Arrangement()
        for part, (_, own) in zip(self.parts, self._areas, strict=True):
            whole |= own.moved(self.TOP, part.left)
        return whole

    @cached_property
    def drawn(self) -> dict[str, tuple[int, int]]:
        """Row and column of what is drawn, by the symbol of the input."""
        return dict(place for p in self.page.pictures if p.kind == "r" for place in p.places)

    @cached_property
    def shown(self) -> dict[str, tuple[int, int]]:
        """Row and column of each symbol that is shown beside it."""
        return dict(place for p in self.page.pictures if p.kind != "r" for place in p.places)

    @property
    def names(self) -> tuple[tuple[int, int], ...]:
        """Row and column of the name of each output."""
        headings = (h for h in self.page.headings if h.name == "output")
        return tuple((h.top, h.left) for h in headings)

    @property
    def bottom(self) -> int:
        """Last row of what stands on the left."""
        return self.page.rows - 1

    @property
    def height(self) -> int:
        """Height of a row in pixels: all of them have room on a screen."""
        return min(HIGHEST, max(LOWEST, ROOM // (self.bottom - self.TOP)))

    # Columns.

    @cached_property
    def widths(self) -> dict[int, float]:
        """Width of each column on the left."""
        page = self.page
        wide = {part.right + 1: GAP for part in self.parts}
        wide |= {c: FIGURE for item in page.items for c in range(item.left, item.right + 1)}
        drawing = self.height / DIGIT if self.is_picture else TYPED
        wide |= {c: drawing for p in page.pictures if p.kind == "r" for c in _columns(p)}
        wide |= {c: IN_UNIT for p in page.pictures if p.kind == "y" for c in _columns(p)}
        for names, kind in ((self.inputs, "input"), (self.outputs, "output")):
            longest = max((1.2 * len(name) + 2 for name in names), default=0.0)
            room = min(max(NAMES, longest), LONGEST_NAME)
            wide |= {h.left: room for h in page.headings if h.name == kind}
        wide |= {h.left: NAMES for h in page.headings if h.name == "unit"}
        return {column: wide.get(column, GAP) for column in range(1, self.right + 1)}

    @property
    def right(self) -> int:
        """Last column of what is drawn and of the layers."""
        return self.parts[-1].right

    @cached_property
    def choice(self) -> tuple[int, int]:
        """Row and column of the cell that chooses: there is room for a name at its left."""
        sums = dict(zip(self.widths, accumulate(self.widths.values()), strict=True))
        wide = (c for c, width in self.widths.items() if width > GAP and sums[c] - width >= LABEL)
        return self.CHOICE_ROW, next(wide, self.right)

    def width(self, part: Part) -> float:
        """Width of a part, in characters."""
        return sum(self.widths[column] for column in range(part.left, part.right + 1))

    @property
    def chart(self) -> int:
        """Column at which the chart begins."""
        return self.right + 2

    @property
    def number(self) -> int:
        """Column that says what stands in each row of the pass."""
        return self.chart + self.CHART + 1

    @property
    def first(self) -> int:
        """Column of x in the pass."""
        return self.number + 1

    @property
    def parameters_top(self) -> int:
        """First row of the parameters."""
        return self.BAND_ROW + 3

    @property
    def finds_nearest(self) -> bool:
        """Whether the nearest example is told: there are several, and not too many."""
        last = self.nearest_targets + self.network.outputs - 1
        numbers = self.examples * len(self.inputs)
        return 1 < self.examples <= EXAMPLES and numbers <= NUMBERS and last <= COLUMNS

    @property
    def distances(self) -> int:
        """Column of the examples' numbers; their distances and which are as near stand beside."""
        return self.first + len(self.columns) + 1

    @property
    def nearest(self) -> int:
        """Column of the smallest distance; whose it is, and how many are as near stand beside."""
        return self.distances + 4

    @property
    def nearest_targets(self) -> int:
        """Column of the first target of the nearest example."""
        return self.nearest + 3

    @cached_property
    def fits(self) -> bool:
        """Whether all of it is still a page that can be read."""
        network = self.network
        units = sum(len(network.output_labels(n)) for n in range(1, network.last + 1))
        if len(network.output_labels(1)) > INPUTS or network.outputs > OUTPUTS:
            return False
        if len(network.all_parameter_labels) + units > CELLS or self.right > ACROSS:
            return False
        return self.first + len(self.columns) <= COLUMNS


def _names(kind: str, name: str, first: int, count: int) -> Arrangement:
    """Names one below the other, from row 1 on."""
    places = range(1, count + 1)
    return Arrangement((), tuple(Heading(kind, name=name, number=first + i, top=i) for i in places))


def _titled(kind: str, layer: int, labels: tuple[tuple[str, ...], ...], letter: str) -> Arrangement:
    return picture(kind, layer, labels, Heading(kind, symbol=symbol_of(letter, "")))


def _down(labels: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return rows_of(labels, 1)


def _columns(shown: Picture) -> range:
    return range(shown.left, shown.right + 1)
