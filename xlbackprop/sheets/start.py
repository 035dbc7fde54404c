"""The Start sheet: what this is, what to do first, and whether the sheet and Python agree."""

from math import isfinite, nan

from xlbackprop.page.bands import put_title
from xlbackprop.page.cells import Live
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import quoted
from xlbackprop.recipe.assumed import assumptions
from xlbackprop.sheets.changed import changed
from xlbackprop.sheets.compare import difference, difference_formula, tolerance
from xlbackprop.sheets.lesson_texts import about, note, title
from xlbackprop.sheets.outcome import is_told, put_on_start
from xlbackprop.sheets.plan.content import Content, constant
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.words.notation import shape_text
from xlbackprop.workbook.address import address, area
from xlbackprop.workbook.grid import Cell, Columns, Image, Link, Paper
from xlbackprop.workbook.style import coloured

STEPS = 4  # sentences on what to do first
FIRST_STEP = 7
VERDICT = FIRST_STEP + STEPS + 1
SHEETS = VERDICT + 8
LOGO = (300, 200)  # pixels at most; the place above the legend is free
LEGEND = ("input", "data", "parameter", "forward", "cost", "delta", "gradient", "python")


def build(layout: Layout, content: Content) -> Page:
    """The Start sheet."""
    text = layout.text
    columns = [Columns(1, 1, 30), Columns(2, 4, 21), Columns(5, 5, 4), Columns(6, 6, 62)]
    page = new_page(layout, content, "start", "update", columns)
    page.grid.paper = Paper(fit_height=1)
    put_title(page.grid, title(layout), about(layout))
    page.write(4, 1, text("start.network"), "label")
    page.write(4, 2, network_line(layout), "text")
    read = assumptions(layout.recipe.lang, layout.recipe.assumed)
    page.write(5, 2, note(layout) or read or None, "note")
    page.write(FIRST_STEP - 1, 1, text("start.first"), "section")
    for i in range(STEPS):
        page.write(FIRST_STEP + i, 1, f"{i + 1}.  {text(f'start.step{i + 1}')}")
    # Chinese letters are taller than a row is by default.
    page.grid.heights |= dict.fromkeys(range(4, SHEETS + 1 + _rows_below(layout)), 18.0)
    _put_verdict(page, layout, content)
    if is_told(layout):
        put_on_start(page, layout, content, VERDICT + 6, 4)
    _put_links(page, layout)
    _put_legend(page, layout)
    if logo := layout.theme.page.logo:
        page.grid.images.append(Image("F6", logo, *LOGO))
    return page


KIND = Kind("start", build)


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
        cost=_cost(layout),
        rule=rule,
        examples=layout.examples,
        epochs=recipe.epochs,
    )
    for key, name in (("scaled_line", recipe.scaling), ("targets_line", recipe.target_scaling)):
        if name != "none":
            line = layout.text(
                f"start.{key}", network=line, scaling=layout.text(f"scalings.{name}")
            )
    return line


def _cost(layout: Layout) -> str:
    """The cost's name, with what differs from its usual form."""
    recipe, cost = layout.recipe, layout.text(f"costs.{layout.recipe.cost}")
    forms = {
        "whole": recipe.cost == "squared-error" and recipe.cost_factor == 1,
        "outputs": recipe.output_reduction == "mean",
        "examples": recipe.reduction == "mean",
    }
    for form in (name for name, yes in forms.items() if yes):
        cost = layout.text(f"forms.{form}", cost=cost)
    return cost


def _put_verdict(page: Page, layout: Layout, content: Content) -> None:
    """C_T at both ends as the sheet has it and as Python has it, and whether they agree."""
    text, top, last = layout.text, VERDICT, layout.training.steps.updates
    page.write(top, 1, text("start.verdict"), "section")
    for column, key in enumerate(("live", "python", "difference"), 2):
        page.write(top + 1, column, text(f"compare.{key}"), "heading-python")
    names = {0: text("start.first_cost")}
    if last:
        names[last] = text("start.last_cost", updates=last)
    apart = [
        _put_cost(page, layout, content, row, block, name)
        for row, (block, name) in enumerate(names.items(), top + 2)
    ]
    below = top + 2 + len(apart)
    page.large(top + 2, 2, below - 1, 3)
    limit, cell = content.inputs.asked["tolerance"], layout.on("compare", tolerance(layout).cell)
    agree, yours, differ = (text(f"start.{key}") for key in ("agree", "yours", "differ"))
    what, told = changed(layout, content)
    page.write(below + 1, 1, text("start.changed"), "label")
    page.speak(below + 1, 2, what, told, "text", instead="–")
    # Not AND(...): after a FALSE some programs do not look at an error any more, others show it.
    largest = ",".join(f"ABS({one})" for one in apart)
    other = f"IF(LEN({address(below + 1, 2)})>1,{quoted(yours)},{quoted(differ)})"
    formula = f"IF(MAX({largest})<={cell},{quoted(agree)},{other})"
    said: str | float = yours if len(told) > 1 else differ
    said = agree if all(abs(one) <= limit for one in apart) else said
    said = said if all(map(isfinite, apart)) else nan  # the sheet shows an error
    page.speak(below, 1, formula, said, "verdict")
    for column in (2, 3, 4):
        page.write(below, column, None, "verdict")
    page.grid.merges.append(area(below, 1, below, 4))
    for operator, colours in (("equal", layout.theme.good), ("notEqual", layout.theme.bad)):
        page.coloured([address(below, 1)], coloured(operator, [quoted(agree)], colours))
    page.grid.heights[below] = 36


def _put_cost(
    page: Page, layout: Layout, content: Content, row: int, block: int, name: str
) -> Live:
    """C_T of a block twice, and how far both are apart."""
    compare, live, python = layout.compare, content.live.cost[block], content.python.cost[block]
    cells = [
        layout.on("compare", address(compare.row(block), column))
        for column in (compare.live_cost, compare.python_cost)
    ]
    page.write(row, 1, name, "label")
    page.put(row, 2, cells[0], live, "exact-cost")
    page.grid.cells.append(Cell(row, 3, constant(float(python)), cells[1], "exact-python"))
    apart = difference(live, python)
    return page.put(
        row, 4, difference_formula(f"B{row}", f"C{row}"), float(apart), "difference-python"
    )


def _put_links(page: Page, layout: Layout) -> None:
    text, top = layout.text, SHEETS
    page.write(top, 1, text("start.sheets"), "section")
    for row, kind in enumerate(layout.sheets[1:], top + 1):
        page.write(row, 1, layout.sheet(kind), "link")
        page.write(row, 2, text(f"start.about_{kind}", measures=layout.measures))
        page.grid.links.append(Link(address(row, 1), layout.sheet(kind)))
    below = top + len(layout.sheets)
    for row, (kind, (cells, most)) in enumerate(layout.too_large.items(), below):
        page.write(row, 1, layout.sheet(kind))
        said = text("start.too_large", cells=f"{cells:,}", most=f"{most:,}")
        page.write(row, 2, said, "note")


def _rows_below(layout: Layout) -> int:
    """Rows of what stands below the verdict: the sheets, and the legend beside them."""
    return max(len(layout.sheets) + len(layout.too_large), len(LEGEND))


def _put_legend(page: Page, layout: Layout) -> None:
    text, top = layout.text, SHEETS
    page.write(top, 6, text("start.legend"), "section")
    backward = () if layout.network.trains else ("delta", "gradient")
    roles = (role for role in LEGEND if role not in backward)
    for row, role in enumerate(roles, top + 1):
        page.write(row, 6, text(f"legend.{role}"), f"text-{role}")
