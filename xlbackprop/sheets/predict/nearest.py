"""The training example that lies nearest to what a person draws: much of the answer comes from it.

Far on the right stands how far each example is from x, as the network sees both, and beside it
which ones are as near as the nearest but for rounding; then that example, the first of them.
"""

from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.text import number_at
from xlbackprop.page.bands import Band, put_bands
from xlbackprop.page.cells import Area, Column, Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import GAP, Number, Part, Word, filled, joined, quoted, sentence
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.passes.answers import largest
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.sheets.predict.verdict import listed
from xlbackprop.words.notation import printed, target_labels
from xlbackprop.workbook.address import absolute, address, letters
from xlbackprop.workbook.grid import Columns

APART, FARTHEST = 1e150, 1e300  # from there on squares are not summed, as they may overflow
SAME = "1.000000000001"  # times the smallest sum of squares: no farther but for rounding
WIDE, NARROW = 13.0, 11.0  # of columns, in characters


@dataclass(frozen=True)
class Nearest:
    """The nearest example.

    Attributes:
        smallest: Σ(x − x′)² to it.
        number: its number.
        count: how many are as near.
        targets: what is right for it, in the units of the data, (1, outputs).
        alike: for how many of those as near each class is right, (1, outputs); None where outputs
            are no classes.
    """

    smallest: Live
    number: Live
    count: Live
    targets: Area
    alike: Area | None


def columns(place: PredictLayout) -> list[Columns]:
    """Widths of the columns."""
    first = place.nearest_targets
    return [
        Columns(place.distances, first - 1, WIDE),
        Columns(first, first + place.network.outputs - 1, NARROW),
    ]


def put_nearest(
    page: Page, layout: Layout, content: Content, place: PredictLayout, x: Area
) -> Nearest:
    """The distances of all examples, and the nearest of them.

    Args:
        page: the page.
        layout: where everything stands.
        content: the numbers of the workbook.
        place: where things stand on the page.
        x: what was drawn, as the network sees it, (1, inputs).
    """
    top, left, summary = place.parameters_top, place.distances, place.nearest
    _put_headings(page, layout, place)
    page.column(top, left, None, np.arange(1.0, layout.examples + 1), "count")
    values = _squares(x.values, content.tables(layout)[0])
    squares = page.column(top, left + 1, _squares_formula(layout, top, x), values, "number-data")
    smallest = page.put(top, summary, f"MIN({squares.range})", squares.values.min(), "number-data")
    formula = f"IF({squares}<={smallest.fixed}*{SAME},1,0)"
    near = page.column(
        top, left + 2, formula, _as_near(squares.values, float(smallest)), "whole-data"
    )
    first = float(np.argmax(near.values == 1) + 1) if (near.values == 1).any() else np.nan
    number = page.put(top, summary + 1, f"MATCH(1,{near.range},0)", first, "whole-data")
    count = page.put(top, summary + 2, f"SUM({near.range})", near.values.sum(), "whole-data")
    targets = _put_targets(page, layout, content, place, number)
    alike = _put_alike(page, layout, content, place, near) if place.has_lead else None
    return Nearest(smallest, number, count, targets, alike)


def _squares_formula(layout: Layout, top: int, x: Area) -> str:
    """Σ(x − x′)² of the example in the formula's own row."""
    data = layout.data
    row = f"{{r{data.top - top:+d}}}"
    first, last = letters(data.x), letters(data.raw_targets - 1)
    if data.width == 1:
        cell, other = x[0, 0].fixed, layout.on("data", f"${first}{row}")
        return f"IF(ABS({cell}/2-{other}/2)<1E+150,SUMSQ({cell}-{other}),1E+300)"
    other = layout.on("data", f"${first}{row}:${last}{row}")
    both, apart = f"{x.range},{other}", f"({x.range}-{other})"
    # Not SUMXMY2, which IronCalc doesn't compute of two sheets.
    return f"IF(MAX({both})/2-MIN({both})/2<1E+150,SUMPRODUCT({apart}*{apart}),1E+300)"


def _squares(x: Array, examples: Array) -> Array:
    """The same in Python, (examples,); NaN where a number is."""
    both = np.hstack([np.broadcast_to(x, examples.shape), examples])
    with np.errstate(all="ignore"):
        half = both.max(axis=1) / 2 - both.min(axis=1) / 2
        sums = np.square(examples - x).sum(axis=1)
    return np.where(np.isnan(half), np.nan, np.where(half < APART, sums, FARTHEST))


def _as_near(squares: Array, smallest: float) -> Array:
    unknown = np.isnan(squares) | np.isnan(smallest)
    return np.where(unknown, np.nan, squares <= smallest * float(SAME))


