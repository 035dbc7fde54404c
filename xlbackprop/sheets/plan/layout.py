"""Where each symbol lives: the map that formulas, sheets and the check all read.

Nothing here makes a cell; these are addresses only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from xlbackprop.page.cells import Input
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.sheets.plan.asked import Asked
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import reference
from xlbackprop.workbook.theme import Theme, shipped_theme

Made = TypeVar("Made")
ETA = "eta"  # defined name of the learning rate


@dataclass(frozen=True)
class Layout(Asked):
    """Where things stand on the sheets of a workbook, and the theme that they wear.

    Attributes:
        theme: the theme.
        sheets: the kinds of sheets that the workbook has, in its order; see ``sheets.kinds``.
        asked: the cells of those that ask something of a reader, beside those of the training.
        too_large: sheets left out for their size: cells that they would need, and may have at most.
    """

    theme: Theme = field(default_factory=shipped_theme)
    sheets: tuple[str, ...] = ()
    asked: tuple[Input, ...] = ()
    too_large: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    _made: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, recipe: Recipe, theme: Theme | None = None) -> "Layout":
        """The layout of a recipe's workbook, as long as nobody has said which sheets it has."""
        spoken = (theme or shipped_theme()).spoken(recipe.lang)
        return cls(recipe, network_of(recipe), spoken)

    @cached_property
    def text(self) -> Catalogue:
        """The texts of the workbook's language, those that fit this training."""
        variants = {
            "batched": self.one_epoch.steps.batched,
            "summed": self.network.summed,
            "filters": self.network.summed and self.network.has_maps,
            "forward": not self.network.trains,
            "solving": self.recipe.solver,
        }
        return Catalogue(self.recipe.lang, *(name for name, yes in variants.items() if yes))

    @property
    def measures(self) -> str:
        """What is measured of each block, in the workbook's language."""
        return self.text("training.measures" if self.network.answers else "training.only_cost")

    @property
    def has_walkthrough(self) -> bool:
        """Whether there is a pass back to walk through, on a page that can be read."""
        return self.network.trains and self.walkthrough.fits

    @property
    def learns(self) -> bool:
        """Whether training changes any parameter."""
        return bool(self.network.trained.any())

    def own(self, make: Callable[["Layout"], Made]) -> Made:
        """What a sheet makes of the layout for itself, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def input(
        self,
        name: str,
        kind: str,
        place: tuple[int, int],
        usual: float,
        most: int = 0,
        *,
        limit: str = "",
        empty: float | None = None,
    ) -> Input:
        """A cell of a sheet that asks something; see ``Input``."""
        return Input(name, self.sheet(kind), *place, usual, most, limit, empty)

    def sheet(self, kind: str) -> str:
        """The name of a sheet in the workbook's language."""
        return self.text(f"sheets.{kind}")

    def on(self, kind: str, cell: str) -> str:
        """A cell of another sheet, as formula text."""
        return reference(self.sheet(kind), cell)
