"""The workbook to measure with: the lesson backprop, trained for as long as it takes."""

from collections import defaultdict
from collections.abc import Iterator

from xlbackprop.api import load
from xlbackprop.engine import run
from xlbackprop.sheets import data, parameters, training
from xlbackprop.sheets.book import names
from xlbackprop.sheets.content import Content, Inputs
from xlbackprop.sheets.layout import Layout
from xlbackprop.trace import Trace
from xlbackprop.workbook.grid import Block, Grid, Value

Entry = tuple[int, str | None, Value]  # column, formula, value


def trained(formula_cells: int) -> tuple[Layout, Trace]:
    """A training whose Training sheet has about so many formula cells."""
    epochs = max(1, round(formula_cells / 5_102))  # formula cells of one epoch
    layout = Layout.of(load("backprop", epochs=epochs))
    return layout, run(layout.recipe)


def training_book(layout: Layout, trace: Trace) -> tuple[list[Grid], dict[str, str]]:
    """The Training sheet, the sheets that it reads, and its names."""
    inputs = Inputs.of(layout.recipe)
    targets = inputs.t(layout.recipe.classes())
    content = Content("", inputs, targets, trace, trace, trace)
    sheets = [builder(layout, content) for builder in (training.grid, data.grid, parameters.grid)]
    return sheets, names(layout)


def rows(grid: Grid) -> Iterator[tuple[int, list[Entry]]]:
    """Row number and cells of each row, from the top, from left to right; for other writers."""
    single = defaultdict(list)
    for cell in grid.cells:
        value = cell.value
        if isinstance(value, tuple):  # typeset text, plain for the other writers
            value = "".join(run.text for run in value)
        single[cell.row].append((cell.column, cell.formula, value))
    blocks: defaultdict[int, list[Block]] = defaultdict(list)
    for block in grid.blocks:
        for row in range(block.row, block.row + len(block.values)):
            blocks[row].append(block)
    for row in sorted({*single, *blocks}):
        cells = [*single.get(row, ())]
        for block in blocks.get(row, ()):
            cells += _cells(block, row)
        yield row, sorted(cells, key=lambda cell: cell[0])


def _cells(block: Block, row: int) -> Iterator[Entry]:
    number = str(row)
    values = block.values[row - block.row].tolist()
    for column, (formula, value) in enumerate(zip(block.formulas, values, strict=True)):
        if formula is not None:
            yield block.column + column, formula.replace("{r}", number), value
        elif value == value:  # NaN is an empty cell
            yield block.column + column, None, value
