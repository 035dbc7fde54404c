"""The numbers of the Gradient check sheet: of a new workbook, or what they ought to be in a file.

(C_T(w + h) − C_T(w − h)) / 2h makes the rounding of C_T 1/h times as large, so each number is
judged by those that the sheet itself shows before it, and a quotient is right if rounding of the
shown C_T can make it so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xlbackprop.network.network import Network
from xlbackprop.recipe.steps import looked_up
from xlbackprop.sheets.gradient_check.layout import EXPONENTS, GradientLayout
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.training.trace import Trace, column_slices

Array = NDArray[np.float64]
HELPERS = ("parameters", "example", "size", "sums", "position")
# A program may save 15 digits of C_T only, and may take what differs by 2⁻⁴⁸ of it as equal.
ROUNDING = 2e-14
SMALLEST = 1e-16  # difference that is still counted in decimals


@dataclass(frozen=True)
class GradientNumbers:
    """What the Gradient check sheet shows.

    Attributes:
        helpers: where things stand: those of ``HELPERS``, (5,).
        parameters: w of the chosen block, (P,).
        gradient: Σ∂C/∂w of the chosen block, (P,).
        sizes: h, the chosen one first, (steps,).
        moves: h and −h of each, (passes,).
        moved: the parameters of each pass, (passes, P).
        examples: number of the example in each row, (rows,).
        counts: whether the row is in the block, (rows,).
        values: x, t and the columns of each pass, (passes, rows, columns).
        costs: C_T of w + h and of w − h, (steps, 2).
        quotients: (C_T(w + h) − C_T(w − h)) / 2h, (steps,).
        slopes: Σ∂C/∂w of the chosen parameter, (steps,).
        differences: how far both are apart, (steps,).
        decimals: how many decimals of both agree, (steps,).
    """

    helpers: Array
    parameters: Array
    gradient: Array
    sizes: Array
    moves: Array
    moved: Array
    examples: Array
    counts: Array
    values: Array
    costs: Array
    quotients: Array
    slopes: Array
    differences: Array
    decimals: Array


@dataclass(frozen=True)
class Chosen:
    """What a person chose.

    Attributes:
        parameter: number of the parameter among the trained ones, from 1; 0 for none.
        block: number of the block, from 1; 0 for none.
        h: the step.
    """

    parameter: int
    block: int
    h: float

    @classmethod
    def of(cls, layout: Layout, inputs: Any) -> "Chosen":
        """What is chosen, by the cells of a workbook."""
        parameter, block = map(inputs.chosen, layout.gradient_choices)
        return cls(parameter, block, inputs.asked[layout.gradient_step.name])

    def index(self, network: Network) -> int:
        """The parameter among all, from 0; -1 for none."""
        return int(np.flatnonzero(network.trained)[self.parameter - 1]) if self.parameter else -1


def gradient_numbers(
    layout: Layout,
    chosen: Chosen,
    trace: Trace,
    examples: Array,
    tables: tuple[Array, Array],
    shown: Mapping[str, Array] | None = None,
) -> GradientNumbers:
    """All numbers of the sheet.

    Args:
        layout: where things stand.
        chosen: what is chosen.
        trace: the training that is looked up in.
        examples: number of the example in each of its rows.
        tables: x and t of all examples.
        shown: the numbers that the sheet shows, to judge each by those before it; None for those
            of a new workbook.
    """
    sheet, found = layout.gradient, dict[str, Any]()

    def carry(name: str, computed: Array) -> Array:
        found[name] = computed
        return computed if shown is None else shown[name]

    with np.errstate(all="ignore"):
        index = chosen.index(sheet.network)
        position = index + 2 if index >= 0 else np.nan
        carry("helpers", np.array([*_rows(layout, chosen.block), position]))
        parameters = carry("parameters", _row(trace.parameter_values, chosen.block))
        gradient = carry("gradient", _row(trace.gradient, chosen.block))
        sizes = [chosen.h, *(1 / 10.0**k for k in EXPONENTS)][: sheet.steps]
        h = carry("sizes", np.array(sizes))
        moves = carry("moves", np.column_stack([h, -h]).ravel())
        is_chosen = np.arange(len(parameters)) == index
        moved = parameters + np.where(is_chosen, moves[:, None], 0.0)
        moved = carry("moved", moved if index >= 0 else np.full_like(moved, np.nan))
        numbers, counts = _examples(sheet, chosen.block, trace, examples)
        numbers, counts = carry("examples", numbers), carry("counts", counts)
        x, t = (looked_up(table, numbers) for table in tables)
        of_sheet = None if shown is None else shown["values"]
        found["values"] = passes(sheet.passes.network, moved, x, t, of_sheet)
        values = carry("values", found["values"])
        cost = values[..., column_slices(sheet.passes.network.groups)["C"]][..., 0]
        costs = carry("costs", (cost * counts).sum(axis=-1).reshape(-1, 2))
        _compared(carry, h, costs, gradient[index] if index >= 0 else np.nan)
        if shown is not None:
            _accept_rounding(found, shown, h, costs)
    return GradientNumbers(**found)


def _rows(layout: Layout, block: int) -> list[float]:
    """First rows of a block's parameters and examples on Training, its size, and the sums."""
    if not block:
        return [np.nan] * 4
    training, size = layout.training, int(layout.training.steps.sizes[block - 1])
    top, example = training.parameter_row(block - 1), training.first_example(block - 1)
    return [top, example, size, training.sum_row(block - 1)]


