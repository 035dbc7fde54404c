"""What fits on a sheet, found out before any work, with the nearest thing that would."""

from xlbackprop.errors import TooLargeError
from xlbackprop.sheets.layout import Layout
from xlbackprop.workbook.limits import COLUMNS, ROWS

CELLS = 60_000_000  # of the Training sheet; more would not fit in the memory of a usual computer


def check_size(layout: Layout) -> None:
    """See that the workbook fits.

    Raises:
        TooLargeError: too many rows or columns; the message says what would fit.
    """
    training = layout.training
    widest = max(training.last_column, layout.compare.difference + layout.compare.parameters - 1)
    if widest > COLUMNS:
        raise TooLargeError(
            f"layers: the network has {layout.compare.parameters:,} parameters and needs "
            f"{widest:,} columns, a sheet has {COLUMNS:,}; take fewer units: about "
            f"{(COLUMNS - 10) // 3:,} parameters fit."
        )
    rows = min(ROWS, CELLS // training.last_column)
    if training.last_row <= rows:
        return
    most = (rows - training.TOP + 1) // training.height - 1
    examples = (rows - training.TOP + 1) // 2 - (training.height - training.examples)
    advice = f"{most:,} epochs" if most >= 1 else f"{max(examples, 1):,} examples for one epoch"
    raise TooLargeError(
        f"epochs: {layout.recipe.epochs:,} epochs of {layout.examples:,} examples need "
        f"{training.last_row:,} rows of {training.last_column:,} columns; a sheet has {ROWS:,}, "
        f"and a program opens {CELLS:,} cells: at most {advice} fit."
    )
