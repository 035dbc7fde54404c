"""The Predict sheet."""
