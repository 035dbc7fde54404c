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


def switch_only(text: Catalogue) -> DataValidation:
    """A validation that takes 1 or 0."""
    return _between(text, "whole", "0", "1", text("validation.switch"))


def _between(text: Catalogue, kind: str, least: str, most: str, error: str) -> DataValidation:
    return DataValidation(
        type=kind,
        operator="between",
        formula1=least,
        formula2=most,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=text("validation.title"),
        error=error,
    )
