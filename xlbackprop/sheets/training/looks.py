"""How the Training sheet looks: styles, widths, folds and colours."""

from xlbackprop.network.network import Network
from xlbackprop.network.structure import Group
from xlbackprop.page.colours import pixel_colours, wrong_answers
from xlbackprop.page.page import Page
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.address import area, letters
from xlbackprop.workbook.grid import Columns

ROLE = {
    "x": "data",
    "t": "data",
    "z": "forward",
    "e": "forward",
    "a": "forward",
    "m": "cost",
    "C": "cost",
    "right": "cost",
    "c": "delta",
    "d": "delta",
    "g": "gradient",
}
STYLE = {"x": "plain-data", "t": "plain-data", "C": "cost-cost", "right": "whole-cost"}
WIDTH = {"x": 10.0, "t": 10.0, "C": 16.0, "right": 10.0}


def example_styles(layout: Layout) -> tuple[str, ...]:
    """The style of each column in the rows of examples: those of a mini-batch may be chosen."""
    training = layout.training
    styles = ["count"] * (training.example - 1)
    styles.append("plain-input" if training.steps.batched else "count")
    for group in layout.training.groups:
        styles += [symbol_style(layout, group)] * len(group.labels)
    return tuple(styles)


def is_open(layout: Layout, block: int) -> bool:
    """Whether the rows of a block's examples are in sight, or folded."""
    detail = layout.recipe.detail
    return detail == "all" or layout.training.steps.epoch(block) in detail


def symbol_style(layout: Layout, group: Group) -> str:
    """The style of the numbers of a group in the rows of examples."""
    if group.kind == "x" and layout.data.statistics and not layout.recipe.image:
        return "number-data"  # a quotient has many digits; those of data are few
    return STYLE.get(group.kind, f"number-{ROLE[group.kind]}")


def parameter_style(label: str, usual: str) -> str:
    """The style of a parameter: ε would be 0.0000 in the usual one."""
    return f"difference-{usual.split('-')[1]}" if label.startswith("epsilon") else usual


def parameter_styles(network: Network, usual: str) -> list[str]:
    """The styles of all parameters, in the sheet's order."""
    return [parameter_style(label, usual) for label in network.all_parameter_labels]


def stacked_note(layout: Layout, *, stacked: bool = True) -> list[str]:
    """Where numbers stand that are no weights and biases, if there are any above the columns."""
    wordings = dict.fromkeys(layer.wording for layer in layout.network.layers)
    return [layout.text(f"training.stacked_{name}") for name in wordings if name and stacked]


def widths(layout: Layout) -> list[Columns]:
    """Widths, and outline groups that fold the inputs and each unit's weights."""
    training = layout.training
    found = [
        Columns(training.EPOCH, training.example - 1, 8),
        Columns(training.example, training.example, 12 if training.depth > 1 else 10),
    ]
    for group in training.groups:
        if group.kind == "g":
            found += _gradient_columns(layout, group)
            continue
        first = training.columns[group.labels[0]]
        found.append(
            Columns(
                first,
                first + len(group.labels) - 1,
                width(group, narrow=bool(layout.recipe.image) and not layout.network.summed),
                outline=1 if group.kind == "x" else 0,
            )
        )
    return found


def width(group: Group, *, narrow: bool = False) -> float:
    """Width of each column of a group, in characters; narrow where inputs are only 0 and 1."""
    # Titles need about 30 characters however few columns a group has.
    least = {"x": 20, "t": 14, "z": 30, "a": 28, "d": 32}.get(group.kind, 0)
    usual = 6.0 if narrow and group.kind == "x" else WIDTH.get(group.kind, 11.0)
    return max(usual, least / len(group.labels))


def _gradient_columns(layout: Layout, group: Group) -> list[Columns]:
    columns = []
    for labels in layout.network.parameter_rows(group.layer):
        first, size = layout.training.columns[f"g_{labels[0]}"], len(labels)
        width = max(11.0, 60 / size)
        if size > 1:
            columns.append(Columns(first, first + size - 2, width, outline=1))
        columns.append(Columns(first + size - 1, first + size - 1, width))
    return columns


def add_colours(page: Page, layout: Layout) -> None:
    """Colour wrong answers, pixels and the exponents of large numbers."""
    training, colours = layout.training, layout.theme.pictures
    page.large(training.TOP, training.first, training.last_row, training.last_column)
    if layout.network.answers:
        answers = letters(training.columns["right"])
        column = f"{answers}{training.TOP}:{answers}{training.last_row}"
        page.coloured([column], wrong_answers(layout.theme))
    if layout.recipe.image:
        last = training.first + len(layout.recipe.inputs) - 1
        # Weights stand in these columns, too, where gradients are summed.
        spans = [(training.TOP, training.last_row)]
        spans = list(training.example_rows()) if layout.network.summed else spans
        pixels = [area(top, training.first, bottom, last) for top, bottom in spans]
        page.coloured(pixels, pixel_colours(colours))
