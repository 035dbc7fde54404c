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


def switch_only(text: Catalogue, cell: str) -> DataValidation:
    """A validation that takes 1, 0 or a truth value in a cell."""
    right = f"OR({cell}=1,{cell}=0,{cell}=TRUE,{cell}=FALSE)"
    return _made(text, text("validation.switch"), type="custom", formula1=right)


def _validation(text: Catalogue, kind: str, rule: tuple[str, ...], error: str) -> DataValidation:
    names = ("operator", "formula1", "formula2")
    return _made(text, error, type=kind, **dict(zip(names, rule, strict=False)))


def _made(text: Catalogue, error: str, **rule: str) -> DataValidation:
    return DataValidation(
        **rule,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=text("validation.title"),
        error=error,
    )
