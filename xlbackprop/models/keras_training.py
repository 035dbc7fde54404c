"""What a Keras model is compiled with, as fields of a recipe: loss and optimizer.

In Keras, too, the squared error has no ½, and a loss is the mean over the outputs, whatever its
reduction, which is over the examples: their mean or their sum. Of the losses of one class that is
right only its output counts. Of the optimizers SGD has steps that an update rule follows; the
others add their ε at another place than the rules of the same names do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xlbackprop.errors import RecipeError
from xlbackprop.models.model import kind_of

DECIDED = ("cost", "reduction", "output_reduction", "cost_factor")  # by a loss
REDUCTIONS = {
    "sum_over_batch_size": "mean",
    "mean": "mean",
    "mean_with_sample_weight": "mean",
    "sum": "sum",
}
AT_REST = {  # options of an optimizer that a recipe doesn't have
    "weight_decay": None,
    "clipnorm": None,
    "clipvalue": None,
    "global_clipnorm": None,
    "use_ema": False,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}


@dataclass(frozen=True)
class Loss:
    """A loss of ``keras.losses``.

    Attributes:
        function: its name as a function.
        cost: the cost that it is.
        end: the activation of outputs that it takes; empty for any.
        at_rest: its options that no recipe has, as they must be.
    """

    function: str
    cost: str
    end: str = ""
    at_rest: Mapping[str, Any] = field(default_factory=dict)


LOSSES = {
    "MeanSquaredError": Loss("mean_squared_error", "squared-error"),
    "MeanAbsoluteError": Loss("mean_absolute_error", "absolute-error"),
    "BinaryCrossentropy": Loss(
        "binary_crossentropy", "cross-entropy", "sigmoid", {"label_smoothing": 0, "axis": -1}
    ),
    "CategoricalCrossentropy": Loss(
        "categorical_crossentropy", "cross-entropy", "softmax", {"label_smoothing": 0, "axis": -1}
    ),
    "SparseCategoricalCrossentropy": Loss(
        "sparse_categorical_crossentropy", "cross-entropy", "softmax", {"ignore_class": None}
    ),
}


def chosen_loss(model: Any, loss: Any, fields: Mapping[str, Any]) -> Any:
    """The loss that holds: the one that is given, else that of ``compile``; None for none.

    Raises:
        RecipeError: a loss is given, and a field says what it decides.
    """
    if loss is None:
        return None if "cost" in fields else getattr(model, "loss", None)
    for name in DECIDED:
        if name in fields:
            raise RecipeError(
                f"{name}: got {fields[name]!r}, but the loss decides it; leave one out."
            )
    return loss


def read_loss(model: Any, loss: Any, activation: str, losses: Any) -> tuple[dict[str, Any], str]:
    """Cost and reduction that a loss stands for, and the activation of the recipe's outputs.

    Args:
        model: the model.
        loss: the loss, as ``compile`` takes it; None for none.
        activation: with what the model ends.
        losses: ``keras.losses``.

    Raises:
        RecipeError: it is no such loss, has an option that no recipe has, or doesn't go with the
            model.
    """
    if loss is None:
        return {}, activation
    kind, found = _resolved(loss, losses)
    entry = LOSSES[kind]
    for name, wanted in entry.at_rest.items():
        if (value := getattr(found, name)) != wanted:
            raise RecipeError(
                f"loss.{name}: got {value!r} of {kind}, wanted {wanted!r}, since a workbook has "
                "no such option."
            )
    if found.reduction not in REDUCTIONS:
        raise RecipeError(
            f"loss.reduction: got {found.reduction!r} of {kind}, wanted one of "
            f"{', '.join(REDUCTIONS)}, since a workbook has no other."
        )
    _check_weights(model)
    _check_end(kind, entry, found, activation)
    return {"cost": entry.cost, "reduction": REDUCTIONS[found.reduction]}, entry.end or activation


def _resolved(loss: Any, losses: Any) -> tuple[str, Any]:
    """A name of ``LOSSES`` and the loss as an object."""
    alone = loss[0] if isinstance(loss, list | tuple) and len(loss) == 1 else loss
    try:
        found = losses.get(alone) if not isinstance(alone, dict) else None
    except ValueError:
        found = None
    for kind, entry in LOSSES.items():
        if found is getattr(losses, entry.function):
            return kind, getattr(losses, kind)()
    if found is not None and (kind := kind_of(found, losses)) in LOSSES:
        return kind, found
    raise RecipeError(
        f"loss: got {loss if isinstance(loss, str) else type(loss).__name__}, wanted one of "
        f"{', '.join(LOSSES)} of keras.losses; or leave it out of compile and name the cost."
    )


def _check_weights(model: Any) -> None:
    """See that compile doesn't weigh the loss."""
    weights = model.get_compile_config().get("loss_weights")
    if weights is not None:
        raise RecipeError(
            f"model: compile was told loss_weights={weights!r}, wanted none, since a workbook has "
            "one loss; compile without them."
        )


