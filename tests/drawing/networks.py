"""Recipes of networks drawn over everything that a recipe can say.

What doesn't go together is avoided where that is simple; for the rest another one is drawn.
"""

from collections.abc import Callable
from math import prod
from random import Random
from typing import Any

from convolutional import random_layers

from drawing.numbers import SIZES, drawn_column, drawn_number, number_within
from drawing.texts import odd_text
from xlbackprop.data.scalings import SCALINGS
from xlbackprop.errors import XlbackpropError
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import COSTS, find_cost
from xlbackprop.network.layer import BIASES
from xlbackprop.network.normalization import AFFINE
from xlbackprop.network.pooling import TIES
from xlbackprop.network.updates import DECAY, RULES, SCHEDULES, Learning
from xlbackprop.recipe.fields import GRADIENTS, VIEWS
from xlbackprop.recipe.read import from_mapping
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.recipe.starts import SCALES
from xlbackprop.words.bounds import ETA
from xlbackprop.words.catalogue import languages

PAIRS = [
    (cost, activation)
    for cost in COSTS
    for activation in ACTIVATIONS
    if find_cost(cost, activation) is not None
]
OUTRIGHT = [name for name, entry in ACTIVATIONS.items() if not entry.helper]
HIDDEN = [name for name in OUTRIGHT if ACTIVATIONS[name].slope]
SPREADS = (0.3, 1.0, 1.0, 30.0, 1e3, 1e-9, 1e-160, 1e160, 0.0)  # of starting parameters
MOST_DRAWN = 50


def drawn_network(random: Random) -> tuple[Recipe, int]:
    """A recipe, and how many were refused before it."""
    for refused in range(MOST_DRAWN):
        try:
            drawn = _Drawn(random)
            content = drawn.content()
            recipe = from_mapping(content)
            if random.random() < 0.25:
                recipe = from_mapping(content | {"start": drawn.arrays(recipe)})
            return recipe, refused
        except XlbackpropError:
            continue
    raise AssertionError(f"{MOST_DRAWN} recipes in a row were refused")


