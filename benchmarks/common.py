"""A training sheet to measure with: the book's network of 12, 3 and 2 units on 64 images."""

import numpy as np
from numpy.typing import NDArray

from xlbackprop.workbook.address import letters
from xlbackprop.workbook.grid import Block, Cell, Grid

INPUTS, HIDDEN, OUTPUTS, EXAMPLES = 12, 3, 2, 64
ETA = 0.05
TOP = 6  # first row of the first step
ROWS = 1 + EXAMPLES + 1  # of a step: parameters, examples, sums

# First column of each group of columns.
X = 3
T = X + INPUTS
Z2 = T + OUTPUTS
A2 = Z2 + HIDDEN
Z3 = A2 + HIDDEN
A3 = Z3 + OUTPUTS
C = A3 + OUTPUTS
D2 = C + 1
D3 = D2 + HIDDEN
W2 = D3 + OUTPUTS
B2 = W2 + HIDDEN * INPUTS
W3 = B2 + HIDDEN
B3 = W3 + OUTPUTS * HIDDEN
END = B3 + OUTPUTS
PARAMETERS = END - W2

Array = NDArray[np.float64]


def training_book(formula_cells: int) -> list[Grid]:
    """The Training sheet with about so many formula cells, and the Data sheet it reads."""
    one = training_grid(*_train(1)).formula_count()
    x, t = _data()
    cells = [
        Cell(TOP + example, 4 + column, float(value))
        for example, row in enumerate(np.hstack([x, t]))
        for column, value in enumerate(row)
    ]
    grid = training_grid(*_train(max(1, round(formula_cells / one))))
    return [grid, Grid("Data", cells=cells), Grid("Parameters", cells=[Cell(5, 3, ETA)])]


def training_grid(parameters: Array, examples: Array, sums: Array) -> Grid:
    """The sheet of a run.

    Args:
        parameters: (steps, parameters)
        examples: (steps, examples, columns)
        sums: (steps, parameters + 1), the cost first
    """
    grid = Grid("Training", freeze="C6")
    styles = ("number",) * (END - 1)
    for step in range(len(parameters)):
        top = TOP + step * ROWS
        last = top + ROWS - 1
        grid.cells.append(Cell(top, 1, "parameters", style="text"))
        first = (None,) * PARAMETERS if step == 0 else _updates(top)
        grid.blocks.extend(
            (
                Block(top, W2, first, parameters[step][None], styles[:PARAMETERS]),
                Block(top + 1, 1, _example_formulas(top), examples[step], styles, 1, step > 0),
                Block(last, C, (_total(C, top),), sums[step, None, :1], styles[:1]),
                Block(last, W2, _totals(top), sums[step, None, 1:], styles[:PARAMETERS]),
            )
        )
    return grid


def _total(column: int, top: int) -> str:
    name = letters(column)
    return f"SUM({name}{top + 1}:{name}{top + EXAMPLES})"


def _totals(top: int) -> tuple[str, ...]:
    return tuple(_total(column, top) for column in range(W2, END))


def _updates(top: int) -> tuple[str, ...]:
    names = map(letters, range(W2, END))
    return tuple(f"{name}{top - ROWS}-eta*{name}{top - 1}" for name in names)


