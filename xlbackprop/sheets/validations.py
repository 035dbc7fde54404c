"""What a spreadsheet lets a person type into a cell."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.bounds import LIMITS
from xlbackprop.catalogue import Catalogue


def number_only(text: Catalogue, limit: str = "") -> DataValidation:
    """A validation that refuses text, and numbers beyond a limit of ``bounds.LIMITS``."""
    found = LIMITS[limit]
    return _validation(text, "decimal", found.rule, text(f"validation.{found.key}"))


def whole_numbers(text: Catalogue, most: int, error: str) -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    return _validation(text, "whole", ("between", "1", str(most)), error)


def switch_only(text: Catalogue) -> DataValidation:
    """A validation that takes 1 or 0."""
    return _validation(text, "whole", ("between", "0", "1"), text("validation.switch"))


def _validation(text: Catalogue, kind: str, rule: tuple[str, ...], error: str) -> DataValidation:
    operator, first, second = (*rule, None)[:3]
    return DataValidation(
        type=kind,
        operator=operator,
        formula1=first,
        formula2=second,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=text("validation.title"),
        error=error,
    )
