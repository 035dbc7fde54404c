"""What a page on descending a function begins with: the function, the start, the learning rate."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlbackprop.functions.expression import is_partial, printed
from xlbackprop.functions.function import Function
from xlbackprop.lessons.cells import Live
from xlbackprop.lessons.page import Page
from xlbackprop.sheets.sentences import Part, quoted, sentence
from xlbackprop.workbook.grid import Cell

LARGEST = "1E+300"  # value that is told from none
LONGEST = 60  # characters of a function in a sentence


@dataclass(frozen=True)
class Task:
    """The function, what its value is called, and the cells that it begins with."""

    function: Function
    symbol: str
    start: tuple[Live, ...]
    eta: Live

    @property
    def names(self) -> tuple[str, ...]:
        """The variables."""
        return self.function.names

    @property
    def equation(self) -> str:
        """What its value is: y = ln(x); the symbol alone where that is long."""
        text = printed(self.function.value)
        return f"{self.symbol} = {text}" if len(text) <= LONGEST else self.symbol

    def at(self, point: Sequence[Live]) -> dict[str, Live]:
        """The variables' cells at a point."""
        return dict(zip(self.names, point, strict=True))

    def step(self, height: Live, formula: str, value: float) -> tuple[str, float]:
        """Formula and value of a step from where the function has some value.

        A slope may have a value where the function has none, as 1/x for ln x: no step leads on.
        """
        if not is_partial(self.function.value):
            return formula, value
        return f"IF(COUNT({height}),{formula},{height})", value + 0 * float(height)


def put_end(
    page: Page, task: Task, row: int, heights: Sequence[Live], told: Sequence[Part], title: str = ""
) -> None:
    """What became of a walk as a sentence; another one where it left the function's values.

    Args:
        page: the page.
        task: what was walked down.
        row: row of the sentence.
        heights: cells of the function's value at each step, below each other.
        told: the sentence of a walk that has all values.
        title: of the walk, where there are several.
    """
    cells, most = f"{heights[0]}:{heights[-1]}", len(heights)
    # Not COUNT: Gnumeric has numbers that don't fit into a cell elsewhere.
    known = f'COUNTIF({cells},"<{LARGEST}")-COUNTIF({cells},"<-{LARGEST}")'
    count = sum(abs(height) < float(LARGEST) for height in heights)
    key = "race" if title else "walk"
    nowhere = title + page.text(f"{key}.nowhere", function=task.equation)
    before = title + page.text(f"{key}.leaves")
    after = page.text("leaves.words", function=task.equation)
    early = f"{quoted(before)}&{known}&{quoted(after)}"
    whole, value = sentence(told, page.common("walkthrough.too_large"))
    if count < most:
        value = f"{before}{count}{after}" if count else nowhere
    formula = f"IF({known}={most},{whole},IF({known}=0,{quoted(nowhere)},{early}))"
    page.grid.cells.append(Cell(row, 1, value, formula, "verdict-line"))
