"""Colours that tell numbers: of pictures, of signs, of right and wrong."""

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule

from xlbackprop.arrays import Array
from xlbackprop.workbook.theme import Pictures, Theme


def pixel_colours(pictures: Pictures) -> ColorScaleRule:
    """White for 0, blue for 1, shades between."""
    zero, one = pictures.zero, pictures.one
    return ColorScaleRule("num", 0, zero, end_type="num", end_value=1, end_color=one)


def spread_colours(pictures: Pictures) -> ColorScaleRule:
    """White for the smallest, blue for the largest."""
    return ColorScaleRule("min", None, pictures.zero, end_type="max", end_color=pictures.one)


def wrong_answers(theme: Theme) -> ColorScaleRule:
    """Red for 0; a colour scale passes over empty cells, a rule "equal to 0" would colour them."""
    wrong, right = theme.bad.ground, theme.roles["cost"].pale
    return ColorScaleRule("num", 0, wrong, end_type="num", end_value=1, end_color=right)


def signed_colours(values: Array, pictures: Pictures) -> ColorScaleRule:
    """Red below 0, white for 0, blue above; the same strength for the same size."""
    sizes = np.abs(values[np.isfinite(values)])
    most = float(sizes.max(initial=0.0)) or 1.0
    low, middle, high = pictures.negative, pictures.nought, pictures.positive
    return ColorScaleRule(
        "num", -most, low, "num", 0, middle, end_type="num", end_value=most, end_color=high
    )


def counts_of(most: float, theme: Theme, *, right: bool) -> ColorScaleRule:
    """How often something happened, 0 to ``most``: to blue what is right, to red what is not."""
    pale, strong = theme.roles["cost"].pale, theme.pictures.one if right else theme.bad.ground
    return ColorScaleRule("num", 0, pale, end_type="num", end_value=most, end_color=strong)
