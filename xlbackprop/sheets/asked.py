"""The cells that ask something of a reader: what to show, and numbers beside the training."""

from functools import cached_property
from typing import NamedTuple

import numpy as np

from xlbackprop.sheets.all_places import AllPlaces
from xlbackprop.sheets.learning_rates import layout as rates_layout
from xlbackprop.sheets.pictures.layout import PicturesLayout
from xlbackprop.sheets.places import CompareLayout, FitLayout
from xlbackprop.sheets.predict.layout import PredictLayout
from xlbackprop.sheets.solver.layout import SolverLayout

TOLERANCE = 1e-9  # of the Compare sheet
NOTE = 4  # columns that a switch of the Training sheet and the note on it need
STEP = 1e-4  # of the Gradient check sheet


class Choice(NamedTuple):
    """A cell in which a person chooses what a sheet shows: a whole number from 1 on.

    Attributes:
        name: what it chooses.
        kind: the sheet.
        row: row of the cell.
        column: column of the cell.
        usual: what is chosen in a new workbook.
        most: the largest number that may be chosen.
    """

    name: str
    kind: str
    row: int
    column: int
    usual: int
    most: int


class Number(NamedTuple):
    """A cell into which a person types a number that sheets read, but no training.

    Attributes:
        name: what it is.
        kind: the sheet.
        row: row of the cell.
        column: column of the cell.
        usual: the number in a new workbook.
        empty: what an empty cell counts as; None where it is a fault.
        limit: a name of ``bounds.LIMITS`` where only such a number has a sense.
    """

    name: str
    kind: str
    row: int
    column: int
    usual: float
    empty: float | None = None
    limit: str = ""


class Asked(AllPlaces):
    """The cells of each sheet that ask, whether the workbook has it or not."""

    @property
    def tolerance(self) -> Number:
        """Up to which difference the Compare sheet calls numbers equal."""
        row, column = CompareLayout.TOLERANCE_ROW, CompareLayout.TOLERANCE_COLUMN
        return Number("tolerance", "compare", row, column, TOLERANCE)

    @cached_property
    def training_switches(self) -> dict[str, Number]:
        """The cells of the Training sheet that hide and show, above what they hide."""
        training, network = self.training, self.network
        places = {"forward": training.first_of("z")}
        if network.trains:
            places["delta"] = training.first_of("cd")
            places["gradient"] = 0 if network.summed else training.places[0][1]
        switches, free = dict[str, Number](), 0
        for part, column in places.items():
            switches[part] = _switch(f"training {part}", "training", 1, max(column, free))
            free = switches[part].column + NOTE
        return switches

    @cached_property
    def walkthrough_switches(self) -> dict[str, Number]:
        """The cells of the Walkthrough sheet that hide and show."""
        page = self.walkthrough
        parts = ("forward", "delta", "gradient")
        return {
            part: _switch(f"walkthrough {part}", "walkthrough", page.HELPER_ROW, column)
            for part, column in zip(parts, page.switch_columns, strict=True)
        }

    @property
    def solver_choice(self) -> Choice:
        """Whose weights are shown: the reader's, the starting ones, or scipy's."""
        row, column = SolverLayout.CHOICE_ROW, SolverLayout.CHOICE_COLUMN
        return Choice("solver values", "solver", row, column, 1, 3)

    @property
    def fit_choice(self) -> Choice:
        """The block whose curve is shown."""
        row, column, blocks = FitLayout.CHOICE_ROW, FitLayout.CHOICE_COLUMN, self.history.blocks
        return Choice("fit block", "fit", row, column, blocks, blocks)

    @property
    def predict_choice(self) -> Choice:
        """The block with whose parameters the network answers."""
        row, column, blocks = PredictLayout.CHOICE_ROW, self.predict.choice, self.history.blocks
        return Choice("predict block", "predict", row, column, blocks, blocks)

    @property
    def pictures_choice(self) -> Choice:
        """The block whose weights are shown as pictures."""
        row, column, blocks = PicturesLayout.CHOICE_ROW, self.pictures.choice, self.history.blocks
        return Choice("pictures block", "pictures", row, column, blocks, blocks)

    @cached_property
    def drawn(self) -> tuple[Number, ...]:
        """What a person draws: at first an example whose inputs are not all 0."""
        raw, cells = self.recipe.raw(), self.predict.drawn
        first = raw[int(np.argmax(raw.any(axis=1)))].tolist()
        return tuple(
            Number(f"drawn {label}", "predict", *cells[label], usual, empty=0.0)
            for label, usual in zip(self.network.output_labels(1), first, strict=True)
        )

    @property
    def gradient_choices(self) -> tuple[Choice, Choice]:
        """The parameter, by its number among the trained ones, and the block."""
        page, steps = self.gradient, self.training.steps
        column, trained = page.CHOICE_COLUMN, int(self.network.trained.sum())
        kind = "gradient-check"
        return (
            Choice("gradient parameter", kind, page.PARAMETER_ROW, column, 1, trained),
            Choice("gradient block", kind, page.BLOCK_ROW, column, 1, steps.updates),
        )

    @property
    def gradient_step(self) -> Number:
        """How far the parameter is moved."""
        page = self.gradient
        return Number(
            "h", "gradient-check", page.STEP_ROW, page.CHOICE_COLUMN, STEP, limit="not zero"
        )

    @property
    def learning_rates(self) -> tuple[Number, ...]:
        """The learning rates of the trainings side by side."""
        rates = self.rates
        return tuple(
            Number(
                f"eta {i + 1}",
                "learning-rates",
                rates.table_row(i),
                rates.ETA,
                eta,
                limit="positive",
            )
            for i, eta in enumerate(rates_layout.ETAS)
        )

    @property
    def walkthrough_unit(self) -> Choice | None:
        """The unit of each layer that is spelled out; None where every layer has one only."""
        page = self.walkthrough
        if page.units == 1:
            return None
        name, row = "walkthrough unit", page.unit_row
        return Choice(name, "walkthrough", row, page.choice_column, 1, page.units)

    @property
    def walkthrough_choices(self) -> tuple[Choice, Choice]:
        """The block, but for the last, which has no pass back, and one of its examples."""
        page, steps = self.walkthrough, self.training.steps
        column, most = page.choice_column, int(steps.sizes[:-1].max())
        # An example whose inputs are all 0 would show no gradient.
        sees = self.recipe.x()[steps.numbers[: steps.sizes[0]] - 1].any(axis=1)
        usual = int(np.argmax(sees)) + 1
        return (
            Choice("walkthrough block", "walkthrough", page.BLOCK_ROW, column, 1, steps.updates),
            Choice("walkthrough example", "walkthrough", page.EXAMPLE_ROW, column, usual, most),
        )


def _switch(name: str, kind: str, row: int, column: int) -> Number:
    """A cell that shows or hides, at first shows."""
    return Number(name, kind, row, column, 1.0, limit="switch")
