"""The Walkthrough sheet's sentence on the example: what is right, what the network says, C."""

from math import isnan, nan

from xlbackprop.page.sentences import GAP, Number, Part, Word
from xlbackprop.sheets.passes.answers import largest, yes_or_no
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.walkthrough.numbers import Numbers, PageCells
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.address import address


def verdict(layout: Layout, content: Content, numbers: Numbers) -> list[Part]:
    """The sentence; without the answer where outputs are no answers."""
    network, text = layout.network, layout.text
    example = Number(
        numbers.looked_up(layout.training.example, "example"),
        _example(layout, content, numbers),
        decimals=0,
    )
    cost = Number.of(numbers.shown["C"])
    if not network.answers:
        return [text("walkthrough.example_is"), " ", example, ":   C = ", cost]
    targets, outputs = target_labels(network.outputs), network.output_labels(network.last)
    right = numbers.right
    column = layout.training.columns["right"]
    mark = Word(
        f'IF({numbers.looked_up(column, "example")}=1,"✓","✗")',
        None if isnan(right) else "✓" if right else "✗",
    )
    return [
        text("walkthrough.example_is"),
        " ",
        example,
        f":   {text('walkthrough.right')} ",
        _answer(layout, numbers, targets),
        f"{GAP}{text('walkthrough.says')} ",
        _answer(layout, numbers, outputs),
        " ",
        mark,
        f"{GAP}C = ",
        cost,
    ]


def _example(layout: Layout, content: Content, numbers: Numbers) -> float:
    """Number of the example."""
    if not numbers.known:
        return nan
    steps, order = layout.training.steps, content.inputs.order
    row = steps.bounds[numbers.number] + numbers.row
    found = int((steps.numbers if order is None else order)[row])
    return float(found) if found else nan


def _answer(layout: Layout, numbers: Numbers, labels: tuple[str, ...]) -> Word:
    """The class of the largest of some values; of a single one, 1 from 0.5 on, else 0."""
    page, values = numbers.place, [float(numbers.shown[label]) for label in labels]
    [names] = [h for h in page.forward.headings if h.name == "output" and h.number == 1]
    if len(labels) == 1:
        return yes_or_no(PageCells(page).value(labels[0]), values[0])
    places = [(names.top + k, names.left) for k in range(len(labels))]
    column = names.left + (1 if labels[0].startswith("a") else 2)
    first, last = (address(place[0], column) for place in (places[0], places[-1]))
    start, end = (f"${address(*place)}" for place in (places[0], places[-1]))
    return largest(layout, f"{start}:{end}", f"{first}:{last}", values)
