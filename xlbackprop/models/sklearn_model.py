"""scikit-learn's ``MLPClassifier`` and ``MLPRegressor`` as a recipe."""

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from xlbackprop.data.table import Entry, entry_of
from xlbackprop.errors import RecipeError
from xlbackprop.models.model import (
    Model,
    classes_of,
    library,
    listed,
    name_of,
    read_data,
    recipe_of,
)
from xlbackprop.models.sklearn_steps import (
    LINEAR,
    as_network,
    best_of,
    check_statistics,
    scaling_of,
    split,
)
from xlbackprop.network.dense import Dense
from xlbackprop.recipe.read import Columns
from xlbackprop.recipe.recipe import Recipe

ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
OUTPUTS = {"identity": "linear", "logistic": "sigmoid", "softmax": "softmax"}


def from_sklearn(
    model: Any,
    data: Any,
    *,
    label: str = "",
    targets: Iterable[str] = (),
    inputs: Iterable[str] = (),
    **fields: Any,
) -> Recipe:
    """The recipe of an ``MLPClassifier`` or ``MLPRegressor``, fitted or not.

    A fitted model starts with its parameters, and the outputs are those of ``predict_proba`` or
    ``predict``; of one that isn't fitted only the settings are taken, and the start is drawn.

    As in scikit-learn, C_T is the mean over the examples (of a batch), and the squared error has
    a factor ½: η is ``learning_rate_init``, each step of the solver sgd is the one of scikit-learn
    with all examples in a batch, or with as many as the field ``batch`` says, and C_T is its
    ``loss_curve_`` without the penalty. (With several numbers as targets scikit-learn reports the
    mean over them, and steps by the gradient of the sum: C_T is the sum.) In adam's step only ε,
    which scikit-learn adds at another place, makes a difference. ``alpha`` leaves biases alone and
    is divided by the examples of a batch: it becomes ``weight_decay`` = alpha / n, which a smaller
    last batch keeps; leave it out with ``weight_decay=0``. With ``reduction="sum"`` C_T is a sum,
    and each step still scikit-learn's: η is ``learning_rate_init`` / n (of sgd), ``weight_decay``
    is alpha. What decides when to stop and how to make batches (``max_iter``, ``tol``,
    ``early_stopping``, ``batch_size``, ``shuffle``) plays no part.

    A Pipeline of a StandardScaler or MinMaxScaler and such a model brings the scaling along, where
    the data are those that it was fitted to; a search such as GridSearchCV stands for its best
    model. A fitted LogisticRegression, LinearRegression or Perceptron is a network of one layer.
    How the first two are fitted is no training by steps, so η is 0.1 unless it is given, and there
    is no penalty. No cost of a recipe takes the steps of a Perceptron, which learns from wrong
    answers only, one by one: ``epochs`` is 0, and the workbook shows what it answers. Its outputs
    are those of ``decision_function``, linear, and the largest is the answer; of two classes the
    first has 0 as its output. With other ``epochs`` it is trained on with the cost hinge.

    Args:
        model: the model; it isn't changed.
        data: a DataFrame, a file's name, a table, or the two lists ``columns`` and ``rows``.
        label: for a classifier, the column with the class of each example. Two classes have one
            output, which stands for the second of them: a target column of 0 and 1 takes the
            label's place.
        targets: the columns with target numbers: for a regressor, and for a classifier whose
            outputs each answer yes or no (several columns of 0 and 1).
        inputs: the columns that are inputs, in the order of the model's. If left out, those that
            the model was fitted with, where it knows their names; else all others.
        fields: other recipe fields as TOML would give them; they go before those of the model.
            Without them ``epochs`` is 20, but 0 for a Perceptron. A ``rule`` takes the place of
            the solver with all its settings; ``eta`` is then 0.1 unless it is given.

    Raises:
        RecipeError: a model or setting that no recipe follows, or model, data and fields that
            don't fit together; or scikit-learn can't be imported.
        DataError: the data can't be read or used.
    """
    whole = best_of(model)
    scaler, model = split(whole)
    classifies = _is_classifier(model)
    if type(model).__name__ in LINEAR:
        model = as_network(model)
    columns = read_data(
        data,
        label=label,
        targets=targets,
        inputs=listed(inputs) or getattr(whole, "feature_names_in_", ()),
        fields=fields,
        owned=(
            "layers",
            *(["class_order"] if _is_fitted(model) else []),
            *(["scaling"] if scaler else []),
        ),
    )
    if scaler is not None:
        check_statistics(scaler, columns)
        fields = {**fields, "scaling": scaling_of(scaler)}
    _check_question(model, columns, classifies=classifies)
    read = _model(model, columns, fields, classifies=classifies)
    return recipe_of(read, columns, fields, name_of(data))


