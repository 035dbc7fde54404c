"""What fits on a sheet, found out before any work, with the nearest thing that would."""

from xlbackprop.errors import TooLargeError
from xlbackprop.sheets.layout import Layout

ROWS = 1_048_576
COLUMNS = 16_384
CELLS = 60_000_000  # of the Training sheet; more would not fit in the memory of a usual computer


def check_size(layout: Layout) -> None:
    """See that the workbook fits.

    Raises:
        TooLargeError: too many rows or columns; the message says what would fit.
    """
    training = layout.training
    if training.last_row > ROWS:
        most = (ROWS - training.TOP + 1) // training.height - 1
        advice = (
            f"at most {most:,} epochs fit"
            if most >= 1
            else f"at most {(ROWS - training.TOP) // 2 - 3:,} examples fit"
        )
        raise TooLargeError(
            f"epochs: {layout.recipe.epochs:,} epochs of {layout.examples:,} examples need "
            f"{training.last_row:,} rows, a sheet has {ROWS:,}; {advice}."
        )
    widest = max(training.last_column, layout.compare.difference + layout.compare.parameters - 1)
    if widest > COLUMNS:
        raise TooLargeError(
            f"layers: the network has {layout.compare.parameters:,} parameters and needs "
            f"{widest:,} columns, a sheet has {COLUMNS:,}; take fewer units: about "
            f"{(COLUMNS - 10) // 3:,} parameters fit."
        )
    cells = training.last_row * training.last_column
    if cells > CELLS:
        most = CELLS // training.last_column // training.height - 1
        raise TooLargeError(
            f"epochs: {layout.recipe.epochs:,} epochs need {cells:,} cells on the Training sheet, "
            f"more than the {CELLS:,} that a program could open; at most {most:,} epochs fit."
        )
