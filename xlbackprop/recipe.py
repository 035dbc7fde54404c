"""A recipe: everything that decides a workbook, frozen and checked.

What must fit together is checked here, when a recipe is made; the rest of the package trusts it.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlbackprop import data as training_data
from xlbackprop.data import Table
from xlbackprop.errors import RecipeError
from xlbackprop.network.costs import COST_ENTRIES, find_cost
from xlbackprop.network.dense import Dense
from xlbackprop.network.updates import RULES, SCHEDULES, Learning

Array = NDArray[np.float64]
Nested = tuple[Any, ...]
RANGES = {  # of each setting: at least, below
    "momentum": (0.0, 1.0),
    "beta_1": (0.0, 1.0),
    "beta_2": (0.0, 1.0),
    "epsilon": (1e-300, math.inf),
    "drop": (1e-300, math.inf),
    "every": (1.0, math.inf),
    "slowdown": (0.0, math.inf),
    "weight_decay": (0.0, math.inf),
}
REASONS = {
    ("hinge", "sigmoid"): " (they stay between 0 and 1, so a distance of 1 is never reached)",
    ("hinge", "softmax"): " (they stay between 0 and 1, so a distance of 1 is never reached)",
}


@dataclass(frozen=True)
class Given:
    """Starting parameters written out: for layer l the arrays ``w<l>`` and ``b<l>``."""

    arrays: tuple[tuple[str, Nested], ...]


@dataclass(frozen=True)
class Normal:
    """Starting parameters drawn from a normal distribution by the recipe's seed."""

    mean: float = 0.0
    sd: float = 1.0


@dataclass(frozen=True)
class Scaled:
    """Weights drawn from a normal distribution as wide as suits each layer; biases start at 0.

    Attributes:
        kind: a name of ``SCALES``.
    """

    kind: str


# Standard deviation of a layer's weights, from its number of inputs and of units.
SCALES: Mapping[str, Callable[[int, int], float]] = {
    "xavier": lambda inputs, units: math.sqrt(2 / (inputs + units)),  # Glorot and Bengio 2010
    "he": lambda inputs, units: math.sqrt(2 / inputs),  # He et al. 2015
    "zeros": lambda inputs, units: 0.0,
}


