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
    if not conditions:
        return _validation(text, "decimal", "between", ANY, text("validation.number"))
    error = text("validation.limit", wanted=wanted(limit, text))
    if len(conditions) == 1:
        [(sign, bound)] = conditions
        return _validation(text, "decimal", SIGNS[sign].name, (f"{bound:g}",), error)
    # Text is larger than any number.
    every = ",".join((f"COUNT({cell})=1", *LIMITS[limit].formulas(cell)))
    return _validation(text, "custom", None, (f"AND({every})",), error)


def whole_numbers(text: Catalogue, most: int, error: str = "") -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    error = error or text("validation.limit", wanted=text("limits.whole", most=f"{most:,}"))
    return _validation(text, "whole", "between", ("1", str(most)), error)


def switch_only(text: Catalogue) -> DataValidation:
    """A validation that takes 1 or 0."""
    return _validation(text, "whole", "between", ("0", "1"), text("validation.switch"))


def _validation(
    text: Catalogue, kind: str, operator: str | None, formulas: tuple[str, ...], error: str
) -> DataValidation:
    return DataValidation(
        type=kind,
        operator=operator,
        formula1=formulas[0],
        formula2=formulas[-1] if len(formulas) > 1 else None,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=text("validation.title"),
        error=error,
    )
