"""Symbols, texts and limits: what everything else is called, in each language."""
