"""The Pictures sheet."""
