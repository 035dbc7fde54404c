"""Which numbers a cell of a sheet takes, and a field of a recipe: one table for both."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from xlbackprop.words.catalogue import Catalogue


class Sign(NamedTuple):
    """A comparison.

    Attributes:
        holds: the same in Python.
        name: in the rules of a spreadsheet.
        opposite: the name of the comparison that holds where this one doesn't.
    """

    holds: Callable[[float, float], bool]
    name: str
    opposite: str


SIGNS = {
    ">": Sign(operator.gt, "greaterThan", "lessThanOrEqual"),
    ">=": Sign(operator.ge, "greaterThanOrEqual", "lessThan"),
    "<": Sign(operator.lt, "lessThan", "greaterThanOrEqual"),
    "<=": Sign(operator.le, "lessThanOrEqual", "greaterThan"),
    "<>": Sign(operator.ne, "notEqual", "equal"),
}


@dataclass(frozen=True)
class Limit:
    """One kind of number.

    Attributes:
        key: what it is called in a sentence, in the catalogues under ``limits``.
        conditions: signs of ``SIGNS`` and numbers; all of them hold.
        only: in their stead, the numbers that there are.
    """

    key: str
    conditions: tuple[tuple[str, float], ...] = ()
    only: tuple[float, ...] = ()

    def takes(self, number: float) -> bool:
        """Whether it is a number of this kind; infinity and NaN never are."""
        if self.only:
            return number in self.only
        holds = (SIGNS[sign].holds(number, bound) for sign, bound in self.conditions)
        return isfinite(number) and all(holds)

    def formulas(self, cell: str) -> tuple[str, ...]:
        """The conditions as formula text: SIGN(C8)>0, C8<>1.

        SIGN knows on which side of 0 a tiny number is, also where a program compares it as equal.
        """
        if self.only:
            return (f"OR({','.join(f'{cell}={number:g}' for number in self.only)})",)
        exact = {(">", 0.0), ("<>", 0.0)}
        return tuple(
            f"{f'SIGN({cell})' if (sign, bound) in exact else cell}{sign}{bound:g}"
            for sign, bound in self.conditions
        )

    def words(self, text: Catalogue) -> str:
        """What it is called: a number above 0."""
        return text(f"limits.{self.key}")

    @property
    def wanted(self) -> str:
        """The same as our own messages have it."""
        return self.words(Catalogue("en"))


LIMITS = {
    "": Limit("number"),
    "positive": Limit("positive", ((">", 0.0),)),
    "not zero": Limit("not_zero", (("<>", 0.0),)),
    "switch": Limit("switch", only=(0.0, 1.0)),
    "not negative": Limit("not_negative", ((">=", 0.0),)),
    "at least 1": Limit("at_least_1", ((">=", 1.0),)),
    "below 1": Limit("below_1", ((">=", 0.0), ("<", 1.0))),
    "base": Limit("base", ((">", 0.0), ("<>", 1.0))),  # of a power and a logarithm
    "factor": Limit("factor", ((">", 0.0), ("<=", 1.0))),  # by which steps become smaller
    "place": Limit("place", ((">=", -100.0), ("<=", 100.0))),  # where eˣ is no number too large
    "step": Limit("step", ((">", 0.0), ("<=", 100.0))),
    "move": Limit("move", ((">=", -100.0), ("<=", 100.0), ("<>", 0.0))),  # a step to either side
}
ETA = "positive"
