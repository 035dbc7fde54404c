"""Six update rules go down the same valley from the same start.

The rules are those of the networks: ``network.updates`` holds each with its formulas.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from xlbackprop.lessons.shared.contours import DIRECTIONS, put_directions
from xlbackprop.lessons.training.update_walk import (
    VARIABLES,
    Choice,
    Valley,
    Walk,
    put_walk,
    square,
)
from xlbackprop.network.text import text_at
from xlbackprop.network.updates import RULES, UpdateRule
from xlbackprop.page.cells import Live
from xlbackprop.page.charts import curve, put_chart
from xlbackprop.page.maths import ratio
from xlbackprop.page.notes import lost, put_note
from xlbackprop.page.page import Page
from xlbackprop.page.parts import told, verdict
from xlbackprop.page.sentences import Word
from xlbackprop.workbook.address import area
from xlbackprop.workbook.charts import Curve
from xlbackprop.workbook.grid import Columns, Paper, Run, Value

STEPS = 30
RATES = {  # the rules, and the usual learning rate of each on this valley
    "gradient-descent": 0.95,
    "momentum": 0.1,
    "nesterov": 0.1,
    "adagrad": 1.5,
    "rmsprop": 0.1,
    "adam": 0.3,
}
COLOURS = ("data", "parameter", "forward", "gradient", "delta", "cost")  # roles
SETTINGS_SHOWN = ("momentum", "beta_1", "beta_2", "epsilon")
EQUATIONS, ETA, LAST = 2, 10, 15  # columns of the table of rules
VALLEY, RULES_TOP, CHARTS, WHY = 4, 9, 19, 65  # rows
NAMES = tuple(RATES)
TIERS = (NAMES[:2], NAMES[2:4], NAMES[4:])  # side by side
TIER, PITCH = WHY + 9, STEPS + 8  # row of the first tier, and rows of each
WIDEST = 17  # columns


def build(page: Page) -> None:
    """Fill the page."""
    page.grid.columns += [Columns(1, 1, 19), Columns(2, WIDEST, 8.6)]
    page.grid.heights |= dict.fromkeys(range(3, TIER + 3 * PITCH), 16.5)
    valley = _valley(page)
    choices = {name: _choice(page, RULES_TOP + 2 + i, RULES[name]) for i, name in enumerate(NAMES)}
    walks = dict[str, Walk]()
    for tier, names in enumerate(TIERS):
        walks |= _tier(page, TIER + tier * PITCH, names, choices, valley)
    ends = [
        page.put(RULES_TOP + 2 + i, LAST, str(walk.end), walk.end, "strong-cost-cost")
        for i, walk in enumerate(walks.values())
    ]
    page.large(RULES_TOP + 2, LAST, RULES_TOP + 2 + len(ends), LAST)
    _verdict(page, ends)
    _note(page, choices.values())
    below = TIER + len(TIERS) * PITCH
    _charts(page, walks, _contours(page, below + 1, valley))
    page.section(WHY, "why")
    for i in range(5):
        page.write(WHY + 1 + i, 1, page.text(f"why.line{i + 1}"))
    page.grid.paper = Paper(landscape=False, area=area(1, 1, below - 1, WIDEST))


def _valley(page: Page) -> Valley:
    """The function and the start."""
    page.section(VALLEY, "valley")
    row = VALLEY + 2
    page.write(row, 1, "f = a x² + b y²,   ∂f/∂x = 2 a x,   ∂f/∂y = 2 b y", "symbols-forward")
    for column in range(2, 5):
        page.write(row, column, None, "symbols-forward")
    cells = []
    given = (("a", 0.05, "positive"), ("b", 1.0, "positive"), ("x", -7.0, ""), ("y", 2.0, ""))
    for i, (name, usual, limit) in enumerate(given):
        words = page.text("valley.start", name=name) if i > 1 else name
        page.write(row, 6 + 3 * i, words, "label")
        cells.append(page.number(name, row, 7 + 3 * i, usual, "plain-input", limit=limit))
    put_note(page, row + 1, 6, *cells[:2])
    return Valley(cells[0], cells[1], (cells[2], cells[3]))


# The table of rules.


def _choice(page: Page, row: int, rule: UpdateRule) -> Choice:
    """A rule's equations, and the yellow cells of its learning rate and settings."""
    if row == RULES_TOP + 2:
        _headings(page)
    page.write(row, 1, page.common(f"rules.{rule.name}"), "label")
    equations = [*(state.equation for state in rule.states), rule.equation]
    text = ",   ".join(equations).replace("(Σ ∂C/∂w)²", "g²").replace("Σ ∂C/∂w", "g")
    page.write(row, EQUATIONS, text, "note-update")
    for column in range(EQUATIONS + 1, ETA):
        page.write(row, column, None, "note-update")
    eta = page.number(f"eta_{rule.name}", row, ETA, RATES[rule.name], "plain-input")
    settings = {
        name: page.number(
            f"{name}_{rule.name}",
            row,
            ETA + 1 + SETTINGS_SHOWN.index(name),
            setting.usual,
            "plain-input",
            limit=setting.limit,
        )
        for name, setting in rule.settings.items()
    }
    return Choice(rule, eta, settings)


def _headings(page: Page) -> None:
    page.section(RULES_TOP - 1, "table")
    row = RULES_TOP + 1
    page.band(row, 1, 1, "update", page.text("table.rule"))
    page.band(row, EQUATIONS, ETA - EQUATIONS, "update", page.text("table.equations"))
    names = ("η", *(page.common(f"symbols.{name}") for name in SETTINGS_SHOWN))
    for i, name in enumerate(names):
        page.write(row, ETA + i, name, "heading-input")
    page.write(row, LAST, (Run("f", italic=True), Run(str(STEPS), "subscript")), "heading-cost")


