"""Where things stand on the Pictures sheet; addresses only, no cell is made here.

All columns are as narrow as a pixel. First come the weights of each unit or filter that looks at a
picture, layer by layer, larger where there is room for their numbers; then the examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, prod

from xlbackprop.network.network import Network
from xlbackprop.sheets.passes.arrangement import Labels, rows_of
from xlbackprop.sheets.plan.layout import Layout

WIDE = 1330  # of a printed page with readable type, as all lengths here in pixels of a screen
LABEL = 220  # the name of the choice
NAMED, MAP_NAMED = 64, 130  # the heading of a picture; with the number of a map
NUMBER = 46  # a weight in figures
MOST_PIXELS, MOST_WEIGHTS = 6_000, 4_000  # cells
MOST_NUMBERS = 150  # weights of a layer that are shown in figures, too
LARGEST = 784  # pixels of a picture


@dataclass(frozen=True)
class Slot:
    """A picture: its heading stands in the row above it.

    Attributes:
        number: what it shows: an example, or a unit or filter, from 1.
        map: which map of the source the weights are for, from 1; 0 where there is only one.
        labels: symbols row by row.
        scale: columns of the sheet that each of them takes.
        top: first row of the picture.
        left: first column.
    """

    number: int
    map: int
    labels: Labels
    scale: int = 1
    top: int = 0
    left: int = 0

    @property
    def places(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each symbol with its first row and column."""
        for i, line in enumerate(self.labels):
            for j, label in enumerate(line):
                yield label, (self.top + i, self.left + j * self.scale)

    @property
    def columns(self) -> int:
        """Columns of the sheet."""
        return len(self.labels[0]) * self.scale

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """First row and column, last row and column."""
        return self.top, self.left, self.top + len(self.labels) - 1, self.left + self.columns - 1


@dataclass(frozen=True)
class Section:
    """Pictures of one kind below a title.

    Attributes:
        layer: number of the layer whose weights are shown; 1 for the examples.
        row: row of the title.
        width: columns of each picture with its heading; an empty one follows.
        slots: the pictures.
        left_out: how many there are beyond them.
    """

    layer: int
    row: int
    width: int
    slots: tuple[Slot, ...]
    left_out: int

    @property
    def bottom(self) -> int:
        """Last row."""
        return max(slot.corners[2] for slot in self.slots)

    @property
    def right(self) -> int:
        """Last column."""
        return max(slot.left for slot in self.slots) + self.width - 1


@dataclass(frozen=True)
class PicturesLayout:
    """The Pictures sheet.

    Attributes:
        network: the network.
        image: (rows, columns) of the picture that the inputs form; empty when they form none.
        examples: number of training examples.
    """

    network: Network
    image: tuple[int, ...]
    examples: int

    CHOICE_ROW = 3
    FIRST_ROW = 5
    CHOICE = 3  # columns that the cell that chooses covers

    @classmethod
    def of(cls, layout: Layout) -> "PicturesLayout":
        """That of a workbook."""
        return cls(layout.network, layout.recipe.image, layout.examples)

    @property
    def pixel(self) -> int:
        """Width and height of a cell."""
        return 24 if self.image[1] <= 4 else 18 if self.image[1] <= 12 else 12

    @property
    def choice(self) -> tuple[int, int]:
        """Row and column of the cell that chooses: there is room for a name at its left."""
        return self.CHOICE_ROW, 1 + ceil(LABEL / self.pixel)

    @cached_property
    def weights(self) -> tuple[Section, ...]:
        """A section for each layer whose weights are pictures."""
        sections: list[Section] = []
        for number, layer in self.network.learning():
            if len(self.network.source(number).shape) > 1 and not layer.wording:
                row = sections[-1].bottom + 2 if sections else self.FIRST_ROW
                sections.append(self._weights(number, row))
        return tuple(sections)

    def _weights(self, number: int, row: int) -> Section:
        slots = list(self._slots(number))
        weights = prod(map(len, (slots, slots[0].labels, slots[0].labels[0])))
        if weights <= MOST_NUMBERS:
            slots = [replace(slot, scale=ceil(NUMBER / self.pixel)) for slot in slots]
        return self._placed(number, row, slots, MOST_WEIGHTS)

    def _slots(self, number: int) -> Iterator[Slot]:
        """The weights of each unit or filter, a picture for each map that they look at."""
        shape = self.network.source(number).shape
        own = self.network.layers[number - 2].weight_shape(shape)[1:]
        # A unit has a weight for each value, a filter only for the values that it covers.
        rows, columns = shape[-2:] if len(own) == 1 else own[-2:]
        for unit, labels in enumerate(self.network.parameter_rows(number), 1):
            weights = [label for label in labels if label.startswith("w")]
            maps = rows_of(weights, rows * columns)
            for m, part in enumerate(maps, 1):
                yield Slot(unit, m if len(maps) > 1 else 0, rows_of(part, columns))

    @cached_property
    def gallery(self) -> Section:
        """The examples."""
        row = self.weights[-1].bottom + 2 if self.weights else self.FIRST_ROW
        pixels = rows_of(self.network.output_labels(1), self.image[1])
        slots = [Slot(number, 0, pixels) for number in range(1, self.examples + 1)]
        return self._placed(1, row, slots, MOST_PIXELS)

    def _placed(self, layer: int, row: int, slots: list[Slot], most: int) -> Section:
        """Slots beside each other, in lines of equal length; of the cells of one kind so many."""
        cells = len(slots[0].labels) * len(slots[0].labels[0])
        kept = slots[: max(1, most // cells)]
        named = MAP_NAMED if kept[0].map else NAMED
        width = max(kept[0].columns, ceil(named / self.pixel))
        lines = ceil(len(kept) / max(1, WIDE // self.pixel // (width + 1)))
        across, high = ceil(len(kept) / lines), len(kept[0].labels) + 2
        placed = tuple(
            replace(slot, top=row + 2 + i // across * high, left=1 + i % across * (width + 1))
            for i, slot in enumerate(kept)
        )
        return Section(layer, row, width, placed, len(slots) - len(kept))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of them, from the top."""
        return (*self.weights, self.gallery)

    @property
    def last_column(self) -> int:
        """The last column in use."""
        return max(section.right for section in self.sections)

    @property
    def fits(self) -> bool:
        """Whether there are pictures, and not too large ones."""
        return bool(self.image) and prod(self.image) <= LARGEST