def _model(model: Any, columns: Columns, fields: Mapping[str, Any], *, classifies: bool) -> Model:
    usual = {
        "cost": "cross-entropy" if classifies else "squared-error",
        **_learning(model, len(columns.data.rows), fields),
    }
    *hidden, output = _layers(model, columns, fields, classifies=classifies)
    return Model(
        inputs=model.n_features_in_ if _is_fitted(model) else 0,
        hidden=tuple(hidden),
        output=output,
        start=_start(model),
        usual=usual,
        classes=_fitted_classes(model) if columns.label else (),
    )


def _is_classifier(model: Any) -> bool:
    """Whether a model is an ``MLPClassifier``, and no ``MLPRegressor``.

    Raises:
        RecipeError: it is neither.
    """
    kinds = library("sklearn.neural_network", "scikit-learn")
    linear = library("sklearn.linear_model", "scikit-learn")
    if type(model) in (getattr(linear, name) for name in LINEAR):
        return type(model) is not linear.LinearRegression
    if not isinstance(model, kinds.MLPClassifier | kinds.MLPRegressor):
        raise RecipeError(
            f"model: got {type(model).__name__}, wanted an MLPClassifier, MLPRegressor, "
            "LogisticRegression, LinearRegression or Perceptron, alone or behind a scaler in a "
            "Pipeline."
        )
    return isinstance(model, kinds.MLPClassifier)


def _is_fitted(model: Any) -> bool:
    return hasattr(model, "coefs_")


def _check_question(model: Any, columns: Columns, *, classifies: bool) -> None:
    """See that what the model answers is what the data ask."""
    if columns.label and not classifies:
        raise RecipeError(
            f"label: got {columns.label!r}, but an MLPRegressor meets numbers; name the columns "
            "of its target numbers with targets=[...]."
        )
    if classifies and len(columns.targets) == 1:
        raise RecipeError(
            f"targets: got {columns.targets[0]!r}, but an MLPClassifier tells classes apart; name "
            f"the column of the classes with label={columns.targets[0]!r}."
        )
    if columns.label and _is_fitted(model) and _answers_each(model):
        raise RecipeError(
            f"label: got {columns.label!r}, but each of the model's {model.n_outputs_} outputs "
            "answers yes or no; name a column of 0 and 1 for each with targets=[...]."
        )


def _answers_each(model: Any) -> bool:
    return bool(model.out_activation_ == "logistic" and model.n_outputs_ > 1)


def _fitted_classes(model: Any) -> tuple[Entry, ...]:
    """The classes of a fitted model as data hold them; empty if it isn't fitted."""
    entries = [entry_of(item) for item in getattr(model, "classes_", np.array(())).tolist()]
    return tuple(entry for entry in entries if entry is not None)


# Layers and their start.


