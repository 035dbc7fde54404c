"""Chapter: networks that look at pictures through filters."""
