"""Recipes of networks for the manifest, drawn from decks so that every choice comes up.

What doesn't go together is mended here: a step isn't trained, a hinge needs classes.
"""

from collections.abc import Mapping
from math import prod
from random import Random
from typing import Any

from manifesting.case import Case, deck

COUNT = 127
KIN = ("elu", "selu", "gelu", "silu", "softplus", "relu6", "hardtanh")  # of relu and tanh
LINEAR = ("linear", "relu", "leaky-relu", "tanh", "softsign", *KIN)
OUTPUTS = (  # costs and the outputs that they go with
    *(("squared-error", name) for name in ("sigmoid", "softmax", "step", *LINEAR)),
    *(("absolute-error", name) for name in ("sigmoid", "softmax", "step", *LINEAR)),
    *(("cross-entropy", name) for name in ("sigmoid", "softmax")),
    *(("hinge", name) for name in LINEAR),
)
HIDDEN = ("sigmoid", "tanh", "softsign", "relu", "leaky-relu", "leaky-relu", "linear", *KIN)
TIES = ("first", "split", "all")
AFFINE = ("trained", "trained", "fixed")
BIASES = ("trained", "fixed", "shared", "none")
RULES: Mapping[str, Mapping[str, float]] = {  # with settings other than the usual ones
    "gradient-descent": {},
    "momentum": {"momentum": 0.8},
    "nesterov": {"momentum": 0.7},
    "adagrad": {"epsilon": 1e-6},
    "rmsprop": {"beta_2": 0.9, "epsilon": 1e-6},
    "adam": {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-7},
}
SCHEDULES: Mapping[str, Mapping[str, float]] = {
    "constant": {},
    "step": {"drop": 0.7, "every": 2.0},
    "inverse-time": {"slowdown": 0.3},
}
VIEWS = (
    *("walkthrough", "predict", "confusion", "gradient-check", "learning-rates"),
    *("pictures", "fit"),
)
CLASSES = {  # of a label column, in the order in which they are met
    "names": ("rose", "iris", "aster"),
    "characters": ("鸢尾", "玫瑰", "紫菀"),
    "numbers": (7, 0, 2.5),
}


def _filters(kernel: int, **others: int) -> dict[str, Any]:
    return {"kind": "convolution", "filters": 2, "kernel": kernel, **others}


def _largest(size: int, **others: int) -> dict[str, Any]:
    return {"kind": "max-pooling", "size": size, **others}


def _mean(size: int, **others: int) -> dict[str, Any]:
    return {"kind": "average-pooling", "size": size, **others}


def _normalized(rows: int = 0, **others: Any) -> dict[str, Any]:
    """Batch normalization, with numbers of its own for so many units or maps."""
    numbers = {"mean": [0.1, -0.2, 0.3][:rows], "variance": [0.5, 2.0, 1.5][:rows]} if rows else {}
    return {"kind": "batch-normalization", **numbers, **others}


