"""Modules of ``torch.nn`` as layers of a recipe, each told with its place in the model.

A module's options that no recipe has are refused unless they are at rest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.network.convolution import Convolution
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import Layer
from xlbackprop.network.normalization import BatchNormalization
from xlbackprop.network.pooling import AveragePooling, MaxPooling

LOG_SOFTMAX = "log-softmax"  # no activation of ours: with cross-entropy it is softmax
ACTIVATIONS = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "ReLU": "relu",
    "LeakyReLU": "leaky-relu",
    "ELU": "elu",
    "SELU": "selu",
    "GELU": "gelu",
    "SiLU": "silu",
    "Softplus": "softplus",
    "ReLU6": "relu6",
    "Hardtanh": "hardtanh",
    "Softsign": "softsign",
    "Softmax": "softmax",
    "LogSoftmax": LOG_SOFTMAX,
}
NEVER_FALLING = (
    "Sigmoid",
    "Tanh",
    "ReLU",
    "ELU",
    "SELU",
    "Softplus",
    "ReLU6",
    "Hardtanh",
    "Softsign",
)
ACTIVATED = (Dense, Convolution, BatchNormalization)
AT_REST: dict[str, dict[str, Any]] = {  # options that a recipe doesn't have
    "Conv2d": {"dilation": 1, "groups": 1, "padding_mode": "zeros"},
    "MaxPool2d": {"padding": 0, "dilation": 1, "ceil_mode": False, "return_indices": False},
    "AvgPool2d": {"padding": 0, "ceil_mode": False, "divisor_override": None},
    "ELU": {"alpha": 1.0},
    "GELU": {"approximate": "tanh"},
    "Softplus": {"beta": 1.0, "threshold": 20.0},
    "Hardtanh": {"min_val": -1.0, "max_val": 1.0},
}


@dataclass(frozen=True)
class Found:
    """A module with the activation behind it.

    Attributes:
        where: its place, ``model[0]``.
        kind: its name in ``torch.nn``.
        module: the module.
        layer: the same as a recipe describes it.
        flattened: whether a Flatten stands before it.
    """

    where: str
    kind: str
    module: Any
    layer: Layer
    flattened: bool = False


def _linear(linear: Any, where: str, nn: Any) -> Dense:
    return Dense(linear.out_features, "linear", _bias(linear, where, nn))


def _convolution(conv: Any, where: str, nn: Any) -> Convolution:
    return Convolution(
        filters=conv.out_channels,
        kernel=(kernel := _length(conv, "kernel_size", where)),
        stride=_length(conv, "stride", where),
        padding=_padding(conv, kernel, where),
        activation="linear",
        bias=_bias(conv, where, nn),
    )


def _max_pooling(pool: Any, where: str, nn: Any) -> MaxPooling:
    return MaxPooling(_length(pool, "kernel_size", where), _length(pool, "stride", where))


def _average_pooling(pool: Any, where: str, nn: Any) -> AveragePooling:
    return AveragePooling(_length(pool, "kernel_size", where), _length(pool, "stride", where))


def _normalization(norm: Any, where: str, nn: Any) -> BatchNormalization:
    if norm.training:
        raise RecipeError(
            f"{where}: got {type(norm).__name__} that is at work, wanted one at rest, since a "
            "workbook normalizes by running statistics and not by those of a batch; call "
            "model.eval() first, or leave it out."
        )
    if norm.running_mean is None:
        raise RecipeError(
            f"{where}.track_running_stats: got no running statistics, wanted some, since without "
            "them each batch is normalized by its own; build the model with "
            "track_running_stats=True."
        )
    for name in ("running_mean", "running_var"):
        _check_numbers(getattr(norm, name), f"{where}.{name}")
    return BatchNormalization(
        mean=tuple(_numbers(norm.running_mean)),
        variance=tuple(_numbers(norm.running_var)),
        epsilon=float(norm.eps),
        affine=_affine(norm, where, nn),
    )


def _affine(norm: Any, where: str, nn: Any) -> str:
    """A name of ``AFFINE``, once the parameters are checked."""
    parameters = {name: getattr(norm, name) for name in ("weight", "bias")}
    kept = {name: parameter for name, parameter in parameters.items() if parameter is not None}
    for name, parameter in kept.items():
        _check_parameter(parameter, f"{where}.{name}", nn)
    trained = {name for name, parameter in kept.items() if parameter.requires_grad}
    if trained not in (set(), set(parameters)):
        raise RecipeError(
            f"{where}: got requires_grad=False for one of weight and bias, but a workbook trains "
            "both of a batch normalization or none; set it alike."
        )
    return "trained" if trained else "fixed"


LAYERS: dict[str, Callable[[Any, str, Any], Layer]] = {
    "Linear": _linear,
    "Conv2d": _convolution,
    "MaxPool2d": _max_pooling,
    "AvgPool2d": _average_pooling,
    "BatchNorm1d": _normalization,
    "BatchNorm2d": _normalization,
}


def read_layer(module: Any, where: str, kind: str, nn: Any) -> Found:
    """A module as a layer, its activation still to come: linear.

    Raises:
        RecipeError: it has an option that no recipe has.
    """
    _check_options(module, where, kind)
    return Found(where, kind, module, LAYERS[kind](module, where, nn))


def _check_options(module: Any, where: str, kind: str) -> None:
    for name, wanted in AT_REST.get(kind, {}).items():
        if (value := getattr(module, name)) not in (wanted, (wanted, wanted)):
            raise RecipeError(
                f"{where}.{name}: got {value!r}, wanted {wanted!r}, since a workbook has "
                f"no such option of {kind}; build the model without it."
            )


# Rows and columns.


def _length(module: Any, name: str, where: str, least: int = 1) -> int:
    """A length that rows and columns share."""
    value = getattr(module, name)
    lengths = tuple(value) if isinstance(value, Iterable) else (value,)
    if len(set(lengths)) > 1:
        raise RecipeError(
            f"{where}.{name}: got {value!r}, wanted the same number for rows and columns, as a "
            "workbook has it; build the model with that."
        )
    if lengths[0] < least:
        raise RecipeError(f"{where}.{name}: got {value!r}, wanted at least {least}.")
    return int(lengths[0])


def _padding(conv: Any, kernel: int, where: str) -> int:
    if conv.padding == "valid":
        return 0
    if conv.padding != "same":
        return _length(conv, "padding", where, least=0)
    if kernel % 2 == 0:
        raise RecipeError(
            f"{where}.padding: got 'same' for a kernel of {kernel}, wanted a number: a workbook "
            "pads all four sides alike; take an odd kernel, or give the padding as a number."
        )
    return kernel // 2


# Parameters.


def _bias(module: Any, where: str, nn: Any) -> str:
    """A name of ``BIASES``, once the parameters are checked."""
    weight, bias = module.weight, module.bias
    for name, parameter in (("weight", weight), ("bias", bias)):
        if parameter is not None:
            _check_parameter(parameter, f"{where}.{name}", nn)
    if not weight.requires_grad:
        raise RecipeError(
            f"{where}.weight: got requires_grad=False, but a workbook trains all weights; set "
            "requires_grad to True, or freeze nothing but biases."
        )
    return "none" if bias is None else "trained" if bias.requires_grad else "fixed"


def _check_parameter(parameter: Any, where: str, nn: Any) -> None:
    if not isinstance(parameter, nn.Parameter):
        raise RecipeError(
            f"{where}: got a tensor that is computed from other parameters, wanted a parameter; "
            "undo the pruning or the normalization of weights first."
        )
    _check_numbers(parameter, where)


def _check_numbers(tensor: Any, where: str) -> None:
    if not tensor.is_floating_point() or tensor.is_meta:
        raise RecipeError(
            f"{where}: got {tensor.dtype} on {tensor.device}, wanted real numbers; build "
            "the model with them."
        )


def start_of(found: Found, number: int) -> dict[str, Any]:
    """The parameters of layer ``number`` as a recipe's start, exactly; {} for none."""
    parameters = dict(found.module.named_parameters(recurse=False))
    if found.kind == "Conv2d" and found.module.in_channels == 1:
        parameters["weight"] = parameters["weight"].squeeze(1)  # (filters, rows, columns)
    names = dict(zip(("weight", "bias"), found.layer.arrays, strict=True))
    return {f"{names[name]}{number}": _numbers(x) for name, x in parameters.items()}


