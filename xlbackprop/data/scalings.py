"""Scalings of inputs and targets: from raw numbers to what the network sees, and the Excel text.

One entry per scaling. Each column is scaled by itself, over all examples; its statistics stand
above it on the Data sheet. A column whose numbers are all the same becomes 0, not an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array

Known = Mapping[str, Array]  # statistics by name, each (inputs,)


@dataclass(frozen=True)
class Statistic:
    """One number of each column that a scaling needs.

    Attributes:
        name: as equations and formulas write it.
        value: r, (examples, inputs), and the statistics before this one → (inputs,).
        excel: the same as formula text; ``{rs}`` are the column's raw cells, the statistics
            before this one stand under their names.
    """

    name: str
    value: Callable[[Array, Known], Array]
    excel: str


@dataclass(frozen=True)
class Scaling:
    """One scaling and its twin in a spreadsheet.

    Attributes:
        name: as recipes write it.
        statistics: what it needs of each column, in the order of their computation.
        width: what a distance between raw numbers is divided by, (inputs,).
        value: r and the statistics → x, (examples, inputs).
        excel: the same as formula text of ``{r}`` and the statistics; empty for no formula.
        equation: as printed above the columns.
        back: what the network says and the statistics → the same in the unit of the data.
        excel_back: the same as formula text of ``{a}`` and the statistics.
    """

    name: str
    statistics: tuple[Statistic, ...]
    width: Callable[[Known], Array]
    value: Callable[[Array, Known], Array]
    excel: str
    equation: str
    back: Callable[[Array, Known], Array] = lambda a, known: a
    excel_back: str = "{a}"


def quotient(distance: Array, width: Array) -> Array:
    """distance/width, and 0 where the width is 0."""
    zero = np.zeros(np.broadcast_shapes(distance.shape, width.shape))
    return np.divide(distance, width, out=zero, where=width != 0)


def _deviation(r: Array, known: Known) -> Array:
    """The population's standard deviation: the sum is divided by n, not n − 1."""
    # A mean is rounded, so equal numbers may seem to differ from it.
    equal = r.max(axis=0) == r.min(axis=0)
    return np.where(equal, 0.0, np.sqrt(((r - known["m"]) ** 2).mean(axis=0)))


SCALINGS = {
    entry.name: entry
    for entry in (
        Scaling(
            name="none",
            statistics=(),
            width=lambda known: np.array(1.0),
            value=lambda r, known: r,
            excel="",
            equation="",
        ),
        Scaling(
            name="min-max",
            statistics=(
                Statistic("min", lambda r, known: r.min(axis=0), "MIN({rs})"),
                Statistic("max", lambda r, known: r.max(axis=0), "MAX({rs})"),
            ),
            width=lambda known: known["max"] - known["min"],
            value=lambda r, known: quotient(r - known["min"], known["max"] - known["min"]),
            excel="IF({max}={min},0,({r}-{min})/({max}-{min}))",
            equation="x = (r − min)/(max − min)",
            back=lambda a, known: a * (known["max"] - known["min"]) + known["min"],
            excel_back="{a}*({max}-{min})+{min}",
        ),
        Scaling(
            name="z-score",
            statistics=(
                Statistic("m", lambda r, known: r.mean(axis=0), "AVERAGE({rs})"),
                # Not STDEVP: IronCalc squares before it subtracts, and of 1000.1, 1000.2, 1000.3
                # half the digits are lost.
                Statistic(
                    "s",
                    _deviation,
                    "IF(MAX({rs})=MIN({rs}),0,SQRT(SUMPRODUCT(({rs}-{m})*({rs}-{m}))/COUNT({rs})))",
                ),
            ),
            width=lambda known: known["s"],
            value=lambda r, known: quotient(r - known["m"], known["s"]),
            excel="IF({s}=0,0,({r}-{m})/{s})",
            equation="x = (r − m)/s    s = √(Σ(r − m)²/n)",
            back=lambda a, known: a * known["s"] + known["m"],
            excel_back="{a}*{s}+{m}",
        ),
    )
}


@dataclass(frozen=True)
class Scaled:
    """Inputs or targets as the network sees them.

    Attributes:
        statistics: by name, each (columns,).
        values: (examples, columns).
    """

    statistics: Known
    values: Array


def scale(scaling: Scaling, raw: Array) -> Scaled:
    """Scale raw numbers, (examples, columns)."""
    known: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for statistic in scaling.statistics:
            known[statistic.name] = statistic.value(raw, known)
        return Scaled(known, scaling.value(raw, known))
