"""Switches that hide and show, as in a lecture: first the question, then the answer.

Of numbers only looks change: what is hidden is written in the colour of its ground and keeps its
formula. The rules compare cells with the switch by value; rules by formula are left alone (see
``workbook.style``). Sentences are blank while they are hidden.
"""

from collections.abc import Mapping
from itertools import accumulate
from math import isnan

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from xlbackprop.page.bands import text_width
from xlbackprop.page.cells import Input, Live
from xlbackprop.page.page import SWITCH, Page
from xlbackprop.page.paper import column_widths
from xlbackprop.page.validations import switch_only
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.training.looks import ROLE
from xlbackprop.workbook.address import area
from xlbackprop.workbook.grid import Grid
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
NOTE = 4  # columns that a switch of the Training sheet and the note on it need


def switches(layout: Layout) -> dict[str, Input]:
    """The cells of the Training sheet that hide and show, above what they hide."""
    training, network = layout.training, layout.network
    places = {"forward": training.first_of("z")}
    if network.trains:
        places["delta"] = training.first_of("cd")
        places["gradient"] = 0 if network.summed else training.places[0][1]
    found, free = dict[str, Input](), 0
    for part, column in places.items():
        place = 1, max(column, free)
        found[part] = layout.input(f"training {part}", "training", place, 1.0, limit=SWITCH)
        free = found[part].column + NOTE
    return found


def put_switches(page: Page, places: Mapping[str, Input]) -> dict[str, Live]:
    """The cells that take 1 or 0; a tick box where a program shows one."""
    found = dict[str, Live]()
    for part, place in places.items():
        validation = switch_only(page.text, place.cell)
        page.grid.validations.append(validation)
        found[part] = page.ask(place, STYLE, validation)
    return found


def hide_numbers(page: Page, switch: Live, ground: str, cells: str) -> None:
    """Let the numbers in some cells on a ground, RRGGBB, be hidden by a switch."""
    limit = f"IF({_is_on(switch)},-1E+300,1E+300)"
    look = DifferentialStyle(font=Font(color=ground), fill=PatternFill(bgColor=ground))
    rule = Rule(type="cellIs", operator="lessThan", formula=[limit], dxf=look, stopIfTrue=True)
    page.coloured([cells], rule)


def switched(switch: Live, formula: str, value: str | float) -> tuple[str, str | float]:
    """A sentence that is blank while the switch is 0.

    A rule that compares a text with the cell of a formula would make IronCalc compute while it
    loads, and so lose the values that a file stores.
    """
    hidden = isnan(switch) or float(switch) == 0
    return f'IF({_is_on(switch)},{formula}," ")', " " if hidden else value


def _is_on(switch: Live) -> str:
    """A condition that knows numbers and truth values, and takes anything else for 0."""
    return f"OR({switch.fixed},0)"


def add_training_switches(page: Page, layout: Layout) -> None:
    """A switch above each group of bands of the Training sheet, a note beside it."""
    places = layout.own(switches)
    found = put_switches(page, places)
    for part, place in places.items():
        note, first = layout.text(f"reveal.{part}"), place.column + 1
        page.write(place.row, first, note, "beside-wrapped")
        if (last := note_end(page.grid, layout, part)) > first:
            page.grid.merges.append(area(place.row, first, place.row, last))
    training, roles = layout.training, layout.theme.roles
    blocks = range(min(training.steps.updates + 1, MOST))
    for role, kinds in KINDS.items():
        groups = [group for group in training.groups if group.kind in kinds]
        if not groups or PART[role] not in found:
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
        hide_numbers(page, found[PART[role]], roles[role].pale, " ".join(cells))
    if "gradient" in found:
        areas = [place for block in blocks[:-1] for place in training.gradient_areas(block)]
        areas += [] if layout.network.summed else _gradients(layout, blocks[:-1])
        hide_numbers(page, found["gradient"], roles["gradient"].pale, " ".join(areas))


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
    first = layout.own(switches)[part].column + 1
    widths = column_widths(sheet.columns, first + NOTE - 2)[first - 1 :]
    needed = 3 + 0.55 * text_width(layout.text(f"reveal.{part}"))
    return first + sum(reach < needed for reach in list(accumulate(widths))[:-1])


def role_of(kind: str) -> str:
    """The role of a kind of symbol whose numbers may be hidden; empty for others."""
    role = {"G": "gradient", "B": "gradient", "A": "forward"}.get(kind, ROLE.get(kind, ""))
    return role if role in PART else ""
