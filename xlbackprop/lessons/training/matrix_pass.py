"""Forward and back through a 2-3-2 network twice: by products of matrices, and unit by unit.

Each quantity has its equation and the shapes in it, its numbers in both ways, and how far these lie
apart. Each way goes on with its own numbers.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.activations import ACTIVATIONS
from xlbackprop.network.costs import Cost, Outputs, find_cost
from xlbackprop.network.text import product
from xlbackprop.page.cells import Area
from xlbackprop.page.matrices import largest_difference, mmult, put_matrix
from xlbackprop.page.page import Page
from xlbackprop.page.parts import outputs

SIGMOID = ACTIVATIONS["sigmoid"]
COSTS = ("squared-error", "absolute-error")
MATRIX, UNITS, EQUAL = 2, 7, 12  # columns
FORWARD, BACKWARD = 15, 17  # rows of the way forward, and of the way back with one cost
DECIMALS = 12  # of differences


class Network(NamedTuple):
    """The weights and biases on the page."""

    w2: Area
    b2: Area
    w3: Area
    b3: Area
    ones: Area  # (examples, 1)


class Pass(NamedTuple):
    """Outputs of the layers and targets, each (units, examples)."""

    a1: Area
    a2: Area
    a3: Area
    t: Area


def put_passes(page: Page, top: int, network: Network, x: Area, t: Area) -> None:
    """Forward once, back with each cost: in matrices, and unit by unit."""
    _heads(page, top, page.text("pass.forward"), "forward")
    forward = _forward(page, top + 1, network, x, t)
    for i, name in enumerate(COSTS):
        row = top + FORWARD + i * BACKWARD
        cost = find_cost(name, SIGMOID.name)
        assert cost is not None
        _heads(page, row, page.text(f"pass.{name}"), "delta")
        _costs(page, row + 1, cost, forward)
        _backward(page, row + 3, network, cost, forward)


def _heads(page: Page, row: int, title: str, role: str) -> None:
    page.band(row, 1, 1, role, title)
    page.band(row, MATRIX, 4, role, page.text("pass.matrices"))
    page.band(row, UNITS, 4, role, page.text("pass.units"))
    page.band(row, EQUAL, 1, "cost", page.text("pass.difference"))


def shape(matrix: Array) -> str:
    """Rows and columns, as they stand under an equation."""
    rows, columns = matrix.shape
    return f"({rows} × {columns})"


def _equal(page: Page, row: int, matrix: Area, units: Area) -> None:
    """The difference between the two ways."""
    largest_difference(page, row, EQUAL, matrix, units, DECIMALS, "plain-cost")


def _both(
    page: Page,
    row: int,
    matrix: tuple[str, Array],
    units: tuple[Callable[[int, int], str], Array],
    role: str,
) -> tuple[Area, Area]:
    """A quantity as a product of matrices and unit by unit, and how far these lie apart."""
    whole = put_matrix(page, row, MATRIX, *matrix, f"fine-figure-{role}")
    cells = page.put_area(row, UNITS, *units, f"fine-figure-{role}")
    _equal(page, row, whole, cells)
    return whole, cells


def _explained(page: Page, row: int, equation: str, shapes: str) -> None:
    page.write(row, 1, equation, "label")
    page.write(row + 1, 1, shapes, "note")


def _forward(page: Page, row: int, net: Network, x: Area, t: Area) -> tuple[Pass, Pass]:
    """Z = W·A + b and A = σ(Z), layer by layer; gives what the matrices and the units have."""
    layers = [(x, x)]
    for number, below, w, b in (("²", "¹", net.w2, net.b2), ("³", "²", net.w3, net.b3)):
        z = _weighted(page, row, w, b, layers[-1])
        _explained(
            page,
            row,
            f"Z{number} = W{number}·A{below} + b{number}",
            f"{shape(w.values)}·{shape(layers[-1][0].values)} + {shape(b.values)} → "
            f"{shape(z[0].values)}",
        )
        row += len(b.values) + 1
        one, two = (
            outputs(page, row, column, SIGMOID, numbers, "fine-figure-forward")
            for column, numbers in zip((MATRIX, UNITS), z, strict=True)
        )
        _equal(page, row, one, two)
        _explained(page, row, f"A{number} = σ(Z{number})", shape(one.values))
        layers.append((one, two))
        row += len(b.values) + 1
    (a1, u1), (a2, u2), (a3, u3) = layers
    return Pass(a1, a2, a3, t), Pass(u1, u2, u3, t)


def _weighted(
    page: Page, row: int, w: Area, b: Area, below: tuple[Area, Area]
) -> tuple[Area, Area]:
    """Z of a layer; b is added to each column."""
    a, u = below
    whole = f"MMULT({w},{a})+{b}", mmult(w.values, a.values) + b.values
    sums = _sums(w.values, u.values) + b.values
    return _both(
        page, row, whole, (lambda j, e: f"{_products(w, u, j, e)}+{b[j, 0]}", sums), "forward"
    )


def _products(a: Area, b: Area, i: int, j: int) -> str:
    """Row i of A times column j of B, written out."""
    return "+".join(f"{a[i, k]}*{b[k, j]}" for k in range(a.values.shape[1]))


def _sums(a: Array, b: Array) -> Array:
    """A·B as loops over rows, columns and products."""
    entries = [
        [sum(x * y for x, y in zip(row, column, strict=True)) for column in b.T] for row in a
    ]
    return np.array(entries, dtype=float)


def _costs(page: Page, row: int, cost: Cost, ways: tuple[Pass, Pass]) -> None:
    """C_T, the sum over all outputs of all examples."""
    term, totals = cost.excel_one or cost.excel_term, []
    for column, found in zip((MATRIX, UNITS), ways, strict=True):
        a, t = found.a3, found.t
        nothing = np.zeros((a.values.shape[1], 0))
        o = Outputs(t.values.T, a.values.T, nothing, nothing, nothing)
        each = "+".join(term.format(t=t[place], a=a[place]) for place in np.ndindex(a.values.shape))
        formula = each if column == UNITS else f"SUM({term.format(t=t, a=a)})"
        value = np.array([[cost.value(o).sum()]])
        totals.append(put_matrix(page, row, column, formula, value, "fine-figure-cost"))
    _equal(page, row, *totals)
    page.write(row, 1, f"C_T = Σ C,   {cost.equation}", "label")


def _backward(page: Page, row: int, net: Network, cost: Cost, ways: tuple[Pass, Pass]) -> None:
    """δ of both layers, and the gradients of all weights and biases."""
    matrices, units = ways
    d3 = _last_deltas(page, row, cost, ways)
    d2 = _hidden_deltas(page, row + 3, net, ways, d3)
    _gradients(page, row + 7, "³", d3, (matrices.a2, units.a2), net.ones)
    _gradients(page, row + 10, "²", d2, (matrices.a1, units.a1), net.ones)


def _last_deltas(page: Page, row: int, cost: Cost, ways: tuple[Pass, Pass]) -> tuple[Area, Area]:
    """δ³ = ∇C ⊙ σ′(Z³)."""
    assert cost.slope is not None

    def text(a: object, t: object) -> str:
        return product(cost.excel_slope.format(a=a, t=t), SIGMOID.excel_slope.format(a=a))

    one, two = (
        cost.slope(Outputs(f.t.values, f.a3.values, f.a3.values, f.a3.values, f.a3.values))
        * _slope(f.a3.values)
        for f in ways
    )
    (a, t), (u, v) = ((f.a3, f.t) for f in ways)
    size = shape(one)
    _explained(page, row, "δ³ = ∇C ⊙ σ′(Z³)", f"{size} ⊙ {size} → {size}")
    units = (lambda j, e: text(u[j, e], v[j, e])), two
    return _both(page, row, (text(a, t), one), units, "delta")


def _slope(a: Array) -> Array:
    """σ′ of the outputs a."""
    assert SIGMOID.slope is not None
    return SIGMOID.slope(a, a)


def _hidden_deltas(
    page: Page, row: int, net: Network, ways: tuple[Pass, Pass], above: tuple[Area, Area]
) -> tuple[Area, Area]:
    """δ² = (W³)ᵀδ³ ⊙ σ′(Z²)."""
    (a, u), (d, v), w = (f.a2 for f in ways), above, net.w3
    slope = SIGMOID.excel_slope

    def text(i: int, e: int) -> str:
        passed = "+".join(f"{w[k, i]}*{v[k, e]}" for k in range(len(v.values)))
        return f"({passed})*{slope.format(a=u[i, e])}"

    formula = f"MMULT(TRANSPOSE({w}),{d})*{slope.format(a=a)}"
    values = mmult(w.values.T, d.values) * _slope(a.values)
    units = text, _sums(w.values.T, v.values) * _slope(u.values)
    shapes = f"{shape(w.values.T)}·{shape(d.values)} ⊙ {shape(a.values)} → {shape(a.values)}"
    _explained(page, row, "δ² = (W³)ᵀ·δ³ ⊙ σ′(Z²)", shapes)
    return _both(page, row, (formula, values), units, "delta")


def _gradients(
    page: Page,
    row: int,
    layer: str,
    deltas: tuple[Area, Area],
    below: tuple[Area, Area],
    ones: Area,
) -> None:
    """∂C/∂W = δ·Aᵀ and ∂C/∂b = δ·1: sums over the examples."""
    (d, v), (a, u), look = deltas, below, "fine-figure-gradient"
    examples, sums = d.values.shape[1], _sums(v.values, u.values.T)
    ones = ones.part(0, 0, examples, 1)
    weights, _ = _both(
        page,
        row,
        (f"MMULT({d},TRANSPOSE({a}))", mmult(d.values, a.values.T)),
        (lambda j, i: "+".join(f"{v[j, e]}*{u[i, e]}" for e in range(examples)), sums),
        "gradient",
    )
    # A product with a single number would be one with a single cell.
    text = f"MMULT({d},{ones})" if examples > 1 else str(d)
    biases = put_matrix(page, row, MATRIX + 3, text, mmult(d.values, ones.values), look)
    alone = page.put_area(
        row,
        UNITS + 3,
        lambda j, _: "+".join(str(v[j, e]) for e in range(examples)),
        np.array([[sum(line)] for line in v.values.tolist()]),
        look,
    )
    _equal(page, row + 1, biases, alone)
    number = "²" if layer == "³" else "¹"
    _explained(
        page,
        row,
        f"∂C/∂W{layer} = δ{layer}·(A{number})ᵀ     ∂C/∂b{layer} = δ{layer}·1",
        f"{shape(d.values)}·{shape(a.values.T)} → {shape(weights.values)}     "
        f"{shape(d.values)}·{shape(ones.values)} → {shape(biases.values)}",
    )