@dataclass(frozen=True)
class Recipe:
    """What to build; checked when it is made.

    Attributes:
        name: short name, also the workbook's file name.
        title: what the workbook is called; empty for a lesson, whose title is in the catalogues.
        data: the training examples.
        inputs: the columns that are inputs.
        label: the column with the class of each example; empty when targets are given as numbers.
        targets: the columns with target numbers; empty when there is a label.
        image: (rows, columns) of the picture that the inputs form; empty when they form none.
        layers: hidden layers and the output layer.
        cost: a name of ``COSTS``.
        rule: a name of ``RULES``.
        eta: learning rate η, above 0.
        epochs: how often all examples are seen, at least 1.
        seed: decides everything that is drawn.
        start: where the parameters begin.
        lang: language of the workbook, ``en`` or ``zh``.
        schedule: a name of ``SCHEDULES``: how η changes from step to step.
        settings: those of rule and schedule by name, and ``weight_decay`` where weights decay.
        class_order: the classes in the order of the outputs; empty for those of the data, sorted.
        missing: a name of ``missing.CHOICES``: what happened to rows with a missing entry when
            the data entered; ``data`` has none.

    Raises:
        RecipeError: the fields don't fit together.
        DataError: the data can't be used.
    """

    name: str
    title: str
    data: Table
    inputs: tuple[str, ...]
    label: str
    targets: tuple[str, ...]
    image: tuple[int, ...]
    layers: tuple[Dense, ...]
    cost: str
    rule: str
    eta: float
    epochs: int
    seed: int
    start: Given | Normal | Scaled
    lang: str
    schedule: str = "constant"
    settings: tuple[tuple[str, float], ...] = ()
    class_order: tuple[training_data.Entry, ...] = ()
    missing: str = "refuse"

    def __post_init__(self) -> None:
        learning, given = self.learning(), dict(self.settings)
        usual = {**learning.rule.settings, **learning.schedule.settings}
        object.__setattr__(self, "settings", tuple((usual | given).items()))
        _check(self)

    def x(self) -> Array:
        """Inputs, (examples, inputs)."""
        return self.data.numbers(self.inputs)

    def labels(self) -> tuple[training_data.Entry, ...]:
        """Class of each example; empty when targets are given as numbers."""
        return self.data.labels(self.label) if self.label else ()

    def classes(self) -> tuple[training_data.Entry, ...]:
        """The classes in the order of the outputs: numbers before names, each ascending."""
        if self.class_order:
            return self.class_order
        return tuple(sorted(set(self.labels()), key=lambda entry: (isinstance(entry, str), entry)))

    def t(self) -> Array:
        """Targets, (examples, outputs): 1 for the example's class and 0 elsewhere, or numbers."""
        if not self.label:
            return self.data.numbers(self.targets)
        classes = self.classes()
        return np.array([[float(label == c) for c in classes] for label in self.labels()])

    def answers(self) -> bool:
        """Whether outputs are answers that are right or wrong, and not just numbers to meet."""
        if self.label:
            return True
        shares = ("sigmoid", "softmax", "step")
        t = self.t()
        return self.layers[-1].activation in shares and bool(((t >= 0) & (t <= 1)).all())

    def learning(self) -> Learning:
        """What happens between two steps."""
        decays = "weight_decay" in dict(self.settings)
        return Learning(RULES[self.rule], SCHEDULES[self.schedule], decays)

    def widths(self) -> tuple[int, ...]:
        """Number of values in each layer, inputs first: (12, 3, 2)."""
        return (len(self.inputs), *(layer.units for layer in self.layers))

    def start_parameters(self) -> Array:
        """Starting parameters of all layers in the sheet's order, (parameters,)."""
        random = np.random.default_rng(self.seed)
        rows = []
        for number, (layer, before) in enumerate(zip(self.layers, self.widths(), strict=False), 2):
            shape = layer.weight_shape(before)
            if isinstance(self.start, Given):
                given = dict(self.start.arrays)
                weights = np.array(given[f"w{number}"])
                biases = np.array(given.get(f"b{number}", ()))
            elif isinstance(self.start, Scaled):
                sd = SCALES[self.start.kind](before, layer.units)
                weights = random.normal(0.0, sd, shape)
                biases = np.zeros(layer.bias_shape())
            else:
                weights = random.normal(self.start.mean, self.start.sd, shape)
                biases = random.normal(self.start.mean, self.start.sd, layer.bias_shape())
            rows.append(layer.pack(weights.astype(float), biases.astype(float)))
        return np.concatenate(rows)

    def with_numbers(
        self,
        *,
        x: Array,
        labels: Sequence[training_data.Entry],
        targets: Array | None,
        eta: float,
        start: Array,
        settings: Mapping[str, float] | None = None,
    ) -> "Recipe":
        """A copy with other numbers in the same places.

        Args:
            x: (examples, inputs).
            labels: class of each example; unused when the recipe has no label.
            targets: (examples, outputs); None when the recipe has a label.
            eta: learning rate.
            start: starting parameters in the sheet's order, (parameters,).
            settings: settings of rule and schedule; the recipe's own where left out.

        Raises:
            RecipeError: the numbers don't fit together.
            DataError: one of them isn't a number.
        """
        columns: dict[str, Sequence[training_data.Entry]] = {}
        columns |= {name: x[:, i].tolist() for i, name in enumerate(self.inputs)}
        if targets is not None:
            columns |= {name: targets[:, k].tolist() for k, name in enumerate(self.targets)}
        if self.label:
            columns[self.label] = labels
        return self.changed(
            data=self.data.replaced(columns),
            eta=eta,
            settings=self.settings if settings is None else tuple(settings.items()),
            start=self._given(start),
            # A class that no example has any more keeps its output.
            class_order=self.class_order if set(labels) == set(self.classes()) else self.classes(),
        )

    def _given(self, start: Array) -> Given:
        arrays: list[tuple[str, Nested]] = []
        rest = start
        for number, (layer, before) in enumerate(zip(self.layers, self.widths(), strict=False), 2):
            size = len(layer.parameter_labels(number, before))
            weights, biases = layer.unpack(rest[:size])
            arrays.append((f"w{number}", _tuples(weights)))
            if layer.bias != "none":
                arrays.append((f"b{number}", _tuples(biases)))
            rest = rest[size:]
        return Given(tuple(arrays))

    def changed(self, **changes: Any) -> "Recipe":
        """A copy with some fields replaced, checked again.

        Raises:
            RecipeError: the fields don't fit together.
            DataError: the data can't be used.
        """
        return replace(self, **changes)


