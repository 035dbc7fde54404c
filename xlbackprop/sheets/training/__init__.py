"""The Training sheet: places, formulas, looks."""
