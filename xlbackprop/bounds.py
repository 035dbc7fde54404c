"""Which numbers a cell takes: told to whoever types, asked of the file, written as formulas."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from xlbackprop.catalogue import Catalogue


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
    """What holds for the number in a cell.

    Attributes:
        conditions: signs of ``SIGNS`` and numbers; all of them hold.
        only: in their stead, the numbers that there are.
    """

    conditions: tuple[tuple[str, float], ...] = ()
    only: tuple[float, ...] = ()

    def allows(self, number: float) -> bool:
        """Whether a cell takes a number."""
        if self.only:
            return number in self.only
        return all(SIGNS[sign].holds(number, bound) for sign, bound in self.conditions)

    def formulas(self, cell: str) -> tuple[str, ...]:
        """The conditions as formula text: C8>0, C8<>1."""
        if self.only:
            return (f"OR({','.join(f'{cell}={number:g}' for number in self.only)})",)
        return tuple(f"{cell}{sign}{bound:g}" for sign, bound in self.conditions)


LIMITS = {  # what each is called in a sentence stands in the catalogue, under ``limits``
    "": Limit(),
    "positive": Limit(((">", 0.0),)),
    "not zero": Limit((("<>", 0.0),)),
    "not negative": Limit(((">=", 0.0),)),
    "switch": Limit(only=(0.0, 1.0)),
    "base": Limit(((">", 0.0), ("<>", 1.0))),  # of a power and a logarithm
    "share": Limit(((">=", 0.0), ("<", 1.0))),  # what is kept of a sum from step to step
    "factor": Limit(((">", 0.0), ("<=", 1.0))),  # by which steps become smaller
    "place": Limit(((">=", -100.0), ("<=", 100.0))),  # where eˣ is no number too large
    "step": Limit(((">", 0.0), ("<=", 100.0))),
    "move": Limit((("<>", 0.0), (">=", -100.0), ("<=", 100.0))),  # a step to either side
}


def wanted(limit: str, text: Catalogue) -> str:
    """What a cell takes, in words: a number above 0."""
    name = limit.replace(" ", "_") or "none"
    return text(f"limits.{name}")
