"""The Solver sheet."""
