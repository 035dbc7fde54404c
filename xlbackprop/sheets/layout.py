"""Where each symbol lives: the map that formulas, sheets and the check all read.

Nothing here makes a cell; these are addresses only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from xlbackprop.recipe.fields import VIEWS
from xlbackprop.recipe.network import network_of
from xlbackprop.recipe.recipe import Recipe
from xlbackprop.sheets.asked import Asked, Choice, Number
from xlbackprop.sheets.gradient_check import layout as gradient_layout
from xlbackprop.sheets.learning_rates import layout as rates_layout
from xlbackprop.words.catalogue import Catalogue
from xlbackprop.workbook.address import reference
from xlbackprop.workbook.theme import Theme, shipped_theme

SHEETS = (
    "start",
    "data",
    "solver",
    "parameters",
    "training",
    "walkthrough",
    "predict",
    "gradient-check",
    "learning-rates",
    "pictures",
    "history",
    "fit",
    "compare",
    "recipe",
)
MOST_CURVES = 4  # of different colours in one chart
ETA = "eta"  # defined name of the learning rate


@dataclass(frozen=True)
class Layout(Asked):
    """All sheets of a workbook, and the theme that they wear."""

    theme: Theme = field(default_factory=shipped_theme)

    @classmethod
    def of(cls, recipe: Recipe, theme: Theme | None = None) -> "Layout":
        """The layout of a recipe's workbook."""
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

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The kinds of sheets that the workbook has, in its order."""
        suits = {
            "fit": self.has_curve,
            "solver": self.recipe.solver,
            "walkthrough": self.has_walkthrough,
            "predict": self.predict.fits and self.history.shows_parameters,
            "pictures": self.pictures.fits and self.history.shows_parameters,
            "gradient-check": self.learns and self.gradient.fits,
            "learning-rates": self.learns and self.rates.fits,
        }
        left_out = set(VIEWS) - set(self.recipe.views)
        return tuple(kind for kind in SHEETS if suits.get(kind, True) and kind not in left_out)

    @property
    def has_curve(self) -> bool:
        """Whether the outputs are curves over one input."""
        recipe = self.recipe
        return len(recipe.inputs) == 1 and not recipe.label and self.network.outputs <= MOST_CURVES

    @property
    def has_walkthrough(self) -> bool:
        """Whether there is a pass back to walk through, on a page that can be read."""
        return self.network.trains and self.walkthrough.fits

    @property
    def learns(self) -> bool:
        """Whether training changes any parameter."""
        return bool(self.network.trained.any())

    @cached_property
    def too_large(self) -> dict[str, tuple[int, int]]:
        """Sheets left out for their size: how many cells they would need, and may have at most."""
        found = {
            "gradient-check": (
                self.gradient.fits,
                self.gradient.cells(1),
                gradient_layout.MOST_CELLS,
            ),
            "learning-rates": (self.rates.fits, self.rates.least_cells, rates_layout.MOST_CELLS),
        }
        return {
            kind: (cells, most)
            for kind, (fits, cells, most) in found.items()
            if self.learns and not fits and kind in self.recipe.views
        }

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """The cells in which a person chooses what a sheet shows."""
        made: dict[str, Callable[[], tuple[Choice, ...]]] = {
            "walkthrough": lambda: (
                *self.walkthrough_choices,
                *filter(None, (self.walkthrough_unit,)),
            ),
            "predict": lambda: (self.predict_choice,) * self.has_blocks,
            "pictures": lambda: (self.pictures_choice,) * self.has_blocks,
            "gradient-check": lambda: self.gradient_choices,
            "fit": lambda: (self.fit_choice,),
            "solver": lambda: (self.solver_choice,),
        }
        return tuple(choice for kind in made if kind in self.sheets for choice in made[kind]())

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The cells into which a person types a number that sheets read, but no training."""
        made: dict[str, Callable[[], tuple[Number, ...]]] = {
            "training": lambda: tuple(self.training_switches.values()),
            "walkthrough": lambda: tuple(self.walkthrough_switches.values()),
            "predict": lambda: self.drawn,
            "gradient-check": lambda: (self.gradient_step,),
            "learning-rates": lambda: self.learning_rates,
        }
        views = [number for kind in made if kind in self.sheets for number in made[kind]()]
        return (self.tolerance, *views)

    def sheet(self, kind: str) -> str:
        """The name of a sheet in the workbook's language."""
        return self.text(f"sheets.{kind}")

    def on(self, kind: str, cell: str) -> str:
        """A cell of another sheet, as formula text."""
        return reference(self.sheet(kind), cell)
