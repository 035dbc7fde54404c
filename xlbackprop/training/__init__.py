"""The engine: pandas and numpy, no cells; what it computes is the witness beside the sheet."""
