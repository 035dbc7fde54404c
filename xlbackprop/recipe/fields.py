"""The fields of a recipe, and what follows from them alone: inputs, targets, steps, shapes."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data import table as training_data
from xlbackprop.data.scalings import SCALINGS, scale
from xlbackprop.data.table import Table
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.layer import Layer, Shape
from xlbackprop.network.updates import DECAY, RULES, SCHEDULES, Learning
from xlbackprop.recipe.categories import Categories
from xlbackprop.recipe.starts import SCALES, Given, Normal, Scaled
from xlbackprop.recipe.steps import Steps, drawn_order

GRADIENTS = ("per-example", "summed")
REDUCTIONS = ("sum", "mean")
FACTORS = (0.0, 0.5, 1.0)  # before the sum over the outputs; 0 for the usual one
VIEWS = (  # sheets that a recipe may leave out
    "walkthrough",
    "predict",
    "gradient-check",
    "learning-rates",
    "confusion",
    "pictures",
    "fit",
)


@dataclass(frozen=True)
class Fields:
    """What to build.

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
        reduction: a name of ``REDUCTIONS``: whether C_T is the sum or the mean of C over the
            examples that an update looks at.
        output_reduction: the same of C over the outputs.
        cost_factor: what stands before the sum over the outputs, 0.5 or 1; 0 for the cost's usual
            one: ½ of the squared error, which alone may have it, else 1.
        rule: a name of ``RULES``.
        eta: learning rate η, above 0.
        epochs: how often all examples are seen; 0 for one pass forward and no training.
        seed: decides everything that is drawn.
        start: where the parameters begin.
        lang: language of the workbook, one of ``catalogue.languages()``.
        schedule: a name of ``SCHEDULES``: how η changes from step to step.
        settings: those of rule and schedule by name, and ``weight_decay`` where weights decay.
        decay_biases: whether biases decay with the weights.
        class_order: the classes in the order of the outputs; empty for those of the data, sorted.
        missing: a name of ``missing.CHOICES``: what happened to rows with a missing entry when
            the data entered; ``data`` has none.
        assumed: how the data's file was read where nobody said so: ``assumed`` of the table.
        categories: text columns, and the texts of each that are inputs of 0 and 1.
        batch: examples that an update looks at; 0 for all of them.
        order: example numbers from 1, a row per epoch; empty for those that the seed draws.
        gradients: a name of ``GRADIENTS``: whether the sheet has ∂C/∂w of each example, or only
            their sum.
        detail: the epochs whose example rows are unfolded, or ``"all"``.
        scaling: a name of ``SCALINGS``: what the network sees of the inputs.
        target_scaling: a name of ``SCALINGS``: what its outputs are compared with.
        solver: whether the workbook has a sheet on which Solver looks for the parameters; only
            where nothing is trained.
        views: those of ``VIEWS`` that the workbook has, where they suit the network.
        origin: the file that the recipe was read from; None for none, or a lesson's.
    """

    name: str
    title: str
    data: Table
    inputs: tuple[str, ...]
    label: str
    targets: tuple[str, ...]
    image: tuple[int, ...]
    layers: tuple[Layer, ...]
    cost: str
    rule: str
    eta: float
    epochs: int
    seed: int
    start: Given | Normal | Scaled
    lang: str
    reduction: str = "sum"
    output_reduction: str = "sum"
    cost_factor: float = 0.0
    schedule: str = "constant"
    settings: tuple[tuple[str, float], ...] = ()
    decay_biases: bool = False
    class_order: tuple[training_data.Entry, ...] = ()
    missing: str = "refuse"
    assumed: tuple[str, ...] = ()
    categories: Categories = ()
    batch: int = 0
    order: tuple[tuple[int, ...], ...] = ()
    gradients: str = "per-example"
    detail: tuple[int, ...] | str = (1,)
    scaling: str = "none"
    target_scaling: str = "none"
    solver: bool = False
    views: tuple[str, ...] = VIEWS
    origin: Path | None = field(default=None, compare=False, repr=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that it was made from."""
        return (*([self.origin] if self.origin else []), *self.data.files)

    def raw(self) -> Array:
        """Inputs as they stand in the data, (examples, inputs)."""
        return self.data.numbers(self.inputs)

    def x(self) -> Array:
        """Inputs as the network sees them, (examples, inputs)."""
        return scale(SCALINGS[self.scaling], self.raw()).values

    def labels(self) -> tuple[training_data.Entry, ...]:
        """Class of each example; empty when targets are given as numbers."""
        return self.data.labels(self.label) if self.label else ()

    def classes(self) -> tuple[training_data.Entry, ...]:
        """The classes in the order of the outputs: numbers before names, each ascending."""
        if self.class_order:
            return self.class_order
        return training_data.sorted_classes(self.labels())

    def t(self) -> Array:
        """Targets, (examples, outputs): 1 for the example's class and 0 elsewhere, or numbers."""
        return scale(SCALINGS[self.target_scaling], self.raw_targets()).values

    def raw_targets(self) -> Array:
        """Targets before any scaling, (examples, outputs)."""
        if not self.label:
            return self.data.numbers(self.targets)
        classes = self.classes()
        return np.array([[float(label == c) for c in classes] for label in self.labels()])

    def answers(self) -> bool:
        """Whether outputs are answers that are right or wrong, and not just numbers to meet."""
        if self.label:
            return True
        if self.target_scaling != "none":
            return False
        outputs, t = ACTIVATIONS[self.layers[-1].activation], self.t()
        return outputs.low >= 0 and outputs.high <= 1 and bool(((t >= 0) & (t <= 1)).all())

    def steps(self) -> Steps:
        """Which examples each update looks at."""
        examples = len(self.data.rows)
        drawn = drawn_order(examples, self.epochs, self.batch, self.seed)
        order = np.array(self.order, dtype=np.int64).ravel() if self.order else drawn
        return Steps.of(examples, self.epochs, self.batch, order)

    def learning(self) -> Learning:
        """What happens between two steps."""
        return Learning(
            RULES[self.rule],
            SCHEDULES[self.schedule],
            decays=DECAY in dict(self.settings),
            decays_biases=self.decay_biases,
            averaged=self.reduction == "mean",
            biases=any(layer.bias in ("trained", "shared") for layer in self.layers),
        )

    def shapes(self) -> tuple[Shape, ...]:
        """Shape of what each layer hands on, the input first: (4, 3), (3,), (2,)."""
        shapes: list[Shape] = [self.image or (len(self.inputs),)]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return tuple(shapes)

    def widths(self) -> tuple[int, ...]:
        """Number of values in each layer, inputs first: (12, 3, 2)."""
        return tuple(map(math.prod, self.shapes()))

    def arrays(self) -> dict[str, Shape]:
        """The arrays of starting parameters, w2, b2, gamma3, ..., and their shapes."""
        found: dict[str, Shape] = {}
        for number, (layer, before) in enumerate(zip(self.layers, self.shapes(), strict=False), 2):
            weights, biases = (f"{name}{number}" for name in layer.arrays)
            found |= {weights: layer.weight_shape(before), biases: layer.bias_shape(before)}
        return {name: shape for name, shape in found.items() if shape}

    def start_parameters(self) -> Array:
        """Starting parameters of all layers in the sheet's order, (parameters,)."""
        random = np.random.default_rng(self.seed)
        rows = []
        for number, (layer, before) in enumerate(zip(self.layers, self.shapes(), strict=False), 2):
            if layer.weight_shape(before):
                weights, biases = self._start_of(number, layer, before, random)
                rows.append(layer.pack(weights.astype(float), biases.astype(float)))
        return np.concatenate(rows)

    def _start_of(
        self, number: int, layer: Layer, before: Shape, random: np.random.Generator
    ) -> tuple[Array, Array]:
        """Weights and biases that a layer starts with: given, the usual ones, or drawn."""
        shapes = layer.weight_shape(before), layer.bias_shape(before)
        usual, start = layer.usual_start(before), self.start
        if isinstance(start, Given):
            given = dict(start.arrays)
            weights, biases = usual or ((), ())
            return (
                np.array(given.get(f"{layer.arrays[0]}{number}", weights)),
                np.array(given.get(f"{layer.arrays[1]}{number}", biases)),
            )
        if usual:
            return usual
        if isinstance(start, Scaled):
            sd = SCALES[start.kind](*layer.fans(before))
            return random.normal(0.0, sd, shapes[0]), np.zeros(shapes[1])
        weights = random.normal(start.mean, start.sd, shapes[0])
        return weights, random.normal(start.mean, start.sd, shapes[1])