def _tuples(array: Array) -> Nested:
    return tuple(_tuples(item) if item.ndim else float(item) for item in array)


# What must fit together.


def _check(recipe: Recipe) -> None:
    if not recipe.eta > 0 or not math.isfinite(recipe.eta):
        raise RecipeError(f"eta: got {recipe.eta:g}, wanted a learning rate above 0, such as 0.2.")
    if recipe.epochs < 1:
        raise RecipeError(f"epochs: got {recipe.epochs}, wanted a whole number of at least 1.")
    _check_columns(recipe)
    recipe.x()
    _check_outputs(recipe)
    _check_learning(recipe)
    _check_settings(recipe)
    if isinstance(recipe.start, Given):
        _check_given(recipe, dict(recipe.start.arrays))


def _check_columns(recipe: Recipe) -> None:
    if bool(recipe.label) == bool(recipe.targets):
        raise RecipeError(
            "label, targets: wanted exactly one of them: the column with each example's class, or "
            "the columns with target numbers."
        )
    if not recipe.inputs:
        raise RecipeError("inputs: no column is left to be an input; name at least one.")
    for field, names in (("inputs", recipe.inputs), ("targets", recipe.targets)):
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise RecipeError(f"{field}: column {twice[0]!r} is named twice; name it once.")
    for column in (*recipe.targets, *([recipe.label] if recipe.label else [])):
        recipe.data.position(column)
        if column in recipe.inputs:
            raise RecipeError(f"inputs: column {column!r} is also a target; name it only once.")
    _check_capitals(recipe)
    if recipe.image and math.prod(recipe.image) != len(recipe.inputs):
        rows, columns = recipe.image
        raise RecipeError(
            f"image: got {rows} × {columns} = {rows * columns} pixels, but the data have "
            f"{len(recipe.inputs)} input columns; make both equal or leave `image` out."
        )


def _check_capitals(recipe: Recipe) -> None:
    seen: dict[str, str] = {}
    for item in recipe.classes():
        if isinstance(item, str) and (twin := seen.setdefault(item.casefold(), item)) != item:
            raise RecipeError(
                f"label: the classes {twin!r} and {item!r} differ only in capitals, which a "
                "spreadsheet takes for equal; rename one of them."
            )


def _check_outputs(recipe: Recipe) -> None:
    outputs, wanted = recipe.layers[-1].units, recipe.t().shape[1]
    if outputs != wanted:
        what = (
            f"{wanted} classes ({', '.join(_printed(c) for c in recipe.classes()[:8])})"
            if recipe.label
            else f"{wanted} target column{'s' if wanted > 1 else ''}"
        )
        last = len(recipe.layers) - 1
        raise RecipeError(
            f"layers[{last}].units: got {outputs} output units for {what}; wanted {wanted}."
        )


def _printed(item: training_data.Entry) -> str:
    return item if isinstance(item, str) else f"{item:g}"


