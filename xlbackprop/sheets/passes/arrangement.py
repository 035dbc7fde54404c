"""Pictures and headings of the Walkthrough sheet, put beside and below each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from xlbackprop.words.notation import parse
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Rich, Run

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

    @property
    def cells(self) -> str:
        """All of its cells."""
        return area(self.top, self.left, self.bottom, self.right)


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
class Arrangement:
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

    def moved(self, down: int = 0, right: int = 0) -> "Arrangement":
        """The same elsewhere."""
        return Arrangement(
            tuple(replace(p, top=p.top + down, left=p.left + right) for p in self.pictures),
            tuple(
                replace(h, top=h.top + down, left=h.left + right, right=h.right + right)
                for h in self.headings
            ),
        )

    def __or__(self, other: "Arrangement") -> "Arrangement":
        """Both."""
        return Arrangement(self.pictures + other.pictures, self.headings + other.headings)


def beside(areas: Iterable[Arrangement], gap: int = 0) -> Arrangement:
    """From left to right."""
    whole = Arrangement()
    for part in areas:
        whole |= part.moved(right=whole.columns + gap if whole.columns else 0)
    return whole


def below(areas: Iterable[Arrangement], gap: int = 0) -> Arrangement:
    """From top to bottom."""
    whole = Arrangement()
    for part in areas:
        whole |= part.moved(down=whole.rows + gap if whole.rows else 0)
    return whole


def picture(kind: str, layer: int, labels: Labels, heading: Heading | None = None) -> Arrangement:
    """A picture below its heading, which is as wide."""
    if heading is None:
        return Arrangement((Picture(kind, layer, labels),))
    wide = replace(heading, right=max(heading.right, max(map(len, labels)) - 1))
    return Arrangement((Picture(kind, layer, labels, top=1),), (wide,))


def rows_of(labels: Sequence[str], width: int) -> Labels:
    """Labels in rows."""
    return tuple(tuple(labels[i : i + width]) for i in range(0, len(labels), width))


def symbol_of(letter: str, layer: str, indices: str = "", *, gradient: bool = False) -> Rich:
    """A letter with its layer and indices, typeset."""
    runs = (Run("∂C/∂" if gradient else "", "", italic=True), Run(letter, "", italic=True))
    return tuple(
        run for run in (*runs, Run(layer, "superscript"), Run(indices, "subscript")) if run.text
    )


def head(labels: Labels) -> Rich:
    """The symbol above a column of units: zⱼ."""
    parsed = parse(labels[0][0])
    return symbol_of(parsed.letter, parsed.layer, "j")


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
