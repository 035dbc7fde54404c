"""The cells that ask something of a reader: what to show, and numbers beside the training."""

from functools import cached_property

import numpy as np

from xlbackprop.page.cells import Input
from xlbackprop.sheets.plan.all_places import AllPlaces
from xlbackprop.sheets.plan.tables import CompareLayout
from xlbackprop.words.catalogue import Catalogue

TOLERANCE = 1e-9  # of the Compare sheet
NOTE = 4  # columns that a switch of the Training sheet and the note on it need


class Asked(AllPlaces):
    """The cells of each sheet that ask, whether the workbook has it or not."""

    @property
    def tolerance(self) -> Input:
        """Up to which difference the Compare sheet calls numbers equal."""
        row, column = CompareLayout.TOLERANCE_ROW, CompareLayout.TOLERANCE_COLUMN
        return self._input("tolerance", "compare", row, column, TOLERANCE)

    @cached_property
    def training_switches(self) -> dict[str, Input]:
        """The cells of the Training sheet that hide and show, above what they hide."""
        training, network = self.training, self.network
        places = {"forward": training.first_of("z")}
        if network.trains:
            places["delta"] = training.first_of("cd")
            places["gradient"] = 0 if network.summed else training.places[0][1]
        switches, free = dict[str, Input](), 0
        for part, column in places.items():
            switches[part] = self._switch(f"training {part}", "training", 1, max(column, free))
            free = switches[part].column + NOTE
        return switches

    @cached_property
    def walkthrough_switches(self) -> dict[str, Input]:
        """The cells of the Walkthrough sheet that hide and show."""
        page = self.walkthrough
        parts = ("forward", "delta", "gradient")
        return {
            part: self._switch(f"walkthrough {part}", "walkthrough", page.HELPER_ROW, column)
            for part, column in zip(parts, page.switch_columns, strict=True)
        }

    @property
    def walkthrough_unit(self) -> Input | None:
        """The unit of each layer that is spelled out; None where every layer has one only."""
        page = self.walkthrough
        if page.units == 1:
            return None
        name, row = "walkthrough unit", page.unit_row
        return self._input(name, "walkthrough", row, page.choice_column, 1, page.units)

    @property
    def walkthrough_choices(self) -> tuple[Input, Input]:
        """The block, but for the last, which has no pass back, and one of its examples."""
        page, steps = self.walkthrough, self.training.steps
        column, most = page.choice_column, int(steps.sizes[:-1].max())
        # An example whose inputs are all 0 would show no gradient.
        sees = self.recipe.x()[steps.numbers[: steps.sizes[0]] - 1].any(axis=1)
        usual = int(np.argmax(sees)) + 1
        return (
            self._input(
                "walkthrough block", "walkthrough", page.BLOCK_ROW, column, 1, steps.updates
            ),
            self._input(
                "walkthrough example", "walkthrough", page.EXAMPLE_ROW, column, usual, most
            ),
        )

    def _switch(self, name: str, kind: str, row: int, column: int) -> Input:
        """A cell that shows or hides, at first shows."""
        return self._input(name, kind, row, column, 1.0, limit="switch")

    def _input(
        self,
        name: str,
        kind: str,
        row: int,
        column: int,
        usual: float,
        most: int = 0,
        *,
        limit: str = "",
        empty: float | None = None,
    ) -> Input:
        return Input(name, self.sheet(kind), row, column, usual, most, limit, empty)

    def sheet(self, kind: str) -> str:
        """The name of a sheet in the workbook's language."""
        return Catalogue(self.recipe.lang)(f"sheets.{kind}")
