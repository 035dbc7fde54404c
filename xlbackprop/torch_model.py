"""PyTorch's ``Sequential`` as a recipe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.models import Model, library, name_of, read_data, recipe_of
from xlbackprop.network.dense import Dense
from xlbackprop.recipe import Recipe

LOG_SOFTMAX = "log-softmax"  # no activation of ours: with cross-entropy it is softmax
ACTIVATIONS = {
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "ReLU": "relu",
    "LeakyReLU": "leaky-relu",
    "Softsign": "softsign",
    "Softmax": "softmax",
    "LogSoftmax": LOG_SOFTMAX,
}
IDLE = ("Identity", "Flatten", "Dropout")  # passed over where they do nothing
SUPPORTED = ", ".join(("Sequential", "Linear", *ACTIVATIONS, *IDLE))


def from_torch(
    model: Any,
    data: Any,
    *,
    label: str = "",
    targets: Iterable[str] = (),
    inputs: Iterable[str] = (),
    **fields: Any,
) -> Recipe:
    """The recipe of a ``torch.nn.Sequential``, trained or not, that starts with its parameters.

    Layers are ``Linear``, each with at most one of Sigmoid, Tanh, ReLU, LeakyReLU (slope 0.01),
    Softsign and, at the end, Softmax or LogSoftmax behind it; a Sequential inside counts as its
    modules. Identity and Flatten do nothing here, nor does Dropout in a model on which ``eval()``
    was called. A bias with ``requires_grad=False`` is fixed. Numbers of float32 are taken as they
    are; the training goes on in float64, and agrees to the last digits with ``model.double()``.

    As in PyTorch, a model that ends with Linear gives logits where the cost is cross-entropy: the
    recipe's outputs are softmax of them for a label (CrossEntropyLoss), sigmoid for targets or
    for a single output (BCEWithLogitsLoss). LogSoftmax goes with cross-entropy alone (NLLLoss),
    and its outputs are those of softmax. Softmax before cross-entropy is taken once, where
    CrossEntropyLoss would take it a second time. The cost is a sum over the examples, as with
    ``reduction="sum"``; the squared error has a factor ½.

    Args:
        model: the model; it isn't changed.
        data: a DataFrame, a file's name, a table, or the two lists ``columns`` and ``rows``.
        label: the column with the class of each example. The outputs are its classes, sorted, or
            in the order of the field ``class_order``. A single output stands for the second of
            two classes: a target column of 0 and 1 takes the label's place.
        targets: the columns with target numbers, one for each output, where there is no label.
        inputs: the columns that are inputs, in the order of the model's; all others if left out.
        fields: other recipe fields as TOML would give them. Without them ``eta`` is 0.1,
            ``epochs`` 20, and ``cost`` cross-entropy for a label with outputs that it goes with,
            else the squared error.

    Raises:
        RecipeError: a module that a workbook can't show, or model, data and fields that don't fit
            together; or PyTorch can't be imported.
        DataError: the data can't be read or used.
    """
    layers = _read_layers(model)
    columns = read_data(
        data, label=label, targets=targets, inputs=inputs, fields=fields, owned=("layers",)
    )
    last = layers[-1].dense
    cost = fields.get("cost", _usual_cost(last.activation, label))
    output = replace(last, activation=_output(last, cost, label))
    read = Model(
        inputs=layers[0].linear.in_features,
        layers=(*(layer.dense for layer in layers[:-1]), output),
        start=_start(layers),
        usual={"cost": cost},
    )
    return recipe_of(read, columns, fields, name_of(data))


def _usual_cost(activation: str, label: str) -> str:
    fits = activation == LOG_SOFTMAX or (label and activation in ("linear", "sigmoid", "softmax"))
    return "cross-entropy" if fits else "squared-error"


def _output(last: Dense, cost: str, label: str) -> str:
    """The activation of the outputs, which PyTorch leaves in part to the cost."""
    if last.activation == LOG_SOFTMAX:
        if cost != "cross-entropy":
            raise RecipeError(
                f"cost: got {cost!r} for a model that ends with LogSoftmax, wanted "
                "'cross-entropy'; leave the cost out, or end the model with Softmax."
            )
        return "softmax"
    if last.activation == "linear" and cost == "cross-entropy":
        return "softmax" if label and last.units > 1 else "sigmoid"
    return last.activation


# The model's modules.


@dataclass(frozen=True)
class _Layer:
    """A Linear with the activation behind it.

    Attributes:
        where: its place, ``model[0]``.
        linear: the module.
        dense: the same as a recipe describes it.
    """

    where: str
    linear: Any
    dense: Dense


def _is_sequential(module: Any, nn: Any) -> bool:
    """Whether a module hands on from each of its modules to the next, and does nothing else."""
    return isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward


def _modules(model: Any, where: str, nn: Any) -> Iterator[tuple[str, Any]]:
    """All modules in the order in which they work, each with its place."""
    for index, module in enumerate(model):
        place = f"{where}[{index}]"
        if _is_sequential(module, nn):
            yield from _modules(module, place, nn)
        else:
            yield place, module


def _read_layers(model: Any) -> tuple[_Layer, ...]:
    """The layers of a model, checked."""
    nn = library("torch", "torch").nn
    if not _is_sequential(model, nn):
        raise RecipeError(
            f"model: got {type(model).__name__}, wanted a torch.nn.Sequential; put the model's "
            "layers into one in the order in which they work."
        )
    layers = _layers(_modules(model, "model", nn), nn)
    _check_layers(layers)
    return layers


def _layers(modules: Iterator[tuple[str, Any]], nn: Any) -> tuple[_Layer, ...]:
    layers: list[_Layer] = []
    for where, module in modules:
        kind = _kind(module, nn)
        if kind == "Linear":
            layers.append(_Layer(where, module, _dense(module, where, nn)))
        elif kind in ACTIVATIONS:
            layers[-1:] = [_with_activation(layers[-1:], module, where, kind)]
        elif kind in IDLE:
            _check_idle(module, where, kind)
        else:
            raise RecipeError(
                f"{where}: got {type(module).__name__}, wanted one of {SUPPORTED}; a workbook can "
                "show no other module, so build the model without it."
            )
    if not layers:
        raise RecipeError("model: it has no Linear module, so nothing to train; add one.")
    return tuple(layers)


def _kind(module: Any, nn: Any) -> str:
    """The class's name in ``torch.nn``; empty for a class of another library or a derived one."""
    name = type(module).__name__
    return name if getattr(nn, name, None) is type(module) else ""


