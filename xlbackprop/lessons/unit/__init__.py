"""Chapter: one unit, its activation, its cost, and what it can learn."""