PICTURES: tuple[tuple[tuple[int, int], list[dict[str, Any]]], ...] = (  # layers that fit on them
    ((2, 3), []),
    ((3, 2), []),
    ((4, 4), [_filters(3, padding=1), _largest(2)]),
    ((4, 4), [_filters(2, padding=1), _filters(2), _largest(2)]),
    ((4, 4), [_filters(1), _mean(2, stride=2), _filters(2)]),
    ((4, 5), [_filters(3), _largest(2, stride=1)]),
    ((5, 5), [_filters(3, stride=2), _mean(2)]),
    ((5, 5), [_largest(3, stride=2), _filters(2, padding=1)]),
    ((4, 4), [_mean(2, stride=1), _filters(2), _largest(2)]),
    ((4, 4), [_filters(3, padding=1), _normalized(2), _largest(2)]),
    ((3, 3), [_normalized(1, epsilon=0.01), _filters(2), _mean(2), _normalized()]),
)
DECKS: Mapping[str, tuple[Any, ...]] = {
    "form": ("file", "file", "file", "text", "text", "keywords", "keywords", "options"),
    "data": ("inline", "inline", ".csv", ".tsv", ".txt", ".data", ".xlsx", ".xlsm", ".parquet"),
    "outputs": OUTPUTS,
    "answers": ("names", "characters", "numbers", "targets", "targets"),
    "width": (2, 3, 2, 1),  # outputs
    "picture": (*PICTURES, *(None for _ in PICTURES), None, None),
    "inputs": (1, 2, 3, 4),
    "hidden": (0, 1, 1, 2),
    "normalized": (None, None, None, "usual", "own"),
    "rule": tuple(RULES),
    "schedule": tuple(SCHEDULES),
    "settings": ("usual", "own"),
    "weight_decay": (None, None, 0.0, 0.05),
    "decay_biases": (None, None, True, False),
    "reduction": (None, "sum", "mean"),
    "output_reduction": (None, "sum", "mean"),
    "cost_factor": (None, 0.5, 1),
    "batch": (None, "full", 1, 2, 3, "all"),
    "order": (True, False, False),
    "epochs": (1, 2, 3, 1, 2, 3, 0),
    "start": ("given", "kind given", "normal", "usual", "nothing", "xavier", "he", "zeros"),
    "scaling": (None, "none", "min-max", "z-score"),
    "target_scaling": (None, "none", "min-max", "z-score"),
    "gradients": (None, "per-example", "summed"),
    "detail": (None, "all", "first", "last", "both", "nothing"),
    "views": (None, None, None, "nothing", "nothing", "some", *VIEWS),
    "solver": (True, None, None, None, False, None),
    "missing": (None, "refuse", "drop", "zero"),
    "lang": (None, "en", "zh", "zh"),
    "theme": ("", "", "", "", "school.toml", "page.toml"),
}


def networks() -> list[Case]:
    decks = {name: deck(name, choices, COUNT) for name, choices in DECKS.items()}
    hands = [{name: cards[n] for name, cards in decks.items()} for n in range(COUNT)]
    return [
        Network(hand, Random(f"network {n}")).case(f"recipe/network-{n:03}")
        for n, hand in enumerate(hands)
    ]


