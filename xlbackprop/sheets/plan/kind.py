"""A kind of sheet: what builds it, which workbooks have it, what it asks of a reader."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from xlbackprop.page.cells import Input
from xlbackprop.page.page import Page
from xlbackprop.sheets.guards import guarded
from xlbackprop.sheets.plan.content import Content
from xlbackprop.sheets.plan.layout import Layout
from xlbackprop.workbook.grid import Grid


@dataclass(frozen=True)
class Kind:
    """One kind of sheet.

    Attributes:
        name: in recipes and catalogues.
        build: makes the sheet.
        suits: whether a workbook has it, unless its recipe leaves it out.
        asks: the cells that ask something of a reader, beside those of the training.
        size: where it is left out for its size: cells that it would need, and may have at most.
        rounds: whether rounding grows so large on it that it is judged by what it shows itself,
            even in a file that nobody changed.
    """

    name: str
    build: Callable[[Layout, Content], Page]
    suits: Callable[[Layout], bool] = lambda layout: True
    asks: Callable[[Layout], Iterable[Input]] = lambda layout: ()
    size: Callable[[Layout], tuple[int, int] | None] = lambda layout: None
    rounds: bool = False

    def grid(self, layout: Layout, content: Content) -> Grid:
        """The sheet as data."""
        return self.page(layout, content).grid

    def page(self, layout: Layout, content: Content) -> Page:
        """The sheet, on guard for cells that can't be used."""
        return guarded(self.build(layout, content), layout, content)
