"""Windows that slide over maps: which values each of them sees, and what it gives back to them."""

from collections.abc import Sequence
from functools import cache
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from xlbackprop.arrays import Array
from xlbackprop.network.layer import Shape, maps_of

Places = NDArray[np.intp]
Inside = NDArray[np.bool_]


class Run(NamedTuple):
    """Neighbouring values under neighbours: under cells of a window, or under positions of one.

    Attributes:
        value: where the first value stands.
        at: which is the first of those above it.
        length: number of neighbours.
    """

    value: int
    at: int
    length: int


def steps_along(length: int, size: int, step: int) -> int:
    """How many windows have room on a length; cells left at its end are in none."""
    return (length - size) // step + 1


@cache
def window_places(shape: Shape, size: int, step: int, padding: int = 0) -> Places:
    """Where the cells of each window stand among the values, (maps, cells, windows).

    A cell beyond the edge of its map stands one place behind the last value.

    Args:
        shape: of the values, (maps, rows, columns) or (rows, columns).
        size: rows and columns of a window.
        step: cells from one window to the next.
        padding: how far windows reach beyond the edge.
    """
    maps, rows, columns = maps_of(shape)
    values = maps * rows * columns
    padded = np.full((maps, rows + 2 * padding, columns + 2 * padding), values)
    padded[:, padding : padding + rows, padding : padding + columns] = np.arange(values).reshape(
        maps, rows, columns
    )
    seen = sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::step, ::step]
    return np.ascontiguousarray(seen.reshape(maps, -1, size**2).swapaxes(1, 2))


def product(factors: Array, seen: Array, inside: Inside | None, out: Array | None = None) -> Array:
    """Factors times what windows see; nothing is multiplied by what lies beyond the edge.

    That matters where a factor is too large for a computer: 0 times it would be NaN.

    Args:
        factors: (..., rows, cells).
        seen: (..., cells, columns), 0 beyond the edge.
        inside: where it is on a value, (cells, columns); None for everywhere.
        out: where to write the product, (..., rows, columns).
    """
    if inside is None or (kept := np.isfinite(factors)).all():
        result: Array = np.matmul(factors, seen, out=out)
        return result
    result = np.matmul(np.where(kept, factors, 0.0), seen, out=out)
    result[np.broadcast_to(~kept @ inside, result.shape)] = np.nan
    return result


def given_back(parts: Array, places: Places, values: int) -> Array:
    """The sum of what each value gets of all windows that see it.

    Args:
        parts: what each cell of a window gets, (..., cells, windows).
        places: where the cells stand, (cells, windows).
        values: number of values.

    Returns:
        (..., values); what goes beyond the edge is lost.
    """
    leading = parts.shape[:-2]
    rows, width = prod(leading), values + 1
    row_by_row = np.arange(rows)[:, None] * width + places.ravel()
    total = np.bincount(row_by_row.ravel(), parts.ravel(), rows * width).astype(np.float64)
    return total.reshape(*leading, width)[..., :values]


def runs(places: Sequence[int], width: int, values: int) -> list[Run]:
    """Where neighbours stand on neighbouring values.

    Args:
        places: where each of them stands.
        width: after so many of them a new row begins.
        values: number of values; who stands behind the last is beyond the edge.
    """
    found: list[Run] = []
    for at, place in enumerate(places):
        if place == values:
            continue
        value, start, length = found[-1] if found else Run(0, 0, 0)
        if at % width and (place, at) == (value + length, start + length):
            found[-1] = Run(value, start, length + 1)
        else:
            found.append(Run(place, at, 1))
    return found
