"""What a spreadsheet lets a person type into a cell."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.words.bounds import LIMITS, SIGNS, Limit
from xlbackprop.words.catalogue import Catalogue

INSIDE = {">": 1e-300, "<": -1e-15}  # a validation has no "above" or "below" beside another end


def number_only(text: Catalogue, limit: str = "", cell: str = "") -> DataValidation:
    """A validation that refuses text, and numbers beyond a limit of ``bounds.LIMITS``.

    Args:
        text: the texts.
        limit: its name.
        cell: the cell, for limits that only a formula can tell.
    """
    found = LIMITS[limit]
    if not limit:
        return _between(text, "decimal", "-1E+300", "1E+300", text("validation.number"))
    error = text("validation.limit", wanted=found.words(text))
    if len(found.conditions) == 1:
        [(sign, bound)] = found.conditions
        rule = {"operator": SIGNS[sign].name, "formula1": f"{bound:g}"}
        return _made(text, error, type="decimal", **rule)
    if found.only or any(sign == "<>" for sign, _ in found.conditions):
        # Text is larger than any number.
        every = ",".join((f"COUNT({cell})=1", *found.formulas(cell)))
        return _made(text, error, type="custom", formula1=f"AND({every})")
    return _between(text, "decimal", *_ends(found), error)


def _ends(limit: Limit) -> tuple[str, str]:
    """The smallest and the largest number of a limit that has both."""
    least, most = (f"{bound + INSIDE.get(sign, 0):.15G}" for sign, bound in limit.conditions)
    return least, most


def whole_numbers(text: Catalogue, most: int, error: str) -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    return _between(text, "whole", "1", str(most), error)


def one_of(text: Catalogue, cells: str, error: str) -> DataValidation:
    """A validation with a list of what stands in some cells, that says ``error`` to the rest."""
    return _made(text, error, type="list", formula1=cells)


def whole_error(text: Catalogue, most: int) -> str:
    """What is said to anything but a whole number from 1 on."""
    return text("validation.limit", wanted=text("limits.whole", most=f"{most:,}"))


def switch_only(text: Catalogue, cell: str) -> DataValidation:
    """A validation that takes 1, 0 or a truth value in a cell."""
    right = f"OR({cell}=1,{cell}=0,{cell}=TRUE,{cell}=FALSE)"
    return _made(text, text("validation.switch"), type="custom", formula1=right)


def _between(text: Catalogue, kind: str, least: str, most: str, error: str) -> DataValidation:
    return _made(text, error, type=kind, operator="between", formula1=least, formula2=most)


def _made(text: Catalogue, error: str, **rule: str) -> DataValidation:
    return DataValidation(
        **rule,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=text("validation.title"),
        error=error,
    )
