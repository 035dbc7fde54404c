"""Switches that hide and show, as in a lecture: first the question, then the answer.

Of numbers only looks change: what is hidden is written in the colour of its ground and keeps its
formula. The rules compare cells with the switch by value; rules by formula are left alone (see
``style``). Sentences are blank while they are hidden.
"""

from collections.abc import Iterable
from itertools import accumulate
from math import isnan

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from xlbackprop.page.bands import text_width
from xlbackprop.page.cells import Input
from xlbackprop.page.paper import column_widths
from xlbackprop.page.validations import switch_only
from xlbackprop.sheets.plan.asked import NOTE
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.looks import ROLE
from xlbackprop.workbook.address import absolute, address, area
from xlbackprop.workbook.grid import Cell, Grid, Value
from xlbackprop.workbook.tick_boxes import STYLE

PART = {  # of each role
    "forward": "forward",
    "cost": "forward",
    "delta": "delta",
    "gradient": "gradient",
    "update": "gradient",
}
KINDS = {"forward": ("z", "e", "a"), "cost": ("m", "C", "right"), "delta": ("c", "d")}
MOST = 300  # blocks whose numbers a switch hides; a sheet of thousands would become slow


def put_switches(sheet: Grid, content: Content, layout: Layout, switches: Iterable[Input]) -> None:
    """The cells that take 1 or 0; a tick box where a program shows one."""
    for switch in switches:
        value, cell = content.inputs.asked[switch.name], address(switch.row, switch.column)
        ticked: Value = None if isnan(value) else bool(value)
        sheet.cells.append(Cell(switch.row, switch.column, ticked, style=STYLE))
        validation = switch_only(layout.text, cell)
        validation.add(cell)
        sheet.validations.append(validation)


def hide_numbers(sheet: Grid, switch: Input, ground: str, cells: str) -> None:
    """Let the numbers in some cells on a ground, RRGGBB, be hidden by a switch."""
    limit = f"IF({_is_on(switch)},-1E+300,1E+300)"
    look = DifferentialStyle(font=Font(color=ground), fill=PatternFill(bgColor=ground))
    rule = Rule(type="cellIs", operator="lessThan", formula=[limit], dxf=look, stopIfTrue=True)
    sheet.conditional.append((cells, rule))


def switched(
    switch: Input, content: Content, formula: str, value: str | float
) -> tuple[str, str | float]:
    """A sentence that is blank while the switch is 0.

    A rule that compares a text with the cell of a formula would make IronCalc compute while it
    loads, and so lose the values that a file stores.
    """
    number = content.inputs.asked[switch.name]
    hidden = isnan(number) or number == 0
    return f'IF({_is_on(switch)},{formula}," ")', " " if hidden else value


def _is_on(switch: Input) -> str:
    """A condition that knows numbers and truth values, and takes anything else for 0."""
    return f"OR({absolute(switch.row, switch.column, switch.row, switch.column)},0)"


def add_training_switches(sheet: Grid, layout: Layout, content: Content) -> None:
    """A switch above each group of bands of the Training sheet, a note beside it."""
    switches = layout.training_switches
    put_switches(sheet, content, layout, switches.values())
    for part, switch in switches.items():
        note, first = layout.text(f"reveal.{part}"), switch.column + 1
        sheet.cells.append(Cell(switch.row, first, note, style="beside-wrapped"))
        if (last := note_end(sheet, layout, part)) > first:
            sheet.merges.append(area(switch.row, first, switch.row, last))
    training, roles = layout.training, layout.theme.roles
    blocks = range(min(training.steps.updates + 1, MOST))
    for role, kinds in KINDS.items():
        groups = [group for group in training.groups if group.kind in kinds]
        if not groups or PART[role] not in switches:
            continue
        cells = [
            area(
                training.first_example(block),
                training.columns[group.labels[0]],
                training.last_example(block) + (role == "cost"),
                training.columns[group.labels[-1]],
            )
            for block in blocks
            for group in groups
        ]
        hide_numbers(sheet, switches[PART[role]], roles[role].pale, " ".join(cells))
    if "gradient" in switches:
        areas = [place for block in blocks[:-1] for place in training.gradient_areas(block)]
        areas += [] if layout.network.summed else _gradients(layout, blocks[:-1])
        hide_numbers(sheet, switches["gradient"], roles["gradient"].pale, " ".join(areas))


def _gradients(layout: Layout, blocks: range) -> list[str]:
    """The rows of the examples under the parameters."""
    training = layout.training
    first, last = training.places[0][1], training.places[-1][1]
    return [
        area(training.first_example(block), first, training.last_example(block), last)
        for block in blocks
    ]


def note_end(sheet: Grid, layout: Layout, part: str) -> int:
    """The last column of the note beside a switch of the Training sheet, which has two lines."""
    first = layout.training_switches[part].column + 1
    widths = column_widths(sheet.columns, first + NOTE - 2)[first - 1 :]
    needed = 3 + 0.55 * text_width(layout.text(f"reveal.{part}"))
    return first + sum(reach < needed for reach in list(accumulate(widths))[:-1])


def role_of(kind: str) -> str:
    """The role of a kind of symbol whose numbers may be hidden; empty for others."""
    role = {"G": "gradient", "B": "gradient", "A": "forward"}.get(kind, ROLE.get(kind, ""))
    return role if role in PART else ""
