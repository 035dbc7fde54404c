"""Recipes from Keras: outputs, costs and steps beside Keras' own, step by step and in ``fit``."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flowers import BY_KIND, BY_LATE, BY_NUMBERS, DATA, EXAMPLES, FOUR, LABELS, as_row
from wanting import package

import xlbackprop as xb
from xlbackprop.errors import RecipeError

# Keras itself copies its variables as numpy would have it no more.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
Array = np.ndarray
BATCH, EPOCHS, RATE = 4, 3, 0.05  # of 9 examples: batches of 4, 4 and 1
IN_TURN = {"batch": BATCH, "epochs": EPOCHS, "order": [[*range(1, EXAMPLES + 1)]] * EPOCHS}


@pytest.fixture
def keras(monkeypatch) -> Iterator[Any]:
    """Keras that computes in float64 throughout.

    With any backend but TensorFlow some of its operations make float32 of that, by a table.
    """
    module = package("keras", install="keras")
    table = import_module("keras.src.backend.common.dtypes").BIT64_TO_BIT32_DTYPE
    monkeypatch.setitem(table, "float64", "float64")
    before = module.config.floatx()
    module.config.set_floatx("float64")
    module.utils.set_random_seed(1)
    yield module
    module.config.set_floatx(before)


def assert_close(found: Array, wanted: Array) -> None:
    """Keras' own arithmetic is compiled, and goes its own ways with rounding."""
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def one_hot() -> Array:
    return np.array([[float(label == kind) for kind in sorted(set(LABELS))] for label in LABELS])


ANSWERS: dict[str, Callable[[], Array]] = {
    "classes": lambda: np.array([sorted(set(LABELS)).index(label) for label in LABELS]),
    "one hot": one_hot,
    "late": lambda: np.array([[float(late == "yes")] for late in DATA["late"]]),
    "numbers": lambda: DATA[["y1", "y2", "y3"]].to_numpy(),
}
# Each case: the activation at the end, what compile takes as the loss, the answers, what the
# recipe is told, and cost, activation, reduction and output_reduction of the recipe.
CASES: dict[str, tuple[str, Any, str, dict[str, Any], tuple[str, str, str, str]]] = {
    "mse": (
        "linear", lambda of: "mse", "numbers", BY_NUMBERS,
        ("squared-error", "linear", "mean", "mean"),
    ),
    "mse of classes": (
        "sigmoid", lambda of: of.MeanSquaredError(), "one hot", BY_KIND,
        ("squared-error", "sigmoid", "mean", "mean"),
    ),
    "mse summed up": (
        "softsign", lambda of: of.MeanSquaredError(reduction="sum"), "numbers", BY_NUMBERS,
        ("squared-error", "softsign", "sum", "mean"),
    ),
    "mae": (
        "linear", lambda of: of.mean_absolute_error, "numbers", BY_NUMBERS,
        ("absolute-error", "linear", "mean", "mean"),
    ),
    "categorical": (
        "softmax", lambda of: "categorical_crossentropy", "one hot", BY_KIND,
        ("cross-entropy", "softmax", "mean", "sum"),
    ),
    "sparse": (
        "softmax", lambda of: "sparse_categorical_crossentropy", "classes", BY_KIND,
        ("cross-entropy", "softmax", "mean", "sum"),
    ),
    "sparse logits": (
        "linear", lambda of: of.SparseCategoricalCrossentropy(from_logits=True), "classes",
        BY_KIND, ("cross-entropy", "softmax", "mean", "sum"),
    ),
    "categorical logits summed up": (
        "linear", lambda of: [of.CategoricalCrossentropy(from_logits=True, reduction="sum")],
        "one hot", BY_KIND, ("cross-entropy", "softmax", "sum", "sum"),
    ),
    "binary": (
        "sigmoid", lambda of: "binary_crossentropy", "late", BY_LATE,
        ("cross-entropy", "sigmoid", "mean", "mean"),
    ),
    "binary of several": (
        "sigmoid", lambda of: "bce", "numbers", BY_NUMBERS,
        ("cross-entropy", "sigmoid", "mean", "mean"),
    ),
    "binary logits of classes": (
        "linear", lambda of: of.BinaryCrossentropy(from_logits=True), "one hot", BY_KIND,
        ("cross-entropy", "sigmoid", "mean", "mean"),
    ),
}  # fmt: skip
HIDDEN = {
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
}
RULES: dict[str, Callable[[Any], Any]] = {
    "gradient-descent": lambda of: of.SGD(RATE),
    "momentum": lambda of: of.SGD(RATE, momentum=0.75),
    "nesterov": lambda of: of.SGD(RATE, momentum=0.75, nesterov=True),
}