def _row(table: Array, block: int) -> Array:
    """A row of a table by its number; NaN where there is none."""
    row: Array = table[block - 1] if block else np.full(table.shape[1], np.nan)
    return row


def _examples(
    sheet: GradientLayout, block: int, trace: Trace, examples: Array
) -> tuple[Array, Array]:
    """Number of the example in each row, and whether it counts: the last one is repeated."""
    if not block:
        return np.full(sheet.examples, np.nan), np.full(sheet.examples, np.nan)
    own = examples[trace.steps.rows(block - 1)]
    place = np.arange(sheet.examples)
    return own[np.minimum(place, len(own) - 1)], (place < len(own)).astype(float)


def passes(network: Network, parameters: Array, x: Array, t: Array, shown: Array | None) -> Array:
    """The columns of passes forward, (passes, examples, columns), each by those before it.

    Args:
        network: what is computed.
        parameters: (passes, P).
        x: (examples, inputs).
        t: (examples, outputs).
        shown: what the sheet shows, shaped like the result; None to go on with what is computed.
    """
    expected = np.empty((len(parameters), len(x), network.columns))
    slices = column_slices(network.groups)

    def carry(key: str, computed: Array) -> Array:
        expected[..., slices[key]] = computed
        return (expected if shown is None else shown)[..., slices[key]]

    network.forward(parameters, x, t, carry)
    return expected


def _compared(carry: Any, h: Array, costs: Array, slope: float) -> None:
    """The quotients beside Σ∂C/∂w."""
    quotients = carry("quotients", (costs[:, 0] - costs[:, 1]) / (2 * h))
    slopes = np.full(len(h), slope)
    slopes = carry("slopes", slopes)
    differences = carry("differences", np.abs(quotients - slopes))
    carry("decimals", -np.log(np.maximum(differences, SMALLEST)) / np.log(10.0))


def _accept_rounding(
    found: dict[str, Array], shown: Mapping[str, Array], h: Array, costs: Array
) -> None:
    """Take what a sheet shows where rounding of the numbers before can have made it."""
    quotients, slopes = shown["quotients"], shown["slopes"]
    slack = {
        "quotients": ROUNDING * np.abs(costs).max(axis=1) / np.abs(2 * h),
        "differences": ROUNDING * np.maximum(np.abs(quotients), np.abs(slopes)),
    }
    for name, most in slack.items():
        near = np.abs(shown[name] - found[name]) <= most
        found[name] = np.where(near, shown[name], found[name])


def read_gradient(sheet: GradientLayout, numbers: Array) -> dict[str, Array]:
    """What a sheet shows, from all of its numbers, (rows, columns)."""
    own, table = sheet.passes, slice(sheet.table_row(0) - 1, sheet.table_row(sheet.steps) - 1)
    parameters = slice(own.first - 1, own.first - 1 + own.parameters)
    examples = slice(sheet.top - 1, sheet.bottom)
    of_passes = slice(sheet.pass_row(0) - 1, sheet.pass_row(own.count) - 1)
    columns = np.array([list(places.values()) for places in own.columns]) - 1
    used = np.ones(sheet.examples)
    return {
        "helpers": numbers[sheet.helper_row - 1, 1 : 1 + len(HELPERS)],
        "parameters": numbers[sheet.now_row - 1, parameters],
        "gradient": numbers[sheet.slope_row - 1, parameters],
        "sizes": numbers[table, sheet.H - 1],
        "moves": numbers[of_passes, sheet.STEP - 1],
        "moved": numbers[of_passes, parameters],
        "examples": numbers[examples, sheet.STEP - 1],
        "counts": numbers[examples, sheet.COUNTS - 1] if sheet.batched else used,
        "values": numbers[examples][:, columns].swapaxes(0, 1),
        "costs": numbers[table, sheet.PLUS - 1 : sheet.MINUS],
        "quotients": numbers[table, sheet.QUOTIENT - 1],
        "slopes": numbers[table, sheet.SLOPE - 1],
        "differences": numbers[table, sheet.DIFFERENCE - 1],
        "decimals": numbers[table, sheet.DECIMALS - 1],
    }
