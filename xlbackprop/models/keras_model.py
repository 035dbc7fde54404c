"""Keras' ``Sequential`` as a recipe."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from math import prod
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.models.keras_layers import (
    ACTIVATIONS,
    LAYERS,
    Found,
    activation_of,
    check_options,
    read_layer,
    start_of,
    with_activation,
)
from xlbackprop.models.keras_training import chosen_loss, conventions, learning, read_loss
from xlbackprop.models.model import Model, kind_of, library, name_of, read_data, recipe_of
from xlbackprop.network.dense import Dense
from xlbackprop.network.layer import Shape
from xlbackprop.recipe.content import read_image
from xlbackprop.recipe.recipe import Recipe

IDLE = ("InputLayer", "Identity", "Flatten", "Dropout")  # passed over where they do nothing
SUPPORTED = ", ".join(("Sequential", *LAYERS, "Activation", *ACTIVATIONS, *IDLE))


def from_keras(
    model: Any,
    data: Any,
    *,
    label: str = "",
    targets: Iterable[str] = (),
    inputs: Iterable[str] = (),
    loss: Any = None,
    **fields: Any,
) -> Recipe:
    """The recipe of a ``Sequential`` of Keras 3, trained or not, that starts with its parameters.

    Layers are ``Dense`` and ``Conv2D`` with the activations linear, sigmoid, tanh, relu,
    leaky_relu, elu, selu, silu, softplus, relu6, hard_tanh, softsign and, at the end, softmax, or
    one of Activation, ReLU, LeakyReLU, ELU and Softmax behind them, ``MaxPooling2D`` and
    ``AveragePooling2D``; a Sequential inside counts as its layers. An activation that never falls
    as z grows, such as relu, may stand behind the MaxPooling2D of a Conv2D: it goes before it in
    the recipe, which changes no output and no gradient of a parameter. Identity does nothing, nor
    does a Dropout whose rate is 0; any other draws while ``fit`` trains, and is refused. A bias
    with ``trainable=False`` is fixed. Numbers of float32 are taken as they are; the training goes
    on in float64, while Keras computes in float32, also in places after ``set_floatx("float64")``:
    so they agree in some six digits.

    A model whose input has rows and columns, (None, 6, 6, 1), says itself that the inputs form a
    picture of one channel, row by row. Behind Conv2D and the poolings a Flatten goes before Dense;
    Keras has the maps last there, a recipe one map after the other, and the weights of that Dense
    are put in the recipe's order. Kernels, strides and windows are the same for rows and columns;
    padding "same" takes an odd kernel and a stride of 1. What is left at the edge is in no window,
    and of equal maxima the first gets the whole gradient, unless the field ``ties`` says else.

    Cost, η and update rule are those that the model was compiled with, and each epoch is that of
    ``fit`` with the same batches in the same order, states at 0 to begin with: the losses
    MeanSquaredError, MeanAbsoluteError, BinaryCrossentropy, CategoricalCrossentropy and
    SparseCategoricalCrossentropy, with or without ``from_logits`` (the recipe's outputs are then
    sigmoid or softmax of the logits), and SGD, with momentum and nesterov if it has them. As in
    Keras, C_T is the mean over the examples of a batch and, except for a right class with softmax,
    over the outputs, and the squared error has no ½; with the loss's ``reduction="sum"`` the
    examples are summed up. (Keras cuts off probabilities at 1e-7 and 1 - 1e-7 unless they come
    from logits, a recipe doesn't.) Adam, RMSprop and Adagrad add their ε at another place than the
    update rules of the same names; ``rule="adam"`` and an ``eta`` take their place on request.

    Args:
        model: the model, built; it isn't changed.
        data: a DataFrame, a file's name, a table, or the two lists ``columns`` and ``rows``.
        label: the column with the class of each example. The outputs are its classes, sorted, or
            in the order of the field ``class_order``. A single output stands for the second of
            two classes: a target column of 0 and 1 takes the label's place.
        targets: the columns with target numbers, one for each output, where there is no label.
        inputs: the columns that are inputs, in the order of the model's; all others if left out.
        loss: a loss as ``compile`` takes it, in place of that of the model.
        fields: other recipe fields as TOML would give them; they go before those of the model. A
            ``cost`` takes the place of the loss, a ``rule`` that of the optimizer with all its
            settings. Without either ``eta`` is 0.1 and the cost cross-entropy for a label with
            outputs that it goes with, else the squared error; ``epochs`` is 20, ``batch`` all
            examples.

    Raises:
        RecipeError: a layer or setting that no recipe follows, or model, data and fields that
            don't fit together; or Keras can't be imported.
        DataError: the data can't be read or used.
    """
    keras = _library()
    shape = _input_shape(model, keras)
    layers = _read_layers(model, shape, keras)
    output = _output_layer(layers)
    columns = read_data(
        data, label=label, targets=targets, inputs=inputs, fields=fields, owned=("layers",)
    )
    chosen = chosen_loss(model, loss, fields)
    found, activation = read_loss(model, chosen, output.activation, keras.losses)
    said = {**found, **fields}
    cost = said.get("cost", _usual_cost(output.activation, label))
    if activation == "linear" and cost == "cross-entropy":  # logits, as no loss says of what
        activation = "softmax" if label and output.units > 1 else "sigmoid"
    usual = {
        "cost": cost,
        **_image(shape, fields),
        **conventions(cost, activation, said),
        **learning(model, fields, keras.optimizers),
    }
    read = _model(layers, replace(output, activation=activation), prod(shape), usual)
    return recipe_of(read, columns, fields, name_of(data))


def _library() -> Any:
    """Keras, which can't be imported without one of the libraries that compute for it."""
    try:
        return library("keras", "keras")
    except RecipeError as error:
        cause = error.__cause__
        if not isinstance(cause, ImportError) or cause.name in (None, "keras"):
            raise
        raise RecipeError(
            f"model: keras can't be imported for want of its backend ({cause}); install one of "
            "tensorflow, torch and jax, and say which in the environment, such as "
            "KERAS_BACKEND=torch."
        ) from cause


def _model(
    layers: tuple[Found, ...], output: Dense, inputs: int, usual: Mapping[str, Any]
) -> Model:
    start = chain.from_iterable(start_of(found, n).items() for n, found in enumerate(layers, 2))
    hidden = tuple(found.layer for found in layers[:-1])
    return Model(inputs=inputs, hidden=hidden, output=output, start=dict(start), usual=usual)


def _usual_cost(activation: str, label: str) -> str:
    fits = label and activation in ("linear", "sigmoid", "softmax")
    return "cross-entropy" if fits else "squared-error"


# The input.


def _input_shape(model: Any, keras: Any) -> Shape:
    """What the model takes, as a recipe has it: (inputs,) or (1, rows, columns)."""
    if getattr(type(model), "call", None) is not keras.Sequential.call:
        raise RecipeError(
            f"model: got {type(model).__name__}, wanted a keras.Sequential; put the model's "
            "layers into one in the order in which they work."
        )
    if not model.built or not model.layers:
        raise RecipeError(
            "model: it isn't built, so it has no parameters yet; begin it with keras.Input, or "
            "call its build with the shape of a batch, such as model.build((None, 4))."
        )
    shape = tuple(model.input_shape[1:])
    if None in shape or len(shape) > 3 or not shape or (len(shape) == 3 and shape[2] != 1):
        raise RecipeError(
            f"model.input_shape: got {model.input_shape}, wanted the number of inputs, or rows, "
            "columns and one channel, since each pixel of a picture is one number; build the "
            "model with that."
        )
    return shape if len(shape) == 1 else (1, *shape[:2])


def _image(shape: Shape, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The picture that the model's inputs form."""
    if len(shape) == 1:
        return {}
    image = shape[1:]
    if "image" in fields and read_image(fields["image"]) != image:
        raise RecipeError(
            f"image: got {fields['image']!r}, but the model takes pictures of {image[0]} × "
            f"{image[1]}; leave it out."
        )
    return {"image": list(image)}


# The model's layers.


def _placed(model: Any, where: str, keras: Any) -> Iterator[tuple[str, Any]]:
    """All layers in the order in which they work, each with its place."""
    for index, layer in enumerate(model.layers):
        place = f"{where}.layers[{index}]"
        if getattr(type(layer), "call", None) is keras.Sequential.call:
            yield from _placed(layer, place, keras)
        else:
            yield place, layer


def _read_layers(model: Any, shape: Shape, keras: Any) -> tuple[Found, ...]:
    """The layers of a model, checked."""
    layers: tuple[Found, ...] = ()
    flat = False  # whether a Flatten stands between the last layer so far and the next one
    for where, layer in _placed(model, "model", keras):
        kind = kind_of(layer, keras.layers)
        if kind in LAYERS:
            _check_source(layers, layer, where, shape, flat=flat)
            found = read_layer(layer, where, kind, shape)
            shape, flat = _output_shape(found), False
            layers = (*layers, found)
        elif kind in IDLE:
            _check_idle(layer, where, kind)
            flat |= kind == "Flatten"
        elif kind != "Activation" and kind not in ACTIVATIONS:
            raise RecipeError(
                f"{where}: got {type(layer).__name__}, wanted one of {SUPPORTED}; a workbook can "
                "show no other layer, so build the model without it."
            )
        activation, options = activation_of(layer, where, kind, keras.activations)
        layers = with_activation(layers, activation, options, where)
    return layers


def _check_source(
    layers: tuple[Found, ...], layer: Any, where: str, shape: Shape, *, flat: bool
) -> None:
    """See that a layer has parameters of its own, and gets what a recipe's layer can get."""
    for found in layers:
        if found.source is layer:
            raise RecipeError(
                f"{where}: got the layer {found.where} a second time, wanted each with parameters "
                "of its own; make a layer for each place."
            )
    if type(layer).__name__ == "Dense" and len(shape) == 3 and not flat:
        sizes = " × ".join(map(str, (*shape[1:], shape[0])))
        raise RecipeError(
            f"{where}: got Dense behind rows and columns ({sizes}), wanted a Flatten before it; "
            "add one."
        )


def _output_shape(found: Found) -> Shape:
    try:
        return found.layer.output_shape(found.before)
    except ValueError as error:
        raise RecipeError(f"{found.where}: {error}.") from error


def _check_idle(layer: Any, where: str, kind: str) -> None:
    """See that a layer does nothing to the numbers."""
    check_options(layer, where, kind)
    if kind == "Dropout" and layer.rate > 0:
        raise RecipeError(
            f"{where}.rate: got {layer.rate:g} of Dropout, wanted 0, since fit drops units at "
            f"random and a workbook draws nothing while it trains; set {where}.rate = 0, or leave "
            "the layer out."
        )


def _output_layer(layers: tuple[Found, ...]) -> Dense:
    """The last layer, which must be a Dense."""
    if not layers:
        raise RecipeError("model: it has no Dense layer, so nothing to train; add one.")
    last = layers[-1]
    if not isinstance(last.layer, Dense):
        raise RecipeError(
            f"{last.where}: got {last.kind} as the last layer, wanted a Dense with an output for "
            "each class or target; add Flatten and Dense."
        )
    return last.layer
