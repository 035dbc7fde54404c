"""Backpropagation in matrices beside the same numbers unit by unit: they are equal.

Source: Wakui & Wakui, section 4-3; Nielsen, "Neural Networks and Deep Learning", chapter 2, where
the examples of a batch are the columns of a matrix.
"""

import numpy as np

from xlbackprop.lessons.training.matrix_pass import (
    BACKWARD,
    EQUAL,
    FORWARD,
    MATRIX,
    UNITS,
    Network,
    put_passes,
    shape,
)
from xlbackprop.network.text import number_at
from xlbackprop.page.cells import Area, Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import begin, constants, on_pages, why
from xlbackprop.workbook.grid import Columns

X = np.array([[0.1, 0.2, 0.9, 0.8], [0.2, 0.9, 0.1, 0.7]])
T = np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]])
W2 = np.array([[0.5, -0.4], [-0.3, 0.8], [0.6, 0.2]])
B2 = np.array([[0.1], [-0.2], [0.3]])
W3 = np.array([[0.7, -0.5, 0.3], [-0.2, 0.4, 0.9]])
B3 = np.array([[-0.1], [0.2]])
EXAMPLE = 2
WIDTHS = ((1, 1, 44.0), (2, 5, 10.0), (6, 6, 2.5), (7, 10, 10.0), (11, 11, 2.5), (12, 12, 12.0))
# Rows of the sections, and of the passes of one example and of the batch.
GIVEN, ONE, BATCH, WHY = 4, 18, 75, 127
ONE_PASS, BATCH_PASS = ONE + 7, BATCH + 3


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(*width) for width in WIDTHS]
    page.grid.heights |= dict.fromkeys(range(GIVEN, WHY), 17.0)
    absolute = (top + FORWARD + BACKWARD for top in (ONE_PASS, BATCH_PASS))
    on_pages(page, *absolute, landscape=False)
    network, x, t = _given(page)
    chosen = begin(page, ONE, "one").asks("example", EXAMPLE, most=X.shape[1])
    for column, heading in ((MATRIX, "A¹"), (UNITS, "T")):
        page.write(ONE + 3, column, heading, "heading-data")
    given = (_example(page, ONE + 4, at, cells, chosen) for at, cells in ((MATRIX, x), (UNITS, t)))
    put_passes(page, ONE_PASS, network, *given)
    page.section(BATCH, "batch")
    put_passes(page, BATCH_PASS, network, x, t)
    why(page, WHY, 6)


def _given(page: Page) -> tuple[Network, Area, Area]:
    """Yellow cells: inputs and targets, an example in each column; weights and biases."""
    page.section(GIVEN, "given")
    cells = []
    places = (
        ("x", X, GIVEN + 3, MATRIX, "data", "A¹ = X"),
        ("t", T, GIVEN + 3, UNITS, "data", "T"),
        ("w2", W2, GIVEN + 7, MATRIX, "parameter", "W²"),
        ("b2", B2, GIVEN + 7, MATRIX + 3, "parameter", "b²"),
        ("w3", W3, GIVEN + 7, UNITS, "parameter", "W³"),
        ("b3", B3, GIVEN + 7, UNITS + 3, "parameter", "b³"),
    )
    for name, usual, row, column, role, title in places:
        title = f"{title}  {shape(usual)}"
        page.band(row - 1, column, usual.shape[1], role, title)
        cells.append(page.numbers(name, row, column, usual, "plain-input"))
    for row, key in ((GIVEN + 3, "examples"), (GIVEN + 7, "weights")):
        page.write(row, 1, page.text(f"given.{key}"), "label")
        page.write(row + 1, 1, page.text(f"given.{key}_note"), "note")
    x, t, w2, b2, w3, b3 = cells
    ones = np.ones((X.shape[1], 1))
    page.band(GIVEN + 2, EQUAL, 1, "data", f"1  {shape(ones)}")
    return Network(w2, b2, w3, b3, constants(page, GIVEN + 3, EQUAL, ones)), x, t


def _example(page: Page, row: int, column: int, cells: Area, chosen: Live) -> Area:
    """One column of the batch."""
    known = not np.isnan(chosen)
    values = cells.values[:, [int(chosen) - 1 if known else 0]]
    return page.put_area(
        row,
        column,
        lambda i, _: number_at(f"{cells}", i + 1, chosen),
        values if known else np.full(values.shape, np.nan),
        "plain-data",
    )
