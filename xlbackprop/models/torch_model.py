"""PyTorch's ``Sequential`` as a recipe."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations
from math import prod
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.models.model import Model, kind_of, library, name_of, read_data, recipe_of
from xlbackprop.models.torch_chain import working_modules
from xlbackprop.models.torch_loss import conventions, read_loss
from xlbackprop.models.torch_modules import (
    ACTIVATIONS,
    LAYERS,
    LOG_SOFTMAX,
    Found,
    activated,
    check_idle,
    read_layer,
    start_of,
    with_activation,
)
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import Shape
from xlbackprop.recipe.content import read_image
from xlbackprop.recipe.recipe import Recipe

IDLE = ("Identity", "Flatten", "Dropout")  # passed over where they do nothing
IN_FLAT = {"Linear": "in_features", "BatchNorm1d": "num_features"}  # the size of the source
IN_MAPS = {"Conv2d": "in_channels", "BatchNorm2d": "num_features"}
SUPPORTED = ", ".join(("Sequential", *LAYERS, *ACTIVATIONS, *IDLE))


def from_torch(
    model: Any,
    data: Any,
    *,
    label: str = "",
    targets: Iterable[str] = (),
    inputs: Iterable[str] = (),
    loss: Any = None,
    **fields: Any,
) -> Recipe:
    """The recipe of a PyTorch model, trained or not, that starts with its parameters.

    Layers are ``Linear``, ``Conv2d``, and ``BatchNorm1d`` or ``BatchNorm2d`` in a model on which
    ``eval()`` was called, each with at most one of Sigmoid, Tanh, ReLU, LeakyReLU, ELU, SELU, GELU
    (with ``approximate="tanh"``), SiLU, Softplus (which PyTorch takes as z itself above 20, where
    it differs by less than 3e-9), ReLU6, Hardtanh, Softsign and, at the end, Softmax or LogSoftmax
    behind it, ``MaxPool2d`` and ``AvgPool2d``; a Sequential inside counts as its modules, and so
    does a Module whose forward hands on from each of its modules to the next, perhaps by way of
    ``relu``, ``tanh``, ``sigmoid`` or ``flatten(x, 1)``. An activation that never falls as z
    grows, such as ReLU, may stand behind the MaxPool2d of a Conv2d or BatchNorm2d: it goes before
    it in the recipe, which changes no output and no gradient of a parameter. Identity does nothing
    here, nor does Dropout in a model on which ``eval()`` was called. A bias with
    ``requires_grad=False`` is fixed. Numbers of float32 are taken as they are; the training goes
    on in float64, and agrees to the last digits with ``model.double()``.

    Before Conv2d and the poolings the inputs form a picture of one channel, row by row: the field
    ``image`` says its rows and columns. Behind them, as in PyTorch, a Flatten goes before Linear.
    Kernels, strides and paddings are the same for rows and columns, what is left at the edge is in
    no window, and of equal maxima the first gets the whole gradient, unless the field ``ties``
    says else.

    As in PyTorch, a model that ends with Linear gives logits where the cost is cross-entropy: the
    recipe's outputs are softmax of them for a label (CrossEntropyLoss), sigmoid for targets or
    for a single output (BCEWithLogitsLoss). LogSoftmax goes with cross-entropy alone (NLLLoss),
    and its outputs are those of softmax. Softmax before cross-entropy is taken once, where
    CrossEntropyLoss would take it a second time.

    Cost and steps are those of PyTorch's loss with its usual ``reduction="mean"``, so ``eta`` is
    the ``lr`` of torch.optim, and each epoch is that of PyTorch's own loop with the same batches:
    C_T is the mean over the examples of the batch (of a smaller last one over its own number), of
    MSELoss, L1Loss and the BCE losses over the outputs, too, and the squared error has no ½. With
    ``reduction="sum"``, as in PyTorch, all of these are sums. ``weight_decay`` shrinks the biases,
    too, unless ``decay_biases=False``.

    Args:
        model: the model; it isn't changed.
        data: a DataFrame, a file's name, a table, or the two lists ``columns`` and ``rows``.
        label: the column with the class of each example. The outputs are its classes, sorted, or
            in the order of the field ``class_order``. A single output stands for the second of
            two classes: a target column of 0 and 1 takes the label's place.
        targets: the columns with target numbers, one for each output, where there is no label.
        inputs: the columns that are inputs, in the order of the model's; all others if left out.
        loss: the loss, such as ``torch.nn.MSELoss()``, in place of ``cost`` and ``reduction``.
        fields: other recipe fields as TOML would give them. Without them ``eta`` is 0.1,
            ``epochs`` 20, and ``cost`` cross-entropy for a label with outputs that it goes with,
            else the squared error.

    Raises:
        RecipeError: a module that a workbook can't show, or model, data and fields that don't fit
            together; or PyTorch can't be imported.
        DataError: the data can't be read or used.
    """
    layers = _read_layers(model)
    output = _output_layer(layers)
    _check_chain(layers, read_image(fields.get("image", [])))
    columns = read_data(
        data, label=label, targets=targets, inputs=inputs, fields=fields, owned=("layers",)
    )
    found, logits = read_loss(loss, output.activation, fields, library("torch", "torch").nn)
    said = {**found, **fields}
    cost = said.get("cost", _usual_cost(output.activation, label))
    output = replace(output, activation=logits or _output(output, cost, label))
    usual = {"cost": cost, **conventions(cost, output.activation, said)}
    return recipe_of(_model(layers, output, usual), columns, fields, name_of(data))


def _model(layers: Sequence[Found], output: Dense, usual: Mapping[str, Any]) -> Model:
    first = layers[0]
    start = chain.from_iterable(start_of(found, n).items() for n, found in enumerate(layers, 2))
    return Model(
        inputs=getattr(first.module, IN_FLAT[first.kind]) if first.kind in IN_FLAT else 0,
        hidden=tuple(found.layer for found in layers[:-1]),
        output=output,
        start=dict(start),
        usual=usual,
    )


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


def _read_layers(model: Any) -> tuple[Found, ...]:
    """The layers of a model, checked."""
    nn = library("torch", "torch").nn
    layers = _layers(working_modules(model), nn)
    for found, other in combinations(layers, 2):
        if set(map(id, found.module.parameters())) & set(map(id, other.module.parameters())):
            raise RecipeError(
                f"{other.where}: got parameters that are also those of {found.where}, wanted each "
                "layer with its own; copy the module."
            )
    return layers


def _layers(modules: Iterator[tuple[str, Any]], nn: Any) -> tuple[Found, ...]:
    layers: list[Found] = []
    flat = False  # whether a Flatten stands between the last layer so far and the next one
    for where, module in modules:
        kind = kind_of(module, nn)
        if kind in LAYERS:
            layers.append(replace(read_layer(module, where, kind, nn), flattened=flat))
            flat = False
        elif kind in ACTIVATIONS:
            at = activated(layers, kind)
            found = layers[at] if layers else None
            layers[at:] = [with_activation(found, module, where, kind), *layers[at:][1:]]

        elif kind in IDLE:
            check_idle(module, where, kind)
            flat |= kind == "Flatten"
        else:
            raise RecipeError(
                f"{where}: got {type(module).__name__}, wanted one of {SUPPORTED}; a workbook can "
                "show no other module, so build the model without it."
            )
    return tuple(layers)


def _output_layer(layers: Sequence[Found]) -> Dense:
    """The last layer, which must be a Linear, and the only one with LogSoftmax."""
    if not layers:
        raise RecipeError("model: it has no Linear module, so nothing to train; add one.")
    for found in layers[:-1]:
        if found.layer.activation == LOG_SOFTMAX:
            raise RecipeError(
                f"{found.where}: got LogSoftmax behind it, wanted that behind the last Linear "
                "alone; use another activation here."
            )
    last = layers[-1]
    if not isinstance(last.layer, Dense):
        raise RecipeError(
            f"{last.where}: got {last.kind} as the last layer, wanted a Linear with an output for "
            "each class or target; add Flatten and Linear."
        )
    return last.layer


# Shapes.


def _check_chain(layers: Sequence[Found], image: Sequence[int]) -> None:
    """See that each layer can stand behind the one before it, for PyTorch and for a recipe."""
    shape, before = _input_shape(layers[0], image), "the picture"
    for found in layers:
        _check_source(found, shape, before)
        try:
            shape = found.layer.output_shape(shape)
        except ValueError as error:
            raise RecipeError(f"{found.where}: {error}.") from error
        before = found.where


def _input_shape(first: Found, image: Sequence[int]) -> Shape:
    if first.kind == "BatchNorm1d" and image:
        raise RecipeError(
            f"image: got one for a model that begins with {first.kind}, which doesn't normalize "
            "pictures but each input by itself; leave it out, or begin with BatchNorm2d."
        )
    if first.kind in IN_FLAT:
        return (getattr(first.module, IN_FLAT[first.kind]),)
    if not image:
        raise RecipeError(
            f"image: it is missing, but the model begins with {first.kind}; say "
            "image=[rows, columns] of the picture that the inputs form."
        )
    return (1, *image)


def _check_source(found: Found, shape: Shape, before: str) -> None:
    """See that a layer fits to the shape of what stands before it."""
    maps, sizes = len(shape) == 3, " × ".join(map(str, shape))
    if found.kind == "Linear":
        if maps and not found.flattened:
            raise RecipeError(
                f"{found.where}: got Linear behind maps ({sizes}), wanted a Flatten between "
                f"{before} and it; add one."
            )
        count = f"values ({sizes})" if maps else "units"
        _check_count(found, "in_features", prod(shape), f"the number of {count} of {before}")
        return
    if found.kind == "BatchNorm1d":
        if maps:
            raise RecipeError(
                f"{found.where}: got BatchNorm1d behind maps ({sizes}), wanted BatchNorm2d before "
                "the Flatten, since a workbook normalizes maps as wholes; put that there."
            )
        _check_count(found, "num_features", shape[0], f"the number of units of {before}")
        return
    if not maps or found.flattened:
        raise RecipeError(
            f"{found.where}: got {found.kind} behind {'Flatten' if maps else 'Linear'}, wanted it "
            "where there are rows and columns; put it further to the front."
        )
    if found.kind in IN_MAPS:
        of = "since each pixel of the picture is one number"
        told = of if before == "the picture" else f"the number of maps of {before}"
        _check_count(found, IN_MAPS[found.kind], shape[0], told)


def _check_count(found: Found, name: str, wanted: int, told: str) -> None:
    if (got := getattr(found.module, name)) != wanted:
        raise RecipeError(f"{found.where}.{name}: got {got}, wanted {wanted}, {told}.")
