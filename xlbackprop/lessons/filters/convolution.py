"""What a filter does: a patch compared with a filter, and the filter sliding over a picture.

Source: Wakui & Wakui, sections 5-1 and 5-2, where a monster likes one pattern and is the more
excited the more a patch of the picture looks like it.
"""

from math import sqrt

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import Rows, outputs, products, told_if, verdict, why
from xlbackprop.page.typeset import typeset
from xlbackprop.workbook.grid import Columns, Paper

KERNEL, MAP, POOLED, WINDOW = 3, 4, 2, 2
PICTURE = np.array(  # a 2
    [
        [0, 0, 1, 1, 0, 0],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 1, 1, 1, 1, 0],
    ],
    dtype=float,
)
STROKES = (  # upright, level, slanting
    np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]], dtype=float),
    np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]], dtype=float),
    np.array([[-1, -1, 1], [-1, 1, -1], [1, -1, -1]], dtype=float),
)
BIAS = -1.0
FIRST = 3  # row, column and filter to begin with: a slanting stroke under its filter
ALIKE = 0.5  # a cosine above it is called alike; with pixels of 0 and 1 it is at most 0.577
LEFTS = (2, 8, 14)  # first columns of what stands side by side
SIGMOID = ACTIVATIONS["sigmoid"]
INPUTS, PATCH, MAPS, WHY = 4, 14, 31, 50  # rows of the sections


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 25), Columns(2, 19, 7)]
    page.grid.heights |= dict.fromkeys(range(INPUTS, WHY), 19.0)
    page.grid.paper = Paper(landscape=False)
    picture, filters = _inputs(page)
    _patch(page, picture, [kernel for kernel, _ in filters])
    _maps(page, picture, filters)
    why(page, WHY, 5)


def _inputs(page: Page) -> tuple[Area, list[tuple[Area, Live]]]:
    """The picture, and the filters with their biases."""
    page.section(INPUTS, "inputs")
    top = INPUTS + 2
    page.band(top, 2, 6, "data", page.text("inputs.picture"))
    picture = page.numbers("x", top + 1, 2, PICTURE, "plain-input")
    page.pixels(picture)
    filters = []
    for k, weights in enumerate(STROKES):
        left = 9 + 4 * k
        page.band(top, left, KERNEL, "parameter", page.text("inputs.filter", number=k + 1))
        kernel = page.numbers(f"w{k + 1}", top + 1, left, weights, "plain-input")
        page.write(top + 4, left, typeset(f"b2F{k + 1}"), "symbol-parameter")
        bias = page.number(f"b{k + 1}", top + 4, left + 1, BIAS, "plain-input")
        filters.append((kernel, bias))
    page.signed(1.0, *(kernel for kernel, _ in filters))
    return picture, filters


def _patch(page: Page, picture: Area, kernels: list[Area]) -> None:
    """One patch beside one filter: nine products, their sum, and the angle between both."""
    page.section(PATCH, "patch")
    rows = Rows(page, "choice", PATCH + 2)
    row, column = rows.asks("row", FIRST, most=MAP), rows.asks("column", FIRST, most=MAP)
    number = rows.asks("filter", FIRST, most=len(STROKES))
    top = PATCH + 6
    known = all(np.isfinite([row, column, number]))
    i, j, k = (int(choice) - 1 if known else 0 for choice in (row, column, number))
    nothing = np.full((KERNEL, KERNEL), np.nan)
    names = ("patch", "kernel", "products")
    for left, name, role in zip(LEFTS, names, ("data", "parameter", "forward"), strict=True):
        page.band(top, left, KERNEL, role, page.text(f"patch.{name}"))
    top += 1
    patch = page.put_area(
        top,
        LEFTS[0],
        lambda m, n: number_at(f"{picture}", _plus(row, m), _plus(column, n)),
        picture.values[i : i + KERNEL, j : j + KERNEL] if known else nothing,
        "plain-data",
    )
    kernel = page.put_area(
        top,
        LEFTS[1],
        lambda m, n: (
            f"IF({number}=1,{kernels[0][m, n]},"
            f"IF({number}=2,{kernels[1][m, n]},{kernels[2][m, n]}))"
        ),
        kernels[k].values if known else nothing,
        "plain-parameter",
    )
    page.pixels(patch)
    page.signed(1.0, kernel, products(page, top, LEFTS[2], patch, kernel, "plain-forward"))
    _similarity(Rows(page, "patch", top + KERNEL + 1), patch, kernel)


