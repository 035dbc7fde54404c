"""Which numbers a cell of a sheet takes, and a field of a recipe: one table for both."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class Limit:
    """One kind of number and its twin in a spreadsheet.

    Attributes:
        key: of what a workbook says to any other number, in the catalogues.
        wanted: the same as our own messages have it.
        passes: whether a finite number is one.
        rule: the same as a spreadsheet's validation: an operator, and one or two numbers; empty
            for switches, whose validation names their cell.
    """

    key: str
    wanted: str
    passes: Callable[[float], bool]
    rule: tuple[str, ...]

    def takes(self, number: float) -> bool:
        """Whether it is a number of this kind; infinity and NaN never are."""
        return isfinite(number) and self.passes(number)


LIMITS = {
    "": Limit("number", "a number", lambda n: True, ("between", "-1E+300", "1E+300")),
    "positive": Limit("positive", "a number above 0", lambda n: n > 0, ("greaterThan", "0")),
    "not zero": Limit("not_zero", "a number other than 0", lambda n: n != 0, ("notEqual", "0")),
    "switch": Limit("switch", "1 or 0", lambda n: n in (0, 1), ()),
    "not negative": Limit(
        "not_negative", "a number of at least 0", lambda n: n >= 0, ("greaterThanOrEqual", "0")
    ),
    "at least 1": Limit(
        "at_least_1", "a number of at least 1", lambda n: n >= 1, ("greaterThanOrEqual", "1")
    ),
    "below 1": Limit(
        "below_1",
        "a number of at least 0 and below 1",
        lambda n: 0 <= n < 1,
        ("between", "0", "0.999999999999999"),  # a validation has no "below" beside a "from"
    ),
}
SETTINGS = {  # of update rules and schedules
    "momentum": "below 1",
    "beta_1": "below 1",
    "beta_2": "below 1",
    "epsilon": "positive",
    "drop": "positive",
    "every": "at least 1",
    "slowdown": "not negative",
    "weight_decay": "not negative",
}
ETA = "positive"
