"""The Walkthrough sheet."""