def _example_formulas(top: int) -> tuple[str | None, ...]:
    """One formula per column of the example rows; epoch and example are constants."""

    def own(column: int) -> str:
        return letters(column) + "{r}"

    def fixed(column: int) -> str:
        return f"{letters(column)}${top}"

    def weighted(weights: int, units: int, first: int, bias: int) -> str:
        return (
            f"SUMPRODUCT({own(first)}:{own(first + units - 1)},"
            f"{fixed(weights)}:{fixed(weights + units - 1)})+{fixed(bias)}"
        )

    def sigmoid(z: int) -> str:
        return f"1/(1+EXP(MIN(700,-{own(z)})))"

    hidden, outputs = range(HIDDEN), range(OUTPUTS)
    return (
        None,
        None,
        *(f"INDEX(Data!{letters(4 + i)}$6:{letters(4 + i)}$69,$B{{r}})" for i in range(14)),
        *(weighted(W2 + j * INPUTS, INPUTS, X, B2 + j) for j in hidden),
        *(sigmoid(Z2 + j) for j in hidden),
        *(weighted(W3 + k * HIDDEN, HIDDEN, A2, B3 + k) for k in outputs),
        *(sigmoid(Z3 + k) for k in outputs),
        f"SUMXMY2({own(T)}:{own(T + 1)},{own(A3)}:{own(A3 + 1)})/2",
        *(
            f"({own(D3)}*{fixed(W3 + j)}+{own(D3 + 1)}*{fixed(W3 + HIDDEN + j)})"
            f"*{own(A2 + j)}*(1-{own(A2 + j)})"
            for j in hidden
        ),
        *(f"({own(A3 + k)}-{own(T + k)})*{own(A3 + k)}*(1-{own(A3 + k)})" for k in outputs),
        *(f"{own(D2 + j)}*{own(X + i)}" for j in hidden for i in range(INPUTS)),
        *(own(D2 + j) for j in hidden),
        *(f"{own(D3 + k)}*{own(A2 + j)}" for k in outputs for j in hidden),
        *(own(D3 + k) for k in outputs),
    )


def _data() -> tuple[Array, Array]:
    """Images of 4 by 3 pixels, 0 or 1, and which of two classes each belongs to."""
    random = np.random.default_rng(1)
    kind = np.arange(EXAMPLES) % 2
    zero = np.array([1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1])
    one = np.array([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0])
    flipped = random.random((EXAMPLES, INPUTS)) < 0.15
    x = np.where(kind[:, None] == 0, zero, one) ^ flipped
    return x.astype(float), np.eye(2)[kind]


def _train(steps: int) -> tuple[Array, Array, Array]:
    """Plain backpropagation, all numbers kept."""
    x, t = _data()
    random = np.random.default_rng(2)
    W, b = random.normal(size=(HIDDEN, INPUTS)), random.normal(size=HIDDEN)
    V, c = random.normal(size=(OUTPUTS, HIDDEN)), random.normal(size=OUTPUTS)
    parameters = np.empty((steps, PARAMETERS))
    examples = np.empty((steps, EXAMPLES, END - 1))
    sums = np.empty((steps, PARAMETERS + 1))
    number = np.arange(1.0, EXAMPLES + 1)
    for step in range(steps):
        parameters[step] = np.concatenate([W.ravel(), b, V.ravel(), c])
        z2 = x @ W.T + b
        a2 = 1 / (1 + np.exp(-z2))
        z3 = a2 @ V.T + c
        a3 = 1 / (1 + np.exp(-z3))
        cost = ((t - a3) ** 2).sum(1) / 2
        d3 = (a3 - t) * a3 * (1 - a3)
        d2 = d3 @ V * a2 * (1 - a2)
        g2 = (d2[:, :, None] * x[:, None, :]).reshape(EXAMPLES, -1)
        g3 = (d3[:, :, None] * a2[:, None, :]).reshape(EXAMPLES, -1)
        gradients = np.hstack([g2, d2, g3, d3])
        epoch = np.full(EXAMPLES, step + 1.0)
        examples[step] = np.column_stack(
            [epoch, number, x, t, z2, a2, z3, a3, cost, d2, d3, gradients]
        )
        sums[step] = np.concatenate([[cost.sum()], gradients.sum(0)])
        update = parameters[step] - ETA * sums[step, 1:]
        W, b, V, c = (
            part.reshape(shape)
            for part, shape in zip(
                np.split(update, [B2 - W2, W3 - W2, B3 - W2]),
                [(HIDDEN, INPUTS), HIDDEN, (OUTPUTS, HIDDEN), OUTPUTS],
                strict=True,
            )
        )
    return parameters, examples, sums
