"""What a network is made of and how its parts are called: layers, their labels and columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from xlbackprop.network.activations import Activation, activation_of
from xlbackprop.network.costs import Cost
from xlbackprop.network.layer import Layer, Shape, Source
from xlbackprop.words.notation import input_labels, is_weight, target_labels


@dataclass(frozen=True)
class Group:
    """Neighbouring columns of the Training sheet that belong together.

    Attributes:
        key: ``x``, ``t``, ``z2``, ``a2``, ``C``, ``right``, ``d2``, ``g2`` ...
        kind: the key without its layer.
        layer: number of the layer; 0 where there is none.
        labels: one per column.
    """

    key: str
    kind: str
    layer: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """Layers in a row and a cost at the end.

    Attributes:
        input_shape: (inputs,), or (rows, columns) of a picture.
        layers: hidden layers and the output layer; the first has number 2.
        cost: the cost function.
        answers: whether an example's outputs are an answer that is right or wrong.
        summed: whether there are no gradients of single examples, only their sum.
        trains: whether there is a pass back; if not, there are no δ, every gradient is 0, and
            activations without a slope may stand anywhere.
        averaged: whether C_T is the mean of C over the examples that an update looks at, not the
            sum, and so its gradient.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]
    cost: Cost
    answers: bool = True
    summed: bool = False
    trains: bool = True
    averaged: bool = False

    def numbered(self) -> Iterator[tuple[int, Layer]]:
        """Layers with their numbers, the first after the input being 2."""
        return enumerate(self.layers, 2)

    def learning(self) -> Iterator[tuple[int, Layer]]:
        """Layers with something to learn, with their numbers."""
        return ((n, layer) for n, layer in self.numbered() if self.parameter_labels(n))

    @property
    def last(self) -> int:
        """Number of the output layer, L."""
        return len(self.layers) + 1

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return len(self.output_labels(self.last))

    @property
    def has_maps(self) -> bool:
        """Whether some layer hands on maps: rows and columns of values."""
        return any(len(shape) == 3 for shape in self._shapes)

    def place(self, number: int) -> str:
        """A layer's number as labels have it, with the book's letter if it has one: 2F, 3P, 4O."""
        return f"{number}{self._letter(number)}"

    def mark(self, number: int) -> str:
        """What symbols have up high: the layer's letter, F, P or O, or its number."""
        return self._letter(number) or str(number)

    def _letter(self, number: int) -> str:
        if len(self._shapes[number - 1]) == 3:
            return self.layers[number - 2].mark
        return "O" if number == self.last and self.has_maps else ""

    @cached_property
    def _shapes(self) -> list[Shape]:
        """Shape of what each layer hands on, the input first."""
        shapes = [self.input_shape]
        for layer in self.layers:
            shapes.append(layer.output_shape(shapes[-1]))
        return shapes

    def output_labels(self, number: int) -> tuple[str, ...]:
        """Labels of what layer ``number`` hands on; layer 1 is the input."""
        return self._output_labels[number - 1]

    @cached_property
    def _output_labels(self) -> list[tuple[str, ...]]:
        return [source.labels for source in self._sources]

    def source(self, number: int) -> Source:
        """What layer ``number`` gets from the one before."""
        return self._sources[number - 2]

    @cached_property
    def _sources(self) -> list[Source]:
        """What each layer hands on, the input first."""
        sources = [Source(input_labels(self.input_shape), self.input_shape)]
        for number, layer in self.numbered():
            labels = layer.unit_labels("a", self.place(number), sources[-1])
            sources.append(Source(labels, self._shapes[number - 1]))
        return sources

    def unit_labels(self, letter: str, number: int) -> tuple[str, ...]:
        """Labels of the units of a layer, under the letter of a quantity."""
        layer, place = self.layers[number - 2], self.place(number)
        return layer.unit_labels(letter, place, self.source(number))

    def parameter_labels(self, number: int) -> tuple[str, ...]:
        """Labels of the parameters of one layer, in the sheet's order."""
        return self._parameter_labels[number - 2]

    def parameter_rows(self, number: int) -> tuple[tuple[str, ...], ...]:
        """Labels of the parameters of one layer, unit by unit."""
        return self.layers[number - 2].parameter_rows(self.place(number), self.source(number))

    @cached_property
    def _parameter_labels(self) -> list[tuple[str, ...]]:
        rows = [self.parameter_rows(number) for number, _ in self.numbered()]
        return [tuple(chain.from_iterable(of_layer)) for of_layer in rows]

    @cached_property
    def all_parameter_labels(self) -> tuple[str, ...]:
        """Labels of all parameters, in the sheet's order."""
        return tuple(chain.from_iterable(self._parameter_labels))

    def parameter_slice(self, number: int) -> slice:
        """Where the parameters of one layer stand among all of them."""
        start = sum(map(len, self._parameter_labels[: number - 2]))
        return slice(start, start + len(self.parameter_labels(number)))

    @cached_property
    def trained(self) -> NDArray[np.bool_]:
        """Which parameters training changes, (parameters,)."""
        layers = [layer.trained(self.source(number)) for number, layer in self.numbered()]
        return np.concatenate(layers) & self.trains

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """What each parameter may be, names of ``bounds.LIMITS``."""
        layers = (layer.limits(self.source(number)) for number, layer in self.numbered())
        return tuple(chain.from_iterable(layers))

    @cached_property
    def weights(self) -> NDArray[np.bool_]:
        """Which parameters are weights, the others being biases or fixed, (parameters,)."""
        return np.array([is_weight(label) for label in self.all_parameter_labels])

    def row_name(self, number: int) -> str:
        """What a row of weights of a layer, or a map, is called: a key of ``layers`` in texts."""
        return self.layers[number - 2].row_name(self.source(number).shape)

    def forward_groups(self) -> tuple[Group, ...]:
        """Columns of the forward pass: x, t, then z, e, a of each layer, m, C, right."""
        groups = [
            Group("x", "x", 0, input_labels(self.input_shape)),
            Group("t", "t", 0, target_labels(self.outputs)),
        ]
        for number, _ in self.numbered():
            groups += [self._units(kind, number) for kind in self.kinds(number)]
        if self.cost.margin:
            groups.append(self._units("m", self.last))
        groups.append(Group("C", "C", 0, ("C",)))
        if self.answers:
            groups.append(Group("right", "right", 0, ("right",)))
        return tuple(groups)

    def backward_groups(self) -> tuple[Group, ...]:
        """Columns of the backward pass: δ from the last layer to the first, then gradients.

        Where gradients are summed, they have no columns of their own.
        """
        if not self.trains:
            return ()
        deltas = [self._units("d", number) for number, _ in reversed(list(self.numbered()))]
        if self.spreads:
            deltas.insert(0, self._units("c", self.last))
        if self.summed:
            return tuple(deltas)
        gradients = [
            Group(
                f"g{number}",
                "g",
                number,
                tuple(f"g_{label}" for label in self.parameter_labels(number)),
            )
            for number, _ in self.learning()
        ]
        return (*deltas, *gradients)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Columns of both passes, in the sheet's order."""
        return (*self.forward_groups(), *self.backward_groups())

    @property
    def columns(self) -> int:
        """Number of columns of all groups."""
        return sum(len(group.labels) for group in self.groups)

    @property
    def kinked(self) -> bool:
        """Whether C has kinks: places where its slope jumps."""
        return self.cost.kinked or any(
            self.activation(n).kinked if layer.activation else layer.kinked
            for n, layer in self.numbered()
        )

    def _units(self, kind: str, number: int) -> Group:
        return Group(f"{kind}{number}", kind, number, self.unit_labels(kind, number))

    def kinds(self, number: int) -> str:
        """The letters of a layer's columns in the pass forward: z, perhaps e, and a; or a only."""
        if not self.layers[number - 2].activation:
            return "a"
        return "zea" if self.activation(number).helper else "za"

    @property
    def spreads(self) -> bool:
        """Whether δ of an output depends on ∂C/∂a of all of them: softmax, unless it simplifies."""
        helped = self.activation(self.last).helper is not None
        return self.trains and helped and self.cost.slope is not None

    def activation(self, number: int) -> Activation:
        """The activation function of a layer."""
        return activation_of(self.layers[number - 2])
