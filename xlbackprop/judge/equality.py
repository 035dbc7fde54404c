"""When a cell's number counts as equal to Python's."""

TOLERANCE = 1e-12
RULE = "|sheet - Python| <= 1e-12 * (1 + |Python|)"
