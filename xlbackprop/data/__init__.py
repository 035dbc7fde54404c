"""Training examples: read from files, frames and text, checked, and scaled."""