def net(keras: Any, hidden: str = "tanh", outputs: int = 3, end: str = "linear") -> Any:
    """4 → 5 → 4 → outputs, weights and biases drawn."""
    dense = keras.layers.Dense
    model = keras.Sequential([
        keras.Input((4,)), dense(5, hidden), dense(4, hidden), dense(outputs, end),
    ])  # fmt: skip
    return drawn(model)


def drawn(model: Any) -> Any:
    """The model with weights of our own: Keras' biases begin with 0."""
    random = np.random.default_rng(8)
    model.set_weights([random.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    return model


def parameters(model: Any) -> Array:
    """Those of a model of Dense layers, in the sheet's order."""
    weights = model.get_weights()
    return as_row([kernel.T for kernel in weights[::2]], weights[1::2])


def loss_of(model: Any, x: Array, y: Array) -> float:
    """The loss itself; what Keras reports is a running mean in float32."""
    loss = model.compute_loss(y=y, y_pred=model(x))
    return float(import_module("keras").ops.convert_to_numpy(loss))


def _check_steps(model: Any, recipe: xb.Recipe, x: Array, y: Array) -> None:
    """See that each of Keras' own steps, batch by batch in turn, is that of the recipe."""
    trace, step = xb.run(recipe), 0
    for _ in range(recipe.epochs):
        for first in range(0, len(x), BATCH):
            assert_close(trace.parameter_values[step], parameters(model))
            batch = slice(first, first + BATCH)
            assert_close(trace.cost[step], loss_of(model, x[batch], y[batch]))
            model.train_on_batch(x[batch], y[batch])
            step += 1
    assert_close(trace.parameter_values[step], parameters(model))


@pytest.mark.parametrize("case", CASES)
def test_a_compiled_model_goes_step_by_step_with_its_recipe(keras, case):
    end, loss, kind, told, wanted = CASES[case]
    y = ANSWERS[kind]()
    model = net(keras, outputs=y.shape[1] if y.ndim == 2 else 3, end=end)
    model.compile(loss=loss(keras.losses), optimizer=keras.optimizers.SGD(RATE))
    recipe = xb.from_keras(model, DATA, **IN_TURN, **told)
    output = recipe.layers[-1].activation
    assert (recipe.cost, output, recipe.reduction, recipe.output_reduction) == wanted
    assert (recipe.eta, recipe.rule) == (RATE, "gradient-descent")
    _check_steps(model, recipe, DATA[FOUR].to_numpy(), y)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_fit_ends_where_the_recipe_ends(keras, hidden, rule):
    model = net(keras, hidden)
    model.compile(loss="mse", optimizer=RULES[rule](keras.optimizers))
    recipe = xb.from_keras(model, DATA, **IN_TURN, **BY_NUMBERS)
    assert (recipe.rule, recipe.layers[0].activation) == (rule, HIDDEN[hidden])
    trace, x = xb.run(recipe), DATA[FOUR].to_numpy()
    outputs = xb.run(xb.from_keras(model, DATA, epochs=0, **BY_NUMBERS)).group("a4")
    assert_close(outputs, model.predict(x, verbose=0))
    model.fit(x, ANSWERS["numbers"](), batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    assert_close(trace.parameter_values[-1], parameters(model))


def test_fit_in_float32_as_is_usual_in_keras_ends_where_the_recipe_ends(keras):
    keras.config.set_floatx("float32")
    model = net(keras)
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(RATE, momentum=0.9))
    recipe = xb.from_keras(model, DATA, **IN_TURN, **BY_NUMBERS)
    x, y = DATA[FOUR].to_numpy(), ANSWERS["numbers"]()
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    found = xb.run(recipe).parameter_values[-1]
    np.testing.assert_allclose(found, parameters(model), rtol=1e-5, atol=1e-6)


def test_the_workbook_agrees_and_its_recipe_comes_back(keras, tmp_path):
    model = net(keras, "leaky_relu")
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(RATE, momentum=0.5))
    recipe = xb.from_keras(model, DATA, epochs=2, batch=BATCH, views=[], **BY_NUMBERS)
    assert xb.from_toml(xb.to_toml(recipe)) == recipe
    xb.write(recipe, tmp_path / "m.xlsx")
    report = xb.check(tmp_path / "m.xlsx")
    assert report.agrees, report.lines()


# Pictures.


def pictures(rows: int, columns: int) -> pd.DataFrame:
    """Pixels row by row, half of them 0 or 1 exactly, so that windows hold equal maxima."""
    random = np.random.default_rng(rows)
    pixels = random.uniform(0, 1, (EXAMPLES, rows * columns))
    pixels[::2] = pixels[::2].round()
    frame = pd.DataFrame(pixels, columns=[f"p{i}" for i in range(rows * columns)])
    return pd.concat([frame, DATA[["y1", "y2", "y3"]]], axis=1)


# Each case: rows and columns of the picture, and the layers.
NETS: dict[str, tuple[tuple[int, int], Any]] = {
    "the book's": (
        (6, 6),
        lambda of: [
            of.Conv2D(3, 3, activation="sigmoid"), of.MaxPooling2D(2),
            of.Flatten(), of.Dense(3, "sigmoid"),
        ],
    ),
    "stacked, same padding, no square": (
        (6, 8),
        lambda of: [
            of.Conv2D(2, 3, padding="same"), of.Activation("tanh"),
            of.MaxPooling2D((2, 2), padding="same"), of.Conv2D(3, (2, 2), activation="relu"),
            of.Conv2D(2, 1), of.LeakyReLU(negative_slope=0.1),
            of.Flatten(), of.Dense(4, "tanh"), of.Dropout(0.0), of.Dense(3),
        ],
    ),
    "strides, and left at the edges": (
        (9, 8),
        lambda of: [
            of.Conv2D(2, 2, strides=2, use_bias=True, activation="softsign"),
            of.AveragePooling2D(2, strides=1), of.Flatten(), of.Dense(3),
        ],
    ),
    "an activation behind the pooling": (
        (7, 7),
        lambda of: [
            of.Conv2D(3, 2), of.MaxPooling2D(2), of.ReLU(), of.Conv2D(2, 2),
            of.ELU(), of.Flatten(), of.Dense(3, "sigmoid"),
        ],
    ),
    "flattened at once": (
        (3, 4),
        lambda of: [of.Flatten(), of.Dense(4, "tanh"), of.Identity(), of.Dense(3)],
    ),
}  # fmt: skip


def convolutional_parameters(model: Any, keras: Any) -> Array:
    """Weights and biases in the sheet's order, map by map; by the layers' own shapes."""
    rows = []
    for layer in model.layers:
        if not layer.weights:
            continue
        kernel, bias = (np.asarray(weight) for weight in layer.get_weights())
        if kernel.ndim == 4:
            table = [kernel[:, :, m, f] for f in range(len(bias)) for m in range(kernel.shape[2])]
            table = np.array(table).reshape(len(bias), -1)
        else:
            shape = _before_flatten(model, layer)
            table = np.array([_map_by_map(kernel[:, unit], shape) for unit in range(len(bias))])
        rows.append(np.column_stack([table, bias]).ravel())
    return np.concatenate(rows)


def _before_flatten(model: Any, dense: Any) -> tuple[int, ...]:
    """What the Flatten before a Dense got; else what the Dense gets."""
    at = model.layers.index(dense)
    flat = at and type(model.layers[at - 1]).__name__ == "Flatten"
    return tuple((model.layers[at - 1] if flat else dense).input.shape[1:])


def _map_by_map(values: Array, shape: tuple[int, ...]) -> list[float]:
    if len(shape) == 1:
        return list(values)
    rows, columns, maps = shape
    return [
        values[(i * columns + j) * maps + m]
        for m in range(maps) for i in range(rows) for j in range(columns)
    ]  # fmt: skip


@pytest.mark.parametrize("case", NETS)
def test_a_convolutional_model_with_its_maps_last_goes_step_by_step_with_its_recipe(keras, case):
    image, layers = NETS[case]
    data = pictures(*image)
    model = drawn(keras.Sequential([keras.Input((*image, 1)), *layers(keras.layers)]))
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(RATE))
    told = {"targets": BY_NUMBERS["targets"], "epochs": EPOCHS}
    recipe = xb.from_keras(model, data, **told)
    assert recipe.image == image
    trace, y = xb.run(recipe), ANSWERS["numbers"]()
    x = data.filter(regex="^p").to_numpy().reshape(EXAMPLES, *image, 1)
    last = trace.group(f"a{trace.network.last}")[:EXAMPLES]
    assert_close(last, model.predict(x, verbose=0))
    for step in range(EPOCHS):
        assert_close(trace.parameter_values[step], convolutional_parameters(model, keras))
        assert_close(trace.cost[step], loss_of(model, x, y))
        model.train_on_batch(x, y)
    assert_close(trace.parameter_values[EPOCHS], convolutional_parameters(model, keras))


