"""The kinds of layers, as recipes name them, and what each of their fields may be."""

from collections.abc import Collection
from typing import Any, NamedTuple

from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import BIASES
from xlbackprop.network.normalization import AFFINE, BatchNormalization
from xlbackprop.network.pooling import TIES, AveragePooling, MaxPooling

KINDS: dict[str, Any] = {
    "dense": Dense,
    "convolution": Convolution,
    "max-pooling": MaxPooling,
    "average-pooling": AveragePooling,
    "batch-normalization": BatchNormalization,
}


class Field(NamedTuple):
    """What a field of a layer may be.

    Attributes:
        least: of a whole number.
        choices: in its stead, one of these.
        number: in its stead, any number.
        numbers: in its stead, a list of numbers.
        asked: what to do where it is missing.
        only: the activation that alone has it.
    """

    least: int = 1
    choices: Collection[str] = ()
    number: bool = False
    numbers: bool = False
    asked: str = ""
    only: str = ""


FIELDS = {
    "units": Field(1, asked="say how many units the layer has"),
    "filters": Field(1, asked="say how many filters the layer has"),
    "kernel": Field(1, asked="say how many rows and columns a filter has, such as 3"),
    "size": Field(1, asked="say how many rows and columns a window has, such as 2"),
    "stride": Field(1),
    "padding": Field(0),
    "activation": Field(choices=ACTIVATIONS),
    "bias": Field(choices=BIASES),
    "affine": Field(choices=AFFINE),
    "mean": Field(numbers=True),
    "variance": Field(numbers=True),
    "epsilon": Field(number=True),
    "negative_slope": Field(number=True, only="leaky-relu"),
    "ties": Field(choices=TIES),
}
