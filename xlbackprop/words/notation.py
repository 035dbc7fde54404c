"""Symbols and their labels: one short ASCII name for each quantity of the book.

A label is what Python, CSV files and code use (``w2_1_3``); the sheets show the same symbol
typeset. Layer 1 is the input. An underscore goes before each index, because ``W1`` or ``b1`` would
look like the address of a cell.

    x1, x_2_3    input; for images row 2, column 3        t1      target
    w2_1_3       weight into unit 1 of layer 2 from unit 3 b2_1    bias
    z2_1, a2_1   weighted input and output of a unit       d2_1    its error δ = ∂C/∂z
    C            cost of one example                       g_w2_1_3 gradient ∂C/∂w of one example

In a network with maps the book's letters follow the layer: F and the number of a filter, P and the
number of a pooled map, then row and column; O for the outputs. A map that a weight comes from
stands before its row and column:

    z2F1_2_3     filter 1 at row 2, column 3                a3P2_1_2  pooled map 2
    w2F1_3_1     weight of filter 1 in row 3, column 1      b2F1      its bias
    w4O_1_2_2_1  weight into output 1 from map 2, row 2, column 1: the book's w with O1 up high

Batch normalization has four numbers for each unit, or for each map, whose letter is then N, and ε:

    gamma3_1, beta3_1  γ and β of unit 1                    gamma3N1  γ of map 1
    mu3_1, v3_1        its running mean and variance        epsilon3  ε of layer 3
"""

import re
from dataclasses import dataclass
from math import prod

_LABEL = re.compile(r"(g_)?([a-zA-Z]+?)(\d*)([FPN]\d*|O)?((?:_\d+)*)")
_UP = str.maketrans("0123456789FPNO", "⁰¹²³⁴⁵⁶⁷⁸⁹ᶠᴾᴺᴼ")
_GREEK = {"d": "δ", "gamma": "γ", "beta": "β", "mu": "μ", "epsilon": "ε"}
_WITHOUT_LAYER = frozenset("xt")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A label taken apart.

    Attributes:
        letter: as it is printed (``δ`` for ``d``).
        layer: number of the layer as text, or its filter, map or output, ``F1``; empty for inputs,
            targets and costs.
        indices: the unit's indices, as text: ``13``, or ``1,12`` when one has two digits; the map
            that a weight comes from stands before its row and column, ``2-13``.
        gradient: whether the label names ∂C/∂(symbol).
    """

    letter: str
    layer: str
    indices: str
    gradient: bool


def parse(label: str) -> Symbol:
    """Take a label apart.

    Raises:
        ValueError: the text is not a label.
    """
    match = _LABEL.fullmatch(label)
    if match is None:
        raise ValueError(f"{label!r} is not a label such as w2_1_3.")
    gradient, letter, number, of_map, rest = match.groups()
    indices = [index for index in rest.split("_") if index]
    layer = of_map or number
    if letter in _WITHOUT_LAYER:
        layer = ""
        indices = [number] if number else indices
    if layer == "O" and letter == "w":  # as with filters, its row of weights stands up high
        layer += indices.pop(0)
    printed = _joined(indices[-2:])
    if len(indices) > 2:
        printed = f"{','.join(indices[:-2])}-{printed}"
    return Symbol(_GREEK.get(letter, letter), layer, printed, gradient is not None)


def _joined(indices: list[str]) -> str:
    return ("," if any(len(index) > 1 for index in indices) else "").join(indices)


def is_weight(label: str) -> bool:
    """Whether a label is that of a parameter that something is multiplied by."""
    return label.startswith(("w", "gamma"))


def superscript(text: str) -> str:
    """Digits and the letters of layers as they stand up high in plain text.

    >>> superscript("4O")
    '⁴ᴼ'
    """
    return text.translate(_UP)


def unit_labels(letter: str, place: str, units: int) -> tuple[str, ...]:
    """Labels of the units of a layer: z2_1, z2_2, ..."""
    return tuple(f"{letter}{place}_{j}" for j in range(1, units + 1))


def input_labels(shape: tuple[int, ...]) -> tuple[str, ...]:
    """Labels of the inputs: x1, x2, ...; for a picture (rows, columns) x_1_1, x_1_2, ..."""
    if len(shape) == 1:
        return tuple(f"x{i}" for i in range(1, shape[0] + 1))
    columns = shape[-1]
    return tuple(f"x_{i // columns + 1}_{i % columns + 1}" for i in range(prod(shape)))


def map_labels(letters: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Labels of the cells of maps, (maps, rows, columns): z2F1_1_1, z2F1_1_2, ..."""
    maps, rows, columns = (range(1, length + 1) for length in shape)
    return tuple(f"{letters}{m}_{r}_{c}" for m in maps for r in rows for c in columns)


def position_indices(shape: tuple[int, ...]) -> tuple[str, ...]:
    """How a weight names the value it comes from: 1, 2, ...; in maps 1_1_1 (map, row, column)."""
    if len(shape) == 3:
        return tuple(label.removeprefix("_") for label in map_labels("_", shape))
    return tuple(str(i) for i in range(1, prod(shape) + 1))


def target_labels(outputs: int) -> tuple[str, ...]:
    """Labels of the targets: t1, t2, ..."""
    return tuple(f"t{k}" for k in range(1, outputs + 1))


def shape_text(shape: tuple[int, ...]) -> str:
    """The outputs of a layer: 12, or 3 × (4 × 4) for three maps of 4 × 4.

    >>> shape_text((3, 4, 4))
    '3 × (4 × 4)'
    """
    if len(shape) == 3:
        return f"{shape[0]} × ({shape[1]} × {shape[2]})"
    return str(prod(shape))


_DOWN = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")


def printed(label: str) -> str:
    """A label in plain text: ``w2_1_3`` becomes w²₁₃."""
    symbol = parse(label)
    letter = ("∂C/∂" if symbol.gradient else "") + symbol.letter
    return letter + superscript(symbol.layer) + symbol.indices.translate(_DOWN)
