"""A walk down a valley by one update rule, and the cells that it reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.network.updates import Now, State, UpdateRule
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.maths import finite
from xlbackprop.page.page import Page

VARIABLES = ("x", "y")
LARGEST = 1e154  # number whose square a spreadsheet has


@dataclass(frozen=True)
class Valley:
    """f = a x² + b y², and where the walks begin."""

    a: Live
    b: Live
    start: tuple[Live, Live]

    @property
    def factors(self) -> tuple[Live, Live]:
        """Of x² and of y²."""
        return self.a, self.b


@dataclass(frozen=True)
class Choice:
    """A rule with the cells of its learning rate and settings."""

    rule: UpdateRule
    eta: Live
    settings: Mapping[str, Live]

    def formula(self, excel: str, cells: Mapping[str, object]) -> str:
        """A text of ``network.updates`` with cells in place of names."""
        for name, cell in self.settings.items():
            excel = re.sub(rf"\b{name}\b", str(cell), excel)
        return excel.format(eta=self.eta, **cells)


@dataclass(frozen=True)
class Point:
    """One row of a walk: the states that led there, the position, the gradient, the value."""

    states: Mapping[str, tuple[Live, ...]]
    position: tuple[Live, ...]
    gradient: tuple[Live, ...]
    height: Live


@dataclass(frozen=True)
class Walk:
    """A whole walk, as columns."""

    steps: Column
    x: Column
    y: Column
    heights: Column
    end: Live


def put_walk(page: Page, left: int, choice: Choice, valley: Valley, steps: list[Live]) -> Walk:
    """One rule's walk down the valley."""
    points = list[Point]()
    for i, k in enumerate(steps):
        points.append(_point(page, left, choice, valley, k, points[-1] if i else None))
    first = left + 2 * len(choice.rule.states)
    numbers, x, y, heights = (
        Column(j, _row(steps[0]), np.zeros(len(steps))) for j in (1, first, first + 1, first + 4)
    )
    return Walk(numbers, x, y, heights, end=points[-1].height)


def _row(cell: Live) -> int:
    return int(cell.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _point(
    page: Page, left: int, choice: Choice, valley: Valley, k: Live, before: Point | None
) -> Point:
    """A row of a walk: the first, or a step on."""
    states, row, column = dict[str, tuple[Live, ...]](), _row(k), left
    for state in choice.rule.states:
        moves = [("0", 0.0)] * len(VARIABLES)
        if before is not None:
            moves = _moves(choice, state, k, before, states)
        states[state.name] = _put(page, row, column, moves, "update")
        column += len(VARIABLES)
    moves = [(str(cell), float(cell)) for cell in valley.start]
    if before is not None:
        moves = _moves(choice, choice.rule, k, before, states)
    position = _put(page, row, column, moves, "parameter")
    slopes = [
        (f"2*{factor}*{cell}", 2 * factor * cell)
        for factor, cell in zip(valley.factors, position, strict=True)
    ]
    gradient = _put(page, row, column + 2, slopes, "gradient")
    (x, y), (a, b) = position, valley.factors
    value = a * square(x) + b * square(y)
    height = page.put(row, column + 4, f"{a}*{x}*{x}+{b}*{y}*{y}", value, "number-cost")
    return Point(states, position, gradient, height)


def square(x: float) -> float:
    """x²; NaN where a spreadsheet's is too large."""
    return x * x if abs(x) < LARGEST else float("nan")


def _put(
    page: Page, row: int, column: int, moves: Sequence[tuple[str, float]], role: str
) -> tuple[Live, ...]:
    return tuple(page.put(row, column + j, *move, f"number-{role}") for j, move in enumerate(moves))


def _moves(
    choice: Choice,
    entry: State | UpdateRule,
    k: Live,
    before: Point,
    states: Mapping[str, tuple[Live, ...]],
) -> list[tuple[str, float]]:
    """Formula and value of a state or of the position, for each variable.

    Args:
        choice: the rule.
        entry: what is computed: one of its states, or the rule itself.
        k: number of the step.
        before: the row above.
        states: those of this row that are known.
    """
    now = Now(
        w=np.array(before.position, dtype=float),
        g=np.array(before.gradient, dtype=float),
        eta=np.array(float(choice.eta)),
        k=np.array(float(k)),
        old={name: np.array(cells, dtype=float) for name, cells in before.states.items()},
        new={name: np.array(cells, dtype=float) for name, cells in states.items()},
        settings={name: float(cell) for name, cell in choice.settings.items()},
    )
    with np.errstate(all="ignore"):
        values: Array = finite(entry.step(now))
    return [
        (choice.formula(entry.excel, _cells(k, before, states, j)), float(values[j]))
        for j in range(len(VARIABLES))
    ]


def _cells(
    k: Live, before: Point, states: Mapping[str, tuple[Live, ...]], j: int
) -> dict[str, object]:
    """The cells of one variable under the names that the texts of the rules use."""
    cells: dict[str, object] = {"w": before.position[j], "g": before.gradient[j], "k": k}
    cells |= {f"{name}_old": old[j] for name, old in before.states.items()}
    return cells | {name: new[j] for name, new in states.items()}