def _put_targets(
    page: Page, layout: Layout, content: Content, place: PredictLayout, number: Live
) -> Area:
    """What is right for the nearest example."""
    known = 1 <= number <= layout.examples
    nothing = np.full(layout.network.outputs, np.nan)
    values = _table(layout, content)[int(number) - 1] if known else nothing
    return page.put_area(
        place.parameters_top,
        place.nearest_targets,
        lambda _, k: number_at(_targets(layout, k), number.fixed),
        values[None, :],
        "plain-data",
    )


def _put_alike(
    page: Page, layout: Layout, content: Content, place: PredictLayout, near: Column
) -> Area:
    """For how many of those as near each class is right."""
    return page.put_area(
        place.parameters_top + 1,
        place.nearest_targets,
        lambda _, k: f"SUMPRODUCT({near.range},{_targets(layout, k)})",
        near.values[None, :] @ _table(layout, content),
        "whole-data",
    )


def _table(layout: Layout, content: Content) -> Array:
    """The targets of all examples in the units of the data, (examples, outputs)."""
    typed = content.inputs.targets
    return content.tables(layout)[1] if typed is None else typed


def _targets(layout: Layout, number: int) -> str:
    """The cells of a target of all examples, counted from 0, as formula text."""
    data, column = layout.data, layout.data.raw_targets + number
    return layout.on("data", absolute(data.top, column, data.bottom, column))


def _put_headings(page: Page, layout: Layout, place: PredictLayout) -> None:
    text, top = layout.text, place.parameters_top
    example, near = text("training.example"), text("predict.near")
    targets = map(typeset, target_labels(layout.network.outputs))
    bands = [
        Band("data", place.distances, (example, "Σ(x − x′)²", near), text("predict.distances")),
        Band(
            "data",
            place.nearest,
            (text("statistics.min"), example, near, *targets),
            text("predict.nearest"),
        ),
    ]
    put_bands(page.grid, place.BAND_ROW, bands)
    page.large(top, place.distances + 1, top + layout.examples - 1, place.distances + 1)
    last = place.nearest_targets + layout.network.outputs - 1
    page.large(top, place.nearest, top, last)


# The sentence.


def told(layout: Layout, place: PredictLayout, nearest: Nearest) -> tuple[str, str | float]:
    """Formula and value of the sentence on the nearest example."""
    text, smallest = layout.text, nearest.smallest
    with np.errstate(invalid="ignore"):
        root = float(np.sqrt(smallest))
    in_pixels = is_black_and_white(layout)
    apart = Number.of(smallest, whole=True) if in_pixels else Number(f"SQRT({smallest})", root)
    right = _right(layout, place, nearest)
    parts = filled(
        text("predict.pixels" if in_pixels else "predict.distance"),
        number=[Number.of(nearest.number, 0)],
        right=right,
        apart=[apart],
        others=[_others(layout, nearest, right)],
    )
    return sentence(parts, text("walkthrough.too_large"))


def is_black_and_white(layout: Layout) -> bool:
    """Whether all examples are pictures of 0 and 1, whose distance is a number of pixels."""
    raw = layout.recipe.raw()
    return bool(layout.recipe.image) and bool(((raw == 0) | (raw == 1)).all())


def _right(layout: Layout, place: PredictLayout, nearest: Nearest) -> list[Part]:
    """What is right for the nearest example: a class, or its numbers."""
    targets = nearest.targets
    values = [targets[0, k] for k in range(layout.network.outputs)]
    if nearest.alike is None:
        symbols = [printed(label) for label in target_labels(layout.network.outputs)]
        return listed(values, symbols, whole=True)
    names = f"{address(*place.names[0])}:{address(*place.names[-1])}"
    return [largest(layout, names, f"{targets}", values)]


def _others(layout: Layout, nearest: Nearest, right: list[Part]) -> Word:
    """How many others are as near, and in how many of all of them the same is right."""
    count, alike = nearest.count, nearest.alike
    values = dict[str, list[Part]](count=[Number.of(count, 0)])
    key = "predict.others"
    if alike is not None:
        same = float(np.dot(nearest.targets.values[0], alike.values[0]))
        formula = f"SUMPRODUCT({nearest.targets},{alike})"
        values |= {"same": [Number(formula, same, 0)], "right": right}
        key = "predict.others_alike"
    parts = list(joined([GAP, *filled(layout.text(key), **values)]))
    formula = "&".join(quoted(part) if isinstance(part, str) else part.excel for part in parts)
    return Word(f'IF({count}>1,{formula},"")', _said(parts) if not count <= 1 else "")


def _said(parts: list[Part]) -> str | None:
    """Parts as one text; None where one of them has no value."""
    if any(isinstance(part, Number) and not np.isfinite(part.value) for part in parts):
        return None
    texts = [part if isinstance(part, str) else part.text for part in parts]
    return None if None in texts else "".join(map(str, texts))
