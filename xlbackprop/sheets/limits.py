"""What fits on a sheet, found out before any work, with the nearest thing that would."""

from dataclasses import replace

from xlbackprop.errors import TooLargeError
from xlbackprop.gate import COLUMNS, ROWS, TRAINING_CELLS
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.limits import FORMULA_CHARACTERS

SLOPE = 60  # characters of the longest σ'(z) and its brackets


def check_size(layout: Layout) -> None:
    """See that the workbook fits.

    Raises:
        TooLargeError: too many rows or columns; the message says what would fit.
    """
    _check_columns(layout)
    _check_rows(layout)
    _check_formulas(layout)


def training_cells(layout: Layout) -> int:
    """Cells of the Training sheet."""
    return _rows(layout, layout.recipe.epochs) * layout.one_epoch.last_column


def _check_columns(layout: Layout) -> None:
    columns = layout.one_epoch.last_column
    if columns > COLUMNS:
        raise TooLargeError(
            f"layers: inputs, units and outputs need {columns:,} columns beside each other, a "
            f"sheet has {COLUMNS:,}; they are {columns - COLUMNS:,} too many, and a unit needs 3."
        )


def _check_rows(layout: Layout) -> None:
    columns = layout.one_epoch.last_column
    epochs, fit = layout.recipe.epochs, _epochs_that_fit(layout)
    if epochs <= fit:
        return
    summed = Layout(layout.recipe, replace(layout.network, summed=True))
    hint = '; with gradients = "summed" it fits' if epochs <= _epochs_that_fit(summed) else ""
    most = f"{fit:,} epochs" if fit >= 1 else f"{_examples_that_fit(layout):,} examples for 1 epoch"
    raise TooLargeError(
        f"epochs: {epochs:,} epochs of {layout.examples:,} examples need {_rows(layout, epochs):,} "
        f"rows of {columns:,} columns; a sheet has {ROWS:,}, and a program opens "
        f"{TRAINING_CELLS:,} cells: at most {most} fit{hint}."
    )


def _rows(layout: Layout, epochs: int) -> int:
    """Rows of the Training sheet."""
    one = layout.one_epoch
    an_epoch = layout.examples + one.steps.updates * one.extra
    result = one.depth + layout.examples + 1
    return one.TOP - 1 + epochs * an_epoch + result


def _rows_there_are(layout: Layout) -> int:
    return min(ROWS, TRAINING_CELLS // layout.one_epoch.last_column)


def _epochs_that_fit(layout: Layout) -> int:
    an_epoch = _rows(layout, 1) - _rows(layout, 0)
    return (_rows_there_are(layout) - _rows(layout, 0)) // an_epoch


def _examples_that_fit(layout: Layout) -> int:
    one = layout.one_epoch
    an_example = 2 + one.extra * one.steps.updates / layout.examples
    return max(1, int((_rows_there_are(layout) - one.TOP - one.depth - one.extra) / an_example))


def _check_formulas(layout: Layout) -> None:
    """See that no unit adds up more terms than a formula holds."""
    network, cells = layout.network, layout.one_epoch.cells(0)
    for number, layer in network.numbered():
        source = network.source(number)
        made = {"value": layer.value_formulas(network.place(number), source, cells)}
        if network.trains and number > 2:
            passed_back = layer.passed_back_formulas(network.place(number), source, cells)
            made["δ in the layer before"] = passed_back
        for what, formulas in made.items():
            # The row's number has up to so many digits, and σ'(z) is yet to come.
            longest = max(len(text.replace("{r}", str(ROWS))) for text in formulas) + SLOPE
            if longest > FORMULA_CHARACTERS:
                smaller = ", or smaller kernels" if network.has_maps else ""
                raise TooLargeError(
                    f"layers[{number - 2}]: the formula of a {what} would have {longest:,} "
                    f"characters, a spreadsheet takes {FORMULA_CHARACTERS:,}; take fewer "
                    f"{network.row_name(number)}s here or in the layer before{smaller}."
                )
