"""Chapter: derivatives, the chain rule, approximations."""
