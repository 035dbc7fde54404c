"""The Gradient check sheet."""
