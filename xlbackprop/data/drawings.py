"""Drawings on a sheet: a block of cells for each, its class in a cell above or beside it.

Blocks may stand below and beside each other. The topmost cell that belongs to no drawing so far is
a label, and says where the next drawing stands; what fits into no such order is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlbackprop.data.reading import Raw, Reading, Records, Unusable
from xlbackprop.data.table import short
from xlbackprop.errors import DataError
from xlbackprop.workbook.address import address

SIDES = ("above", "left")  # of a drawing, where its label may stand
LABEL = "label"
Place = tuple[int, int]  # row and column, from 1; the other way round for labels on the left


@dataclass(frozen=True)
class Drawing:
    """A label and the pixels below it, or beside it.

    Attributes:
        place: of the label.
        size: rows and columns of the picture, in the order of ``place``.
    """

    place: Place
    label: Raw
    size: tuple[int, int]

    def places(self) -> list[Place]:
        """Places of the pixels, row by row."""
        (top, left), (rows, columns) = self.place, self.size
        return [(top + i, left + j) for i in range(1, rows + 1) for j in range(columns)]

    def edge(self) -> set[Place]:
        """Places at either side of the pixels."""
        (top, left), (rows, columns) = self.place, self.size
        return {(top + i, left + j) for i in range(1, rows + 1) for j in (-1, columns)}


def find_drawings(source: str, cells: Mapping[int, list[Raw]], reading: Reading) -> Records:
    """The drawings of a sheet as a table: an example each, empty cells as 0.

    Args:
        source: what messages call the file.
        cells: rows with anything in them by their number, entries from column A on.
        reading: size of the drawings, side of their labels; rows up to ``header`` are titles.

    Raises:
        DataError: there are none, or a cell fits into no drawing.
    """
    turned = reading.drawings == "left"
    size = reading.image[::-1] if turned else reading.image
    filled = {
        (j, number) if turned else (number, j): entry
        for number, row in cells.items()
        for j, entry in enumerate(row, 1)
        if entry != "" and number > (reading.header or 0)
    }
    found = _Finder(source, filled, (size[0], size[1]), turned).drawings()
    rows, columns = reading.image
    within = "" if max(rows, columns) < 10 else "_"
    names = [f"x{i}{within}{j}" for i in range(1, rows + 1) for j in range(1, columns + 1)]
    ordered = sorted(found, key=lambda one: one.place[::-1] if turned else one.place)
    return Records(
        source,
        ((LABEL, *names), *((one.label, *_pixels(one, filled, turned)) for one in ordered)),
        (0, *(one.place[1 if turned else 0] for one in ordered)),
        line_name="row",
        places=("", *names),
        assumed=("drawings",),
    )


def _pixels(drawing: Drawing, filled: Mapping[Place, Raw], turned: bool) -> Iterable[Raw]:
    places = sorted(drawing.places(), key=lambda place: place[::-1] if turned else place)
    return (filled.get(place, 0.0) for place in places)


def _shown(entry: Raw) -> str:
    return entry.text if isinstance(entry, Unusable) else repr(short(entry))


@dataclass(frozen=True)
class _Finder:
    source: str
    filled: Mapping[Place, Raw]
    size: tuple[int, int]
    turned: bool

    def drawings(self) -> list[Drawing]:
        """All drawings, from the top down."""
        used, edges, found = set[Place](), set[Place](), list[Drawing]()
        for place in sorted(self.filled):
            if place in used:
                continue
            drawing = Drawing(place, self.filled[place], self.size)
            self._check(drawing, used, edges, found)
            used |= {place, *drawing.places()}
            edges |= drawing.edge()
            found.append(drawing)
        if not found:
            raise DataError(f"{self.source}: the sheet is empty; wanted drawings on it.")
        return found

    def _check(
        self, drawing: Drawing, used: set[Place], edges: set[Place], found: list[Drawing]
    ) -> None:
        side = "beside" if self.turned else "below"
        places = drawing.places()
        if drawing.place in edges or not used.isdisjoint(places):
            self._refuse(drawing.place, "is at no place for a label, for it touches a drawing")
        if found and isinstance(drawing.label, str) != isinstance(found[0].label, str):
            first = self._cell(found[0].place)
            self._refuse(drawing.place, f"is no label like that in cell {first}")
        if not any(place in self.filled for place in places):
            self._refuse(drawing.place, f"has no drawing {side} it")
        for place in places:
            if not isinstance(self.filled.get(place, 0.0), float):
                of = self._cell(drawing.place)
                self._refuse(place, f"is no number, and belongs to the drawing {side} cell {of}")

    def _refuse(self, place: Place, what: str) -> None:
        rows, columns = self.size[::-1] if self.turned else self.size
        raise DataError(
            f"{self.source}, cell {self._cell(place)}: {_shown(self.filled[place])} {what}; "
            f"wanted a label {'left of the first row' if self.turned else 'above the first column'}"
            f" of each drawing of {rows} x {columns} cells and nothing else, but titles above: "
            "pass over them with header = N (--header N)."
        )

    def _cell(self, place: Place) -> str:
        return address(*(place[::-1] if self.turned else place))
