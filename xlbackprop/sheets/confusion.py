"""The Confusion sheet: which class is taken for which, at an epoch that a person chooses.

At the top the matrix: a row for each right class, a column for each answer. Below it every example
of the epoch: where it stands on Training, its targets and outputs, and the class of the largest.
"""

from collections.abc import Sequence
from math import nan

import numpy as np

from xlbackprop.arrays import Array
from xlbackprop.data.table import printable
from xlbackprop.network.text import number_at
from xlbackprop.page.bands import Band, put_bands, put_title
from xlbackprop.page.cells import Area, Input, Live
from xlbackprop.page.colours import counts_of
from xlbackprop.page.page import Page
from xlbackprop.page.sentences import Number, filled
from xlbackprop.page.typeset import typeset
from xlbackprop.sheets.plan.choices import put_choice
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.kind import Kind
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.sheets.plan.pages import new_page
from xlbackprop.sheets.training.formulas import training_column
from xlbackprop.words.notation import target_labels
from xlbackprop.workbook.grid import Cell, Columns, Paper, Value

CHOICE_ROW, SENTENCE_ROW, TOP = 3, 4, 6  # of the matrix: a band, then the answers, then its rows
MOST = 20  # classes on a page that can be read
MOST_CELLS = 60_000


def suits(layout: Layout) -> bool:
    """Whether there are classes to be confused, and room for all examples of an epoch."""
    classes = len(layout.recipe.classes())
    return 2 <= classes <= MOST and layout.examples * (4 + 2 * classes) <= MOST_CELLS


def choice(layout: Layout) -> Input:
    """The epoch whose answers are counted; the last one is the result."""
    last = layout.recipe.epochs + 1
    return layout.input("confusion epoch", "confusion", (CHOICE_ROW, 3), last, last)


def build(layout: Layout, content: Content) -> Page:
    """The Confusion sheet."""
    text, names = layout.text, [printable(name) for name in layout.recipe.classes()]
    count = len(names)
    columns = [Columns(1, 1, 16), Columns(2, 3 + 2 * count + 2, 12)]
    page = new_page(layout, content, "confusion", "cost", columns)
    page.grid.paper = Paper(repeat_rows=f"{TOP + count + 6}:{TOP + count + 7}")
    put_title(page.grid, text("confusion.title"), text("confusion.intro"))
    epoch: Live | None = None
    if layout.network.trains:
        note = text("confusion.epoch_note", most=layout.recipe.epochs + 1)
        epoch = put_choice(page, choice(layout), text("confusion.epoch"), note)
    right, answer = _put_examples(page, layout, content, epoch, TOP + count + 4)
    put_bands(
        page.grid,
        TOP,
        [
            Band("data", 1, (text("confusion.right"),), ""),
            Band("forward", 2, tuple(names), text("confusion.answer")),
            Band("cost", 2 + count, ("Σ", text("confusion.share")), text("confusion.total")),
        ],
        equations=False,
    )
    _put_matrix(page, names, right, answer)
    return page


def asks(layout: Layout) -> list[Input]:
    """Which epoch; where nothing is trained there is but one."""
    return [choice(layout)] if layout.network.trains else []


KIND = Kind("confusion", build, suits, asks)


def _put_matrix(page: Page, names: Sequence[Value], right: Area, answer: Area) -> None:
    """How often each class is taken for each; how many there are of it, and the share right."""
    top, count = TOP + 2, len(names)
    known = np.isfinite(right.values).all() and np.isfinite(answer.values).all()
    matrix = page.put_area(
        top,
        2,
        lambda i, j: f"SUMPRODUCT(({right}={i + 1})*({answer}={j + 1}))",
        _counted(right.values, answer.values, count) if known else np.full((count, count), np.nan),
        "whole-cost",
    )
    for i, name in enumerate(names):
        page.write(top + i, 1, name, "heading-data")
        row = matrix.part(i, 0, 1, count)
        total = page.put(top + i, 2 + count, f"SUM({row})", row.values.sum(), "whole-cost")
        share = float(matrix[i, i] / total) if total else "–"
        formula = f'IF({total}=0,"–",{matrix[i, i]}/{total})'
        page.grid.cells.append(Cell(top + i, 3 + count, share, formula, "percent-cost"))
    below, hits = top + count, [matrix[i, i] for i in range(count)]
    page.write(below, 1, "Σ", "heading-data")
    for j in range(count):
        column = matrix.part(0, j, count, 1)
        page.put(below, 2 + j, f"SUM({column})", column.values.sum(), "whole-cost")
    total = page.put(below, 2 + count, f"SUM({matrix})", matrix.values.sum(), "whole-cost")
    formula = f"({'+'.join(map(str, hits))})/{total}"
    share = page.put(below, 3 + count, formula, sum(hits) / total, "percent-cost")
    told = filled(
        page.text("confusion.verdict"),
        right=[Number(f"{share}*{total}", share * total, decimals=0)],
        examples=[Number.of(total, 0)],
        share=[Number(f"100*{share}", 100 * share, decimals=1)],
    )
    page.sentence(SENTENCE_ROW, 1, told, "verdict-line")
    page.grid.heights |= {SENTENCE_ROW: 26.0, TOP: 22.0, TOP + 1: 22.0}
    others = [matrix[i, j] for i in range(count) for j in range(count) if i != j]
    usual = len(right.values) / count  # examples of a class
    page.coloured(hits, counts_of(usual, page.theme, right=True))
    page.coloured(others, counts_of(usual / 2, page.theme, right=False))