@pytest.mark.exhaustive(quick=1)
@pytest.mark.parametrize("case", NETS)
def test_a_workbook_of_a_convolutional_model_agrees(keras, case, tmp_path):
    image, layers = NETS[case]
    model = drawn(keras.Sequential([keras.Input((*image, 1)), *layers(keras.layers)]))
    recipe = xb.from_keras(
        model, pictures(*image), targets=BY_NUMBERS["targets"], epochs=1, views=[]
    )
    xb.write(recipe, tmp_path / "m.xlsx")
    assert xb.check(tmp_path / "m.xlsx").agrees


# What is taken as it is, and what goes before what.


def test_numbers_of_float32_are_taken_as_they_are_and_eta_as_it_was_typed(keras):
    keras.config.set_floatx("float32")
    model = net(keras)
    model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01))
    recipe = xb.from_keras(model, DATA, **BY_NUMBERS)
    assert (recipe.start_parameters() == parameters(model).astype(np.float64)).all()
    assert recipe.eta == 0.01


def test_a_model_that_is_not_compiled_has_the_usual_eta_and_cost(keras):
    recipe = xb.from_keras(net(keras), DATA, **BY_KIND)
    assert (recipe.eta, recipe.epochs, recipe.cost) == (0.1, 20, "cross-entropy")
    assert recipe.layers[-1].activation == "softmax"
    assert (recipe.reduction, recipe.output_reduction) == ("mean", "sum")
    numbers = xb.from_keras(net(keras), DATA, **BY_NUMBERS)
    assert (numbers.cost, numbers.cost_factor) == ("squared-error", 1)


