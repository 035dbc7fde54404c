"""Multipliers: the smallest and largest value of a function where a constraint holds.

Source: Wakui & Wakui, section 2-7.
"""

from dataclasses import replace

import numpy as np

from xlbackprop.lessons.quantities.circle import ROWS_BEHIND, put_circle
from xlbackprop.lessons.quantities.conic import put_conic
from xlbackprop.lessons.quantities.newton import STEPS, Problem, Row, put_steps
from xlbackprop.lessons.shared.quadratic import Quadratic
from xlbackprop.page.cells import Column, Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.page import Page
from xlbackprop.page.parts import begin, headings, on_one_page, put_down, told, verdict, why
from xlbackprop.page.sentences import Word
from xlbackprop.workbook.address import reference
from xlbackprop.workbook.grid import Columns
from xlbackprop.workbook.solver_model import Constraint, Relation, solver_names

LABEL, FIRST, LAST = 1, 2, 13
CIRCLE, OWN, SOLVER, WHY, BEHIND = 4, 23, 44, 60, 68  # rows of the sections
NEWTON = OWN + 8  # headings of the steps
OBJECTIVE = np.array([[1.0, 0.0, 1.0, -4.0, -2.0]])  # the distance to (2, 1), squared, less 5
GROUND = np.array([[1.0, 0.0, 4.0, 0.0, 0.0]])  # an ellipse
LEVEL = 4.0
NEAR = 0.0001  # what the equations may lack, squared and summed


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 30), Columns(FIRST, LAST, 11)]
    page.grid.heights |= dict.fromkeys(range(5, WHY), 17.0)
    on_one_page(page, WHY + 4, LAST)
    page.section(BEHIND, "behind")
    put_circle(page, CIRCLE, BEHIND + STEPS + 7)
    problem, places = _own(page)
    _solver(page, problem, places)
    why(page, WHY, 4)


# The reader's own problem.


def _own(page: Page) -> tuple[Problem, list[Row]]:
    """The coefficients, the start, Newton's steps, and where they end."""
    page.section(OWN, "own")
    top = OWN + 2
    headings(page, top, FIRST, ("x²", "x·y", "y²", "x", "y", "k"), "input")
    f, g = (
        page.numbers(name, top + 1 + i, FIRST, usual, "plain-input")
        for i, (name, usual) in enumerate((("f", OBJECTIVE), ("g", GROUND)))
    )
    k = page.number("k", top + 2, FIRST + 5, LEVEL, "plain-input")
    of_f, of_g = (Quadratic(*(of[0, j] for j in range(5))) for of in (f, g))
    problem = Problem(of_f, of_g, k)
    headings(page, top + 3, FIRST, ("x", "y", "λ"), "input")
    start = page.numbers("start", top + 4, FIRST, np.array([[1.0, 1.0, 0.0]]), "plain-input")
    for i, name in ((1, "objective"), (2, "constraint"), (4, "start")):
        page.write(top + i, LABEL, page.text(f"own.{name}"), "label")
    _headings(page)
    where = (NEWTON + 1, BEHIND + 4)
    places, bend = put_steps(page, where, problem, (start[0, 0], start[0, 1], start[0, 2]))
    _verdict(page, NEWTON + STEPS + 2, places[-1], bend)
    return problem, places


def _headings(page: Page) -> None:
    """Headings of the places, and of the steps behind them."""
    page.grid.heights[NEWTON] = 34
    page.write(BEHIND + 2, LABEL, page.text("behind.system"), "note")
    for row in (NEWTON, BEHIND + 3):
        headings(page, row, LABEL, [page.text("own.step")], "update")
    headings(page, NEWTON, FIRST, ("x", "y", "λ"), "parameter")
    headings(page, NEWTON, FIRST + 3, ("f", "g"), "forward")
    headings(page, NEWTON, FIRST + 5, ("∂f/∂x", "∂f/∂y", "∂g/∂x", "∂g/∂y"), "gradient")
    headings(page, NEWTON, FIRST + 9, ("∂f/∂x − λ∂g/∂x", "∂f/∂y − λ∂g/∂y", "g − k"), "cost")
    determinants = ("A", "B", "D", "det", "det Δx", "det Δy", "det Δλ")
    headings(page, BEHIND + 3, FIRST, determinants, "delta")
    headings(page, BEHIND + 3, FIRST + 7, ("Δx", "Δy", "Δλ"), "update")


def _verdict(page: Page, row: int, end: Row, bend: Live) -> None:
    """Where the steps end, and what kind of place that is."""
    place = {"x": end.x, "y": end.y, "factor": end.factor, "f": end.value}
    verdict(page, row, told(page, "own.end", **place), 24)
    first, *_, last = end.lacks
    lacks = f"SUMSQ({first}:{last})"
    names = ("none", "small", "large", "flat")
    none, small, large, flat = (page.text(f"own.{name}") for name in names)
    formula = f'IF({bend}>0,"{small}",IF({bend}<0,"{large}","{flat}"))'
    word: str | None = small if bend > 0 else large if bend < 0 else flat
    missing = sum(lack * lack for lack in end.lacks)
    if missing > NEAR:
        word = none
    known = np.isfinite([missing, bend]).all()
    found = Word(f'IF({lacks}>{NEAR:.4f},"{none}",{formula})', word if known else None)
    page.sentence(row + 1, LABEL, [found], "label")


# Solver's own solution.


def _solver(page: Page, problem: Problem, places: list[Row]) -> None:
    """Cells that Solver changes, its target and its constraint; the path of Newton's steps."""
    rows = begin(page, SOLVER, "excel", down=3)
    top, (f, g, k), end = SOLVER + 3, problem, places[-1]
    words = page.text("excel.solver"), page.text("excel.newton")
    headings(page, top - 1, FIRST, words, "input", "parameter")
    page.grid.heights[top - 1] = 34
    x, y = (page.number(f"solver_{name}", rows.names(name), FIRST, 1.0) for name in "xy")
    target = rows.says("target", *f.twins(x, y), "strong-forward")
    left = rows.says("left", *g.twins(x, y))
    right = rows.says("right", f"{k}", k)
    found = ((f"{cell}", cell) for cell in (end.x, end.y, end.value))
    put_down(page, top, FIRST + 1, found, "number-parameter")
    page.large(top, FIRST, top + 4, FIRST + 1)

    def on_sheet(cell: str) -> str:
        return reference(page.grid.name, cell)

    changing = [on_sheet(f"{x.fixed}:{y.fixed}")]
    holds = Constraint(on_sheet(left.fixed), Relation.EQUAL, on_sheet(right.fixed))
    page.grid.hidden_names |= solver_names(on_sheet(target.fixed), changing, [holds])
    for i in range(3):
        page.write(top + 7 + i, LABEL, page.text(f"excel.line{i + 1}"), "note")
    xs, ys = (
        Column(FIRST + i, NEWTON + 1, np.array([place[i] for place in places])) for i in range(2)
    )
    far = page.number("far", rows.names("far"), FIRST, 10.0)
    row, title = BEHIND + STEPS + 7 + ROWS_BEHIND, page.text("behind.conic")
    conic = put_conic(page, row, title, g, (end.x, end.y), end.slopes, far)
    lines = [
        replace(curve(page, *conic, "g = k", "gradient", marker=True, line=False), fine=True),
        curve(page, xs, ys, page.text("excel.path"), "parameter", marker=True),
        curve(page, end.x, end.y, page.text("excel.end"), "cost"),
    ]
    titles = (page.text("excel.chart"), "x", "y")
    put_chart(page, SOLVER + 2, 6, titles, lines, size=(16.0, 8.4))
