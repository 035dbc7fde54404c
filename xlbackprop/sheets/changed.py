"""What a reader changed since Python wrote its numbers, as a formula and as Python says it.

A few cells of a kind are compared one by one with what they were made with, and named; of many the
sum, the largest and the smallest tell that one of them was changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, log10

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.table import Entry, folded
from xlbackprop.page.sentences import Number, fitting, quoted
from xlbackprop.sheets.plan.content import Content, Inputs
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.texts import deciding
from xlbackprop.workbook.address import address, area

MOST = 25  # cells of a kind that are named
LEAST = 1e-12  # of a number: the difference that tells; some programs save 15 digits
NOTHING = "–"
LARGE = 1e300  # where a sum has no value
SHOWN = 1_000_000  # numbers below it are written out
DECIMALS = (2, 6)  # at least, at most
Place = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """Something that may have been changed.

    Attributes:
        formula: text of it behind a comma, and nothing while it is as it was.
        text: the same in Python.
    """

    formula: str
    text: str

    @classmethod
    def of(cls, condition: str, holds: bool, told: str, text: str) -> "Piece":
        """Told where a condition holds; formula text and Python's of both."""
        return cls(f'IF({condition},", "&{told},"")', f", {text}" if holds else "")


def changed(layout: Layout, content: Content) -> tuple[str, str]:
    """Formula and value of what was changed; a dash where nothing was."""
    make = partial(_pieces, layout, content)
    pieces = fitting(make, lambda piece: len(piece.formula), (MOST, 0))
    text = "".join(piece.text for piece in pieces)
    formula = f'SUBSTITUTE("{NOTHING}"&{"&".join(piece.formula for piece in pieces)}'
    return f'{formula},"{NOTHING}, ","")', text[2:] or NOTHING


def _pieces(layout: Layout, content: Content, most: int) -> Iterator[Piece]:
    now, then = content.inputs, Inputs.of(layout)
    place, data = layout.parameters, layout.data
    settings = {layout.text(f"symbols.{name}"): name for name in place.settings}
    yield _setting(layout, place.ETA_ROW, "η", now.eta, then.eta)
    for symbol, name in settings.items():
        row = place.setting_row(name)
        yield _setting(layout, row, symbol, now.settings[name], then.settings[name])
    yield from _numbers(layout, "parameters", place.cells, now.start, then.start, most)
    cells = _places(data.top, data.inputs, then.raw)
    yield from _numbers(layout, "data", cells, now.raw.ravel(), then.raw.ravel(), most)
    if now.targets is not None and then.targets is not None:
        cells = _places(data.top, data.raw_targets, then.targets)
        new, old = now.targets.ravel(), then.targets.ravel()
        yield from _numbers(layout, "data", cells, new, old, most)
    else:
        yield from _labels(layout, content, then.labels)
    yield from _order(layout, now, then)


def _setting(layout: Layout, row: int, symbol: str, now: float, then: float) -> Piece:
    """η or another setting, with the number that it had and the one that it has."""
    cell = layout.on("parameters", address(row, layout.parameters.ETA_COLUMN))
    digits = len(f"{then:.{DECIMALS[1]}f}".rstrip("0").partition(".")[2]) + 1
    shown = Number(cell, now, min(max(digits, DECIMALS[0]), DECIMALS[1]))
    before = f"{symbol} ({then:g} → "
    told = f'{quoted(before)}&IF(ABS({cell})<{SHOWN},{shown.excel},"…")&")"'
    text = f"{before}{shown.text if abs(now) < SHOWN else '…'})" if np.isfinite(now) else ""
    return Piece.of(_differs(cell, then), abs(now - then) > _least(then), told, text)


