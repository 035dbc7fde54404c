"""Functions that a reader names: their text, their slopes, their formulas and their values."""