def _verdict(page: Page, ends: list[Live]) -> None:
    """Which rule has come lowest."""
    top, bottom = RULES_TOP + 2, RULES_TOP + 1 + len(ends)
    names = [page.common(f"rules.{name}") for name in NAMES]
    cells, heights = area(top, 1, bottom, 1), area(top, LAST, bottom, LAST)
    best = names[int(np.argmin(ends))] if np.isfinite(ends).all() else None
    found = Word(text_at(cells, f"MATCH(MIN({heights}),{heights},0)"), best)
    verdict(page, bottom + 1, told(page, "table.best", steps=STEPS, rule=found), 22.0)


def _note(page: Page, choices: Iterable[Choice]) -> None:
    """What is wrong with the settings, or with paths that left all numbers behind."""
    settings = [item for choice in choices for item in choice.settings.items()]
    settings.sort(key=lambda item: item[0] == "epsilon")  # their limit is another
    top, bottom = RULES_TOP + 2, RULES_TOP + 1 + len(NAMES)
    none = lost(page, top, LAST, bottom, LAST, page.text("table.lost"))
    put_note(page, bottom + 2, 1, *(cell for _, cell in settings), missing=none, style="note")


# The walks.


def _tier(
    page: Page, row: int, names: tuple[str, ...], choices: Mapping[str, Choice], valley: Valley
) -> dict[str, Walk]:
    """Some walks side by side, each a block of columns."""
    page.section(row, "walks")
    top = row + 4
    page.band(row + 2, 1, 1, "update", page.text("walks.step"), headings=["k"])
    steps = [page.put(top, 1, "0", 0.0, "count")]
    for i in range(1, STEPS + 1):
        steps.append(page.put(top + i, 1, f"{steps[-1]}+1", steps[-1] + 1, "count"))
    found, left = dict[str, Walk](), 2
    for name in names:
        choice = choices[name]
        width = 5 + 2 * len(choice.rule.states)
        colour = COLOURS[NAMES.index(name)]
        title = page.common(f"rules.{name}")
        page.band(row + 2, left, width, colour, title, headings=_symbols(choice.rule))
        found[name] = put_walk(page, left, choice, valley, steps)
        left += width
    page.large(top, 2, top + STEPS, left - 1)
    return found


def _symbols(rule: UpdateRule) -> list[Value]:
    states: list[Value] = [
        (Run(state.name, italic=True), Run(name, "subscript"))
        for state in rule.states
        for name in VARIABLES
    ]
    return [*states, *VARIABLES, "∂f/∂x", "∂f/∂y", "f"]


# Charts.


def _contours(page: Page, row: int, valley: Valley) -> list[Curve]:
    """Three contour lines of the valley, which are ellipses around (0, 0)."""
    page.section(row, "contours")
    x, y = valley.start
    page.write(row + 2, 1, page.text("contours.start"), "label")
    value = valley.a * square(x) + valley.b * square(y)
    high = page.put(row + 2, 2, f"{valley.a}*{x}*{x}+{valley.b}*{y}*{y}", value, "number-cost")
    page.band(row + 6, 1, 3, "python", "u", headings=("φ", "cos φ", "sin φ"))
    directions, lines, shares = put_directions(page, row + 8), list[Curve](), list[Live]()
    for i, usual in enumerate((0.5, 0.2, 0.05)):
        left = 4 + 2 * i
        page.write(row + 3, left, page.text("contours.share"), "note")
        cell = f"share_{i + 1}", row + 4, left
        share = page.number(*cell, usual, "plain-input", limit="not negative")
        shares.append(share)
        page.band(row + 6, left, 2, "cost", page.text("contours.line"), headings=VARIABLES)
        ends = []
        for j, factor in enumerate(valley.factors):
            axis = page.put(
                row + 5,
                left + j,
                f"SQRT({share}*{high}/{factor})",
                root(ratio(share * high, factor)),
                "number-cost",
            )
            way = directions[j]
            formula = f"{axis.fixed}*{way}"
            ends.append(page.column(row + 8, left + j, formula, axis * way.values))
        page.large(row + 8, left, row + 8 + DIRECTIONS, left + 1)
        line = curve(page, ends[0], ends[1], "", "python")
        lines.append(replace(line, color=page.theme.ink.line, fine=True))
    put_note(page, row + 4, 10, *shares)
    return lines


def root(x: float) -> float:
    """√x; NaN where a spreadsheet shows #NUM!."""
    return float(np.sqrt(x)) if x >= 0 else float("nan")


def _charts(page: Page, walks: Mapping[str, Walk], contours: list[Curve]) -> None:
    """All paths on the valley, and all values by step."""
    paths, heights = list[Curve](), list[Curve]()
    for (name, walk), colour in zip(walks.items(), COLOURS, strict=True):
        title = page.common(f"rules.{name}")
        path = curve(page, walk.x, walk.y, title, colour, marker=True)
        paths.append(replace(path, fine=True))
        heights.append(replace(curve(page, walk.steps, walk.heights, title, colour), fine=True))
    titles = page.text("chart.paths"), "x", "y"
    put_chart(page, CHARTS, 1, titles, [*contours, *paths], size=(28.0, 14.0))
    titles = page.text("chart.heights"), "k", "f"
    put_chart(page, CHARTS + 26, 1, titles, heights, size=(28.0, 10.4))
