"""What a page on descending a function begins with: the function, the start, the learning rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlbackprop.expressions.domain import is_partial
from xlbackprop.expressions.expression import Expression, excel, printed, value
from xlbackprop.expressions.function import Function
from xlbackprop.page.cells import Live

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


def twins(expression: Expression, at: Mapping[str, Live]) -> tuple[str, float]:
    """Formula and value of an expression of the variables at some place."""
    return excel(expression, at), value(expression, at)