def _counted(right: Array, answer: Array, count: int) -> Array:
    """The matrix of two columns of class numbers, from 1; (classes, classes).

    What is no class's number, in a file that somebody changed, is counted nowhere.
    """
    classes = np.arange(1, count + 1)
    counted: Array = (right == classes).T.astype(float) @ (answer == classes)
    return counted


def _put_examples(
    page: Page, layout: Layout, content: Content, epoch: Live | None, top: int
) -> tuple[Area, Area]:
    """Every example of the epoch; the columns with its class and with the answer."""
    training, network, text = layout.training, layout.network, layout.text
    rows, number, chosen = layout.examples, 0, "1"
    if epoch is not None:
        number, chosen = (int(epoch) - 1 if epoch > 0 else -1), epoch.fixed
    targets, outputs = target_labels(network.outputs), network.output_labels(network.last)
    labels, first = (*targets, *outputs), top + 4
    counters = training_column(layout, training.EPOCH)
    at = training.parameter_row(number * training.steps.per_epoch) if number >= 0 else nan
    page.write(top, 1, text("confusion.first_row"), "label")
    start = page.put(top, 3, f"MATCH({chosen},{counters},0)", at, "whole-update")
    # Between the mini-batches of an epoch stand their sums and the next parameters.
    between = np.arange(rows) // (layout.recipe.batch or rows) * training.extra
    place, skips = f"{start.fixed}+{training.depth}+$A{{r}}-1", ""
    if layout.recipe.batch:
        skipped = f"{training.extra}*INT(($A{{r}}-1)/{layout.recipe.batch})"
        skips = f"+IF({chosen}<={layout.recipe.epochs},{skipped},0)"
    shift = between * (number < layout.recipe.epochs)
    lines = np.arange(rows) + start + training.depth + shift
    texts = [None, place + skips]
    page.rows(first, 1, texts, np.column_stack([np.arange(1.0, rows + 1), lines]), "count")
    known = content.live.values[max(number, 0) * rows :][:rows]
    columns = [training.example, *(training.columns[label] for label in labels)]
    seen = known[:, [column - training.first for column in columns[1:]]]
    examples = content.examples[max(number, 0) * rows :][:rows, None]
    values = np.hstack([examples, seen]) if number >= 0 else np.full((rows, 1 + len(labels)), nan)
    looks = ["count", *["plain-data"] * len(targets), *["number-forward"] * len(outputs)]
    shown = page.rows(
        first,
        3,
        [number_at(training_column(layout, column), "$B{r}") for column in columns],
        values,
        looks,
        symbols=("", *labels),
    )
    count, left = network.outputs, 4
    halves = [shown.part(0, 1 + k * count, rows, count) for k in (0, 1)]
    found = page.rows(
        first,
        left + 2 * count,
        [f"MATCH(MAX({half.row}),{half.row},0)" for half in halves],
        np.column_stack([_largest(half.values) for half in halves]),
        ["whole-data", "whole-forward"],
    )
    counter = (text("confusion.place"), text("confusion.row"), text("training.example"))
    bands = [
        Band("update", 1, counter, ""),
        Band("data", left, tuple(map(typeset, targets)), text("training.band_t")),
        Band("forward", left + count, tuple(map(typeset, outputs)), text("confusion.outputs")),
        Band("data", left + 2 * count, (text("confusion.right"),), ""),
        Band("forward", left + 2 * count + 1, (text("confusion.answer"),), ""),
    ]
    put_bands(page.grid, top + 2, bands, equations=False)
    page.grid.heights |= {top: 20.0, top + 2: 22.0, top + 3: 36.0}
    return found.part(0, 0, rows, 1), found.part(0, 1, rows, 1)


def _largest(values: Array) -> Array:
    """The number of the largest in each row, from 1; NaN where there is none."""
    unknown = np.isnan(values).any(axis=1)
    return np.where(unknown, nan, np.argmax(np.nan_to_num(values), axis=1) + 1.0)
