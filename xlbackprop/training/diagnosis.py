"""A training that goes wrong, told in a sentence: where, why, and what to try instead."""

from dataclasses import replace

import numpy as np

from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.training.eta import MOST_NUMBERS, best_eta
from xlbackprop.training.trace import Trace

RISES, STAYS = 1.001, 0.999  # C_T at the end beside that at the start
HARDLY = 0.8
BETTER = 0.9  # a learning rate is named if with it C_T ends below this part of what it is now
FAR_BETTER = 0.5  # and scaling, if with it C_T ends below this part of what it is without


def diagnosed(recipe: Recipe, trace: Trace) -> tuple[str, ...]:
    """What went wrong, beginning with what to change; empty for a training that went well."""
    if not recipe.epochs:
        return ()
    found = _told(recipe, trace, trace.epoch_cost)
    return (f"training: {found}; {_cure(recipe, trace.epoch_cost[-1])}.",) if found else ()


def _told(recipe: Recipe, trace: Trace, mean: np.ndarray) -> str:
    first, last = float(mean[0]), float(mean[-1])
    lost = np.flatnonzero(~np.isfinite(mean))
    if len(lost):
        epoch = int(lost[0]) + 1
        return f"the numbers become too large to be computed in epoch {epoch}: each step overshoots"
    if dead := _dead(trace):
        return dead
    if last > RISES * first:
        best = int(np.argmin(mean)) + 1
        return (
            f"C_T per example rises from {first:.4g} to {last:.4g}, and is lowest in epoch {best}: "
            "the steps are too long"
        )
    if last > STAYS * first:
        return f"C_T per example stays at {first:.4g}: the steps are too short"
    if recipe.label and last > HARDLY * first and trace.accuracy[-1] <= _chance(recipe):
        share = f"{trace.accuracy[-1]:.0%}"
        return (
            f"{share} right after {recipe.epochs:,} epochs is no more than always naming one class"
        )
    return ""


def _chance(recipe: Recipe) -> float:
    """The share of right answers of somebody who always names the most frequent class."""
    labels = recipe.labels()
    return max(labels.count(item) for item in recipe.classes()) / len(labels)


def _dead(trace: Trace) -> str:
    """A layer before the last whose units are all 0, whatever the example."""
    network, last = trace.network, trace.steps.rows(trace.updates)
    for number, _ in network.numbered():
        if number < network.last and f"a{number}" in trace.slices:
            outputs = trace.group(f"a{number}")
            if not outputs[last].any():
                blocks = [outputs[trace.steps.rows(k)].any() for k in range(trace.updates + 1)]
                since = trace.steps.epoch(len(blocks) - 1 - int(np.argmax(blocks[::-1])))
                since = since + 1 if any(blocks) else 1
                return (
                    f"all units of layer {number} are 0 for every example from epoch {since} on: "
                    "no error passes back through them, and nothing before them learns"
                )
    return ""


def _cure(recipe: Recipe, last: float) -> str:
    """What to change, tried before it is named: η, with scaling where that does far better."""
    if len(recipe.data.rows) * network_of(recipe).columns > MOST_NUMBERS:
        return "try another --eta"
    told, end = _tried(recipe, "")
    if recipe.scaling == "none":
        option = " --scaling z-score"
        scaled, scaled_end = _tried(replace(recipe, scaling="z-score"), option)
        told, end = (scaled, scaled_end) if scaled_end < FAR_BETTER * end else (told, end)
    if not _better(end, last):
        told, end = _tried(replace(recipe, seed=recipe.seed + 1), f" --seed {recipe.seed + 1}")
    if _better(end, last):
        return told
    return "try other layers, or more --epochs: no learning rate that was tried does better"


def _tried(recipe: Recipe, option: str) -> tuple[str, float]:
    """The best learning rate beside an option, in words, and C_T per example at the end."""
    eta, trace = best_eta(recipe)
    end = float(trace.mean_cost[-1])
    told = f"try --eta {eta:g}{option}: C_T per example then ends at {end:.4g}"
    return told, end if np.isfinite(end) else np.inf


def _better(end: float, last: float) -> bool:
    return np.isfinite(end) and (not np.isfinite(last) or end < BETTER * last)