class Network:
    """A recipe that grows field by field out of a hand of cards, and of chance where none says."""

    def __init__(self, hand: Mapping[str, Any], random: Random) -> None:
        self.hand, self.random = hand, random
        self.cost, self.output = hand["outputs"]
        self.examples = random.randint(4, 7)
        self.given = hand["start"].endswith("given")
        self.solver = bool(hand["solver"]) and self.output != "step"
        self.epochs = 0 if self.solver or self.output == "step" else hand["epochs"]
        self.shape = hand["picture"][0] if hand["picture"] else (hand["inputs"],)
        name = random.choice(["x", "pixel ", "像素"])
        self.inputs = [f"{name}{i + 1}" for i in range(prod(self.shape))]
        several = self.labelled or self.output == "softmax"
        self.width = max(2, hand["width"]) if several else hand["width"]
        self.unused = ["note"] if self.likely(0.5) else []  # columns
        self.layers = self._layers()

    @property
    def labelled(self) -> bool:
        """Whether a column has the class of each example, and not numbers to meet."""
        compared = self.cost == "hinge" or (self.cost, self.output) == ("cross-entropy", "softmax")
        return compared or self.hand["answers"] != "targets"

    def case(self, name: str) -> Case:
        form, data = self.hand["form"], self.hand["data"]
        changed = form in ("keywords", "options")  # of the lesson xor
        table = self._table()
        fields = {
            **self._columns(changed),
            "layers": self.layers,
            **self._ties(),
            **self._learning(),
            **self._steps(),
            **self._start(dotted=changed and self.likely(0.5)),
            **self._sheets(),
        }
        if not (changed and self.given):  # where nothing is drawn a seed is refused
            fields |= self.maybe(0.7, "seed", self.random.randint(0, 99))
        if data == "inline":
            rows = [["" if item is None else item for item in row] for row in table["rows"]]
            fields["data"], table = {"columns": table["columns"], "rows": rows}, {}
        ending = "" if data == "inline" or form == "keywords" else data
        source = "xor" if changed else ""
        return Case(name, fields, form, source, table, ending, self.hand["theme"])

    # Chance.

    def likely(self, share: float) -> bool:
        return self.random.random() < share

    def maybe(self, share: float, key: str, value: Any) -> dict[str, Any]:
        return {key: value} if self.likely(share) else {}

    def number(self, low: float = -1, high: float = 1) -> float:
        return round(self.random.uniform(low, high), 2)

    def numbers(self, *shape: int) -> Any:
        """Nested lists of numbers."""
        return [self.numbers(*shape[1:]) for _ in range(shape[0])] if shape else self.number()

    def card(self, key: str) -> dict[str, Any]:
        """A field that is as its card says, or left out."""
        return {} if self.hand[key] is None else {key: self.hand[key]}

    # Data.

    def _table(self) -> dict[str, list[Any]]:
        dark = self.hand["picture"] and not self.hand["scaling"]  # pixels of 0 and 1
        rows = []
        for example in range(self.examples):
            x = [self.random.randint(0, 1) if dark else self.number(-3, 3) for _ in self.inputs]
            rows.append([*x, *self._answer(example), *self.unused])
        if self.hand["missing"] == "zero":
            rows[0][0] = None
        if self.hand["missing"] == "drop":
            rows.append([None, *rows[0][1:]])
        return {"columns": [*self.inputs, *self._answer_columns(), *self.unused], "rows": rows}

    def _answer_columns(self) -> list[str]:
        return ["kind"] if self.labelled else [f"y{k + 1}" for k in range(self.width)]

    def _classes(self) -> list[Any]:
        answers = self.hand["answers"]
        return list(CLASSES["names" if answers == "targets" else answers][: self.width])

    def _answer(self, example: int) -> list[Any]:
        if self.labelled:
            return [self._classes()[example % self.width]]
        return [self.number(0, 1) for _ in range(self.width)]

    def _columns(self, changed: bool) -> dict[str, Any]:
        """What the columns are for; fields of the lesson that is changed are emptied."""
        fields: dict[str, Any] = {"inputs": self.inputs} if self.unused else {}
        if self.labelled:
            fields |= {"label": "kind", **({"targets": []} if changed else {})}
            fields |= self.maybe(0.3, "class_order", self._classes())
        else:
            fields["targets"] = self._answer_columns()
        if self.hand["picture"]:
            fields["image"] = list(self.shape)
        fields |= self.maybe(0.5, "name", f"net {self.random.randint(1, 9)}")
        fields |= self.maybe(0.3, "title", self.random.choice(["Flowers & <signs>", "花的分类"]))
        return fields | self.card("missing")

    # Layers.

    def _layers(self) -> list[dict[str, Any]]:
        hidden = self.hand["hidden"]
        layers = [dict(layer) for layer in self.hand["picture"][1]] if self.hand["picture"] else []
        layers += [{"units": self.random.randint(1, 3)} for _ in range(hidden)]
        if hidden and self.hand["normalized"]:
            own = layers[-1]["units"] if self.hand["normalized"] == "own" else 0
            layers.append(_normalized(own))
        for layer in layers:
            if layer.get("kind") == "max-pooling":
                layer |= self.maybe(0.7, "ties", self.random.choice(TIES))
            elif layer.get("kind") == "batch-normalization":
                layer |= self.maybe(0.7, "activation", self.random.choice(self._hidden()))
                layer |= self.maybe(0.5, "affine", self.random.choice(AFFINE))
            elif "pooling" not in layer.get("kind", "dense"):
                layer |= self.maybe(0.8, "activation", self.random.choice(self._hidden()))
                layer |= self.maybe(0.7, "bias", self.random.choice(BIASES))
        for layer in layers:
            if layer.get("activation") == "leaky-relu":
                layer |= self.maybe(0.5, "negative_slope", self.number(0.02, 0.4))
        last = {"units": self.width, **self.maybe(0.3, "kind", "dense"), "activation": self.output}
        return [*layers, last | self.maybe(0.5, "bias", self.random.choice(BIASES))]

    def _ties(self) -> dict[str, Any]:
        """A rule beside the layers, for all of them."""
        pooled = any(layer.get("kind") == "max-pooling" for layer in self.layers)
        return self.maybe(0.3, "ties", self.random.choice(TIES)) if pooled else {}

    def _hidden(self) -> tuple[str, ...]:
        return HIDDEN if self.epochs or self.solver else (*HIDDEN, "step", "step")

    # Training.

    def _learning(self) -> dict[str, Any]:
        rule, schedule = self.hand["rule"], self.hand["schedule"]
        fields = {"cost": self.cost, "rule": rule, "schedule": schedule}
        usual = {"cost": "squared-error", "rule": "gradient-descent", "schedule": "constant"}
        for key, value in usual.items():
            if fields[key] == value and self.likely(0.3):
                del fields[key]
        own = {**RULES[rule], **SCHEDULES[schedule]} if self.hand["settings"] == "own" else {}
        decay = {**self.card("weight_decay"), **self.card("decay_biases")}
        return {"eta": self.number(0.02, 0.5), **fields, **own, **decay, **self._forms()}

    def _forms(self) -> dict[str, Any]:
        """Sums or means, with ½ or without, where the cost may have it."""
        squares = self.cost == "squared-error"
        one_term = (self.cost, self.output) == ("cross-entropy", "softmax")
        factor = {} if self.hand["cost_factor"] == 0.5 and not squares else self.card("cost_factor")
        outputs = {} if one_term else self.card("output_reduction")
        return {**factor, **outputs, **self.card("reduction")}

    def _steps(self) -> dict[str, Any]:
        batch = {"all": self.examples}.get(self.hand["batch"], self.hand["batch"])
        fields = {"epochs": self.epochs, **({} if batch is None else {"batch": batch})}
        if self.hand["order"] and isinstance(batch, int) and batch < self.examples and self.epochs:
            numbers = range(1, self.examples + 1)
            fields["order"] = [
                self.random.sample(numbers, self.examples) for _ in range(self.epochs)
            ]
        return fields

    def _start(self, *, dotted: bool) -> dict[str, Any]:
        start = self.hand["start"]
        if start == "nothing":
            return {}
        if self.given:
            kind = {"kind": "given"} if start == "kind given" else {}
            return {"start": kind | self._parameters()}
        content = {} if start == "usual" else {"kind": start}
        if start == "normal":
            content |= self.maybe(0.7, "mean", self.number()) | {"sd": self.number(0.1, 1)}
        if dotted and content:
            return {f"start.{key}": value for key, value in content.items()}
        return {"start": content}

    def _parameters(self) -> dict[str, Any]:
        """Starting weights and biases of each layer that has some."""
        arrays, shape = {}, self.shape
        for place, layer in enumerate(self.layers, 2):
            weights, shape = shapes(layer, shape)
            bias = layer.get("bias", "trained")
            if layer.get("kind") == "batch-normalization":
                rows = shape[0] if len(shape) != 2 else 1
                arrays |= self.maybe(0.7, f"gamma{place}", self.numbers(rows))
                arrays |= self.maybe(0.7, f"beta{place}", self.numbers(rows))
            if weights:
                arrays[f"w{place}"] = self.numbers(*weights)
            if weights and bias != "none":
                arrays[f"b{place}"] = self.numbers(1 if bias == "shared" else weights[0])
        return arrays

    # Sheets.

    def _sheets(self) -> dict[str, Any]:
        last = self.epochs + 1
        details = {"first": [1], "last": [last], "both": [1, last], "nothing": []}
        detail, views = self.hand["detail"], self.hand["views"]
        fields = {} if detail is None else {"detail": details.get(detail, detail)}
        if views is not None:
            some = {"nothing": [], "some": self.random.sample(VIEWS, 3)}
            fields["views"] = some.get(views, [views])
        if self.hand["solver"] is not None:
            fields["solver"] = self.solver
        for key in ("scaling", "gradients", "lang"):
            fields |= self.card(key)
        if not self.labelled:
            fields |= self.card("target_scaling")
        return fields


def shapes(
    layer: Mapping[str, Any], source: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape of a layer's weights, empty where it has none, and of what it hands on."""
    if "units" in layer:
        return (layer["units"], prod(source)), (layer["units"],)
    if layer["kind"] == "batch-normalization":
        return (), (1, *source) if len(source) == 2 else source
    size = layer.get("kernel") or layer["size"]
    step = layer.get("stride", size if "size" in layer else 1)
    maps, sides = source[:-2], source[-2:]
    ends = [(side + 2 * layer.get("padding", 0) - size) // step + 1 for side in sides]
    if "size" in layer:
        return (), (*(maps or (1,)), *ends)
    seen = maps if prod(maps) > 1 else ()
    return (layer["filters"], *seen, size, size), (layer["filters"], *ends)
