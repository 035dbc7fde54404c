"""Examples in two units: centred, which suits gradient descent, and not centred."""

from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, headings, labels, put_across
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
    headings(page, row + 2, 4, "xy", "data")
    page.write(row + 4, 6, page.text("units.level"), "beside")
    means, spreads, sizes = list[Live](), list[Live](), list[Live]()
    labels(page, row + 3, "units", ("mean", "spread", "size"))
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
    page.large(row + 3, 4, row + 9, 8)
    headings(page, row + 7, 4, ("Σu", "Σv", "Σu²", "Σuv", "Σv²"), "parameter")
    rows = Rows(page, "examples", row + 8)
    return (
        _unit(
            rows, s.n, "centred", columns[0], (x, y), (spreads[0], spreads[1]), (means[0], means[1])
        ),
        _unit(rows, s.n, "uncentred", columns[1], (x, y), (sizes[0], sizes[1])),
    )


def _unit(
    rows: Rows,
    n: Live,
    name: str,
    column: int,
    examples: tuple[Column, Column],
    scale: tuple[Live, Live],
    means: tuple[Live, Live] | None = None,
) -> Units:
    """The examples in one unit, from a column on, and the sums that the gradient needs."""
    page, row = rows.page, rows.names(name)
    style = "number-parameter" if means else "number-gradient"
    u, v = (
        page.column(cells.top, column + j, *_scaled(cells, scale[j], means and means[j]), style)
        for j, cells in enumerate(examples)
    )
    products = (
        (f"SUM({plain(u)})", u.values.sum()),
        (f"SUM({plain(v)})", v.values.sum()),
        (f"SUMSQ({plain(u)})", (u.values**2).sum()),
        (f"SUMPRODUCT({plain(u)},{plain(v)})", (u.values * v.values).sum()),
        (f"SUMSQ({plain(v)})", (v.values**2).sum()),
    )
    of_u, of_v, uu, uv, vv = put_across(page, row, 4, products, style)
    return Units(page.text(f"walk.{name}"), u, n, of_u, of_v, uu, uv, vv, scale, means)


def _scaled(cells: Column, scale: Live, mean: Live | None) -> tuple[str, Array]:
    """Formula and values of a column in some unit; NaN where a spreadsheet shows #DIV/0!."""
    formula, values = f"{cells}/{scale.fixed}", cells.values
    if mean is not None:
        formula, values = f"({cells}-{mean.fixed})/{scale.fixed}", cells.values - mean
    return formula, values / scale if scale else np.full_like(values, np.nan)
