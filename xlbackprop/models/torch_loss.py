"""Losses of ``torch.nn`` as fields of a recipe: the cost, and over what it is a sum or a mean.

PyTorch's squared error has no ½. A loss is a mean unless it is told to be a sum: over examples and
outputs alike (MSELoss, L1Loss, the BCE losses), or over the examples alone, where only the output
of the right class counts (CrossEntropyLoss, NLLLoss). MultiMarginLoss is divided by the number of
outputs in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlbackprop.errors import RecipeError
from xlbackprop.models.model import kind_of
from xlbackprop.models.torch_modules import LOG_SOFTMAX

DECIDED = ("cost", "reduction", "output_reduction", "cost_factor")  # by a loss


@dataclass(frozen=True)
class Loss:
    """A loss of ``torch.nn``.

    Attributes:
        cost: the cost that it is.
        end: the activation of outputs that it takes; empty for any.
        becomes: the activation of the recipe's outputs where it takes logits; else empty.
        at_rest: its options that no recipe has, as they must be.
    """

    cost: str
    end: str = ""
    becomes: str = ""
    at_rest: Mapping[str, Any] = field(default_factory=dict)


LOSSES = {
    "MSELoss": Loss("squared-error"),
    "L1Loss": Loss("absolute-error"),
    "CrossEntropyLoss": Loss(
        "cross-entropy", "linear", "softmax", {"weight": None, "label_smoothing": 0.0}
    ),
    "NLLLoss": Loss("cross-entropy", LOG_SOFTMAX, at_rest={"weight": None}),
    "BCELoss": Loss("cross-entropy", "sigmoid", at_rest={"weight": None}),
    "BCEWithLogitsLoss": Loss(
        "cross-entropy", "linear", "sigmoid", {"weight": None, "pos_weight": None}
    ),
    "MultiMarginLoss": Loss("hinge", at_rest={"weight": None, "p": 1, "margin": 1.0}),
}


def read_loss(
    loss: Any, activation: str, fields: Mapping[str, Any], nn: Any
) -> tuple[dict[str, Any], str]:
    """Cost and reduction that a loss of ``torch.nn`` stands for, and what logits become.

    Args:
        loss: the loss; None for none.
        activation: with what the model ends.
        fields: the caller's recipe fields.
        nn: ``torch.nn``.

    Raises:
        RecipeError: it is no such loss, has an option that no recipe has, doesn't go with the
            model, or a field says what it decides.
    """
    if loss is None:
        return {}, ""
    kind = kind_of(loss, nn)
    if kind not in LOSSES:
        raise RecipeError(
            f"loss: got {loss if isinstance(loss, str) else type(loss).__name__}, wanted one of "
            f"{', '.join(LOSSES)} of torch.nn, such as torch.nn.MSELoss(); or leave it out and "
            "name the cost."
        )
    for name in DECIDED:
        if name in fields:
            raise RecipeError(
                f"{name}: got {fields[name]!r}, but the loss {kind} decides it; leave one out."
            )
    entry = LOSSES[kind]
    wanted = {**entry.at_rest, "reduction": loss.reduction if loss.reduction != "none" else "mean"}
    for name, value in wanted.items():
        if getattr(loss, name) != value:
            raise RecipeError(
                f"loss.{name}: got {getattr(loss, name)!r} of {kind}, wanted {value!r}, since a "
                "workbook has no such option."
            )
    _check_end(kind, entry, activation)
    return {"cost": entry.cost, "reduction": loss.reduction}, entry.becomes


def _check_end(kind: str, entry: Loss, activation: str) -> None:
    """See that a model ends with what a loss takes."""
    if entry.end not in ("", activation):
        raise RecipeError(
            f"loss: got {kind} for a model that ends with {activation} outputs, wanted one that "
            f"ends with {entry.end} ones; take the loss that goes with them."
        )


def conventions(cost: str, activation: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the loss of that cost in PyTorch is a sum or a mean of, and which parameters decay.

    Args:
        cost: a name of ``COSTS``.
        activation: of the recipe's outputs.
        fields: what is already said of the recipe; a ``reduction`` among it holds for both.
    """
    reduction = fields.get("reduction", "mean")
    outputs = "sum" if reduction == "sum" and cost != "hinge" else "mean"
    one_term = cost == "cross-entropy" and activation == "softmax"
    return {
        "reduction": reduction,
        "output_reduction": "sum" if one_term else outputs,
        **({"cost_factor": 1} if cost == "squared-error" else {}),
        **({"decay_biases": True} if "weight_decay" in fields else {}),
    }