def _layers(
    model: Any, columns: Columns, fields: Mapping[str, Any], *, classifies: bool
) -> tuple[Dense, ...]:
    *hidden, outputs = _units(model, columns, fields)
    activation = _translated(model.activation, "activation", ACTIVATIONS)
    # scikit-learn decides that of the outputs when it fits; until then the data tell.
    regresses = "exp" if getattr(model, "loss", "") == "poisson" else "identity"
    tells_apart = "softmax" if columns.label and outputs > 1 else "logistic"
    chosen = tells_apart if classifies else regresses
    last = _translated(getattr(model, "out_activation_", chosen), "out_activation_", OUTPUTS)
    return (*(Dense(units, activation) for units in hidden), Dense(outputs, last))


def _units(model: Any, columns: Columns, fields: Mapping[str, Any]) -> tuple[int, ...]:
    """Number of units of each layer, the output layer last."""
    if _is_fitted(model):
        return tuple(coefs.shape[1] for coefs in model.coefs_)
    hidden = np.atleast_1d(model.hidden_layer_sizes).tolist()
    if not columns.label:
        return (*hidden, len(columns.targets))
    classes = len(classes_of(columns, fields))
    return (*hidden, classes if classes > 2 else 1)


def _translated(name: str, where: str, names: Mapping[str, str]) -> str:
    if name not in names:
        raise RecipeError(
            f"model.{where}: got {name!r}, wanted one of {', '.join(names)}; a workbook can show "
            "no other."
        )
    return names[name]


def _start(model: Any) -> dict[str, Any]:
    """The parameters as a recipe's start, exactly; drawn if there are none yet."""
    if not _is_fitted(model):
        return {"kind": "xavier"}
    start = {f"w{n}": coefs.T.astype(float).tolist() for n, coefs in enumerate(model.coefs_, 2)}
    biases = enumerate(model.intercepts_, 2)
    return start | {f"b{n}": intercepts.astype(float).tolist() for n, intercepts in biases}


# Learning.


def _learning(model: Any, examples: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Update rule, η and settings that stand for the solver's."""
    if not hasattr(model, "solver"):  # of one layer, and fitted by no steps that a rule follows
        return dict(model.usual)
    seed = model.random_state
    size, sums = _batch_size(examples, fields), fields.get("reduction") == "sum"
    learning = {
        "reduction": "mean",
        "weight_decay": _number(model, "alpha") / (1 if sums else size),
        "seed": int(seed) if isinstance(seed, Integral) else 0,  # None, or a generator's state
    }
    if "rule" in fields:
        return learning
    if model.solver == "adam":
        names = ("beta_1", "beta_2", "epsilon")
        settings = {name: _number(model, name) for name in names}
        return {**learning, "rule": "adam", "eta": _number(model, "learning_rate_init"), **settings}
    if model.solver != "sgd":
        raise RecipeError(
            f"model.solver: got {model.solver!r}, wanted sgd or adam, since no update rule follows "
            "it; give a rule of your own, such as rule='gradient-descent', and its eta."
        )
    return learning | _sgd(model, size if sums else 1, fields)


def _batch_size(examples: int, fields: Mapping[str, Any]) -> int:
    batch = fields.get("batch", "full")
    return batch if isinstance(batch, int) and batch > 0 else examples


def _number(model: Any, name: str) -> float:
    """A setting, which scikit-learn looks at no earlier than when it fits."""
    value = getattr(model, name)
    if not isinstance(value, Real) or isinstance(value, bool):
        raise RecipeError(f"model.{name}: got {value!r}, wanted a number; set one.")
    return float(value)


def _sgd(model: Any, divisor: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    if model.learning_rate != "constant" and "schedule" not in fields:
        raise RecipeError(
            f"model.learning_rate: got {model.learning_rate!r}, wanted 'constant', since no "
            "schedule follows it; give one of your own, such as schedule='constant'."
        )
    eta = {"eta": _number(model, "learning_rate_init") / divisor}
    if not model.momentum:
        return {**eta, "rule": "gradient-descent"}
    rule = "nesterov" if model.nesterovs_momentum else "momentum"
    return {**eta, "rule": rule, "momentum": _number(model, "momentum")}
