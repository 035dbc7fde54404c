"""A network: one pass forward and back through layers in a row, with a cost at the end.

The pass is written once. A ``carry`` decides what goes on to the next stage: training hands on
what was computed; checking a sheet hands on what the sheet says, so that each stage is judged on
its own inputs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.costs import Outputs, find_cost, mean_over, squared_error
from xlbackprop.network.layer import Layer, Shape
from xlbackprop.network.structure import Structure

Carry = Callable[[str, Array], Array]
Room = Callable[[str], Array | None]


@dataclass(frozen=True)
class Network(Structure):
    """The maths of a recipe."""

    @classmethod
    def of(
        cls,
        input_shape: Shape,
        layers: tuple[Layer, ...],
        cost: str,
        *,
        answers: bool,
        trains: bool = True,
        factor: float = 0.0,
        mean_of_outputs: bool = False,
        averaged: bool = False,
    ) -> "Network":
        """A network with its cost given by name.

        Args:
            input_shape: as in ``Structure``.
            layers: as in ``Structure``.
            cost: the name.
            answers: as in ``Structure``.
            trains: as in ``Structure``.
            factor: of the squared error, 0.5 or 1; 0 for the usual one.
            mean_of_outputs: whether C is the mean over the outputs, not the sum.
            averaged: as in ``Structure``.

        Raises:
            ValueError: the cost doesn't go with the output layer's activation.
        """
        found = find_cost(cost, layers[-1].activation)
        if found is None:
            raise ValueError(f"{cost} does not go with {layers[-1].activation} outputs.")
        if factor and cost == "squared-error":
            found = squared_error(factor)
        made = cls(input_shape, layers, found, answers, trains=trains, averaged=averaged)
        return replace(made, cost=mean_over(found, made.outputs)) if mean_of_outputs else made

    def forward(self, parameters: Array, x: Array, t: Array, carry: Carry) -> dict[str, Array]:
        """Inputs to cost.

        Args:
            parameters: (..., parameters).
            x: (..., examples, inputs).
            t: (..., examples, outputs).
            carry: receives the name of a group and what was computed for it, and returns the
                values to go on with, of the same shape.

        Returns:
            Every value by group, each (..., examples, columns), as carried on.
        """
        values = {"x": carry("x", x), "t": carry("t", t)}
        a = values["x"]
        for number, layer in self.numbered():
            p = parameters[..., self.parameter_slice(number)]
            a = layer.value(a, p, self.source(number).shape)
            if layer.activation:
                a = self._activated(number, a, values, carry)
            a = values[f"a{number}"] = carry(f"a{number}", a)
        if self.cost.margin:
            margin = self.cost.margin(values["t"], a)
            values[f"m{self.last}"] = carry(f"m{self.last}", margin)
        values["C"] = carry("C", self.cost.value(self._outputs(values))[..., None])
        if self.answers:
            values["right"] = carry("right", right(values["t"], a)[..., None])
        return values

    def _activated(self, number: int, z: Array, values: dict[str, Array], carry: Carry) -> Array:
        """a of a layer; z, and the helper e where its activation has one, are carried on."""
        activation = self.activation(number)
        z = values[f"z{number}"] = carry(f"z{number}", z)
        if activation.helper:
            z = values[f"e{number}"] = carry(f"e{number}", activation.helper(z))
        return activation.value(z)

    def _outputs(self, values: dict[str, Array]) -> Outputs:
        empty = np.empty(0)
        z, e, a, m = (values.get(f"{kind}{self.last}", empty) for kind in "zeam")
        return Outputs(values["t"], a, z, e, m)

    def backward(
        self,
        parameters: Array,
        values: dict[str, Array],
        carry: Carry,
        room: Room = lambda group: None,
    ) -> None:
        """Cost back to the gradients.

        δ = ∂C/∂a · σ'(z), from the last layer to the first; then the gradients of all layers.

        Args:
            parameters: (..., parameters).
            values: as ``forward`` returned them.
            carry: as in ``forward``.
            room: where to compute the gradients of a group, (..., examples, columns), so that
                ``carry`` needn't copy them; None for an array of their own.

        Source: the book, sections 4-2 and 4-3.
        """
        if not self.trains:
            return
        deltas = {self.last: carry(f"d{self.last}", self._output_delta(values, carry))}
        for number in range(self.last - 1, 1, -1):
            following, a = self.layers[number - 1], values[f"a{number}"]
            p = parameters[..., self.parameter_slice(number + 1)]
            shape, out = self.source(number + 1).shape, values[f"a{number + 1}"]
            delta = following.passed_back(deltas[number + 1], p, shape, a, out)
            if self.layers[number - 2].activation:
                delta = delta * self._slope(number, values[f"z{number}"], a)
            deltas[number] = carry(f"d{number}", delta)
        if self.summed:
            return
        for number, layer in self.learning():
            source, shape = values[_source(number)], self.source(number).shape
            p = parameters[..., self.parameter_slice(number)]
            gradient = layer.gradient(deltas[number], source, p, shape, out=room(f"g{number}"))
            # A fixed parameter has no gradient, not even where numbers overflow.
            trained = self.trained[self.parameter_slice(number)]
            if not trained.all():
                gradient[..., ~trained] = 0.0
            carry(f"g{number}", gradient)

    def total_cost(self, costs: Array) -> Array:
        """C_T: the sum of C over the examples, or its mean; (..., examples) → (...)."""
        total: Array = costs.sum(axis=-1)
        return total / costs.shape[-1] if self.averaged else total

    def total_gradient(self, parameters: Array, group: Callable[[str], Array]) -> Array:
        """∂C_T/∂(parameters), (..., parameters): the sum over the examples, or the mean.

        Args:
            parameters: (..., parameters).
            group: gives the columns of a group by its key, (..., examples, columns).
        """
        total = self._gradient_sum(parameters, group)
        return total / group("C").shape[-2] if self.averaged else total

    def _gradient_sum(self, parameters: Array, group: Callable[[str], Array]) -> Array:
        """Σ∂C/∂(parameters) over the examples; 0 for those that aren't trained."""
        if not self.trains:
            return np.zeros((*group("C").shape[:-2], len(self.trained)))
        if not self.summed:
            sums = [group(f"g{number}").sum(axis=-2) for number, _ in self.learning()]
            return np.concatenate(sums, axis=-1)
        sums = [
            layer.gradient_sum(
                group(f"d{number}"),
                group(_source(number)),
                parameters[..., self.parameter_slice(number)],
                self.source(number).shape,
            )
            for number, layer in self.learning()
        ]
        return np.where(self.trained, np.concatenate(sums, axis=-1), 0.0)

    def _output_delta(self, values: dict[str, Array], carry: Carry) -> Array:
        """δ of the output layer, (..., examples, outputs)."""
        outputs = self._outputs(values)
        if self.cost.slope is None:  # cost and activation simplify
            delta: Array = (outputs.a - outputs.t) / self.cost.divisor
            return delta
        slope = self.cost.slope(outputs)
        if self.spreads:
            slope = carry(f"c{self.last}", slope)
            mean: Array = (slope * outputs.a).sum(axis=-1, keepdims=True)
            return outputs.a * (slope - mean)
        return slope * self._slope(self.last, outputs.z, outputs.a)

    def _slope(self, number: int, z: Array, a: Array) -> Array:
        slope = self.activation(number).slope
        if slope is None:
            raise ValueError(f"layer {number}: {self.activation(number).name} can't be trained.")
        return slope(z, a)


def _source(number: int) -> str:
    """The group that a layer's inputs are in."""
    return "x" if number == 2 else f"a{number - 1}"


def right(t: Array, a: Array) -> Array:
    """1 where the network's answer is the target's, else 0; (..., outputs) → (...).

    With several outputs the largest is the answer, the first of equals; a single output answers
    yes from 0.5 on. Where a number is NaN, nobody can tell: NaN.
    """
    if t.shape[-1] == 1:
        answer = (a[..., 0] >= 0.5) == (t[..., 0] >= 0.5)
    else:
        answer = a.argmax(axis=-1) == t.argmax(axis=-1)
    unknown = (np.isnan(t) | np.isnan(a)).any(axis=-1)
    return np.where(unknown, np.nan, answer.astype(np.float64))