class _Drawn:
    """A recipe that grows field by field."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cost, self.output = random.choice(PAIRS)
        self.untrained = self.likely(0.12) or self.output == "step"
        self.solver = self.untrained and self.output != "step" and self.likely(0.4)
        self.epochs = 0 if self.untrained else random.choice([1, 1, 2, 3])
        self.size = random.choice(SIZES)
        self.image = (random.randint(2, 5), random.randint(2, 5)) if self.likely(0.3) else ()
        self.inputs = prod(self.image) if self.image else random.randint(1, 4)
        cost = find_cost(self.cost, self.output)
        several = bool(cost and cost.needs_classes) or ACTIVATIONS[self.output].helper is not None
        self.labelled = bool(cost and cost.needs_classes) or self.likely(0.4)
        self.outputs = random.randint(2 if several or self.labelled else 1, 3)
        least = self.outputs if self.labelled else 1
        self.examples = random.randint(least, max(least, 6))
        self.odd = self.likely(0.25)

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def maybe(self, share: float, **fields: Any) -> dict[str, Any]:
        return fields if self.likely(share) else {}

    def text(self, usual: str) -> str:
        return odd_text(self.random) if self.odd and self.likely(0.6) else usual

    def number(self) -> float:
        return drawn_number(self.random, self.size)

    def content(self) -> dict[str, Any]:
        """All fields, as TOML would give them."""
        layers = self._layers()
        return {
            **self._data(),
            **self.maybe(0.3, title=self.text("A network")),
            "layers": layers,
            "cost": self.cost,
            **self._learning(),
            **self._steps(),
            **self._start(),
            **self._sheets(),
        }

    # Data.

    def _data(self) -> dict[str, Any]:
        random, count = self.random, self.examples
        names = [self.text(f"x{i + 1}") for i in range(self.inputs)]
        sizes = [self.size if self.likely(0.7) else random.choice(SIZES) for _ in names]
        columns: list[list[Any]] = [drawn_column(random, size, count) for size in sizes]
        if self.image and self.likely(0.5):  # black and white
            columns = [[float(random.randint(0, 1)) for _ in range(count)] for _ in names]
        answers = self._labels() if self.labelled else self._targets()
        order = list(range(len(names) + len(answers["columns"])))
        if self.likely(0.3):
            random.shuffle(order)
        all_names = [*names, *answers.pop("names")]
        table = [*columns, *answers.pop("columns")]
        fields: dict[str, Any] = {
            "data": {
                "columns": [all_names[i] for i in order],
                "rows": [[table[i][n] for i in order] for n in range(count)],
            }
        }
        some = self.maybe(0.3, inputs=names)
        return fields | some | answers | ({"image": list(self.image)} if self.image else {})

    def _targets(self) -> dict[str, Any]:
        names = [self.text(f"y{k + 1}") for k in range(self.outputs)]
        shares = [[round(self.random.random(), 3) for _ in range(self.examples)] for _ in names]
        entry = ACTIVATIONS[self.output]
        size = self.size if entry.high > 1 or self.likely(0.2) else ""
        drawn = [drawn_column(self.random, size, self.examples) for _ in names] if size else shares
        return {"targets": names, "names": names, "columns": drawn}

    def _labels(self) -> dict[str, Any]:
        classes: list[Any] = [self.text(f"class {k + 1}") for k in range(self.outputs)]
        if self.likely(0.3):
            classes = self.random.sample([0, 1, 2.5, -3, 7, 1e6, 0.1, 1 / 3], self.outputs)
        name = self.text("kind")
        labels = [classes[n % self.outputs] for n in range(self.examples)]
        order = self.maybe(0.3, class_order=self.random.sample(classes, self.outputs))
        return {"label": name, "names": [name], "columns": [labels], **order}

    # Layers.

    def _layers(self) -> list[dict[str, Any]]:
        hidden = OUTRIGHT if self.untrained and not self.solver else HIDDEN
        layers: list[dict[str, Any]] = []
        if self.image and self.likely(0.8):
            layers += random_layers(self.image, self.random.choice, hidden)
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            layers.append({"units": self.random.randint(1, 3)})
            layers[-1] |= self.maybe(0.9, activation=self.random.choice(hidden))
        layers = [one for layer in layers for one in (layer, *self._normalized(layer, hidden))]
        layers.append({"units": self.outputs, "activation": self.output})
        for layer in layers:
            if layer.get("kind", "dense") in ("dense", "convolution"):
                layer |= self.maybe(0.5, bias=self.random.choice(BIASES))
            if layer.get("activation") == "leaky-relu":
                layer |= self.maybe(0.5, negative_slope=self.random.choice([0.3, 0, 1, -0.5, 2]))
            if layer.get("kind") == "max-pooling":
                layer |= self.maybe(0.5, ties=self.random.choice(TIES))
        return layers

    def _normalized(self, layer: dict[str, Any], hidden: list[str]) -> list[dict[str, Any]]:
        """Perhaps batch normalization behind a layer, with numbers of its own where it has rows."""
        if not self.likely(0.15):
            return []
        rows, size = layer.get("units", layer.get("filters", 0)), self.random.choice(SIZES)
        numbers = {"mean": [drawn_number(self.random, size) for _ in range(rows)]} if rows else {}
        variance = [number_within(self.random, "positive", size) for _ in range(rows)]
        normalized = {
            "kind": "batch-normalization",
            **(self.maybe(0.7, **numbers) if rows else {}),
            **(self.maybe(0.7, variance=variance) if rows else {}),
            **self.maybe(0.3, epsilon=number_within(self.random, "positive", "plain")),
            **self.maybe(0.7, activation=self.random.choice(hidden)),
            **self.maybe(0.3, affine=self.random.choice(AFFINE)),
        }
        return [normalized]

    # Training.

    def _learning(self) -> dict[str, Any]:
        rule, schedule = self.random.choice([*RULES]), self.random.choice([*SCHEDULES])
        decay = self.likely(0.25)
        fields: dict[str, Any] = {"rule": rule, "schedule": schedule, "eta": self._eta()}
        settings = Learning(RULES[rule], SCHEDULES[schedule], decay).settings
        for name, setting in settings.items():
            if name == DECAY or self.likely(0.5):
                fields[name] = number_within(self.random, setting.limit, self.random.choice(SIZES))
        return fields

    def _eta(self) -> float:
        if self.likely(0.75):
            return self.random.choice([0.001, 0.01, 0.1, 0.5])
        return number_within(self.random, ETA, self.random.choice(SIZES))

    def _steps(self) -> dict[str, Any]:
        batch = self.random.choice(["full", None, *range(1, self.examples + 1)])
        fields: dict[str, Any] = {"epochs": self.epochs, "seed": self.random.randint(0, 10**6)}
        fields |= {} if batch is None else {"batch": batch}
        if isinstance(batch, int) and self.epochs and self.likely(0.4):
            numbers = range(1, self.examples + 1)
            fields["order"] = [
                self.random.sample(numbers, self.examples) for _ in range(self.epochs)
            ]
        return fields

    def _start(self) -> dict[str, Any]:
        kind = self.random.choice(["", "normal", "normal", *SCALES])
        if kind == "normal":
            mean = self.maybe(0.2, mean=self.number())
            return {"start": {"kind": kind, "sd": self.random.choice(SPREADS), **mean}}
        return {"start": {"kind": kind}} if kind else {}

    def arrays(self, recipe: Recipe) -> dict[str, Any]:
        """Starting parameters of a recipe, written out."""
        size = self.random.choice(SIZES)
        return {
            name: _filled(shape, lambda: drawn_number(self.random, size))
            for name, shape in recipe.arrays().items()
        }

    # Sheets.

    def _sheets(self) -> dict[str, Any]:
        some = self.random.sample(VIEWS, self.random.randint(1, 3))
        views = self.random.choice([[], [], some, None])
        detail = [1, self.epochs + 1]
        return {
            **({} if views is None else {"views": views}),
            **self.maybe(0.5, gradients=self.random.choice(GRADIENTS)),
            **self.maybe(0.6, scaling=self.random.choice([*SCALINGS])),
            **self.maybe(0.4, lang=self.random.choice(languages())),
            **self.maybe(0.4, detail=self.random.choice(["all", [], detail])),
            **({"solver": True} if self.solver else {}),
        }


def _filled(shape: tuple[int, ...], drawn: Callable[[], float]) -> Any:
    """Nested lists of a shape."""
    return [_filled(shape[1:], drawn) for _ in range(shape[0])] if shape else drawn()
