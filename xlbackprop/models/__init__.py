"""Models of other libraries as recipes."""
