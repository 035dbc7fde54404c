"""What pages of maths are made of: rows that follow each other, headings, sentences, charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import Activation
from xlbackprop.network.text import product
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.notes import put_note
from xlbackprop.page.page import Page
from xlbackprop.page.paper import column_widths, room
from xlbackprop.page.sentences import Number, Part, Word, filled, joined, quoted
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.charts import Curve, curves
from xlbackprop.workbook.grid import Paper, Value

# Rows below each other.


@dataclass
class Rows:
    """Rows with a label and numbers behind it, below each other: each call fills the next one.

    Attributes:
        page: where they are.
        key: section of the catalogue with their texts.
        row: the next row.
        label: column of the labels.
        column: column of the numbers, the first where a row has several.
        texts: the catalogue; None for that of the lesson.
    """

    page: Page
    key: str
    row: int
    label: int = 1
    column: int = 2
    texts: Catalogue | None = None

    def gap(self, rows: int = 1) -> None:
        """Leave rows free."""
        self.row += rows

    def names(self, name: str) -> int:
        """A label alone; its row."""
        text = self.texts or self.page.text
        self.page.write(self.row, self.label, text(f"{self.key}.{name}"), "label")
        self.row += 1
        return self.row - 1

    def asks(
        self, name: str, usual: float, *, limit: str = "", most: int = 0, note: bool = True
    ) -> Live:
        """A yellow cell: any number, or one within a limit, or a whole one from 1 to ``most``.

        A note stands beside it where there is something to say; not with ``note=False``, as the
        page has one elsewhere.
        """
        row, page, words = self.names(name), self.page, f"{self.key}.{name}_note"
        if most:
            number = page.choice(name, row, self.column, int(usual), most)
        else:
            number = page.number(name, row, self.column, usual, "plain-input", limit=limit)
        text = self.texts or page.text
        if note and words in text:
            put_note(page, row, self.column + 1, number, words=text(words, most=most))
        elif note and (limit or most):
            put_note(page, row, self.column + 1, number)
        return number

    def asks_for(self, name: str, usual: Array, *, limit: str = "") -> Area:
        """Yellow cells in as many rows and columns as there are usual numbers."""
        row = self.names(name)
        self.row = row + len(usual)
        return self.page.numbers(name, row, self.column, usual, "plain-input", limit=limit)

    def says(self, name: str, formula: str, value: float, style: str = "number-forward") -> Live:
        """A formula, and what Python makes of it."""
        return self.page.put(self.names(name), self.column, formula, value, style)


def begin(
    page: Page, row: int, key: str, *, down: int = 2, label: int = 1, column: int = 2
) -> Rows:
    """The heading of a section; its rows, the first of them so many rows below the heading."""
    page.section(row, key)
    return Rows(page, key, row + down, label, column)


def labels(page: Page, row: int, key: str, names: Sequence[str]) -> dict[str, int]:
    """Labels below each other; the row of each."""
    rows = Rows(page, key, row)
    return {name: rows.names(name) for name in names}


def counts(page: Page, row: int, first: int, last: int, column: int = 1) -> None:
    """Whole numbers below each other."""
    for i, number in enumerate(range(first, last + 1)):
        page.write(row + i, column, number, "count")


def why(page: Page, row: int, lines: int) -> None:
    """The last section: a heading, and so many lines on why it is so."""
    page.section(row, "why")
    for i in range(1, lines + 1):
        page.write(row + i, 1, page.text(f"why.line{i}"))
        page.grid.heights[row + i] = 19.0


# Headings and numbers.


def headings(
    page: Page, row: int, column: int, words: Sequence[Value], *roles: str, kind: str = "heading"
) -> None:
    """Headings of neighbouring columns, each in the colour of its role; the last role goes on."""
    for j, heading in enumerate(words):
        role = roles[min(j, len(roles) - 1)]
        page.write(row, column + j, heading, f"{kind}-{role}")


def blanks(page: Page, row: int, first: int, last: int, style: str) -> None:
    """Cells of a row that only go on with the look of what stands to their left."""
    for column in range(first, last + 1):
        page.write(row, column, None, style)


def constants(page: Page, row: int, column: int, values: Array, style: str = "plain-data") -> Area:
    """Numbers that stand on the page and that nobody needs to change, (rows, columns)."""
    for (i, j), number in np.ndenumerate(values):
        page.write(row + i, column + j, float(number), style)
    return Area(row, column, values)


def put_across(
    page: Page, row: int, column: int, formulas: Iterable[tuple[str, float]], style: str
) -> list[Live]:
    """Formulas in neighbouring columns, each with what Python makes of it."""
    return [page.put(row, column + j, *of, style) for j, of in enumerate(formulas)]


def put_down(
    page: Page,
    row: int,
    column: int,
    formulas: Iterable[tuple[str, float]],
    style: str = "number-forward",
) -> list[Live]:
    """The same below each other."""
    return [page.put(row + i, column, *of, style) for i, of in enumerate(formulas)]


def same(page: Page, row: int, column: int, cells: Area, style: str) -> Area:
    """The numbers of other cells."""
    return page.put_area(row, column, lambda i, j: str(cells[i, j]), cells.values, style)


def products(page: Page, row: int, column: int, a: Area, b: Area, style: str) -> Area:
    """The numbers of two areas multiplied cell by cell."""
    return page.put_area(
        row, column, lambda i, j: f"{a[i, j]}*{b[i, j]}", a.values * b.values, style
    )


def total(page: Page, row: int, column: int, cells: Area, style: str) -> Live:
    """The sum of all numbers of an area."""
    return page.put(row, column, f"SUM({cells})", float(cells.values.sum()), style)


def output(
    page: Page, row: int, column: int, kind: Activation, z: Live, style: str = "figure-forward"
) -> Live:
    """The output a of a unit with a weighted input."""
    value = float(kind.value(np.array(float(z))))
    return page.put(row, column, kind.excel.format(z=z), value, style)


def outputs(
    page: Page, row: int, column: int, kind: Activation, z: Area, style: str = "figure-forward"
) -> Area:
    """The outputs a of units with weighted inputs in rows and columns."""
    return page.put_area(
        row, column, lambda i, j: kind.excel.format(z=z[i, j]), kind.value(z.values), style
    )


def slope(
    page: Page,
    row: int,
    column: int,
    kind: Activation,
    z: Live,
    a: Live,
    style: str = "figure-gradient",
) -> Live:
    """The slope of an activation that has one, where a unit's weighted input and output are."""
    assert kind.slope is not None
    value = float(kind.slope(np.array(float(z)), np.array(float(a))))
    return page.put(row, column, product(kind.excel_slope.format(z=z, a=a)), value, style)