def _check_learning(recipe: Recipe) -> None:
    """See that activations stand where they work and go with the cost."""
    last = len(recipe.layers) - 1
    for index, layer in enumerate(recipe.layers):
        where = f"layers[{index}].activation"
        if layer.activation == "softmax" and (index < last or layer.units < 2):
            place = "is not the last" if index < last else "has one unit"
            raise RecipeError(
                f"{where}: got softmax in a layer that {place}, wanted it in an output layer of at "
                "least 2 units; use sigmoid here."
            )
        if layer.activation == "step":
            raise RecipeError(
                f"{where}: got step, which can't be trained: its slope is 0 wherever it has one, "
                "so no gradient tells a weight which way to go; use sigmoid."
            )
    activation = recipe.layers[last].activation
    cost = find_cost(recipe.cost, activation)
    if cost is None:
        fitting = [e for c in COST_ENTRIES if c.name == recipe.cost for e in c.activations]
        raise RecipeError(
            f"cost: {recipe.cost} does not go with {activation} outputs"
            f"{REASONS.get((recipe.cost, activation), '')}; wanted outputs with "
            f"{' or '.join(fitting)}."
        )
    if cost.needs_classes and recipe.layers[last].units < 2:
        raise RecipeError(
            f"cost: {recipe.cost} with {activation} outputs compares classes; got 1 output, wanted "
            "at least 2."
        )
    if cost.needs_classes and not recipe.label:
        raise RecipeError(
            f"cost: {recipe.cost} with {activation} outputs needs one right class per example; got "
            "target numbers, wanted a label column."
        )


def _check_settings(recipe: Recipe) -> None:
    learning = recipe.learning()
    wanted = [*learning.rule.settings, *learning.schedule.settings]
    for name, value in recipe.settings:
        if name not in (*wanted, "weight_decay"):
            has = f"it has {', '.join(wanted)}" if wanted else "it has none"
            raise RecipeError(
                f"{name}: rule {recipe.rule} with schedule {recipe.schedule} has no such setting; "
                f"{has}."
            )
        low, below = RANGES[name]
        if not low <= value < below:
            most = f" and below {below:g}" if math.isfinite(below) else ""
            raise RecipeError(f"{name}: got {value:g}, wanted a number of at least {low:g}{most}.")


def _check_given(recipe: Recipe, given: Mapping[str, Nested]) -> None:
    for number, (layer, before) in enumerate(zip(recipe.layers, recipe.widths(), strict=False), 2):
        shapes = {f"w{number}": layer.weight_shape(before)}
        if layer.bias != "none":
            shapes[f"b{number}"] = layer.bias_shape()
        for key, wanted in shapes.items():
            if key not in given:
                raise RecipeError(
                    f"start.{key}: it is missing; wanted an array of {_times(wanted)} numbers, or "
                    'start = { kind = "normal" }.'
                )
            got = _shape(given[key], key)
            if got != wanted:
                axes = "units × inputs" if len(wanted) == 2 else "one per unit"
                raise RecipeError(
                    f"start.{key}: got {_times(got)}, wanted {_times(wanted)} ({axes}) for layer "
                    f'{number}; give the right array or start = {{ kind = "normal" }}.'
                )
    numbered = list(enumerate(recipe.layers, 2))
    known = [
        f"{letter}{n}"
        for n, layer in numbered
        for letter in ("w" if layer.bias == "none" else "wb")
    ]
    for key in given:
        check_known(key, known, "start", "array")


def _shape(array: Nested, key: str) -> tuple[int, ...]:
    try:
        return np.array(array, dtype=float).shape
    except ValueError as error:
        raise RecipeError(
            f"start.{key}: its rows differ in length; wanted a rectangle of numbers."
        ) from error


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def check_known(key: str, known: list[str], where: str, what: str) -> None:
    """See that a key is one of those known.

    Raises:
        RecipeError: it isn't; the nearest is suggested.
    """
    if key not in known:
        near = get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"wanted one of {', '.join(known)}."
        raise RecipeError(f"{key}: {where} knows no such {what}; {hint}")
