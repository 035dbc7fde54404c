"""Where the parameters begin: written out, or drawn by the recipe's seed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Nested = tuple[Any, ...]


@dataclass(frozen=True)
class Given:
    """Starting parameters written out: for layer l the arrays ``w<l>`` and ``b<l>``.

    Those of batch normalization are ``gamma<l>`` and ``beta<l>``, 1 and 0 where they are left out.
    """

    arrays: tuple[tuple[str, Nested], ...]


@dataclass(frozen=True)
class Normal:
    """Starting parameters drawn from a normal distribution by the recipe's seed."""

    mean: float = 0.0
    sd: float = 1.0


@dataclass(frozen=True)
class Scaled:
    """Weights drawn from a normal distribution as wide as suits each layer; biases start at 0.

    Attributes:
        kind: a name of ``SCALES``.
    """

    kind: str


# Standard deviation of a layer's weights, from its number of inputs and of units.
SCALES: Mapping[str, Callable[[int, int], float]] = {
    "xavier": lambda inputs, units: math.sqrt(2 / (inputs + units)),  # Glorot and Bengio 2010
    "he": lambda inputs, units: math.sqrt(2 / inputs),  # He et al. 2015
    "zeros": lambda inputs, units: 0.0,
}