def test_a_given_loss_and_fields_go_before_what_was_compiled(keras):
    model = net(keras)
    model.compile(loss="mse", optimizer="adam")
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    recipe = xb.from_keras(model, DATA, loss=loss, rule="adam", eta=0.02, **BY_KIND)
    assert (recipe.cost, recipe.rule, recipe.eta) == ("cross-entropy", "adam", 0.02)
    named = xb.from_keras(model, DATA, cost="cross-entropy", rule="momentum", **BY_KIND)
    assert (named.cost, named.layers[-1].activation) == ("cross-entropy", "softmax")


def test_a_layer_may_have_no_bias_or_a_fixed_one(keras):
    dense = keras.layers.Dense
    inner = keras.Sequential([dense(5, "tanh", use_bias=False)])
    model = drawn(keras.Sequential([keras.Input((4,)), inner, dense(3)]))
    model.layers[1].bias.trainable = False
    recipe = xb.from_keras(model, DATA, **BY_NUMBERS, epochs=3)
    assert [layer.bias for layer in recipe.layers] == ["none", "fixed"]
    found = xb.run(recipe).group("a3")[:EXAMPLES]
    assert_close(found, model.predict(DATA[FOUR].to_numpy(), verbose=0))


def _regular(keras: Any) -> Any:
    return keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.1))


def _frozen(keras: Any) -> Any:
    return keras.layers.Dense(3, trainable=False)


