"""Chapter: vectors, sequences, and extrema under a condition."""
