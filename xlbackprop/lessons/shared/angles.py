"""Angles in degrees down a page, and what formulas and Python make of them."""

from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.page.cells import Column
from xlbackprop.page.page import Page

HALF_TURN = 180.0


class Angles(NamedTuple):
    """A column of angles: the cells, and their cosines and sines with the text for both."""

    cells: Column
    cos: Array
    sin: Array

    @property
    def text(self) -> str:
        """The angle of the formula's own row in radians."""
        return f"{self.cells}*PI()/{HALF_TURN:g}"


def put_angles(page: Page, row: int, degrees: Array) -> Angles:
    """Angles in the first column."""
    turned = degrees * np.pi / HALF_TURN
    return Angles(page.column(row, 1, None, degrees, "count"), np.cos(turned), np.sin(turned))