# Each case: the layers behind four inputs, or behind 6 × 6 pixels, and the sentence.
LAYERS_REFUSED: dict[str, tuple[tuple[int, ...], Any, str]] = {
    "unknown": (
        (4,), lambda of: [of.layers.Dense(3), of.layers.BatchNormalization(), of.layers.Dense(3)],
        "model.layers[1]: got BatchNormalization, wanted one of Sequential, Dense, Conv2D, "
        "MaxPooling2D, AveragePooling2D, Activation, ReLU, LeakyReLU, ELU, Softmax, InputLayer, "
        "Identity, Flatten, Dropout; a workbook can show no other layer, so build the model "
        "without it.",
    ),
    "dropout": (
        (4,), lambda of: [of.layers.Dropout(0.5), of.layers.Dense(3)],
        "model.layers[0].rate: got 0.5 of Dropout, wanted 0, since fit drops units at random and "
        "a workbook draws nothing while it trains; set model.layers[0].rate = 0, or leave the "
        "layer out.",
    ),
    "activation": (
        (4,), lambda of: [of.layers.Dense(3, "gelu")],
        "model.layers[0].activation: got gelu, wanted one of linear, sigmoid, tanh, relu, "
        "leaky_relu, elu, selu, silu, softplus, relu6, hard_tanh, softsign, softmax; a workbook "
        "can show no other.",
    ),
    "two activations": (
        (4,), lambda of: [of.layers.Dense(3, "tanh"), of.layers.ReLU()],
        "model.layers[1]: got relu, wanted each activation behind a Dense or Conv2D of its own; a "
        "layer of a workbook has one activation.",
    ),
    "option": (
        (4,), lambda of: [_regular(of)],
        "model.layers[0].kernel_regularizer: got L2, wanted None, since a workbook has no such "
        "option of Dense; build the model without it.",
    ),
    "frozen": (
        (4,), lambda of: [_frozen(of)],
        "model.layers[0].kernel: got trainable=False, but a workbook trains all weights; set "
        "trainable to True, or freeze nothing but biases.",
    ),
    "no dense": (
        (6, 6, 1), lambda of: [of.layers.Conv2D(2, 3)],
        "model.layers[0]: got Conv2D as the last layer, wanted a Dense with an output for each "
        "class or target; add Flatten and Dense.",
    ),
    "no flatten": (
        (6, 6, 1), lambda of: [of.layers.Conv2D(2, 3), of.layers.Dense(3)],
        "model.layers[1]: got Dense behind rows and columns (4 × 4 × 2), wanted a Flatten before "
        "it; add one.",
    ),
    "same padding": (
        (6, 6, 1), lambda of: [of.layers.Conv2D(2, 2, padding="same")],
        "model.layers[0].padding: got 'same' for a kernel of 2 and a stride of 1, wanted 'valid': "
        "a workbook pads all four sides alike; take an odd kernel and a stride of 1, or 'valid'.",
    ),
    "pooling padded": (
        (6, 6, 1), lambda of: [of.layers.MaxPooling2D(4, padding="same")],
        "model.layers[0].padding: got 'same', wanted 'valid', since a workbook has no padding of "
        "MaxPooling2D; build the model with that.",
    ),
    "no square": (
        (6, 6, 1), lambda of: [of.layers.Conv2D(2, (2, 3))],
        "model.layers[0].kernel_size: got (2, 3), wanted the same number for rows and columns, as "
        "a workbook has it; build the model with that.",
    ),
    "channels": (
        (6, 6, 3), lambda of: [of.layers.Conv2D(2, 2)],
        "model.input_shape: got (None, 6, 6, 3), wanted the number of inputs, or rows, columns "
        "and one channel, since each pixel of a picture is one number; build the model with that.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LAYERS_REFUSED)
def test_a_layer_that_no_workbook_shows_is_refused_with_its_place(keras, case):
    shape, layers, sentence = LAYERS_REFUSED[case]
    model = keras.Sequential([keras.Input(shape), *layers(keras)])
    with pytest.raises(RecipeError) as caught:
        xb.from_keras(model, DATA, **BY_NUMBERS)
    assert str(caught.value) == sentence


# Each case: what compile takes, further fields, and the sentence.
TRAININGS_REFUSED: dict[str, tuple[Any, dict[str, Any], str]] = {
    "adam": (
        lambda of: {"loss": "mse", "optimizer": "adam"}, {},
        "model.optimizer: got Adam, wanted SGD, since no update rule takes the very same steps "
        "(adam adds its ε at another place than Keras does); compile with SGD, or give a rule of "
        "your own, such as rule='adam', and its eta.",
    ),
    "option": (
        lambda of: {"loss": "mse", "optimizer": of.optimizers.SGD(clipnorm=1.0)}, {},
        "model.optimizer.clipnorm: got 1.0, wanted None, since a workbook has no such option of "
        "SGD; compile the model without it.",
    ),
    "schedule": (
        lambda of: {
            "loss": "mse",
            "optimizer": of.optimizers.SGD(of.optimizers.schedules.ExponentialDecay(0.1, 9, 0.5)),
        }, {},
        "model.optimizer.learning_rate: got a schedule, wanted a number; give the eta that it "
        "begins with and a schedule of your own, such as schedule='constant'.",
    ),
    "loss": (
        lambda of: {"loss": "kl_divergence"}, {},
        "loss: got kl_divergence, wanted one of MeanSquaredError, MeanAbsoluteError, "
        "BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy of "
        "keras.losses; or leave it out of compile and name the cost.",
    ),
    "smoothing": (
        lambda of: {"loss": of.losses.CategoricalCrossentropy(label_smoothing=0.1)}, {},
        "loss.label_smoothing: got 0.1 of CategoricalCrossentropy, wanted 0, since a workbook has "
        "no such option.",
    ),
    "reduction": (
        lambda of: {"loss": of.losses.MeanSquaredError(reduction=None)}, {},
        "loss.reduction: got None of MeanSquaredError, wanted one of sum_over_batch_size, mean, "
        "mean_with_sample_weight, sum, since a workbook has no other.",
    ),
    "end": (
        lambda of: {"loss": "sparse_categorical_crossentropy"}, {},
        "loss: got SparseCategoricalCrossentropy(from_logits=False) for a model that ends with "
        "linear outputs, wanted one that ends with softmax ones; change from_logits, or take the "
        "loss that goes with them.",
    ),
    "weights": (
        lambda of: {"loss": "mse", "loss_weights": [2.0]}, {},
        "model: compile was told loss_weights=[2.0], wanted none, since a workbook has one loss; "
        "compile without them.",
    ),
    "twice": (
        lambda of: {}, {"loss": "mse", "cost": "squared-error"},
        "cost: got 'squared-error', but the loss decides it; leave one out.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TRAININGS_REFUSED)
def test_a_loss_or_optimizer_that_no_recipe_follows_is_told_in_one_sentence(keras, case):
    compiled, fields, sentence = TRAININGS_REFUSED[case]
    model = net(keras)
    model.compile(**{"optimizer": "sgd", **compiled(keras)})
    with pytest.raises(RecipeError) as caught:
        xb.from_keras(model, DATA, **BY_NUMBERS, **fields)
    assert str(caught.value) == sentence


def test_what_is_no_sequential_or_not_built_is_refused(keras):
    with pytest.raises(RecipeError, match=r"^model: got str, wanted a keras\.Sequential"):
        xb.from_keras("m.keras", DATA, **BY_NUMBERS)
    with pytest.raises(RecipeError, match=r"^model: it isn't built, "):
        xb.from_keras(keras.Sequential([keras.layers.Dense(3)]), DATA, **BY_NUMBERS)


def test_without_a_backend_keras_cannot_be_imported_and_the_sentence_names_some(keras):
    """A process of its own, as a module is imported once."""
    code = (
        "import sys; sys.modules['tensorflow'] = None; import xlbackprop as xb\n"
        "try: xb.from_keras(None, 'no.csv', label='y')\n"
        "except xb.XlbackpropError as error: print(error)\n"
    )
    chosen = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", code], env=chosen, capture_output=True, text=True)
    assert re.fullmatch(
        r"model: keras can't be imported for want of its backend \(.*tensorflow.*\); install one "
        r"of tensorflow, torch and jax, and say which in the environment, such as "
        r"KERAS_BACKEND=torch\.\n",
        done.stdout,
    ), done


def test_another_picture_than_the_models_is_refused(keras):
    model = keras.Sequential([keras.Input((3, 4, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(3))
    with pytest.raises(RecipeError) as caught:
        xb.from_keras(model, pictures(3, 4), targets=BY_NUMBERS["targets"], image=[4, 3])
    assert str(caught.value) == (
        "image: got [4, 3], but the model takes pictures of 3 × 4; leave it out."
    )