def _numbers(
    layout: Layout, kind: str, cells: Sequence[Place], now: Array, then: Array, most: int
) -> Iterator[Piece]:
    """Numbers of a sheet: those that were changed, or that some were."""
    if len(cells) <= most:
        decided = deciding(layout) if kind == "data" else {}
        for (row, column), new, old in zip(cells, now.tolist(), then.tolist(), strict=True):
            name = layout.on(kind, address(row, column))
            if column in decided:  # the text that makes it 1 was chosen
                told = layout.on(kind, address(row, decided[column][0]))
                yield Piece.of(f"{name}>{old:g}", new > old, quoted(told), told)
                continue
            holds = abs(new - old) > _least(old)
            yield Piece.of(_differs(name, old), holds, quoted(name), name)
        return
    rows, columns = zip(*cells, strict=True)
    name = layout.on(kind, area(min(rows), min(columns), max(rows), max(columns)))
    parts, by = [], 0.0
    with np.errstate(all="ignore"):
        for function, of in (("SUM", np.sum), ("MAX", np.max), ("MIN", np.min)):
            was = float(of(then))
            if np.isfinite(was):
                parts.append(f"ABS({function}({name})-({_plain(was)}))")
                by += abs(float(of(now)) - float(_plain(was)))
        room = _plain(_power(min(LARGE, 1e-9 * float(1 + np.abs(then).sum()))))
    apart = f"IFERROR({'+'.join(parts)},{_plain(LARGE)})"
    by = by if np.isfinite(by) else LARGE
    told = layout.text("start.some_numbers", sheet=layout.sheet(kind))
    yield Piece.of(f"{apart}>{room}", by > float(room), quoted(told), told)


def _labels(layout: Layout, content: Content, then: Sequence[Entry]) -> Iterator[Piece]:
    """That some labels were changed; no text of theirs stands in a formula."""
    data = layout.data
    numbers = layout.on("data", area(data.top, data.NUMBER, data.bottom, data.NUMBER))
    told = layout.text("start.some_labels", sheet=layout.sheet("data"))
    conditions, holds, count = [], False, np.arange(1.0, layout.examples + 1)
    for k, item in enumerate(layout.recipe.classes()):
        column = data.targets + k
        cells = layout.on("data", area(data.top, column, data.bottom, column))
        was = sum(i for i, label in enumerate(then, 1) if folded(label) == folded(item))
        conditions.append(f"SUMPRODUCT({numbers},{cells})<>{was}")
        holds = holds or bool(count @ content.tables(layout)[1][:, k] != was)
    yield Piece.of(f"OR({','.join(conditions)})", holds, quoted(told), told)


def _order(layout: Layout, now: Inputs, then: Inputs) -> Iterator[Piece]:
    """The order of the examples in mini-batches, told by the products of neighbours."""
    if not layout.one_epoch.steps.batched or now.order is None or then.order is None:
        return
    training = layout.training
    blocks = list(training.example_rows())[:-1]
    if not blocks or len(then.order) < 2:
        return
    top, bottom = blocks[0][0], blocks[-1][1]
    rows = [row - top for first, last in blocks for row in range(first, last + 1)]
    products = []
    for order in (now.order, then.order):
        column = np.zeros(bottom - top + 1)
        column[rows] = order
        products.append(float(column[:-1] @ column[1:]))
    first, second = (
        layout.on("training", area(top + k, training.example, bottom - 1 + k, training.example))
        for k in (0, 1)
    )
    told = layout.text("start.order")
    condition = f"SUMPRODUCT({first},{second})<>{products[1]:.0f}"
    yield Piece.of(condition, products[0] != products[1], quoted(told), told)


def _places(top: int, left: int, values: Array) -> list[Place]:
    """Row and column of each cell of a table."""
    return [(top + i, left + j) for i, j in np.ndindex(values.shape)]


def _differs(cell: str, then: float) -> str:
    return f"ABS({cell}-({_plain(then)}))>{_plain(_least(then))}"


def _least(then: float) -> float:
    """The difference from a number from which on it is another one."""
    return _power(LEAST * max(1.0, abs(then)))


def _power(number: float) -> float:
    """The power of ten at or above a number: some programs save no more than 20 decimals."""
    return float(f"1e{ceil(log10(number) - 1e-9)}")


def _plain(number: float) -> str:
    """A number in a formula, to 15 digits and 15 decimals."""
    return f"{round(number, 15):.15G}"