def _with_activation(layers: Sequence[_Layer], module: Any, where: str, kind: str) -> _Layer:
    """The last layer so far with its activation."""
    if not layers or layers[0].dense.activation != "linear":
        got = "a second activation for one Linear" if layers else "an activation before any Linear"
        raise RecipeError(
            f"{where}: got {kind}, {got}, wanted each behind a Linear of its own; a layer of a "
            "workbook has one activation."
        )
    if kind == "LeakyReLU" and module.negative_slope != 0.01:
        raise RecipeError(
            f"{where}.negative_slope: got {module.negative_slope:g}, wanted 0.01, the slope of "
            "leaky-relu in a workbook; train the model with that."
        )
    if kind in ("Softmax", "LogSoftmax") and module.dim not in (1, -1):
        raise RecipeError(
            f"{where}.dim: got {module.dim}, wanted 1 or -1, so that the outputs of one example "
            "are compared with each other."
        )
    return replace(layers[0], dense=replace(layers[0].dense, activation=ACTIVATIONS[kind]))


def _check_idle(module: Any, where: str, kind: str) -> None:
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


# Parameters.


def _dense(linear: Any, where: str, nn: Any) -> Dense:
    """A Linear as a recipe describes it, its activation still to come."""
    for name, parameter in (("weight", linear.weight), ("bias", linear.bias)):
        if parameter is not None:
            _check_parameter(parameter, f"{where}.{name}", nn)
    if not linear.weight.requires_grad:
        raise RecipeError(
            f"{where}.weight: got requires_grad=False, but a workbook trains all weights; set "
            "requires_grad to True, or freeze nothing but biases."
        )
    bias = linear.bias
    kind = "none" if bias is None else "trained" if bias.requires_grad else "fixed"
    return Dense(linear.out_features, "linear", kind)


def _check_parameter(parameter: Any, where: str, nn: Any) -> None:
    if not isinstance(parameter, nn.Parameter):
        raise RecipeError(
            f"{where}: got a tensor that is computed from other parameters, wanted a parameter; "
            "undo the pruning or the normalization of weights first."
        )
    if not parameter.is_floating_point() or parameter.is_meta:
        raise RecipeError(
            f"{where}: got {parameter.dtype} on {parameter.device}, wanted real numbers; build "
            "the model with them."
        )


def _check_layers(layers: Sequence[_Layer]) -> None:
    """See that layers fit to each other, share no parameter and have no LogSoftmax inside."""
    for layer in layers[:-1]:
        if layer.dense.activation == LOG_SOFTMAX:
            raise RecipeError(
                f"{layer.where}: got LogSoftmax behind it, wanted that behind the last Linear "
                "alone; use another activation here."
            )
    for before, layer in pairwise(layers):
        if before.dense.units != layer.linear.in_features:
            raise RecipeError(
                f"{layer.where}.in_features: got {layer.linear.in_features}, wanted "
                f"{before.dense.units}, the number of units of {before.where}."
            )
    for layer, other in combinations(layers, 2):
        if {id(p) for p in layer.linear.parameters()} & {id(p) for p in other.linear.parameters()}:
            raise RecipeError(
                f"{other.where}: got parameters that are also those of {layer.where}, wanted each "
                "layer with its own; copy the module."
            )


def _start(layers: Sequence[_Layer]) -> dict[str, Any]:
    """The parameters as a recipe's start, exactly."""
    start = {f"w{number}": _numbers(layer.linear.weight) for number, layer in enumerate(layers, 2)}
    for number, layer in enumerate(layers, 2):
        if layer.linear.bias is not None:
            start[f"b{number}"] = _numbers(layer.linear.bias)
    return start


def _numbers(parameter: Any) -> Any:
    return parameter.detach().cpu().double().tolist()
