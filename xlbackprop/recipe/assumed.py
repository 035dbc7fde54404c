"""What was assumed when the data were read, as one line for people."""

from collections.abc import Sequence
from functools import reduce

from xlbackprop.words.catalogue import Catalogue


def assumptions(language: str, assumed: Sequence[str]) -> str:
    """One line in a language; empty where nothing was assumed."""
    if not assumed:
        return ""
    text = Catalogue(language)
    parts = (item.partition(": ") for item in assumed)
    said = [text(f"assumed.{key}", it=it) for key, _, it in parts if f"assumed.{key}" in text]
    if not said:
        return ""
    both = reduce(lambda one, other: text("assumed.between", one=one, other=other), said)
    return text("assumed.line", all=both)
