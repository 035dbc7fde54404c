"""What fits on a sheet, found out before any work, with the nearest thing that would."""

from dataclasses import replace

from xlbackprop.errors import TooLargeError
from xlbackprop.sheets.layout import Layout
from xlbackprop.workbook.limits import COLUMNS, ROWS

CELLS = 60_000_000  # of the Training sheet; more would not fit in the memory of a usual computer


def check_size(layout: Layout) -> None:
    """See that the workbook fits.

    Raises:
        TooLargeError: too many rows or columns; the message says what would fit.
    """
    columns = layout.one_epoch.last_column
    if columns > COLUMNS:
        raise TooLargeError(
            f"layers: inputs, units and outputs need {columns:,} columns beside each other, a "
            f"sheet has {COLUMNS:,}; they are {columns - COLUMNS:,} too many, and a unit needs 3."
        )
    epochs, fit = layout.recipe.epochs, _epochs_that_fit(layout)
    if epochs <= fit:
        return
    summed = Layout(layout.recipe, replace(layout.network, summed=True))
    hint = '; with gradients = "summed" it fits' if epochs <= _epochs_that_fit(summed) else ""
    most = f"{fit:,} epochs" if fit >= 1 else f"{_examples_that_fit(layout):,} examples for 1 epoch"
    raise TooLargeError(
        f"epochs: {epochs:,} epochs of {layout.examples:,} examples need {_rows(layout, epochs):,} "
        f"rows of {columns:,} columns; a sheet has {ROWS:,}, and a program opens {CELLS:,} cells: "
        f"at most {most} fit{hint}."
    )


def _rows(layout: Layout, epochs: int) -> int:
    """Rows of the Training sheet."""
    one = layout.one_epoch
    an_epoch = layout.examples + one.steps.updates * one.extra
    result = one.depth + layout.examples + 1
    return one.TOP - 1 + epochs * an_epoch + result


def _rows_there_are(layout: Layout) -> int:
    return min(ROWS, CELLS // layout.one_epoch.last_column)


def _epochs_that_fit(layout: Layout) -> int:
    an_epoch = _rows(layout, 1) - _rows(layout, 0)
    return (_rows_there_are(layout) - _rows(layout, 0)) // an_epoch


def _examples_that_fit(layout: Layout) -> int:
    one = layout.one_epoch
    an_example = 2 + one.extra * one.steps.updates / layout.examples
    return max(1, int((_rows_there_are(layout) - one.TOP - one.depth - one.extra) / an_example))
