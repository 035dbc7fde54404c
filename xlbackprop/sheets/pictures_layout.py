"""Where things stand on the Pictures sheet; addresses only, no cell is made here.

Pictures stand in slots of the same size, as many beside each other as a screen is wide: first the
weights of each unit or filter that looks at a picture, layer by layer, then the examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, prod

from xlbackprop.network.network import Network
from xlbackprop.sheets.walkthrough_area import rows_of

SCREEN = 1780  # pixels
LABEL = 220  # pixels that the name of the choice needs
NAMED = 64  # pixels that the heading of a picture needs
MAP_NAMED = 130  # where it has the number of a map, too
MOST_PIXELS, MOST_WEIGHTS = 6_000, 4_000  # cells
LARGEST = 784  # pixels of a picture


@dataclass(frozen=True)
class Slot:
    """A picture: its heading stands in the row above it.

    Attributes:
        number: what it shows: an example, or a unit or filter, from 1.
        map: which map of the source the weights are for, from 1; 0 where there is only one.
        labels: symbols row by row.
        top: first row of the picture.
        left: first column.
    """

    number: int
    map: int
    labels: tuple[tuple[str, ...], ...]
    top: int = 0
    left: int = 0

    @property
    def places(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each symbol with its row and column."""
        for row, line in enumerate(self.labels, self.top):
            for column, label in enumerate(line, self.left):
                yield label, (row, column)

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """First row and column, last row and column."""
        below, beside = len(self.labels) - 1, len(self.labels[0]) - 1
        return self.top, self.left, self.top + below, self.left + beside


@dataclass(frozen=True)
class Section:
    """Pictures of one kind below a title.

    Attributes:
        layer: number of the layer whose weights are shown; 1 for the examples.
        row: row of the title.
        slots: the pictures.
        left_out: how many there are beyond them.
    """

    layer: int
    row: int
    slots: tuple[Slot, ...]
    left_out: int

    @property
    def bottom(self) -> int:
        """Last row."""
        return max(slot.corners[2] for slot in self.slots)


@dataclass(frozen=True)
class Seen:
    """The pictures that the weights of a unit or filter form.

    Attributes:
        maps: how many pictures.
        shape: rows and columns.
    """

    maps: int
    shape: tuple[int, ...]


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

    # Sizes in pixels.

    @property
    def pixel(self) -> int:
        """Width and height of a cell."""
        return 24 if self.image[1] <= 4 else 18 if self.image[1] <= 12 else 12

    GAP = 12

    @cached_property
    def slot(self) -> int:
        """Columns of a slot; a gap follows."""
        widest = max((s.shape[-1] for _, s in self._seen), default=0)
        named = MAP_NAMED if any(s.maps > 1 for _, s in self._seen) else NAMED
        return max(self.image[1], widest, ceil(named / self.pixel))

    @property
    def across(self) -> int:
        """Slots beside each other."""
        return max(1, SCREEN // (self.slot * self.pixel + self.GAP))

    @property
    def last_column(self) -> int:
        """Last column of the last slot."""
        return self.across * (self.slot + 1) - 1

    @property
    def choice(self) -> int:
        """Column of the cell that chooses: there is room for a name at its left."""
        return 1 + ceil(LABEL / self.pixel)

    # What is shown.

    @cached_property
    def _seen(self) -> list[tuple[int, Seen]]:
        """Layers with weights for pictures, and the shape of those."""
        found = []
        for number, layer in self.network.learning():
            shape = self.network.source(number).shape
            if len(shape) == 1:
                continue
            own = layer.weight_shape(shape)[1:]
            if prod(own) == prod(shape):  # a weight for each value
                own = shape
            found.append((number, Seen(1 if len(own) == 2 else own[0], own[-2:])))
        return found

    @cached_property
    def weights(self) -> tuple[Section, ...]:
        """A section for each layer whose weights are pictures."""
        sections: list[Section] = []
        row = self.FIRST_ROW
        for number, seen in self._seen:
            slots = list(self._slots(number, seen))
            cells = prod(seen.shape)
            sections.append(self._placed(number, row, slots, max(1, MOST_WEIGHTS // cells)))
            row = sections[-1].bottom + 2
        return tuple(sections)

    def _slots(self, number: int, seen: Seen) -> Iterator[Slot]:
        size, columns = prod(seen.shape), seen.shape[1]
        for unit, row in enumerate(self.network.parameter_rows(number), 1):
            labels = tuple(label for label in row if label.startswith("w"))
            for m in range(len(labels) // size):
                own = labels[m * size : (m + 1) * size]
                yield Slot(unit, m + 1 if seen.maps > 1 else 0, rows_of(own, columns))

    @cached_property
    def gallery(self) -> Section:
        """The examples."""
        row = self.weights[-1].bottom + 2 if self.weights else self.FIRST_ROW
        pixels = rows_of(self.network.output_labels(1), self.image[1])
        slots = [Slot(number, 0, pixels) for number in range(1, self.examples + 1)]
        return self._placed(1, row, slots, max(1, MOST_PIXELS // prod(self.image)))

    def _placed(self, layer: int, row: int, slots: list[Slot], most: int) -> Section:
        """Slots beside each other, in lines of equal length."""
        kept = slots[:most]
        lines = ceil(len(kept) / self.across)
        across = ceil(len(kept) / lines)
        high = max(len(slot.labels) for slot in kept)
        placed = tuple(
            replace(
                slot,
                top=row + 2 + (i // across) * (high + 2),
                left=1 + (i % across) * (self.slot + 1),
            )
            for i, slot in enumerate(kept)
        )
        return Section(layer, row, placed, len(slots) - len(kept))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All of them, from the top."""
        return (*self.weights, self.gallery)

    @property
    def fits(self) -> bool:
        """Whether there are pictures, and not too large ones."""
        return bool(self.image) and prod(self.image) <= LARGEST
