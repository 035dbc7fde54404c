"""Layers of ``keras.layers`` as layers of a recipe, each told with its place in the model.

Keras puts the maps last: (rows, columns, maps), and a Flatten keeps that order, where a recipe has
one map after the other. Weights are put in the recipe's order. A layer's options that no recipe
has are refused unless they are at rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.errors import RecipeError
from xlbackprop.models.model import library
from xlbackprop.models.torch_modules import ACTIVATIONS as OF_TORCH
from xlbackprop.models.torch_modules import NEVER_FALLING as NEVER_FALLING_IN_TORCH
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import Layer, Shape
from xlbackprop.network.pooling import AveragePooling, MaxPooling

FUNCTIONS = {  # of keras.activations
    "linear": "linear",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "leaky_relu": "leaky-relu",
    "elu": "elu",
    "selu": "selu",
    "silu": "silu",
    "softplus": "softplus",
    "relu6": "relu6",
    "hard_tanh": "hardtanh",
    "softsign": "softsign",
    "softmax": "softmax",
}
SLOPE_OF_FUNCTION = 0.2  # below 0, of the function leaky_relu without options
ACTIVATIONS = {"ReLU": "relu", "LeakyReLU": "leaky-relu", "ELU": "elu", "Softmax": "softmax"}
NEVER_FALLING = frozenset(OF_TORCH[kind] for kind in NEVER_FALLING_IN_TORCH)
_FREE = MappingProxyType(
    dict.fromkeys(
        (
            "kernel_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "bias_constraint",
            "lora_rank",
            "quantization_mode",
        )
    )
)
AT_REST: dict[str, Mapping[str, Any]] = {  # options that a recipe doesn't have
    "Dense": _FREE,
    "Conv2D": {**_FREE, "dilation_rate": (1, 1), "groups": 1, "data_format": "channels_last"},
    "MaxPooling2D": {"data_format": "channels_last"},
    "AveragePooling2D": {"data_format": "channels_last"},
    "Flatten": {"data_format": "channels_last"},
    "ReLU": {"max_value": None, "negative_slope": 0, "threshold": 0},
    "ELU": {"alpha": 1.0},
    "Softmax": {"axis": -1},
}


@dataclass(frozen=True)
class Found:
    """A layer of Keras with the activation behind it.

    Attributes:
        where: its place, ``model.layers[0]``.
        kind: its name in ``keras.layers``.
        source: the layer itself.
        layer: the same as a recipe describes it.
        before: the shape of what it gets, as a recipe has it.
    """

    where: str
    kind: str
    source: Any
    layer: Layer
    before: Shape


def _dense(dense: Any, where: str, before: Shape) -> Dense:
    return Dense(dense.units, "linear", _bias(dense, where))


def _convolution(conv: Any, where: str, before: Shape) -> Convolution:
    kernel, stride = _length(conv, "kernel_size", where), _length(conv, "strides", where)
    return Convolution(
        filters=conv.filters,
        kernel=kernel,
        stride=stride,
        padding=_padding(conv, kernel, stride, where),
        activation="linear",
        bias=_bias(conv, where),
    )


def _max_pooling(pool: Any, where: str, before: Shape) -> MaxPooling:
    return MaxPooling(*_windows(pool, where, before))


def _average_pooling(pool: Any, where: str, before: Shape) -> AveragePooling:
    return AveragePooling(*_windows(pool, where, before))


LAYERS: dict[str, Callable[[Any, str, Shape], Layer]] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "MaxPooling2D": _max_pooling,
    "AveragePooling2D": _average_pooling,
}


def read_layer(source: Any, where: str, kind: str, before: Shape) -> Found:
    """A layer that stands behind a shape, its activation still to come: linear.

    Raises:
        RecipeError: it has an option that no recipe has.
    """
    check_options(source, where, kind)
    return Found(where, kind, source, LAYERS[kind](source, where, before), before)


def check_options(source: Any, where: str, kind: str) -> None:
    """See that the options that no recipe has are at rest.

    Raises:
        RecipeError: one is not.
    """
    for name, wanted in AT_REST.get(kind, {}).items():
        value = getattr(source, name, None)
        if (tuple(value) if isinstance(value, list) else value) != wanted:
            raise RecipeError(
                f"{where}.{name}: got {_told(value)}, wanted {wanted!r}, since a workbook has no "
                f"such option of {kind}; build the model without it."
            )


def _told(value: Any) -> str:
    """A number or a text as it is, any other object by its class."""
    plain = isinstance(value, int | float | str | list | tuple | None)
    return repr(value) if plain else type(value).__name__


# Rows and columns.


def _length(source: Any, name: str, where: str) -> int:
    """A length that rows and columns share."""
    value = tuple(getattr(source, name))
    if len(set(value)) > 1:
        raise RecipeError(
            f"{where}.{name}: got {value!r}, wanted the same number for rows and columns, as a "
            "workbook has it; build the model with that."
        )
    return int(value[0])


def _padding(conv: Any, kernel: int, stride: int, where: str) -> int:
    if conv.padding == "valid":
        return 0
    if kernel % 2 == 0 or stride > 1:
        raise RecipeError(
            f"{where}.padding: got 'same' for a kernel of {kernel} and a stride of {stride}, "
            "wanted 'valid': a workbook pads all four sides alike; take an odd kernel and a "
            "stride of 1, or 'valid'."
        )
    return kernel // 2


def _windows(pool: Any, where: str, before: Shape) -> tuple[int, int]:
    """Size and stride; the padding "same" is none where the windows cover all without it."""
    size, stride = _length(pool, "pool_size", where), _length(pool, "strides", where)
    covered = size == stride and not any(length % size for length in before[1:])
    if pool.padding != "valid" and not covered:
        raise RecipeError(
            f"{where}.padding: got {pool.padding!r}, wanted 'valid', since a workbook has no "
            f"padding of {type(pool).__name__}; build the model with that."
        )
    return size, stride


# Parameters.


def _bias(source: Any, where: str) -> str:
    """A name of ``BIASES``, once the weights are checked."""
    if not source.kernel.trainable:
        raise RecipeError(
            f"{where}.kernel: got trainable=False, but a workbook trains all weights; set "
            "trainable to True, or freeze nothing but biases."
        )
    return "none" if source.bias is None else "trained" if source.bias.trainable else "fixed"


def start_of(found: Found, number: int) -> dict[str, Any]:
    """The parameters of layer ``number`` as a recipe's start, exactly; {} for none."""
    if found.kind not in ("Dense", "Conv2D"):
        return {}
    weights = _numbers(found.source.kernel)
    if found.kind == "Conv2D":
        weights = weights.transpose(3, 2, 0, 1)  # (filters, maps, rows, columns)
        weights = weights[:, 0] if weights.shape[1] == 1 else weights
    else:
        weights = _by_maps(weights, found.before).T
    start = {f"w{number}": weights.tolist()}
    if found.source.bias is not None:
        start[f"b{number}"] = _numbers(found.source.bias).tolist()
    return start


