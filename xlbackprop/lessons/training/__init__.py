"""Chapter: backpropagation in matrices, and the rules of an update."""
