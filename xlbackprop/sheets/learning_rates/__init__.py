"""The Learning rates sheet."""