def _check_end(kind: str, entry: Loss, found: Any, activation: str) -> None:
    """See that a model ends with what a loss takes."""
    logits = getattr(found, "from_logits", False)
    wanted = "linear" if logits else entry.end
    if wanted not in ("", activation):
        of = f"{kind}(from_logits={logits})"
        raise RecipeError(
            f"loss: got {of} for a model that ends with {activation} outputs, wanted one that "
            f"ends with {wanted} ones; change from_logits, or take the loss that goes with them."
        )


def conventions(cost: str, activation: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the loss of that cost in Keras is a sum or a mean of.

    Args:
        cost: a name of ``COSTS``.
        activation: of the recipe's outputs.
        fields: what is already said of the recipe.
    """
    one_term = cost == "cross-entropy" and activation == "softmax"
    return {
        "reduction": fields.get("reduction", "mean"),
        "output_reduction": "sum" if one_term else "mean",
        **({"cost_factor": 1} if cost == "squared-error" else {}),
    }


def learning(model: Any, fields: Mapping[str, Any], optimizers: Any) -> dict[str, Any]:
    """Update rule, η and settings that stand for those of the optimizer.

    Args:
        model: the model; one that isn't compiled has none.
        fields: the caller's recipe fields; a rule takes the place of the optimizer.
        optimizers: ``keras.optimizers``.

    Raises:
        RecipeError: no update rule follows the optimizer, or it has an option that no recipe has.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or "rule" in fields:
        return {}
    if (kind := _optimizer_kind(optimizer, optimizers)) != "SGD":
        raise RecipeError(
            f"model.optimizer: got {type(optimizer).__name__}, wanted SGD, since no update rule "
            f"takes the very same steps{_nearly(kind)}; compile with SGD, or give a rule of your "
            "own, such as rule='adam', and its eta."
        )
    for name, wanted in AT_REST.items():
        if (value := getattr(optimizer, name, wanted)) != wanted:
            raise RecipeError(
                f"model.optimizer.{name}: got {value!r}, wanted {wanted!r}, since a workbook has "
                "no such option of SGD; compile the model without it."
            )
    eta = {} if "eta" in fields else {"eta": _rate(optimizer, fields)}
    if not optimizer.momentum:
        return {**eta, "rule": "gradient-descent"}
    rule = "nesterov" if optimizer.nesterov else "momentum"
    return {**eta, "rule": rule, "momentum": float(optimizer.momentum)}


def _optimizer_kind(optimizer: Any, optimizers: Any) -> str:
    """The name in ``keras.optimizers``; empty for one that is from elsewhere.

    A backend may have a class of its own for it, derived from that one.
    """
    kind = type(optimizer).__name__
    own = type(optimizer).__module__.partition(".")[0] == "keras"
    return kind if own and isinstance(optimizer, getattr(optimizers, kind, ())) else ""


def _nearly(kind: str) -> str:
    alike = kind.lower() in ("adam", "rmsprop", "adagrad")
    return f" ({kind.lower()} adds its ε at another place than Keras does)" if alike else ""


def _rate(optimizer: Any, fields: Mapping[str, Any]) -> float:
    """The learning rate: the shortest decimal that is the same number where Keras keeps it."""
    config = optimizer.get_config()["learning_rate"]
    if not isinstance(config, int | float):
        raise RecipeError(
            "model.optimizer.learning_rate: got a schedule, wanted a number; give the eta that it "
            "begins with and a schedule of your own, such as schedule='constant'."
        )
    single = "float32" in str(optimizer.learning_rate.dtype)
    return float(str(np.float32(config))) if single else float(config)