# Sentences.

Place = str | int | Live | Number | Word | list[Part]


def told(page: Page, key: str, **places: Place) -> list[Part]:
    """A sentence of the lesson with numbers and words in its places."""
    return filled(page.text(key), **{name: _parts(place) for name, place in places.items()})


def _parts(place: Place) -> list[Part]:
    if isinstance(place, list):
        return place
    if isinstance(place, Live):
        return [Number.of(place)]
    return [str(place) if isinstance(place, int) else place]


def told_if(
    page: Page, condition: str, holds: bool, keys: tuple[str, str], **places: Place
) -> list[Part]:
    """One of two sentences, which differ in words only: the first where a condition holds.

    Args:
        page: the page.
        condition: formula text.
        holds: the same in Python.
        keys: of both sentences. Their places are the same, in the same order.
        places: what fills them.
    """
    first, second = (joined(told(page, key, **places)) for key in keys)
    return [_either(condition, holds, *parts) for parts in zip(first, second, strict=True)]


def _either(condition: str, holds: bool, yes: Part, no: Part) -> Part:
    """The part that two sentences share, or the words in which they differ."""
    if isinstance(yes, str) and isinstance(no, str):
        texts = f"IF({condition},{quoted(yes)},{quoted(no)})"
        return yes if yes == no else Word(texts, yes if holds else no)
    if isinstance(yes, str) or isinstance(no, str) or yes.excel != no.excel:
        raise ValueError(f"Two sentences have their places in another order: {yes}, {no}.")
    return yes


def verdict(page: Page, row: int, parts: Sequence[Part], height: float = 26) -> None:
    """A sentence that stands out, in a row of its own."""
    page.sentence(row, 1, parts, "verdict-line")
    page.grid.heights[row] = height


# Charts and paper.


def put_curves(
    page: Page,
    row: int,
    column: int,
    titles: tuple[str, str, str],
    lines: Sequence[Curve],
    *,
    size: tuple[float, float] = (18.0, 8.5),
    y_range: tuple[float | None, float | None] = (0, None),
) -> None:
    """A chart as ``charts.put_chart`` makes it, but with one decimal up, and its legend beside."""
    chart = curves(*titles, list(lines), y_format="0.0", x_from=None, size=size, y_range=y_range)
    page.grid.charts.append((address(row, column), chart))


def on_pages(page: Page, *rows: int, landscape: bool = True) -> None:
    """Print on A4, all columns on a page, a new page before each of the rows."""
    widths = column_widths(page.grid.columns, max(group.last for group in page.grid.columns))
    scale = min(100, int(100 * room(landscape=landscape)[0] / sum(widths)))
    page.grid.paper = Paper(landscape=landscape, scale=scale, row_breaks=rows)


def on_one_page(page: Page, bottom: int, right: int) -> None:
    """Print the cells up to a row and a column on one upright A4."""
    page.grid.paper = Paper(landscape=False, fit_height=1, area=area(1, 1, bottom, right))
