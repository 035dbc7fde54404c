"""What every kind of layer can do: the maths, and the same as Excel text.

A layer doesn't know where it stands. It is told its ``place``, the number and letter that labels
have (2, 2F, 3P, 4O), and its ``source``: the labels and the shape of what the layer before hands
on. A shape is (values,) or (maps, rows, columns), maps as pictures in a row: map 1 row by row,
map 2 ... Arrays keep that order and carry leading axes along.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from xlbackprop.arrays import Array

Shape = tuple[int, ...]
Pairs = tuple[tuple[str, str], ...]
BIASES = ("trained", "fixed", "shared", "none")


class Source(NamedTuple):
    """What a layer gets from the one before.

    Attributes:
        labels: one per value.
        shape: (values,), or (maps, rows, columns).
    """

    labels: tuple[str, ...]
    shape: Shape


class Phrase(NamedTuple):
    """What a layer computes as a sentence has it.

    Attributes:
        figures: the text, names in braces in place of numbers, ``{terms}`` for a sum.
        labels: of the symbol that each name stands for.
        term: a term of the sum, ``{d}`` and ``{a}`` in place of its numbers.
    """

    figures: str
    labels: Mapping[str, str]
    term: str = ""


class Cells(Protocol):
    """Where symbols live in the sheet, as formula text."""

    def value(self, label: str) -> str:
        """The cell of a symbol in the formula's own row."""

    def values(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the formula's own row."""

    def parameter(self, label: str) -> str:
        """The cell of a parameter in the parameter row above."""

    def parameters(self, first: str, last: str) -> str:
        """The cells from one parameter to another in the parameter row above."""


class BlockCells(Cells, Protocol):
    """The same where the examples stand in a block of rows."""

    def examples(self, first: str, last: str) -> str:
        """The cells from one symbol to another in the rows of all examples."""


class Parts(Protocol):
    """What a layer is made of: its units and parameters, and where each stands."""

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of what it hands on.

        Raises:
            ValueError: it can't stand behind such a source; the message says why, in a sentence
                without the beginning.
        """

    def unit_labels(self, letter: str, place: str, source: Source) -> tuple[str, ...]:
        """Labels of its units, under the letter of a quantity."""

    def parameter_rows(self, place: str, source: Source) -> tuple[tuple[str, ...], ...]:
        """Labels of its parameters, unit by unit (filter by filter)."""

    def weight_headings(self, place: str, source: Source) -> tuple[str, ...]:
        """Labels above a table with its rows of weights."""

    @property
    def mark(self) -> str:
        """The letter of its maps, ``F``, ``P`` or ``N``; empty where it never has any."""

    @property
    def arrays(self) -> tuple[str, str]:
        """What recipes call the weights and the biases: ``w`` and ``b``."""

    @property
    def wording(self) -> str:
        """Names the texts on its parameters where they are no weights and biases; else empty."""

    def row_name(self, shape: Shape) -> str:
        """What a row of weights, or a map, is called: ``unit``, ``filter`` or ``map``."""

    def parameter_units(self, source: Source) -> tuple[int, ...]:
        """The first unit, from 0, that each row of parameters belongs to."""

    def stacked(self, place: str, source: Source) -> tuple[tuple[int, str], ...]:
        """Where each parameter stands above the columns of a pass: the row, from 0, the symbol."""

    def trained(self, source: Source) -> NDArray[np.bool_]:
        """Which parameters training changes."""

    def limits(self, source: Source) -> tuple[str, ...]:
        """What each parameter may be, names of ``bounds.LIMITS``."""

    def weight_shape(self, shape: Shape) -> Shape:
        """Shape of the weights as recipes give them; () for none."""

    def bias_shape(self, shape: Shape) -> Shape:
        """Shape of the biases as recipes give them; () for none."""

    def usual_start(self, shape: Shape) -> tuple[Array, Array] | None:
        """Weights and biases where nobody gives them; None where they are drawn."""

    def fans(self, shape: Shape) -> tuple[int, int]:
        """How many values each unit looks at, and how many units look at each value."""

    def pack(self, weights: Array, biases: Array) -> Array:
        """Weights and biases as one row in the sheet's order."""

    def unpack(self, parameters: Array) -> tuple[Array, Array]:
        """A row in the sheet's order → weights (rows, ...) and biases."""

    def with_numbers(self, parameters: Array) -> Self:
        """The layer with those of its own numbers that stand in a row in the sheet's order."""


class Maths(Protocol):
    """What a layer computes, in numbers."""

    @property
    def kinked(self) -> bool:
        """Whether the slope of what it computes jumps somewhere, before any activation."""

    def value(self, a: Array, parameters: Array, shape: Shape) -> Array:
        """What it computes of its source, (..., examples, values) → (..., examples, units)."""

    def passed_back(
        self, delta: Array, parameters: Array, shape: Shape, a: Array, out: Array
    ) -> Array:
        """δ → ∂C/∂a of the source; ``a`` is the source, ``out`` what this layer handed on."""

    def gradient(
        self, delta: Array, a: Array, parameters: Array, shape: Shape, out: Array | None = None
    ) -> Array:
        """δ and source → ∂C/∂(parameters) of each example, (..., examples, parameters)."""

    def gradient_sum(self, delta: Array, a: Array, parameters: Array, shape: Shape) -> Array:
        """δ and source → Σ∂C/∂(parameters) over the examples, (..., parameters)."""


class Formulas(Protocol):
    """The same as formulas."""

    def value_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """Excel text of what it computes, unit by unit; it may look at all rows of a block."""

    def passed_back_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """Excel text of ∂C/∂a of each value of the source; factors."""

    def gradient_formulas(self, place: str, source: Source, cells: Cells) -> list[str]:
        """Excel text of ∂C/∂(parameter) of one example, in the sheet's order."""

    def gradient_sum_formulas(self, place: str, source: Source, cells: BlockCells) -> list[str]:
        """Excel text of Σ∂C/∂(parameter) over the examples, in the sheet's order."""


class Words(Protocol):
    """The same in sentences and equations; units, values, rows and weights count from 0."""

    @property
    def figures(self) -> str:
        """What it computes, values in place of ``{list}`` or ``{sum}``; empty for w a + b."""

    def value_terms(self, place: str, source: Source, unit: int) -> Pairs:
        """What a unit's value is made of: labels of weights (or "") and of values."""

    def passed_back_terms(self, place: str, source: Source, value: int) -> Pairs:
        """δ and weights whose products make ∂C/∂a of a value; none where there are none."""

    def gradient_terms(self, place: str, source: Source, row: int, weight: int) -> Pairs:
        """δ and values whose products make ∂C/∂w of one of a row's weights."""

    def value_phrase(self, place: str, source: Source, unit: int) -> Phrase | None:
        """What a unit computes in figures; None where ``figures`` and the terms tell it."""

    def passed_back_phrase(self, place: str, source: Source, value: int) -> Phrase | None:
        """∂C/∂a of a value in figures; None where its terms tell it, or nothing does."""

    def gradient_phrase(self, place: str, source: Source, row: int) -> Phrase | None:
        """∂C/∂w of a row's first weight in figures; None where its terms tell it."""

    def value_equation(self, up: str, source: str) -> str:
        """What it computes, in the book's letters; ``up`` is its mark, ``source`` aᵢ or xᵢ."""

    def passed_back_equation(self, up: str) -> str:
        """∂C/∂a of its source; a factor."""

    def gradient_equation(self, up: str, source: str) -> str:
        """∂C/∂w and ∂C/∂b."""

    def sum_equations(self) -> tuple[str, ...]:
        """Their sums over the examples, of any layer of this kind."""


class Layer(Parts, Maths, Formulas, Words, Protocol):
    """One kind of layer."""

    @property
    def activation(self) -> str:
        """A name of ``ACTIVATIONS``; empty for a layer that hands on what it computes."""

    @property
    def negative_slope(self) -> float:
        """The slope of leaky-relu left of 0."""

    @property
    def bias(self) -> str:
        """A name of ``BIASES``."""


class Plain:
    """What there is to say of a layer whose parameters, if it has any, are weights and biases."""

    arrays = ("w", "b")
    wording = ""

    def limits(self, source: Source) -> tuple[str, ...]:
        """They may be any numbers."""
        return ("",) * len(self.trained(source))

    def trained(self, source: Source) -> NDArray[np.bool_]:
        """There is nothing to learn."""
        return np.empty(0, dtype=np.bool_)

    def usual_start(self, shape: Shape) -> tuple[Array, Array] | None:
        """They are drawn."""
        return None

    def with_numbers(self, parameters: Array) -> Self:
        """It has no other numbers."""
        return self

    def value_phrase(self, place: str, source: Source, unit: int) -> Phrase | None:
        """Its terms tell it."""
        return None

    def passed_back_phrase(self, place: str, source: Source, value: int) -> Phrase | None:
        """Its terms tell it."""
        return None

    def gradient_phrase(self, place: str, source: Source, row: int) -> Phrase | None:
        """Its terms tell it."""
        return None


def maps_of(shape: Shape) -> tuple[int, int, int]:
    """A shape as (maps, rows, columns); a picture is a single map.

    Raises:
        ValueError: there are no rows and columns.
    """
    if len(shape) == 2:
        return 1, shape[0], shape[1]
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    raise ValueError("its source has no rows and columns")


def times(a: str, b: str) -> str:
    """Excel text of the sum of the products of two ranges."""
    return f"SUMPRODUCT({a},{b})" if ":" in a else f"{a}*{b}"