def _numbers(parameter: Any) -> Any:
    return parameter.detach().cpu().double().tolist()


# What stands behind a layer, or between two.


def with_activation(found: Found | None, module: Any, where: str, kind: str) -> Found:
    """The last layer so far with its activation.

    Raises:
        RecipeError: it can't have one, or not this one.
    """
    layer = found.layer if found else None
    if not found or not isinstance(layer, ACTIVATED) or layer.activation != "linear":
        raise RecipeError(
            f"{where}: got {kind}, {_told(found)}, wanted each behind a Linear, Conv2d or "
            "BatchNorm of its own; a layer of a workbook has one activation."
        )
    _check_options(module, where, kind)
    if kind in ("Softmax", "LogSoftmax") and module.dim not in (1, -1):
        raise RecipeError(
            f"{where}.dim: got {module.dim}, wanted 1 or -1, so that the outputs of one example "
            "are compared with each other."
        )
    if kind == "LeakyReLU":
        layer = replace(layer, negative_slope=float(module.negative_slope))
    return replace(found, layer=replace(layer, activation=ACTIVATIONS[kind]))


def activated(layers: Sequence[Found], kind: str) -> int:
    """Which layer an activation belongs to, counted from the end: the last, or one before it.

    What never falls as z grows keeps the order of the values in a window: the largest of f(z) is
    f of the largest z, and only where f is flat are there more that are the largest.
    """
    pooled = len(layers) > 1 and isinstance(layers[-1].layer, MaxPooling)
    before = layers[-2].layer if pooled else None
    free = isinstance(before, Convolution | BatchNormalization) and before.activation == "linear"
    return -2 if free and kind in NEVER_FALLING else -1


def _told(found: Found | None) -> str:
    """What is wrong with an activation behind a layer."""
    if not found:
        return "an activation before any layer"
    if found.layer.activation:
        return f"a second activation for one {found.kind}"
    return f"an activation behind {found.kind}"


def check_idle(module: Any, where: str, kind: str) -> None:
    """See that a module does nothing to the numbers.

    Raises:
        RecipeError: it does.
    """
    if kind == "Dropout" and module.training and module.p > 0:
        raise RecipeError(
            f"{where}: got Dropout that is at work (p={module.p:g}), wanted one at rest, since a "
            "workbook draws nothing while it trains; call model.eval() first, or leave it out."
        )
    if kind == "Flatten" and (module.start_dim, module.end_dim) != (1, -1):
        raise RecipeError(
            f"{where}: got Flatten({module.start_dim}, {module.end_dim}), wanted Flatten(1, -1), "
            "which makes one row of each example."
        )
