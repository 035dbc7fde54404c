"""What a spreadsheet lets a person type into a cell."""

from openpyxl.worksheet.datavalidation import DataValidation

from xlbackprop.catalogue import Catalogue


def number_only(text: Catalogue, *, positive: bool = False) -> DataValidation:
    """A validation that refuses text."""
    key = "positive" if positive else "number"
    least = "0.000000000001" if positive else "-1E+300"
    return _between(text, "decimal", least, "1E+300", text(f"validation.{key}"))


def whole_numbers(text: Catalogue, most: int, error: str) -> DataValidation:
    """A validation that takes whole numbers from 1 on, and says ``error`` to anything else."""
    return _between(text, "whole", "1", str(most), error)


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
