"""Newton's steps to a solution of the multiplier equations of a quadratic problem.

The unknowns are x, y and λ; the equations ∂f/∂x = λ ∂g/∂x, ∂f/∂y = λ ∂g/∂y and g = k. With
f = λg differentiated twice (A by x, B by x and y, D by y) and ∇g = (u, v), a step solves

    A Δx + B Δy − u Δλ = −F₁,    B Δx + D Δy − v Δλ = −F₂,    u Δx + v Δy = −F₃

by Cramer's rule: F₁, F₂, F₃ are what the equations still lack.
"""

from collections.abc import Sequence
from typing import NamedTuple

from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.page.parts import put_across

STEPS = 8
LABEL, FIRST = 1, 2


class Problem(NamedTuple):
    """Make f small or large where g = k."""

    f: Quadratic
    g: Quadratic
    k: Live


class Row(NamedTuple):
    """A place, the slopes of both functions there, and what the equations lack."""

    x: Live
    y: Live
    factor: Live  # λ
    value: Live  # f
    slopes: tuple[Live, Live]  # of g
    lacks: Sequence[Live]  # three


def put_row(
    page: Page, row: int, number: int, problem: Problem, at: tuple[Live, Live, Live]
) -> Row:
    """What there is at a place: step, x, y, λ, f, g, ∇f, ∇g, and the three equations."""
    x, y, factor = at
    f, g, k = problem
    page.write(row, LABEL, number, "count")
    value = page.put(row, FIRST + 3, *f.twins(x, y), "strong-forward")
    level = page.put(row, FIRST + 4, *g.twins(x, y), "number-forward")
    slopes = *f.slope_twins(x, y), *g.slope_twins(x, y)
    fx, fy, u, v = put_across(page, row, FIRST + 5, slopes, "number-gradient")
    equations = (
        (f"{fx}-{factor}*{u}", fx - factor * u),
        (f"{fy}-{factor}*{v}", fy - factor * v),
        (f"{level}-{k}", level - k),
    )
    lacks = put_across(page, row, FIRST + 9, equations, "difference-cost")
    return Row(x, y, factor, value, (u, v), lacks)


def bends(page: Page, row: int, problem: Problem, at: Row) -> tuple[tuple[Live, Live, Live], Live]:
    """The second derivatives A, B, D of f − λg, and the determinant of the equations.

    The determinant is also how f bends along the constraint: above 0, f is smallest nearby.
    """
    f, g, _ = problem
    pairs = ((f.p, g.p, "2*"), (f.q, g.q, ""), (f.r, g.r, "2*"))
    found = []
    for i, (of_f, of_g, twice) in enumerate(pairs):
        bend = of_f - at.factor * of_g
        inner = f"{of_f}-{at.factor}*{of_g}"
        formula, value = (f"2*({inner})", 2 * bend) if twice else (inner, bend)
        found.append(page.put(row, FIRST + i, formula, value, "number-delta"))
    a, b, d = found
    u, v = at.slopes
    formula = f"{a}*{v}*{v}-2*{b}*{u}*{v}+{d}*{u}*{u}"
    value = a * v * v - 2 * b * u * v + d * u * u
    return (a, b, d), page.put(row, FIRST + 3, formula, value, "number-delta")


def put_step(page: Page, row: int, number: int, problem: Problem, at: Row) -> list[Live]:
    """Δx, Δy and Δλ of a step; 0 where the equations have no single solution."""
    page.write(row, LABEL, number, "count")
    (a, b, d), determinant = bends(page, row, problem, at)
    (u, v), (f1, f2, f3) = at.slopes, at.lacks
    numerators = (
        (
            f"{f3}*({b}*{v}-{d}*{u})-{v}*({f1}*{v}-{f2}*{u})",
            f3 * (b * v - d * u) - v * (f1 * v - f2 * u),
        ),
        (
            f"{f3}*({b}*{u}-{a}*{v})+{u}*({f1}*{v}-{f2}*{u})",
            f3 * (b * u - a * v) + u * (f1 * v - f2 * u),
        ),
        (
            f"{f3}*({b}*{b}-{a}*{d})+{f2}*({a}*{v}-{b}*{u})+{f1}*({d}*{u}-{b}*{v})",
            f3 * (b * b - a * d) + f2 * (a * v - b * u) + f1 * (d * u - b * v),
        ),
    )
    steps = []
    for i, (formula, value) in enumerate(numerators):
        numerator = page.put(row, FIRST + 4 + i, formula, value, "number-delta")
        step = 0.0 if determinant == 0.0 else numerator / determinant
        formula = f"IF({determinant}=0,0,{numerator}/{determinant})"
        steps.append(page.put(row, FIRST + 7 + i, formula, step, "number-update"))
    return steps


def put_steps(
    page: Page, rows: tuple[int, int], problem: Problem, start: tuple[Live, Live, Live]
) -> tuple[list[Row], Live]:
    """All steps: the places from the first of both rows on, the steps from the second on.

    Returns:
        The places, and how f bends along the constraint at the last of them.
    """
    top, below = rows
    look = "number-parameter"
    first = put_across(page, top, FIRST, ((f"{cell}", cell) for cell in start), look)
    places = [put_row(page, top, 0, problem, (first[0], first[1], first[2]))]
    for n in range(STEPS):
        last = places[-1]
        steps = put_step(page, below + n, n + 1, problem, last)
        moves = zip((last.x, last.y, last.factor), steps, strict=True)
        moved = ((f"{old}+{step}", old + step) for old, step in moves)
        x, y, factor = put_across(page, top + n + 1, FIRST, moved, look)
        places.append(put_row(page, top + n + 1, n + 1, problem, (x, y, factor)))
    _, bend = bends(page, below + STEPS, problem, places[-1])
    page.write(below + STEPS, LABEL, STEPS, "count")
    page.large(top, FIRST, top + STEPS, FIRST + 8)
    page.large(below, FIRST, below + STEPS, FIRST + 9)
    return places, bend
