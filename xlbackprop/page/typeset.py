"""Symbols as printed: superscript for the layer, subscript for the unit."""

from xlbackprop.words import notation
from xlbackprop.workbook.grid import Rich, Run


def typeset(label: str) -> Rich:
    """A label as typeset text: ``w2_1_3`` becomes w with superscript 2 and subscript 13."""
    symbol = notation.parse(label)
    runs = [Run("∂C/∂" if symbol.gradient else "", "", italic=True)]
    runs += [Run(symbol.letter, "", italic=True)]
    runs += [Run(symbol.layer, "superscript"), Run(symbol.indices, "subscript")]
    return tuple(run for run in runs if run.text)


TOTAL_COST = (Run("C", italic=True), Run("T", "subscript"))
MEAN_COST = (*TOTAL_COST, Run(" / "), Run("n", italic=True))
