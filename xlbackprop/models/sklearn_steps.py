"""What stands around a network of scikit-learn: searches, pipelines, models of a single layer.

A search gives its best model, a pipeline of a scaler and a model both. A fitted LogisticRegression,
LinearRegression or Perceptron is seen as the network of one layer that it is.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.scalings import SCALINGS, scale
from xlbackprop.errors import RecipeError
from xlbackprop.models.model import library
from xlbackprop.recipe.read import Columns

SCALERS = {
    "StandardScaler": ("z-score", "m", "mean_"),
    "MinMaxScaler": ("min-max", "min", "data_min_"),
}
WIDTHS = {"StandardScaler": "scale_", "MinMaxScaler": "data_range_"}
# Fields that go with what a model of one layer answers; no cost of a recipe is a Perceptron's own.
LINEAR: dict[str, dict[str, Any]] = {
    "LogisticRegression": {"cost": "cross-entropy"},
    "LinearRegression": {"cost": "squared-error"},
    "Perceptron": {"cost": "hinge", "epochs": 0},
}


def best_of(model: Any) -> Any:
    """The best model of a search that refitted it; any other model itself."""
    return getattr(model, "best_estimator_", model)


def split(model: Any) -> tuple[Any, Any]:
    """A pipeline's scaler, or None, and its last step; of any other model None and itself.

    Raises:
        RecipeError: a step that no workbook can show.
    """
    if not isinstance(model, library("sklearn.pipeline", "scikit-learn").Pipeline):
        return None, model
    *before, (_, last) = model.steps
    before = [(name, step) for name, step in before if step not in (None, "passthrough")]
    for place, (name, step) in enumerate(before):
        if type(step).__name__ not in SCALERS or place:
            raise RecipeError(
                f"model[{name!r}]: got {type(step).__name__}, wanted one StandardScaler or "
                "MinMaxScaler before the model; give the last step, and data as the steps before "
                "it leave them."
            )
    return (before[0][1] if before else None), last


def scaling_of(scaler: Any) -> str:
    """The scaling of a recipe that does what a scaler does.

    Raises:
        RecipeError: it has an option that no scaling has.
    """
    kind = type(scaler).__name__
    usual = type(scaler)().get_params()
    for name, value in scaler.get_params().items():
        if name != "copy" and value != usual[name]:
            raise RecipeError(
                f"model: {kind}.{name}: got {value!r}, wanted {usual[name]!r}, since a workbook "
                "has no such option; build the pipeline without it."
            )
    return SCALERS[kind][0]


def check_statistics(scaler: Any, columns: Columns) -> None:
    """See that a fitted scaler met the data of the workbook, which scales by their statistics.

    Raises:
        RecipeError: it was fitted to others.
    """
    kind = type(scaler).__name__
    name, middle, attribute = SCALERS[kind]
    if not hasattr(scaler, attribute):
        return
    scaling = SCALINGS[name]
    known = scale(scaling, columns.data.numbers(columns.inputs)).statistics
    pairs = ((known[middle], attribute), (scaling.width(known), WIDTHS[kind]))
    for ours, attribute in pairs:
        theirs = getattr(scaler, attribute)
        if not np.allclose(ours, theirs, rtol=1e-12, atol=1e-12):
            raise RecipeError(
                f"model: {kind}.{attribute}: got {theirs.tolist()}, wanted "
                f"{ours.tolist()}, that of the data; a workbook scales by its own data, so give "
                "those that the pipeline was fitted to."
            )


def as_network(model: Any) -> Any:
    """A fitted model of ``LINEAR`` as an MLP without hidden layers, with its fields as ``usual``.

    Raises:
        RecipeError: it isn't fitted.
    """
    kind = type(model).__name__
    if not hasattr(model, "coef_"):
        raise RecipeError(f"model: got a {kind} that isn't fitted, wanted a fitted one; call fit.")
    coefs = np.atleast_2d(model.coef_)
    intercepts = np.broadcast_to(np.asarray(model.intercept_, dtype=float), (len(coefs),))
    if kind == "Perceptron":
        coefs, intercepts = _one_for_each(coefs), _one_for_each(intercepts)
    outputs = len(coefs)
    tells = "softmax" if outputs > 1 else "logistic"
    names = {"feature_names_in_": model.feature_names_in_} if _named(model) else {}
    return SimpleNamespace(
        coefs_=[coefs.T],
        intercepts_=[intercepts],
        activation="identity",
        out_activation_=tells if kind == "LogisticRegression" else "identity",
        n_outputs_=outputs,
        n_features_in_=model.n_features_in_,
        usual=LINEAR[kind],
        **names,
        **({"classes_": model.classes_} if hasattr(model, "classes_") else {}),
    )


def _one_for_each(rows: Array) -> Array:
    """Of two classes the first gets zeros: the other wins above 0 only, as scikit-learn has it."""
    return np.concatenate([np.zeros_like(rows), rows]) if len(rows) == 1 else rows


def _named(model: Any) -> bool:
    return hasattr(model, "feature_names_in_")
