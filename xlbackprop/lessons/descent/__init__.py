"""Chapter: down a slope step by step, and the line of least squares."""
