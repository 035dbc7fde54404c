"""The maths, each piece beside its Excel twin."""
