"""What a spreadsheet lets a person type into a cell."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.bounds import LIMITS, SIGNS, wanted
from xlbackprop.catalogue import Catalogue

ANY = "-1E+300", "1E+300"


def number_only(text: Catalogue, *, limit: str = "", cell: str = "") -> DataValidation:
    """A validation that refuses text, and numbers beyond a limit.

    Args:
        text: the texts.
        limit: a name of ``LIMITS``.
        cell: the cell, where the limit has several conditions.
    """
    conditions = LIMITS[limit].conditions
    if not limit:
        return _between(text, "decimal", *ANY, text("validation.number"))
    error = text("validation.limit", wanted=wanted(limit, text))
    if len(conditions) == 1:
        [(sign, bound)] = conditions
        rule = {"operator": SIGNS[sign].name, "formula1": f"{bound:g}"}
        return _made(text, error, type="decimal", **rule)
    # Text is larger than any number.
    every = ",".join((f"COUNT({cell})=1", *LIMITS[limit].formulas(cell)))
    return _made(text, error, type="custom", formula1=f"AND({every})")


def whole_numbers(text: Catalogue, most: int, error: str) -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    return _between(text, "whole", "1", str(most), error)


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
