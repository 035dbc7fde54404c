"""Examples in two units: centred, which suits gradient descent, and not centred."""

from dataclasses import dataclass

import numpy as np

from xlbackprop.page.cells import Array, Column, Live
from xlbackprop.page.page import Page
from xlbackprop.workbook.address import area


@dataclass(frozen=True)
class Sums:
    """What the normal equations are made of."""

    n: Live
    x: Live
    y: Live
    xx: Live
    xy: Live


@dataclass(frozen=True)
class Units:
    """Examples in some units: u = (x − mean)/scale and v = (y − mean)/scale.

    Attributes:
        title: what they are called.
        cells: the column of u.
        n: how many there are.
        u: Σu.
        v: Σv.
        uu: Σu².
        uv: Σuv.
        vv: Σv².
        scale: of x and of y.
        means: of x and of y; None where they aren't taken away.
    """

    title: str
    cells: Column
    n: Live
    u: Live
    v: Live
    uu: Live
    uv: Live
    vv: Live
    scale: tuple[Live, Live]
    means: tuple[Live, Live] | None


def plain(cells: Column) -> str:
    """All cells of a column as formula text without dollar signs."""
    return area(cells.top, cells.column, cells.bottom, cells.column)


def put_units(
    page: Page, row: int, columns: tuple[int, int], s: Sums, x: Column, y: Column
) -> tuple[Units, Units]:
    """The same examples in units that suit gradient descent, and in units that don't.

    Args:
        page: the page.
        row: row of the section.
        columns: where the examples in each of the units begin, beside those as they are.
        s: sums over the examples.
        x: what is known.
        y: what is told from it.
    """
    page.section(row, "units")
    for j, name in enumerate("xy"):
        page.write(row + 2, 4 + j, name, "heading-data")
    page.write(row + 4, 6, page.text("units.level"), "beside")
    means, spreads, sizes = list[Live](), list[Live](), list[Live]()
    for i, label in enumerate(("mean", "spread", "size")):
        page.write(row + 3 + i, 1, page.text(f"units.{label}"), "label")
    for j, (cells, total) in enumerate(((x, s.x), (y, s.y))):
        all_of, high, low = plain(cells), cells.values.max(), cells.values.min()
        half, size = f"(MAX({all_of})-MIN({all_of}))/2", f"MAX(MAX({all_of}),-MIN({all_of}))"
        wide, large = (high - low) / 2, max(high, -low)
        if j:  # equal y make a level line; equal x make none
            half, size = (f"IF({text}>0,{text},1)" for text in (half, size))
            wide, large = (number if not number <= 0 else 1.0 for number in (wide, large))
        formulas = ((f"{total}/{s.n}", total / s.n), (half, wide), (size, large))
        for i, (found, formula) in enumerate(zip((means, spreads, sizes), formulas, strict=True)):
            found.append(page.put(row + 3 + i, 4 + j, *formula, "number-data"))
    u, v = (
        page.column(
            x.top,
            columns[0] + j,
            f"({cells}-{means[j].fixed})/{spreads[j].fixed}",
            divided(cells.values - means[j], spreads[j]),
            "number-parameter",
        )
        for j, cells in enumerate((x, y))
    )
    t, w = (
        page.column(
            x.top,
            columns[1] + j,
            f"{cells}/{sizes[j].fixed}",
            divided(cells.values, sizes[j]),
            "number-gradient",
        )
        for j, cells in enumerate((x, y))
    )
    page.large(row + 3, 4, row + 9, 8)
    headings = ("Σu", "Σv", "Σu²", "Σuv", "Σv²")
    for j, heading in enumerate(headings):
        page.write(row + 7, 4 + j, heading, "heading-parameter")
    (left, right), m = ((u, v), (t, w)), (means[0], means[1])
    return (
        _unit(page, row + 8, s.n, "centred", left, (spreads[0], spreads[1]), m),
        _unit(page, row + 9, s.n, "uncentred", right, (sizes[0], sizes[1]), None),
    )


def _unit(
    page: Page,
    row: int,
    n: Live,
    name: str,
    cells: tuple[Column, Column],
    scale: tuple[Live, Live],
    means: tuple[Live, Live] | None,
) -> Units:
    """The sums that the gradient needs, in one unit."""
    page.write(row, 1, page.text(f"examples.{name}"), "label")
    u, v = cells
    products = (
        (f"SUM({plain(u)})", u.values.sum()),
        (f"SUM({plain(v)})", v.values.sum()),
        (f"SUMSQ({plain(u)})", (u.values**2).sum()),
        (f"SUMPRODUCT({plain(u)},{plain(v)})", (u.values * v.values).sum()),
        (f"SUMSQ({plain(v)})", (v.values**2).sum()),
    )
    style = "number-parameter" if means else "number-gradient"
    of_u, of_v, uu, uv, vv = (
        page.put(row, 4 + j, *product, style) for j, product in enumerate(products)
    )
    return Units(page.text(f"walk.{name}"), u, n, of_u, of_v, uu, uv, vv, scale, means)


def divided(numbers: Array, by: float) -> Array:
    """Quotients; NaN where a spreadsheet shows #DIV/0!."""
    return numbers / by if by else np.full_like(numbers, np.nan)