def _plus(number: Live, more: int) -> str:
    return f"{number}+{more}" if more else str(number)


def _similarity(rows: Rows, patch: Area, kernel: Area) -> None:
    """The inner product, the lengths, the cosine, and what they say."""
    x, w, look = patch.values.ravel(), kernel.values.ravel(), "figure-forward"
    inner = rows.says("product", f"SUMPRODUCT({patch},{kernel})", float(x @ w), look)
    a, b = (
        rows.says(name, f"SQRT(SUMSQ({of}))", sqrt(float((of.values**2).sum())), look)
        for name, of in (("length_x", patch), ("length_w", kernel))
    )
    cosine = 0.0 if a * b == 0 else inner / (a * b)
    angle = rows.says("cosine", f"IF({a}*{b}=0,0,{inner}/({a}*{b}))", cosine, look)
    keys = "patch.alike", "patch.unlike"
    alike = bool(angle > ALIKE)
    sentence = told_if(rows.page, f"{angle}>{ALIKE}", alike, keys, cosine=angle)
    verdict(rows.page, rows.row, sentence)


def _maps(page: Page, picture: Area, filters: list[tuple[Area, Live]]) -> None:
    """Each filter at all positions: weighted inputs, outputs, and the largest of each window."""
    page.section(MAPS, "maps")
    rows = [MAPS + 3 + i * (MAP + 2) for i in range(3)]
    for name, row in zip(("z", "a", "pooled"), rows, strict=True):
        page.write(row, 1, page.text(f"maps.{name}"), "label")
        page.write(row + 1, 1, page.text(f"maps.{name}_equation"), "note")
    maps = []
    for k, (left, (kernel, bias)) in enumerate(zip(LEFTS, filters, strict=True)):
        title = page.text("inputs.filter", number=k + 1)
        page.band(MAPS + 2, left, MAP, "forward", title)
        maps.append(_maps_of_filter(page, rows, left, picture, kernel, bias))
    weighted, outputs, pooled = zip(*maps, strict=True)
    page.signed(3.0, *weighted)
    page.pixels(*outputs, *pooled)


def _maps_of_filter(
    page: Page, rows: list[int], left: int, picture: Area, kernel: Area, bias: Live
) -> tuple[Area, Area, Area]:
    """z, a and the pooled map of one filter below each other."""
    z = page.put_area(
        rows[0],
        left,
        lambda i, j: f"SUMPRODUCT({kernel},{picture.part(i, j, KERNEL, KERNEL)})+{bias}",
        _slid(picture.values, kernel.values) + float(bias),
        "figure-forward",
    )
    a = outputs(page, rows[1], left, SIGMOID, z)
    largest = [[_window(a, i, j).values.max() for j in range(POOLED)] for i in range(POOLED)]
    pooled = page.put_area(
        rows[2], left, lambda i, j: f"MAX({_window(a, i, j)})", np.array(largest), "figure-forward"
    )
    return z, a, pooled


def _slid(x: Array, w: Array) -> Array:
    """The inner product of a filter and each patch, (4, 4)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (KERNEL, KERNEL))
    products: Array = np.einsum("ijmn,mn->ij", windows, w)
    return products


def _window(a: Area, i: int, j: int) -> Area:
    return a.part(WINDOW * i, WINDOW * j, WINDOW, WINDOW)
