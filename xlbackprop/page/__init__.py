"""The one way in which a number gets onto a sheet: place, formula, value and look said once."""