def _numbers(variable: Any) -> Array:
    found: Array = library("keras", "keras").ops.convert_to_numpy(variable).astype(np.float64)
    return found


def _by_maps(weights: Array, before: Shape) -> Array:
    """Weights (values, units) of values that Keras has pixel by pixel, in the order of maps."""
    if len(before) == 1:
        return weights
    maps, rows, columns = before
    ordered = weights.reshape(rows, columns, maps, -1).transpose(2, 0, 1, 3)
    return ordered.reshape(weights.shape)


# Activations.


def activation_of(
    source: Any, where: str, kind: str, functions: Any
) -> tuple[str, dict[str, float]]:
    """What a layer applies to each z, and the options that it then has in a recipe.

    Args:
        source: the layer.
        where: its place.
        kind: its name in ``keras.layers``.
        functions: ``keras.activations``.

    Raises:
        RecipeError: a workbook has no such function.
    """
    if kind in ACTIVATIONS:
        check_options(source, where, kind)
        return ACTIVATIONS[kind], _slope(source.negative_slope) if kind == "LeakyReLU" else {}
    function = getattr(source, "activation", None)
    if function is None:
        return "linear", {}
    name = getattr(function, "__name__", type(function).__name__)
    if getattr(functions, name, None) is not function or name not in FUNCTIONS:
        raise RecipeError(
            f"{where}.activation: got {name}, wanted one of {', '.join(FUNCTIONS)}; a workbook "
            "can show no other."
        )
    return FUNCTIONS[name], _slope(SLOPE_OF_FUNCTION) if name == "leaky_relu" else {}


def _slope(value: float) -> dict[str, float]:
    return {"negative_slope": float(value)}


def with_activation(
    layers: tuple[Found, ...], activation: str, options: Mapping[str, Any], where: str
) -> tuple[Found, ...]:
    """The layers so far, the last with its activation, or the Conv2D before a MaxPooling2D.

    What never falls as z grows keeps the order of the values in a window, so that it may as well
    be applied before the largest is taken.

    Raises:
        RecipeError: the layer can't have one.
    """
    if activation == "linear":
        return layers
    at = len(layers) - 1
    pooled = at > 0 and isinstance(layers[at].layer, MaxPooling) and activation in NEVER_FALLING
    at -= 1 if pooled else 0
    layer = layers[at].layer if layers else None
    if not isinstance(layer, Dense | Convolution) or layer.activation != "linear":
        raise RecipeError(
            f"{where}: got {activation}, wanted each activation behind a Dense or Conv2D of its "
            "own; a layer of a workbook has one activation."
        )
    found = replace(layers[at], layer=replace(layer, activation=activation, **options))
    return (*layers[:at], found, *layers[at + 1 :])
