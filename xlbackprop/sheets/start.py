"""The Start sheet: what this is, what to do first, and whether the sheet and Python agree."""

from math import nan

import numpy as np

from xlbackprop.page.bands import put_title
from xlbackprop.sheets.compare import difference, difference_formula, tolerance
from xlbackprop.sheets.lesson_texts import about, note, title
from xlbackprop.sheets.plan.content import Content, constant
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.words.notation import shape_text
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Columns, Grid, Link, Paper, Picture
from xlbackprop.workbook.style import coloured, large_numbers

STEPS = 4  # sentences on what to do first
FIRST_STEP = 7
VERDICT = FIRST_STEP + STEPS + 1
LOGO = (300, 200)  # pixels at most; the place above the legend is free
LEGEND = ("input", "data", "parameter", "forward", "cost", "delta", "gradient", "python")


def grid(layout: Layout, content: Content) -> Grid:
    """The Start sheet."""
    text = layout.text
    sheet = Grid(
        layout.sheet("start"),
        tab_color=layout.theme.roles["update"].band,
        columns=[Columns(1, 1, 30), Columns(2, 4, 21), Columns(5, 5, 4), Columns(6, 6, 62)],
        paper=Paper(fit_height=1),
    )
    put_title(sheet, title(layout), about(layout))
    sheet.cells += [
        Cell(4, 1, text("start.network"), style="label"),
        Cell(4, 2, network_line(layout), style="text"),
        Cell(5, 2, note(layout) or None, style="note"),
        Cell(FIRST_STEP - 1, 1, text("start.first"), style="section"),
        *(
            Cell(FIRST_STEP + i, 1, f"{i + 1}.  {text(f'start.step{i + 1}')}", style="text")
            for i in range(STEPS)
        ),
    ]
    # Chinese letters are taller than a row is by default.
    sheet.heights |= dict.fromkeys(range(4, VERDICT + 7 + _rows_below(layout)), 18.0)
    _put_verdict(sheet, layout, content)
    _put_links(sheet, layout)
    _put_legend(sheet, layout)
    if logo := layout.theme.page.logo:
        sheet.pictures.append(Picture("F6", logo, *LOGO))
    return sheet


def network_line(layout: Layout) -> str:
    """The network in one line: 12 → 3 → 2, with what else decides its training."""
    recipe = layout.recipe
    rule = layout.text(f"rules.{recipe.rule}")
    rule = layout.text("start.batch", rule=rule, size=recipe.batch) if recipe.batch else rule
    line = layout.text(
        "start.network_line",
        network=" → ".join(map(shape_text, recipe.shapes())),
        activations=", ".join(
            dict.fromkeys(
                layout.text(f"activations.{layer.activation}")
                for layer in recipe.layers
                if layer.activation
            )
        ),
        cost=layout.text(f"costs.{recipe.cost}"),
        rule=rule,
        examples=layout.examples,
        epochs=recipe.epochs,
    )
    if recipe.scaling == "none":
        return line
    scaling = layout.text(f"scalings.{recipe.scaling}")
    return layout.text("start.scaled_line", network=line, scaling=scaling)


def _put_verdict(sheet: Grid, layout: Layout, content: Content) -> None:
    text, top = layout.text, VERDICT
    headings = ("compare.live", "compare.python", "compare.difference")
    sheet.cells += [
        Cell(top, 1, text("start.verdict"), style="section"),
        *(
            Cell(top + 1, column, text(key), style="heading-python")
            for column, key in enumerate(headings, 2)
        ),
    ]
    last = layout.training.steps.updates
    costs = {0: text("start.first_cost")}
    if last:
        costs[last] = text("start.last_cost", updates=last)
    rows = range(top + 2, top + 2 + len(costs))
    for row, (block, name) in zip(rows, costs.items(), strict=True):
        _put_cost(sheet, layout, content, row, block, name)
    sheet.conditional.append((area(rows[0], 2, rows[-1], 3), large_numbers()))
    limit = layout.on("compare", tolerance(layout).cell)
    agree, differ = text("start.agree"), text("start.differ")
    equal = ",".join(f"ABS(D{row})<={limit}" for row in rows)
    formula = f'IF(AND({equal}),"{_quoted(agree)}","{_quoted(differ)}")'
    below = rows[-1] + 1
    sheet.cells.append(Cell(below, 1, _verdict(content, last, agree, differ), formula, "verdict"))
    sheet.cells += [Cell(below, column, None, style="verdict") for column in (2, 3, 4)]
    sheet.merges.append(area(below, 1, below, 4))
    for operator, colours in (("equal", layout.theme.good), ("notEqual", layout.theme.bad)):
        rule = coloured(operator, [f'"{_quoted(agree)}"'], colours)
        sheet.conditional.append((address(below, 1), rule))
    sheet.heights[below] = 36


def _put_cost(
    sheet: Grid, layout: Layout, content: Content, row: int, step: int, name: str
) -> None:
    live, python = float(content.live.cost[step]), float(content.python.cost[step])
    apart = float(difference(content.live.cost[step], content.python.cost[step]))
    compare = layout.compare
    cells = [
        layout.on("compare", address(compare.row(step), column))
        for column in (compare.live_cost, compare.python_cost)
    ]
    sheet.cells += [
        Cell(row, 1, name, style="label"),
        Cell(row, 2, live, cells[0], "exact-cost"),
        Cell(row, 3, constant(python), cells[1], "exact-python"),
        Cell(row, 4, apart, difference_formula(f"B{row}", f"C{row}"), "difference-python"),
    ]


def _verdict(content: Content, last: int, agree: str, differ: str) -> str | float:
    limit = content.inputs.asked["tolerance"]
    differences = difference(content.live.cost, content.python.cost)[[0, last]]
    if not np.isfinite(differences).all():
        return nan  # the sheet shows an error
    return agree if all(abs(d) <= limit for d in differences) else differ


def _quoted(text: str) -> str:
    """Text inside a formula: a quotation mark is written twice."""
    return text.replace('"', '""')


def _put_links(sheet: Grid, layout: Layout) -> None:
    text, top = layout.text, VERDICT + 6
    sheet.cells.append(Cell(top, 1, text("start.sheets"), style="section"))
    for row, kind in enumerate(layout.sheets[1:], top + 1):
        sheet.cells += [
            Cell(row, 1, layout.sheet(kind), style="link"),
            Cell(row, 2, text(f"start.about_{kind}", measures=layout.measures), style="text"),
        ]
        sheet.links.append(Link(address(row, 1), layout.sheet(kind)))
    below = top + len(layout.sheets)
    for row, (kind, (cells, most)) in enumerate(layout.too_large.items(), below):
        said = text("start.too_large", cells=f"{cells:,}", most=f"{most:,}")
        sheet.cells += [
            Cell(row, 1, layout.sheet(kind), style="text"),
            Cell(row, 2, said, style="note"),
        ]


def _rows_below(layout: Layout) -> int:
    """Rows of what stands below the verdict: the sheets, and the legend beside them."""
    return max(len(layout.sheets) + len(layout.too_large), len(LEGEND))


def _put_legend(sheet: Grid, layout: Layout) -> None:
    text, top = layout.text, VERDICT + 6
    sheet.cells.append(Cell(top, 6, text("start.legend"), style="section"))
    backward = () if layout.network.trains else ("delta", "gradient")
    roles = [role for role in LEGEND if role not in backward]
    sheet.cells += [
        Cell(row, 6, text(f"legend.{role}"), style=f"text-{role}")
        for row, role in enumerate(roles, top + 1)
    ]
